package rules

import (
	"slices"
	"unicode/utf8"
)

// The rules of this file, for texts and for the terms of queries alike:
//
//   - Letters are compared in Unicode's NFKC form with case folded, decimal digits of every script by
//     their value. What a reader cannot see (zero-width spaces and joiners, soft hyphens, marks of
//     direction) is not there.
//   - A word is a run of letters, marks and numbers. Everything else separates words: spaces, signs,
//     emoji, hyphens ("cyber-crime" is the two words "cyber crime", "cybercrime" is one) and apostrophes
//     of every shape ("Kingdom's" is "kingdom" and "s", "l'internet" is "l" and "internet").
//   - Where a script writes no spaces (see running), each cluster of a letter and its signs counts as
//     a word of its own, so that a term is found inside running text but never begins or ends in the
//     middle of a cluster.
//   - How far apart words are is counted in units, see unitsOf.

// A token is one word of a text, or one cluster of running text.
type token struct {
	// word is the folded form.
	word string
	// plain is the word without its marks, where these are optional; otherwise "".
	plain string
	// others are further forms that a term may have, such as an Arabic word without its article.
	others []string
	// start and end are byte offsets in the text as it was published.
	start, end int
	// at is how many units stand before the word in its field, units how many it has.
	at, units int
	// sentence counts the sentences of the field, from 0.
	sentence int
	gap      gap
	running  bool
	// capitals is true of a word in capitals without marks, which may be short of the marks that it
	// would have in small letters.
	capitals bool
}

// A gap is what stands between a token and the one before it.
type gap uint8

const (
	none gap = iota
	space
	sign
)

// The units of distance: three clusters of the scripts of Southeast Asia count as a word, and two
// Chinese or Japanese characters do.
const (
	wordUnits    = 6
	clusterUnits = wordUnits / 3
	hanKanaUnits = wordUnits / 2
)

// unitsOf returns how many units a token counts that begins with a letter of these traits.
func unitsOf(t traits) int {
	switch {
	case !t.is(isRunning):
		return wordUnits
	case t.is(isHanKana):
		return hanKanaUnits
	}
	return clusterUnits
}

// A cutter cuts texts into words. Its buffers are used anew by the next text, so it is for one
// goroutine at a time, and a text's tokens are valid until the next.
type cutter struct {
	folder *folder
	tokens []token
	// bytes are all words, plain words and other forms, so that they share one string; cuts are where
	// they lie in it, one for each token, and formCuts the further forms of all tokens.
	bytes    []byte
	cuts     []tokenCuts
	formCuts []cut
	forms    []string

	ways   ways
	glyphs []glyph
	// title is true of a text that is one sentence.
	title bool
	state cutterState
}

// A cutterState is what the cutter remembers between words.
type cutterState struct {
	gap gap
	// spaces counts the spaces since the last word, lines the line breaks among them.
	spaces, lines int
	// ended is true if a sentence ended since the last word.
	ended bool
	// last has the traits of the last letter.
	last traits
	// units counts those of the words before, sentence the sentences.
	units, sentence int
}

// A cut is a part of the bytes.
type cut struct{ from, to int32 }

// tokenCuts are the forms of a token.
type tokenCuts struct {
	word, plain cut
	// forms is a part of the formCuts.
	forms cut
}

func newCutter() *cutter { return &cutter{folder: newFolder()} }

// tokenise cuts a text that stands in a field of an item in the given language into words, with buffers
// of its own.
func tokenise(field Field, text, language string) []token {
	return newCutter().cut(field, text, waysOf(language))
}

// cut cuts a text into words.
func (c *cutter) cut(field Field, text string, w ways) []token {
	return c.cutGlyphs(field, c.folder.fold(text, w.turkish), w)
}

// cutGlyphs cuts a folded text into words.
func (c *cutter) cutGlyphs(field Field, glyphs []glyph, w ways) []token {
	c.ways, c.title, c.glyphs = w, field == Title, spell(glyphs)
	c.tokens, c.bytes, c.cuts, c.formCuts = c.tokens[:0], c.bytes[:0], c.cuts[:0], c.formCuts[:0]
	c.state = cutterState{}
	for i := 0; i < len(c.glyphs); {
		switch t := c.glyphs[i].traits; {
		case !t.is(isLetter):
			c.separator(i)
			i++
		case t.is(isMark): // without a letter under it
			i++
		default:
			i = c.word(i)
		}
	}
	c.share()
	return c.tokens
}

// separator notes what stands between words.
func (c *cutter) separator(i int) {
	s, t := &c.state, c.glyphs[i].traits
	if !t.is(isSpace) {
		s.gap = sign
		s.ended = s.ended || t.is(endsSentence|alwaysEnds) && c.endsSentence(i)
		return
	}
	s.gap = max(s.gap, space)
	s.spaces++
	if t.is(isLineBreak) {
		s.lines++
	}
}

