package command

import (
	"context"
	"errors"
	"fmt"
	"iter"
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
			{Name: "country", Description: "Countries and regions by code or name, such as KH, Thailand, ASEAN; all if you name none", Complete: true},
			{Name: "topic", Description: "What they are about; everything if you name none", Kind: chat.Choice, Choices: topicIDs()},
			{Name: "severity", Description: "The least severity; every one if you name none", Kind: chat.Choice, Choices: severityIDs()},
			{
				Name: "when", Description: "all at once, or all but critical ones in the digest; high ones at once if you do not say",
				Kind: chat.Choice, Choices: []string{atOnce, inDigest},
			},
			{Name: "direction", Description: "Only what is worse, better or neutral for free speech", Kind: chat.Choice, Choices: directionIDs()},
			{Name: "law", Description: "Only under these kinds of law, such as defamation-insult", Named: true, Complete: true},
			{
				Name: "sources", Description: "From how many sources on; an official source is always enough",
				Kind: chat.Number, Min: 1, Max: alert.MostConfirmations, Named: true,
			},
			{Name: "written", Description: "Only what is written in these languages, such as km,en", Named: true, Complete: true},
			{Name: "rule", Description: "Only what these rules match, by their ids", Named: true, Complete: true},
		},
	}
}

func directionIDs() []string {
	return []string{string(rules.Worse), string(rules.Better), string(rules.Neutral)}
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
	sub, err := t.newSubscription(ctx, r)
	if err != nil {
		return chat.Message{}, err
	}
	w := t.wordsOf(sub.Manner(), r)
	if complaint := t.fillIn(w, &sub, r.Args); complaint != "" {
		return usageIn(w, subscribeMenu(), complaint), nil
	}
	return t.keepSubscription(ctx, w, list, sub)
}

// fillIn puts into a subscription what the arguments ask for. It returns what is wrong with them, or "".
func (t *Table) fillIn(w spoken.Words, sub *alert.Subscription, args map[string]string) (complaint string) {
	text, when := args["country"], args["when"]
	if rest, found := strings.CutSuffix(text, "at once"); found && when == "" { // as people type it
		text, when = strings.TrimSpace(rest), atOnce
	}
	if topic := args["topic"]; topic != "" {
		sub.Topics = []rules.Topic{rules.Topic(topic)}
	}
	if unknown := t.choose(sub, text); len(unknown) > 0 {
		return t.notChosen(w, unknown)
	}
	sub.Floor, _ = rules.ParseSeverity(args["severity"])
	switch when {
	case atOnce:
		sub.Instant = rules.Low
	case inDigest:
		sub.Instant = rules.Critical
	}
	if direction := args["direction"]; direction != "" {
		sub.Directions = []rules.Direction{rules.Direction(direction)}
	}
	sub.Confirmation, _ = strconv.Atoi(args["sources"])
	return t.fillInLists(w, sub, args)
}

// fillInLists does so with the arguments that are lists of ids or names.
func (t *Table) fillInLists(w spoken.Words, sub *alert.Subscription, args map[string]string) (complaint string) {
	for word := range listed(args["law"]) {
		family, ok := familyOf(word)
		if !ok {
			return sentences(w.Text(spoken.UnknownLaw, "word", word), nearestOf(w, word, familyIDs()))
		}
		sub.Laws = joined(sub.Laws, family)
	}
	for word := range listed(args["written"]) {
		code, ok := spoken.FindLanguage(word)
		if !ok {
			return w.Text(spoken.UnknownLanguage, "word", word)
		}
		sub.Languages = joined(sub.Languages, code)
	}
	for word := range listed(args["rule"]) {
		id := strings.ToLower(word)
		if _, ok := t.Rules.Get().Rule(id); !ok {
			return t.noRule(w, id)
		}
		sub.Rules = joined(sub.Rules, id)
	}
	return ""
}

// listed are the parts of a list with commas.
func listed(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" && !yield(part) {
				return
			}
		}
	}
}

func familyIDs() []string {
	var ids []string
	for _, l := range rules.Laws() {
		ids = append(ids, string(l))
	}
	return ids
}

// newSubscription is one that takes everything, sent as its place wants what it is sent. Where nobody has
// chosen a language it is in that of whoever asks.
func (t *Table) newSubscription(ctx context.Context, r chat.Request) (alert.Subscription, error) {
	m, err := t.manner(ctx, r)
	if spokenHere := baseLanguage(r.Locale); m.Language == "" && slices.Contains(spoken.Languages(), spokenHere) {
		m.Language = spokenHere
	}
	return alert.Subscription{To: r.From}.In(m), err
}

func baseLanguage(code string) string {
	base, _, _ := strings.Cut(code, "-")
	return base
}

func (t *Table) keepSubscription(ctx context.Context, w spoken.Words, list []alert.Subscription, sub alert.Subscription) (chat.Message, error) {
	for _, s := range list {
		id, fixed := s.ID, s.FromConfig
		if s.ID, s.FromConfig = 0, false; reflect.DeepEqual(s, sub) {
			return chat.Message{Title: w.Text(spoken.SubscriptionAlready), Body: []chat.Paragraph{t.subscriptionLine(w, withID(s, id, fixed))}}, nil
		}
	}
	if len(list) >= subscriptionsMax {
		return chat.Message{Title: w.Count(spoken.SubscriptionFull, len(list)), Footer: w.Text(spoken.SubscriptionEndNote)}, nil
	}
	id, err := t.Store.PutSubscription(ctx, sub)
	if err != nil {
		return chat.Message{}, err
	}
	return chat.Message{
		Title:  w.Text(spoken.SubscriptionDone),
		Body:   []chat.Paragraph{t.subscriptionLine(w, withID(sub, id, false))},
		Footer: w.Text(spoken.SubscriptionDoneNote, "command", fmt.Sprintf("/unsubscribe %d", id)),
	}, nil
}

func withID(s alert.Subscription, id int64, fromConfig bool) alert.Subscription {
	s.ID, s.FromConfig = id, fromConfig
	return s
}

func unsubscribeMenu() chat.Command {
	return chat.Command{
		Name: "unsubscribe", Description: "End a subscription of this place", Private: true,
		Args: []chat.Arg{{Name: "id", Description: "Its number, as /subscriptions lists it", Kind: chat.Number, Required: true, Min: 1, Max: numberMax, Complete: true}},
	}
}

func (t *Table) unsubscribe(ctx context.Context, r chat.Request) (chat.Message, error) {
	id, _ := strconv.ParseInt(r.Args["id"], 10, 64)
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	w, number := t.words(ctx, r), strconv.FormatInt(id, 10)
	i := slices.IndexFunc(list, func(s alert.Subscription) bool { return s.ID == id })
	switch {
	case i < 0:
		return chat.Message{Title: w.Text(spoken.SubscriptionUnknown, "id", number), Footer: w.Text(spoken.SubscriptionUnknownNote)}, nil
	case list[i].FromConfig:
		return chat.Message{
			Title: w.Text(spoken.SubscriptionOfConfig, "id", number), Body: []chat.Paragraph{chat.Text(w.Text(spoken.SubscriptionOfConfigNote))},
		}, nil
	}
	if err = t.Store.RemoveSubscription(ctx, r.From, id); err != nil && !errors.Is(err, store.ErrNoSubscription) {
		return chat.Message{}, err
	}
	m := chat.Message{Title: w.Text(spoken.SubscriptionEnded), Body: []chat.Paragraph{t.subscriptionLine(w, list[i])}}
	if len(list) == 1 {
		m.Footer = w.Text(spoken.SubscriptionNoneLeft)
	}
	return m, nil
}
