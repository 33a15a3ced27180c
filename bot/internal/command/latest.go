package command

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// defaultLatest and mostLatest bound the alerts of one answer to what a phone shows.
	defaultLatest = 5
	mostLatest    = 15
)

func latestMenu() chat.Command {
	var topics []string
	for _, t := range rules.Topics() {
		topics = append(topics, string(t))
	}
	return chat.Command{
		Name: "latest", Description: "The newest alerts, of a country or a topic if you name one",
		Args: []chat.Arg{
			{Name: "country", Description: "A country's two-letter code or its name, such as KH or Cambodia", Complete: true},
			{Name: "topic", Description: "One of " + strings.Join(topics, ", "), Kind: chat.Choice, Choices: topics},
			{Name: "n", Description: fmt.Sprintf("How many, 1 to %d", mostLatest), Kind: chat.Number, Min: 1, Max: mostLatest},
		},
	}
}

func (t *Table) latest(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	filter := store.Filter{Topic: rules.Topic(r.Args["topic"]), Limit: defaultLatest}
	s, complaint := scopeOf(w, time.Now(), r.Args["country"])
	switch {
	case complaint != "":
	case !s.since.IsZero():
		complaint = w.Text(spoken.ArchiveNoPeriod)
	case s.topic != "" && filter.Topic != "":
		complaint = w.Text(spoken.ArchiveOneTopic)
	}
	if complaint != "" {
		return usageIn(w, latestMenu(), complaint), nil
	}
	filter.Country, filter.Topic = s.country, cmp.Or(filter.Topic, s.topic)
	if n, err := strconv.Atoi(r.Args["n"]); err == nil {
		filter.Limit = min(max(n, 1), mostLatest)
	}
	alerts, err := t.Store.Latest(ctx, filter)
	if err != nil {
		return chat.Message{}, err
	}
	about := scope{country: filter.Country, topic: filter.Topic}.about(w)
	if len(alerts) == 0 {
		return chat.Message{Title: narrowed(w, about, spoken.ArchiveLatestNone, spoken.ArchiveLatestNoneAbout)}, nil
	}
	m := chat.Message{Title: narrowed(w, about, spoken.ArchiveLatest, spoken.ArchiveLatestAbout), Footer: w.Text(spoken.ArchiveLatestNote)}
	for _, a := range alerts {
		m.Body = append(m.Body, line(w, a))
	}
	return m, nil
}

// narrowed is the text of all, or that of what an answer was narrowed to.
func narrowed(w spoken.Words, about string, all, part spoken.Key, pairs ...string) string {
	if about == "" {
		return w.Text(all, pairs...)
	}
	return w.Text(part, append(pairs, "about", about)...)
}

// line is one alert in a list: number, date, country, headline.
func line(w spoken.Words, a alert.Alert) chat.Paragraph {
	topic := string(a.Topics[0])
	about := facts(w.ShortDay(a.Item.When().UTC()), named(a.Countries, w.Country), w.Topic(topic), w.Stage(topic, string(a.Stage)))
	return chat.Paragraph{
		{Text: fmt.Sprintf("%d  ", a.ID), Style: chat.Bold},
		{Text: about + " — "},
		{Text: w.Isolate(cmp.Or(a.Item.Title, a.Item.Summary)), Link: a.Item.Link},
		{Text: " (" + w.Isolate(a.Source) + ")"},
	}
}
