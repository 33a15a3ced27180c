package command

import (
	"context"
	"fmt"

	"pressalert/bot/internal/chat"
)

func reloadMenu() chat.Command {
	return chat.Command{Name: "reload", Description: "For admins: read the rule and feed files anew", Private: true}
}

// reload puts edited files in force. Of bad ones it says what is wrong and where.
func (t *Table) reload(ctx context.Context, r chat.Request) (chat.Message, error) {
	if t.Reload == nil {
		return chat.Message{Title: "The files are read anew each time from here."}, nil
	}
	before := t.Rules.Get().Version()
	err := t.Reload(ctx)
	set := t.Rules.Get()
	inForce := chat.Text(fmt.Sprintf("In force: %s, version %s; %s.", counted(len(set.Rules()), "rule"), set.Version(), counted(len(t.Feeds.Get().On()), "feed")))
	if err != nil {
		return chat.Message{
			Title: "The files were not taken", Body: []chat.Paragraph{{{Text: err.Error(), Style: chat.Code}}, inForce},
		}, nil
	}
	t.note(ctx, r, "version "+set.Version())
	m := chat.Message{Title: "The files were read anew", Body: []chat.Paragraph{inForce}}
	if before == set.Version() {
		m.Body = append(m.Body, chat.Text("The rules are the same as before."))
	}
	return m, nil
}
