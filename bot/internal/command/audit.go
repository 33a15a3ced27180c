package command

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

// defaultDeeds and mostDeeds bound the deeds of one answer to what a phone shows.
const (
	defaultDeeds = 10
	mostDeeds    = 50
)

// note keeps in the audit that an admin changed something. It is done by then, so an error is for the log.
func (t *Table) note(ctx context.Context, r chat.Request, details string) {
	deed := store.Deed{At: time.Now(), Person: r.User, Place: r.From.String(), What: r.Command, Details: details}
	if err := t.Store.Note(ctx, deed); err != nil {
		t.Log.Error("what an admin did is not in the audit", "command", r.Command, "details", details, "err", err)
	}
}

func auditMenu() chat.Command {
	return chat.Command{
		Name: "audit", Description: "For admins: what admins did, the newest first", Private: true,
		Args: []chat.Arg{{Name: "n", Description: "How many, 1 to 50", Kind: chat.Number, Min: 1, Max: mostDeeds}},
	}
}

// audit lists what admins did. Who it was is told in places of admins only.
func (t *Table) audit(ctx context.Context, r chat.Request) (chat.Message, error) {
	n := defaultDeeds
	if asked, err := strconv.Atoi(r.Args["n"]); err == nil {
		n = min(max(asked, 1), mostDeeds)
	}
	deeds, err := t.Store.Deeds(ctx, n)
	if err != nil {
		return chat.Message{}, err
	}
	if len(deeds) == 0 {
		return chat.Message{Title: "No admin has changed anything yet."}, nil
	}
	m := chat.Message{Title: "What admins did"}
	for _, d := range deeds {
		line := chat.Paragraph{{Text: moment(d.At) + " "}, {Text: "/" + d.What, Style: chat.Code}, {Text: prefixed(" ", d.Details)}}
		if t.inAdminPlace(r) {
			line = append(line, chat.Span{Text: ", " + cmp.Or(d.Person, "somebody") + prefixed(" at ", d.Place)})
		}
		m.Body = append(m.Body, line)
	}
	return m, nil
}
