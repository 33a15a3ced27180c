package telegram

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// TestPressed presses a button below a first post, and looks at what the person is shown and what stands.
func TestPressed(t *testing.T) {
	const person, channel = "4242", "@example_news"
	long := strings.Repeat("word ", 100)
	text := func(s string) chat.Message { return chat.Message{Title: s} }
	for _, c := range []struct {
		name   string
		at     string
		answer chat.Answer
		toast  chattest.TelegramToast
		posts  string
	}{
		{"nothing", group.Channel, chat.Answer{}, chattest.TelegramToast{}, "post"},
		{"toast", group.Channel, chat.Answer{Toast: "Noted"}, chattest.TelegramToast{Text: "Noted"}, "post"},
		{"long toast", group.Channel, chat.Answer{Toast: long}, chattest.TelegramToast{Text: cut(long, 200)}, "post"},
		{"replaced", group.Channel, chat.Answer{Replace: true, Message: text("page 2")}, chattest.TelegramToast{}, "page 2"},
		{"replaced, and a toast", person, chat.Answer{Replace: true, Toast: "Muted", Message: text("page 2")}, chattest.TelegramToast{Text: "Muted"}, "page 2"},
		{"replaced by the same", group.Channel, chat.Answer{Replace: true, Message: text("post")}, chattest.TelegramToast{}, "post"},
		{"replaced in a channel", channel, chat.Answer{Replace: true, Message: text("page 2")}, chattest.TelegramToast{}, "page 2"},
		{"replaced by a file", person, chat.Answer{Replace: true, Message: chat.Message{Title: "chart", File: &chat.File{Name: "a.png", Data: []byte("x")}}}, chattest.TelegramToast{}, "post|chart"},
		{"message", group.Channel, chat.Answer{Message: text("why")}, chattest.TelegramToast{}, "post|why"},
		{"private, short, in a group", group.Channel, chat.Answer{Private: true, Message: text("why")}, chattest.TelegramToast{Text: "why", Stays: true}, "post"},
		{"private, short, in a group, with buttons", group.Channel, chat.Answer{Private: true, Message: chat.Message{Title: "mute", Buttons: [][]chat.Button{{{Text: "y", Data: "y"}}}}}, chattest.TelegramToast{}, "post|mute"},
		{"private, long, in a group", group.Channel, chat.Answer{Private: true, Message: text(long)}, chattest.TelegramToast{}, "post|" + strings.TrimSpace(long)},
		{"private, between two", person, chat.Answer{Private: true, Message: text("why")}, chattest.TelegramToast{}, "post|why"},
		{"message in a channel", channel, chat.Answer{Message: text(long)}, chattest.TelegramToast{Text: cut(strings.TrimSpace(long), 200), Stays: true}, "post"},
		{"file in a channel", channel, chat.Answer{Message: chat.Message{File: &chat.File{Name: "a.csv", Data: []byte("x")}}}, chattest.TelegramToast{}, "post"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, fake, _ := open(t)
			to := chat.Destination{Platform: "telegram", Channel: c.at}
			id, err := p.Send(t.Context(), to, "", chat.Message{Title: "post", Buttons: [][]chat.Button{{{Text: "x", Data: "x"}}}})
			if err != nil {
				t.Fatal(err)
			}
			stop := listen(t, p, func(context.Context, chat.Request) chat.Answer { return c.answer })
			shown, err := fake.Acknowledged(t.Context(), fake.PressRaw(chattest.TelegramPress{Channel: c.at, ID: id, Data: "x"}))
			if err != nil || shown != c.toast {
				t.Errorf("shown %+v, %v, want %+v", shown, err, c.toast)
			}
			if err := stop(); err != nil {
				t.Errorf("Listen = %v", err)
			}
			var texts []string
			for i, post := range fake.Posts() {
				texts = append(texts, post.Text)
				if i > 0 && fake.ReplyTo(post.ID) != id {
					t.Errorf("post %q answers %q, want the first", post.Text, fake.ReplyTo(post.ID))
				}
			}
			if got := strings.Join(texts, "|"); got != c.posts {
				t.Errorf("posts = %q, want %q", got, c.posts)
			}
			checkSpec(t, fake)
		})
	}
}

// TestDeadButtons presses buttons that nothing can come of. Nobody is asked, and the person is told.
func TestDeadButtons(t *testing.T) {
	for name, press := range map[string]chattest.TelegramPress{
		"inaccessible message": {Channel: group.Channel, ID: "7", Data: "x", Language: "fr", Inaccessible: true},
		"message of others":    {Channel: group.Channel, Data: "x", Language: "fr", Inline: true},
		"no data":              {Channel: group.Channel, ID: "7", Language: "fr"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := chattest.NewTelegram(t)
			p := New(Options{Token: chattest.TelegramToken, Endpoint: fake.URL(), DeadButton: func(locale string) string { return "dead in " + locale }})
			listen(t, p, func(context.Context, chat.Request) chat.Answer {
				t.Error("it was asked")
				return chat.Answer{}
			})
			shown, err := fake.Acknowledged(t.Context(), fake.PressRaw(press))
			if err != nil || shown.Text != "dead in fr" {
				t.Errorf("shown %+v, %v, want the words for it", shown, err)
			}
			checkSpec(t, fake)
		})
	}
	t.Run("without words of their own", func(t *testing.T) {
		p, fake, _ := open(t)
		listen(t, p, echo)
		shown, err := fake.Acknowledged(t.Context(), fake.PressRaw(chattest.TelegramPress{Channel: "5", ID: "7", Data: "x", Inaccessible: true}))
		if err != nil || !strings.Contains(shown.Text, "no longer works") {
			t.Errorf("shown %+v, %v", shown, err)
		}
	})
}

