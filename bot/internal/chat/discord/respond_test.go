package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// slow makes answers take longer than the platform waits for them before it promises one.
func slow(answer answerer) answerer {
	return func(ctx context.Context, r chat.Request) chat.Answer {
		<-time.After(20 * time.Millisecond)
		return answer(ctx, r)
	}
}

// TestWhoSees checks that an answer for one person is never shown to others, whether the menu knew it
// beforehand or not, and whether it was ready at once or promised.
func TestWhoSees(t *testing.T) {
	menu := []chat.Command{
		{Name: "open", Description: "An answer for all", Args: []chat.Arg{{Name: "what", Description: "What"}}},
		{Name: "mine", Description: "An answer for one", Private: true, Args: []chat.Arg{{Name: "what", Description: "What"}}},
	}
	answer := func(_ context.Context, r chat.Request) chat.Answer {
		switch r.Args["what"] {
		case "private":
			return chat.Answer{Private: true, Message: chat.Message{Title: "for one"}}
		case "toast":
			return chat.Answer{Toast: "a *line*"}
		case "chart":
			return chat.Answer{Private: true, Message: chat.Message{Title: "a chart", File: &chat.File{Name: "chart.png", Data: []byte("png")}}}
		case "long":
			return chat.Answer{Message: digest(25, 500)}
		}
		return chat.Answer{Message: chat.Message{Title: "for all"}}
	}
	for _, c := range []struct {
		line            string
		text            string
		atOnce, promise bool // only the person who asked sees it
	}{
		{"/open", "for all", false, false},
		{"/open private", "for one", true, true},
		{"/open toast", "a *line*", true, true},
		{"/mine", "for all", false, true},
		{"/mine private", "for one", true, true},
		{"/open long", "(0)", false, false},
		{"/open chart", "a chart", true, true},
	} {
		for name, how := range map[string]struct {
			answer answerer
			want   bool
		}{"at once": {answer, c.atOnce}, "promised": {slow(answer), c.promise}} {
			t.Run(c.line[1:]+" "+name, func(t *testing.T) {
				t.Parallel()
				service := chattest.NewDiscord(t)
				p := unpaced(service)
				if name == "promised" {
					p.timing.ready = time.Millisecond
				}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- p.Listen(ctx, menu, how.answer) }()
				got, private, err := service.AskSeen(t.Context(), "55", c.line)
				if err != nil || !strings.Contains(got, c.text) || private != how.want {
					t.Errorf("answer = %q, for one %t, %v, want %q, %t", got, private, err, c.text, how.want)
				}
				cancel()
				if err := <-done; err != nil {
					t.Errorf("Listen = %v", err)
				}
				checkViolations(t, service)
			})
		}
	}
}

// TestLatePress checks that a press is acknowledged in time though the answer takes longer, and that the
// answer comes all the same.
func TestLatePress(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := unpaced(service)
	p.timing.ready = time.Millisecond
	m := chat.Message{Title: "Title", Buttons: [][]chat.Button{{
		{Text: "Next", Data: "next"}, {Text: "Same", Data: "next"}, {Text: "Vote", Data: "vote"},
		{Text: "Mine", Data: "mine"}, {Text: "Open", Data: "open"},
	}}}
	id, err := p.Send(t.Context(), somewhere, "key", m)
	if err != nil {
		t.Fatal(err)
	}
	listening(t, p, slow(func(_ context.Context, r chat.Request) chat.Answer {
		switch r.Press {
		case "next":
			return chat.Answer{Replace: true, Toast: "turned", Message: chat.Message{Title: "Page two", Buttons: m.Buttons}}
		case "vote":
			return chat.Answer{Toast: "Thank you"}
		case "mine":
			return chat.Answer{Private: true, Message: chat.Message{Title: "Only you see this"}}
		}
		return chat.Answer{Message: chat.Message{Title: "All see this"}}
	}))
	for _, c := range []struct{ button, want string }{
		{"Next", "turned"}, {"Same", "turned"}, {"Vote", "Thank you"}, {"Mine", "Only you see this"},
	} {
		got, err := service.PressHidden(t.Context(), somewhere.Channel, id, c.button)
		if err != nil || got != c.want {
			t.Errorf("%s showed %q, %v, want %q", c.button, got, err, c.want)
		}
	}
	if _, err := service.Press(t.Context(), somewhere.Channel, id, "Open"); err != nil {
		t.Fatal(err)
	}
	posts, err := service.WaitPosts(t.Context(), 2)
	if err != nil || len(posts) != 2 || posts[0].Text != "Page two" || posts[1].Text != "All see this" {
		t.Errorf("posts = %+v, %v, want the page turned, and the open answer", posts, err)
	}
	checkViolations(t, service)
}

