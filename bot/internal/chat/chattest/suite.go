package chattest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
)

// A Bench is a platform joined to its fake service.
type Bench struct {
	Platform chat.Platform
	Service  Service
	// To is a channel that exists in the service.
	To chat.Destination
	// Secrets are the token and whatever else must never show in an error.
	Secrets []string
	// Dedupes is true if the service refuses to post one key twice.
	Dedupes bool
	// Edits is true if the service can edit a posted message.
	Edits bool
	// Refused is the outcome of a refused token, nil for chat.ErrToken. It is another where each channel
	// has a secret of its own.
	Refused error
	// Faultless is true if there is no service on a wire that could fail.
	Faultless bool
}

// Run holds a platform against the contract of chat.Platform. It opens a fresh bench for each test.
func Run(t *testing.T, open func(*testing.T) Bench) {
	t.Run("send", func(t *testing.T) { testSend(t, open(t)) })
	t.Run("limits", func(t *testing.T) { testLimits(t, open(t)) })
	t.Run("edit", func(t *testing.T) { testEdit(t, open(t)) })
	t.Run("outcomes", func(t *testing.T) { testOutcomes(t, open) })
	t.Run("same key twice", func(t *testing.T) { testSameKey(t, open(t)) })
	t.Run("cancelled", func(t *testing.T) { testCancelled(t, open(t)) })
	t.Run("listen", func(t *testing.T) { testListen(t, open(t)) })
	t.Run("pin", func(t *testing.T) { testPin(t, open(t)) })
	runPress(t, open)
}

// sample is a message that uses every part, with signs that are markup somewhere.
func sample() chat.Message {
	return chat.Message{
		Kicker: "🇰🇭 Cambodia · legislation · drafted",
		Title:  `Draft <b>cybercrime</b> law & "back" *again* @everyone`,
		Link:   "https://news.example/a?b=1&c=2",
		Body: []chat.Paragraph{
			{{Text: "The ministry said "}, {Text: "the draft", Style: chat.Bold}, {Text: " returns."}},
			{{Text: "Khmer: សេចក្តីព្រាងច្បាប់", Style: chat.Italic}},
		},
		Fields: []chat.Field{{Name: "Matched", Value: "draft, cybercrime law"}},
		Footer: "Example News · 2 Nov 2026",
		Level:  chat.High,
	}
}

func testSend(t *testing.T, b Bench) {
	id, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	if id == "" {
		t.Error("Send gave no id")
	}
	posts := b.Service.Posts()
	if len(posts) != 1 {
		t.Fatalf("posts = %d, want 1", len(posts))
	}
	if posts[0].Channel != b.To.Channel || posts[0].Topic != b.To.Topic {
		t.Errorf("posted to %q/%q, want %q/%q", posts[0].Channel, posts[0].Topic, b.To.Channel, b.To.Topic)
	}
	for _, want := range []string{
		"Cambodia · legislation · drafted",
		`Draft <b>cybercrime</b> law & "back"`,
		"The ministry said the draft returns.",
		"សេចក្តីព្រាងច្បាប់",
		"Matched",
		"draft, cybercrime law",
		"Example News · 2 Nov 2026",
	} {
		if !strings.Contains(posts[0].Text, want) {
			t.Errorf("posted text lacks %q:\n%s", want, posts[0].Text)
		}
	}
	checkSpec(t, b)
}

// testLimits sends far more than any service takes: it must be shortened, never refused.
func testLimits(t *testing.T, b Bench) {
	for name, unit := range map[string]string{
		"latin":  "word & <tag> ",
		"khmer":  "ច្បាប់ស្តីពីបទល្មើស ",
		"emoji":  "🇰🇭👩‍⚖️",
		"arabic": "قانون الجرائم الإلكترونية ",
	} {
		long := strings.Repeat(unit, 2000)
		m := chat.Message{Kicker: long, Title: long, Footer: long, Level: chat.Critical}
		for range 30 {
			m.Body = append(m.Body, chat.Text(long))
			m.Fields = append(m.Fields, chat.Field{Name: long, Value: long})
		}
		if _, err := b.Platform.Send(t.Context(), b.To, "key-"+name, m); err != nil {
			t.Errorf("%s: Send: %v", name, err)
		}
	}
	if _, err := b.Platform.Send(t.Context(), b.To, "key-title", chat.Message{Title: "Only a title"}); err != nil {
		t.Errorf("only a title: Send: %v", err)
	}
	checkSpec(t, b)
}

func testEdit(t *testing.T, b Bench) {
	if !b.Edits {
		t.Skip("the service has no edit")
	}
	id, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	m := sample()
	m.Title = "A corrected title"
	for _, step := range []string{"first", "same again"} {
		if err := b.Platform.Edit(t.Context(), b.To, id, m); err != nil {
			t.Fatalf("%s Edit: %v", step, err)
		}
	}
	posts := b.Service.Posts()
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "A corrected title") {
		t.Errorf("posts after edit = %+v, want one with the corrected title", posts)
	}
	checkSpec(t, b)
}