// word adds the word that begins at i, and returns where it ends.
func (c *cutter) word(i int) int {
	first := &c.glyphs[i]
	from := int32(len(c.bytes))
	end, letters := c.letters(i)
	last := &c.glyphs[end-1]
	t, cuts := c.next()
	t.start, t.end, t.running, t.capitals = int(first.start), int(last.end), first.traits.is(isRunning), false
	cuts.word, cuts.plain = cut{from, int32(len(c.bytes))}, cut{}
	c.place(t, first.traits)
	c.state.last = last.traits
	c.derive(t, cuts, letters)
	return end
}

// next makes room for a token. What stood there before is of an earlier text.
func (c *cutter) next() (*token, *tokenCuts) {
	n := len(c.tokens)
	if n == cap(c.tokens) || n == cap(c.cuts) {
		c.tokens, c.cuts = slices.Grow(c.tokens, n+1), slices.Grow(c.cuts, n+1)
	}
	c.tokens, c.cuts = c.tokens[:n+1], c.cuts[:n+1]
	return &c.tokens[n], &c.cuts[n]
}

// letters adds the letters of the word that begins at i, and returns where it ends and the traits of all.
func (c *cutter) letters(i int) (end int, all traits) {
	glyphs, b := c.glyphs, c.bytes
	first := glyphs[i].traits
	for end = i; end < len(glyphs); end++ {
		g := &glyphs[end]
		spaced := g.traits&(isLetter|isRunning|isMark) == isLetter && !first.is(isRunning)
		if !spaced && end > i && c.startsToken(first, end) {
			break
		}
		if g.r < utf8.RuneSelf {
			b = append(b, byte(g.r))
		} else {
			b = utf8.AppendRune(b, g.r)
		}
		all |= g.traits
	}
	c.bytes = b
	return end, all
}

// place says where in its field a word stands that begins with a letter of these traits.
func (c *cutter) place(t *token, first traits) {
	s := &c.state
	if len(c.tokens) > 1 {
		if !c.title && s.gap != none && (s.ended || s.pauses(first)) {
			s.sentence++
		}
		if s.gap == space && s.last.is(isBurmese) && first.is(isBurmese) {
			s.gap = none // Burmese puts spaces between words or not as the writer likes
		}
	}
	t.at, t.units, t.sentence, t.gap = s.units, unitsOf(first), s.sentence, s.gap
	s.units += t.units
	s.gap, s.spaces, s.lines, s.ended = none, 0, 0, false
}

// derive notes the other forms of a word with letters of these traits.
func (c *cutter) derive(t *token, cuts *tokenCuts, letters traits) {
	cuts.forms.from = int32(len(c.formCuts))
	if letters.is(isArabic | isHebrew | isUpper | hasMark) {
		switch {
		case letters.is(isArabic):
			c.withoutParticles(cuts.word)
		case letters.is(isHebrew):
			c.withoutPrefixes(cuts.word)
		case c.ways.turkish && letters.is(isUpper):
			c.dotted(cuts.word, !letters.is(isLower))
		}
		c.marks(t, cuts, letters)
	}
	cuts.forms.to = int32(len(c.formCuts))
}

// dotted adds the form that a Turkish word with a capital I has in other languages, for names such as
// "Instagram" and "FBI". In a word with small letters only the first letter can be that I.
func (c *cutter) dotted(word cut, capitals bool) {
	const dotless = 'ı'
	from := int32(len(c.bytes))
	changed := false
	for i := word.from; i < word.to; {
		r, size := utf8.DecodeRune(c.bytes[i:word.to])
		if r == dotless && (capitals || i == word.from) {
			r, changed = 'i', true
		}
		c.bytes = utf8.AppendRune(c.bytes, r)
		i += int32(size)
	}
	if !changed {
		c.bytes = c.bytes[:from]
		return
	}
	c.formCuts = append(c.formCuts, cut{from, int32(len(c.bytes))})
}

// share makes strings of all cuts.
func (c *cutter) share() {
	all := string(c.bytes)
	c.forms = c.forms[:0]
	for _, f := range c.formCuts {
		c.forms = append(c.forms, all[f.from:f.to])
	}
	for i := range c.tokens {
		t, cuts := &c.tokens[i], &c.cuts[i]
		t.word = all[cuts.word.from:cuts.word.to]
		if t.plain = ""; cuts.plain.to > 0 {
			t.plain = all[cuts.plain.from:cuts.plain.to]
		}
		if cuts.forms.from < cuts.forms.to {
			t.others = c.forms[cuts.forms.from:cuts.forms.to:cuts.forms.to]
		} else if t.others != nil {
			t.others = nil
		}
	}
}
