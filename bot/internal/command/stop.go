package command

import (
	"context"
	"slices"
	"strconv"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

const (
	// sureFor is how long a /stop can be confirmed: a button that is found months later must delete nothing.
	sureFor = 10 * time.Minute
	sure    = "yes"
)

func stopMenu() chat.Command {
	return chat.Command{
		Name: "stop", Description: "Delete everything that is stored about this place, at once and for good", Private: true,
		Args: []chat.Arg{{Name: "sure", Description: "yes deletes without asking again", Kind: chat.Choice, Choices: []string{sure}}},
	}
}

// stop asks whether a person is sure, unless they say so.
func (t *Table) stop(ctx context.Context, r chat.Request) (chat.Message, error) {
	if r.Args["sure"] == sure {
		return t.forget(ctx, r)
	}
	w := t.words(ctx, r)
	return chat.Message{
		Title: w.Text(spoken.StopTitle), Body: []chat.Paragraph{chat.Text(w.Text(spoken.StopWhat))},
		Footer: w.Text(spoken.StopNote, "command", "/stop "+sure),
		Buttons: [][]chat.Button{{
			t.button(w.Text(spoken.StopDelete), stopAction, strconv.FormatInt(time.Now().Unix(), 10)),
			t.button(w.Text(spoken.StopKeep), keepAction),
		}},
	}, nil
}

// forget deletes a place. Nothing of it goes into the audit or the log: it would be there again.
func (t *Table) forget(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r) // as long as its language is known
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	if err != nil {
		return chat.Message{}, err
	}
	if err := t.Store.Forget(ctx, r.From); err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{Title: w.Text(spoken.StopDone), Language: w.Language()}
	if slices.ContainsFunc(list, func(s alert.Subscription) bool { return s.FromConfig }) {
		m.Body = []chat.Paragraph{chat.Text(w.Text(spoken.StopConfig))}
	}
	return m, nil
}

// stopNow deletes a place whose people have confirmed it.
func (t *Table) stopNow(ctx context.Context, p press) (chat.Answer, error) {
	if age := time.Since(time.Unix(p.number(0), 0)); age < 0 || age > sureFor {
		return chat.Answer{}, errStale
	}
	m, err := t.forget(ctx, p.Request)
	return chat.Answer{Message: m, Replace: true}, err
}

// keep takes a /stop back.
func (t *Table) keep(_ context.Context, p press) (chat.Answer, error) {
	return chat.Answer{Message: chat.Message{Title: p.words.Text(spoken.StopKept), Language: p.words.Language()}, Replace: true}, nil
}
