package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

const (
	// grace is how long running answers may go on after Listen's ctx ended.
	grace = 5 * time.Second
	// maxAnswers is how many requests may be answered at the same time.
	maxAnswers = 32
	// maxServed is how many requests are known again if they come twice: more than come while a connection
	// is lost for some minutes.
	maxServed = 1000
	// busyNote is the least time between two notes in the log that too many requests came.
	busyNote = 10 * time.Second
)

// An answerer is what answers people's requests.
type answerer func(context.Context, chat.Request) chat.Answer

// Listen publishes menu as the bot's slash commands, in servers and in direct messages, and answers them
// and presses of buttons over the gateway. Running answers get a few seconds to finish after ctx ended.
func (p *Platform) Listen(ctx context.Context, menu []chat.Command, answer func(context.Context, chat.Request) chat.Answer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, finish := context.WithCancel(context.WithoutCancel(ctx))
	defer finish()
	context.AfterFunc(ctx, func() { time.AfterFunc(grace, finish) })

	app := make(chan string, 1)
	var refused error // written before stop, read after Wait
	var publisher sync.WaitGroup
	publisher.Go(func() {
		if refused = p.publish(ctx, app, menu); refused != nil {
			stop()
		}
	})
	answers := make(slots, maxAnswers)
	desk := &desk{Platform: p, answer: answer, private: privates(menu)}
	served := chat.NewRecent[string, bool](maxServed)
	var noted time.Time
	err := p.stay(ctx, handlers{
		ready: func(id string) {
			select {
			case app <- id:
			default: // published already
			}
		},
		interaction: func(i *interaction) {
			if _, again := served.Get(i.ID); again {
				return // A session that is taken up again may repeat what was heard: done twice, a press could undo itself.
			}
			served.Put(i.ID, true)
			if answers.run(func() { desk.serve(work, i) }) || time.Since(noted) < busyNote {
				return
			}
			noted = time.Now()
			p.log.Warn("discord: requests go without answer, too many are running", "running", maxAnswers)
		},
	})
	stop()
	publisher.Wait()
	answers.close()
	return errors.Join(err, refused)
}

// slots bound how many functions run at the same time: each running one holds a place in the channel.
type slots chan struct{}

// run starts f if a slot is free and tells whether it did.
func (s slots) run(f func()) bool {
	select {
	case s <- struct{}{}:
	default:
		return false
	}
	go func() {
		defer func() { <-s }()
		f()
	}()
	return true
}

// close waits for all that runs and lets nothing start any more.
func (s slots) close() {
	for range cap(s) {
		s <- struct{}{}
	}
}

// privates returns the names of the commands whose answers only the person who asked may see.
func privates(menu []chat.Command) map[string]bool {
	names := make(map[string]bool)
	for _, c := range menu {
		names[c.Name] = c.Private
	}
	return names
}

// publish waits for the application's id, then sets its commands. It tries until that is done, ctx ends
// (nil), or Discord will never have them.
func (p *Platform) publish(ctx context.Context, app <-chan string, menu []chat.Command) error {
	var id string
	select {
	case <-ctx.Done():
		return nil
	case id = <-app:
	}
	var pause backoff
	for {
		_, err := p.call(ctx, request{method: http.MethodPut, url: discordgo.EndpointApplicationGlobalCommands(id), body: commands(menu)})
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case errors.Is(err, chat.ErrToken), errors.Is(err, chat.ErrRejected), errors.Is(err, chat.ErrGone):
			return fmt.Errorf("publish commands: %w", err)
		}
		p.log.Warn("discord: publish commands, trying again", "err", err)
		if pause.wait(ctx, asked(err)) != nil {
			return nil
		}
	}
}
