package rules

// Sentences, for NEAR/s. One ends at . ! ? … and their sisters in other scripts before white space or
// the end of the text, at the full stops of scripts that set no space after them everywhere, and at an
// empty line. Thai and Lao, which write no full stop, end one by two spaces or a new line.

// maxAbbreviation is how many letters a word with a capital has at most for the full stop after it to
// be that of an abbreviation: "J. Doe", "Dr. Doe", "U.S. courts".
const maxAbbreviation = 2

// endsSentence reports whether the sign at i, which may end a sentence, does.
func (c *cutter) endsSentence(i int) bool {
	t := c.glyphs[i].traits
	if t.is(alwaysEnds) {
		return true
	}
	next := i + 1
	for next < len(c.glyphs) && c.glyphs[next].traits.is(isCloser) {
		next++
	}
	if next == len(c.glyphs) {
		return true
	}
	if !c.glyphs[next].traits.is(isSpace) {
		return false
	}
	return c.glyphs[i].r != '.' || !c.goesOn(next) && !c.abbreviates(i)
}

// goesOn reports whether the first letter from i on is a small one.
func (c *cutter) goesOn(i int) bool {
	for ; i < len(c.glyphs); i++ {
		if t := c.glyphs[i].traits; t.is(isLetter) {
			return t.is(isLower)
		}
	}
	return false
}

// abbreviates reports whether the full stop at i stands after a single letter, or after two of which
// the first is a capital.
func (c *cutter) abbreviates(i int) bool {
	letters := 0
	for i--; i >= 0 && c.glyphs[i].traits.is(isLetter); i-- {
		if letters++; letters > maxAbbreviation || !c.glyphs[i].traits.is(isUpper|isLower) {
			return false
		}
	}
	return letters == 1 || letters == maxAbbreviation && c.glyphs[i+1].traits.is(isUpper)
}

// pauses reports whether the white space before a letter ends a sentence by itself.
func (s *cutterState) pauses(next traits) bool {
	if s.spaces < 2 && s.lines == 0 {
		return false
	}
	return s.lines > 1 || s.last.is(isThaiLao) || next.is(isThaiLao)
}
