package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"iter"

	"pressalert/bot/internal/chat"
)

// version is that of the payload.
const version = 2

// The bounds of a payload: all texts of a message together, in bytes, and its parts. With both, a body
// stays below 1 MB, the least that web servers take by default (nginx, client_max_body_size).
const (
	maxText  = 64 << 10
	maxParts = 1000
)

// A payload is the body of a call. schema.json describes it for its readers.
type payload struct {
	Version    int      `json:"version"`
	Kind       kind     `json:"kind"`
	Key        string   `json:"key,omitempty"`
	ID         string   `json:"id,omitempty"`
	ReplyTo    string   `json:"reply_to,omitempty"`
	Level      string   `json:"level"`
	Quiet      bool     `json:"quiet,omitempty"`
	Language   string   `json:"language,omitempty"`
	Kicker     string   `json:"kicker,omitempty"`
	Title      string   `json:"title,omitempty"`
	Link       string   `json:"link,omitempty"`
	Paragraphs [][]span `json:"paragraphs,omitempty"`
	Fields     []field  `json:"fields,omitempty"`
	Footer     string   `json:"footer,omitempty"`
	Buttons    []button `json:"buttons,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	Text       string   `json:"text"`
}

// A kind says what a call does.
type kind string

const (
	kindMessage kind = "message"
	kindUpdate  kind = "update"
)

type span struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"`
	Link  string `json:"link,omitempty"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type button struct {
	Text string `json:"text"`
	Link string `json:"link"`
}

var levels = map[chat.Level]string{
	chat.Notice: "notice", chat.Low: "low", chat.Medium: "medium", chat.High: "high", chat.Critical: "critical",
}

var styles = map[chat.Style]string{chat.Bold: "bold", chat.Italic: "italic", chat.Code: "code"}

// newPayload puts a call into our own form.
func newPayload(c call) payload {
	m := shortened(c.m, budget{text: maxText, parts: maxParts, share: maxText / 8})
	p := payload{
		Version: version, Kind: kindMessage, Key: c.key, ID: c.id, ReplyTo: m.ReplyTo,
		Level: levels[m.Level], Quiet: m.Quiet, Language: m.Language,
		Kicker: m.Kicker, Title: m.Title, Link: m.Link, Footer: m.Footer, Tags: m.Tags, Text: m.PlainText(),
	}
	if c.id != "" {
		p.Kind = kindUpdate
	}
	for _, paragraph := range m.Body {
		spans := make([]span, len(paragraph))
		for i, s := range paragraph {
			spans[i] = span{s.Text, styles[s.Style], s.Link}
		}
		p.Paragraphs = append(p.Paragraphs, spans)
	}
	for _, f := range m.Fields {
		p.Fields = append(p.Fields, field{f.Name, f.Value})
	}
	for b := range links(m) {
		p.Buttons = append(p.Buttons, button{b.Text, b.Link})
	}
	return p
}

// links are the buttons of m that lead somewhere: a hook has nobody who could press the others.
func links(m chat.Message) iter.Seq[chat.Button] {
	return func(yield func(chat.Button) bool) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Link != "" && !yield(b) {
					return
				}
			}
		}
	}
}

// sign returns the signature of a body, as it stands in its header.
func sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Verify tells whether signature and timestamp, as they stand in the headers of a call, are those of body
// under secret. It takes the same time whatever the signature; how old a timestamp may be is for the caller.
func Verify(secret, timestamp, signature string, body []byte) bool {
	return hmac.Equal([]byte(signature), []byte(sign(secret, timestamp, body)))
}
