package command

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// deedsRead is how much of the audit is looked through.
const deedsRead = 5000

func mydataMenu() chat.Command {
	return chat.Command{Name: "mydata", Description: "Everything that is stored about this place", Private: true}
}

// mydata says all that the database has of a place: what it asked for and was sent. It names nobody.
func (t *Table) mydata(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	m := chat.Message{
		Title: w.Text(spoken.DataTitle), Body: []chat.Paragraph{chat.Text(w.Text(spoken.DataWhat, "id", r.From.String()))},
		Footer: w.Text(spoken.DataNote),
	}
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return m, err
	}
	place, said, err := t.Store.Manner(ctx, r.From)
	if err != nil {
		return m, err
	}
	if said {
		digest := w.Text(spoken.DataDigest, "when", digestIn(w, place.Digest))
		m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.DataSettings), Value: strings.Join(append([]string{digest}, manners(w, place)...), " · ")})
	}
	for _, s := range list {
		m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.DataSubscription, "id", strconv.FormatInt(s.ID, 10)), Value: t.describe(w, s)})
	}
	mutes, err := t.Store.Mutes(ctx, r.From, time.Now())
	if err != nil {
		return m, err
	}
	for _, mute := range mutes {
		m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.DataMute), Value: t.muteLine(w, mute).PlainText()})
	}
	if m.Fields, err = t.sentThere(ctx, w, r, m.Fields); err != nil {
		return m, err
	}
	m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.ButtonNotRelevant), Value: w.Text(spoken.DataVotes)})
	return m, nil
}

// sentThere adds what was sent to a place, what waits for it, and where the audit names it.
func (t *Table) sentThere(ctx context.Context, w spoken.Words, r chat.Request, fields []chat.Field) ([]chat.Field, error) {
	posts, err := t.Store.PostsSince(ctx, r.From, time.Time{})
	if err != nil {
		return nil, err
	}
	queues, err := t.Store.Queues(ctx)
	if err != nil {
		return nil, err
	}
	deeds, err := t.Store.Deeds(ctx, deedsRead)
	if err != nil {
		return nil, err
	}
	named := 0
	for _, d := range deeds {
		if d.Place == r.From.String() || r.Direct && d.Person == r.User {
			named++
		}
	}
	sent := []string{w.Count(spoken.DataSent, posts)}
	if i := slices.IndexFunc(queues, func(q store.Queue) bool { return q.To == r.From }); i >= 0 {
		sent = append(sent, w.Count(spoken.DataWaiting, queues[i].Waiting))
		if at := queues[i].Suspended; !at.IsZero() {
			sent = append(sent, w.Text(spoken.DataSuspended, "date", w.Moment(at.UTC())))
		}
	}
	fields = append(fields, chat.Field{Name: w.Text(spoken.DataAlerts), Value: strings.Join(sent, " · ")})
	if named > 0 {
		fields = append(fields, chat.Field{Name: w.Text(spoken.DataAudit), Value: w.Count(spoken.DataEntries, named)})
	}
	return fields, nil
}
