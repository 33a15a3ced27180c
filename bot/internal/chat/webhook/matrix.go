package webhook

import (
	"html"
	"strings"

	"pressalert/bot/internal/chat"
)

// maxEvent bounds the body of a call in bytes, so that the event that hookshot makes of it stays below
// what a Matrix server takes: 65,536 bytes (Matrix specification, Client-Server API, Size limits).
const maxEvent = 60_000

// A matrixMessage is the body of a call of a matrix-hookshot inbound webhook.
type matrixMessage struct {
	Text string `json:"text"`
	HTML string `json:"html"`
}

// encodeMatrix puts c into Matrix's form. Escaping can make a text several times as long, so what is too
// long is shortened until it fits.
func (c call) encodeMatrix() ([]byte, error) {
	for left := (budget{text: maxEvent / 2, parts: 400, share: maxEvent / 8}); ; {
		data, err := marshal(newMatrix(call{c.key, c.id, shortened(c.m, left)}))
		if err != nil || len(data) <= maxEvent {
			return data, err
		}
		left.text, left.parts, left.share = left.text/2, left.parts/2, left.share/2
	}
}

func newMatrix(c call) matrixMessage {
	var text, b strings.Builder
	for _, p := range c.matrixParagraphs() {
		if len(p) == 0 {
			continue
		}
		b.WriteString("<p>")
		for i, line := range p {
			if i > 0 {
				b.WriteString("<br>")
			}
			writeMatrix(&b, line)
			text.WriteString(chat.Paragraph(line).PlainText() + "\n")
		}
		b.WriteString("</p>")
	}
	return matrixMessage{Text: strings.TrimSpace(text.String()), HTML: b.String()}
}

// matrixParagraphs are the lines of c by paragraph. Some have none.
func (c call) matrixParagraphs() [][]chat.Paragraph {
	m := c.m
	paragraphs := [][]chat.Paragraph{lines(
		chat.Paragraph{{Text: c.kicker(), Style: chat.Bold}},
		chat.Paragraph{titleSpan(oneLine(m.Title), m.Link)},
	)}
	for _, p := range m.Body {
		paragraphs = append(paragraphs, lines(p))
	}
	var facts []chat.Paragraph
	for _, f := range m.Fields {
		facts = append(facts, chat.Text(fact(f)))
	}
	facts = append(facts, chat.Paragraph{{Text: oneLine(m.Footer), Style: chat.Italic}})
	return append(paragraphs, lines(facts...), lines(buttonLine(m)))
}

// lines cleans paragraphs and leaves out those without text.
func lines(ps ...chat.Paragraph) []chat.Paragraph {
	var kept []chat.Paragraph
	for _, p := range ps {
		var line chat.Paragraph
		for _, s := range p {
			if !isLink(s.Link) {
				s.Link = ""
			}
			if s.Text = clean(s.Text); s.Text == "" {
				s.Text = s.Link
			}
			if s.Text != "" {
				line = append(line, s)
			}
		}
		if len(line) > 0 {
			kept = append(kept, line)
		}
	}
	return kept
}

// matrixTags are the tags of the styles (Matrix specification, m.room.message msgtypes).
var matrixTags = map[chat.Style]string{chat.Bold: "strong", chat.Italic: "em", chat.Code: "code"}

func writeMatrix(b *strings.Builder, line chat.Paragraph) {
	for _, s := range line {
		text := strings.ReplaceAll(html.EscapeString(s.Text), "\n", "<br>")
		if tag := matrixTags[s.Style]; tag != "" {
			text = "<" + tag + ">" + text + "</" + tag + ">"
		}
		if s.Link != "" {
			text = `<a href="` + html.EscapeString(s.Link) + `">` + text + "</a>"
		}
		b.WriteString(text)
	}
}
