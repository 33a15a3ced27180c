package chattest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
)

// A Presser is a service whose messages have buttons. Buttons are named by their text.
type Presser interface {
	Service
	// Buttons returns the buttons of a message in rows, Data and Link as the platform sent them.
	Buttons(id string) [][]chat.Button
	// Press presses a button of a message as a person would, and returns the line that the person was
	// shown in passing, "" if none. It returns when the press is acknowledged.
	Press(ctx context.Context, channel, id, button string) (toast string, err error)
}

// A Replier is a service whose messages can answer others.
type Replier interface {
	Service
	// ReplyTo returns the id of the message that another one answers, "" if none.
	ReplyTo(id string) string
}

// A Filer is a service whose messages can carry a file.
type Filer interface {
	Service
	// Files returns the files that stand in the service's channels, oldest first.
	Files() []chat.File
}

// runPress holds a platform to what is asked of buttons, replies and files, as far as its service has them.
func runPress(t *testing.T, open func(*testing.T) Bench) {
	t.Run("buttons", func(t *testing.T) { testButtons(t, open(t)) })
	t.Run("press", func(t *testing.T) { testPress(t, open(t)) })
	t.Run("reply", func(t *testing.T) { testReply(t, open(t)) })
	t.Run("file", func(t *testing.T) { testFile(t, open) })
}

// sampleButtons are two rows, and a link that no service may be given.
func sampleButtons() [][]chat.Button {
	return [][]chat.Button{
		{{Text: "Read", Link: "https://news.example/a?b=1&c=2"}, {Text: "More", Data: "more|" + strings.Repeat("x", 59)}},
		{{Text: "Trap", Link: "javascript:alert(1)"}, {Text: "Mute <7> days", Data: "mute"}},
		{{Text: "Trap", Link: "tg://user?id=1"}},
	}
}

func testButtons(t *testing.T, b Bench) {
	service, ok := b.Service.(Presser)
	if !ok {
		t.Skip("the service has no buttons")
	}
	m := sample()
	m.Buttons = sampleButtons()
	id, err := b.Platform.Send(t.Context(), b.To, "key-1", m)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	rows := sampleButtons()
	want := [][]chat.Button{rows[0], rows[1][1:]}
	if got := service.Buttons(id); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("buttons = %q, want %q", got, want)
	}
	m.Buttons = want[1:]
	for _, step := range []string{"fewer", "none"} {
		if err := b.Platform.Edit(t.Context(), b.To, id, m); err != nil {
			t.Fatalf("Edit to %s: %v", step, err)
		}
		if got := service.Buttons(id); !slices.EqualFunc(got, m.Buttons, slices.Equal) {
			t.Errorf("buttons after the edit to %s = %q, want %q", step, got, m.Buttons)
		}
		m.Buttons = nil
	}
	checkSpec(t, b)
}

