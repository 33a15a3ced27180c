package rules

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The rules of this file, for texts and for the terms of queries alike:
//
//   - Letters are compared in Unicode's NFKC form with case folded, decimal digits of every script by
//     their value. What a reader cannot see (zero-width spaces and joiners, soft hyphens, marks of
//     direction) is not there.
//   - A word is a run of letters, marks and numbers. Everything else separates words: spaces, signs,
//     hyphens ("cyber-crime" is the two words "cyber crime", "cybercrime" is one) and apostrophes of
//     every shape ("Kingdom's" is "kingdom" and "s", "l'internet" is "l" and "internet").
//   - Where a script writes no spaces (see running), each cluster of a letter and its signs counts as
//     a word of its own, so that a term is found inside running text but never begins or ends in the
//     middle of a cluster.

// A token is one word of a text, or one cluster of running text.
type token struct {
	// word is the folded form.
	word string
	// others are further forms that a term may have, such as an Arabic word without its article.
	others []string
	// start and end are byte offsets in the text as it was published.
	start, end int
	gap        gap
	running    bool
}

// A gap is what stands between a token and the one before it.
type gap int

const (
	none gap = iota
	space
	sign
)

// A glyph is a folded character and the bytes that it came from.
type glyph struct {
	r          rune
	start, end int
}

// tokens cuts a text into words.
func tokens(text string) []token {
	glyphs := fold(text)
	found := make([]token, 0, len(glyphs)/4) // words are seldom shorter
	words := make([]byte, 0, len(text))      // all folded words, so that they share one string
	ends := make([]int, 0, cap(found))       // the end of each word in it
	between := none
	for i, g := range glyphs {
		kind := kindOf(g.r)
		if kind == separator {
			between = max(between, gapOf(g.r))
			continue
		}
		last := len(found) - 1
		if last < 0 || between != none || startsToken(found[last].running, glyphs, i) {
			if between == space && last >= 0 && spacesOptional(glyphs, i) {
				between = none
			}
			found = append(found, token{start: g.start, gap: between, running: kind == runningLetter})
			ends = append(ends, 0)
			last++
		}
		between = none
		words = utf8.AppendRune(words, g.r)
		found[last].end, ends[last] = g.end, len(words)
	}
	all, start := string(words), 0
	for i := range found {
		found[i].word = all[start:ends[i]]
		found[i].others = withoutParticles(found[i].word)
		start = ends[i]
	}
	return found
}

// gapOf returns the gap that a separator makes.
func gapOf(r rune) gap {
	if unicode.IsSpace(r) {
		return space
	}
	return sign
}

// fold returns the characters of text in the form that is compared.
func fold(text string) []glyph {
	seen, offsets := visible(text)
	f := folder{glyphs: make([]glyph, 0, len(seen)), caser: cases.Fold()}
	for start, end := 0, 0; start < len(seen); start = end {
		end = start + segmentLen(seen[start:])
		from, to := start, end
		if offsets != nil {
			from, to = offsets[start], offsets[end-1]+1
		}
		f.add(seen[start:end], from, to)
	}
	return f.glyphs
}

// segmentLen returns how many bytes at the start of a text are a character with its marks, so that they
// may change together when they are normalised.
func segmentLen(text string) int {
	if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
		return 1
	}
	return norm.NFKC.NextBoundaryInString(text, true)
}

// visible leaves out what a reader cannot see, and puts a space for each byte that is not UTF-8. The
// offsets tell of each byte where it stood; they are nil if nothing was changed.
func visible(text string) (string, []int) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r == utf8.RuneError || invisible(r) }) {
		return text, nil
	}
	seen := make([]byte, 0, len(text))
	offsets := make([]int, 0, len(text))
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			seen, offsets = append(seen, ' '), append(offsets, i)
		case !invisible(r):
			seen = append(seen, text[i:i+size]...)
			for n := range size {
				offsets = append(offsets, i+n)
			}
		}
	}
	return string(seen), offsets
}

// A folder collects folded characters.
type folder struct {
	glyphs []glyph
	caser  cases.Caser
	folded [foldedSize]byte
	normal []byte
}

// foldedSize holds any segment after case folding: the norm package ends a segment after 30 marks, NFKC
// makes at most 18 characters of one, which take 4 bytes each, and folding makes at most three of one.
const foldedSize = (30 + 18) * 4 * 3

// add folds a segment, which stood at start to end.
func (f *folder) add(segment string, start, end int) {
	if len(segment) == 1 {
		f.glyphs = append(f.glyphs, glyph{unicode.ToLower(rune(segment[0])), start, end})
		return
	}
	f.normal = norm.NFKC.AppendString(f.normal[:0], segment)
	if bytes.ContainsFunc(f.normal, mayFold) {
		if n, _, err := f.caser.Transform(f.folded[:], f.normal, true); err == nil {
			f.normal = norm.NFKC.Append(f.normal[:0], f.folded[:n]...) // folding takes some letters apart
		}
	}
	for i, size := 0, 0; i < len(f.normal); i += size {
		var r rune
		r, size = utf8.DecodeRune(f.normal[i:])
		if r, keep := foldLetter(r); keep {
			f.glyphs = append(f.glyphs, glyph{r, start, end})
		}
	}
}

// mayFold reports whether case folding can change a character; letters of scripts without capitals
// are in the category Lo.
func mayFold(r rune) bool {
	return r == combiningYpogegrammeni || unicode.IsLetter(r) && !unicode.Is(unicode.Lo, r)
}

// combiningYpogegrammeni is the only mark with a case.
const combiningYpogegrammeni = '\u0345'
