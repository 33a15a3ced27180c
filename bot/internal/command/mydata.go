package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

// deedsRead is how much of the audit is looked through.
const deedsRead = 5000

func mydataMenu() chat.Command {
	return chat.Command{Name: "mydata", Description: "Everything that is stored about this place", Private: true}
}

// mydata says all that the database has of a place: what it asked for and was sent. It names nobody.
func (t *Table) mydata(ctx context.Context, r chat.Request) (chat.Message, error) {
	m := chat.Message{
		Title: "Stored about this place",
		Body: []chat.Paragraph{
			chat.Text("Its id, " + r.From.String() + ", and with it what is listed here. No names, no phone numbers, no messages, no log of commands."),
		},
		Footer: "/stop deletes all of it at once and for good",
	}
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return m, err
	}
	for _, s := range list {
		m.Fields = append(m.Fields, chat.Field{Name: fmt.Sprintf("Subscription %d", s.ID), Value: describe(s)})
	}
	mutes, err := t.Store.Mutes(ctx, r.From, time.Now())
	if err != nil {
		return m, err
	}
	for _, mute := range mutes {
		m.Fields = append(m.Fields, chat.Field{Name: "Mute", Value: t.muteLine(mute).PlainText()})
	}
	if m.Fields, err = t.sentThere(ctx, r, m.Fields); err != nil {
		return m, err
	}
	m.Fields = append(m.Fields, chat.Field{Name: "Not relevant", Value: "where somebody here pressed that: the alert, the time, this place, and a code that tells nobody who it was"})
	return m, nil
}

// sentThere adds what was sent to a place, what waits for it, and where the audit names it.
func (t *Table) sentThere(ctx context.Context, r chat.Request, fields []chat.Field) ([]chat.Field, error) {
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
	sent := counted(posts, "post") + ", each with its time and the number of its message"
	if i := slices.IndexFunc(queues, func(q store.Queue) bool { return q.To == r.From }); i >= 0 {
		sent += fmt.Sprintf("; %d waiting", queues[i].Waiting)
		if !queues[i].Suspended.IsZero() {
			sent += "; suspended since " + moment(queues[i].Suspended)
		}
	}
	fields = append(fields, chat.Field{Name: "Alerts", Value: sent})
	if named > 0 {
		entries := strings.Replace(counted(named, "entry"), "entrys", "entries", 1)
		fields = append(fields, chat.Field{Name: "Audit of what admins do", Value: entries + " from here"})
	}
	return fields, nil
}