func testOutcomes(t *testing.T, open func(*testing.T) Bench) {
	if open(t).Faultless {
		t.Skip("there is no service that could fail")
	}
	for _, c := range []struct {
		name  string
		fault Fault
		want  error
		posts int
	}{
		{"gone", Fault{Kind: Gone}, chat.ErrGone, 0},
		{"bad token", Fault{Kind: BadToken}, chat.ErrToken, 0},
		{"502", Fault{Kind: Broken}, chat.ErrUnknown, 0},
		{"lost answer", Fault{Kind: LostAnswer}, chat.ErrUnknown, 1},
		{"cut answer", Fault{Kind: CutAnswer}, chat.ErrUnknown, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t)
			if c.want == chat.ErrToken && b.Refused != nil {
				c.want = b.Refused
			}
			b.Service.Fail(c.fault)
			_, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
			if !errors.Is(err, c.want) {
				t.Errorf("Send = %v, want %v", err, c.want)
			}
			if got := len(b.Service.Posts()); got != c.posts {
				t.Errorf("posts = %d, want %d", got, c.posts)
			}
			if got := b.Service.Requests(); got != 1 {
				t.Errorf("requests = %d, want 1: only the outbox may try again", got)
			}
			checkSecrets(t, b, err)
		})
	}
	t.Run("429", func(t *testing.T) {
		b := open(t)
		b.Service.Fail(Fault{Kind: TooMany, Wait: 7 * time.Second})
		_, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
		var retry *chat.RetryError
		if !errors.As(err, &retry) || retry.After < 7*time.Second || retry.After > 9*time.Second {
			t.Errorf("Send = %v, want a RetryError of 7 s", err)
		}
		if got := b.Service.Requests(); got != 1 {
			t.Errorf("requests = %d, want 1: only the outbox may try again", got)
		}
		checkSecrets(t, b, err)
	})
	t.Run("rejected", func(t *testing.T) {
		b := open(t)
		// Twice: a platform may fall back once to a plainer form.
		b.Service.Fail(Fault{Kind: Rejected}, Fault{Kind: Rejected})
		_, err := b.Platform.Send(t.Context(), b.To, "key-1", sample())
		if !errors.Is(err, chat.ErrRejected) {
			t.Errorf("Send = %v, want %v", err, chat.ErrRejected)
		}
		checkSecrets(t, b, err)
	})
}

func testSameKey(t *testing.T, b Bench) {
	if !b.Dedupes {
		t.Skip("the service has no idempotency key")
	}
	b.Service.Fail(Fault{Kind: LostAnswer})
	if _, err := b.Platform.Send(t.Context(), b.To, "key-1", sample()); !errors.Is(err, chat.ErrUnknown) {
		t.Fatalf("first Send = %v, want %v", err, chat.ErrUnknown)
	}
	if _, err := b.Platform.Send(t.Context(), b.To, "key-1", sample()); err != nil {
		t.Fatalf("second Send: %v", err)
	}
	if got := len(b.Service.Posts()); got != 1 {
		t.Errorf("posts = %d, want 1", got)
	}
}

func testCancelled(t *testing.T, b Bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Platform.Send(ctx, b.To, "key-1", sample())
	if err == nil || errors.Is(err, chat.ErrUnknown) {
		t.Errorf("Send = %v, want an error that means not sent", err)
	}
	if got := len(b.Service.Posts()); got != 0 {
		t.Errorf("posts = %d, want 0", got)
	}
	checkSecrets(t, b, err)
}

func testListen(t *testing.T, b Bench) {
	ctx, cancel := context.WithCancel(t.Context())
	menu := []chat.Command{{
		Name: "latest", Description: "The newest alerts",
		Args: []chat.Arg{
			{Name: "country", Description: "A country"},
			{Name: "topic", Description: "A topic", Kind: chat.Choice, Choices: []string{"legislation", "shutdown"}},
			{Name: "n", Description: "How many", Kind: chat.Number, Min: 1, Max: 10},
		},
	}}
	answer := func(_ context.Context, r chat.Request) chat.Answer {
		return chat.Answer{Message: chat.Message{Title: "answer to " + r.Command + ": " + r.Args["country"] + " " + r.Args["topic"] + " " + r.Args["n"]}}
	}
	done := make(chan error, 1)
	go func() { done <- b.Platform.Listen(ctx, menu, answer) }()
	if asker, ok := b.Service.(Asker); ok {
		got, err := asker.Ask(t.Context(), b.To.Channel, "/latest KH shutdown 3")
		if err != nil {
			t.Errorf("Ask: %v", err)
		}
		if want := "answer to latest: KH shutdown 3"; !strings.Contains(got, want) {
			t.Errorf("answer = %q, want it to contain %q", got, want)
		}
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Listen = %v, want nil after ctx ended", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("Listen did not return within 10 s of ctx ending")
	}
	checkSpec(t, b)
}

func checkSpec(t *testing.T, b Bench) {
	t.Helper()
	for _, v := range b.Service.Violations() {
		t.Errorf("spec: %s", v)
	}
}

func checkSecrets(t *testing.T, b Bench, err error) {
	t.Helper()
	for _, s := range b.Secrets {
		if err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("error shows a secret: %v", strings.ReplaceAll(err.Error(), s, "<CANARY>"))
		}
	}
}
