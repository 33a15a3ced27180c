package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
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
			{Name: "country", Description: "A country's two-letter code or English name, such as KH or Cambodia"},
			{Name: "topic", Description: "One of " + strings.Join(topics, ", "), Kind: chat.Choice, Choices: topics},
			{Name: "n", Description: fmt.Sprintf("How many, 1 to %d", mostLatest), Kind: chat.Number, Min: 1, Max: mostLatest},
		},
	}
}

func (t *Table) latest(ctx context.Context, r chat.Request) (chat.Message, error) {
	filter := store.Filter{Topic: rules.Topic(r.Args["topic"]), Limit: defaultLatest}
	s, complaint := scopeOf(time.Now(), r.Args["country"])
	switch {
	case complaint != "":
	case !s.since.IsZero():
		complaint = "The newest alerts have no period. /search and /export have one."
	case s.topic != "" && filter.Topic != "":
		complaint = "Please name one topic."
	}
	if complaint != "" {
		return usage(latestMenu(), complaint), nil
	}
	filter.Country, filter.Topic = s.country, cmp.Or(filter.Topic, s.topic)
	if n, err := strconv.Atoi(r.Args["n"]); err == nil {
		filter.Limit = min(max(n, 1), mostLatest)
	}
	alerts, err := t.Store.Latest(ctx, filter)
	if err != nil {
		return chat.Message{}, err
	}
	about := aboutFilter(filter)
	if len(alerts) == 0 {
		return chat.Message{Title: "No alerts" + about + " so far."}, nil
	}
	m := chat.Message{Title: "Latest alerts" + about}
	for _, a := range alerts {
		m.Body = append(m.Body, line(a))
	}
	m.Footer = "Why an alert? /why and its number"
	return m, nil
}

// aboutFilter says in words what an answer was narrowed to.
func aboutFilter(f store.Filter) string {
	about := ""
	if f.Topic != "" {
		about += ", " + strings.ToLower(alert.TopicName(f.Topic))
	}
	if f.Country != "" {
		about += ", " + alert.CountryName(f.Country)
	}
	return about
}

// line is one alert in a list: number, date, country, headline.
func line(a alert.Alert) chat.Paragraph {
	where := make([]string, 0, len(a.Countries))
	for _, c := range a.Countries {
		where = append(where, alert.CountryName(c))
	}
	facts := slices.DeleteFunc([]string{
		a.Item.When().UTC().Format("2 Jan"), strings.Join(where, ", "), alert.TopicName(a.Topics[0]),
		alert.StageName(a.Stage),
	}, func(s string) bool { return s == "" })
	return chat.Paragraph{
		{Text: fmt.Sprintf("%d  ", a.ID), Style: chat.Bold},
		{Text: strings.Join(facts, " · ") + " — "},
		{Text: cmp.Or(a.Item.Title, a.Item.Summary), Link: a.Item.Link},
		{Text: " (" + a.Source + ")"},
	}
}
