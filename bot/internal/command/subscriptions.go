package command

import (
	"cmp"
	"context"
	"fmt"
	"strings"

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
	w := t.words(ctx, r)
	if len(list) == 0 {
		return chat.Message{Title: w.Text(spoken.SubscriptionNone), Footer: w.Text(spoken.SubscriptionNoneNote)}, nil
	}
	m := chat.Message{Title: w.Text(spoken.SubscriptionTitle), Footer: w.Text(spoken.SubscriptionNote)}
	for _, s := range list {
		m.Body = append(m.Body, t.subscriptionLine(w, s))
	}
	return m, nil
}

// subscriptionLine says a subscription in a line behind its number.
func (t *Table) subscriptionLine(w spoken.Words, s alert.Subscription) chat.Paragraph {
	return chat.Paragraph{{Text: fmt.Sprintf("%d  ", s.ID), Style: chat.Bold}, {Text: t.describe(w, s)}}
}

// describe says what a subscription takes, and when and how that is sent.
func (t *Table) describe(w spoken.Words, s alert.Subscription) string {
	return strings.Join(append(t.selects(w, s), sends(w, s)...), " · ")
}

// selects says which alerts a subscription takes.
func (t *Table) selects(w spoken.Words, s alert.Subscription) []string {
	parts := []string{
		cmp.Or(t.placesOf(w, s), w.Text(spoken.SubscriptionAllCountries)),
		cmp.Or(named(s.Topics, func(t rules.Topic) string { return w.Topic(string(t)) }), w.Text(spoken.SubscriptionAllTopics)),
	}
	if len(s.Laws) > 0 {
		parts = append(parts, named(s.Laws, func(l rules.Law) string { return w.Law(string(l)) }))
	}
	if len(s.Rules) > 0 {
		parts = append(parts, w.Text(spoken.SubscriptionRules, "rules", strings.Join(s.Rules, ", ")))
	}
	if len(s.Languages) > 0 {
		parts = append(parts, w.Text(spoken.SubscriptionWritten, "languages", named(s.Languages, w.LanguageName)))
	}
	if len(s.Directions) > 0 {
		only := named(s.Directions, func(d rules.Direction) string { return strings.ToLower(w.Direction(string(d))) })
		parts = append(parts, w.Text(spoken.SubscriptionOnly, "directions", only))
	}
	if s.Floor > rules.Low {
		parts = append(parts, w.Text(spoken.SubscriptionFloor, "severity", severityIn(w, s.Floor)))
	}
	if s.Confirmation > 1 {
		parts = append(parts, w.Count(spoken.SubscriptionSources, s.Confirmation))
	}
	return parts
}

// severityIn names a severity within a sentence.
func severityIn(w spoken.Words, s rules.Severity) string {
	return strings.ToLower(w.Severity(s.String()))
}

// sends says when and how what a subscription takes is sent.
func sends(w spoken.Words, s alert.Subscription) []string {
	instant := cmp.Or(s.Instant, rules.High)
	var parts []string
	switch digest := digestIn(w, s.Digest); {
	case instant <= max(s.Floor, rules.Low):
		parts = []string{w.Text(spoken.SubscriptionAtOnce)}
	case instant >= rules.Critical:
		parts = []string{w.Text(spoken.SubscriptionCritical, "digest", digest)}
	default:
		parts = []string{w.Text(spoken.SubscriptionFrom, "severity", severityIn(w, instant), "digest", digest)}
	}
	parts = append(parts, manners(w, s.Manner())...)
	if s.FromConfig {
		parts = append(parts, w.Text(spoken.SubscriptionConfig))
	}
	return parts
}

// placesOf names the countries of a subscription, and the regions that it has whole.
func (t *Table) placesOf(w spoken.Words, s alert.Subscription) string {
	regions, rest := t.regionsIn(s.Countries)
	names := make([]string, 0, len(regions)+1)
	for _, id := range regions {
		names = append(names, w.Region(id))
	}
	if countries := named(rest, w.Country); countries != "" {
		names = append(names, countries)
	}
	return strings.Join(names, ", ")
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

// digestIn says when a digest is sent: every day, on weekdays, or as its cron expression has it.
func digestIn(w spoken.Words, s feeds.Schedule) string {
	text := cmp.Or(s.String(), "0 8 * * *") // what the zero value means
	var minute, hour int
	var rest string
	if n, _ := fmt.Sscanf(text, "%d %d * * %s", &minute, &hour, &rest); n == 3 {
		at := clock(hour*60 + minute)
		switch rest {
		case "*":
			return w.Text(spoken.SubscriptionDaily, "time", at)
		case "1-5":
			return w.Text(spoken.SubscriptionWeekdays, "time", at)
		}
	}
	return w.Text(spoken.SubscriptionCron, "schedule", text)
}
