package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The peculiarities of scripts: what counts as a letter, where clusters begin in scripts that write
// no spaces, and what Arabic attaches to its words.

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

// startsToken reports whether the glyph at i begins a token, after a glyph without a gap. inRunning
// says whether the token before is running text.
func startsToken(inRunning bool, glyphs []glyph, i int) bool {
	r := glyphs[i].r
	now := kindOf(r) == runningLetter
	switch {
	case unicode.IsMark(r):
		return false
	case now != inRunning:
		return true
	case !now:
		return false
	}
	before := glyphs[i-1].r
	return !dependent(r) && !opensCluster(before) && !closesSyllable(glyphs[i:])
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

// spacesOptional reports whether the glyph at i and the letter before the gap are both Burmese, which
// puts spaces between words or not as the writer likes.
func spacesOptional(glyphs []glyph, i int) bool {
	if !unicode.Is(unicode.Myanmar, glyphs[i].r) {
		return false
	}
	for i--; i > 0 && kindOf(glyphs[i].r) == separator; i-- {
	}
	return unicode.Is(unicode.Myanmar, glyphs[i].r)
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

// foldLetter unifies what readers take for the same letter, after case folding, and reports whether
// the letter is to be kept at all.
func foldLetter(r rune) (folded rune, keep bool) {
	switch {
	case r < 0x0600: // below are no scripts with variants
		return r, true
	case arabicMark(r):
		return 0, false
	case unicode.Is(unicode.Nd, r):
		return digit(r), true
	}
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا', true
	case 'ى', 'ی':
		return 'ي', true
	case 'ة':
		return 'ه', true
	case 'ک':
		return 'ك', true
	}
	return r, true
}

// arabicMark reports tatweel, which only stretches a word, and the vowel marks, which are seldom
// written.
func arabicMark(r rune) bool {
	return r == 0x0640 || r >= 0x064B && r <= 0x065F || r == 0x0670 || r >= 0x06D6 && r <= 0x06ED && unicode.IsMark(r)
}

// digit returns the ASCII digit of the same value. Unicode keeps the digits of a script together and
// in order, so the value is the distance from the start of its range.
func digit(r rune) rune {
	for _, set := range unicode.Nd.R16 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	for _, set := range unicode.Nd.R32 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	return r
}

// minArabicWord is how many letters must be left of an Arabic word without its particle. With fewer,
// too many words lose a letter of their own.
const minArabicWord = 3

// withoutParticles returns an Arabic word without each of the particles that are written together with
// the next word: wa- or fa-, then bi-, li- or ka-, then the article. Other words give nil.
func withoutParticles(word string) []string {
	if first, _ := utf8.DecodeRuneInString(word); !unicode.Is(unicode.Arabic, first) {
		return nil
	}
	var forms []string
	add := func(form string) bool {
		long := utf8.RuneCountInString(form) >= minArabicWord
		if long {
			forms = append(forms, form)
		}
		return long
	}
	withoutArticle := func(w string) {
		if rest, ok := strings.CutPrefix(w, "ال"); ok {
			add(rest)
		} else if rest, ok := strings.CutPrefix(w, "لل"); ok && add(rest) { // li- and the article
			add("ال" + rest)
		}
	}
	withoutPreposition := func(w string) {
		withoutArticle(w)
		if rest, ok := cutAny(w, "ب", "ل", "ك"); ok && add(rest) {
			withoutArticle(rest)
		}
	}
	withoutPreposition(word)
	if rest, ok := cutAny(word, "و", "ف"); ok && add(rest) {
		withoutPreposition(rest)
	}
	return forms
}

func cutAny(word string, prefixes ...string) (rest string, found bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(word, p); ok {
			return rest, true
		}
	}
	return word, false
}
