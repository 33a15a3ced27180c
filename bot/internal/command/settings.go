package command

import (
	"context"
	"fmt"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

// How alerts are sent is kept with each subscription; people set it for a place.

// settings returns how the first subscription of a place is sent. If there is none it returns false, and
// what to answer.
func (t *Table) settings(ctx context.Context, r chat.Request) (alert.Subscription, chat.Message, bool, error) {
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil || len(list) > 0 {
		return first(list), chat.Message{}, len(list) > 0, err
	}
	return alert.Subscription{}, chat.Message{
		Title: "Nothing is subscribed here yet.", Footer: "/subscribe first, or /start; then this can be set.",
	}, false, nil
}

func first(list []alert.Subscription) alert.Subscription {
	if len(list) == 0 {
		return alert.Subscription{}
	}
	return list[0]
}

// set changes the subscriptions of a place that were asked for there, and answers with done.
func (t *Table) set(ctx context.Context, r chat.Request, done string, change func(*alert.Subscription)) (chat.Message, error) {
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	fixed := 0
	for _, s := range list {
		if s.FromConfig {
			fixed++
			continue
		}
		change(&s)
		if _, err := t.Store.PutSubscription(ctx, s); err != nil {
			return chat.Message{}, err
		}
	}
	const config = "What stands in the config of the bot only the people who run it can change"
	switch {
	case fixed == len(list):
		return chat.Message{Title: "Nothing was changed.", Body: []chat.Paragraph{chat.Text(config + ".")}}, nil
	case fixed > 0:
		return chat.Message{Title: done, Body: []chat.Paragraph{chat.Text(fmt.Sprintf("%s: that is %s here.", config, counted(fixed, "subscription")))}}, nil
	}
	return chat.Message{Title: done}, nil
}
