package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"pressalert/bot/internal/chat"
)

// errNotSetUp means that the config has no such platform, or no longer.
var errNotSetUp = errors.New("is not set up in the config")

// A result is what one call of a platform came to.
type result struct {
	parcel
	id  string // of the posted message
	err error
	at  time.Time
}

// deliver makes a call and notes what became of it. It reports whether the next may follow.
func (o *Outbox) deliver(ctx context.Context, p parcel) (goOn bool, err error) {
	if err := o.begin(context.WithoutCancel(ctx), p); err != nil {
		return false, err
	}
	o.at("begun")
	r := result{parcel: p}
	r.id, r.err = o.call(ctx, p)
	r.at = time.Now()
	o.at("called")
	if goOn, err = o.note(ctx, r); err != nil {
		o.keep(r)
	}
	o.at("noted")
	if p.pin && r.err == nil && err == nil {
		o.pin(ctx, p.to, r.id)
	}
	o.holdPlatform(ctx, p.to.Platform, r.err, r.at)
	return goOn, err
}

// begin notes what is about to be done, for the case that the program does not live to note the outcome. The
// edit of a bulletin does no harm if it is made twice, and the word of the desk little.
func (o *Outbox) begin(ctx context.Context, p parcel) error {
	switch {
	case p.edits():
		return o.store.BeginEdit(ctx, p.list[0], time.Now())
	case p.bulletin != nil, p.notice:
		return nil
	}
	return o.store.Begin(ctx, p.list, time.Now())
}

// call calls the platform. A panic there is a message that we cannot write: it is given up, or else it
// would stop the bot again after every start.
func (o *Outbox) call(ctx context.Context, p parcel) (id string, err error) {
	platform, ok := o.platforms[p.to.Platform]
	if !ok {
		return "", fmt.Errorf("platform %s %w", p.to.Platform, errNotSetUp)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			o.log.Error("panic", "alert", p.list[0].Alert.ID, "to", p.to, "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("this bot has a bug that the alert brings out: %w", chat.ErrRejected)
		}
	}()
	if p.messageID != "" {
		return p.messageID, platform.Edit(ctx, p.to, p.messageID, p.render())
	}
	return platform.Send(ctx, p.to, p.key, p.render())
}

// note writes down what a call came to, and then tells the admins what they must know. It reports
// whether the next may follow.
func (o *Outbox) note(ctx context.Context, r result) (goOn bool, err error) {
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedTimeout)
	defer cancel()
	next := decide(r.parcel, r.err, r.at)
	if elsewhere, ok := errors.AsType[*chat.MovedError](r.err); ok && next.act == move {
		return o.follow(ctx, r.to, elsewhere.To)
	}
	switch {
	case r.edits():
		return o.noteEdit(noting, r, next)
	case r.notice:
		return o.noteNotice(noting, r, next)
	}
	switch next.act {
	case done:
		return true, o.noteDone(noting, r)
	case drop:
		o.log.Error("alert dropped", "alert", r.list[0].Alert.ID, "alerts", len(r.list), "to", r.to, "err", r.err)
		if err := o.store.Drop(noting, r.list, r.err.Error(), r.at); err != nil {
			return false, err
		}
		o.TellAdmins(ctx, droppedNote(r.list, r.err))
		return true, nil
	case end:
		o.log.Warn("bulletin cannot be edited; it is posted anew", "to", r.to, "message", r.messageID, "err", r.err)
		return true, o.store.BulletinLost(noting, *r.bulletin)
	}
	o.log.Warn("not posted yet", "alert", r.list[0].Alert.ID, "alerts", len(r.list), "to", r.to,
		"again", next.setback.Until.UTC().Format(time.RFC3339), "unknown", next.setback.Unknown, "err", r.err)
	wait, err := o.store.Retry(noting, r.list, next.setback)
	if wait.Suspended {
		o.TellAdmins(ctx, suspendedNote(r.to, r.err))
		o.tellAround(ctx, r.to)
	}
	return wait.Aside, err
}

func (o *Outbox) noteDone(ctx context.Context, r result) error {
	if r.bulletin != nil {
		o.log.Info("bulletin edited", "alerts", len(r.list), "to", r.to, "message", r.messageID)
		return o.store.BulletinEdited(ctx, *r.bulletin, r.at)
	}
	o.log.Info("posted", "alert", r.list[0].Alert.ID, "alerts", len(r.list), "to", r.to, "message", r.id)
	return o.store.Sent(ctx, r.list, r.id, r.at)
}

// noteEdit writes down what became of the edit of a post. One that fails costs nothing but itself.
func (o *Outbox) noteEdit(ctx context.Context, r result, next step) (goOn bool, err error) {
	p := r.list[0]
	if r.err == nil {
		o.log.Info("post edited", "alert", p.Alert.ID, "to", r.to, "message", r.messageID)
		return true, o.store.Edited(ctx, p, r.at)
	}
	o.log.Warn("post not edited", "alert", p.Alert.ID, "to", r.to, "message", r.messageID, "err", r.err)
	switch next.act {
	case end:
		return true, o.store.EditEnded(ctx, p, r.err.Error())
	case later:
		return true, o.store.EditFailed(ctx, p, r.err.Error(), r.at)
	}
	return false, o.store.Hold(ctx, r.to, next.setback)
}

// follow moves all that belongs to a channel to its new place, and sends there what is owed, at once.
func (o *Outbox) follow(ctx context.Context, from, to chat.Destination) (goOn bool, err error) {
	if err := o.store.Moved(context.WithoutCancel(ctx), from, to); err != nil {
		return false, err
	}
	o.log.Warn("channel has moved; please correct the config", "from", from, "to", to)
	o.start(ctx, to)
	o.TellAdmins(ctx, movedNote(from, to))
	return false, nil
}

// keep remembers a result that could not be noted.
func (o *Outbox) keep(r result) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unnoted[r.to] = r
}

// settle notes the result of an earlier call that could not be noted then, as on a full disk. Until it
// is noted nothing more may go to the destination, or it would get the same alert again and again.
func (o *Outbox) settle(ctx context.Context, to chat.Destination) error {
	o.mu.Lock()
	r, waits := o.unnoted[to]
	o.mu.Unlock()
	if !waits {
		return nil
	}
	if _, err := o.note(ctx, r); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.unnoted, to)
	return nil
}
