package chattest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseTelegramHTML reads text as Telegram does under parse_mode=HTML: it returns what a reader sees
// and how many entities the markup makes, or Telegram's own words for what is wrong with it.
// It follows parse_html of TDLib's MessageEntity.cpp, and the vectors in testdata hold it to that.
// It may count more entities than Telegram, never fewer: TDLib drops those with an address that it
// does not like, and joins pre with code (telegram_entity.go).
func ParseTelegramHTML(s string) (text string, entities int, err error) {
	text, made, err := parseTelegramHTML(s)
	return text, len(made), err
}

// parseTelegramHTML is ParseTelegramHTML with the entities themselves, in the order in which they end.
func parseTelegramHTML(s string) (text string, entities []htmlEntity, err error) {
	p := htmlParser{in: s}
	for p.pos < len(s) {
		switch s[p.pos] {
		case '&':
			p.out.WriteString(p.reference())
		case '<':
			if err := p.tag(); err != nil {
				return "", nil, err
			}
		default:
			p.out.WriteByte(s[p.pos])
			p.pos++
		}
	}
	if len(p.open) > 0 {
		return "", nil, badMarkup("Can't find end tag corresponding to start tag \"%s\"", p.open[len(p.open)-1].name)
	}
	if !utf8.ValidString(p.out.String()) {
		return "", nil, badMarkup("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
	}
	return p.out.String(), p.entities, nil
}

// A markupError is Telegram's own sentence, which begins with a capital letter.
type markupError string

func (e markupError) Error() string { return string(e) }

func badMarkup(format string, args ...any) error { return markupError(fmt.Sprintf(format, args...)) }

// htmlParser walks over in. The end of the text reads as a zero byte, as it does in TDLib.
type htmlParser struct {
	in       string
	pos      int
	out      strings.Builder
	open     []openTag
	entities []htmlEntity
}

// An htmlEntity is what a pair of tags makes of the text between them.
type htmlEntity struct {
	openTag
	// end is where its text ends in the output.
	end int
}

// openTag is a tag that waits for its end.
type openTag struct {
	name string
	// attr is the value of the attribute that the tag is about, such as the class of a span; given is true if it
	// has one, with or without a value.
	attr  string
	given bool
	// start is where its text begins in the output.
	start int
}

// telegramTags are the tags that Telegram knows, with the attribute that each is about.
var telegramTags = map[string]string{
	"a": "href", "b": "", "strong": "", "i": "", "em": "", "s": "", "strike": "", "del": "", "u": "", "ins": "",
	"tg-spoiler": "", "span": "class", "tg-emoji": "emoji-id", "tg-time": "format", "pre": "", "code": "class",
	"blockquote": "expandable",
}

func (p *htmlParser) at() byte {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return 0
}

// while moves over the bytes that ok accepts and returns them.
func (p *htmlParser) while(ok func(byte) bool) string {
	start := p.pos
	for p.pos < len(p.in) && ok(p.in[p.pos]) {
		p.pos++
	}
	return p.in[start:p.pos]
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\r\n\v\x00", c) >= 0 }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isHex(c byte) bool   { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// namedReferences are the only ones that Telegram knows; the rest, such as &nbsp;, stays as it is.
var namedReferences = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`}

// reference reads what begins with an ampersand: a character, or the ampersand itself.
func (p *htmlParser) reference() string {
	start := p.pos
	p.pos++
	var char string
	if p.at() == '#' {
		p.pos++
		char = p.number(start)
	} else {
		char = namedReferences[p.while(isAlpha)]
	}
	if char == "" {
		p.pos = start + 1
		return "&"
	}
	if p.at() == ';' {
		p.pos++
	}
	return char
}

// number reads the digits of a numeric reference. A surrogate gives a broken character, which the
// whole text is refused for later.
func (p *htmlParser) number(start int) string {
	base, digits := 10, isDigit
	if p.at() == 'x' {
		p.pos++
		base, digits = 16, isHex
	}
	n, err := strconv.ParseUint(p.while(digits), base, 32)
	// TDLib takes at most nine bytes from the ampersand on.
	if err != nil || n == 0 || n >= utf8.MaxRune || p.pos-start >= 10 {
		return ""
	}
	if !utf8.ValidRune(rune(n)) {
		return "\xff"
	}
	return string(rune(n))
}

func (p *htmlParser) tag() error {
	start := p.pos
	p.pos++
	if p.at() == '/' {
		return p.endTag(start)
	}
	return p.startTag(start)
}

func (p *htmlParser) startTag(start int) error {
	name := strings.ToLower(p.while(func(c byte) bool { return !isSpace(c) && c != '>' }))
	if p.at() == 0 {
		return badMarkup("Unclosed start tag at byte offset %d", start)
	}
	about, known := telegramTags[name]
	if !known {
		return badMarkup("Unsupported start tag \"%s\" at byte offset %d", name, start)
	}
	tag := openTag{name: name, start: p.out.Len()}
	for {
		p.while(isSpace)
		if p.at() == '>' {
			break
		}
		attr, value, err := p.attribute(name, start)
		if err != nil {
			return err
		}
		if attr == about {
			tag.attr, tag.given = value, true
		}
	}
	p.pos++
	if name == "span" && tag.attr != "tg-spoiler" {
		return badMarkup("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", start)
	}
	p.open = append(p.open, tag)
	return nil
}

func (p *htmlParser) attribute(tag string, start int) (name, value string, err error) {
	name = p.while(func(c byte) bool { return !isSpace(c) && strings.IndexByte(`=>/"'`, c) < 0 })
	if name == "" {
		if p.at() == 0 {
			return "", "", badMarkup("Unclosed start tag \"%s\" at byte offset %d", tag, start)
		}
		return "", "", badMarkup("Empty attribute name in the tag \"%s\" at byte offset %d", tag, start)
	}
	p.while(isSpace)
	if p.at() != '=' {
		return strings.ToLower(name), "", nil
	}
	p.pos++
	p.while(isSpace)
	if p.at() == 0 {
		return "", "", badMarkup("Unclosed start tag \"%s\" at byte offset %d", tag, start)
	}
	if quote := p.at(); quote == '"' || quote == '\'' {
		value = p.quoted(quote)
	} else if value, err = p.nameToken(); err != nil {
		return "", "", err
	}
	if p.at() == 0 {
		return "", "", badMarkup("Unclosed start tag at byte offset %d", start)
	}
	return strings.ToLower(name), value, nil
}

func (p *htmlParser) quoted(quote byte) string {
	p.pos++
	var value strings.Builder
	for p.pos < len(p.in) && p.in[p.pos] != quote {
		if p.in[p.pos] == '&' {
			value.WriteString(p.reference())
			continue
		}
		value.WriteByte(p.in[p.pos])
		p.pos++
	}
	if p.at() == quote {
		p.pos++
	}
	return value.String()
}

func (p *htmlParser) nameToken() (string, error) {
	start := p.pos
	value := p.while(func(c byte) bool { return isAlpha(c) || isDigit(c) || c == '.' || c == '-' })
	if c := p.at(); !isSpace(c) && c != '>' || p.pos == len(p.in) {
		return "", badMarkup("Unexpected end of name token at byte offset %d", start)
	}
	return strings.ToLower(value), nil
}

func (p *htmlParser) endTag(start int) error {
	if len(p.open) == 0 {
		return badMarkup("Unexpected end tag at byte offset %d", start)
	}
	p.pos++
	name := strings.ToLower(p.while(func(c byte) bool { return !isSpace(c) && c != '>' }))
	p.while(isSpace)
	if p.at() != '>' {
		return badMarkup("Unclosed end tag at byte offset %d", start)
	}
	p.pos++
	last := len(p.open) - 1
	tag := p.open[last]
	if name != "" && name != tag.name {
		return badMarkup("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", start, tag.name, name)
	}
	p.open = p.open[:last]
	if p.out.Len() == tag.start {
		return nil // TDLib makes no entity of nothing.
	}
	if tag.name == "tg-time" && !timeFormat(tag.attr) {
		return badMarkup("Invalid date format used")
	}
	p.entities = append(p.entities, htmlEntity{tag, p.out.Len()})
	return nil
}

// timeFormat reports whether s is a format of tg-time: relative, or a choice of time, date and weekday.
func timeFormat(s string) bool {
	return s == "r" || strings.Trim(s, "tTdDwW") == ""
}
