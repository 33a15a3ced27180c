package command

import (
	"context"
	"fmt"
	"time"

	"pressalert/bot/internal/chat"
)

// What an admin can decide about a burst.
const (
	publishBurst = "publish"
	dropBurst    = "drop"
)

func reviewMenu() chat.Command {
	return chat.Command{
		Name: "review", Description: "For admins: alerts that are held back because a feed brought very many at once",
		Args: []chat.Arg{
			{Name: "decision", Description: "publish or drop", Kind: chat.Choice, Choices: []string{publishBurst, dropBurst}},
			{Name: "feed", Description: "The id of the feed that they came from"},
		},
	}
}

// review lists what is held back, or decides about the alerts of one feed.
func (t *Table) review(ctx context.Context, r chat.Request) (chat.Message, error) {
	feed, decision := r.Args["feed"], r.Args["decision"]
	switch {
	case feed == "" && decision == "":
		return t.parked(ctx)
	case feed == "" || decision == "":
		return usage(reviewMenu(), "Please say both: publish or drop, and which feed."), nil
	}
	decide, done := t.Store.Release, "will be posted"
	if decision == dropBurst {
		decide, done = t.Store.DropParked, "will not be posted"
	}
	n, err := decide(ctx, feed, time.Now())
	if err != nil {
		return chat.Message{}, err
	}
	if n == 0 {
		return chat.Message{Title: fmt.Sprintf("Nothing of “%s” is held back.", feed)}, nil
	}
	t.note(ctx, r, decision+" "+feed)
	return chat.Message{Title: fmt.Sprintf("%s of %s %s.", counted(n, "post"), feed, done)}, nil
}

func (t *Table) parked(ctx context.Context) (chat.Message, error) {
	list, err := t.Store.Parked(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	if len(list) == 0 {
		return chat.Message{Title: "Nothing is held back."}, nil
	}
	m := chat.Message{
		Title:  "Held back until you decide",
		Body:   []chat.Paragraph{chat.Text("These feeds brought very many new items at once, as when a site is rebuilt. /latest and /why show what they are.")},
		Footer: "/review publish FEED or /review drop FEED",
	}
	for _, p := range list {
		m.Body = append(m.Body, chat.Paragraph{
			{Text: p.Feed, Style: chat.Code},
			{Text: fmt.Sprintf(": %s, %s, since %s", counted(p.Alerts, "alert"), counted(p.Deliveries, "post"), moment(p.Since))},
		})
	}
	return m, nil
}
