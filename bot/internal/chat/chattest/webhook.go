package chattest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// WebhookSecret is the secret that NewWebhook checks signatures with, easy to find where it must not be.
const WebhookSecret = "canary-webhook-secret-must-not-show"

// WebhookPath stands in the address of every hook, which may be a secret too.
const WebhookPath = "/canary-webhook-path-must-not-show/"

// maxWebhookBody bounds a body in bytes: the least that web servers take by default.
const maxWebhookBody = 1 << 20

var _ Service = (*Webhook)(nil)

// Webhook is a fake of a person's program that takes alerts: a server with any number of hooks. It keeps
// the contract of the webhook package's documentation from the other side.
// Its methods may be called from several goroutines.
type Webhook struct {
	server *httptest.Server
	secret string

	board      // guards all that follows
	faults     []Fault
	posts      []Post
	bodies     [][]byte
	requests   int
	violations []string
}

// NewWebhook starts a fake that checks with WebhookSecret and closes itself when the test ends.
func NewWebhook(tb testing.TB) *Webhook {
	tb.Helper()
	h, err := StartWebhook(WebhookSecret)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(h.Close)
	return h
}

// StartWebhook starts a fake that checks signatures with secret. The caller closes it.
func StartWebhook(secret string) (*Webhook, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake webhook: %w", err)
	}
	h := &Webhook{secret: secret, board: newBoard()}
	h.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(h.serve)}}
	h.server.Start()
	return h, nil
}

// Close stops the server. It is called once.
func (h *Webhook) Close() { h.server.Close() }

// URL returns the address under which all hooks are.
func (h *Webhook) URL() string { return h.server.URL }

// Hook returns the address of the hook with the given name, which its posts show as their channel.
func (h *Webhook) Hook(name string) string { return h.server.URL + WebhookPath + name }

// SlackHook returns the address of a hook that takes what Slack's incoming webhooks do.
func (h *Webhook) SlackHook(name string) string { return h.Hook(string(slackForm) + name) }

// MatrixHook returns the address of a hook that takes what those of matrix-hookshot do.
func (h *Webhook) MatrixHook(name string) string { return h.Hook(string(matrixForm) + name) }

// Fail makes the next calls meet these faults.
func (h *Webhook) Fail(faults ...Fault) {
	h.change(func() { h.faults = append(h.faults, faults...) })
}

// Posts returns the messages taken, oldest first.
func (h *Webhook) Posts() []Post {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.posts)
}

// Bodies returns the bodies of the calls that the hooks of our own form took, oldest first.
func (h *Webhook) Bodies() [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

// Requests counts the calls received, those that met a fault included.
func (h *Webhook) Requests() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.requests
}

// Violations returns what the calls so far broke of the documented form, one line each.
func (h *Webhook) Violations() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.violations)
}

// WaitPosts waits until at least n messages were taken, and returns them.
func (h *Webhook) WaitPosts(ctx context.Context, n int) ([]Post, error) {
	return h.waitPosts(ctx, n, func() []Post { return slices.Clone(h.posts) })
}

