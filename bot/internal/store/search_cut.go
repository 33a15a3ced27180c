package store

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How texts are cut into the words that are looked up, the same for items and for queries:
//
//   - Letters are compared in Unicode's NFKC form, without case, without the accents of Latin, Greek and
//     Cyrillic and the vowel signs of Arabic and Hebrew. Digits of every script count by their value. What a
//     reader cannot see, such as zero-width spaces, is not there.
//   - A word is a run of letters, marks and digits.
//   - Thai, Lao, Khmer, Burmese, Chinese and Japanese write no spaces between words. There every letter
//     makes a word together with the next one, and the last letter of a run one of its own: so any part of
//     a run is found as a phrase of such pairs.

// A piece is a word of a text as it is looked up, and where in the text it stands, in bytes.
type piece struct {
	word       string
	start, end int
	// middle is where the first letter of a pair ends, and otherwise the end.
	middle int
	// running is true of a pair of letters of a script without spaces, and of the last letter of a run.
	running bool
	// last is true of the last letter of a run.
	last bool
}

// A glyph is a letter, folded, and where in the text it stands.
type glyph struct {
	r          rune
	start, end int
}

// A wordKind says how a character takes part in words.
type wordKind int

const (
	noWord wordKind = iota
	spacedWord
	runningWord
)

// cut cuts a text into its pieces, in the order of the text.
func cut(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		c := cutter{yield: yield}
		for g := range fold(text) {
			if !c.add(g) {
				return
			}
		}
		c.flush()
	}
}

// A cutter gathers the letters of a run and passes on its pieces.
type cutter struct {
	yield func(piece) bool
	kind  wordKind
	run   []glyph
	// gap is true of a single space after a Burmese letter, which writers put in or not as they like.
	gap bool
}

// add adds a letter. It reports false if no more pieces are wanted.
func (c *cutter) add(g glyph) bool {
	kind := wordKindOf(g.r)
	if kind == noWord {
		if g.r == ' ' && !c.gap && c.kind == runningWord && burmese(c.run[len(c.run)-1].r) {
			c.gap = true
			return true
		}
		return c.flush()
	}
	if kind != c.kind || c.gap && !burmese(g.r) {
		// A mark goes with the letters before it, whatever their script.
		if !(unicode.Is(unicode.M, g.r) && c.kind != noWord && !c.gap) {
			if !c.flush() {
				return false
			}
			c.kind = kind
		}
	}
	c.gap = false
	c.run = append(c.run, g)
	return true
}

// flush passes on the pieces of the run and begins a new one.
func (c *cutter) flush() bool {
	run, kind := c.run, c.kind
	c.run, c.kind, c.gap = c.run[:0], noWord, false
	if kind == spacedWord {
		end := run[len(run)-1].end
		return c.yield(piece{word: stem(wordOf(run)), start: run[0].start, middle: end, end: end})
	}
	for i, g := range run {
		p := piece{start: g.start, middle: g.end, end: g.end, running: true, last: i == len(run)-1}
		if p.last {
			p.word = string(g.r)
		} else {
			p.word, p.end = string([]rune{g.r, run[i+1].r}), run[i+1].end
		}
		if !c.yield(p) {
			return false
		}
	}
	return true
}

func wordOf(run []glyph) string {
	var b strings.Builder
	for _, g := range run[:min(len(run), longestWord)] {
		b.WriteRune(g.r)
	}
	return b.String()
}

// longestWord bounds a word, in letters: longer ones are addresses and noise, and are found by their beginning.
const longestWord = 64

// stem takes the article off an Arabic word, with the particles that are written onto it.
func stem(word string) string {
	if r, _ := utf8.DecodeRuneInString(word); !unicode.Is(unicode.Arabic, r) {
		return word
	}
	for _, article := range []string{"وال", "بال", "كال", "فال", "لل", "ال"} {
		if rest, ok := strings.CutPrefix(word, article); ok && utf8.RuneCountInString(rest) >= shortestStem {
			return rest
		}
	}
	return word
}

