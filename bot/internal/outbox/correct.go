package outbox

import (
	"context"
	"fmt"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

// correct shows in a post what the desk said of its alert, and then answers the post: few readers see that a
// message has changed.
func (o *Outbox) correct(ctx context.Context, p store.Pending, wishes []alert.Subscription) (goOn bool, err error) {
	if p.Edits {
		return o.update(ctx, p, wishes)
	}
	if _, said := alert.Notice(p.Alert, o.view(p, wishes)); !said {
		return true, o.store.Noticed(ctx, p)
	}
	return o.deliver(ctx, o.notice(p, wishes))
}

// update edits a post, or the digest or bulletin that it is part of.
func (o *Outbox) update(ctx context.Context, p store.Pending, wishes []alert.Subscription) (goOn bool, err error) {
	whole, several, err := o.store.Shown(ctx, p)
	if err != nil {
		return false, err
	}
	if !several {
		return o.deliver(ctx, o.edit(p, wishes))
	}
	edit := o.together(whole, wishes)
	edit.bulletin = nil // it takes nothing in
	return o.deliver(ctx, edit)
}

// notice is a parcel that answers a post. It is as loud as the post was.
func (o *Outbox) notice(p store.Pending, wishes []alert.Subscription) parcel {
	key := fmt.Sprintf("notice %d %s", len(p.Alert.Corrections), p.Key)
	return parcel{to: p.To, list: []store.Pending{p}, key: key, notice: true, render: func() chat.Message {
		m, _ := alert.Notice(p.Alert, o.view(p, wishes))
		m.ReplyTo, m.Quiet = p.MessageID, p.Quiet
		return m
	}}
}

// noteNotice writes down what became of the answer to a post. One that fails costs nothing but itself.
func (o *Outbox) noteNotice(ctx context.Context, r result, next step) (goOn bool, err error) {
	p := r.list[0]
	if r.err == nil {
		o.log.Info("correction posted", "alert", p.Alert.ID, "to", r.to, "message", r.id)
		return true, o.store.Noticed(ctx, p)
	}
	o.log.Warn("correction not posted", "alert", p.Alert.ID, "to", r.to, "err", r.err)
	switch next.act {
	case drop:
		o.TellAdmins(ctx, unansweredNote(p, r.err))
		return true, o.store.NoticeEnded(ctx, p, r.err.Error())
	case later:
		return true, o.store.NoticeFailed(ctx, p, r.err.Error(), r.at)
	}
	return false, o.store.Hold(ctx, r.to, next.setback)
}
