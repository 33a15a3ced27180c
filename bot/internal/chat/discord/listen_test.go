package discord

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var menu = []chat.Command{
	{Name: "help", Description: "What this bot can do"},
	{Name: "latest", Description: "The newest alerts", Args: []chat.Arg{
		{Name: "words", Description: "Words to look for", Required: true},
		{Name: "topic", Description: "A topic", Kind: chat.Choice, Choices: []string{"legislation", "shutdown"}},
		{Name: "n", Description: "How many", Kind: chat.Number, Min: 0, Max: 10},
	}},
}

// listening starts Listen and returns its platform, what ends it, and what it returned.
func listening(t *testing.T, p *Platform, answer answerer) (stop func(), done <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		ended <- p.Listen(ctx, menu, answer)
	}()
	t.Cleanup(func() {
		cancel()
		<-finished
	})
	return cancel, ended
}

func echo(_ context.Context, r chat.Request) chat.Answer {
	switch r.Args["words"] {
	case "panic":
		panic("canary")
	case "nothing":
		return chat.Answer{Message: chat.Message{}}
	}
	return chat.Answer{Message: chat.Message{Title: r.Command + " in " + r.From.String() + ": " + r.Args["words"] + "|" + r.Args["topic"] + "|" + r.Args["n"]}}
}

func TestCommands(t *testing.T) {
	service := chattest.NewDiscord(t)
	listening(t, New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()}), echo)
	for _, c := range []struct{ name, line, want string }{
		{"all kinds", "/latest law 3 Shutdown", "latest in discord:55: law|shutdown|3"},
		{"several words", "/latest draft law", "latest in discord:55: draft law||"},
		{"zero", "/latest law 0", "latest in discord:55: law||0"},
		{"no arguments", "/help", "help in discord:55: ||"},
		{"panic", "/latest panic", "This command broke."},
		{"nothing to show", "/latest nothing", "Nothing to show."},
	} {
		t.Run(c.name, func(t *testing.T) {
			for where, ask := range map[string]func(context.Context, string, string) (string, error){
				"server": service.Ask, "direct": service.AskDirect,
			} {
				got, err := ask(t.Context(), "55", c.line)
				if err != nil || !strings.Contains(got, c.want) || strings.Contains(got, "canary") {
					t.Errorf("%s: answer = %q, %v, want %q", where, got, err, c.want)
				}
			}
		})
	}
	if got := strings.Join(service.Menu(), " "); got != "help latest" {
		t.Errorf("menu = %q, want help latest", got)
	}
	for _, v := range service.Violations() {
		t.Errorf("spec: %s", v)
	}
}

// TestGatewayForbids checks that Listen ends where Discord says that coming back is useless, and says why.
func TestGatewayForbids(t *testing.T) {
	for _, c := range []struct {
		name    string
		token   string
		fault   chattest.GatewayFault
		ofToken bool
		words   string
	}{
		{name: "wrong token", token: "wrong", ofToken: true, words: "401"},
		{name: "token refused", fault: chattest.GatewayFault{Close: 4004}, ofToken: true, words: "4004"},
		{name: "disallowed intents", fault: chattest.GatewayFault{Close: 4014}, words: "developer portal"},
		{name: "sharding required", fault: chattest.GatewayFault{Close: 4011}, words: "sharding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			service := chattest.NewDiscord(t)
			if c.fault != (chattest.GatewayFault{}) {
				service.FailGateway(c.fault)
			}
			token := chattest.DiscordToken
			if c.token != "" {
				token = c.token
			}
			err := New(Options{Token: token, Endpoint: service.URL()}).Listen(t.Context(), menu, echo)
			if err == nil || errors.Is(err, chat.ErrToken) != c.ofToken || !strings.Contains(err.Error(), c.words) {
				t.Errorf("Listen = %v, want an error with %q, of the token %t", err, c.words, c.ofToken)
			}
			if err != nil && strings.Contains(err.Error(), token) && c.token == "" {
				t.Error("Listen's error shows the token")
			}
		})
	}
}

