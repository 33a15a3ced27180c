package discord

import (
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// TestRename edits the first message of a thread, which Discord may have archived: its name, which people see
// in the forum, changes with it only if that is asked for.
func TestRename(t *testing.T) {
	for _, c := range []struct {
		name             string
		renames, archive bool
		want, text       string
	}{
		{"an edit", false, false, "Reporter jailed", "Withdrawn"},
		{"one that renames", true, false, "Withdrawn", "Withdrawn"},
		{"one that renames what was archived", true, true, "Withdrawn", "Withdrawn"},
		{"an edit of what was archived", false, true, "Reporter jailed", "Reporter jailed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := chattest.NewDiscord(t)
			p := unpaced(service)
			service.AddForum(somewhere.Channel, false)
			id, err := p.Send(t.Context(), somewhere, "k", chat.Message{Title: "Reporter jailed"})
			if err != nil {
				t.Fatal(err)
			}
			further, err := p.Send(t.Context(), somewhere, "k2", chat.Message{Title: "Another", ReplyTo: id})
			if err != nil {
				t.Fatal(err)
			}
			if c.archive {
				service.Archive(service.Threads()[0].ID)
			}
			err = p.Edit(t.Context(), somewhere, id, chat.Message{Title: "Withdrawn", Renames: c.renames})
			if failed := err != nil; failed != (c.archive && !c.renames) {
				t.Errorf("edit: %v", err)
			}
			if got := service.Threads()[0].Name; got != c.want {
				t.Errorf("the thread is named %q, want %q", got, c.want)
			}
			if err := p.Edit(t.Context(), somewhere, further, chat.Message{Title: "Another withdrawn", Renames: true}); err != nil {
				t.Errorf("edit of what is not the first: %v", err)
			}
			if got := service.Threads()[0].Name; got != c.want {
				t.Errorf("the thread is named %q after another of its messages, want %q", got, c.want)
			}
			checkViolations(t, service)
			if got := service.Posts()[0].Text; !strings.Contains(got, c.text) {
				t.Errorf("the post says %q, want %q", got, c.text)
			}
		})
	}
}
