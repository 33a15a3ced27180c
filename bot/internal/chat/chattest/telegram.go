package chattest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
)

// TelegramToken is the token that NewTelegram accepts. It has the form that BotFather gives, and is
// easy to find where it must not be.
const TelegramToken = "123456789:AAcanary-telegram-token-must-not-show"

// TelegramBot is the username of the bot that a fake Telegram answers for.
const TelegramBot = "pressalert_test_bot"

// maxTelegramForm bounds a call's form in bytes: a photo may have 10 MB, and no test sends more.
const maxTelegramForm = 12 << 20

var (
	_ Asker   = (*Telegram)(nil)
	_ Presser = (*Telegram)(nil)
	_ Replier = (*Telegram)(nil)
	_ Filer   = (*Telegram)(nil)
	_ Pinner  = (*Telegram)(nil)
)

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
	menus   map[string][]telegramCommand // by language code, "" for everybody else
	// messages holds the places, by telegramPlace, of all that was ever written or posted.
	messages map[string]bool
	// arrivals are the times of all sends and edits by chat.
	arrivals map[string][]time.Time
	// moved leads from the id of a group to that of the supergroup that it has become.
	moved map[string]int64
	// members holds the status of people in chats, by telegramPlace.
	members map[string]string
	// rights holds the fields that were said of the bot's ChatMember, by telegramPlace, and of a chat's
	// ChatPermissions, by that of nobody.
	rights map[string]map[string]bool
	// pins are the ids of the pinned messages by chat, and noPins the chats in which the bot may not pin.
	pins   map[string][]string
	noPins map[string]bool
	// toasts are the acknowledged presses by the id of their query.
	toasts map[string]TelegramToast
}

// telegramPost is a Post together with what made it.
type telegramPost struct {
	Post
	source  string
	markup  string
	replyTo string
	file    *chat.File
	quiet   bool
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
	t := TelegramHandler(token)
	t.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: t}}
	t.server.Start()
	return t, nil
}

// TelegramHandler returns a fake that accepts token and listens nowhere: its ServeHTTP is all there is of
// it, so that it works in a bubble of time. It has no URL.
func TelegramHandler(token string) *Telegram {
	return &Telegram{
		token:      token,
		board:      newBoard(),
		chatFaults: make(map[string][]Fault),
		messages:   make(map[string]bool),
		arrivals:   make(map[string][]time.Time),
		moved:      make(map[string]int64),
		members:    make(map[string]string),
		rights:     make(map[string]map[string]bool),
		toasts:     make(map[string]TelegramToast),
		pins:       make(map[string][]string),
		noPins:     make(map[string]bool),
	}
}

// Close ends all polls and stops the server, if there is one. It is called once.
func (t *Telegram) Close() {
	close(t.closing)
	if t.server != nil {
		t.server.Close()
	}
}

// URL returns the endpoint, to be given where https://api.telegram.org stands.
func (t *Telegram) URL() string { return t.server.URL }

// Arrivals returns when the sends and edits in a chat came in, those that met a fault included.
func (t *Telegram) Arrivals(channel string) []time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.arrivals[channel])
}

// Migrate makes a group into a supergroup of another id: nothing can be sent to the old one any more.
func (t *Telegram) Migrate(group string, to int64) {
	t.change(func() { t.moved[group] = to })
}

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

// Menu returns the names of the commands last set by setMyCommands for people of any language.
func (t *Telegram) Menu() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	for _, c := range t.menus[""] {
		names = append(names, c.Command)
	}
	return names
}

// MenuIn returns the descriptions of the commands, by name, that a person sees whose app speaks a language.
func (t *Telegram) MenuIn(lang string) map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	menu, ok := t.menus[lang]
	if !ok {
		menu = t.menus[""]
	}
	descriptions := make(map[string]string)
	for _, c := range menu {
		descriptions[c.Command] = c.Description
	}
	return descriptions
}

// WaitPosts waits until at least n messages stand in the chats, and returns them.
func (t *Telegram) WaitPosts(ctx context.Context, n int) ([]Post, error) {
	return t.waitPosts(ctx, n, t.copyPosts)
}

// telegramTokenForm is what Telegram takes for a token at all; for anything else it knows no such page.
var telegramTokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// ServeHTTP answers one call: /bot<token>/<method> with a form.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	files, err := parseTelegramForm(r)
	if err != nil {
		t.violate(method + ": unreadable form: " + err.Error())
		writeFailure(w, http.StatusBadRequest, "Bad Request: unreadable form", nil)
		return
	}
	t.violate(telegramSpec().check(method, r.Form, slices.Collect(maps.Keys(files)))...)
	t.call(w, r, method, files)
}

func (t *Telegram) call(w http.ResponseWriter, r *http.Request, method string, files map[string]*chat.File) {
	switch method {
	case "getMe":
		writeResult(w, map[string]any{"id": telegramBotID, "is_bot": true, "first_name": "Press alert", "username": TelegramBot})
	case "sendMessage":
		t.deliver(w, r.Form, t.sender("text", nil))
	case "sendPhoto":
		t.deliver(w, r.Form, t.sender("caption", files["photo"]))
	case "sendDocument":
		t.deliver(w, r.Form, t.sender("caption", files["document"]))
	case "editMessageText":
		t.deliver(w, r.Form, t.editor("text"))
	case "editMessageCaption":
		t.deliver(w, r.Form, t.editor("caption"))
	case "answerCallbackQuery":
		t.answerCallback(w, r.Form)
	case "getChatMember":
		t.getChatMember(w, r.Form)
	case "pinChatMessage":
		t.pinMessage(w, r.Form)
	case "unpinChatMessage":
		t.unpinMessage(w, r.Form)
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
	t.arrivals[channel] = append(t.arrivals[channel], time.Now())
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

func (t *Telegram) movedTo(group string) (int64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to, ok := t.moved[group]
	return to, ok
}

// deliver does a send or an edit, unless a fault is due.
func (t *Telegram) deliver(w http.ResponseWriter, form url.Values, do func(url.Values) telegramAnswer) {
	fault, failing := t.takeFault(form.Get("chat_id"))
	if to, ok := t.movedTo(form.Get("chat_id")); ok {
		writeFailure(w, http.StatusBadRequest, "Bad Request: group chat was upgraded to a supergroup chat",
			map[string]any{"migrate_to_chat_id": to})
		return
	}
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
