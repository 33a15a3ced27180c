package alert

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Two texts tell one event if they share words that chance would not give them both: names, numbers,
// rare words. A text is cut into terms: words where the script writes spaces, pairs of letters where it
// does not. A term is a hash, so that stories cost little memory and a stored one says nothing.

const (
	// textMax is how many bytes of headline and summary are read, each. Summaries are at most 500
	// letters; the rest is room for scripts of three bytes a letter.
	textMax = 1500

	// stemLetters is where words are cut, so that endings do not hide that two are one: "arrests" and
	// "arrested". Cutting at a fixed length does nearly as well as a stemmer, and needs to know no
	// language (McNamee and Mayfield 2004 for European ones, Can et al. 2008 for Turkish).
	stemLetters = 6

	// shortLetters is the length up to which words are mostly like "from", "pour" and "если" in alphabets
	// with capital letters, which tell names apart, and shortOther in others.
	shortLetters = 4
	shortOther   = 3
)

// A term is a hash of a word, with its class in the three lowest bits, and inTitle in the next.
type term uint32

// A class says how much a word tells of an event, by its looks.
type class uint32

const (
	// common words are those by which a rule matched, which many stories have, short ones and years.
	common class = iota
	// pair is two letters of a script without spaces.
	pair
	// plain words are all others.
	plain
	// role is who somebody is, in any language.
	role
	// number is a number but a year, in digits or in words, and name a word with a capital letter within a
	// sentence or in capital letters: what stays the same in another language.
	number
	// famed is a name by which a rule matched, such as that of a platform.
	famed
	name
)

const classMask = 7

func newTerm(hash uint32, c class) term { return term(hash&^(classMask|uint32(inTitle)) | uint32(c)) }

func (t term) class() class { return class(t & classMask) }

// number is what two terms have in common that are the same word, of whatever class.
func (t term) number() uint32 { return uint32(t) &^ (classMask | uint32(inTitle)) }

// inTitle is set in a term that stands in the headline.
const inTitle term = 8

func compareTerms(a, b term) int { return cmp.Compare(a.number(), b.number()) }

// A word is a term and the text it was cut from.
type word struct {
	term
	text string
	// follows is true if nothing but a space stands between it and the word before.
	follows bool
}

// cutWords yields the terms of a text, and what they were cut from.
func cutWords(text string, yield func(word)) {
	c := cutter{text: plainText(text), yield: yield, opens: true}
	c.capitals = !titleCase(c.text)
	for i, r := range c.text {
		c.step(i, r)
	}
	c.endRun(len(c.text))
	c.end(len(c.text))
}

// plainText is the beginning of a text, without what publishers write differently: accents and vowel
// points, the forms of letters, invisible characters.
func plainText(text string) string {
	if len(text) > textMax {
		end := textMax
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	if isASCII(text) {
		return text
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r < 0x00AD:
			return r
		case 0x0300 <= r && r <= 0x036F, 0x0591 <= r && r <= 0x05C7, 0x064B <= r && r <= 0x065F,
			r == 0x0640, r == 0x0670, unicode.Is(unicode.Cf, r):
			return -1
		}
		if plain, ok := plainLetters[r]; ok {
			return plain
		}
		return r
	}, norm.NFKD.String(text)))
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainLetters are letters that Unicode does not take apart and foreign outlets write without the stroke.
var plainLetters = map[rune]rune{
	'đ': 'd', 'Đ': 'D', 'ı': 'i', 'ł': 'l', 'Ł': 'L', 'ø': 'o', 'Ø': 'O', 'ς': 'σ', 'ی': 'ي', 'ک': 'ك', 'ى': 'ي',
}

// titleCase reports whether a text writes most words with a capital letter, so that one says nothing.
func titleCase(text string) bool {
	long, capital := 0, 0
	for w := range strings.FieldsSeq(text) {
		if utf8.RuneCountInString(w) <= shortOther {
			continue
		}
		long++
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) {
			capital++
		}
	}
	return capital >= 4 && capital*4 > long*3
}

// A cutter walks through a text and yields its terms.
type cutter struct {
	text  string
	yield func(word)
	// ended is where the word before ended.
	ended int
	// capitals is true if a capital letter marks a name.
	capitals bool
	// opens is true if the word begins a sentence or a quotation, where all have a capital letter.
	opens bool

	// start is where the word begins, letters how many it has so far; 0 outside of words.
	start, letters int
	hash           uint32
	upper, digits  int
	// capital is true if the first letter is one, century if the first digits are 19 or 20.
	capital, century bool
	// In scripts without spaces, before and now are the hashes of the last two letters with their marks,
	// or 0, and beforeAt and nowAt where they begin. stacked is true if the next letter joins the last.
	before, now     uint32
	beforeAt, nowAt int
	stacked         bool
}

