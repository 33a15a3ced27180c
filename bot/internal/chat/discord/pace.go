package discord

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pressalert/bot/internal/chat"
)

// Discord tells with every answer what is left of the limit that the call counts against (its bucket), and
// answers 429 to whoever goes on all the same. Those answers count too: too many shut the whole address
// out. So calls wait here for their turn: in their bucket first, then for the bot as a whole. A channel
// that must wait holds up no other, because only who may go in its bucket asks for the bot's turn.

// Limits say how fast a Platform calls Discord. What is zero is no limit.
type Limits struct {
	// Announced makes calls wait where an answer has told that the bucket is empty.
	Announced bool
	// AllPerSecond is how many calls a second the bot makes in all, without answers to people, which
	// Discord does not count.
	AllPerSecond float64
	// Invalid is how many refusals, of a kind that Discord counts, may come within 10 minutes. One more
	// call is not made before there are fewer.
	Invalid int
}

// DiscordLimits are one less than "50 requests per second" in all, as the network may push two calls
// together, and half of the "10,000 per 10 minutes" after which Discord shuts out an address for its
// invalid requests (topics/rate-limits).
var discordLimits = Limits{Announced: true, AllPerSecond: 49, Invalid: 5000}

const (
	// patience is the longest wait for a turn. Messages of a channel have a bucket of 5 in 5 seconds; who
	// must wait longer than that is better off doing something else.
	patience = 10 * time.Second
	// maxLanes is how many buckets are kept in mind. At 50 calls a second it takes minutes to fill as many,
	// and one that was not used for a minute is as good as new.
	maxLanes = 10_000
	// margin is waited beyond what an answer tells, which Discord rounds to milliseconds.
	margin = 10 * time.Millisecond
)

// A route is a kind of call and the channel it is about. Each has a bucket, which it may share.
type route struct{ kind, channel string }

// A pacer makes calls wait for their turn. Its errors mean that the call must not be made: that of ctx, or
// a *chat.RetryError if the turn would come too late.
type pacer struct {
	limits  Limits
	all     *rate.Limiter
	invalid *tally // nil if there is no such limit

	mu sync.Mutex // guards all that follows, and the fields of the lanes but for their channels
	// names are Discord's names of the buckets, by the kind of call.
	names map[string]string
	// lanes are the buckets by name and channel, or by route as long as Discord named none.
	lanes *chat.Recent[route, *lane]
	// until is when Discord takes calls again after it told the whole bot to wait.
	until time.Time
}

// A lane is a bucket. One call at a time is under way in it, so that each knows what the one before it
// has left over.
type lane struct {
	busy  chan struct{} // holds a token while a call is under way
	left  int
	reset time.Time // when the bucket is full again
}

func newPacer(l Limits) *pacer {
	p := &pacer{
		limits: l, all: rate.NewLimiter(rate.Inf, 0), names: make(map[string]string), lanes: chat.NewRecent[route, *lane](maxLanes),
	}
	if l.AllPerSecond > 0 {
		p.all = rate.NewLimiter(rate.Limit(l.AllPerSecond), 1)
	}
	if l.Invalid > 0 {
		p.invalid = &tally{most: l.Invalid}
	}
	return p
}

// turn waits until a call may be made. The caller calls done with what came of it: the head of the answer,
// nil for none, and the wait that Discord asked for.
func (p *pacer) turn(ctx context.Context, r route) (done func(http.Header, *chat.RetryError), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.open(time.Now()); err != nil {
		return nil, err
	}
	if !p.limits.Announced {
		return func(http.Header, *chat.RetryError) {}, p.overall(ctx)
	}
	l := p.lane(r)
	if err := p.enter(ctx, l); err != nil {
		return nil, err
	}
	if err := p.overall(ctx); err != nil {
		<-l.busy
		return nil, err
	}
	return func(h http.Header, told *chat.RetryError) {
		p.learn(r, l, h, told)
		<-l.busy
	}, nil
}

// open reports whether calls may be made at all, in view of those that were refused.
func (p *pacer) open(now time.Time) error {
	if p.invalid == nil {
		return nil
	}
	if wait := p.invalid.wait(now); wait > 0 {
		return fmt.Errorf("%d calls were refused within %s: %w", p.invalid.most, invalidSpan,
			&chat.RetryError{After: wait, Everywhere: true})
	}
	return nil
}

