// Package outbox turns what is owed into chat messages, each destination on its own, and takes nothing off
// the list before the service has said that it was posted.
//
// To one destination goes first what the desk said of what stands there; then the posts that are urgent, then
// the others, then bulletins and digests, and last the edits of what was posted; within each in the order in which they were made, and of one story
// always the earlier alert before the later. If the place is at fault, all wait and keep their order. A
// message that fails alone, three times, is put aside: the others go on, and it comes again by itself.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

const (
	// batch bounds what is read for one destination at a time.
	batch = 20
	// sendTimeout bounds one send. It outlives a shutdown: a send that was begun is finished, because
	// its outcome would else be unknown.
	sendTimeout = 30 * time.Second
	// notedTimeout bounds the note of an outcome.
	notedTimeout = 30 * time.Second
	// restTime is how long a destination is left alone after the store failed.
	restTime = 10 * time.Second
)

// An Outbox delivers. Its methods are safe for concurrent use.
type Outbox struct {
	store     *store.Store
	platforms map[string]chat.Platform
	admins    []chat.Destination
	log       *slog.Logger

	sending sync.WaitGroup
	mu      sync.Mutex
	signer  *chat.Signer                   // of the data of buttons; nil before the first flush
	busy    map[chat.Destination]bool      // destinations with a worker
	held    map[string]time.Time           // platforms that take nothing before
	refused map[string]bool                // platforms that refuse our token, of which the admins were told
	unnoted map[chat.Destination]result    // results that the store would not take
	resting map[chat.Destination]time.Time // destinations that are left alone until then, because the store failed
	// nextSweep is when lost channels are looked for again.
	nextSweep time.Time

	// step is called at every boundary between two steps of a send, with its name; nil but in tests, which
	// end the work there.
	step func(name string)
}

// New makes an outbox that sends through the platforms, by name, and tells the admins what they must know.
func New(s *store.Store, platforms map[string]chat.Platform, admins []chat.Destination, log *slog.Logger) *Outbox {
	return &Outbox{
		store: s, platforms: platforms, admins: admins, log: log,
		busy: make(map[chat.Destination]bool), held: make(map[string]time.Time), refused: make(map[string]bool),
		unnoted: make(map[chat.Destination]result), resting: make(map[chat.Destination]time.Time),
	}
}

// Flush starts to send what is due and returns without waiting for it. A destination that is still
// being sent to is left alone. It reports how many destinations it started on. When nothing is due it deletes
// what belongs to channels that have not been ours to post in for 90 days.
func (o *Outbox) Flush(ctx context.Context) (started int, err error) {
	if err := o.prepare(ctx); err != nil {
		return 0, err
	}
	due, err := o.store.DueDestinations(ctx, time.Now())
	if err != nil {
		return 0, err
	}
	for _, to := range due {
		if o.start(ctx, to) {
			started++
		}
	}
	if len(due) == 0 {
		o.sweep(ctx)
	}
	return started, nil
}

// start has a worker send what a destination is owed, unless it may not have one now.
func (o *Outbox) start(ctx context.Context, to chat.Destination) bool {
	if !o.claim(to) {
		return false
	}
	o.sending.Go(func() {
		defer o.release(to)
		o.work(ctx, to)
	})
	return true
}

// prepare does what comes before the first send: it reads the key of the buttons, and looks for sends that
// an earlier run of the program was killed in.
func (o *Outbox) prepare(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.signer != nil {
		return nil
	}
	key, err := o.store.ButtonKey(ctx)
	if err != nil {
		return err
	}
	interrupted, err := o.store.Interrupted(ctx)
	if err != nil {
		return err
	}
	for _, to := range interrupted {
		o.log.Warn("the bot was stopped in the midst of a send; the alert is sent again and may stand twice", "to", to)
	}
	o.signer = chat.NewSigner(key)
	return nil
}

// Wait returns when no send is under way. Flush must not be called meanwhile.
func (o *Outbox) Wait() { o.sending.Wait() }

// Drain flushes until nothing more is due, and waits for it. What is on hold stays on the list. It is an
// error if an outcome could not be noted.
func (o *Outbox) Drain(ctx context.Context) error {
	for {
		started, err := o.Flush(ctx)
		o.Wait()
		if err == nil && started > 0 && ctx.Err() == nil {
			continue
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if n := len(o.unnoted); n > 0 {
			err = errors.Join(err, fmt.Errorf("outcomes that could not be noted: %d; these alerts may be posted again", n))
		}
		return err
	}
}

// TellAdmins sends a note to every admin destination, once and without a promise: what matters is in
// the log and in /status too.
func (o *Outbox) TellAdmins(ctx context.Context, m chat.Message) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	for _, to := range o.admins {
		platform, ok := o.platforms[to.Platform]
		if !ok {
			continue
		}
		key := fmt.Sprintf("note %d %s", time.Now().UnixNano(), to)
		_, err := platform.Send(ctx, to, key, m)
		if elsewhere, ok := errors.AsType[*chat.MovedError](err); ok {
			_, err = platform.Send(ctx, elsewhere.To, key, m)
		}
		if err != nil {
			o.log.Error("admin was not told", "admin", to, "note", m.Title, "err", err)
		}
	}
}

// claim takes a destination for one worker. It refuses one that has a worker, whose platform holds, or
// which the store failed a moment ago.
func (o *Outbox) claim(to chat.Destination) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.busy[to] || now.Before(o.held[to.Platform]) || now.Before(o.resting[to]) {
		return false
	}
	o.busy[to] = true
	return true
}

func (o *Outbox) release(to chat.Destination) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.busy, to)
}

// rest leaves a destination alone for a while.
func (o *Outbox) rest(to chat.Destination) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.resting[to] = now.Add(restTime)
	for other, until := range o.resting { // those that are over
		if !until.After(now) {
			delete(o.resting, other)
		}
	}
}

// hold stops a whole platform for a while.
func (o *Outbox) hold(platform string, until time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if until.After(o.held[platform]) {
		o.held[platform] = until
	}
}

// noteToken remembers whether a platform refuses our token, and reports whether that is news.
func (o *Outbox) noteToken(platform string, refused bool) (news bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	news = refused && !o.refused[platform]
	o.refused[platform] = refused
	return news
}

func (o *Outbox) onHold(platform string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Before(o.held[platform])
}

// holdPlatform stops a platform that refuses our token, or that told us to wait everywhere.
func (o *Outbox) holdPlatform(ctx context.Context, platform string, sendErr error, now time.Time) {
	var retry *chat.RetryError
	switch {
	case sendErr == nil:
		o.noteToken(platform, false)
	case errors.As(sendErr, &retry) && retry.Everywhere:
		o.hold(platform, now.Add(retry.After))
	case errors.Is(sendErr, chat.ErrToken):
		o.hold(platform, now.Add(tokenWait))
		if o.noteToken(platform, true) {
			o.TellAdmins(ctx, tokenNote(platform, sendErr))
		}
	}
}

// at marks the end of a step.
func (o *Outbox) at(step string) {
	if o.step != nil {
		o.step(step)
	}
}
