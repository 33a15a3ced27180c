package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A runeClass says how the fast path of folding may take a character.
type runeClass uint8

const (
	// runeSlow is left to the Unicode libraries.
	runeSlow runeClass = iota
	// runeStarter begins a segment; alone, or with marks that do not compose with it, the table has
	// its folded form.
	runeStarter
	// runeMark goes on with a segment and stays as it is, or falls away.
	runeMark
	// runeSame begins a segment and stays as it is.
	runeSame
	// runeInvisible is not there.
	runeInvisible
)

// A runeInfo is what the table knows of a character.
type runeInfo struct {
	// fold is the folded form, or 0 if it falls away; second is a second character of it, or 0.
	fold, second rune
	// plain is the character without its marks, see withoutMark.
	plain                rune
	traits, secondTraits traits
	class                runeClass
	ccc                  uint8
	// boundary is true if it begins a segment, inert if nothing composes with it.
	boundary, inert bool
	// composes is true if it may compose with what stands before.
	composes bool
}

// asciiRunes and runePages are the table: the scripts of most news. Han and Hangul, which are long and
// all alike, need none.
var (
	asciiRunes = buildASCII()
	runePages  = buildPages()
	hanInfo    = runeInfo{class: runeSame, traits: traitsOf('中', '中')}
	hangulInfo = runeInfo{class: runeSame, traits: traitsOf('한', '한')}
	slowInfo   = runeInfo{}
)

// A runePage is the table of 128 characters.
type runePage [128]runeInfo

// tabledPages are the ranges in the table, first and last character of each: Latin to Arabic, the
// scripts of India, Thai and Lao, Burmese, Khmer, more Latin and Greek, punctuation, kana.
var tabledPages = [][2]rune{
	{0x0080, 0x06FF}, {0x0900, 0x0D7F}, {0x0E00, 0x0EFF}, {0x1000, 0x107F}, {0x1780, 0x17FF},
	{0x1E00, 0x1FFF}, {0x2000, 0x207F}, {0x3000, 0x30FF},
}

func buildASCII() (table [utf8.RuneSelf]runeInfo) {
	f := newFolder()
	for r := range rune(utf8.RuneSelf) {
		table[r] = buildInfo(f, r)
	}
	return table
}

func buildPages() (pages [0x3100 / len(runePage{})]*runePage) {
	f := newFolder()
	for _, p := range tabledPages {
		for r := p[0]; r <= p[1]; r++ {
			page := &pages[int(r)/len(runePage{})]
			if *page == nil {
				*page = new(runePage)
			}
			(*page)[int(r)%len(runePage{})] = buildInfo(f, r)
		}
	}
	return pages
}

// buildInfo asks the Unicode libraries about a character.
func buildInfo(f *folder, r rune) runeInfo {
	if invisible(r) {
		return runeInfo{class: runeInvisible}
	}
	text := string(r)
	p := norm.NFKC.PropertiesString(text)
	info := runeInfo{
		ccc: p.CCC(), boundary: p.BoundaryBefore(), inert: p.BoundaryAfter(),
		plain:    withoutMark(r),
		composes: norm.NFKC.QuickSpanString("x"+text) != len(text)+1,
	}
	glyphs := f.foldSlowly(text, false)
	if len(glyphs) > 0 {
		info.fold, info.traits = glyphs[0].r, glyphs[0].traits
	}
	switch unchanged := info.fold == r || len(glyphs) == 0; {
	case r == saraAm || r == laoAm:
		info.class, info.second, info.secondTraits = runeStarter, glyphs[1].r, glyphs[1].traits
	case len(glyphs) > 1:
	case info.boundary:
		info.class = runeStarter
	case unchanged && norm.NFC.IsNormalString(text):
		info.class = runeMark
	}
	return info
}

// saraAm and laoAm are vowels that normalising takes apart, too frequent for the slow path.
const saraAm, laoAm = '\u0e33', '\u0eb3'

// infoOf looks a character up.
func infoOf(r rune) *runeInfo {
	switch {
	case r < utf8.RuneSelf:
		return &asciiRunes[r]
	case r < 0x3100:
		if page := runePages[int(r)/len(runePage{})]; page != nil {
			return &page[int(r)%len(runePage{})]
		}
	case 0x4E00 <= r && r <= 0x9FFF:
		return &hanInfo
	case 0xAC00 <= r && r <= 0xD7A3:
		return &hangulInfo
	}
	return &slowInfo
}

// traits are what cutting text into words needs to know of a folded character.
type traits uint32

const (
	// isLetter is a letter, mark or number; isRunning one of a script without spaces.
	isLetter traits = 1 << iota
	isRunning
	isMark
	isSpace
	isLineBreak
	isSign // any other that is in no word
	// isUpper and isLower are about the text as it was published.
	isUpper
	isLower
	// hasMark is a letter that is another without its marks; vietnamese is one that only Vietnamese uses.
	hasMark
	vietnamese
	// isDependent cannot begin a cluster; opensNext holds the next letter in its cluster.
	isDependent
	opensNext
	// The scripts that have ways of their own.
	isArabic
	isHebrew
	isBurmese
	isKhmer
	isThaiLao
	isHanKana
	// endsSentence ends one before white space, alwaysEnds everywhere; isCloser may stand between.
	endsSentence
	alwaysEnds
	isCloser
)

func (t traits) is(any traits) bool { return t&any != 0 }

// traitsOf returns the traits of a folded character that came of the one written.
func traitsOf(written, folded rune) traits {
	if kindOf(folded) == separator {
		return separatorTraits(written, folded)
	}
	t := isLetter
	for _, is := range []struct {
		so    bool
		trait traits
	}{
		{running(folded), isRunning},
		{unicode.IsMark(folded), isMark},
		{unicode.IsUpper(written) || unicode.IsTitle(written), isUpper},
		{unicode.IsLower(written), isLower},
		{withoutMark(folded) != folded, hasMark},
		{onlyVietnamese(folded), vietnamese},
		{dependent(folded), isDependent},
		{opensCluster(folded), opensNext},
		{unicode.Is(unicode.Arabic, folded), isArabic},
		{unicode.Is(unicode.Hebrew, folded), isHebrew},
		{unicode.Is(unicode.Myanmar, folded), isBurmese},
		{unicode.Is(unicode.Khmer, folded), isKhmer},
		{unicode.In(folded, unicode.Thai, unicode.Lao), isThaiLao},
		{folded == longVowel || unicode.In(folded, unicode.Han, unicode.Hiragana, unicode.Katakana), isHanKana},
	} {
		if is.so {
			t |= is.trait
		}
	}
	return t
}

func separatorTraits(written, folded rune) traits {
	t := isSign
	if unicode.IsSpace(folded) {
		t = isSpace
	}
	switch {
	case strings.ContainsRune("\n\v\f\u0085\u2028\u2029", written):
		t |= isLineBreak
	case strings.ContainsRune("。｡！？．။।॥։።", written):
		t |= alwaysEnds
	case strings.ContainsRune(".．!?…؟۔។៕", written):
		t |= endsSentence
	case strings.ContainsRune("\"'”’»›」』)]）］", written):
		t |= isCloser
	}
	return t
}
