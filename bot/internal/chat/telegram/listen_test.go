package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var menu = []chat.Command{
	{Name: "help", Description: "What I can do"},
	{Name: "latest", Description: "The newest alerts", Args: []chat.Arg{
		{Name: "country", Description: "A country"},
		{Name: "n", Description: "How many", Kind: chat.Number, Min: 1, Max: 10},
	}},
}

// echo answers with what was asked.
func echo(_ context.Context, r chat.Request) chat.Answer {
	return chat.Answer{Message: chat.Message{Title: fmt.Sprint(r.Command, " ", r.Args["country"], " ", r.Args["n"])}}
}

// listen runs Listen until stop is called, which returns its error.
func listen(t *testing.T, p *Platform, answer func(context.Context, chat.Request) chat.Answer) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Listen(ctx, menu, answer) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { stop() })
	return stop
}

func TestCommands(t *testing.T) {
	p, fake, _ := open(t)
	stop := listen(t, p, echo)
	const private = "4242"
	for _, c := range []struct{ name, channel, line, want string }{
		{"plain", private, "/latest KH 3", "latest KH 3"},
		{"in a group", "-100777", "/latest KH", "latest KH"},
		{"in a topic", "-100777/17", "/latest KH", "latest KH"},
		{"to us", "-100777", "/latest@" + chattest.TelegramBot + " KH 3", "latest KH 3"},
		{"to us, in capitals", "-100777", "/LATEST@" + strings.ToUpper(chattest.TelegramBot), "latest"},
		{"with line breaks", private, "/latest\nKH\n3", "latest KH 3"},
		{"unknown", private, "/start now", "help"},
		{"only a slash", private, "/", "help"},
	} {
		got, err := fake.Ask(t.Context(), c.channel, c.line)
		if err != nil {
			t.Fatalf("%s: Ask: %v", c.name, err)
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s: answer = %q, want %q", c.name, got, c.want)
		}
	}
	if err := stop(); err != nil {
		t.Errorf("Listen = %v, want nil", err)
	}
	if got, want := fake.Menu(), []string{"help", "latest"}; !slices.Equal(got, want) {
		t.Errorf("menu = %q, want %q", got, want)
	}
	for _, v := range fake.Violations() {
		t.Errorf("spec: %s", v)
	}
}

// TestIgnored says things that are not for the bot, and then one that is: only that is answered.
func TestIgnored(t *testing.T) {
	const private, group = "4242", "-100777"
	for name, m := range map[string]chattest.TelegramMessage{
		"to another bot":       {Channel: group, Text: "/latest@other_bot"},
		"unknown in a group":   {Channel: group, Text: "/weather"},
		"talk":                 {Channel: private, Text: "hello / there"},
		"no text":              {Channel: private},
		"forwarded":            {Channel: private, Text: "/latest", Forwarded: true},
		"edited":               {Channel: private, Text: "/latest", Edited: true},
		"from a bot":           {Channel: group, Text: "/latest", FromBot: true},
		"through a bot":        {Channel: group, Text: "/latest", ViaBot: true},
		"edited in a channel":  {Channel: "@example_news", Text: "/latest", Edited: true},
		"unknown in a channel": {Channel: "@example_news", Text: "/weather"},
		"old":                  {Channel: private, Text: "/latest", Sent: time.Now().Add(-6 * time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			p, fake, _ := open(t)
			fake.Say(m)
			stop := listen(t, p, echo)
			if _, err := fake.Ask(t.Context(), "99", "/help"); err != nil {
				t.Fatalf("Ask: %v", err)
			}
			if err := stop(); err != nil { // All answers are made when it returns.
				t.Errorf("Listen = %v, want nil", err)
			}
			if got := len(fake.Posts()); got != 1 {
				t.Errorf("posts = %d, want 1: %+v", got, fake.Posts())
			}
			if got := fake.Unconfirmed(); got != 0 {
				t.Errorf("unconfirmed = %d, want 0", got)
			}
		})
	}
}

func TestAnswered(t *testing.T) {
	for name, m := range map[string]chattest.TelegramMessage{
		"a little late":             {Channel: "4242", Text: "/latest", Sent: time.Now().Add(-4 * time.Minute)},
		"from an anonymous admin":   {Channel: "-100777", Text: "/latest", Anonymous: true},
		"from a clock that is fast": {Channel: "4242", Text: "/latest", Sent: time.Now().Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			p, fake, _ := open(t)
			fake.Say(m)
			listen(t, p, echo)
			if _, err := fake.WaitPosts(t.Context(), 1); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRestart stops the bot while it answers: the answer is finished, and the next start does not
// answer again.
func TestRestart(t *testing.T) {
	p, fake, _ := open(t)
	begun, finish := make(chan bool), make(chan bool)
	stop := listen(t, p, func(ctx context.Context, r chat.Request) chat.Answer {
		begun <- true
		<-finish
		return echo(ctx, r)
	})
	fake.Say(chattest.TelegramMessage{Channel: "4242", Text: "/latest KH"})
	<-begun
	stopped := make(chan error)
	go func() { stopped <- stop() }()
	close(finish)
	if err := <-stopped; err != nil {
		t.Errorf("Listen = %v, want nil", err)
	}
	if got := fake.Unconfirmed(); got != 0 {
		t.Errorf("unconfirmed = %d, want 0", got)
	}
	listen(t, p, echo)
	if _, err := fake.Ask(t.Context(), "99", "/help"); err != nil {
		t.Fatalf("Ask: %v", err)
	}
	if got := len(fake.Posts()); got != 2 {
		t.Errorf("posts = %d, want 2: one answer, not repeated, and the help", got)
	}
}

func TestSlowAnswerBlocksNobody(t *testing.T) {
	p, fake, _ := open(t)
	slow := make(chan bool)
	stop := listen(t, p, func(ctx context.Context, r chat.Request) chat.Answer {
		if r.From.Channel == "1" {
			<-slow
		}
		return echo(ctx, r)
	})
	fake.Say(chattest.TelegramMessage{Channel: "1", Text: "/latest"})
	if _, err := fake.Ask(t.Context(), "2", "/latest"); err != nil {
		t.Errorf("Ask: %v", err)
	}
	close(slow)
	stop()
	if got := len(fake.Posts()); got != 2 {
		t.Errorf("posts = %d, want 2: Listen waits for the slow answer", got)
	}
}

func TestPanicOfAnAnswer(t *testing.T) {
	p, fake, book := open(t)
	listen(t, p, func(ctx context.Context, r chat.Request) chat.Answer {
		if r.From.Channel == "1" {
			panic("a bug")
		}
		return echo(ctx, r)
	})
	for range maxAnswering + 1 {
		fake.Say(chattest.TelegramMessage{Channel: "1", Text: "/latest"})
	}
	if _, err := fake.Ask(t.Context(), "2", "/latest"); err != nil {
		t.Errorf("Ask after panics: %v", err)
	}
	if !strings.Contains(book.String(), "a bug") {
		t.Errorf("log = %q, want the panic", book)
	}
}

func TestListenWithBadToken(t *testing.T) {
	fake := chattest.NewTelegram(t)
	for name, token := range map[string]string{"unknown": "1:x", "malformed": "x", "none": ""} {
		p := New(Options{Token: token, Endpoint: fake.URL()})
		if err := p.Listen(t.Context(), menu, echo); !errors.Is(err, chat.ErrToken) {
			t.Errorf("%s: Listen = %v, want %v", name, err, chat.ErrToken)
		}
	}
}