// refused counts an answer if it is of the kind that Discord counts: 401, 403, and 429 but for a limit
// that others use up too.
func (p *pacer) refused(status int, h http.Header) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if p.invalid != nil && h.Get("X-RateLimit-Scope") != "shared" {
			p.invalid.note(time.Now())
		}
	}
}

// overall waits for the turn of the bot as a whole.
func (p *pacer) overall(ctx context.Context) error {
	for {
		p.mu.Lock()
		wait := time.Until(p.until)
		p.mu.Unlock()
		if wait <= 0 {
			break
		}
		if err := pass(ctx, patience, &chat.RetryError{After: wait, Everywhere: true}); err != nil {
			return err
		}
	}
	reserved := p.all.Reserve()
	// This queue moves all the time, so only ctx bounds the wait in it.
	if err := pass(ctx, longestWait, &chat.RetryError{After: reserved.Delay()}); err != nil {
		reserved.Cancel()
		return err
	}
	return nil
}

// lane returns the bucket of a route.
func (p *pacer) lane(r route) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.kind = cmp.Or(p.names[r.kind], r.kind)
	l, ok := p.lanes.Get(r)
	if !ok {
		l = &lane{busy: make(chan struct{}, 1)}
		p.lanes.Put(r, l)
	}
	return l
}

// enter waits until a call may be made in l, and takes it out of the bucket. The caller takes the token
// out of l.busy.
func (p *pacer) enter(ctx context.Context, l *lane) error {
	for {
		select {
		case l.busy <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		wait := p.take(l, time.Now())
		if wait <= 0 {
			return nil
		}
		<-l.busy
		if err := pass(ctx, patience, &chat.RetryError{After: wait}); err != nil {
			return err
		}
	}
}

// take takes a call out of the bucket, or returns how long it is until there is one.
func (p *pacer) take(l *lane, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.left == 0 {
		return l.reset.Sub(now)
	}
	l.left--
	return 0
}

// learn takes note of what an answer tells about the bucket.
func (p *pacer) learn(r route, l *lane, h http.Header, told *chat.RetryError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if name := h.Get("X-RateLimit-Bucket"); name != "" {
		p.names[r.kind] = name
		r.kind = name
		if other, ok := p.lanes.Get(r); ok {
			other.hear(h, now) // Another kind of call shares it.
		} else {
			p.lanes.Put(r, l)
		}
	}
	l.hear(h, now)
	switch {
	case told == nil:
	case told.Everywhere:
		p.until = now.Add(told.After)
	default:
		l.left, l.reset = 0, now.Add(told.After)
	}
}

// hear reads the state of the bucket from the head of an answer. What cannot be read counts as not said.
func (l *lane) hear(h http.Header, now time.Time) {
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	seconds, err := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err != nil || !(seconds >= 0 && seconds <= longestWait.Seconds()) {
		return
	}
	l.left, l.reset = max(left, 0), now.Add(time.Duration(seconds*float64(time.Second))+margin)
}

// pass lets the wait of r go by. It returns r if that is longer than most or than ctx lasts.
func pass(ctx context.Context, most time.Duration, r *chat.RetryError) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.After <= 0 {
		return nil
	}
	if end, ok := ctx.Deadline(); r.After > most || ok && time.Until(end) < r.After {
		return r
	}
	select {
	case <-time.After(r.After):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// invalidSpan is the time over which Discord counts invalid requests (topics/rate-limits).
const invalidSpan = 10 * time.Minute

// A tally counts what happened in the last invalidSpan, up to a number. It is safe for concurrent use.
type tally struct {
	most int
	mu   sync.Mutex
	// times are those of the last events, in a ring once there are as many as may be; next is the oldest.
	times []time.Time
	next  int
}

func (t *tally) note(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.times) < t.most {
		t.times = append(t.times, now)
		return
	}
	t.times[t.next] = now
	t.next = (t.next + 1) % t.most
}

// wait returns how long it is until fewer than most happened, at most 0 for already.
func (t *tally) wait(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.times) < t.most {
		return 0
	}
	return invalidSpan - now.Sub(t.times[t.next])
}
