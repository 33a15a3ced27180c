package webhook

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var desk = chat.Destination{Platform: "webhook", Channel: "desk"}

func TestPlatform(t *testing.T) {
	for _, c := range []struct {
		format  Format
		address func(*chattest.Webhook, string) string
		secret  string
	}{
		{Own, (*chattest.Webhook).Hook, chattest.WebhookSecret},
		{Slack, (*chattest.Webhook).SlackHook, ""},
		{Matrix, (*chattest.Webhook).MatrixHook, ""},
	} {
		t.Run(string(c.format), func(t *testing.T) {
			chattest.Run(t, func(t *testing.T) chattest.Bench {
				service := chattest.NewWebhook(t)
				hook := Hook{URL: c.address(service, "desk"), Secret: c.secret, Format: c.format}
				return chattest.Bench{
					Platform: New(Options{Hooks: map[string]Hook{"desk": hook}}),
					Service:  service,
					To:       desk,
					Secrets:  []string{chattest.WebhookSecret, chattest.WebhookPath, hook.URL, strings.TrimPrefix(service.URL(), "http://")},
					Dedupes:  c.format == Own,
					Edits:    c.format == Own,
					Refused:  chat.ErrGone,
				}
			})
		})
	}
}

// TestUpdate checks what becomes of an edit where nothing can be edited: a post of its own that says so.
func TestUpdate(t *testing.T) {
	service := chattest.NewWebhook(t)
	p := New(Options{Hooks: map[string]Hook{
		"slack":  {URL: service.SlackHook("slack"), Format: Slack},
		"matrix": {URL: service.MatrixHook("matrix"), Format: Matrix},
	}})
	for _, hook := range []string{"slack", "matrix"} {
		to := chat.Destination{Platform: "webhook", Channel: hook}
		m := chat.Message{Kicker: "Cambodia", Title: "Title", Level: chat.High}
		id, err := p.Send(t.Context(), to, "key", m)
		if err != nil || id != "key" {
			t.Fatalf("%s: Send = %q, %v, want the key", hook, id, err)
		}
		if err := p.Edit(t.Context(), to, id, m); err != nil {
			t.Fatalf("%s: Edit: %v", hook, err)
		}
	}
	var got []string
	for _, post := range service.Posts() {
		first, _, _ := strings.Cut(post.Text, "\n")
		got = append(got, post.Channel+": "+strings.TrimSuffix(first, "Title"))
	}
	want := []string{
		"slack: ❗ High · Cambodia", "slack: 🔄 Updated · ❗ High · Cambodia",
		"matrix: ❗ High · Cambodia", "matrix: 🔄 Updated · ❗ High · Cambodia",
	}
	if !slices.Equal(got, want) || len(service.Violations()) > 0 {
		t.Errorf("posts = %q, want %q; violations %q", got, want, service.Violations())
	}
}

// answering returns a platform whose hook "desk" gives one answer.
func answering(t *testing.T, answer http.HandlerFunc) *Platform {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return New(Options{Hooks: map[string]Hook{"desk": {URL: server.URL, Secret: "s"}}})
}

func TestAnswers(t *testing.T) {
	none := errors.New("no sentinel")
	for _, c := range []struct {
		name   string
		status int
		body   string
		id     string
		want   error
	}{
		{"id given", 200, `{"id":"7"}`, "7", nil},
		{"no content", 204, "", "key", nil},
		{"not JSON", 200, "ok", "key", nil},
		{"broken JSON", 200, `{"id":`, "key", nil},
		{"JSON of another kind", 201, `["7"]`, "key", nil},
		{"endless id", 200, `{"id":"` + strings.Repeat("7", 1000) + `"}`, "key", nil},
		{"endless answer", 200, strings.Repeat("7", 2*maxAnswer), "key", nil},
		{"gone", 410, "", "", chat.ErrGone},
		{"not found", 404, "", "", chat.ErrGone},
		{"unauthorized", 401, "", "", chat.ErrGone},
		{"forbidden", 403, "", "", chat.ErrGone},
		{"bad request", 400, "", "", chat.ErrRejected},
		{"too large", 413, "", "", chat.ErrRejected},
		{"unprocessable", 422, "", "", chat.ErrRejected},
		{"server error", 500, "", "", chat.ErrUnknown},
		{"unavailable", 503, "", "", chat.ErrUnknown},
		{"redirect", 307, "", "", none},
		{"method not allowed", 405, "", "", none},
	} {
		t.Run(c.name, func(t *testing.T) {
			var calls atomic.Int32
			p := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			id, err := p.Send(t.Context(), desk, "key", chat.Message{Title: "Title"})
			if id != c.id || (err == nil) != (c.want == nil) {
				t.Errorf("Send = %q, %v, want %q, %v", id, err, c.id, c.want)
			}
			for _, sentinel := range []error{chat.ErrGone, chat.ErrRejected, chat.ErrToken, chat.ErrUnknown} {
				if got := errors.Is(err, sentinel); got != (sentinel == c.want) {
					t.Errorf("Send = %v; is %q = %t", err, sentinel, got)
				}
			}
			if calls.Load() != 1 {
				t.Errorf("calls = %d, want 1", calls.Load())
			}
		})
	}
}

