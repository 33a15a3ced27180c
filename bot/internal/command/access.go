package command

import (
	"cmp"
	"context"
	"slices"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// An access says who may use a command or a button.
type access int

const (
	anyone access = iota
	// managers are the people who may manage the place: what they change is what everybody there is sent.
	managers
	// admins are the people who run the bot.
	admins
)

// refusal says why a request may not be answered, "" if it may. Where it cannot be found out it may not.
func (t *Table) refusal(ctx context.Context, who access, r chat.Request) string {
	switch {
	case who == managers:
		yes, err := manages(ctx, r)
		if err != nil {
			t.Log.Warn("the service does not say who manages a place", "platform", r.From.Platform, "err", err)
			return t.words(ctx, r).Text(spoken.AnswerFailed)
		}
		if !yes {
			return t.words(ctx, r).Text(spoken.AnswerManagersOnly)
		}
	case who == admins && !t.isAdmin(r):
		if r.Command == "" {
			return t.words(ctx, r).Text(spoken.AnswerAdminsOnly)
		}
		return t.words(ctx, r).Text(spoken.AnswerCommandOfAdmins, "command", "/"+r.Command)
	}
	return ""
}

// manages reports whether whoever asks may manage the place. In a direct chat there is nobody else.
func manages(ctx context.Context, r chat.Request) (bool, error) {
	if r.Direct || r.Manages == nil {
		return r.Direct, nil
	}
	return r.Manages(ctx)
}

// isAdmin reports whether a request comes from a place of the admins, or from the person whose direct chat
// is one: there a person and the chat have the same id.
func (t *Table) isAdmin(r chat.Request) bool {
	person, err := chat.ParseDestination(r.User)
	return t.inAdminPlace(r) || err == nil && slices.Contains(t.Admins, person)
}

// inAdminPlace reports whether only admins read the answer.
func (t *Table) inAdminPlace(r chat.Request) bool { return slices.Contains(t.Admins, r.From) }

// words returns the bot's words as it speaks at the place of a request: in the language that was set there,
// or else in that of the person's app.
func (t *Table) words(ctx context.Context, r chat.Request) spoken.Words {
	m, err := t.manner(ctx, r)
	if err != nil {
		t.Log.Warn("the language of a place is not known", "err", err)
	}
	return t.wordsOf(m, r)
}

// wordsOf returns the words of a place of which it is known how it is sent what it is sent.
func (t *Table) wordsOf(m alert.Manner, r chat.Request) spoken.Words {
	return spoken.For(cmp.Or(m.Language, r.Locale))
}
