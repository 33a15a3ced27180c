package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var somewhere = chat.Destination{Platform: "discord", Channel: "100000000000000001"}

// serving returns a platform whose every call gets one answer.
func serving(t *testing.T, answer http.HandlerFunc) *Platform {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return New(Options{Token: chattest.DiscordToken, Endpoint: server.URL})
}

// says answers whatever is posted with a status and a body, and whatever is asked for with another body.
func says(body string, status int, asked string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, asked)
			return
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestRefusals(t *testing.T) {
	plainErr := errors.New("no sentinel")
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   error
		words  string
	}{
		{"token", 401, `{"message":"401: Unauthorized","code":0}`, chat.ErrToken, "401: Unauthorized"},
		{"no access", 403, `{"message":"Missing Access","code":50001}`, chat.ErrGone, "code 50001"},
		{"no permission", 403, `{"message":"Missing Permissions","code":50013}`, chat.ErrGone, "Missing Permissions"},
		{"direct chat shut", 403, `{"message":"Cannot send messages to this user","code":50007}`, chat.ErrGone, "50007"},
		{"no such channel", 404, `{"message":"Unknown Channel","code":10003}`, chat.ErrGone, "Unknown Channel"},
		{"locked thread", 400, `{"message":"Thread is archived","code":50083}`, chat.ErrGone, "50083"},
		{"malformed", 400, `{"message":"Invalid Form Body","code":50035,"errors":{"embeds":{"0":"why"}}}`, chat.ErrRejected, "why"},
		{"too large", 413, `{"message":"Request entity too large","code":40005}`, chat.ErrRejected, "40005"},
		{"message deleted", 404, `{"message":"Unknown Message","code":10008}`, chat.ErrRejected, "10008"},
		{"message of another", 403, `{"message":"Cannot edit a message authored by another user","code":50005}`, chat.ErrRejected, "50005"},
		{"guard before Discord", 403, `<html>Access denied</html>`, plainErr, "HTTP 403"},
		{"wrong address", 404, `{"message":"404: Not Found","code":0}`, plainErr, "404: Not Found"},
		{"redirect", 302, ``, plainErr, "HTTP 302"},
		{"broken", 500, `{"message":"500: Internal Server Error","code":0}`, chat.ErrUnknown, "500"},
		{"bad gateway", 502, `<html>`, chat.ErrUnknown, "HTTP 502"},
		{"gateway timeout", 504, ``, chat.ErrUnknown, "HTTP 504"},
		{"success without id", 200, `{}`, chat.ErrUnknown, "no message id"},
		{"success that is no JSON", 200, `<html>`, chat.ErrUnknown, "no message id"},
		{"endless", 200, strings.Repeat(" ", maxAnswer+1), chat.ErrUnknown, "larger than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var calls atomic.Int32
			p := serving(t, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			_, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("Send = %v, want an error with %q", err, c.words)
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

func TestWaits(t *testing.T) {
	for _, c := range []struct {
		name       string
		header     string
		body       string
		want       time.Duration
		everywhere bool
	}{
		{"fraction is rounded up", "", `{"message":"You are being rate limited.","retry_after":1.2,"global":false}`, 2 * time.Second, false},
		{"global", "", `{"retry_after":3,"global":true}`, 3 * time.Second, true},
		{"only a header", "9", `{"message":"wait"}`, 9 * time.Second, false},
		{"guard before Discord", "600", `<html>`, 10 * time.Minute, true},
		{"not said", "", `{}`, time.Minute, false},
		{"nonsense", "soon", `{"retry_after":-5}`, time.Minute, false},
		{"for ever", "", `{"retry_after":1e300}`, 24 * time.Hour, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := serving(t, func(w http.ResponseWriter, r *http.Request) {
				if c.header != "" {
					w.Header().Set("Retry-After", c.header)
				}
				w.WriteHeader(http.StatusTooManyRequests)
				io.WriteString(w, c.body)
			})
			_, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
			retry, ok := errors.AsType[*chat.RetryError](err)
			if !ok || retry.After != c.want || retry.Everywhere != c.everywhere {
				t.Errorf("Send = %v (%+v), want %s, everywhere %t", err, retry, c.want, c.everywhere)
			}
		})
	}
}

// TestAnnouncedLimit checks that a channel which Discord has shut for a while costs no calls, and others do not suffer.
func TestAnnouncedLimit(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()})
	service.Fail(chattest.Fault{Kind: chattest.TooMany, Wait: time.Hour})
	for range 2 {
		_, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
		retry, ok := errors.AsType[*chat.RetryError](err)
		if !ok || retry.After > time.Hour || retry.After < 59*time.Minute {
			t.Errorf("Send = %v, want a RetryError of an hour", err)
		}
	}
	if got := service.Requests(); got != 1 {
		t.Errorf("requests = %d, want 1", got)
	}
	elsewhere := chat.Destination{Platform: "discord", Channel: "100000000000000002"}
	if _, err := p.Send(t.Context(), elsewhere, "key", chat.Message{Title: "Title"}); err != nil {
		t.Errorf("Send elsewhere: %v", err)
	}
}

