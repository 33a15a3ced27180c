package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

// An update is confirmed, and so never given again, by a getUpdates with an offset beyond it. The loop
// confirms what it has begun to answer, ends only after all answers have, and then confirms the last
// of them: a restart neither loses a command nor answers it twice. A crash can lose those that were
// being answered.

const (
	// pollTime is how long the server holds a getUpdates without news: LONG_POLL_MAX_TIMEOUT of
	// telegram-bot-api's Client.h.
	pollTime = 50 * time.Second
	// pollSlack is what a poll may take beyond pollTime before its connection is taken for dead.
	pollSlack = 15 * time.Second
	// conflictPause is waited while another program receives the bot's messages: long enough not to
	// take turns with it, short enough for an upgrade that briefly runs two.
	conflictPause = 30 * time.Second
	// maxAnswering is how many commands are answered at the same time.
	maxAnswering = 8
	// answerTimeout bounds the work on one answer, its sending included.
	answerTimeout = time.Minute
	// grace is what answers get to finish once ctx has ended.
	grace = 5 * time.Second
	// confirmTimeout bounds the last call, which confirms the last updates.
	confirmTimeout = 3 * time.Second
	// maxAge is the age of a command that nobody waits for any more.
	maxAge = 5 * time.Minute
)

// Listen publishes menu and answers commands and presses of buttons until ctx ends. It returns an error only if Telegram
// refuses the token. Answers that are being made when ctx ends have some seconds to finish.
func (p *Platform) Listen(ctx context.Context, menu []chat.Command, answer func(context.Context, chat.Request) chat.Answer) error {
	l := &listener{Platform: p, menu: menu, answer: answer, jobs: make(chan job)}
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var workers sync.WaitGroup
	for range maxAnswering {
		workers.Go(func() {
			for j := range l.jobs {
				l.run(working, j)
			}
		})
	}
	err := l.loop(ctx)
	close(l.jobs)
	timer := time.AfterFunc(grace, cancel)
	defer timer.Stop()
	workers.Wait()
	l.confirm(context.WithoutCancel(ctx))
	return err
}

// A listener is one run of Listen.
type listener struct {
	*Platform
	menu   []chat.Command
	answer func(context.Context, chat.Request) chat.Answer
	// jobs leads to the workers. It has no buffer, so what it took is being answered.
	jobs chan job

	// published is how many of the languages of the menu are out, in the order of menuLanguages.
	published int
	// next is the id after the last update taken, confirmed the offset last sent.
	next, confirmed int64
}

// A job is a call to be answered.
type job struct {
	// name is the command, or "press": never what somebody wrote.
	name string
	do   func(context.Context)
}

// loop polls until ctx ends or the token is refused.
func (l *listener) loop(ctx context.Context) error {
	pause := firstPause
	for ctx.Err() == nil {
		err := l.round(ctx)
		if err == nil {
			pause = firstPause
			continue
		}
		if errors.Is(err, chat.ErrToken) {
			return err
		}
		if ctx.Err() != nil {
			break
		}
		wait := waitAfter(err, pause)
		if errors.Is(err, errConflict) {
			wait = conflictPause
		}
		l.log.Warn("telegram: not receiving commands", "err", err, "again_in", wait)
		sleep(ctx, wait)
		pause = min(2*pause, longestPause)
	}
	return nil
}

// round publishes what of the menu is still to be published, and polls once.
func (l *listener) round(ctx context.Context) error {
	for _, lang := range menuLanguages(l.menu)[l.published:] {
		err := l.publish(ctx, lang)
		if errors.Is(err, chat.ErrRejected) {
			// The commands work without a menu, and it will not get better by trying again.
			l.log.Error("telegram: no menu of commands", "language", lang, "err", err)
			err = nil
		}
		if err != nil {
			return err
		}
		l.published++
	}
	return l.poll(ctx)
}

