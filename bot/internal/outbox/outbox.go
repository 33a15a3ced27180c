// Package outbox turns what is owed into chat messages: oldest first to each destination, each
// destination on its own, and nothing taken off the list before the service has said that it was posted.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pressalert/bot/internal/alert"
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
)

// An Outbox delivers. Its methods are safe for concurrent use.
type Outbox struct {
	store     *store.Store
	platforms map[string]chat.Platform
	admins    []chat.Destination
	log       *slog.Logger

	sending sync.WaitGroup
	mu      sync.Mutex
	busy    map[chat.Destination]bool // destinations with a worker
	held    map[string]time.Time      // platforms that take nothing before
	refused map[string]bool           // platforms that refuse our token, of which the admins were told
}

// New makes an outbox that sends through the platforms, by name, and tells the admins what they must know.
func New(s *store.Store, platforms map[string]chat.Platform, admins []chat.Destination, log *slog.Logger) *Outbox {
	return &Outbox{
		store: s, platforms: platforms, admins: admins, log: log,
		busy: make(map[chat.Destination]bool), held: make(map[string]time.Time), refused: make(map[string]bool),
	}
}

// Flush starts to send what is due and returns without waiting for it. A destination that is still
// being sent to is left alone. It reports how many destinations it started on.
func (o *Outbox) Flush(ctx context.Context) (started int, err error) {
	due, err := o.store.DueDestinations(ctx, time.Now())
	if err != nil {
		return 0, err
	}
	for _, to := range due {
		if !o.claim(to) {
			continue
		}
		started++
		o.sending.Go(func() {
			defer o.release(to)
			o.work(ctx, to)
		})
	}
	return started, nil
}

// Wait returns when no send is under way. Flush must not be called meanwhile.
func (o *Outbox) Wait() { o.sending.Wait() }

// Drain flushes until nothing more is due, and waits for it. What is on hold stays on the list.
func (o *Outbox) Drain(ctx context.Context) error {
	for {
		started, err := o.Flush(ctx)
		o.Wait()
		if err != nil || started == 0 || ctx.Err() != nil {
			return err
		}
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
		if _, err := platform.Send(ctx, to, key, m); err != nil {
			o.log.Error("admin was not told", "admin", to, "note", m.Title, "err", err)
		}
	}
}

// claim takes a destination for one worker. It refuses one that has a worker, or whose platform holds.
func (o *Outbox) claim(to chat.Destination) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.busy[to] || time.Now().Before(o.held[to.Platform]) {
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

// work sends what a destination is owed in order, and stops at the first that must wait. What is due
// is read only now that the destination is claimed: an older list may name what another worker has
// sent meanwhile.
func (o *Outbox) work(ctx context.Context, to chat.Destination) {
	for {
		queue, err := o.store.Due(ctx, to, time.Now(), batch)
		if err != nil && ctx.Err() == nil {
			o.log.Error("outbox was not read", "to", to, "err", err)
		}
		if len(queue) == 0 {
			return
		}
		for _, p := range queue {
			if ctx.Err() != nil || o.onHold(to.Platform) {
				return
			}
			goOn, err := o.deliver(ctx, p)
			if err != nil {
				o.log.Error("outcome was not noted; the alert may be posted again", "to", to, "alert", p.Alert.ID, "err", err)
			}
			if err != nil || !goOn {
				return
			}
		}
	}
}

// deliver sends one alert and notes what became of it. It reports whether the next may follow.
func (o *Outbox) deliver(ctx context.Context, p store.Pending) (goOn bool, err error) {
	id, sendErr := o.send(ctx, p)
	now := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedTimeout)
	defer cancel()
	o.holdPlatform(ctx, p.To.Platform, sendErr, now)
	next := decide(p, sendErr, now)
	switch next.act {
	case sent:
		o.log.Info("posted", "alert", p.Alert.ID, "to", p.To, "message", id)
		return true, o.store.Sent(ctx, p.Delivery, id, now)
	case drop:
		o.log.Error("alert dropped", "alert", p.Alert.ID, "to", p.To, "err", sendErr)
		o.TellAdmins(ctx, droppedNote(p, sendErr))
		return true, o.store.Drop(ctx, p.Delivery, sendErr.Error(), now)
	}
	o.log.Warn("not posted yet", "alert", p.Alert.ID, "to", p.To, "again", next.setback.Until.UTC().Format(time.RFC3339), "err", sendErr)
	suspended, err := o.store.Retry(ctx, p.Delivery, next.setback)
	if suspended {
		o.TellAdmins(ctx, suspendedNote(p.To, sendErr))
	}
	return false, err
}

func (o *Outbox) send(ctx context.Context, p store.Pending) (id string, err error) {
	platform, ok := o.platforms[p.To.Platform]
	if !ok {
		return "", fmt.Errorf("platform %s is not set up in the config", p.To.Platform)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	return platform.Send(ctx, p.To, p.Key, alert.Message(p.Alert))
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