// webhookMessage is the documented body of a call. Every field is in it, so that an unknown one is found.
type webhookMessage struct {
	Version    int    `json:"version"`
	Kind       string `json:"kind"`
	Key        string `json:"key"`
	ID         string `json:"id"`
	ReplyTo    string `json:"reply_to"`
	Level      string `json:"level"`
	Quiet      bool   `json:"quiet"`
	Language   string `json:"language"`
	Kicker     string `json:"kicker"`
	Title      string `json:"title"`
	Link       string `json:"link"`
	Paragraphs [][]struct {
		Text  string `json:"text"`
		Style string `json:"style"`
		Link  string `json:"link"`
	} `json:"paragraphs"`
	Fields []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"fields"`
	Footer  string `json:"footer"`
	Buttons []struct {
		Text string `json:"text"`
		Link string `json:"link"`
	} `json:"buttons"`
	Tags []string `json:"tags"`
	Text string   `json:"text"`
}

// edits tells whether the call replaces an earlier message.
func (m webhookMessage) edits() bool { return m.Kind == "update" }

// serve answers one call.
func (h *Webhook) serve(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	var failing bool
	h.change(func() {
		h.requests++
		if failing = len(h.faults) > 0; failing {
			fault, h.faults = h.faults[0], h.faults[1:]
		}
	})
	name, ok := strings.CutPrefix(r.URL.Path, WebhookPath)
	if !ok || name == "" || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhookBody))
	if err != nil {
		h.change(func() { h.violations = append(h.violations, "body: "+err.Error()) })
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	form, name := formOf(name)
	if form == ownForm && !h.signed(r.Header, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	m, broken := form.read(r.Header, body)
	if len(broken) > 0 {
		h.change(func() { h.violations = append(h.violations, broken...) })
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	if form == ownForm {
		h.change(func() { h.bodies = append(h.bodies, body) })
	}
	act := func() (status int, id string) { return h.take(name, m) }
	if failing {
		failWebhook(w, fault, act)
		return
	}
	status, id := act()
	form.answer(w, status, id)
}

// signed checks the signature and that its time is about now.
func (h *Webhook) signed(header http.Header, body []byte) bool {
	timestamp := header.Get("Pressalert-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, []byte(h.secret))
	fmt.Fprintf(mac, "%s.%s", timestamp, body)
	return hmac.Equal([]byte("sha256="+hex.EncodeToString(mac.Sum(nil))), []byte(header.Get("Pressalert-Signature")))
}

// readWebhook reads a call and lists what breaks its documented form.
func readWebhook(header http.Header, body []byte) (m webhookMessage, broken []string) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, []string{"body: " + err.Error()}
	}
	check := func(ok bool, what string) {
		if !ok {
			broken = append(broken, what)
		}
	}
	check(header.Get("Content-Type") == "application/json", "content type is not application/json")
	check(strings.HasPrefix(header.Get("User-Agent"), "pressalert"), "user agent is not pressalert")
	check(header.Get("Idempotency-Key") == m.Key, "Idempotency-Key is not the key")
	check(m.Version == 2, "version is not 2")
	check(m.Kind == "message" && m.Key != "" && m.ID == "" || m.edits() && m.ID != "" && m.Key == "",
		"neither a message with its key nor an update with an id")
	check(slices.Contains([]string{"notice", "low", "medium", "high", "critical"}, m.Level), "level "+m.Level)
	check(m.Text != "", "text is empty")
	for _, p := range m.Paragraphs {
		for _, s := range p {
			check(slices.Contains([]string{"", "bold", "italic", "code"}, s.Style), "style "+s.Style)
		}
	}
	for _, b := range m.Buttons {
		check(b.Text != "" && isWeb(b.Link), "button "+b.Text+" leads nowhere")
	}
	check(m.Link == "" || isWeb(m.Link), "link is not a web address")
	return m, broken
}

func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// take keeps a message. The same key again is the same message; one without a key is always new.
func (h *Webhook) take(name string, m webhookMessage) (status int, id string) {
	h.change(func() {
		at := slices.IndexFunc(h.posts, func(p Post) bool {
			return p.Channel == name && (m.edits() && p.ID == m.ID || !m.edits() && m.Key != "" && p.Key == m.Key)
		})
		switch {
		case m.edits() && at < 0:
			status = http.StatusUnprocessableEntity
			return
		case m.edits():
			h.posts[at].Text = m.Text
		case at < 0:
			at = len(h.posts)
			h.posts = append(h.posts, Post{ID: fmt.Sprintf("hook-%d", at+1), Channel: name, Text: m.Text, Key: m.Key})
		}
		status, id = http.StatusOK, h.posts[at].ID
	})
	return status, id
}

// failWebhook answers with a fault; act does what was asked.
func failWebhook(w http.ResponseWriter, f Fault, act func() (status int, id string)) {
	switch f.Kind {
	case TooMany, TooManyEverywhere: // a hook speaks for itself only
		w.Header().Set("Retry-After", strconv.Itoa(int(f.Wait/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
	case Gone:
		w.WriteHeader(http.StatusGone)
	case Rejected:
		w.WriteHeader(http.StatusUnprocessableEntity)
	case BadToken:
		w.WriteHeader(http.StatusUnauthorized)
	case Broken:
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html><head><title>502 Bad Gateway</title></head></html>")
	case LostAnswer:
		act()
		panic(http.ErrAbortHandler)
	case CutAnswer:
		_, id := act()
		w.Header().Set("Content-Length", "1000")
		fmt.Fprintf(w, `{"id": "%s`, id)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	default:
		panic(fmt.Sprintf("chattest: fault kind %d", f.Kind))
	}
}
