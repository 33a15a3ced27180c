// Package outbox turns what is owed into chat messages: oldest first to each destination, each
// destination on its own, and nothing taken off the list before the service has said that it was posted.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
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
	// noteAgain is how long after a note that failed it is tried again.
	noteAgain = 10 * time.Second
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
	unnoted map[chat.Destination]unnoted
}

// An unnoted is a result that the store would not take, and when it is to be noted again.
type unnoted struct {
	result
	again time.Time
}

// New makes an outbox that sends through the platforms, by name, and tells the admins what they must know.
func New(s *store.Store, platforms map[string]chat.Platform, admins []chat.Destination, log *slog.Logger) *Outbox {
	return &Outbox{
		store: s, platforms: platforms, admins: admins, log: log,
		busy: make(map[chat.Destination]bool), held: make(map[string]time.Time), refused: make(map[string]bool),
		unnoted: make(map[chat.Destination]unnoted),
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
		if _, err := platform.Send(ctx, to, key, m); err != nil {
			o.log.Error("admin was not told", "admin", to, "note", m.Title, "err", err)
		}
	}
}

// claim takes a destination for one worker. It refuses one that has a worker, whose platform holds, or
// whose last outcome is to be noted first and cannot be yet.
func (o *Outbox) claim(to chat.Destination) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.busy[to] || now.Before(o.held[to.Platform]) || now.Before(o.unnoted[to].again) {
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
	if err := o.settle(ctx, to); err != nil {
		o.log.Error("outcome was not noted; nothing more is sent there until it is", "to", to, "err", err)
		return
	}
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
				o.log.Error("outcome was not noted; nothing more is sent there until it is", "to", to, "alert", p.Alert.ID, "err", err)
			}
			if err != nil || !goOn {
				return
			}
		}
	}
}

// A result is what one send came to.
type result struct {
	pending store.Pending
	id      string // of the posted message
	err     error
	at      time.Time
}

// deliver sends one alert and notes what became of it. It reports whether the next may follow.
func (o *Outbox) deliver(ctx context.Context, p store.Pending) (goOn bool, err error) {
	r := result{pending: p}
	r.id, r.err = o.send(ctx, p)
	r.at = time.Now()
	if goOn, err = o.note(ctx, r); err != nil {
		o.keep(r)
	}
	o.holdPlatform(ctx, p.To.Platform, r.err, r.at)
	return goOn, err
}

// send calls the platform. A panic there is a message that we cannot write: it is given up, or else it
// would stop the bot again after every start.
func (o *Outbox) send(ctx context.Context, p store.Pending) (id string, err error) {
	platform, ok := o.platforms[p.To.Platform]
	if !ok {
		return "", fmt.Errorf("platform %s is not set up in the config", p.To.Platform)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			o.log.Error("panic", "alert", p.Alert.ID, "to", p.To, "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("this bot has a bug that the alert brings out: %w", chat.ErrRejected)
		}
	}()
	return platform.Send(ctx, p.To, p.Key, alert.Message(p.Alert))
}

// note writes down what a send came to, and then tells the admins what they must know. It reports
// whether the next alert may follow.
func (o *Outbox) note(ctx context.Context, r result) (goOn bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedTimeout)
	defer cancel()
	p := r.pending
	next := decide(p, r.err, r.at)
	switch next.act {
	case sent:
		o.log.Info("posted", "alert", p.Alert.ID, "to", p.To, "message", r.id)
		return true, o.store.Sent(ctx, p.Delivery, r.id, r.at)
	case drop:
		o.log.Error("alert dropped", "alert", p.Alert.ID, "to", p.To, "err", r.err)
		if err := o.store.Drop(ctx, p.Delivery, r.err.Error(), r.at); err != nil {
			return false, err
		}
		o.TellAdmins(ctx, droppedNote(p, r.err))
		return true, nil
	}
	o.log.Warn("not posted yet", "alert", p.Alert.ID, "to", p.To, "again", next.setback.Until.UTC().Format(time.RFC3339), "err", r.err)
	suspended, err := o.store.Retry(ctx, p.Delivery, next.setback)
	if suspended {
		o.TellAdmins(ctx, suspendedNote(p.To, r.err))
	}
	return false, err
}

// keep remembers a result that could not be noted, and leaves its destination alone for a while.
func (o *Outbox) keep(r result) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unnoted[r.pending.To] = unnoted{r, time.Now().Add(noteAgain)}
}

// settle notes the result of an earlier send that could not be noted then, as on a full disk. Until it
// is noted nothing more may go to the destination, or it would get the same alert again and again.
func (o *Outbox) settle(ctx context.Context, to chat.Destination) error {
	o.mu.Lock()
	u, waits := o.unnoted[to]
	o.mu.Unlock()
	if !waits {
		return nil
	}
	if _, err := o.note(ctx, u.result); err != nil {
		o.keep(u.result)
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.unnoted, to)
	return nil
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