// poll waits for updates and begins to answer them, in their order.
func (l *listener) poll(ctx context.Context) error {
	offset := l.next
	got, err := l.call(ctx, pollTime+pollSlack, "getUpdates", pollParams(offset, pollTime))
	if err != nil {
		return explain(err)
	}
	l.confirmed = offset
	var updates []json.RawMessage
	if err := json.Unmarshal(got.result, &updates); err != nil {
		return fmt.Errorf("getUpdates: result: %w", err)
	}
	for _, raw := range updates {
		u, err := parseUpdate(raw)
		if err != nil {
			l.log.Warn("telegram: update left out", "err", err)
		}
		if u.ID == 0 {
			continue // It cannot be confirmed by itself; a later one does it.
		}
		if j, ok := l.job(u, got.date); ok && !l.begin(ctx, j) {
			return nil
		}
		l.next = u.ID + 1
	}
	return nil
}

func pollParams(offset int64, hold time.Duration) tgbotapi.Params {
	return tgbotapi.Params{
		"offset":          strconv.FormatInt(offset, 10),
		"timeout":         strconv.Itoa(int(hold / time.Second)),
		"allowed_updates": `["message","channel_post","callback_query"]`,
	}
}

// explain adds to a conflict what a person can do about it.
func explain(err error) error {
	if errors.Is(err, errConflict) {
		return fmt.Errorf("%w; stop the other program that uses this token, or remove the bot's webhook (deleteWebhook)", err)
	}
	return err
}

// confirm tells the server that the last updates are done with, so that the next start does not get
// them again. It must come after the last answer, and may fail: then they come again.
func (l *listener) confirm(ctx context.Context) {
	if l.next == l.confirmed {
		return
	}
	params := pollParams(l.next, 0)
	params["limit"] = "1"
	if _, err := l.call(ctx, confirmTimeout, "getUpdates", params); err != nil {
		l.log.Warn("telegram: the last commands may be answered again", "err", err)
	}
}

// job returns what an update asks for, if anything.
func (l *listener) job(u update, now time.Time) (job, bool) {
	if u.Press != nil {
		return job{"press", func(ctx context.Context) { l.pressed(ctx, *u.Press) }}, true
	}
	m := cmp.Or(u.Message, u.ChannelPost)
	if m == nil {
		return job{}, false
	}
	call, ok := m.command()
	if !ok {
		return job{}, false
	}
	if age := now.Sub(time.Unix(m.Date, 0)); age > maxAge {
		l.log.Info("telegram: command left out, nobody waits for it any more", "age", age)
		return job{}, false
	}
	return job{"command", func(ctx context.Context) { l.called(ctx, call, *m) }}, true
}

// begin hands a job to a worker. It waits for a free one, and returns false if ctx ended before there
// was one.
func (l *listener) begin(ctx context.Context, j job) bool {
	select {
	case l.jobs <- j:
		return true
	case <-ctx.Done():
		return false
	}
}

// run does one job. A panic of the answer is its end, not ours.
func (l *listener) run(ctx context.Context, j job) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("telegram: panic while answering", "call", j.name, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	j.do(ctx)
}

// called answers a command.
func (l *listener) called(ctx context.Context, c call, m message) {
	if c.bot != "" && !l.isMe(ctx, c.bot) {
		return
	}
	request, ok := c.request(l.menu, m)
	if !ok {
		return
	}
	request.Manages = l.manages(m)
	answer := l.answer(ctx, request)
	out := answer.Message
	if isEmpty(out) {
		out.Title = answer.Toast // There is no place for a passing line here.
	}
	if isEmpty(out) {
		return
	}
	if out.ReplyTo == "" && !request.Direct {
		out.ReplyTo = strconv.FormatInt(m.ID, 10) // In a group it is not clear who is answered.
	}
	if err := l.reply(ctx, request.From, out); err != nil {
		l.log.Warn("telegram: command not answered", "command", request.Command, "err", err)
	}
}

// isEmpty reports whether there is nothing in m to be posted.
func isEmpty(m chat.Message) bool { return m.File == nil && len(layout(m, 1, maxText)) == 0 }

// reply sends an answer, to where the chat has moved if it has. It tries again while ctx allows, if the
// answer surely was not sent.
func (l *listener) reply(ctx context.Context, to chat.Destination, m chat.Message) error {
	try := func() error {
		_, err := l.send(ctx, sentKey{to: to}, m, l.pace.answer)
		return err
	}
	err := persist(ctx, notSent, try)
	if moved, ok := errors.AsType[*chat.MovedError](err); ok {
		to = moved.To
		return persist(ctx, notSent, try)
	}
	return err
}