// TestGatewayLost checks that a lost connection is taken up again and commands are answered after it.
func TestGatewayLost(t *testing.T) {
	for _, c := range []struct {
		name       string
		faults     []chattest.GatewayFault
		lose       func(*chattest.Discord)
		identified int
		resumed    int
	}{
		{name: "drop", lose: (*chattest.Discord).Drop, identified: 1, resumed: 1},
		{name: "close and resume", lose: func(d *chattest.Discord) { d.CloseGateway(4000) }, identified: 1, resumed: 1},
		{name: "no hello", faults: []chattest.GatewayFault{{Silent: true}}, identified: 1},
		{name: "rate limited at first", faults: []chattest.GatewayFault{{Close: 4008}}, identified: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			service := chattest.NewDiscord(t)
			service.FailGateway(c.faults...)
			p := quick(service)
			if len(c.faults) > 0 && c.faults[0].Silent {
				p.timing.opening = 300 * time.Millisecond
			}
			stop, done := listening(t, p, echo)
			if c.lose != nil {
				if _, err := service.Ask(t.Context(), "55", "/help"); err != nil {
					t.Fatal(err)
				}
				c.lose(service)
			}
			if err := service.WaitGateway(t.Context(), c.identified, c.resumed); err != nil {
				t.Fatal(err)
			}
			got, err := service.Ask(t.Context(), "55", "/latest law")
			if err != nil || !strings.Contains(got, "law") {
				t.Errorf("answer = %q, %v, want one with law", got, err)
			}
			stop()
			if err := <-done; err != nil {
				t.Errorf("Listen = %v, want nil", err)
			}
		})
	}
}

// TestStopSilent checks that Listen ends soon although the gateway never says a word.
func TestStopSilent(t *testing.T) {
	service := chattest.NewDiscord(t)
	service.FailGateway(chattest.GatewayFault{Silent: true})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()}).Listen(ctx, menu, echo); err != nil {
		t.Errorf("Listen = %v, want nil", err)
	}
	if took := time.Since(start); took > discordTiming.opening/2 {
		t.Errorf("Listen took %s to end", took)
	}
}

// TestRunningAnswers checks that an answer begun before ctx ended is still given.
func TestRunningAnswers(t *testing.T) {
	service := chattest.NewDiscord(t)
	begun, release := make(chan struct{}), make(chan struct{})
	stop, done := listening(t, New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()}),
		func(context.Context, chat.Request) chat.Answer {
			close(begun)
			<-release
			return chat.Answer{Message: chat.Message{Title: "late but given"}}
		})
	answers := make(chan string, 1)
	go func() {
		got, err := service.Ask(t.Context(), "55", "/help")
		if err != nil {
			got = err.Error()
		}
		answers <- got
	}()
	<-begun
	stop()
	close(release)
	if got := <-answers; got != "late but given" {
		t.Errorf("answer = %q, want late but given", got)
	}
	if err := <-done; err != nil {
		t.Errorf("Listen = %v, want nil", err)
	}
}

func TestMenuRefused(t *testing.T) {
	service := chattest.NewDiscord(t)
	bad := []chat.Command{{Name: "help", Description: strings.Repeat("long ", 100)}}
	err := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()}).Listen(t.Context(), bad, echo)
	if !errors.Is(err, chat.ErrRejected) || !strings.Contains(err.Error(), "publish commands") {
		t.Errorf("Listen = %v, want %v", err, chat.ErrRejected)
	}
}

func TestSlots(t *testing.T) {
	s := make(slots, 2)
	release := make(chan struct{})
	for i, want := range []bool{true, true, false} {
		if got := s.run(func() { <-release }); got != want {
			t.Errorf("run %d = %t, want %t", i, got, want)
		}
	}
	close(release)
	s.close()
	if s.run(func() {}) {
		t.Error("run after close = true, want false")
	}
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b backoff
		for i, c := range []struct{ least, from, to time.Duration }{
			{0, firstPause / 2, 3 * firstPause / 2},
			{0, firstPause, 3 * firstPause},
			{time.Hour, time.Hour, time.Hour},
			{0, 4 * firstPause, 12 * firstPause},
		} {
			start := time.Now()
			if err := b.wait(t.Context(), c.least); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < c.from || took > c.to {
				t.Errorf("wait %d took %s, want %s to %s", i, took, c.from, c.to)
			}
		}
		for range 20 {
			b.wait(t.Context(), 0)
		}
		if b.last != lastPause {
			t.Errorf("last pause = %s, want %s", b.last, lastPause)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("wait = %v, want %v", err, context.Canceled)
		}
	})
}
