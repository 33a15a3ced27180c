package command

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// subscriptionsMax bounds the subscriptions of a place: every alert is held against all of them.
	subscriptionsMax = 30
	// numberMax is the largest number that arguments take, far above any that the store will give.
	numberMax = 1<<31 - 1
)

// When the alerts of a subscription are sent.
const (
	atOnce   = "at-once"
	inDigest = "digest"
)

func subscribeMenu() chat.Command {
	return chat.Command{
		Name: "subscribe", Description: "Have alerts sent here: of a country, a topic, from a severity on", Private: true,
		Args: []chat.Arg{
			{Name: "country", Description: "Countries by code or name, such as KH, Thailand; all if you name none"},
			{Name: "topic", Description: "What they are about; everything if you name none", Kind: chat.Choice, Choices: topicIDs()},
			{Name: "severity", Description: "The least severity; every one if you name none", Kind: chat.Choice, Choices: severityIDs()},
			{
				Name: "when", Description: "all at once, or all but critical ones in the digest; high ones at once if you do not say",
				Kind: chat.Choice, Choices: []string{atOnce, inDigest},
			},
		},
	}
}

func topicIDs() []string {
	var ids []string
	for _, t := range rules.Topics() {
		ids = append(ids, string(t))
	}
	return ids
}

func severityIDs() []string {
	var ids []string
	for _, s := range rules.Severities() {
		ids = append(ids, s.String())
	}
	return ids
}

// subscribe keeps a new subscription of the place.
func (t *Table) subscribe(ctx context.Context, r chat.Request) (chat.Message, error) {
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	text, when := r.Args["country"], r.Args["when"]
	if rest, found := strings.CutSuffix(text, "at once"); found && when == "" { // as people type it
		text, when = strings.TrimSpace(rest), atOnce
	}
	sub := newSubscription(list, r)
	if topic := r.Args["topic"]; topic != "" {
		sub.Topics = []rules.Topic{rules.Topic(topic)}
	}
	if unknown := choose(&sub, text); unknown != "" {
		return usage(subscribeMenu(), strings.TrimSpace(fmt.Sprintf("I know no country or topic “%s”. %s", unknown, nearestName(unknown)))), nil
	}
	sub.Floor, _ = rules.ParseSeverity(r.Args["severity"])
	switch when {
	case atOnce:
		sub.Instant = rules.Low
	case inDigest:
		sub.Instant = rules.Critical
	}
	return t.keepSubscription(ctx, list, sub)
}

// newSubscription is one that takes everything, with the settings that the place has already.
func newSubscription(list []alert.Subscription, r chat.Request) alert.Subscription {
	sub := alert.Subscription{To: r.From}
	if slices.Contains(spoken.Languages(), baseLanguage(r.Locale)) {
		sub.Language = baseLanguage(r.Locale)
	}
	for _, s := range list {
		sub.Digest, sub.Zone, sub.Quiet, sub.Ceiling = s.Digest, s.Zone, s.Quiet, s.Ceiling
		sub.Language, sub.Discreet, sub.Preview = s.Language, s.Discreet, s.Preview
		break
	}
	return sub
}

func baseLanguage(code string) string {
	base, _, _ := strings.Cut(code, "-")
	return base
}

func (t *Table) keepSubscription(ctx context.Context, list []alert.Subscription, sub alert.Subscription) (chat.Message, error) {
	for _, s := range list {
		id, fixed := s.ID, s.FromConfig
		if s.ID, s.FromConfig = 0, false; reflect.DeepEqual(s, sub) {
			return chat.Message{Title: "You have that already", Body: []chat.Paragraph{subscriptionLine(withID(s, id, fixed))}}, nil
		}
	}
	if len(list) >= subscriptionsMax {
		return chat.Message{Title: fmt.Sprintf("There are %d subscriptions here, and no more are possible.", len(list)), Footer: "/unsubscribe and a number ends one"}, nil
	}
	id, err := t.Store.PutSubscription(ctx, sub)
	if err != nil {
		return chat.Message{}, err
	}
	return chat.Message{
		Title:  "Subscribed",
		Body:   []chat.Paragraph{subscriptionLine(withID(sub, id, false))},
		Footer: fmt.Sprintf("/test shows how an alert looks here. /unsubscribe %d ends it.", id),
	}, nil
}

func withID(s alert.Subscription, id int64, fromConfig bool) alert.Subscription {
	s.ID, s.FromConfig = id, fromConfig
	return s
}

// choose adds the countries and topics that a text names, separated by commas or by spaces; of words without
// commas the longest that make a name count together. It returns what names none, or "".
func choose(sub *alert.Subscription, text string) (unknown string) {
	for part := range strings.SplitSeq(text, ",") {
		for words := strings.Fields(part); len(words) > 0; {
			n := min(longestName, len(words))
			for n > 0 && !chooseOne(sub, strings.Join(words[:n], " ")) {
				n--
			}
			if n == 0 {
				return words[0]
			}
			words = words[n:]
		}
	}
	return ""
}

// chooseOne adds the country or the topic of a name, and reports false if it is neither's.
func chooseOne(sub *alert.Subscription, name string) bool {
	if code, ok := alert.Country(name); ok {
		sub.Countries = joined(sub.Countries, code)
		return true
	}
	topic, ok := topicOf(name)
	if ok {
		sub.Topics = joined(sub.Topics, topic)
	}
	return ok
}

// joined adds to a list what it has not.
func joined[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

func unsubscribeMenu() chat.Command {
	return chat.Command{
		Name: "unsubscribe", Description: "End a subscription of this place", Private: true,
		Args: []chat.Arg{{Name: "id", Description: "Its number, as /subscriptions lists it", Kind: chat.Number, Required: true, Min: 1, Max: numberMax}},
	}
}

func (t *Table) unsubscribe(ctx context.Context, r chat.Request) (chat.Message, error) {
	id, _ := strconv.ParseInt(r.Args["id"], 10, 64)
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	i := slices.IndexFunc(list, func(s alert.Subscription) bool { return s.ID == id })
	switch {
	case i < 0:
		return chat.Message{Title: fmt.Sprintf("There is no subscription %d here.", id), Footer: "/subscriptions lists them"}, nil
	case list[i].FromConfig:
		return chat.Message{Title: fmt.Sprintf("Subscription %d stands in the config of the bot.", id), Body: []chat.Paragraph{chat.Text("Only the people who run the bot can end it.")}}, nil
	}
	if err = t.Store.RemoveSubscription(ctx, r.From, id); err != nil && !errors.Is(err, store.ErrNoSubscription) {
		return chat.Message{}, err
	}
	m := chat.Message{Title: "Unsubscribed", Body: []chat.Paragraph{subscriptionLine(list[i])}}
	if len(list) == 1 {
		m.Footer = "Nothing is subscribed here any more. /stop deletes all that is stored about this place."
	}
	return m, nil
}
