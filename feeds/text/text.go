// Package text turns what outside servers write, fragments of HTML most of all, into plain text that can
// be matched, laid out and shown: one line, no signs that nobody sees, bounded.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain returns the text of an HTML fragment on one line, entities decoded once, at most limit
// characters of it. See Clean for the characters that are left out.
func Plain(fragment string, limit int) string {
	if !strings.ContainsAny(fragment, "<&") {
		return Shorten(Clean(fragment), limit)
	}
	var b strings.Builder
	// Read some more than is kept: white space and invisible characters fall away.
	enough := 8*limit + 1024
	z := html.NewTokenizer(strings.NewReader(fragment))
	for b.Len() < enough {
		switch z.Next() {
		case html.ErrorToken:
			return Shorten(Clean(b.String()), limit)
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken:
			if tag := tagOf(z); unseen[tag] {
				skipTo(z, tag)
			} else if !inline[tag] {
				b.WriteByte(' ')
			}
		case html.EndTagToken, html.SelfClosingTagToken:
			if !inline[tagOf(z)] {
				b.WriteByte(' ')
			}
		}
	}
	return Shorten(Clean(b.String()), limit)
}

func tagOf(z *html.Tokenizer) atom.Atom {
	name, _ := z.TagName()
	return atom.Lookup(name)
}

// unseen are elements whose content is no text for readers.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Iframe: true, atom.Object: true,
	atom.Svg: true, atom.Math: true, atom.Noscript: true, atom.Select: true, atom.Textarea: true,
	atom.Audio: true, atom.Video: true,
}

// inline are elements that may stand within a word; all others separate words.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true,
	atom.Cite: true, atom.Code: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true,
	atom.Ins: true, atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true,
	atom.Small: true, atom.Span: true, atom.Strong: true, atom.Strike: true, atom.Sub: true,
	atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// skipTo passes over everything up to the end tag, or to the end of the text if there is none.
func skipTo(z *html.Tokenizer, end atom.Atom) {
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.EndTagToken:
			if tagOf(z) == end {
				return
			}
		}
	}
}

// Clean joins white space to single spaces and leaves out what readers cannot see but matching,
// layout and direction suffer from: controls, marks of direction, zero-width characters. The zero-width
// space goes too: where Khmer or Thai set it between words, rules match running text. Joiners stay
// where a script needs them.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var last, joiner rune
	space := false
	for len(s) > 0 {
		if n := plainRun(s); n > 0 { // most of most texts, and nothing in it to look at
			if space {
				b.WriteByte(' ')
			}
			b.WriteString(s[:n])
			last, joiner, space = rune(s[n-1]), 0, false
			s = s[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		switch {
		case unicode.IsSpace(r):
			space = last != 0
			joiner = 0
			continue
		case r == zwj || r == zwnj:
			joiner = r
			continue
		case invisible(r):
			continue
		}
		if space {
			b.WriteByte(' ')
		} else if joiner != 0 && joins(last) && joins(r) {
			b.WriteRune(joiner)
		}
		b.WriteRune(r)
		last, joiner, space = r, 0, false
	}
	return b.String()
}

// plainRun returns how many bytes at the beginning of s are ASCII that is seen.
func plainRun(s string) int {
	n := 0
	for n < len(s) && ' ' < s[n] && s[n] < 0x7f {
		n++
	}
	return n
}

const zwnj, zwj = '\u200c', '\u200d'

func invisible(r rune) bool {
	switch r {
	case '\u034f', '\ufffe', '\uffff': // the grapheme joiner, which mailers use as a filler; no characters
		return true
	}
	// Cf also holds signs that are seen: those that stand before Arabic and other numbers.
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// joins reports whether joiners mean something beside r: in Arabic, Indic and related scripts, and
// between the parts of an emoji.
func joins(r rune) bool {
	return r > unicode.MaxLatin1 && (unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
		unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.So, unicode.Sk) || r == '\ufe0f')
}

// Shorten cuts s to at most limit characters, between two letters as readers see them, and marks the
// cut with an ellipsis.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	runes, end := 0, 0
	clusters := graphemes.FromString(s)
	for clusters.Next() {
		n := len([]rune(clusters.Value()))
		if runes+n > limit-1 {
			// The rest fits only if it is the very last letter.
			if runes+n == limit && clusters.End() == len(s) {
				return s
			}
			return strings.TrimRight(s[:end], " ") + "…"
		}
		runes, end = runes+n, clusters.End()
	}
	return s
}
