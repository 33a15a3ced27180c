package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// asked lets the bot hear one message or press, and returns what it is asked.
func asked(t *testing.T, fake *chattest.Telegram, p *Platform, menu []chat.Command, say func()) chat.Request {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	requests := make(chan chat.Request, 1)
	done := make(chan error, 1)
	go func() {
		done <- p.Listen(ctx, menu, func(_ context.Context, r chat.Request) chat.Answer {
			requests <- r
			return chat.Answer{}
		})
	}()
	say()
	r := <-requests
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Listen = %v", err)
	}
	checkSpec(t, fake)
	return r
}

func TestRequests(t *testing.T) {
	const private, channel = "4242", "@example_news"
	for _, c := range []struct {
		name string
		m    chattest.TelegramMessage
		want string
	}{
		{"between two", chattest.TelegramMessage{Channel: private, Text: "/latest KH", Language: "pt-BR"}, `telegram:4242 direct in pt-BR, answers "", map[country:KH]`},
		{"in a group", chattest.TelegramMessage{Channel: group.Channel, Text: "/latest", User: 7}, `telegram:7 in , answers "", map[]`},
		{"as a reply", chattest.TelegramMessage{Channel: group.Channel, Text: "/latest", ReplyTo: "33"}, `telegram:4242 in , answers "33", map[]`},
		{"in a topic", chattest.TelegramMessage{Channel: group.Channel, Topic: "17", Text: "/latest"}, `telegram:4242 in , answers "", map[]`},
		{"as a reply in a topic", chattest.TelegramMessage{Channel: group.Channel, Topic: "17", Text: "/latest", ReplyTo: "33"}, `telegram:4242 in , answers "33", map[]`},
		{"strange language", chattest.TelegramMessage{Channel: private, Text: "/latest", Language: "en<script>"}, `telegram:4242 direct in , answers "", map[]`},
		{"anonymous admin", chattest.TelegramMessage{Channel: group.Channel, Text: "/latest", Anonymous: true, Language: "fr"}, ` in , answers "", map[]`},
		{"in the name of a channel", chattest.TelegramMessage{Channel: group.Channel, Text: "/latest", InNameOf: channel}, ` in , answers "", map[]`},
		{"post of a channel", chattest.TelegramMessage{Channel: channel, Text: "/latest"}, ` in , answers "", map[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, fake, _ := open(t)
			r := asked(t, fake, p, menu, func() { fake.Say(c.m) })
			direct := ""
			if r.Direct {
				direct = " direct"
			}
			got := fmt.Sprintf("%s%s in %s, answers %q, %v", r.User, direct, r.Locale, r.Message, r.Args)
			if got != c.want || r.Command != "latest" || r.Press != "" || r.From.Topic != c.m.Topic {
				t.Errorf("asked %s from %s: %+v, want %s", got, r.From, r, c.want)
			}
		})
	}
}

// TestManagesUnknown asks a service that does not know.
func TestManagesUnknown(t *testing.T) {
	for name, answer := range map[string]roundTrip{
		"refused": says(400, `{"ok":false,"error_code":400,"description":"Bad Request: member list is inaccessible"}`),
		"broken":  says(502, "x"),
		"strange": says(200, `{"ok":true,"result":7}`),
	} {
		l := &listener{Platform: offline(answer)}
		if yes, err := l.managedBy(place{ID: -5, Type: "group"}, person{ID: 7})(t.Context()); yes || err == nil {
			t.Errorf("%s: manages = %t, %v, want no and an error", name, yes, err)
		}
	}
}

func TestDeepLinks(t *testing.T) {
	start := []chat.Command{{Name: "start", Description: "Begin", Args: []chat.Arg{{Name: "payload"}}}}
	for text, want := range map[string]string{
		"/start country_KH-7": "country_KH-7", "/start": "", "/start@" + chattest.TelegramBot + " x1": "x1",
	} {
		p, fake, _ := open(t)
		r := asked(t, fake, p, start, func() { fake.Say(chattest.TelegramMessage{Channel: "4242", Text: text}) })
		if r.Command != "start" || r.Args["payload"] != want {
			t.Errorf("%s asked %+v, want start with %q", text, r, want)
		}
	}
}

// TestMenu publishes more than Telegram takes.
func TestMenu(t *testing.T) {
	p, fake, _ := open(t)
	var many []chat.Command
	for i := range 120 {
		many = append(many, chat.Command{Name: fmt.Sprint("c", i), Description: strings.Repeat("ខ្មែរ ", 100)})
	}
	asked(t, fake, p, many, func() { fake.Say(chattest.TelegramMessage{Channel: "4242", Text: "/c119"}) })
	if got := fake.Menu(); len(got) != 100 || got[0] != "c0" {
		t.Errorf("menu = %q, want the first hundred", got)
	}
}

// TestAllowedUpdates holds that no more is asked for than is used.
func TestAllowedUpdates(t *testing.T) {
	var kinds []string
	if err := json.Unmarshal([]byte(pollParams(0, 0)["allowed_updates"]), &kinds); err != nil {
		t.Fatal(err)
	}
	if want := []string{"message", "channel_post", "callback_query"}; !slices.Equal(kinds, want) {
		t.Errorf("allowed updates = %q, want %q", kinds, want)
	}
}
