package rules

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Marks above and below letters are optional in Latin, Greek and Cyrillic: a term without them finds
// text with them. In Vietnamese they are letters, and so they are in every other script.
//
// In Cyrillic only the marks of stress are marks: й, ї and ў are letters of their own, and ё is е. The
// strokes of ł, ø and đ are no marks either.

// combiningMark reports the marks that are set on Latin, Greek and Cyrillic letters.
func combiningMark(r rune) bool { return 0x0300 <= r && r <= 0x036F }

// withoutMark returns a folded letter without its marks, and 0 for a mark that stands by itself.
func withoutMark(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case combiningMark(r):
		return 0
	case r == 'ѐ':
		return 'е'
	case r == 'ѝ':
		return 'и'
	case !unicode.In(r, unicode.Latin, unicode.Greek):
		return r
	}
	return base(r)
}

// plainOf does the same with the help of the table.
func plainOf(r rune) rune {
	switch info := infoOf(r); info.class {
	case runeSlow:
		return withoutMark(r)
	case runeSame:
		return r
	default:
		return info.plain
	}
}

// base returns the letter under the marks of a Latin or Greek one.
func base(r rune) rune {
	if d := norm.NFD.PropertiesString(string(r)).Decomposition(); d != nil {
		if first, size := utf8.DecodeRune(d); size < len(d) {
			r = first
		}
	}
	return r
}

// onlyVietnamese reports the letters that no other language uses: a word with one of them is
// Vietnamese whatever language its text is in.
func onlyVietnamese(r rune) bool {
	if r == 'ơ' || r == 'ư' || r == 'đ' {
		return true
	}
	if r < utf8.RuneSelf || !unicode.Is(unicode.Latin, r) {
		return false
	}
	d := norm.NFD.PropertiesString(string(r)).Decomposition()
	_, letter := utf8.DecodeRune(d)
	_, mark := utf8.DecodeRune(d[letter:])
	return len(d) > letter+mark && d != nil
}

// ways are how a language differs from what holds for its script.
type ways struct {
	// turkish is true where i with and without a dot are two letters.
	turkish bool
	// vietnamese is true where marks are letters, southSlavic where đ is no letter of Vietnamese.
	vietnamese, southSlavic bool
}

// waysOf returns the ways of a language by its BCP 47 code; an unknown one has none.
func waysOf(code string) ways {
	switch baseLanguage(code) {
	case "tr", "az":
		return ways{turkish: true}
	case "vi":
		return ways{vietnamese: true}
	case "bs", "hr", "sr":
		return ways{southSlavic: true}
	}
	return ways{}
}

// marks derives the word without its marks where they are optional, and whether it may be short of some.
func (c *cutter) marks(t *token, cuts *tokenCuts, letters traits) {
	foreign := letters.is(vietnamese) && !(c.ways.southSlavic && !c.twoMarks(cuts.word))
	if c.ways.vietnamese || foreign {
		return
	}
	if !letters.is(hasMark) {
		t.capitals = letters.is(isUpper) && !letters.is(isLower)
		return
	}
	cuts.plain.from = int32(len(c.bytes))
	for i := cuts.word.from; i < cuts.word.to; {
		r, size := utf8.DecodeRune(c.bytes[i:cuts.word.to])
		if plain := plainOf(r); plain != 0 {
			c.bytes = utf8.AppendRune(c.bytes, plain)
		}
		i += int32(size)
	}
	cuts.plain.to = int32(len(c.bytes))
}

// twoMarks reports whether a word has a letter other than đ that only Vietnamese uses.
func (c *cutter) twoMarks(word cut) bool {
	return bytes.ContainsFunc(c.bytes[word.from:word.to], func(r rune) bool { return r != 'đ' && onlyVietnamese(r) })
}

// has reports whether the token is a word of a term, or begins with it if that is a prefix: word is the
// folded form of the term's word, plain the one without marks, or "" if it has none or they must match.
func (t *token) has(word, plain string, prefix bool) bool {
	if equals(t.word, word, prefix) || t.plain != "" && equals(t.plain, word, prefix) {
		return true
	}
	if t.capitals && plain != "" && equals(t.word, plain, prefix) {
		return true
	}
	for _, other := range t.others {
		if equals(other, word, prefix) {
			return true
		}
	}
	return false
}

func equals(form, word string, prefix bool) bool {
	return form == word || prefix && strings.HasPrefix(form, word)
}
