package telegram

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pressalert/bot/internal/chat"
)

// Telegram answers 429 to a bot that posts too fast, and makes it wait far longer than it would have
// taken to be slow. So calls wait here for their turn: in their chat first, then for the bot as a whole.
// A chat that must wait holds up nobody else, because only who may go in its chat asks for the bot's turn.

// Limits say how fast a Platform calls Telegram. A limit of zero is none.
type Limits struct {
	// ChatPerSecond is how many messages a second one chat gets in the long run, ChatBurst how many at once.
	ChatPerSecond float64
	ChatBurst     int
	// GroupPerMinute is how many messages a group or channel gets in any 60 seconds. Answers to people who
	// ask there do not count: nobody else could make them wait, and they could make everybody wait.
	GroupPerMinute int
	// AllPerSecond is how many calls a second the bot makes in all.
	AllPerSecond float64
}

// TelegramLimits are those that Telegram names: "avoid sending more than one message per second" in a
// chat with "short bursts", "not more than 20 messages per minute" to a group, "about 30 messages per
// second" in all (core.telegram.org/bots/faq, platform limits).
var telegramLimits = Limits{ChatPerSecond: 1, ChatBurst: 3, GroupPerMinute: 20, AllPerSecond: 30}

const (
	// maxChats is how many chats' limits are kept in mind. At 30 messages a second it takes more than five
	// minutes to reach as many, and after one minute a chat may have what a new one may.
	maxChats = 10_000
	// groupSpan is the time that Limits.GroupPerMinute is about.
	groupSpan = time.Minute
)

// A pacer makes calls wait for their turn. Its methods return an error only if the call must not be
// made: that of ctx, or a *chat.RetryError if ctx would end before the turn comes.
type pacer struct {
	limits Limits
	all    *rate.Limiter
	// gate holds a token while a message waits for its turn in all, so that an answer waits for one
	// message at most, however many are in line.
	gate chan struct{}

	mu    sync.Mutex // guards chats
	chats *chat.Recent[string, *chatPace]
}

// A chatPace is what one chat can take.
type chatPace struct {
	bucket *rate.Limiter
	group  *window // nil if there is no such limit
}

func newPacer(l Limits) *pacer {
	return &pacer{
		limits: l,
		all:    bucket(l.AllPerSecond, 1),
		gate:   make(chan struct{}, 1),
		chats:  chat.NewRecent[string, *chatPace](maxChats),
	}
}

func bucket(perSecond float64, burst int) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), max(burst, 1))
}

// A turn waits until a call about a chat may be made. The caller calls done when it has been made.
type turn func(ctx context.Context, channel string) (done func(), err error)

// message is the turn of a message that nobody asked for.
func (p *pacer) message(ctx context.Context, channel string) (done func(), err error) {
	c := p.chat(channel)
	if err := await(ctx, c.bucket); err != nil {
		return nil, err
	}
	done = func() {}
	if c.group != nil {
		if done, err = c.group.await(ctx); err != nil {
			return nil, err
		}
	}
	select {
	case p.gate <- struct{}{}:
		defer func() { <-p.gate }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return done, await(ctx, p.all)
}

// answer is the turn of a message that somebody asked for.
func (p *pacer) answer(ctx context.Context, channel string) (done func(), err error) {
	if err := await(ctx, p.chat(channel).bucket); err != nil {
		return nil, err
	}
	return func() {}, await(ctx, p.all)
}

// call is the turn of a call that posts nothing.
func (p *pacer) call(ctx context.Context) error { return await(ctx, p.all) }

func (p *pacer) chat(channel string) *chatPace {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.chats.Get(channel)
	if !ok {
		c = &chatPace{bucket: bucket(p.limits.ChatPerSecond, p.limits.ChatBurst)}
		if isGroup(channel) && p.limits.GroupPerMinute > 0 {
			c.group = &window{times: make([]time.Time, p.limits.GroupPerMinute)}
		}
		p.chats.Put(channel, c)
	}
	return c
}

// isGroup reports whether a chat is a group or channel: these have negative ids or names.
func isGroup(channel string) bool {
	return strings.HasPrefix(channel, "-") || strings.HasPrefix(channel, "@")
}

// await waits for a token of l.
func await(ctx context.Context, l *rate.Limiter) error {
	reserved := l.Reserve()
	if err := pass(ctx, reserved.Delay()); err != nil {
		reserved.Cancel()
		return err
	}
	return nil
}

// pass lets the time d go by. If ctx is going to end before that it does not even begin.
func pass(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return &chat.RetryError{After: d}
	}
	if !sleep(ctx, d) {
		return ctx.Err()
	}
	return nil
}

// A window lets a number of calls pass in any groupSpan. A token bucket would not do: one that takes
// the whole number at once lets almost twice as many pass in its first minute, and one that does not
// is slower than Telegram demands.
type window struct {
	mu sync.Mutex
	// times are those of the last calls, in a ring; next is the place of the oldest.
	times []time.Time
	next  int
}

// await waits for a place in the window. The place counts from done on, which is when the call was
// made for sure.
func (w *window) await(ctx context.Context) (done func(), err error) {
	for {
		place, wait := w.take(time.Now())
		if wait <= 0 {
			return func() { w.stamp(place, time.Now()) }, nil
		}
		if err := pass(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// take returns a place, or how long it is until one is free.
func (w *window) take(now time.Time) (place int, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	place = w.next
	if wait = groupSpan - now.Sub(w.times[place]); wait > 0 {
		return 0, wait
	}
	w.times[place] = now
	w.next = (place + 1) % len(w.times)
	return place, 0
}

func (w *window) stamp(place int, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times[place] = now
}
