package rules

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// arabicMark reports tatweel, which only stretches a word, and the vowel marks, which are seldom
// written.
func arabicMark(r rune) bool {
	return r == 0x0640 || r >= 0x064B && r <= 0x065F || r == 0x0670 || r >= 0x06D6 && r <= 0x06ED && unicode.IsMark(r)
}

// arabicLetter unifies the letters that Arabic, Persian and Urdu keyboards write one for the other.
func arabicLetter(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ی':
		return 'ي'
	case 'ة', 'ۀ', 'ہ', 'ۂ', 'ە':
		return 'ه'
	case 'ک', 'ڪ':
		return 'ك'
	}
	return r
}

// minAttached is how many letters must be left of an Arabic or Hebrew word without what is attached
// before it. With fewer, too many words lose a letter of their own.
const minAttached = 3

// attachedLetters are those that a particle begins with.
const attachedLetters = "اوفبلك"

// The particles that Arabic attaches before a word.
var (
	article            = []byte("ال")
	liWithArticle      = []byte("لل")
	arabicPrepositions = [][]byte{[]byte("ب"), []byte("ل"), []byte("ك")}
	arabicConjunctions = [][]byte{[]byte("و"), []byte("ف")}
)

// withoutParticles adds the forms of an Arabic word without each of the particles that are written
// together with the next word: wa- or fa-, then bi-, li- or ka-, then the article.
func (c *cutter) withoutParticles(word cut) {
	if first, _ := utf8.DecodeRune(c.bytes[word.from:word.to]); !strings.ContainsRune(attachedLetters, first) {
		return
	}
	c.withoutPreposition(word)
	for _, p := range arabicConjunctions {
		if rest, ok := c.without(word, p); ok {
			c.withoutPreposition(rest)
		}
	}
}

func (c *cutter) withoutPreposition(word cut) {
	c.withoutArticle(word)
	for _, p := range arabicPrepositions {
		if rest, ok := c.without(word, p); ok {
			c.withoutArticle(rest)
		}
	}
}

func (c *cutter) withoutArticle(word cut) {
	if _, ok := c.without(word, article); ok {
		return
	}
	if rest, ok := c.without(word, liWithArticle); ok {
		from := int32(len(c.bytes))
		c.bytes = append(c.bytes, article...)
		c.bytes = append(c.bytes, c.bytes[rest.from:rest.to]...)
		c.formCuts = append(c.formCuts, cut{from, int32(len(c.bytes))})
	}
}

// without adds the form of a word without a prefix, if it has it and enough letters are left, which have
// two bytes each.
func (c *cutter) without(word cut, prefix []byte) (rest cut, ok bool) {
	const letter = len("ا")
	rest = cut{word.from + int32(len(prefix)), word.to}
	if int(rest.to-rest.from) < minAttached*letter || !bytes.HasPrefix(c.bytes[word.from:], prefix) {
		return cut{}, false
	}
	c.formCuts = append(c.formCuts, rest)
	return rest, true
}
