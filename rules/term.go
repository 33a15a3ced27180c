package rules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// minPrefix is how many letters must stand before a star. Fewer begin too many words.
const minPrefix = 3

// term reads a term, which is looked for in the fields that the parser is in.
func (p *parser) term(l lexeme) node {
	id := p.vocabulary.lexicon.term(p.terms.read(p.query, l), "")
	return &termNode{p.since(l.at), writtenAs(l), id, p.fields}
}

// writtenAs is the term that a lexeme holds, without quotes.
func writtenAs(l lexeme) string {
	written := strings.Join(strings.Fields(l.text), " ")
	if l.exact {
		return "=" + written
	}
	return written
}

// A termReader reads terms, one after the other.
type termReader struct {
	cutter *cutter
	// ways are those of the language that the terms are written in, if it is known.
	ways   ways
	errors *queryErrors
	// words are those of the term read last.
	words []termWord
}

// read returns the words of the term that a lexeme of a text holds. They are valid until the next term.
func (r *termReader) read(text string, l lexeme) []termWord {
	r.words = r.words[:0]
	at, errorsBefore := l.textAt, len(*r.errors)
	for piece := range strings.FieldsSeq(l.text) {
		at += strings.Index(text[at:], piece)
		if l.exact {
			r.exactPiece(piece, at)
		} else {
			r.piece(piece, at)
		}
		at += len(piece)
	}
	if len(r.words) == 0 && len(*r.errors) == errorsBefore {
		r.errors.add(l.at, "", "no letter or digit in the term %q", l.text)
	}
	return r.words
}

// exactPiece adds the words of a piece of an exact term between spaces.
func (r *termReader) exactPiece(piece string, at int) {
	if i := strings.IndexByte(piece, '*'); i >= 0 {
		r.errors.add(at+i, "leave out the star or the equals sign", "a star cannot stand in an exact term")
		return
	}
	for i, t := range r.cut(piece) {
		r.words = append(r.words, termWord{word: t.word, exact: exactly(piece[t.start:t.end]), glued: i > 0 && t.gap == none})
	}
}

// piece adds the words of a piece of a term between spaces.
func (r *termReader) piece(piece string, at int) {
	body, star := strings.CutSuffix(piece, "*")
	if i := strings.IndexByte(body, '*'); i >= 0 {
		r.errors.add(at+i, "", "a star may stand only at the end of a word")
		return
	}
	from := len(r.words)
	for i, t := range r.cut(body) {
		r.words = append(r.words, termWord{word: t.word, plain: t.plain, glued: i > 0 && t.gap == none})
		if star && t.running && t.end == len(body) {
			r.errors.add(at+len(body), "leave the star out", "in a script without spaces every term matches inside running text")
			return
		}
	}
	if star {
		r.star(r.words[from:], body, at+len(body))
	}
}

// cut cuts a piece into words as a title is cut.
func (r *termReader) cut(piece string) []token { return r.cutter.cut(Title, piece, r.ways) }

// star makes a prefix of the last word.
func (r *termReader) star(words []termWord, body string, at int) {
	if last, _ := utf8.DecodeLastRuneInString(body); len(words) == 0 || kindOf(unicode.ToLower(last)) == separator {
		hint := ""
		if len(words) > 0 {
			hint = "leave the star out: a word ends at a sign, so what follows may be anything"
		}
		r.errors.add(at, hint, "no word before the star")
		return
	}
	prefix := &words[len(words)-1]
	if letters(prefix.word) < minPrefix {
		r.errors.add(at, fmt.Sprintf("at least %d", minPrefix), "too few letters before the star")
	}
	prefix.prefix = true
}

// syllabic are the scripts whose letters are whole syllables: two letters of them are a word.
var syllabic = []*unicode.RangeTable{
	unicode.Hangul, unicode.Ethiopic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
}

// syllabicFrom is the first character of them, so that most words need no table.
const syllabicFrom = 0x0900

// letters counts the letters of a folded word. Marks on Latin, Greek and Cyrillic are none, a letter that
// is a syllable is two.
func letters(word string) int {
	n := 0
	for _, r := range word {
		switch {
		case combiningMark(r):
		case r >= syllabicFrom && unicode.IsLetter(r) && unicode.In(r, syllabic...):
			n += 2
		default:
			n++
		}
	}
	return n
}
