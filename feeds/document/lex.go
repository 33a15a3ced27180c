package document

import (
	"bytes"
	"slices"

	"golang.org/x/net/html"
)

// A part is one piece of a text that is XML or was meant to be.
type part int

const (
	// partText is text, partCDATA the inside of a CDATA section.
	partText part = iota
	partCDATA
	// partStart, partEmpty and partEnd are tags.
	partStart
	partEmpty
	partEnd
	// partSilent is a comment, a declaration or an instruction: nothing that readers see.
	partSilent
)

// A piece is a part and what it holds.
type piece struct {
	part part
	// raw is the text, the inside of a CDATA section, or the whole tag.
	raw []byte
	// name is that of a tag, in lower case, since publishers open and close elements in different cases.
	name string
}

// maxUnclosed bounds the CDATA sections without an end, since each costs a search.
const maxUnclosed = 100

// A lexer cuts a broken XML text into pieces. It takes everything, in one pass, and notes what was wrong.
type lexer struct {
	rest []byte
	// missing are the ends of comments and sections that do not come any more.
	missing  []string
	unclosed int
	// cut is true if the text ended in the middle of a piece.
	cut bool
	notes
}

// notes are what had to be put right, each once, in words.
type notes struct{ list []string }

func (n *notes) note(what string) {
	if !slices.Contains(n.list, what) {
		n.list = append(n.list, what)
	}
}

// next returns the next piece; within is the name of the innermost open element, which tells where a
// CDATA section without an end was to end. It reports false at the end of the text.
func (l *lexer) next(within string) (piece, bool) {
	if len(l.rest) == 0 {
		return piece{}, false
	}
	at := bytes.IndexByte(l.rest, '<')
	switch {
	case at < 0:
		return l.take(partText, len(l.rest)), true
	case at > 0:
		return l.take(partText, at), true
	case bytes.HasPrefix(l.rest, []byte("<!--")):
		return l.silent(4, "-->"), true
	case len(l.rest) >= len(cdataOpening) && bytes.EqualFold(l.rest[:len(cdataOpening)], []byte(cdataOpening)):
		return l.cdata(within), true
	case bytes.HasPrefix(l.rest, []byte("<?")):
		return l.silent(2, "?>"), true
	case bytes.HasPrefix(l.rest, []byte("<!")):
		return l.declaration(), true
	}
	return l.tag(), true
}

func (l *lexer) take(what part, length int) piece {
	p := piece{part: what, raw: l.rest[:length]}
	l.rest = l.rest[length:]
	return p
}

// index finds end in text. Once an end is not found it is not looked for again, or a text of nothing but
// beginnings would take time by its square.
func (l *lexer) index(text []byte, end string) int {
	if slices.Contains(l.missing, end) {
		return -1
	}
	at := bytes.Index(text, []byte(end))
	if at < 0 {
		l.missing = append(l.missing, end)
	}
	return at
}

// silent passes over a comment or an instruction. One without its end ends at the next ">".
func (l *lexer) silent(opening int, end string) piece {
	if at := l.index(l.rest[opening:], end); at >= 0 {
		return l.take(partSilent, opening+at+len(end))
	}
	l.note("a comment or an instruction was not closed")
	if at := bytes.IndexByte(l.rest, '>'); at >= 0 {
		return l.take(partSilent, at+1)
	}
	l.cut = true
	return l.take(partSilent, len(l.rest))
}

// declaration passes over <!DOCTYPE ...>, with what it declares: entities are not for feeds.
func (l *lexer) declaration() piece {
	end := bytes.IndexByte(l.rest, '>')
	if inner := bytes.IndexByte(l.rest, '['); inner >= 0 && inner < end {
		if at := l.index(l.rest, "]>"); at >= 0 {
			return l.take(partSilent, at+2)
		}
	}
	if end < 0 {
		l.cut = true
		return l.take(partSilent, len(l.rest))
	}
	return l.take(partSilent, end+1)
}

const cdataOpening, cdataClosing = "<![CDATA[", "]]>"

// cdata reads a CDATA section. One without its end, or whose end is that of a later section because an
// item ends in between, ends where its element does.
func (l *lexer) cdata(within string) piece {
	l.rest = l.rest[len(cdataOpening):]
	end := l.index(l.rest, cdataClosing)
	section := l.rest
	if end >= 0 {
		section = l.rest[:end]
		if !bytes.Contains(section, []byte("</item>")) && !bytes.Contains(section, []byte("</entry>")) {
			p := l.take(partCDATA, end)
			l.rest = l.rest[len(cdataClosing):]
			p.raw = l.unnested(p.raw)
			return p
		}
	}
	l.unclosed++
	if at := bytes.Index(section, []byte("</"+within)); at >= 0 && within != "" && l.unclosed <= maxUnclosed {
		l.note("a CDATA section was not closed")
		return l.take(partCDATA, at)
	}
	if end < 0 {
		l.cut = true
		return l.take(partCDATA, len(l.rest))
	}
	p := l.take(partCDATA, end)
	l.rest = l.rest[len(cdataClosing):]
	return p
}