// TestLateAnswer lets the answer take longer than a press may wait.
func TestLateAnswer(t *testing.T) {
	for _, c := range []struct {
		name, at string
		answer   chat.Answer
		posts    int
	}{
		{"toast", group.Channel, chat.Answer{Toast: "Noted"}, 1},
		{"toast in a channel", "@example_news", chat.Answer{Toast: "Noted"}, 0},
		{"message", group.Channel, chat.Answer{Toast: "Noted", Message: chat.Message{Title: "why"}}, 1},
		{"nothing", group.Channel, chat.Answer{}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, fake := paced()
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() {
					done <- p.Listen(ctx, menu, func(context.Context, chat.Request) chat.Answer {
						time.Sleep(20 * time.Second)
						return c.answer
					})
				}()
				start := time.Now()
				ask, stop := context.WithTimeout(ctx, time.Minute)
				defer stop()
				shown, err := fake.Acknowledged(ask, fake.PressRaw(chattest.TelegramPress{Channel: c.at, ID: "7", Data: "x"}))
				if err != nil || shown.Text != "" {
					t.Errorf("shown %+v, %v, want nothing yet", shown, err)
				}
				if took := time.Since(start); took < patience || took > patience+time.Second {
					t.Errorf("acknowledged after %s, want %s", took, patience)
				}
				time.Sleep(time.Minute)
				if got := len(fake.Posts()); got != c.posts {
					t.Errorf("posts = %+v, want %d", fake.Posts(), c.posts)
				}
				cancel()
				if err := <-done; err != nil {
					t.Errorf("Listen = %v", err)
				}
				checkSpec(t, fake)
			})
		})
	}
}

func TestPanicOfAPress(t *testing.T) {
	p, fake, book := open(t)
	stop := listen(t, p, func(context.Context, chat.Request) chat.Answer { panic("a bug") })
	if _, err := fake.Acknowledged(t.Context(), fake.PressRaw(chattest.TelegramPress{Channel: "5", ID: "7", Data: "x"})); err != nil {
		t.Errorf("not acknowledged: %v", err)
	}
	stop()
	if log := book.String(); !strings.Contains(log, "a bug") {
		t.Errorf("log = %q, want the panic", log)
	}
}

// TestAcknowledgeAgain holds what becomes of an acknowledgement that fails.
func TestAcknowledgeAgain(t *testing.T) {
	late := `{"ok":false,"error_code":400,"description":"Bad Request: query is too old and response timeout expired or query ID is invalid"}`
	press := says(200, `{"ok":true,"result":[{"update_id":100,"callback_query":{"id":"q","from":{"id":1},"data":"x","message":{"message_id":7,"date":1,"chat":{"id":5,"type":"private"}}}}]}`)
	for _, c := range []struct {
		name  string
		fails []roundTrip
		want  string
		quiet bool
	}{
		{"server broken", []roundTrip{says(502, "x"), says(502, "x")}, "answerCallbackQuery 0s answerCallbackQuery 1s answerCallbackQuery 3s", true},
		{"too late", []roundTrip{says(400, late)}, "answerCallbackQuery 0s", true},
		{"told to wait too long", []roundTrip{says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":60}}`)}, "answerCallbackQuery 0s", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, start: time.Now(), polls: []roundTrip{press}, fail: map[string][]roundTrip{"answerCallbackQuery": c.fails}}
				book := new(logBook)
				p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: s}, Log: slog.New(slog.NewTextHandler(book, nil))})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() {
					done <- p.Listen(ctx, menu, func(context.Context, chat.Request) chat.Answer { return chat.Answer{Toast: "Noted"} })
				}()
				time.Sleep(2 * time.Minute)
				cancel()
				if err := <-done; err != nil {
					t.Errorf("Listen = %v", err)
				}
				var got []string
				for _, call := range s.calls {
					if strings.HasPrefix(call, "answerCallbackQuery") {
						got = append(got, call)
					}
				}
				if strings.Join(got, " ") != c.want {
					t.Errorf("calls = %q, want %q", got, c.want)
				}
				if log := book.String(); strings.Contains(log, "not acknowledged") == c.quiet || strings.Contains(log, chattest.TelegramToken) {
					t.Errorf("log = %q, want it quiet: %t", log, c.quiet)
				}
			})
		})
	}
}
