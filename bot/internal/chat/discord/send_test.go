package discord

import (
	"errors"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

func checkViolations(t *testing.T, service *chattest.Discord) {
	t.Helper()
	for _, v := range service.Violations() {
		t.Errorf("spec: %s", v)
	}
}

// TestLongMessage checks that a message of several posts has them all after a failure in between, and
// that an edit reaches them all.
func TestLongMessage(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := unpaced(service)
	m := digest(25, 500)
	m.Buttons = [][]chat.Button{{{Text: "More", Data: "more"}}}
	service.Fail(chattest.Fault{Kind: chattest.CutAnswer}, chattest.Fault{Kind: chattest.Broken})
	for _, want := range []error{chat.ErrUnknown, chat.ErrUnknown} {
		if _, err := p.Send(t.Context(), somewhere, "key", m); !errors.Is(err, want) {
			t.Fatalf("Send = %v, want %v", err, want)
		}
	}
	id, err := p.Send(t.Context(), somewhere, "key", m)
	if err != nil {
		t.Fatal(err)
	}
	posts := service.Posts()
	ids := strings.Split(id, ",")
	if len(posts) != 3 || len(ids) != 3 || posts[0].ID != ids[0] || posts[2].ID != ids[2] {
		t.Fatalf("id = %s of %d posts, want three", id, len(posts))
	}
	if posts[0].Key == posts[1].Key || len(posts[1].Key) != nonceLength {
		t.Errorf("nonces %q and %q, want two of %d letters", posts[0].Key, posts[1].Key, nonceLength)
	}
	if service.Quiet(ids[0]) || !service.Quiet(ids[1]) || service.Buttons(ids[0]) != nil || service.Buttons(ids[2]) == nil {
		t.Error("want a sound from the first post only, and buttons under the last")
	}
	if again, err := p.Send(t.Context(), somewhere, "key", m); again != id || err != nil {
		t.Errorf("Send again = %q, %v, want %q", again, err, id)
	}
	if err := p.Edit(t.Context(), somewhere, id, chat.Message{Title: "Short now"}); err != nil {
		t.Fatal(err)
	}
	posts = service.Posts()
	if len(posts) != 3 || posts[0].Text != "Short now" || posts[2].Text != ellipsis {
		t.Errorf("posts = %+v, want the first edited, the others with an ellipsis", posts)
	}
	if err := p.Edit(t.Context(), somewhere, "../../users/@me", m); !errors.Is(err, chat.ErrRejected) {
		t.Errorf("Edit = %v, want %v", err, chat.ErrRejected)
	}
	checkViolations(t, service)
}

func TestWhatGoesWithAPost(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := unpaced(service)
	for _, c := range []struct {
		name  string
		m     chat.Message
		quiet bool
		role  string
		text  string
	}{
		{"nothing", chat.Message{Title: "Title", Link: "https://news.example/a"}, false, "", "Title"},
		{"quiet", chat.Message{Title: "Title", Quiet: true}, true, "", "Title"},
		{"role", chat.Message{Title: "Title", Mention: "77"}, false, "77", "«mention»\nTitle"},
		{"no role", chat.Message{Title: "Title", Mention: "@everyone"}, false, "", "Title"},
		{"preview", chat.Message{Title: "Title", Preview: true, Link: "https://news.example/a"}, false, "", "https://news.example/a\nTitle"},
		{"preview of nothing", chat.Message{Title: "Title", Preview: true, Link: "ftp://x.example"}, false, "", "Title\nftp://x.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, err := p.Send(t.Context(), somewhere, c.name, c.m)
			if err != nil {
				t.Fatal(err)
			}
			posts := service.Posts()
			if got := posts[len(posts)-1].Text; got != c.text || service.Quiet(id) != c.quiet || service.Role(id) != c.role {
				t.Errorf("text %q, quiet %t, role %q, want %q, %t, %q", got, service.Quiet(id), service.Role(id), c.text, c.quiet, c.role)
			}
		})
	}
	checkViolations(t, service)
}

