package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// A script plays the Bot API to a listener in a bubble of time: it gives its answers to getUpdates one
// after another, and then lets the bot wait. It notes all other calls.
type script struct {
	t     *testing.T
	start time.Time
	polls []roundTrip
	// fail answers the first calls of a method.
	fail map[string][]roundTrip

	mu    sync.Mutex
	calls []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	s.mu.Lock()
	s.calls = append(s.calls, fmt.Sprint(method, " ", time.Since(s.start)))
	step := s.next(method)
	s.mu.Unlock()
	if step == nil {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return step(r)
}

// next returns what answers a call, nil for no answer.
func (s *script) next(method string) roundTrip {
	if queue := s.fail[method]; len(queue) > 0 {
		s.fail[method] = queue[1:]
		return queue[0]
	}
	switch method {
	case "getUpdates":
		if len(s.polls) == 0 {
			return nil
		}
		step := s.polls[0]
		s.polls = s.polls[1:]
		return step
	case "getMe":
		return says(200, `{"ok":true,"result":{"username":"our_bot"}}`)
	case "sendMessage":
		return says(200, `{"ok":true,"result":{"message_id":1}}`)
	}
	return says(200, `{"ok":true,"result":true}`)
}

// updates answers getUpdates with texts from a group, one for each update.
func updates(texts ...string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		list := []any{}
		for i, text := range texts {
			list = append(list, map[string]any{"update_id": 100 + i, "message": map[string]any{
				"date": time.Now().Unix(), "text": text, "chat": map[string]any{"id": -5, "type": "group"},
			}})
		}
		body, err := json.Marshal(map[string]any{"ok": true, "result": list})
		if err != nil {
			return nil, err
		}
		return says(200, string(body))(r)
	}
}

const conflict = `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`

// TestWaits holds the times of the calls that Listen makes when some of them fail.
func TestWaits(t *testing.T) {
	broken := says(502, "<html>")
	down := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
	for _, c := range []struct {
		name  string
		fail  map[string][]roundTrip
		polls []roundTrip
		want  []string
		log   string
	}{
		{"network", nil, []roundTrip{down, down, down, updates(), down},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 1s", "getUpdates 3s", "getUpdates 7s", "getUpdates 7s", "getUpdates 8s"}, "connection refused"},
		{"bounded", nil, []roundTrip{broken, broken, broken, broken, broken, broken, broken, broken},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 1s", "getUpdates 3s", "getUpdates 7s", "getUpdates 15s", "getUpdates 31s", "getUpdates 1m3s", "getUpdates 2m3s", "getUpdates 3m3s"}, ""},
		{"conflict", nil, []roundTrip{says(409, conflict), says(409, conflict)},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 30s", "getUpdates 1m0s"}, "stop the other program that uses this token"},
		{"told to wait", nil, []roundTrip{says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":9}}`)},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 9s"}, ""},
		{"result of another kind", nil, []roundTrip{says(200, `{"ok":true,"result":"x"}`)},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 1s"}, ""},
		{"menu later", map[string][]roundTrip{"setMyCommands": {down}}, nil,
			[]string{"setMyCommands 0s", "setMyCommands 1s", "getUpdates 1s"}, ""},
		{"menu refused", map[string][]roundTrip{"setMyCommands": {says(400, `{"ok":false,"error_code":400,"description":"Bad Request: BOT_COMMAND_INVALID"}`)}}, nil,
			[]string{"setMyCommands 0s", "getUpdates 0s"}, "BOT_COMMAND_INVALID"},
		{"own name later", map[string][]roundTrip{"getMe": {broken, down}}, []roundTrip{updates("/latest@our_bot", "/latest@other_bot")},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 0s", "getMe 0s", "getMe 1s", "getMe 3s", "sendMessage 3s"}, ""},
		{"answer later", map[string][]roundTrip{"sendMessage": {says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":9}}`), down}}, []roundTrip{updates("/latest")},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 0s", "sendMessage 0s", "sendMessage 9s", "sendMessage 11s"}, ""},
		{"answer too late", map[string][]roundTrip{"sendMessage": {says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":90}}`)}}, []roundTrip{updates("/latest")},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 0s", "sendMessage 0s"}, "command not answered"},
		{"answer unknown", map[string][]roundTrip{"sendMessage": {broken}}, []roundTrip{updates("/latest")},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 0s", "sendMessage 0s"}, "command not answered"},
		{"lost rights", map[string][]roundTrip{"sendMessage": {says(403, `{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}`)}}, []roundTrip{updates("/latest")},
			[]string{"setMyCommands 0s", "getUpdates 0s", "getUpdates 0s", "sendMessage 0s"}, "bot was kicked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, start: time.Now(), polls: c.polls, fail: c.fail}
				book := new(logBook)
				p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: s}, Log: slog.New(slog.NewTextHandler(book, nil))})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- p.Listen(ctx, menu, echo) }()
				time.Sleep(200 * time.Second)
				synctest.Wait()
				s.mu.Lock()
				got := s.calls
				s.mu.Unlock()
				if len(got) < len(c.want) || !slices.Equal(sorted(got[:len(c.want)]), sorted(c.want)) {
					t.Errorf("calls = %q, want %q first", got, c.want)
				}
				cancel()
				if err := <-done; err != nil {
					t.Errorf("Listen = %v, want nil", err)
				}
				if strings.Contains(book.String(), chattest.TelegramToken) {
					t.Error("the log shows the token")
				}
				if !strings.Contains(book.String(), c.log) {
					t.Errorf("log = %s, want %q in it", book, c.log)
				}
			})
		})
	}
}

// sorted makes calls of the same moment comparable.
func sorted(calls []string) []string { return slices.Sorted(slices.Values(calls)) }

// TestStop ends Listen at moments at which something could be left hanging.
func TestStop(t *testing.T) {
	for _, c := range []struct {
		name   string
		fail   map[string][]roundTrip
		polls  []roundTrip
		answer func(context.Context, chat.Request) chat.Answer
		within time.Duration
	}{
		{"while polling", nil, nil, echo, 0},
		{"while waiting after a failure", nil, []roundTrip{says(502, "")}, echo, 0},
		{"while publishing the menu", map[string][]roundTrip{"setMyCommands": {nil}}, nil, echo, 0},
		{"while an answer does not come", nil, []roundTrip{updates("/latest")}, func(ctx context.Context, r chat.Request) chat.Answer {
			<-ctx.Done()
			return echo(ctx, r)
		}, grace + confirmTimeout},
		{"while all answer and more are asked", nil, []roundTrip{updates(slices.Repeat([]string{"/latest"}, maxAnswering+1)...)}, func(ctx context.Context, r chat.Request) chat.Answer {
			<-ctx.Done()
			return echo(ctx, r)
		}, grace + confirmTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, start: time.Now(), polls: c.polls, fail: c.fail}
				p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: s}})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- p.Listen(ctx, menu, c.answer) }()
				synctest.Wait()
				cancel()
				begun := time.Now()
				if err := <-done; err != nil {
					t.Errorf("Listen = %v, want nil", err)
				}
				if took := time.Since(begun); took > c.within {
					t.Errorf("Listen returned after %s, want %s at most", took, c.within)
				}
			})
		})
	}
}
