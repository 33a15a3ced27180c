package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The peculiarities of scripts: what counts as a letter, and where clusters begin in scripts that write
// no spaces.

// A letterKind says how a character takes part in words.
type letterKind int

const (
	separator letterKind = iota
	spacedLetter
	runningLetter
)

func kindOf(r rune) letterKind {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return spacedLetter
		}
		return separator
	case isApostrophe(r), !unicode.In(r, unicode.L, unicode.M, unicode.N):
		return separator
	case running(r):
		return runningLetter
	}
	return spacedLetter
}

// isApostrophe reports the apostrophes that Unicode counts among the letters. Publishers mix them
// with the common ones, so all must act alike.
func isApostrophe(r rune) bool {
	return r == 'ʼ' || r == 'ʻ' || r == 'ʽ' || r == 'ʹ' || r == 'ꞌ'
}

// runningFrom is the first character of a script without spaces, so that most texts need no table.
const runningFrom = 0x0E00

// running reports whether r is of a script that writes no spaces between words.
func running(r rune) bool {
	return r >= runningFrom && (r == longVowel || unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer,
		unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana))
}

// longVowel is the prolonged sound mark of Hiragana and Katakana, which belongs to both.
const longVowel = 'ー'

// startsToken reports whether the glyph at i is no part of the token before it, whose first letter has
// the traits given.
func (c *cutter) startsToken(first traits, i int) bool {
	now := c.glyphs[i].traits
	switch {
	case !now.is(isLetter):
		return true
	case now.is(isMark):
		return false
	case (now ^ first).is(isRunning):
		return true
	}
	return !now.is(isDependent) && !c.glyphs[i-1].traits.is(opensNext) && !(now.is(isBurmese) && closesSyllable(c.glyphs[i:]))
}

// dependent reports the vowels that are no marks for Unicode but cannot begin a cluster: the vowels
// that Thai and Lao write after the letter, the small kana that change the sound before them.
func dependent(r rune) bool {
	return strings.ContainsRune("ะาๅະາຽゃゅょゎぁぃぅぇぉャュョヮァィゥェォー", r)
}

// opensCluster reports what holds the next letter in its cluster: the vowels that Thai and Lao write
// before the letter, and the signs by which Khmer and Burmese set one letter under another.
func opensCluster(r rune) bool {
	return strings.ContainsRune("เแโใไເແໂໃໄ\u17d2\u1039", r)
}

// closesSyllable reports whether a Burmese letter ends the syllable before it, as one that is stripped
// of its vowel (asat) or set on top of the next letter does.
func closesSyllable(glyphs []glyph) bool {
	const asat, stacker, tone = '\u103a', '\u1039', '\u1037'
	if len(glyphs) > 1 && glyphs[1].r == tone { // normal order puts the tone before the asat
		glyphs = glyphs[1:]
	}
	return len(glyphs) > 1 && (glyphs[1].r == asat || glyphs[1].r == stacker)
}

// invisible reports characters without a shape of their own: zero-width spaces and joiners, soft
// hyphens, marks of direction, selectors of variants.
func invisible(r rune) bool {
	if r < 0xAD {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector) ||
		r == '\u034f' || r == '\u17b4' || r == '\u17b5' // grapheme joiner, inherent vowels of Khmer
}
