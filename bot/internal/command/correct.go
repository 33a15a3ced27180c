package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// longestCorrection bounds what the desk says of an alert, in characters: it stands above the alert's own text, in
// a post that must hold both.
const longestCorrection = 500

func correctMenu() chat.Command {
	return chat.Command{
		Name: "correct", Description: "For admins: say what is wrong in an alert, in every copy of it", Private: true,
		Args: []chat.Arg{
			{Name: "id", Description: "The alert's number, as /latest and /why show it", Kind: chat.Number, Required: true, Min: 1, Max: numberMax},
			{Name: "text", Description: "What is right, in your own words", Required: true},
		},
	}
}

// correct puts the desk's words into every copy of an alert, and answers those that were posted.
func (t *Table) correct(ctx context.Context, r chat.Request) (chat.Message, error) {
	text := strings.TrimSpace(r.Args["text"])
	if n := utf8.RuneCountInString(text); n > longestCorrection {
		return usage(correctMenu(), fmt.Sprintf("That has %d characters. At most %d fit into the posts.", n, longestCorrection)), nil
	}
	m, _, err := t.say(ctx, r, correctMenu(), alert.Correction{Kind: alert.Corrected, Text: text})
	return m, err
}

// say keeps what the desk says of the alert that a request names. It reports false if nothing came of it, and
// then the message says why.
func (t *Table) say(ctx context.Context, r chat.Request, menu chat.Command, c alert.Correction) (m chat.Message, done bool, err error) {
	id, _ := strconv.ParseInt(r.Args["id"], 10, 64)
	c.At = time.Now()
	reach, err := t.Store.Correct(ctx, id, c)
	if errors.Is(err, store.ErrNoCorrection) {
		complaint, err := t.uncorrected(ctx, id)
		return usage(menu, complaint), false, err
	}
	if err != nil {
		return chat.Message{}, false, err
	}
	details := fmt.Sprintf("alert %d", id)
	if c.Kind == alert.Reinstated {
		details += " undo"
	}
	t.note(ctx, r, details+prefixed(": ", c.Text))
	return said(id, c, reach), true, nil
}

// uncorrected says why nothing can be said of an alert in that way.
func (t *Table) uncorrected(ctx context.Context, id int64) (string, error) {
	trace, found, err := t.Store.Trace(ctx, "", id)
	switch {
	case err != nil:
		return "", err
	case !found || trace.Alert == nil:
		return fmt.Sprintf("There is no alert %d.", id), nil
	}
	if takenBack(*trace.Alert) {
		return fmt.Sprintf("Alert %d is withdrawn already. /retract %d undo makes it stand again.", id, id), nil
	}
	return fmt.Sprintf("Alert %d stands.", id), nil
}

// said tells an admin what follows from what was said of an alert.
func said(id int64, c alert.Correction, reach store.Reach) chat.Message {
	title, waits := "Alert %d is corrected.", "will show it"
	switch c.Kind {
	case alert.Retracted:
		title, waits = "Alert %d is withdrawn.", "let go"
	case alert.Reinstated:
		title, waits = "Alert %d stands again.", "owed again"
	}
	return chat.Message{Title: fmt.Sprintf(title, id), Body: []chat.Paragraph{chat.Text(fmt.Sprintf(
		"Posted copies that are edited and answered: %d. Not yet sent, %s: %d.", reach.Posts, waits, reach.Waiting))}}
}

// corrections are what the desk said of an alert, for /why.
func corrections(w spoken.Words, a alert.Alert) []chat.Field {
	names := map[alert.CorrectionKind]spoken.Key{
		alert.Corrected: spoken.WhyCorrected, alert.Retracted: spoken.WhyWithdrawn, alert.Reinstated: spoken.WhyReinstated,
	}
	var fields []chat.Field
	for _, c := range a.Corrections {
		fields = append(fields, chat.Field{Name: w.Text(names[c.Kind]), Value: w.Moment(c.At.UTC()) + prefixed(": ", w.Isolate(c.Text))})
	}
	return fields
}

// takenBack reports whether an alert does not stand any more.
func takenBack(a alert.Alert) bool {
	_, retracted := a.Retraction()
	return retracted
}
