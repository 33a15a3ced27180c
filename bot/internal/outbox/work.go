package outbox

import (
	"context"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

// work sends what a destination is owed in order, and stops at the first that must wait. What is due
// is read only now that the destination is claimed: an older list may name what another worker has
// sent meanwhile.
func (o *Outbox) work(ctx context.Context, to chat.Destination) {
	if err := o.settle(ctx, to); err != nil {
		o.log.Error("outcome was not noted; nothing more is sent there until it is", "to", to, "err", err)
		o.rest(to)
		return
	}
	for ctx.Err() == nil && !o.onHold(to.Platform) {
		goOn, err := o.next(ctx, to)
		if err != nil {
			o.log.Error("the store failed; nothing more is sent there for now", "to", to, "err", err)
			o.rest(to)
		}
		if err != nil || !goOn {
			return
		}
	}
}

// next sends the next of what a destination is owed: what the desk said of a post, or else posts, or else a
// bulletin or digest, or else one edit. It reports whether there may be more.
func (o *Outbox) next(ctx context.Context, to chat.Destination) (goOn bool, err error) {
	now := time.Now()
	wishes, err := o.store.SubscriptionsOf(ctx, to)
	if err != nil {
		return false, err
	}
	notices, err := o.store.DueNotices(ctx, to, now, 1)
	if err != nil {
		return false, err
	}
	if len(notices) > 0 {
		return o.correct(ctx, notices[0], wishes)
	}
	posts, err := o.store.Due(ctx, to, now, batch)
	if err != nil {
		return false, err
	}
	o.at("read")
	if len(posts) > 0 {
		return o.posts(ctx, posts, wishes)
	}
	together, ok, err := o.store.Compose(ctx, to, now)
	if err != nil {
		return false, err
	}
	o.at("composed")
	if ok {
		return o.deliver(ctx, o.together(together, wishes))
	}
	edits, err := o.store.DueEdits(ctx, to, now, 1)
	if err != nil || len(edits) == 0 {
		return false, err
	}
	return o.update(ctx, edits[0], wishes)
}

// posts sends posts in their order. Before each that is not urgent it looks whether something urgent has come.
func (o *Outbox) posts(ctx context.Context, posts []store.Pending, wishes []alert.Subscription) (goOn bool, err error) {
	for i, p := range posts {
		if ctx.Err() != nil || o.onHold(p.To.Platform) {
			return false, nil
		}
		if i > 0 && !p.Urgent {
			if urgent, err := o.store.UrgentDue(ctx, p.To, time.Now()); err != nil || urgent {
				return true, err
			}
		}
		away, err := o.putAway(ctx, p, wishOf(p, wishes))
		if err != nil {
			return false, err
		}
		if away {
			continue
		}
		if p, err = o.store.Answer(ctx, p); err != nil {
			return false, err
		}
		if goOn, err := o.deliver(ctx, o.post(p, wishes)); err != nil || !goOn {
			return false, err
		}
	}
	return true, nil
}

// putAway lets a post go that is muted, and puts one that is above the ceiling into a digest.
func (o *Outbox) putAway(ctx context.Context, p store.Pending, wish alert.Subscription) (bool, error) {
	if p.Muted != "" {
		o.log.Info("not posted", "alert", p.Alert.ID, "to", p.To, "because", p.Muted)
		return true, o.store.Decline(ctx, []store.Pending{p}, p.Muted)
	}
	ceiling, ok := wish.PostsADay()
	if !ok || !p.FirstTry.IsZero() { // the service may have it, and would take it again under the key of a digest
		return false, nil
	}
	now := time.Now()
	posted, err := o.store.PostsSince(ctx, p.To, now.AddDate(0, 0, -1))
	if err != nil {
		return false, err
	}
	later, above := wish.WithinCeiling(p.Delivery, p.Alert.Severity, posted, now)
	if !above {
		return false, nil
	}
	o.log.Info("above the ceiling; it comes in a digest", "alert", p.Alert.ID, "to", p.To, "due", later.Due.UTC().Format(time.RFC3339))
	p.Delivery = later
	return true, o.store.Postpone(ctx, p, ceiling)
}

// wishOf is the subscription that asked for a delivery. If that is gone, it is another one of the
// destination, because they speak one language there; admins may have none.
func wishOf(p store.Pending, wishes []alert.Subscription) alert.Subscription {
	for _, fits := range []func(alert.Subscription) bool{
		func(s alert.Subscription) bool { return s.ID == p.Subscription },
		func(s alert.Subscription) bool { return s.Matches(p.Alert) },
		func(alert.Subscription) bool { return true },
	} {
		if i := slices.IndexFunc(wishes, fits); i >= 0 {
			return wishes[i]
		}
	}
	return alert.Subscription{}
}
