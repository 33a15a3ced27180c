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

// test posts a sample as the first subscription of the place wants it.
func (t *Table) test(ctx context.Context, r chat.Request) (chat.Message, error) {
	if t.Test == nil {
		return chat.Message{Title: "Nothing is posted from here. Ask the running bot in a chat."}, nil
	}
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	wish := first(list)
	view := alert.View{Words: spoken.For(wish.Language), Zone: wish.Zone, Discreet: wish.Discreet, Preview: wish.Preview}
	missing, err := t.Test(ctx, r.From, alert.Message(sample(time.Now()), view))
	switch {
	case errors.Is(err, chat.ErrGone):
		return chat.Message{Title: "I may not post here.", Body: []chat.Paragraph{chat.Text("Whoever manages this place can add me and let me send messages. Then try again.")}}, nil
	case err != nil:
		return chat.Message{}, err
	case len(missing) == 0:
		return chat.Message{Title: "The sample was posted. I have all the rights that I need here."}, nil
	}
	m := chat.Message{Title: "What I may not do here, and need for alerts as they should be:"}
	for _, right := range missing {
		m.Body = append(m.Body, chat.Text("• "+right))
	}
	return m, nil
}

// sample is an alert that cannot be taken for news.
func sample(now time.Time) alert.Alert {
	return alert.Alert{
		Item: feeds.Item{
			Title:     "Sample: this is how an alert looks here",
			Summary:   "Nothing has happened. The headline leads to the publisher's page, and here stand one to three sentences of its summary.",
			Language:  "en",
			Published: now, Seen: now,
		},
		Source: "Mekong Courier (a sample)", Topics: []rules.Topic{rules.Legislation}, Severity: rules.Low,
		Reasons: []alert.Reason{{Rule: "sample", Title: "A sample", Words: []string{"sample"}}},
		Created: now,
	}
}
