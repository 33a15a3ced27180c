package telegram

import (
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
)

// A page is the text of one post.
type page struct {
	// head is the kicker and the title, tail the fields and the footer: lines without a blank one between.
	head, tail []line
	// body is the paragraphs.
	body []line
}

// layout returns m as at most so many posts of at most so many UTF-16 units each. It has no page if m
// has no text. A paragraph is cut only if no post takes it whole; what the last post has no room for
// is left out, and an ellipsis tells.
func layout(m chat.Message, most, text int) []page {
	s := spread{most: most, full: budget{text: text, entities: maxEntities}}
	s.room = s.full
	s.page.head = compact(s.room.take(kickerLine(m), maxKicker), s.room.take(titleLine(m), maxTitle))
	left := s.room
	footer := left.take(line{{Text: oneLine(m.Footer), Style: chat.Italic}}, maxFooter)
	for _, f := range m.Fields {
		if left.text <= separator {
			break
		}
		s.tail = append(s.tail, left.take(fieldLine(f), maxField))
	}
	s.tail = compact(append(s.tail, footer)...)
	s.reserve = s.room.without(left)
	s.fill(paragraphs(m.Body, most, text))
	return slices.DeleteFunc(s.pages, page.isEmpty)
}

// compact returns lines without the empty ones.
func compact(lines ...line) []line {
	return slices.DeleteFunc(lines, func(l line) bool { return len(l) == 0 })
}

// paragraphs returns the paragraphs of body that are not empty, up to the first that cannot stand on
// any of so many pages of one UTF-16 units each, because of those before it.
func paragraphs(body []chat.Paragraph, pages, one int) []line {
	var lines []line
	enough := pages * one
	for _, p := range body {
		l := trim(tidy(line(p)))
		if len(l) == 0 {
			continue
		}
		lines = append(lines, l)
		if enough -= min(length(l), one); enough < 0 {
			break
		}
	}
	return lines
}

// A spread is a message on its way into pages.
type spread struct {
	most  int
	full  budget
	pages []page

	// page is the one being filled, and room what it has left.
	page page
	room budget
	// tail goes on the last page, and reserve is what it takes there.
	tail    []line
	reserve budget
}

// fill puts the paragraphs on pages, and the tail on the last of them.
func (s *spread) fill(body []line) {
	for len(s.pages)+1 < s.most {
		body = body[s.takeWhole(body):]
		if len(body) == 0 && s.room.covers(s.reserve) {
			break
		}
		body = s.turn(body)
	}
	s.room = s.room.without(s.reserve)
	s.page.body = append(s.page.body, s.room.takeBody(body)...)
	s.page.tail = s.tail
	s.pages = append(s.pages, s.page)
}

// turn ends the page and begins a new one. The last paragraph comes along if otherwise the tail would
// stand alone, so it returns the paragraphs that are still to be put on a page.
func (s *spread) turn(body []line) []line {
	if last := len(s.page.body) - 1; len(body) == 0 && last > 0 {
		if l := s.page.body[last]; s.full.without(s.reserve).covers(l.cost()) {
			body, s.page.body = []line{l}, s.page.body[:last]
		}
	}
	s.pages = append(s.pages, s.page)
	s.page, s.room = page{}, s.full
	return body
}

// takeWhole puts on the page what it has room for of the paragraphs, from the first on, and returns how
// many these are. One that no page can take whole is cut if it is the first on its page.
func (s *spread) takeWhole(body []line) (taken int) {
	for i, l := range body {
		if c := l.cost(); s.room.covers(c) {
			s.room = s.room.without(c)
			s.page.body = append(s.page.body, l)
			continue
		} else if len(s.page.body) > 0 || s.full.covers(c) {
			return i
		}
		s.cut(l)
		return i + 1
	}
	return len(body)
}

// minCut is the least room, in UTF-16 units, for which a paragraph is cut: it is far more than an item of
// a digest takes, so these stay whole.
const minCut = 1024

// cut puts on the page what it can take of a paragraph, but for the tail.
func (s *spread) cut(l line) {
	most := s.room.text - separator
	if beside := most - s.reserve.text; beside >= minCut {
		most = beside
	}
	l = shorten(s.room.settle(l), most)
	s.room.text -= length(l) + separator
	s.page.body = append(s.page.body, l)
}

// isEmpty reports whether there is no text in p. There are no empty lines.
func (p page) isEmpty() bool { return len(p.head)+len(p.body)+len(p.tail) == 0 }

// html returns p as HTML of the Bot API.
func (p page) html() string { return p.join(line.html) }

// text returns what a reader sees of p.
func (p page) text() string { return p.join(line.text) }

// plain returns p without markup, its links written out, in at most so many UTF-16 units. The links take
// their room from the paragraphs first.
func (p page) plain(most int) string {
	text := p.join(line.plain)
	if over := units(text) - most; over > 0 {
		text = p.within(units(p.text()) - over).join(line.plain)
	}
	return cut(text, most)
}

// within returns p with at most so many UTF-16 units.
func (p page) within(most int) page {
	b := budget{text: most, entities: maxEntities}
	shortened := page{head: b.takeAll(p.head), tail: b.takeAll(p.tail)}
	shortened.body = b.takeBody(p.body)
	return shortened
}

// join writes the lines of p with line breaks between them, and blank lines between head, paragraphs and tail.
func (p page) join(write func(line, *strings.Builder)) string {
	var b strings.Builder
	part := func(space string, l line) {
		if b.Len() > 0 {
			b.WriteString(space)
		}
		write(l, &b)
	}
	for _, l := range p.head {
		part("\n", l)
	}
	for _, l := range p.body {
		part("\n\n", l)
	}
	for i, l := range p.tail {
		part("\n\n"[min(i, 1):], l)
	}
	return b.String()
}
