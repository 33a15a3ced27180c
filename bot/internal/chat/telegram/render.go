package telegram

import (
	"strings"

	"pressalert/bot/internal/chat"
)

// A message is laid out for a phone: kicker and title, the body's paragraphs, then fields and footer,
// with a blank line between these. It is built from lines of spans, which are shortened as plain text
// and only then put into tags, so that a tag can neither be cut nor come from the text. What is too long
// for one post goes on in the next, and only between two paragraphs.

const (
	// maxText is the longest visible text in UTF-16 units: sendMessage.text, "1-4096 characters after
	// entities parsing". The unit is not published; UTF-16 is the strictest.
	maxText = 4096
	// maxCaption is the same of the text under a picture or file: sendPhoto.caption, "0-1024 characters
	// after entities parsing".
	maxCaption = 1024
	// maxEntities is how many entities the servers keep: TDLib's MessageEntity.cpp, MAX_USER_ENTITY_COUNT.
	maxEntities = 100
	// maxLink is the longest address made into a link, in bytes. Telegram names no limit; Discord's for
	// the address of an embed is this, and news sites stay far below.
	maxLink = 2048
)

// maxPosts is how many posts one message may become: the digest of a bad day, and a quarter of what a
// group may get in a minute.
const maxPosts = 5

// The shares of maxText, in UTF-16 units, that keep one part from pushing out those after it. The
// body has none: it gets what the other parts leave.
const (
	maxKicker = 256
	maxTitle  = 1024
	maxFooter = 512
	maxField  = 1024
)

// A line is a run of spans without a blank line in it.
type line []chat.Span

func kickerLine(m chat.Message) line {
	m.Kicker = oneLine(m.Kicker)
	return line{{Text: m.Lead(), Style: chat.Bold}}
}

// titleLine makes a title stand out that is no link.
func titleLine(m chat.Message) line {
	title := chat.Span{Text: oneLine(m.Title), Link: m.Link}
	if !isLink(m.Link) {
		title.Style = chat.Bold
	}
	return line{title}
}

func fieldLine(f chat.Field) line {
	name, value := oneLine(f.Name), oneLine(f.Value)
	if name == "" || value == "" {
		return line{{Text: name + value}}
	}
	return line{{Text: name + ": " + value}}
}

// A budget is what a post can still take.
type budget struct {
	// text is in UTF-16 units.
	text     int
	entities int
}

// without returns what is left of b when c is spent.
func (b budget) without(c budget) budget { return budget{b.text - c.text, b.entities - c.entities} }

// covers reports whether b is enough for c.
func (b budget) covers(c budget) bool { return c.text <= b.text && c.entities <= b.entities }

// cost is what l takes of a budget, with the blank line after it.
func (l line) cost() budget {
	c := budget{text: length(l) + separator}
	for _, s := range l {
		c.entities += entities(s)
	}
	return c
}

// ellipsis stands where something was left out.
const ellipsis = "…"

// leftOut ends a body whose further paragraphs found no room.
var leftOut = chat.Span{Text: " " + ellipsis}

// separator is the most that stands between two lines: a blank line.
const separator = 2

// take returns l shortened to a share of the budget, and pays for it; nil if nothing is left of it.
func (b *budget) take(l line, share int) line {
	l = shorten(b.settle(tidy(l)), min(share, b.text-separator))
	if n := length(l); n > 0 {
		b.text -= n + separator
	}
	return l
}

// takeAll takes lines one after another, each with what the budget has left.
func (b *budget) takeAll(lines []line) []line {
	var taken []line
	for _, l := range lines {
		taken = append(taken, b.take(l, maxText))
	}
	return compact(taken...)
}

// takeBody returns what the budget has room for of the paragraphs, from the first on. If that is not
// all, it ends in an ellipsis. A paragraph of which little would be seen is not cut but left out.
func (b *budget) takeBody(body []line) []line {
	var lines []line
	total := 0
	for _, l := range body {
		lines = append(lines, b.settle(l))
		total += length(lines[len(lines)-1]) + separator
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
		if i == 0 || b.text >= minCut {
			if l = shorten(l, b.text-separator); len(l) > 0 {
				return append(lines[:i], l)
			}
		}
		if i > 0 {
			lines[i-1] = append(lines[i-1], leftOut)
		}
		return lines[:i]
	}
	return lines
}

// tidy returns l without what Telegram would take out or refuse.
func tidy(l line) line {
	tidied := make(line, 0, len(l))
	for _, s := range l {
		if !isLink(s.Link) {
			s.Link = ""
		}
		if s.Text = clean(s.Text); s.Link != "" && strings.TrimSpace(s.Text) == "" {
			s.Text = s.Link
		}
		if s.Text != "" {
			tidied = append(tidied, s)
		}
	}
	return tidied
}

// settle pays for the entities of l. What the budget cannot pay loses its style first; a link that
// cannot be paid is written out.
func (b *budget) settle(l line) line {
	settled := make(line, 0, len(l))
	for _, s := range l {
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
