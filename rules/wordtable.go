package rules

import (
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// A wordTable knows the terms that a word may be part of. A phrase is known by two of its words that are
// next to each other, the rarest such pair; other terms by one word. Words are looked up by their hash,
// computed in one pass that also finds the prefixes that a word begins with. What is found is a guess:
// the caller compares the words.
type wordTable struct {
	words, prefixes, pairs hashTable
	// shortest and longest are the lengths of the prefixes, in bytes.
	shortest, longest int
}

// A wordEntry is a term, and what is looked at before the words of the term, which lie far away in memory.
type wordEntry struct {
	term int32
	// at is which of its words it is known by, of a pair the first. A query has no room for more.
	at uint16
	// language is the number of its language.
	language uint8
	// bare is true of a form without marks, which only a word in capitals can have.
	bare bool
}

// A hashTable maps hashes to entries. A bit set, small enough for the nearest cache, turns nearly all
// others away.
type hashTable struct {
	bits  []uint64
	slots []hashSlot
	// shift keeps the upper bits of a hash, as many as there are slots; bitShift those for the bits.
	shift, bitShift uint
	entries         []wordEntry
}

// A hashSlot is where the entries of a hash lie, none if from is to.
type hashSlot struct {
	hash     uint32
	from, to int32
}

// A hashedEntry is an entry on its way into a table.
type hashedEntry struct {
	hash  uint32
	entry wordEntry
}

// bitsPerEntry makes the bit set pass one in sixteen words that are not in the table.
const bitsPerEntry = 16

func newHashTable(given []hashedEntry) hashTable {
	all := sortedByHash(given)
	size := bits.Len(uint(len(all) + len(all)/3))
	bitSize := bits.Len(uint(bitsPerEntry*len(all) + 64))
	t := hashTable{
		bits: make([]uint64, 1<<bitSize/64), slots: make([]hashSlot, 1<<size),
		shift: uint(32 - size), bitShift: uint(32 - min(bitSize, 32)),
		entries: make([]wordEntry, len(all)),
	}
	for from := 0; from < len(all); {
		to := from
		for ; to < len(all) && all[to].hash == all[from].hash; to++ {
			t.entries[to] = all[to].entry
		}
		t.insert(hashSlot{all[from].hash, int32(from), int32(to)})
		from = to
	}
	return t
}

// sortedByHash returns entries in the order of their hashes, those of one hash in the order given, equal ones once.
// It sorts plain numbers, hash and position, as comparing entries takes several times as long.
func sortedByHash(all []hashedEntry) []hashedEntry {
	keys := make([]uint64, len(all))
	for i, e := range all {
		keys[i] = uint64(e.hash)<<32 | uint64(i)
	}
	slices.Sort(keys)
	sorted := make([]hashedEntry, len(all))
	for i, key := range keys {
		sorted[i] = all[uint32(key)]
	}
	return slices.Compact(sorted)
}

func (t *hashTable) insert(s hashSlot) {
	bit := s.hash >> t.bitShift
	t.bits[bit/64] |= 1 << (bit % 64)
	at := s.hash >> t.shift
	for t.slots[at].from != t.slots[at].to {
		at = (at + 1) % uint32(len(t.slots))
	}
	t.slots[at] = s
}

// mayHave reports false for nearly every hash that is not in the table.
func (t *hashTable) mayHave(hash uint32) bool {
	bit := hash >> t.bitShift
	return t.bits[bit/64]&(1<<(bit%64)) != 0
}

// find returns the entries of a hash.
func (t *hashTable) find(hash uint32) []wordEntry {
	for at := hash >> t.shift; ; at = (at + 1) % uint32(len(t.slots)) {
		s := &t.slots[at]
		if s.hash == hash || s.from == s.to {
			return t.entries[s.from:s.to]
		}
	}
}

// The hash of a word is FNV-1a, as it can go on from prefix to prefix, with its bits mixed at the end.
const (
	fnvOffset uint32 = 2166136261
	fnvPrime  uint32 = 16777619
	mixer     uint32 = 0x9E3779B1
)

func hashWord(word string) uint32 {
	h := fnvOffset
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * fnvPrime
	}
	return mix(h)
}

