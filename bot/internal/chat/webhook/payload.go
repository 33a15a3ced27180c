package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"pressalert/bot/internal/chat"
)

// version is that of the payload.
const version = 1

// maxText bounds all texts of a message together, in bytes, and maxParts its paragraphs' spans and its
// fields. With both, a body stays below 1 MB, the least that web servers take by default (nginx,
// client_max_body_size).
const (
	maxText  = 64 << 10
	maxParts = 1000
)

// A payload is the body of a call. The package comment describes it for its readers.
type payload struct {
	Version    int      `json:"version"`
	Key        string   `json:"key,omitempty"`
	Edit       bool     `json:"edit,omitempty"`
	ID         string   `json:"id,omitempty"`
	Level      string   `json:"level"`
	Kicker     string   `json:"kicker,omitempty"`
	Title      string   `json:"title,omitempty"`
	Link       string   `json:"link,omitempty"`
	Paragraphs [][]span `json:"paragraphs,omitempty"`
	Fields     []field  `json:"fields,omitempty"`
	Footer     string   `json:"footer,omitempty"`
	Text       string   `json:"text"`
}

type span struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"`
	Link  string `json:"link,omitempty"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var levels = map[chat.Level]string{
	chat.Notice: "notice", chat.Low: "low", chat.Medium: "medium", chat.High: "high", chat.Critical: "critical",
}

var styles = map[chat.Style]string{chat.Bold: "bold", chat.Italic: "italic", chat.Code: "code"}

func newPayload(key string, m chat.Message) payload {
	m = shortened(m)
	p := payload{
		Version: version, Key: key, Level: levels[m.Level],
		Kicker: m.Kicker, Title: m.Title, Link: m.Link, Footer: m.Footer, Text: m.PlainText(),
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
	return p
}

// shortened returns m with no more text than a payload may hold. What comes later gives way first.
func shortened(m chat.Message) chat.Message {
	left := budget{text: maxText, parts: maxParts}
	short := chat.Message{
		Level: m.Level, Link: left.whole(m.Link), Kicker: left.cut(m.Kicker), Title: left.cut(m.Title), Footer: left.cut(m.Footer),
	}
	for _, p := range m.Body {
		var spans chat.Paragraph
		for _, s := range p {
			if left.part() {
				spans = append(spans, chat.Span{Text: left.cut(s.Text), Style: s.Style, Link: left.whole(s.Link)})
			}
		}
		if len(spans) > 0 {
			short.Body = append(short.Body, spans)
		}
	}
	for _, f := range m.Fields {
		if left.part() {
			short.Fields = append(short.Fields, chat.Field{Name: left.cut(f.Name), Value: left.cut(f.Value)})
		}
	}
	return short
}

// A budget is what a message may still hold.
type budget struct {
	text  int // bytes
	parts int
}

// part takes one part, if there is one left, and text for it.
func (b *budget) part() bool {
	b.parts--
	return b.parts >= 0 && b.text > 0
}

// whole takes s or, where it does not fit, nothing: half an address leads nowhere.
func (b *budget) whole(s string) string {
	if len(s) > b.text {
		return ""
	}
	b.text -= len(s)
	return s
}

// cut takes as much of s as fits, up to a visible character's end, and marks what is missing. Of the texts
// at a message's head none may take more than its share.
func (b *budget) cut(s string) string {
	const mark = "…"
	room := min(b.text, maxText/8)
	if len(s) <= room {
		b.text -= len(s)
		return s
	}
	end := 0
	for g := graphemes.FromString(s); g.Next() && g.End()+len(mark) <= room; {
		end = g.End()
	}
	b.text -= min(end+len(mark), b.text)
	return s[:end] + mark
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