func TestSuggestions(t *testing.T) {
	service := chattest.NewDiscord(t)
	menu := []chat.Command{{Name: "law", Description: "A law", Args: []chat.Arg{
		{Name: "name", Description: "Its name", Complete: true},
		{Name: "n", Description: "A number", Kind: chat.Number, Min: 1, Max: 99, Complete: true},
	}}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	requests := make(chan chat.Request, 1)
	go func() {
		done <- unpaced(service).Listen(ctx, menu, func(_ context.Context, r chat.Request) chat.Answer {
			requests <- r
			fields := []chat.Field{{Name: "One", Value: "1"}, {Name: " ", Value: "2"}, {Name: "Long " + strings.Repeat("x", 200), Value: "3"}, {Name: "No number", Value: "x"}, {Name: "Too long", Value: strings.Repeat("x", 101)}}
			for i := range 30 {
				fields = append(fields, chat.Field{Name: fmt.Sprint("Law ", i), Value: fmt.Sprint(i)})
			}
			return chat.Answer{Message: chat.Message{Fields: fields}}
		})
	}()
	for _, c := range []struct{ arg, line, third string }{{"name", "/law draft 5", "x"}, {"n", "/law draft 5", "0"}} {
		got, err := service.Complete(t.Context(), "55", c.line, c.arg)
		r := <-requests
		if r.Completing != c.arg || r.Command != "law" || r.Args["name"] != "draft" || r.Args["n"] != "5" {
			t.Errorf("request = %+v, want one for %s", r, c.arg)
		}
		if err != nil || len(got) != 25 || got[0] != (chat.Field{Name: "One", Value: "1"}) || len(got[1].Name) > 102 || got[2].Value != c.third {
			t.Errorf("suggestions = %+v, %v", got, err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Listen = %v", err)
	}
	checkViolations(t, service)
}

// TestWhoAsks checks what a request tells of the person and the place.
func TestWhoAsks(t *testing.T) {
	service := chattest.NewDiscord(t)
	service.AddThread("55", "66")
	listening(t, unpaced(service), func(ctx context.Context, r chat.Request) chat.Answer {
		manages, err := r.Manages(ctx)
		return chat.Answer{Message: chat.Message{Title: fmt.Sprintf("%s|%s|%s|%t|%t|%v", r.From, r.User, r.Locale, r.Direct, manages, err)}}
	})
	for _, c := range []struct {
		name, channel string
		person        chattest.DiscordPerson
		direct        bool
		want          string
	}{
		{"member", "55", chattest.DiscordPerson{ID: "7", Permissions: "2048", Locale: "km"}, false, "discord:55|discord:7|km|false|false|<nil>"},
		{"manager", "55", chattest.DiscordPerson{ID: "7", Permissions: "2064", Locale: "pt-BR"}, false, "discord:55|discord:7|pt-BR|false|true|<nil>"},
		{"administrator", "55", chattest.DiscordPerson{ID: "7", Permissions: "8"}, false, "discord:55|discord:7||false|true|<nil>"},
		{"no permissions told", "55", chattest.DiscordPerson{ID: "7"}, false, "discord:55|discord:7||false|false|<nil>"},
		{"nonsense", "55", chattest.DiscordPerson{ID: "x\ny", Permissions: "-1"}, false, "discord:55|||false|false|<nil>"},
		{"thread", "66", chattest.DiscordPerson{ID: "7", Permissions: "0"}, false, "discord:55/66|discord:7||false|false|<nil>"},
		{"direct chat", "77", chattest.DiscordPerson{ID: "7"}, true, "discord:77|discord:7||true|true|<nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			service.As(c.person)
			ask := service.Ask
			if c.direct {
				ask = service.AskDirect
			}
			if got, err := ask(t.Context(), c.channel, "/help"); err != nil || got != c.want {
				t.Errorf("asked as %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

// TestOutsideServers checks that only a chat with the bot alone counts as direct.
func TestOutsideServers(t *testing.T) {
	for _, c := range []struct {
		name, place string
		direct      bool
	}{
		{"chat with the bot", `"context":1,"user":{"id":"7"}`, true},
		{"old form", `"user":{"id":"7"}`, true},
		{"chat of others", `"context":2,"user":{"id":"7"}`, false},
		{"server", `"context":0,"guild_id":"1","member":{"user":{"id":"7"},"permissions":"0"}`, false},
		{"server that is not named", `"member":{"user":{"id":"7"},"permissions":"0"}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, err := parseInteraction([]byte(`{"id":"1","application_id":"2","channel_id":"3","token":"t","type":2,` + c.place + `}`))
			if err != nil {
				t.Fatal(err)
			}
			r := i.request()
			if manages, _ := r.Manages(t.Context()); r.Direct != c.direct || manages != c.direct {
				t.Errorf("direct = %t, manages = %t, want %t", r.Direct, manages, c.direct)
			}
		})
	}
}

// FuzzInteraction holds that whatever comes as an interaction can be asked without a panic, and that an
// address made of it stays on its path.
func FuzzInteraction(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","application_id":"2","channel_id":"3","token":"t","type":2,"data":{"name":"help","options":[{"name":"n","type":4,"value":5,"focused":true}]}}`,
		`{"id":"1","application_id":"2","channel_id":"3","token":"../../users","type":3,"data":{"custom_id":"a/#1"},"message":{"id":"9"}}`,
		`{"id":"1","application_id":"2","channel_id":"3","token":"t","type":4,"member":null,"data":null}`,
		`{"type":1}`, `[]`, `null`, `{"data":{"options":[null,{"value":{"a":[1]}}]}}`, strings.Repeat(`{"data":`, 1000),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		i, err := parseInteraction(data)
		if err != nil {
			return
		}
		r := i.request()
		if _, err := r.Manages(t.Context()); err != nil || r.From.Channel == "" || !json.Valid(data) {
			t.Errorf("request = %+v, %v", r, err)
		}
		if strings.ContainsAny(i.Token+i.ID+i.AppID, "/?#%\\ ") {
			t.Errorf("address parts %q, %q, %q", i.ID, i.AppID, i.Token)
		}
	})
}
