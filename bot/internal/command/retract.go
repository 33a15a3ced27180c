package command

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// longestReason bounds the reason of a retraction, in characters: one line or two.
const longestReason = 200

// undo takes a retraction back.
const undo = "undo"

func retractMenu() chat.Command {
	return chat.Command{
		Name: "retract", Description: "For admins: withdraw an alert, in every copy of it", Private: true,
		Args: []chat.Arg{
			{Name: "id", Description: "The alert's number, as /latest and /why show it", Kind: chat.Number, Required: true, Min: 1, Max: numberMax},
			{Name: "reason", Description: "A neutral reason without names or links; or undo, to make the alert stand again"},
		},
	}
}

// retract takes an alert back: nothing of it stands any more in any copy, and what was not sent is let go.
func (t *Table) retract(ctx context.Context, r chat.Request) (chat.Message, error) {
	reason := strings.TrimSpace(r.Args["reason"])
	switch n := utf8.RuneCountInString(reason); {
	case strings.EqualFold(reason, undo):
		m, _, err := t.say(ctx, r, retractMenu(), alert.Correction{Kind: alert.Reinstated})
		return m, err
	case n > longestReason:
		return usage(retractMenu(), fmt.Sprintf("That has %d characters. Please give a reason of at most %d.", n, longestReason)), nil
	case hasLink(reason):
		return usage(retractMenu(), "Please give a reason without a link: it would lead to what you withdraw."), nil
	}
	m, done, err := t.say(ctx, r, retractMenu(), alert.Correction{Kind: alert.Retracted, Text: reason})
	if done {
		m.Footer = fmt.Sprintf("A mistake? /retract %s undo", r.Args["id"])
	}
	return m, err
}

// hasLink reports whether a text has an address that a chat service would make a link of.
func hasLink(text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{"://", "www.", "t.me/", "discord.gg/"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// hidden stands in the place of an alert that was taken back, of an item that told it, or of its story.
func hidden(w spoken.Words, kicker string, c alert.Correction) chat.Message {
	return chat.Message{
		Kicker: kicker, Title: w.Text(spoken.AlertRetracted, "time", w.Moment(c.At.UTC())), Language: w.Language(),
		Body: []chat.Paragraph{chat.Text(cmp.Or(c.Text, w.Text(spoken.AlertRetractedReason)))},
	}
}
