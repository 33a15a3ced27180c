package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// group is a chat of the fake.
var group = chat.Destination{Platform: "telegram", Channel: "-1001234567890"}

// open joins a platform to a fresh fake. Its log goes to the returned log.
func open(t *testing.T) (*Platform, *chattest.Telegram, *logBook) {
	fake := chattest.NewTelegram(t)
	book := new(logBook)
	return New(Options{
		Token: chattest.TelegramToken, Endpoint: fake.URL(), Log: slog.New(slog.NewTextHandler(book, nil)), Limits: new(Limits),
	}), fake, book
}

// logBook keeps a log that several goroutines write.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// A roundTrip answers calls in the place of a server.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// says answers with a status and a body.
func says(status int, body string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// offline is a platform whose calls f answers.
func offline(f roundTrip) *Platform {
	return New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: f}})
}

// withoutAsker is all of the fake but Ask.
type withoutAsker interface {
	chattest.Presser
	chattest.Replier
	chattest.Filer
	chattest.Pinner
}

// channelOnly is what a fake can do in a channel.
type channelOnly interface {
	chattest.Filer
	chattest.Pinner
}

func TestContract(t *testing.T) {
	for name, to := range map[string]chat.Destination{
		"group":   group,
		"topic":   {Platform: "telegram", Channel: "-1001234567890", Topic: "17"},
		"channel": {Platform: "telegram", Channel: "@example_news"},
	} {
		t.Run(name, func(t *testing.T) {
			chattest.Run(t, func(t *testing.T) chattest.Bench {
				p, fake, _ := open(t)
				b := chattest.Bench{Platform: p, Service: fake, To: to, Secrets: []string{chattest.TelegramToken}, Edits: true}
				switch {
				case to.Topic != "": // People ask in the group itself.
					b.Service = struct{ withoutAsker }{fake}
				case to.Channel[0] == '@': // Nor do they get posts in a channel when they press.
					b.Service = struct{ channelOnly }{fake}
				}
				return b
			})
		})
	}
}

// TestErrors holds Send to what testdata/errors.json says about each answer of the Bot API.
func TestErrors(t *testing.T) {
	data, err := os.ReadFile("testdata/errors.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Code              int
		Description, Want string
		Body              json.RawMessage
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	if got, want := len(rows), 35; got != want {
		t.Errorf("rows = %d, want %d", got, want)
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.Code, " ", row.Description), func(t *testing.T) {
			body := string(row.Body)
			if body == "null" {
				body = "<html>Bad Gateway</html>"
			}
			p := offline(says(row.Code, body))
			_, err := p.Send(t.Context(), group, "key", chat.Message{Title: "A title"})
			edit := p.Edit(t.Context(), group, "7", chat.Message{Title: "A title"})
			if row.Want == "success of Edit" {
				if edit != nil {
					t.Errorf("Edit = %v, want nil", edit)
				}
				return
			}
			for call, err := range map[string]error{"Send": err, "Edit": edit} {
				if got := outcome(err); got != row.Want {
					t.Errorf("%s = %v (%s), want %s", call, err, got, row.Want)
				}
				if !strings.Contains(err.Error(), row.Description) {
					t.Errorf("%s = %v, want Telegram's words in it", call, err)
				}
			}
		})
	}
}

// outcome names what err means to a caller.
func outcome(err error) string {
	var retry *chat.RetryError
	var moved *chat.MovedError
	switch {
	case err == nil:
		return "success"
	case errors.As(err, &moved):
		return "moved to " + moved.To.String()
	case errors.As(err, &retry):
		return "wait " + retry.After.String()
	case errors.Is(err, chat.ErrGone):
		return "gone"
	case errors.Is(err, chat.ErrRejected):
		return "rejected"
	case errors.Is(err, chat.ErrToken):
		return "token"
	case errors.Is(err, chat.ErrUnknown):
		return "unknown"
	}
	return "not sent"
}

func TestStrangeAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"malformed token", 404, `{"ok":false,"error_code":404,"description":"Not Found"}`, "token"},
		{"page of another server", 404, `<html>404</html>`, "not sent"},
		{"proxy that wants a password", 407, `no`, "not sent"},
		{"redirect", 302, ``, "not sent"},
		{"429 without a time", 429, `{"ok":false,"error_code":429,"description":"Too Many Requests"}`, "wait 30s"},
		{"429 from a proxy", 429, `slow down`, "wait 30s"},
		{"429 for ever", 429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":9223372036854775807}}`, "wait 48h0m0s"},
		{"429 with a negative time", 429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":-5}}`, "wait 30s"},
		{"too large for a proxy", 413, `{"ok":false,"error_code":413,"description":"Request Entity Too Large"}`, "rejected"},
		{"success without a message", 200, `{"ok":true,"result":{}}`, "unknown"},
		{"success of another kind", 200, `{"ok":true,"result":true}`, "unknown"},
		{"nothing", 200, ``, "unknown"},
		{"not JSON", 200, `<html>log in to the hotel's network</html>`, "unknown"},
		{"empty object", 200, `{}`, "unknown"},
		{"endless", 200, `{"ok":true,"description":"` + strings.Repeat("x", maxAnswer), "unknown"},
		{"403 of a new kind", 403, `{"ok":false,"error_code":403,"description":"Forbidden: something new"}`, "gone"},
		{"code of a new kind", 418, `{"ok":false,"error_code":418,"description":"I'm a teapot"}`, "not sent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := offline(says(c.status, c.body)).Send(t.Context(), group, "", chat.Message{Title: "A title"})
			if got := outcome(err); got != c.want {
				t.Errorf("Send = %v (%s), want %s", err, got, c.want)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	fake := chattest.NewTelegram(t)
	for name, token := range map[string]string{
		"missing": "", "of another bot": "1:x", "malformed": "canary", "with a line break": "1:canary\n", "with a path": "1:canary/../x",
	} {
		p := New(Options{Token: token, Endpoint: fake.URL()})
		_, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title"})
		if !errors.Is(err, chat.ErrToken) {
			t.Errorf("%s: Send = %v, want %v", name, err, chat.ErrToken)
		}
		if token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
}

// TestSecret makes the transport say the token in every way it can.
func TestSecret(t *testing.T) {
	cause := errors.New("cause")
	for name, f := range map[string]roundTrip{
		"in a transport error": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("dial %s: %w", r.URL, cause)
		},
		"in an address": func(*http.Request) (*http.Response, error) { return nil, cause },
		"in an answer":  says(400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found: `+chattest.TelegramToken+`"}`),
	} {
		_, err := offline(f).Send(t.Context(), group, "", chat.Message{Title: "A title"})
		if err == nil || strings.Contains(err.Error(), chattest.TelegramToken) {
			t.Errorf("%s: got %v, want an error without the token", name, strings.ReplaceAll(fmt.Sprint(err), chattest.TelegramToken, "<CANARY>"))
		}
		if !errors.Is(err, cause) && !errors.Is(err, chat.ErrGone) {
			t.Errorf("%s: Send = %v, want the cause kept", name, err)
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	calls := 0
	p := offline(func(r *http.Request) (*http.Response, error) {
		calls++
		response, err := says(307, "")(r)
		response.Header.Set("Location", "https://elsewhere.example/")
		return response, err
	})
	if _, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title"}); err == nil || calls != 1 {
		t.Errorf("Send = %v after %d calls, want an error after 1", err, calls)
	}
}

func TestUnreachable(t *testing.T) {
	fake, err := chattest.StartTelegram(chattest.TelegramToken)
	if err != nil {
		t.Fatal(err)
	}
	fake.Close()
	p := New(Options{Token: chattest.TelegramToken, Endpoint: fake.URL()})
	_, err = p.Send(t.Context(), group, "", chat.Message{Title: "A title"})
	if got, want := outcome(err), "not sent"; got != want {
		t.Errorf("Send = %v (%s), want %s", err, got, want)
	}
}

func TestMarkupFallback(t *testing.T) {
	p, fake, book := open(t)
	fake.Fail(chattest.Fault{Kind: chattest.Rejected})
	m := chat.Message{Kicker: "🇰🇭 Cambodia", Title: "A & B <i>", Link: "https://news.example/", Body: []chat.Paragraph{chat.Text("Body")}}
	if _, err := p.Send(t.Context(), group, "", m); err != nil {
		t.Fatalf("Send: %v", err)
	}
	posts := fake.Posts()
	if want := "🇰🇭 Cambodia\nA & B <i> (https://news.example/)\n\nBody"; len(posts) != 1 || posts[0].Text != want {
		t.Errorf("posts = %+v, want one with %q", posts, want)
	}
	if log := book.String(); !strings.Contains(log, "level=WARN") || strings.Contains(log, chattest.TelegramToken) {
		t.Errorf("log = %q, want a warning without the token", log)
	}
	for _, v := range fake.Violations() {
		t.Errorf("spec: %s", v)
	}
}

func TestParams(t *testing.T) {
	long := time.Now().Add(time.Hour)
	for _, c := range []struct {
		name    string
		topic   string
		level   chat.Level
		want    map[string]string
		without []string
	}{
		{"plain", "", chat.Notice, map[string]string{"chat_id": "-1001234567890", "parse_mode": "HTML", "link_preview_options": `{"is_disabled":true}`, "text": "<b>A title</b>"}, []string{"message_thread_id", "disable_notification"}},
		{"topic", "17", chat.Notice, map[string]string{"message_thread_id": "17"}, nil},
		{"general topic", "1", chat.Notice, nil, []string{"message_thread_id"}},
		{"low", "", chat.Low, map[string]string{"disable_notification": "true"}, nil},
		{"critical", "", chat.Critical, map[string]string{"text": "<b>‼️ Critical</b>\n<b>A title</b>"}, []string{"disable_notification"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := offline(func(r *http.Request) (*http.Response, error) {
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				for name, want := range c.want {
					if got := r.Form.Get(name); got != want {
						t.Errorf("%s = %q, want %q", name, got, want)
					}
				}
				for _, name := range c.without {
					if r.Form.Has(name) {
						t.Errorf("%s = %q, want none", name, r.Form.Get(name))
					}
				}
				if deadline, ok := r.Context().Deadline(); !ok || deadline.After(long) {
					t.Error("the call has no time limit")
				}
				return says(200, `{"ok":true,"result":{"message_id":12}}`)(r)
			})
			to := group
			to.Topic = c.topic
			if id, err := p.Send(t.Context(), to, "", chat.Message{Title: "A title", Level: c.level}); id != "12" || err != nil {
				t.Errorf("Send = %q, %v, want 12", id, err)
			}
		})
	}
}

func TestEmptyMessage(t *testing.T) {
	p := offline(func(*http.Request) (*http.Response, error) { return nil, errors.New("called") })
	for name, m := range map[string]chat.Message{"zero": {}, "white": {Title: " \n\t", Body: []chat.Paragraph{chat.Text("\u202e ")}}} {
		if _, err := p.Send(t.Context(), group, "", m); !errors.Is(err, chat.ErrRejected) {
			t.Errorf("%s: Send = %v, want %v", name, err, chat.ErrRejected)
		}
	}
}