func TestThread(t *testing.T) {
	service := chattest.NewDiscord(t)
	service.AddThread("100000000000000001", "100000000000000009")
	p := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()})
	to := chat.Destination{Platform: "discord", Channel: "100000000000000001", Topic: "100000000000000009"}
	id, err := p.Send(t.Context(), to, "key", chat.Message{Title: "Before"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Edit(t.Context(), to, id, chat.Message{Title: "After"}); err != nil {
		t.Fatal(err)
	}
	posts, err := service.WaitPosts(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	got := posts[0]
	if got.Channel != to.Channel || got.Topic != to.Topic || got.Text != "After" || len(got.Key) != nonceLength {
		t.Errorf("post = %+v, want it in the thread, edited, with a nonce", got)
	}
}

// TestSameKeyElsewhere checks that one key in two channels makes two posts: Discord looks for nonces everywhere.
func TestSameKeyElsewhere(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()})
	for _, channel := range []string{"1", "2", "1"} {
		to := chat.Destination{Platform: "discord", Channel: channel}
		if _, err := p.Send(t.Context(), to, "key", chat.Message{Title: "Title"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(service.Posts()); got != 2 {
		t.Errorf("posts = %d, want 2", got)
	}
}

func TestNothingToSay(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()})
	if _, err := p.Send(t.Context(), somewhere, "key", chat.Message{}); !errors.Is(err, chat.ErrRejected) {
		t.Errorf("Send = %v, want %v", err, chat.ErrRejected)
	}
	if err := p.Edit(t.Context(), somewhere, "1", chat.Message{}); !errors.Is(err, chat.ErrRejected) {
		t.Errorf("Edit = %v, want %v", err, chat.ErrRejected)
	}
	if got := service.Requests(); got != 0 {
		t.Errorf("requests = %d, want 0", got)
	}
}

func TestNoSecretInErrors(t *testing.T) {
	echo := serving(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":"bad header %s","code":50035}`, r.Header.Get("Authorization"))
	})
	_, err := echo.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
	if !errors.Is(err, chat.ErrRejected) || strings.Contains(err.Error(), chattest.DiscordToken) {
		t.Errorf("Send = %v, want %v without the token", err, chat.ErrRejected)
	}

	gone := serving(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err = gone.call(context.WithoutCancel(t.Context()), request{method: http.MethodPatch, url: "https://discord.com/api/v9/webhooks/1/secret-of-interaction/messages/@original", body: post{}})
	if !errors.Is(err, chat.ErrUnknown) || strings.Contains(err.Error(), "secret-of-interaction") {
		t.Errorf("call = %v, want %v without the address", err, chat.ErrUnknown)
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	p := New(Options{Token: chattest.DiscordToken, Endpoint: server.URL})
	_, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"})
	if err == nil || errors.Is(err, chat.ErrUnknown) {
		t.Errorf("Send = %v, want an error that means not sent", err)
	}
}