func (c *cutter) step(i int, r rune) {
	switch {
	case isRunning(r):
		c.end(i)
		c.runningLetter(i, r)
	case inWord(r):
		c.endRun(i)
		c.letter(i, r)
	case c.digits > 0 && c.digits == c.letters && (r == ',' || r == '.') && digitAt(c.text, i+1):
		// 7,500 and 7.500 are one number
	default:
		c.endRun(i)
		c.end(i)
		c.opens = c.opens || opensSentence(r)
	}
}

// inWord reports whether r is of a word.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// opensSentence reports whether a sentence, a title or a quotation may begin after r.
func opensSentence(r rune) bool {
	switch r {
	case '.', '!', '?', ':', ';', '"', '“', '”', '«', '»', '„', '‘', '…', '|', '–', '—', '-':
		return true
	}
	return false
}

// runningLetter takes a letter or a mark of a script without spaces.
func (c *cutter) runningLetter(i int, r rune) {
	if c.now != 0 && (c.stacked || unicode.Is(unicode.M, r)) {
		c.now = hashRune(c.now, r)
	} else {
		c.yieldPair(i)
		c.before, c.beforeAt = c.now, c.nowAt
		c.now, c.nowAt = hashRune(hashStart, r), i
	}
	c.stacked = r == '\u17d2' || r == '\u1039' // the signs of Khmer and Burmese that set a letter below
}

// yieldPair yields the last two letters, if there are two, which end before i.
func (c *cutter) yieldPair(i int) {
	if c.before != 0 {
		c.yield(word{term: newTerm(mix32(c.before*31+c.now), pair), text: c.text[c.beforeAt:i]})
	}
}

// endRun ends a passage in a script without spaces.
func (c *cutter) endRun(i int) {
	c.yieldPair(i)
	c.before, c.now, c.stacked = 0, 0, false
}

func digitAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsDigit(r)
}

// letter takes a letter or a digit into the word.
func (c *cutter) letter(i int, r rune) {
	if c.letters == 0 {
		c.start, c.hash, c.capital = i, hashStart, unicode.IsUpper(r)
	}
	if unicode.IsUpper(r) {
		c.upper++
	}
	if d := digit(r); d >= 0 {
		r = '0' + rune(d)
		c.digits++
	}
	if c.letters < stemLetters || c.digits == c.letters+1 {
		c.hash = hashRune(c.hash, unicode.ToLower(r))
	}
	c.letters++
	if c.letters == 2 {
		two := hashRune(hashRune(hashStart, '2'), '0')
		one := hashRune(hashRune(hashStart, '1'), '9')
		c.century = c.hash == two || c.hash == one
	}
}

// digit is the value of a decimal digit of any script, or -1. Unicode has each script's ten in a row,
// and no two rows touch.
func digit(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0')
	case r < utf8.RuneSelf, !unicode.IsDigit(r):
		return -1
	}
	d := 0
	for d < 9 && unicode.IsDigit(r-1) {
		r--
		d++
	}
	return d
}

// end yields the word that ends before i, if there is one.
func (c *cutter) end(i int) {
	if c.letters > 0 {
		if kind := c.class(); c.letters > 1 || c.digits == 1 {
			follows := c.ended > 0 && c.text[c.ended:c.start] == " "
			c.yield(word{newTerm(mix32(c.hash), kind), c.text[c.start:i], follows})
		}
		c.ended = i
		c.letters, c.upper, c.digits, c.opens = 0, 0, 0, false
	}
}

// class judges the word by its looks.
func (c *cutter) class() class {
	first, _ := utf8.DecodeRuneInString(c.text[c.start:])
	switch {
	case c.digits == c.letters:
		if c.letters == 4 && c.century {
			return common
		}
		return number
	case c.digits > 0, c.capitals && c.upper > 1 && c.upper == c.letters, c.capitals && c.capital && !c.opens:
		return name
	case c.letters <= shortOther && first < 0x0900, c.letters <= shortLetters && (unicode.IsLower(first) || unicode.IsUpper(first)):
		return common
	}
	return plain
}

// isRunning reports whether r is of a script that writes no spaces between words.
func isRunning(r rune) bool {
	return r >= 0x0E00 && !unicode.IsDigit(r) && (r == 'ー' || unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
		unicode.Han, unicode.Hiragana, unicode.Katakana))
}

// hashStart and hashRune are FNV-1a over runes.
const hashStart = uint32(2166136261)

func hashRune(h uint32, r rune) uint32 { return (h ^ uint32(r)) * 16777619 }

func mix32(h uint32) uint32 { return uint32(mix(uint64(h))) }