func mix(h uint32) uint32 { return (h ^ h>>15) * mixer }

// hashPair is the hash of two words by theirs.
func hashPair(first, second uint32) uint32 { return mix(first*fnvPrime ^ second) }

// lookUp passes on the entries of a word and those of the prefixes that it begins with, and returns the
// hash of the word.
func (t *wordTable) lookUp(word string, found func([]wordEntry)) uint32 {
	h := fnvOffset
	for i := range len(word) {
		if i >= t.shortest && i <= t.longest && utf8.RuneStart(word[i]) {
			if m := mix(h); t.prefixes.mayHave(m) {
				found(t.prefixes.find(m))
			}
		}
		h = (h ^ uint32(word[i])) * fnvPrime
	}
	h = mix(h)
	if t.words.mayHave(h) {
		found(t.words.find(h))
	}
	if len(word) >= t.shortest && len(word) <= t.longest && t.prefixes.mayHave(h) {
		found(t.prefixes.find(h))
	}
	return h
}

// lookUpPair passes on the entries of two words that stand next to each other.
func (t *wordTable) lookUpPair(first, second uint32, found func([]wordEntry)) {
	if h := hashPair(first, second); t.pairs.mayHave(h) {
		found(t.pairs.find(h))
	}
}

// A tableBuilder collects the words by which terms are known.
type tableBuilder struct {
	*rarity
	words, prefixes, pairs []hashedEntry
	shortest, longest      int
}

func newTableBuilder(common *rarity) tableBuilder {
	return tableBuilder{rarity: common, shortest: math.MaxInt}
}

func (b *tableBuilder) table() wordTable {
	return wordTable{
		words: newHashTable(b.words), prefixes: newHashTable(b.prefixes), pairs: newHashTable(b.pairs),
		shortest: b.shortest, longest: b.longest,
	}
}

// lazyKeys are the keys by which a term can be looked up in an item: none if it has only prefixes.
func (b *tableBuilder) lazyKeys(term int32) []lazyKey {
	words := b.wordsOf(term)
	at := b.rarest(words)
	if words[at].prefix() {
		return nil
	}
	var keys []lazyKey
	for _, form := range b.hashedForms(words[at].word()) {
		keys = append(keys, lazyKey{form.hash, int32(at)})
	}
	return keys
}

// add adds a term.
func (b *tableBuilder) add(term int32) {
	words := b.wordsOf(term)
	e := wordEntry{term: term, language: b.termLanguages[term]}
	if at, ok := b.rarestPair(words); ok {
		e.at = uint16(at)
		for _, first := range b.hashedForms(words[at].word()) {
			for _, second := range b.hashedForms(words[at+1].word()) {
				e.bare = first.bare || second.bare
				b.pairs = append(b.pairs, hashedEntry{hashPair(first.hash, second.hash), e})
			}
		}
		return
	}
	at := b.rarest(words)
	e.at = uint16(at)
	for _, form := range b.hashedForms(words[at].word()) {
		e.bare = form.bare
		if !words[at].prefix() {
			b.words = append(b.words, hashedEntry{form.hash, e})
			continue
		}
		b.prefixes = append(b.prefixes, hashedEntry{form.hash, e})
		b.shortest, b.longest = min(b.shortest, form.length), max(b.longest, form.length)
	}
}

// A wordForm is a form that the text may have of a word of a term.
type wordForm struct {
	hash   uint32
	length int
	bare   bool
}

func (b *tableBuilder) hashedForms(word int32) []wordForm {
	folded, plain, exact := b.forms(word)
	all := []wordForm{{hashWord(folded), len(folded), false}}
	if plain != "" {
		all = append(all, wordForm{hashWord(plain), len(plain), true})
	}
	if exact != "" { // and may stand in a Turkish text
		for _, t := range tokenise(Title, exact, "tr") {
			all = append(all, wordForm{hashWord(t.word), len(t.word), false})
		}
	}
	return all
}
