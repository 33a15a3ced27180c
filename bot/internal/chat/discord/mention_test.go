package discord

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// TestNobodyIsMentioned holds that no text, wherever it stands, can call anybody: Discord is told to look for
// no mentions but that of the one role that the config names, and what stands beside the embeds, where alone
// mentions call, is that one and the link.
func TestNobodyIsMentioned(t *testing.T) {
	var sent []map[string]json.RawMessage
	p := serving(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		sent = append(sent, body)
		io.WriteString(w, `{"id":"1"}`)
	})
	hostile := []string{
		"@everyone", "@here", "<@&77>", "<@1>", "<@!1>", "<@&1>", "<id:guide>", "<#1>", "</stop:1>", "\u200b@everyone", "@\u200beveryone",
		"https://news.example/@everyone", "https://news.example/<@&77>", `\<@&77>`, "**@everyone**", "[@everyone](https://news.example/)",
	}
	for _, text := range hostile {
		for role, want := range map[string][]string{"": nil, "78": {"78"}, "@everyone": nil, "78>@everyone<@&77": nil} {
			m := everywhere(text)
			m.Mention, m.Link, m.Preview, m.File, m.ReplyTo = role, "https://news.example/?q="+text, true, nil, "5"
			if _, err := p.Send(t.Context(), somewhere, "", m); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if err := p.Edit(t.Context(), somewhere, "5", m); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			for _, body := range sent {
				checkMentions(t, text, body, want)
			}
			sent = nil
		}
	}
}

// checkMentions holds that a message may mention these roles and nothing else.
func checkMentions(t *testing.T, text string, body map[string]json.RawMessage, roles []string) {
	t.Helper()
	var content string
	var allowed struct {
		Parse, Users, Roles []string
		RepliedUser         bool `json:"replied_user"`
	}
	for name, into := range map[string]any{"content": &content, "allowed_mentions": &allowed} {
		if err := json.Unmarshal(body[name], into); err != nil {
			t.Fatalf("%q: %s: %v", text, name, err)
		}
	}
	if allowed.Parse == nil || len(allowed.Parse)+len(allowed.Users) > 0 || allowed.RepliedUser || !slices.Equal(allowed.Roles, roles) {
		t.Errorf("%q: allowed_mentions = %s, want the roles %q alone", text, body["allowed_mentions"], roles)
	}
	for _, word := range strings.Fields(content) {
		if !strings.HasPrefix(word, "https://news.example/") && (len(roles) == 0 || word != "<@&"+roles[0]+">") {
			t.Errorf("%q: %q stands beside the embeds", text, content)
		}
		if strings.ContainsAny(strings.TrimPrefix(word, "<@&78>"), "<>") {
			t.Errorf("%q: %q stands beside the embeds", text, content)
		}
	}
}

// TestCrosspostRefused: a post that cannot be passed on stands all the same, and the log says why.
func TestCrosspostRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/crosspost") {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"message":"Missing Permissions","code":50013}`)
			return
		}
		io.WriteString(w, `{"id":"17"}`)
	}))
	t.Cleanup(server.Close)
	var log bytes.Buffer
	p := New(Options{
		Token: chattest.DiscordToken, Endpoint: server.URL, Crosspost: map[string]bool{somewhere.Channel: true},
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if id, err := p.Send(t.Context(), somewhere, "key", chat.Message{Title: "Title"}); id != "17" || err != nil {
		t.Errorf("Send = %q, %v, want 17", id, err)
	}
	if got := log.String(); strings.Count(got, "Missing Permissions") != 1 || strings.Contains(got, chattest.DiscordToken) {
		t.Errorf("the log says %q, want once why, and no token", got)
	}
}