func TestForum(t *testing.T) {
	service := chattest.NewDiscord(t)
	service.AddForum(somewhere.Channel, false, "Shutdowns", "Legislation")
	p := unpaced(service)
	m := chat.Message{Title: strings.Repeat("*Draft* law ", 20), Tags: []string{"legislation", "unknown"}}
	first, err := p.Send(t.Context(), somewhere, "key-1", m)
	if err != nil {
		t.Fatal(err)
	}
	started := service.Threads()
	if len(started) != 1 || strings.Join(started[0].Tags, " ") != "Legislation" || !strings.HasPrefix(started[0].Name, "*Draft* law") {
		t.Fatalf("threads = %+v, want one with a tag", started)
	}
	m.ReplyTo = first
	further, err := p.Send(t.Context(), somewhere, "key-2", m)
	if err != nil || service.ReplyTo(further) != started[0].ID {
		t.Errorf("Send = %q, %v, answers %q, want it to answer %q", further, err, service.ReplyTo(further), first)
	}
	for _, id := range []string{first, further} {
		if err := p.Edit(t.Context(), somewhere, id, chat.Message{Title: "Edited " + id}); err != nil {
			t.Errorf("Edit of %s: %v", id, err)
		}
	}
	posts := service.Posts()
	if len(posts) != 2 || posts[1].Topic != started[0].ID || !strings.HasPrefix(posts[0].Text, "Edited") || !strings.HasPrefix(posts[1].Text, "Edited") {
		t.Errorf("posts = %+v, want both in the thread, edited", posts)
	}
	service.CloseThread(started[0].ID)
	m.Body = digest(25, 500).Body
	if id, err := p.Send(t.Context(), somewhere, "key-3", m); err != nil || strings.Count(id, ",") != 2 {
		t.Errorf("Send = %q, %v, want a thread of three posts after the old one was deleted", id, err)
	}
	if err := p.Edit(t.Context(), somewhere, first, m); !errors.Is(err, chat.ErrRejected) || errors.Is(err, chat.ErrGone) {
		t.Errorf("Edit in a deleted thread = %v, want %v", err, chat.ErrRejected)
	}
	if got := len(service.Threads()); got != 2 {
		t.Errorf("threads = %d, want 2", got)
	}
	checkViolations(t, service)
}

// TestForumTags checks that a thread is started although its tags are not those we know of.
func TestForumTags(t *testing.T) {
	for _, c := range []struct {
		name      string
		demanding bool
		before    []string
		after     []string
		want      string
	}{
		{"a tag is demanded", true, []string{"News", "Law"}, []string{"News", "Law"}, "News"},
		{"the tag was deleted", false, []string{"News", "Shutdown"}, []string{"News"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := chattest.NewDiscord(t)
			p := unpaced(service)
			m := chat.Message{Title: "Title", Tags: []string{"Shutdown"}}
			for i, tags := range [][]string{c.before, c.after} {
				service.AddForum(somewhere.Channel, c.demanding, tags...)
				if _, err := p.Send(t.Context(), somewhere, string(rune('a'+i)), m); err != nil {
					t.Fatal(err)
				}
			}
			threads := service.Threads()
			if got := strings.Join(threads[len(threads)-1].Tags, " "); len(threads) != 2 || got != c.want {
				t.Errorf("%d threads, the last with %q, want %q", len(threads), got, c.want)
			}
			checkViolations(t, service)
		})
	}
}

// TestForumInDoubt checks that a thread stands once whatever became of the answer to its beginning.
func TestForumInDoubt(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []chattest.FaultKind
	}{
		{"answer lost", []chattest.FaultKind{chattest.LostAnswer}},
		{"answer cut", []chattest.FaultKind{chattest.CutAnswer}},
		{"not posted", []chattest.FaultKind{chattest.Broken}},
		{"not posted, then lost", []chattest.FaultKind{chattest.Broken, chattest.LostAnswer}},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := chattest.NewDiscord(t)
			service.AddForum(somewhere.Channel, false)
			p := unpaced(service)
			if _, err := p.Send(t.Context(), somewhere, "before", chat.Message{Title: "Before"}); err != nil {
				t.Fatal(err)
			}
			for _, kind := range c.faults {
				service.Fail(chattest.Fault{Kind: kind})
				if _, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"}); !errors.Is(err, chat.ErrUnknown) {
					t.Fatalf("Send = %v, want %v", err, chat.ErrUnknown)
				}
			}
			id, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
			if err != nil {
				t.Fatal(err)
			}
			threads := service.Threads()
			if len(threads) != 2 || !strings.HasPrefix(id, threads[1].ID+"/") {
				t.Errorf("id = %q of threads %+v, want the second of two", id, threads)
			}
			checkViolations(t, service)
		})
	}
}

// TestCategory checks that a channel which takes neither messages nor threads is not ours to post in.
func TestCategory(t *testing.T) {
	p := serving(t, says(`{"message":"Cannot send messages in a non-text channel","code":50008}`, 400, `{"id":"1","type":4}`))
	if _, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"}); !errors.Is(err, chat.ErrGone) {
		t.Errorf("Send = %v, want %v", err, chat.ErrGone)
	}
	p = serving(t, says(`{"message":"Cannot send messages in a non-text channel","code":50008}`, 400, `<html>`))
	if _, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"}); err == nil || errors.Is(err, chat.ErrGone) {
		t.Errorf("Send = %v, want an error that says nothing about the channel", err)
	}
}

func TestCrosspost(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL(), Crosspost: map[string]bool{somewhere.Channel: true}})
	elsewhere := chat.Destination{Platform: "discord", Channel: "2"}
	var ids []string
	for _, to := range []chat.Destination{somewhere, elsewhere} {
		id, err := p.Send(t.Context(), to, "key", chat.Message{Title: "Title"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if got := service.Crossposts(); len(got) != 1 || got[0] != ids[0] {
		t.Errorf("crossposts = %q, want %q", got, ids[0])
	}
	checkViolations(t, service)
}