// unnested cuts out the beginning of a section within a section, which ends at the first end.
func (l *lexer) unnested(section []byte) []byte {
	if !bytes.Contains(section, []byte(cdataOpening)) {
		return section
	}
	l.note("a CDATA section within another")
	return bytes.ReplaceAll(section, []byte(cdataOpening), nil)
}

// tag reads a tag, or a "<" that begins none.
func (l *lexer) tag() piece {
	name, closing := tagName(l.rest)
	length, whole := tagExtent(l.rest)
	switch {
	case name == "":
		return l.sign()
	case !whole:
		return l.brokenTag(name, closing, length)
	}
	p := l.take(partStart, length)
	p.name = name
	switch {
	case closing:
		p.part = partEnd
	case bytes.HasSuffix(p.raw, []byte("/>")):
		p.part = partEmpty
	}
	return p
}

// sign reads a "<" that is text.
func (l *lexer) sign() piece {
	l.note("a < that begins no tag")
	return l.take(partText, 1)
}

// brokenTag reads what begins like a tag and has no ">": a tag if it ends something or is of the
// vocabulary of feeds, else the cut end of the text, or a "<" before a letter.
func (l *lexer) brokenTag(name string, closing bool, length int) piece {
	last := length == len(l.rest)
	switch {
	case closing, vocabulary[name] && !last:
		l.note("a tag without its >")
		p := l.take(partStart, length)
		p.name = name
		if closing {
			p.part = partEnd
		}
		return p
	case last:
		l.cut = true
		return l.take(partSilent, length)
	}
	return l.sign()
}

// tagName returns the name of the tag that text begins with, in lower case, and whether it is an end tag.
// What XML does not take for a name, or what is not ASCII, gives "".
func tagName(text []byte) (name string, closing bool) {
	text = text[1:]
	if len(text) > 0 && text[0] == '/' {
		text, closing = text[1:], true
	}
	end := bytes.IndexAny(text[:min(len(text), maxName)], " \t\r\n/><")
	if end < 0 {
		end = min(len(text), maxName)
	}
	return xmlName(text[:end]), closing
}

// maxName bounds names, in bytes; "itunes:new-feed-url" is a long one.
const maxName = 100

// xmlName returns a name in lower case, or "" if it is none.
func xmlName(name []byte) string {
	colons := 0
	for i, c := range name {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		case c == ':' && i > 0 && i < len(name)-1:
			colons++
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return ""
		}
	}
	if colons > 1 {
		return ""
	}
	return string(bytes.ToLower(name))
}

// tagExtent returns how far the tag that text begins with reaches, and whether it is whole. A "<" cannot
// stand in a tag: where one comes, the tag has lost its end, or a value its closing quote.
func tagExtent(text []byte) (length int, whole bool) {
	var quote, last byte
	for i := 1; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '<':
			return lostQuote(text[:i], quote)
		case quote != 0:
			if c == quote {
				quote, last = 0, c
			}
			continue
		case c == '>':
			return i + 1, true
		case (c == '"' || c == '\'') && last == '=':
			quote = c
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			continue
		}
		last = c
	}
	return lostQuote(text, quote)
}

// lostQuote ends a tag at its first ">", if that stood within quotes which were never closed.
func lostQuote(tag []byte, quote byte) (length int, whole bool) {
	if quote != 0 {
		if at := bytes.IndexByte(tag, '>'); at >= 0 {
			return at + 1, true
		}
	}
	return len(tag), false
}

// attributes reads those of a tag as browsers do: without quotes, without values, twice.
func (l *lexer) attributes(tag []byte) []html.Attribute {
	if !bytes.ContainsAny(tag, " \t\r\n") {
		return nil
	}
	z := html.NewTokenizer(bytes.NewReader(tag))
	if z.Next() == html.ErrorToken {
		l.note("an attribute without its closing quote")
		z = html.NewTokenizer(bytes.NewReader(requoted(tag)))
		z.Next()
	}
	var kept []html.Attribute
	for _, a := range z.Token().Attr {
		a.Key = xmlName([]byte(a.Key))
		if a.Key == "" {
			continue
		}
		if slices.ContainsFunc(kept, func(k html.Attribute) bool { return k.Key == a.Key }) {
			l.note("an attribute that stands twice")
			continue
		}
		if a.Val != "" && bytes.Contains(tag, []byte(a.Key+"="+a.Val)) {
			l.note("an attribute without quotes")
		}
		kept = append(kept, a)
	}
	return kept
}

// requoted closes the last value of a tag.
func requoted(tag []byte) []byte {
	quote := byte('"')
	if at := bytes.LastIndexAny(tag, `"'`); at >= 0 {
		quote = tag[at]
	}
	tag = bytes.TrimSuffix(bytes.TrimSuffix(tag, []byte(">")), []byte("/"))
	return append(bytes.Clone(tag), quote, '>')
}
