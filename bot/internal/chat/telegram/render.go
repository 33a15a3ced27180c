package telegram

import (
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
)

// A message is laid out for a phone: kicker and title, the body's paragraphs, then fields and footer,
// with a blank line between these. It is built from lines of spans, which are shortened as plain text
// and only then put into tags, so that a tag can neither be cut nor come from the text.

const (
	// maxText is the longest visible text in UTF-16 units: sendMessage.text, "1-4096 characters after
	// entities parsing". The unit is not published; UTF-16 is the strictest.
	maxText = 4096
	// maxEntities is how many entities the servers keep: TDLib's MessageEntity.cpp, MAX_USER_ENTITY_COUNT.
	maxEntities = 100
	// maxLink is the longest address made into a link, in bytes. Telegram names no limit; Discord's for
	// the address of an embed is this, and news sites stay far below.
	maxLink = 2048
)

// The shares of maxText, in UTF-16 units, that keep one part from pushing out those after it. The
// body has none: it gets what the other parts leave.
const (
	maxKicker = 256
	maxTitle  = 1024
	maxFooter = 512
	maxField  = 1024
)

// signs go before the kicker, as a sign for the eye and a word for those who hear or search it.
var signs = map[chat.Level]string{chat.High: "❗ High", chat.Critical: "‼️ Critical"}

// A line is a run of spans without a blank line in it.
type line []chat.Span

// renderHTML returns m as HTML of the Bot API, within its limits; "" if m has no text.
func renderHTML(m chat.Message) string {
	b := budget{text: maxText, entities: maxEntities}
	kicker := b.take(kickerLine(m), maxKicker)
	title := b.take(line{{Text: oneLine(m.Title), Link: m.Link, Style: titleStyle(m)}}, maxTitle)
	footer := b.take(line{{Text: oneLine(m.Footer), Style: chat.Italic}}, maxFooter)
	var fields []line
	for _, f := range m.Fields {
		if b.text <= separator {
			break
		}
		fields = append(fields, b.take(fieldLine(f), maxField))
	}
	sections := [][]line{{kicker, title}}
	for _, p := range b.takeBody(m.Body) {
		sections = append(sections, []line{p})
	}
	sections = append(sections, append(fields, footer))
	return join(sections)
}

// renderPlain returns m without markup, within the limit of a message. The link stays whole.
func renderPlain(m chat.Message) string {
	text := clean(m.PlainText())
	if units(text) <= maxText || !isLink(m.Link) {
		return cut(text, maxText)
	}
	link := "\n" + m.Link
	m.Link = ""
	return cut(clean(m.PlainText()), maxText-units(link)) + link
}

func kickerLine(m chat.Message) line {
	parts := slices.DeleteFunc([]string{signs[m.Level], oneLine(m.Kicker)}, func(s string) bool { return s == "" })
	return line{{Text: strings.Join(parts, " · "), Style: chat.Bold}}
}

// titleStyle makes a title stand out that is no link.
func titleStyle(m chat.Message) chat.Style {
	if isLink(m.Link) {
		return chat.Plain
	}
	return chat.Bold
}

func fieldLine(f chat.Field) line {
	name, value := oneLine(f.Name), oneLine(f.Value)
	if name == "" || value == "" {
		return line{{Text: name + value}}
	}
	return line{{Text: name + ": " + value}}
}

// A budget is what a message can still take.
type budget struct {
	// text is in UTF-16 units.
	text     int
	entities int
}

// ellipsis stands where something was left out.
const ellipsis = "…"

// leftOut ends a body whose further paragraphs found no room.
var leftOut = chat.Span{Text: " " + ellipsis}

// separator is the most that stands between two lines: a blank line.
const separator = 2

// take returns l shortened to a share of the budget, and pays for it; nil if nothing is left of it.
func (b *budget) take(l line, share int) line {
	l = shorten(b.settle(l), min(share, b.text-separator))
	if n := length(l); n > 0 {
		b.text -= n + separator
	}
	return l
}

// takeBody returns what the budget has room for of the paragraphs, from the first on. If that is not
// all, it ends in an ellipsis.
func (b *budget) takeBody(body []chat.Paragraph) []line {
	var lines []line
	total := 0
	for _, p := range body {
		if l := trim(b.settle(line(p))); len(l) > 0 {
			lines = append(lines, l)
			total += length(l) + separator
		}
		if total > b.text {
			break // What comes later cannot be shown, however long it is.
		}
	}
	if total <= b.text {
		return lines
	}
	b.text -= length(line{leftOut})
	for i, l := range lines {
		n := length(l) + separator
		if n <= b.text {
			b.text -= n
			continue
		}
		if l = shorten(l, b.text-separator); len(l) > 0 {
			return append(lines[:i], l)
		}
		if i > 0 {
			lines[i-1] = append(lines[i-1], leftOut)
		}
		return lines[:i]
	}
	return lines
}

// settle cleans the spans of l and pays for their entities. What the budget cannot pay loses its
// style first; a link that cannot be paid is written out.
func (b *budget) settle(l line) line {
	var settled line
	for _, s := range l {
		if !isLink(s.Link) {
			s.Link = ""
		}
		if s.Text = clean(s.Text); s.Link != "" && strings.TrimSpace(s.Text) == "" {
			s.Text = s.Link
		}
		if s.Text == "" {
			continue
		}
		if entities(s) > b.entities {
			s.Style = chat.Plain
		}
		if entities(s) > b.entities {
			s.Text, s.Link = chat.Paragraph{s}.PlainText(), ""
		}
		b.entities -= entities(s)
		settled = append(settled, s)
	}
	return settled
}

// entities counts the entities that a span's markup makes.
func entities(s chat.Span) int {
	n := 0
	if s.Style != chat.Plain {
		n++
	}
	if s.Link != "" {
		n++
	}
	return n
}
