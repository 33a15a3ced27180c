package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"pressalert/bot/internal/chat"
)

// A Format is the form of JSON that a hook takes. The zero value stands for Own.
type Format string

const (
	// Own is the form of schema.json, for programs made for it.
	Own Format = "pressalert"
	// Slack is that of Slack's incoming webhooks, and of those who take the same. It edits nothing: a
	// message that replaces another is posted below it, marked as an update.
	Slack Format = "slack"
	// Matrix is that of the inbound webhooks of matrix-hookshot: text and html. It edits nothing either.
	Matrix Format = "matrix"
)

// Formats returns all formats.
func Formats() []Format { return []Format{Own, Slack, Matrix} }

// Body returns what a hook of a format gets when m is posted under a key. It returns chat.ErrRejected
// if there is no text in m.
func Body(f Format, key string, m chat.Message) ([]byte, error) {
	return call{key: key, m: m}.encode(f)
}

// A call is what a hook is told: a new message with its key, or what replaces the message with an id.
type call struct {
	key, id string
	m       chat.Message
}

// encode returns the body of c.
func (c call) encode(f Format) ([]byte, error) {
	if strings.TrimSpace(c.m.PlainText()) == "" {
		return nil, fmt.Errorf("%w: it has no text", chat.ErrRejected)
	}
	var body any
	switch f {
	case Slack:
		body = newSlack(c)
	case Matrix:
		return c.encodeMatrix()
	default:
		body = newPayload(c)
	}
	return marshal(body)
}

// marshal returns v as JSON. The signs of HTML stand in it as they are: it is no part of a web page.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode message: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// updated marks what replaces an earlier message where that cannot be edited.
const updated = "🔄 Updated"

// kicker returns the first line of c for readers.
func (c call) kicker() string {
	m := c.m
	m.Kicker = oneLine(m.Kicker)
	lead := m.Lead()
	switch {
	case c.id == "":
		return lead
	case lead == "":
		return updated
	}
	return updated + " · " + lead
}

// fact returns a field as one line.
func fact(f chat.Field) string {
	name, value := oneLine(f.Name), oneLine(f.Value)
	if name == "" || value == "" {
		return name + value
	}
	return name + ": " + value
}

// clean returns s without what could break the display of a chat: control characters, and signs of direction
// that reach beyond themselves, but for the isolates of the bot's own.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, chat.KeepIsolates(strings.ToValidUTF8(s, string(utf8.RuneError))))
}

// oneLine returns the words of s with single spaces between them.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// maxLink is the longest address made into a link, in bytes (Slack, url of a link element: 3,000).
const maxLink = 3000

// isLink tells whether an address may be made into a link: one bad address, and Slack refuses the message.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		len(s) <= maxLink && utf8.ValidString(s)
}
