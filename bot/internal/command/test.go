package command

import (
	"context"
	"errors"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/rules"
)

func testMenu() chat.Command {
	return chat.Command{Name: "test", Description: "Post a sample here, and say which rights the bot lacks", Private: true}
}

// test posts a sample as the place wants what it is sent.
func (t *Table) test(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	if t.Test == nil {
		return chat.Message{Title: w.Text(spoken.TestNowhere)}, nil
	}
	wish, err := t.manner(ctx, r)
	if err != nil {
		return chat.Message{}, err
	}
	view := alert.View{Words: spoken.For(wish.Language), Zone: wish.Zone, Discreet: wish.Discreet, Preview: wish.Preview}
	missing, sendErr := t.Test(ctx, r.From, alert.Message(sample(w, time.Now()), view))
	if sendErr != nil && !errors.Is(sendErr, chat.ErrGone) {
		return chat.Message{}, sendErr
	}
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{Body: missingLines(w, missing, r.From, list), Footer: w.Text(spoken.TestAgain)}
	switch {
	case sendErr != nil && len(m.Body) == 0:
		m.Title = w.Text(spoken.TestRefused)
		m.Body = []chat.Paragraph{chat.Text(w.Text(spoken.TestLetMe))}
	case sendErr != nil:
		m.Title = w.Text(spoken.TestRefused)
	case len(m.Body) == 0:
		return chat.Message{Title: w.Text(spoken.TestFine)}, nil
	default:
		m.Title = w.Text(spoken.TestLacking)
	}
	return m, nil
}

// sample is an alert that cannot be taken for news.
func sample(w spoken.Words, now time.Time) alert.Alert {
	return alert.Alert{
		Item: feeds.Item{
			Title:     w.Text(spoken.TestSample),
			Summary:   w.Text(spoken.TestSampleText),
			Language:  w.Language(),
			Published: now, Seen: now,
		},
		Source: "Mekong Courier (a sample)", Topics: []rules.Topic{rules.Legislation}, Severity: rules.Low,
		Reasons: []alert.Reason{{Rule: "sample", Title: "A sample", Words: []string{"sample"}}},
		Created: now,
	}
}
