package rules

import (
	"maps"
	"slices"
)

// A lexicon holds every word and every term of a set once, as numbers without a pointer. The shipped library has more
// than a hundred thousand terms: as structs of strings they took most of the bot's memory, and the collector of
// garbage had to follow each of them.
type lexicon struct {
	// letters are the forms of all words, one after the other, and wordEnds where in them those of each word end.
	letters  string
	wordEnds []formEnds
	// uses are the words of all terms, one term after the other, and termEnds where those of each term end.
	uses     []wordUse
	termEnds []int32
	// termLanguages are the numbers of the languages of the terms, and languages the numbers by base language.
	termLanguages []uint8
	languages     map[string]uint8
	// listCount is how many lists there are.
	listCount int
}

// formEnds are where the forms of a word end in the letters: each begins where the one before it ends. A form that
// the word does not have is empty.
type formEnds struct{ word, plain, exact int32 }

// A wordUse is a word of a term: its number, above two bits that say how the term has it.
type wordUse uint32

const (
	usePrefix wordUse = 1 << iota
	useGlued
	useBits = iota
)

func (u wordUse) word() int32  { return int32(u >> useBits) }
func (u wordUse) prefix() bool { return u&usePrefix != 0 }
func (u wordUse) glued() bool  { return u&useGlued != 0 }

// anyLanguageNumber is the number of the language of a term that counts in every item.
const anyLanguageNumber = 0

// otherLanguage is the number of a language that no term is of. There are some 180 languages with a
// code of two letters, of which files exist for a quarter.
const otherLanguage = 255

// forms returns the forms of a word.
func (l *lexicon) forms(word int32) (folded, plain, exact string) {
	from, ends := l.startOf(word), l.wordEnds[word]
	return l.letters[from:ends.word], l.letters[ends.word:ends.plain], l.letters[ends.plain:ends.exact]
}

// startOf returns where the forms of a word begin in the letters.
func (l *lexicon) startOf(word int32) int32 {
	if word == 0 {
		return 0
	}
	return l.wordEnds[word-1].exact
}

// wordsOf returns the words of a term.
func (l *lexicon) wordsOf(term int32) []wordUse {
	from := int32(0)
	if term > 0 {
		from = l.termEnds[term-1]
	}
	return l.uses[from:l.termEnds[term]]
}

// A lexiconBuilder numbers words, terms and lists as they are read. The zero value has none.
type lexiconBuilder struct {
	lexicon
	// text are the letters so far.
	text []byte
	// wordIDs and termIDs find what is numbered already.
	wordIDs, termIDs idSet
}

// build returns what was numbered so far, in no more memory than it needs.
func (b *lexiconBuilder) build() *lexicon {
	return &lexicon{
		letters: string(b.text), wordEnds: slices.Clone(b.wordEnds), uses: slices.Clone(b.uses), termEnds: slices.Clone(b.termEnds),
		termLanguages: slices.Clone(b.termLanguages), languages: maps.Clone(b.languages), listCount: b.listCount,
	}
}

// list returns a new list without terms.
func (b *lexiconBuilder) list(name string) *list {
	b.listCount++
	return &list{name: name, id: int32(b.listCount - 1)}
}

// term returns the number of a term, which is the same for terms that find the same in the same items.
func (b *lexiconBuilder) term(words []termWord, language string) int32 {
	from := len(b.uses)
	for i := range words {
		b.uses = append(b.uses, b.use(&words[i]))
	}
	uses, spoken := b.uses[from:], b.language(language)
	hash := fnvOffset ^ uint32(spoken)
	for _, u := range uses {
		hash = (hash ^ uint32(u)) * fnvPrime
	}
	next := int32(len(b.termEnds))
	id := b.termIDs.find(mix(hash), next, func(known int32) bool {
		return b.termLanguages[known] == spoken && slices.Equal(b.wordsOf(known), uses)
	})
	if id < next {
		b.uses = b.uses[:from]
		return id
	}
	b.termEnds = append(b.termEnds, int32(len(b.uses)))
	b.termLanguages = append(b.termLanguages, spoken)
	return id
}

// language returns the number of a language.
func (b *lexiconBuilder) language(code string) uint8 {
	if b.languages == nil {
		b.languages = map[string]uint8{"": anyLanguageNumber}
	}
	number, known := b.languages[code]
	if !known {
		number = uint8(min(len(b.languages), otherLanguage-1))
		b.languages[code] = number
	}
	return number
}

func (b *lexiconBuilder) use(w *termWord) wordUse {
	u := wordUse(b.word(w)) << useBits
	if w.prefix {
		u |= usePrefix
	}
	if w.glued {
		u |= useGlued
	}
	return u
}

// word returns the number of a word with its forms.
func (b *lexiconBuilder) word(w *termWord) int32 {
	from := len(b.text)
	b.text = append(append(append(b.text, w.word...), w.plain...), w.exact...)
	ends := formEnds{word: int32(from + len(w.word))}
	ends.plain = ends.word + int32(len(w.plain))
	ends.exact = ends.plain + int32(len(w.exact))
	next := int32(len(b.wordEnds))
	id := b.wordIDs.find(hashWord(w.word), next, func(known int32) bool {
		at, is := b.startOf(known), b.wordEnds[known]
		return string(b.text[at:is.word]) == w.word && string(b.text[is.word:is.plain]) == w.plain &&
			string(b.text[is.plain:is.exact]) == w.exact
	})
	if id < next {
		b.text = b.text[:from]
		return id
	}
	b.wordEnds = append(b.wordEnds, ends)
	return id
}

// An idSet finds the numbers of things, which lie elsewhere, by their hashes. The zero value is empty.
type idSet struct {
	slots []idSlot
	count int
}

// An idSlot holds a number counted from 1; 0 is an empty slot.
type idSlot struct {
	hash uint32
	id   int32
}

// find returns the number with a hash of which is is true. If there is none it notes the next number for the hash,
// and returns that.
func (s *idSet) find(hash uint32, next int32, is func(id int32) bool) int32 {
	if 4*s.count >= 3*len(s.slots) {
		s.grow()
	}
	at := s.empty(hash, is)
	if known := s.slots[at].id; known > 0 {
		return known - 1
	}
	s.slots[at] = idSlot{hash, next + 1}
	s.count++
	return next
}

// empty returns the slot of the number with a hash of which is is true, or the empty slot where it would be.
func (s *idSet) empty(hash uint32, is func(id int32) bool) uint32 {
	last := uint32(len(s.slots) - 1)
	for at := hash & last; ; at = (at + 1) & last {
		if slot := s.slots[at]; slot.id == 0 || slot.hash == hash && is(slot.id-1) {
			return at
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]idSlot, max(1024, 2*len(old)))
	for _, slot := range old {
		if slot.id > 0 {
			s.slots[s.empty(slot.hash, func(int32) bool { return false })] = slot
		}
	}
}
