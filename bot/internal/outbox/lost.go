package outbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/words"
)

const (
	// lostDays is how long all that belongs to a channel is kept that is not ours to post in: a right that was
	// taken by mistake is given back sooner, and who has left has a right to be forgotten.
	lostDays = 90
	// sweepPause is how often it is looked for channels that were lost longer ago.
	sweepPause = time.Hour
)

// sweep begins to delete what belongs to channels that were lost long ago. It is done while nothing is sent,
// because nothing can be written meanwhile.
func (o *Outbox) sweep(ctx context.Context) {
	now := time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.busy) > 0 || now.Before(o.nextSweep) {
		return
	}
	o.nextSweep = now.Add(sweepPause)
	o.sending.Go(func() { o.forgetLost(ctx, now) })
}

func (o *Outbox) forgetLost(ctx context.Context, now time.Time) {
	forgotten, err := o.store.ForgetSuspended(ctx, now.AddDate(0, 0, -lostDays), now)
	if err != nil && ctx.Err() == nil {
		o.log.Error("what belongs to lost channels is not all deleted", "err", err)
	}
	if len(forgotten) > 0 {
		o.log.Warn("lost channels are forgotten", "channels", len(forgotten)) // their ids would be there again
		o.TellAdmins(ctx, forgottenNote(forgotten))
	}
}

// tellAround tells of a lost topic or thread those who are in the channel around it, where somebody can mend
// it. Of a lost channel nobody can be told but the admins: who asked for its alerts is not kept.
func (o *Outbox) tellAround(ctx context.Context, lost chat.Destination) {
	if lost.Topic == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	var w words.Words
	wishes, err := o.store.SubscriptionsOf(ctx, lost)
	if err == nil && len(wishes) > 0 {
		w = words.For(wishes[0].Language)
	}
	around := chat.Destination{Platform: lost.Platform, Channel: lost.Channel}
	_, err = o.platforms[lost.Platform].Send(ctx, around, fmt.Sprintf("lost %d %s", time.Now().UnixNano(), lost), chat.Message{
		Title:    w.Text(words.LostTitle),
		Body:     []chat.Paragraph{chat.Text(w.Text(words.LostText, "days", strconv.Itoa(lostDays)))},
		Language: w.Language(),
	})
	if err != nil {
		o.log.Info("the channel around a lost topic was not told", "to", around, "err", err)
	}
}

func forgottenNote(forgotten []chat.Destination) chat.Message {
	var names []string
	for _, to := range forgotten {
		names = append(names, to.String())
	}
	return chat.Message{
		Title: fmt.Sprintf("Deleted after %d days without the right to post: %s", lostDays, strings.Join(names, ", ")),
		Body: []chat.Paragraph{
			chat.Text("If one of them stands in the config, take it out, or restart the bot once it may post there again."),
		},
		Level: chat.Notice,
	}
}
