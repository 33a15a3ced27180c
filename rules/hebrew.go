package rules

import "unicode/utf8"

// hebrewPoint reports the points and signs of chant of Hebrew, which are seldom written.
func hebrewPoint(r rune) bool {
	return 0x0591 <= r && r <= 0x05BD || r == 0x05BF || r == 0x05C1 || r == 0x05C2 || r == 0x05C4 || r == 0x05C5 || r == 0x05C7
}

// isHebrewPrefix reports the letters that Hebrew attaches before a word: and, the, in, to, as, from, that.
func isHebrewPrefix(r rune) bool {
	switch r {
	case 'ו', 'ה', 'ב', 'ל', 'כ', 'מ', 'ש':
		return true
	}
	return false
}

// maxHebrewPrefixes is how many of them are taken off at most.
const maxHebrewPrefixes = 2

// withoutPrefixes adds the forms of a Hebrew word without one and two of its prefixes.
func (c *cutter) withoutPrefixes(word cut) {
	for range maxHebrewPrefixes {
		r, size := utf8.DecodeRune(c.bytes[word.from:word.to])
		if !isHebrewPrefix(r) {
			return
		}
		rest, ok := c.without(word, c.bytes[word.from:word.from+int32(size)])
		if !ok {
			return
		}
		word = rest
	}
}
