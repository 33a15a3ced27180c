package command

import (
	"context"
	"fmt"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// namedFeeds bounds the broken feeds that are named with their reason.
const namedFeeds = 10

func statusMenu() chat.Command {
	return chat.Command{Name: "status", Description: "How the bot is: feeds, items, alerts waiting, rules in force"}
}

func (t *Table) status(ctx context.Context, r chat.Request) (chat.Message, error) {
	totals, err := t.Store.Totals(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	queues, err := t.Store.Queues(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	admin := t.inAdminPlace(r)
	feedField, broken, err := t.feedHealth(ctx, time.Now(), admin)
	if err != nil {
		return chat.Message{}, err
	}
	set := t.Rules.Get()
	m := chat.Message{
		Title: "Status",
		Fields: []chat.Field{
			feedField,
			{Name: "Items", Value: fmt.Sprintf("%d read, %d matched, %s", totals.Items, totals.Matched, counted(totals.Alerts, "alert"))},
			{Name: "Posts", Value: postCounts(totals)},
			{Name: "Waiting", Value: waitingLine(totals, queues, time.Now())},
			{Name: "Rules", Value: fmt.Sprintf("%d in force, version %s", len(set.Rules()), set.Version())},
		},
	}
	m.Body = broken
	if admin {
		m.Fields = append(m.Fields, chat.Field{Name: "Asked since the start", Value: t.tally.String()})
		for _, q := range queues {
			m.Body = append(m.Body, queueLine(q))
		}
	}
	return m, nil
}

func postCounts(t store.Totals) string {
	line := fmt.Sprintf("%d sent, %d given up", t.Sent, t.Dropped)
	if t.Unknown > 0 {
		line += fmt.Sprintf(", %d with unknown outcome (each may stand twice)", t.Unknown)
	}
	return line
}

// waitingLine says how many deliveries wait and until when the first of them is held.
func waitingLine(totals store.Totals, queues []store.Queue, now time.Time) string {
	if totals.Waiting == 0 {
		return "none"
	}
	line := counted(totals.Waiting, "delivery")
	if totals.Waiting > 1 {
		line = fmt.Sprintf("%d deliveries", totals.Waiting)
	}
	var next time.Time
	suspended := 0
	for _, q := range queues {
		if q.Until.After(now) && (next.IsZero() || q.Until.Before(next)) {
			next = q.Until
		}
		if !q.Suspended.IsZero() {
			suspended++
		}
	}
	if !next.IsZero() {
		line += ", the next try " + moment(next)
	}
	if suspended > 0 {
		line += fmt.Sprintf(", %s suspended", counted(suspended, "channel"))
	}
	return line
}

func queueLine(q store.Queue) chat.Paragraph {
	text := fmt.Sprintf(" %d waiting", q.Waiting)
	for _, part := range []struct {
		n    int
		what string
	}{{q.Edits, "edits"}, {q.Parked, "kept until the config names it again"}, {q.Unknown, "with unknown outcome"}} {
		if part.n > 0 {
			text += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	if !q.Until.IsZero() {
		text += ", next try " + moment(q.Until)
	}
	if !q.Suspended.IsZero() {
		text += ", suspended since " + moment(q.Suspended)
	}
	if q.Reason != "" {
		text += ": " + q.Reason
	}
	return chat.Paragraph{{Text: q.To.String(), Style: chat.Code}, {Text: text}}
}

// feedHealth counts feeds that are well, broken, quiet and not yet read, and names the broken ones. Only
// admins see why: the reasons may hold addresses inside the network that the bot runs in.
func (t *Table) feedHealth(ctx context.Context, now time.Time, admin bool) (chat.Field, []chat.Paragraph, error) {
	states, err := t.Store.FeedStates(ctx)
	if err != nil {
		return chat.Field{}, nil, err
	}
	counts := make(map[store.Health]int)
	var broken []chat.Paragraph
	for _, f := range t.Feeds.Get().On() {
		state := states[f.ID]
		h := state.Health(now)
		counts[h]++
		if h == store.Broken && counts[h] <= namedFeeds {
			line := brokenLine(f, state, now)
			if admin {
				line = append(line, chat.Span{Text: ": " + state.Error})
			}
			broken = append(broken, line)
		}
	}
	return chat.Field{Name: "Feeds", Value: healthCounts(counts)}, broken, nil
}

func brokenLine(f feeds.Feed, state store.FeedState, now time.Time) chat.Paragraph {
	text := " never read"
	if !state.Succeeded.IsZero() {
		text = " last read " + ago(state.Succeeded, now)
	}
	return chat.Paragraph{{Text: f.ID, Style: chat.Code}, {Text: text}}
}