func testPress(t *testing.T, b Bench) {
	service, ok := b.Service.(Presser)
	if !ok {
		t.Skip("the service has no buttons")
	}
	m := sample()
	m.Buttons = [][]chat.Button{{
		{Text: "Vote", Data: "vote"}, {Text: "Next", Data: "next"}, {Text: "Why", Data: "why"}, {Text: "Nothing", Data: "nothing"},
	}}
	id, err := b.Platform.Send(t.Context(), b.To, "key-1", m)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	requests := make(chan chat.Request, len(m.Buttons[0]))
	answers := map[string]chat.Answer{
		"vote": {Toast: "Thank you for the vote"},
		"next": {Replace: true, Message: chat.Message{Title: "The next page", Buttons: m.Buttons}},
		"why":  {Message: chat.Message{Title: "The reason why"}},
	}
	stop := start(t, b, func(_ context.Context, r chat.Request) chat.Answer {
		requests <- r
		return answers[r.Press]
	})
	for _, c := range []struct{ button, toast string }{{"Vote", "Thank you for the vote"}, {"Next", ""}, {"Why", ""}, {"Nothing", ""}} {
		toast, err := service.Press(t.Context(), b.To.Channel, id, c.button)
		if err != nil || !strings.Contains(toast, c.toast) {
			t.Errorf("pressing %s showed %q, %v, want %q", c.button, toast, err, c.toast)
		}
		r := <-requests
		if r.Press != strings.ToLower(c.button) || r.Command != "" || r.Message != id || r.From.Channel != b.To.Channel {
			t.Errorf("pressing %s asked %+v, want its data, the message %s and the channel %s", c.button, r, id, b.To.Channel)
		}
		if !strings.HasPrefix(r.User, b.To.Platform+":") || r.Manages == nil {
			t.Errorf("pressing %s asked in the name of %q, want a person of %s, and Manages", c.button, r.User, b.To.Platform)
		}
	}
	stop() // All answers are made when Listen returns.
	posts := service.Posts()
	if len(posts) < 1 || !strings.Contains(posts[0].Text, "The next page") || strings.Contains(posts[0].Text, sample().Title) {
		t.Errorf("posts = %+v, want the first replaced by the next page", posts)
	}
	if !slices.ContainsFunc(posts[1:], func(p Post) bool { return strings.Contains(p.Text, "The reason why") }) {
		t.Errorf("posts = %+v, want the reason as a message of its own", posts)
	}
	checkSpec(t, b)
}

// start runs Listen without a menu. What it returns ends it, and waits for the answers.
func start(t *testing.T, b Bench, answer func(context.Context, chat.Request) chat.Answer) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Platform.Listen(ctx, nil, answer) }()
	return func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Listen = %v, want nil after ctx ended", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("Listen did not return within 10 s of ctx ending")
		}
	}
}

func testReply(t *testing.T, b Bench) {
	service, ok := b.Service.(Replier)
	if !ok {
		t.Skip("the service has no replies")
	}
	first, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	for _, c := range []struct{ name, to, want string }{{"standing", first, first}, {"gone", "999999999", ""}} {
		m := sample()
		m.ReplyTo = c.to
		id, err := b.Platform.Send(t.Context(), b.To, "key-"+c.name, m)
		if err != nil {
			t.Errorf("reply to a message that is %s: Send: %v", c.name, err)
			continue
		}
		if got := service.ReplyTo(id); got != c.want {
			t.Errorf("reply to a message that is %s answers %q, want %q", c.name, got, c.want)
		}
	}
	checkSpec(t, b)
}

// testFile sends a picture and a table, each with little text and with much.
func testFile(t *testing.T, open func(*testing.T) Bench) {
	much := sample()
	for range 12 {
		much.Body = append(much.Body, chat.Text(strings.Repeat("word ", 50)))
	}
	for _, f := range []chat.File{
		{Name: "chart.png", Alt: "Alerts by week", Data: []byte("\x89PNG\r\n\x1a\n\x00\xff\r\n--x")},
		{Name: "alerts.csv", Data: []byte("a,\"b\"\r\nសេចក្តី,2\r\n")},
	} {
		for name, m := range map[string]chat.Message{"little text": sample(), "much text": much, "no text": {}} {
			t.Run(f.Name+" with "+name, func(t *testing.T) {
				b := open(t)
				service, ok := b.Service.(Filer)
				if !ok {
					t.Skip("the service has no files")
				}
				m.File = &f
				id, err := b.Platform.Send(t.Context(), b.To, "key-1", m)
				if err != nil || id == "" {
					t.Fatalf("Send = %q, %v", id, err)
				}
				files := service.Files()
				if len(files) != 1 || files[0].Name != f.Name || !bytes.Equal(files[0].Data, f.Data) {
					t.Errorf("files = %q, want %q", files, f)
				}
				var text strings.Builder
				for _, p := range service.Posts() {
					text.WriteString(p.Text)
				}
				if !strings.Contains(text.String(), m.Title) || !strings.Contains(text.String(), m.Footer) {
					t.Errorf("text = %q, want the message in it", text.String())
				}
				checkSpec(t, b)
			})
		}
	}
}
