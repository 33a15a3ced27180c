package chattest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TelegramToken is the token that NewTelegram accepts. It has the form that BotFather gives, and is
// easy to find where it must not be.
const TelegramToken = "123456789:AAcanary-telegram-token-must-not-show"

// TelegramBot is the username of the bot that a fake Telegram answers for.
const TelegramBot = "pressalert_test_bot"

// maxTelegramForm bounds a call's form in bytes: far more than 4,096 characters of text can fill.
const maxTelegramForm = 1 << 20

var _ Asker = (*Telegram)(nil)

// Telegram is a fake Bot API server. Every chat exists in it: a positive id is a person's private
// chat, a negative one a supergroup, an @name a channel.
// Its methods may be called from several goroutines.
type Telegram struct {
	server *httptest.Server
	token  string

	board      // guards all that follows
	faults     []Fault
	chatFaults map[string][]Fault
	posts      []telegramPost
	requests   int
	violations []string
	// updates holds what no getUpdates has confirmed yet, oldest first.
	updates    []telegramUpdate
	lastUpdate int
	lastID     int
	// poll counts the getUpdates calls: a newer one ends an older one.
	poll    int
	webhook bool
	menu    []string
}

// telegramPost is a Post together with the markup that made it.
type telegramPost struct {
	Post
	source string
}

// NewTelegram starts a fake that accepts TelegramToken and closes itself when the test ends.
func NewTelegram(tb testing.TB) *Telegram {
	tb.Helper()
	t, err := StartTelegram(TelegramToken)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(t.Close)
	return t
}

// StartTelegram starts a fake that accepts token. The caller closes it.
func StartTelegram(token string) (*Telegram, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake telegram: %w", err)
	}
	t := &Telegram{
		token:      token,
		board:      newBoard(),
		chatFaults: make(map[string][]Fault),
	}
	t.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(t.serve)}}
	t.server.Start()
	return t, nil
}

// Close ends all polls and stops the server. It is called once.
func (t *Telegram) Close() {
	close(t.closing)
	t.server.Close()
}

// URL returns the endpoint, to be given where https://api.telegram.org stands.
func (t *Telegram) URL() string { return t.server.URL }

// Fail makes the next sends and edits meet these faults, whatever their chat.
func (t *Telegram) Fail(faults ...Fault) {
	t.change(func() { t.faults = append(t.faults, faults...) })
}

// FailChat makes the next sends and edits in one chat meet these faults. They come before those of Fail.
func (t *Telegram) FailChat(channel string, faults ...Fault) {
	t.change(func() { t.chatFaults[channel] = append(t.chatFaults[channel], faults...) })
}

// Posts returns the messages that stand in the chats, oldest first.
func (t *Telegram) Posts() []Post {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.copyPosts()
}

func (t *Telegram) copyPosts() []Post {
	posts := make([]Post, len(t.posts))
	for i, p := range t.posts {
		posts[i] = p.Post
	}
	return posts
}

// Requests counts the sends and edits received, those that met a fault included.
func (t *Telegram) Requests() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.requests
}

// Violations returns what the calls so far, of any method, broke of the Bot API, one line each.
func (t *Telegram) Violations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.violations)
}

// Menu returns the names of the commands last set by setMyCommands.
func (t *Telegram) Menu() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.menu)
}

// WaitPosts waits until at least n messages stand in the chats, and returns them.
func (t *Telegram) WaitPosts(ctx context.Context, n int) ([]Post, error) {
	return t.waitPosts(ctx, n, t.copyPosts)
}

// telegramTokenForm is what Telegram takes for a token at all; for anything else it knows no such page.
var telegramTokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// serve answers one call: /bot<token>/<method> with a form.
func (t *Telegram) serve(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, _ := strings.Cut(path, "/")
	switch {
	case !ok || token != t.token && !telegramTokenForm.MatchString(token):
		writeFailure(w, http.StatusNotFound, "Not Found", nil)
		return
	case token != t.token:
		writeFailure(w, http.StatusUnauthorized, "Unauthorized", nil)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxTelegramForm)
	if err := r.ParseForm(); err != nil {
		t.violate(method + ": unreadable form: " + err.Error())
		writeFailure(w, http.StatusBadRequest, "Bad Request: unreadable form", nil)
		return
	}
	t.violate(telegramSpec().check(method, r.Form)...)
	t.call(w, r, method)
}

func (t *Telegram) call(w http.ResponseWriter, r *http.Request, method string) {
	switch method {
	case "getMe":
		writeResult(w, map[string]any{"id": 123456789, "is_bot": true, "first_name": "Press alert", "username": TelegramBot})
	case "sendMessage":
		t.deliver(w, r.Form, t.send)
	case "editMessageText":
		t.deliver(w, r.Form, t.edit)
	case "setMyCommands":
		t.setCommands(w, r.Form)
	case "getUpdates":
		t.getUpdates(w, r)
	case "getChat":
		t.getChat(w, r.Form)
	case "deleteWebhook":
		t.SetWebhook(false)
		writeResult(w, true)
	default:
		writeFailure(w, http.StatusNotFound, "Not Found: method not found", nil)
	}
}

func (t *Telegram) violate(broken ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.violations = append(t.violations, broken...)
}

// takeFault returns the fault that the next send or edit in a chat meets, if any, and counts the request.
func (t *Telegram) takeFault(channel string) (Fault, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	if queue := t.chatFaults[channel]; len(queue) > 0 {
		t.chatFaults[channel] = queue[1:]
		return queue[0], true
	}
	if len(t.faults) == 0 {
		return Fault{}, false
	}
	f := t.faults[0]
	t.faults = t.faults[1:]
	return f, true
}

// deliver does a send or an edit, unless a fault is due.
func (t *Telegram) deliver(w http.ResponseWriter, form url.Values, do func(url.Values) telegramAnswer) {
	fault, failing := t.takeFault(form.Get("chat_id"))
	if !failing {
		do(form).write(w)
		return
	}
	switch fault.Kind {
	case TooMany, TooManyEverywhere: // The Bot API does not say what a wait is for.
		seconds := int(fault.Wait / time.Second)
		w.Header().Set("Retry-After", fmt.Sprint(seconds))
		writeFailure(w, http.StatusTooManyRequests, fmt.Sprintf("Too Many Requests: retry after %d", seconds),
			map[string]any{"retry_after": seconds})
	case Gone:
		writeFailure(w, http.StatusForbidden, "Forbidden: bot was kicked from the supergroup chat", nil)
	case Rejected:
		writeFailure(w, http.StatusBadRequest, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`, nil)
	case BadToken:
		writeFailure(w, http.StatusUnauthorized, "Unauthorized", nil)
	case Broken:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")
	case LostAnswer:
		do(form)
		panic(http.ErrAbortHandler)
	case CutAnswer:
		do(form).cut(w)
	default:
		panic(fmt.Sprintf("chattest: fault kind %d", fault.Kind))
	}
}