func TestWait(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, header string
		want         time.Duration
	}{
		{"seconds", "30", 30 * time.Second},
		{"zero", "0", 0},
		{"date", "Mon, 02 Nov 2026 12:01:30 GMT", 90 * time.Second},
		{"past date", "Mon, 02 Nov 2026 11:00:00 GMT", 0},
		{"far date", "Mon, 02 Nov 2099 11:00:00 GMT", longestWait},
		{"for ever", "4294967295", longestWait},
		{"missing", "", unknownWait},
		{"nonsense", "-1", unknownWait},
	} {
		if got := wait(c.header, now); got != c.want {
			t.Errorf("%s: wait(%q) = %s, want %s", c.name, c.header, got, c.want)
		}
	}
	p := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err := p.Send(t.Context(), desk, "key", chat.Message{Title: "Title"})
	if retry, ok := errors.AsType[*chat.RetryError](err); !ok || retry.After != 5*time.Second || retry.Everywhere {
		t.Errorf("Send = %v, want a RetryError of 5 s for this hook", err)
	}
}

// TestBrokenConnection checks that Go's client does not send a message again on a connection that it had used before.
func TestBrokenConnection(t *testing.T) {
	var calls atomic.Int32
	p := answering(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if calls.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
	})
	if _, err := p.Send(t.Context(), desk, "one", chat.Message{Title: "Title"}); err != nil {
		t.Fatal(err)
	}
	_, err := p.Send(t.Context(), desk, "two", chat.Message{Title: "Title"})
	if !errors.Is(err, chat.ErrUnknown) || calls.Load() != 2 {
		t.Errorf("Send = %v after %d calls, want %v after 2", err, calls.Load(), chat.ErrUnknown)
	}
}

func TestHooksThatCannotBe(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	p := New(Options{Hooks: map[string]Hook{
		"malformed": {URL: "http://canary host/"},
		"ftp":       {URL: "ftp://canary.example/"},
		"closed":    {URL: closed.URL + "/canary"},
	}})
	for _, c := range []struct {
		name string
		gone bool
	}{{"missing", true}, {"malformed", false}, {"ftp", false}, {"closed", false}} {
		_, err := p.Send(t.Context(), chat.Destination{Platform: "webhook", Channel: c.name}, "key", chat.Message{Title: "Title"})
		if err == nil || errors.Is(err, chat.ErrUnknown) || errors.Is(err, chat.ErrGone) != c.gone {
			t.Errorf("%s: Send = %v, want an error, gone %t", c.name, err, c.gone)
		}
		if err != nil && (strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), strings.TrimPrefix(closed.URL, "http://"))) {
			t.Errorf("%s: Send = %v, which shows the address", c.name, err)
		}
	}
}

func TestVerify(t *testing.T) {
	body := []byte(`{"version":1}`)
	signature := sign("secret", "1793620800", body)
	for _, c := range []struct {
		name, secret, timestamp, signature string
		body                               []byte
		want                               bool
	}{
		{"right", "secret", "1793620800", signature, body, true},
		{"other secret", "Secret", "1793620800", signature, body, false},
		{"other time", "secret", "1793620801", signature, body, false},
		{"other body", "secret", "1793620800", signature, []byte(`{"version":2}`), false},
		{"no signature", "secret", "1793620800", "", body, false},
		{"shorter signature", "secret", "1793620800", signature[:20], body, false},
	} {
		if got := Verify(c.secret, c.timestamp, c.signature, c.body); got != c.want {
			t.Errorf("%s: Verify = %t, want %t", c.name, got, c.want)
		}
	}
}