// shortestStem is how many letters an Arabic word keeps: its root has three.
const shortestStem = 3

// wordKindOf says what a folded character is.
func wordKindOf(r rune) wordKind {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return spacedWord
		}
		return noWord
	case !unicode.In(r, unicode.L, unicode.M, unicode.N):
		return noWord
	case r >= firstRunning && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han,
		unicode.Hiragana, unicode.Katakana), r == longVowel:
		return runningWord
	}
	return spacedWord
}

// firstRunning is the first character of a script without spaces, so that most texts need no table.
const firstRunning = 0x0E00

// longVowel is the prolonged sound mark of Hiragana and Katakana, which Unicode gives to both.
const longVowel = 'ー'

func burmese(r rune) bool { return unicode.Is(unicode.Myanmar, r) }

// fold yields the characters of a text as they are compared.
func fold(text string) iter.Seq[glyph] {
	return func(yield func(glyph) bool) {
		var before rune
		for at := 0; at < len(text); {
			if c := text[at]; c < utf8.RuneSelf && (at+1 == len(text) || text[at+1] < utf8.RuneSelf) {
				if !yield(glyph{lowerASCII(c), at, at + 1}) {
					return
				}
				at++
				continue
			}
			size := norm.NFKC.NextBoundaryInString(text[at:], true)
			if size <= 0 {
				size = 1
			}
			for _, r := range norm.NFKC.String(text[at : at+size]) {
				if r = foldRune(r); r < 0 {
					continue
				}
				if r == khmerDa && before == khmerBelow { // the two look alike there, and typists choose at will
					r = khmerTa
				}
				before = r
				if !yield(glyph{r, at, at + size}) {
					return
				}
			}
			at += size
		}
	}
}

// The sign that sets a Khmer letter below another, and two letters that look alike there.
const khmerBelow, khmerDa, khmerTa = '\u17d2', '\u178a', '\u178f'

func lowerASCII(c byte) rune {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return rune(c)
}

// foldRune returns a character as it is compared, or -1 if it does not count.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return lowerASCII(byte(r))
	case invisible(r):
		return -1
	case unicode.Is(unicode.Nd, r):
		return '0' + digit(r)
	}
	r = unicode.ToLower(r)
	if same, ok := sameLetters[r]; ok {
		return same
	}
	if r < 0x590 || 0x1E00 <= r && r < 0x2000 {
		var buffer [utf8.UTFMax]byte
		n := utf8.EncodeRune(buffer[:], r)
		if parts := norm.NFD.Properties(buffer[:n]).Decomposition(); parts != nil {
			r, _ = utf8.DecodeRune(parts)
		}
	}
	return r
}

// invisible reports what is left out: formatting characters without a shape, and the signs that writers of
// a script may leave out as they like.
func invisible(r rune) bool {
	switch {
	case 0x300 <= r && r <= 0x36f, // accents
		0x591 <= r && r <= 0x5c7,                     // Hebrew points
		0x64b <= r && r <= 0x65f, r == 'ٰ', r == 'ـ', // Arabic vowel signs, and the stroke that lengthens a word
		r == 0x17b4, r == 0x17b5: // inherent vowels of Khmer
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// sameLetters are letters that writers exchange, or type for one another.
var sameLetters = map[rune]rune{
	'đ': 'd', 'ð': 'd', 'ø': 'o', 'ł': 'l', 'ı': 'i', 'ς': 'σ', 'ґ': 'г', 'æ': 'ä',
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ک': 'ك', 'ة': 'ه', 'ۀ': 'ه', 'ہ': 'ه', 'ھ': 'ه',
}

// digit is the value of a decimal digit: Unicode puts the ten of a script in a row, 0 first.
func digit(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if first := rune(row.Lo); first <= r && r <= rune(row.Hi) {
			return (r - first) % 10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if first := rune(row.Lo); first <= r && r <= rune(row.Hi) {
			return (r - first) % 10
		}
	}
	return 0
}
