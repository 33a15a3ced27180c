package watch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// namedFeeds bounds the feeds that the heartbeat names of each sort.
const namedFeeds = 10

// Heartbeat sums up for the admins how the feeds are at now, and what the last 24 hours brought.
func (w *Watch) Heartbeat(ctx context.Context, now time.Time) (chat.Message, error) {
	states, err := w.Store.FeedStates(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	counts, err := w.Store.CountsSince(ctx, now.Add(-24*time.Hour))
	if err != nil {
		return chat.Message{}, err
	}
	parked, err := w.Store.Parked(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	return heartbeat(w.Feeds.Get().On(), states, counts, parked, now), nil
}

func heartbeat(list []feeds.Feed, states map[string]store.FeedState, counts store.Counts, parked []store.ParkedFeed, now time.Time) chat.Message {
	healths := make(map[store.Health]int)
	sorts := make(map[string][]string) // ids of feeds, by what is to be said of them
	note := func(sort, id string) { sorts[sort] = append(sorts[sort], id) }
	for _, f := range list {
		s := current(f, states[f.ID])
		health := s.Health(now)
		healths[health]++
		switch {
		case health == store.Broken:
			note("broken, "+cmp.Or(string(s.Class), "by a bug of this bot"), f.ID)
		case health == store.Quiet:
			note("quiet", f.ID)
		case s.Failures > 0:
			note("read through fallbacks", f.ID)
		}
	}
	for _, p := range parked {
		note("held back for /review", p.Feed)
	}
	m := chat.Message{
		Title: "The last 24 hours",
		Fields: []chat.Field{
			{Name: "Feeds", Value: healthCounts(healths)},
			{Name: "Items", Value: fmt.Sprintf("%d read, %d matched, %d posted", counts.Items, counts.Matched, counts.Sent)},
		},
	}
	for _, sort := range slices.Sorted(maps.Keys(sorts)) {
		m.Body = append(m.Body, namedLine(sort, sorts[sort]))
	}
	return m
}

func healthCounts(healths map[store.Health]int) string {
	parts := []string{}
	for _, h := range []store.Health{store.OK, store.Broken, store.Quiet, store.Unread} {
		if healths[h] > 0 || h != store.Unread {
			parts = append(parts, fmt.Sprintf("%d %s", healths[h], h))
		}
	}
	return strings.Join(parts, ", ")
}

// namedLine names the first feeds of a sort.
func namedLine(sort string, ids []string) chat.Paragraph {
	line := chat.Paragraph{{Text: strings.ToUpper(sort[:1]) + sort[1:], Style: chat.Bold}, {Text: ": "}}
	for i, id := range ids[:min(len(ids), namedFeeds)] {
		if i > 0 {
			line = append(line, chat.Span{Text: ", "})
		}
		line = append(line, chat.Span{Text: id, Style: chat.Code})
	}
	if more := len(ids) - namedFeeds; more > 0 {
		line = append(line, chat.Span{Text: fmt.Sprintf(" and %d more", more)})
	}
	return line
}
