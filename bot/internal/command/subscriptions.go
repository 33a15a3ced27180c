package command

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/rules"
)

func subscriptionsMenu() chat.Command {
	return chat.Command{Name: "subscriptions", Description: "What is subscribed here, and when it is sent", Private: true}
}

func (t *Table) subscriptions(ctx context.Context, r chat.Request) (chat.Message, error) {
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	if len(list) == 0 {
		return chat.Message{Title: "Nothing is subscribed here.", Footer: "/subscribe begins, or /start"}, nil
	}
	m := chat.Message{Title: "Subscribed here", Footer: "/unsubscribe and a number ends one. /digest, /quiet, /timezone and /language change how all are sent."}
	for _, s := range list {
		m.Body = append(m.Body, subscriptionLine(s))
	}
	return m, nil
}

// subscriptionLine says a subscription in a line behind its number.
func subscriptionLine(s alert.Subscription) chat.Paragraph {
	return chat.Paragraph{{Text: fmt.Sprintf("%d  ", s.ID), Style: chat.Bold}, {Text: describe(s)}}
}

// describe says what a subscription takes, and when and how that is sent.
func describe(s alert.Subscription) string {
	return strings.Join(append(selects(s), sends(s)...), " · ")
}

// selects says which alerts a subscription takes.
func selects(s alert.Subscription) []string {
	w := spoken.For("en")
	parts := []string{
		cmp.Or(named(s.Countries, w.Country), "all countries"),
		cmp.Or(named(s.Topics, func(t rules.Topic) string { return w.Topic(string(t)) }), "all topics"),
	}
	for _, part := range []string{
		named(s.Laws, func(l rules.Law) string { return w.Law(string(l)) }),
		prefixed("rules ", strings.Join(s.Rules, ", ")),
		prefixed("items in ", named(s.Languages, w.LanguageName)),
		named(s.Directions, func(d rules.Direction) string { return w.Direction(string(d)) }),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if s.Floor > rules.Low {
		parts = append(parts, s.Floor.String()+" and above")
	}
	if s.Confirmation > 1 {
		parts = append(parts, fmt.Sprintf("from %d sources on", s.Confirmation))
	}
	return parts
}

// sends says when and how what a subscription takes is sent.
func sends(s alert.Subscription) []string {
	instant := cmp.Or(s.Instant, rules.High)
	parts := []string{fmt.Sprintf("%s and above at once, the rest %s", instant, digestTime(s.Digest))}
	switch {
	case instant <= max(s.Floor, rules.Low):
		parts[0] = "all at once"
	case instant >= rules.Critical:
		parts[0] = "critical at once, the rest " + digestTime(s.Digest)
	}
	if s.Zone != nil {
		parts = append(parts, "time of "+s.Zone.String())
	}
	if hours := s.Quiet.String(); hours != "" {
		parts = append(parts, "quiet "+hours)
	}
	if s.Language != "" {
		parts = append(parts, "in "+spoken.For("en").LanguageName(s.Language))
	}
	if s.Discreet {
		parts = append(parts, "discreet")
	}
	if s.FromConfig {
		parts = append(parts, "from the config")
	}
	return parts
}

func named[T any](list []T, name func(T) string) string {
	names := make([]string, 0, len(list))
	for _, v := range list {
		names = append(names, name(v))
	}
	return strings.Join(names, ", ")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// digestTime says when a digest is sent, as people write it where that is possible.
func digestTime(s feeds.Schedule) string {
	text := cmp.Or(s.String(), "0 8 * * *") // what the zero value means
	var minute, hour int
	var rest string
	if n, _ := fmt.Sscanf(text, "%d %d * * %s", &minute, &hour, &rest); n == 3 {
		clock := time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("15:04")
		switch rest {
		case "*":
			return "daily " + clock
		case "1-5":
			return "weekdays " + clock
		}
	}
	return "at " + text
}
