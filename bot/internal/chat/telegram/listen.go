package telegram

import (
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

// Listen publishes menu and answers commands until ctx ends. It returns an error only if Telegram
// refuses the token. Answers that are being made when ctx ends have some seconds to finish.
func (p *Platform) Listen(ctx context.Context, menu []chat.Command, answer func(context.Context, chat.Request) chat.Message) error {
	l := &listener{Platform: p, menu: menu, answer: answer, jobs: make(chan job)}
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var workers sync.WaitGroup
	for range maxAnswering {
		workers.Go(func() {
			for j := range l.jobs {
				l.respond(working, j)
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
	answer func(context.Context, chat.Request) chat.Message
	// jobs leads to the workers. It has no buffer, so what it took is being answered.
	jobs chan job

	published bool
	// next is the id after the last update taken, confirmed the offset last sent.
	next, confirmed int64
}

// A job is a command to be answered.
type job struct {
	call call
	in   message
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

// round publishes the menu if that is still to be done, and polls once.
func (l *listener) round(ctx context.Context) error {
	if !l.published {
		err := l.publish(ctx)
		if errors.Is(err, chat.ErrRejected) {
			// The commands work without a menu, and it will not get better by trying again.
			l.log.Error("telegram: no menu of commands", "err", err)
			err = nil
		}
		if err != nil {
			return err
		}
		l.published = true
	}
	return l.poll(ctx)
}

func (l *listener) publish(ctx context.Context) error {
	type command struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	commands := []command{}
	for _, c := range l.menu {
		commands = append(commands, command{c.Name, c.Description})
	}
	params := tgbotapi.Params{}
	if err := params.AddInterface("commands", commands); err != nil {
		return fmt.Errorf("encode menu: %w", err)
	}
	_, err := l.call(ctx, callTimeout, "setMyCommands", params)
	return err
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
		if u.Message != nil && !l.begin(ctx, *u.Message, got.date) {
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
		"allowed_updates": `["message"]`,
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

// begin hands m to a worker if it is a command. It waits for a free one, and returns false if ctx
// ended before there was one.
func (l *listener) begin(ctx context.Context, m message, now time.Time) bool {
	call, ok := m.command()
	if !ok {
		return true
	}
	if age := now.Sub(time.Unix(m.Date, 0)); age > maxAge {
		l.log.Info("telegram: command left out, nobody waits for it any more", "command", call.name, "age", age)
		return true
	}
	select {
	case l.jobs <- job{call, m}:
		return true
	case <-ctx.Done():
		return false
	}
}

// respond answers one command. A panic of the answer is its end, not ours.
func (l *listener) respond(ctx context.Context, j job) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("telegram: panic while answering", "command", j.call.name, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if j.call.bot != "" && !l.isMe(ctx, j.call.bot) {
		return
	}
	request, ok := j.call.request(l.menu, j.in)
	if !ok {
		return
	}
	if err := l.reply(ctx, request.From, l.answer(ctx, request)); err != nil {
		l.log.Warn("telegram: command not answered", "command", request.Command, "err", err)
	}
}

// reply sends an answer. It tries again while ctx allows, if the answer surely was not sent.
func (l *listener) reply(ctx context.Context, to chat.Destination, m chat.Message) error {
	return persist(ctx, notSent, func() error {
		_, err := l.Send(ctx, to, "", m)
		return err
	})
}
