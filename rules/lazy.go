package rules

import "slices"

// Most terms need not be found in every item: those that no rule waits for are looked up only when a
// rule that was woken asks for them, in an index of the item's words.

// A lazyKey is a form of the word by which a lazy term is looked up, the at-th of the term.
type lazyKey struct {
	hash uint32
	at   int32
}

// A heardWord is a form of a word of an item.
type heardWord struct {
	hash  uint32
	token int32
	// next is the next one with the same hash, counted from 1; 0 is none.
	next  int32
	field Field
}

// A wordIndex knows where in an item a word stands, by the hashes of its forms.
type wordIndex struct {
	words []heardWord
	// slots have the first word of a hash, counted from 1, and built is false until they are filled.
	slots []int32
	shift uint
	built bool
}

// add adds a form of a word; words come in the order of the text.
func (x *wordIndex) add(hash uint32, field Field, token int) {
	x.words = append(x.words, heardWord{hash: hash, token: int32(token), field: field})
}

func (x *wordIndex) reset() { x.words, x.built = x.words[:0], false }

// build fills the slots from the last word to the first, so that each list is in the order of the text.
func (x *wordIndex) build() {
	x.built = true
	size := 16
	x.shift = 32 - 4
	for ; size < 2*len(x.words); size *= 2 {
		x.shift--
	}
	x.slots = slices.Grow(x.slots[:0], size)[:size]
	clear(x.slots)
	for i := len(x.words) - 1; i >= 0; i-- {
		slot := x.slot(x.words[i].hash)
		x.words[i].next = *slot
		*slot = int32(i + 1)
	}
}

// slot returns the slot of a hash, which is 0 if there is no such word.
func (x *wordIndex) slot(hash uint32) *int32 {
	for at := hash >> x.shift; ; at = (at + 1) & uint32(len(x.slots)-1) {
		s := &x.slots[at]
		if *s == 0 || x.words[*s-1].hash == hash {
			return s
		}
	}
}

// lookUpLazily finds a lazy term.
func (s *search) lookUpLazily(term int32, keys []lazyKey) []place {
	if !s.heard.built {
		s.heard.build()
	}
	s.termStamps[term] = stamp{s.gen, uint32(len(s.places))}
	s.places = grow(s.places)
	found := &s.places[len(s.places)-1]
	for _, k := range keys {
		if i := *s.heard.slot(k.hash); i > 0 {
			*found = s.follow(i, k, term, *found)
		}
	}
	*found = earliest(*found, len(keys) > 1)
	return *found
}

// follow adds the places of a term by the list of words that begins with number i.
func (s *search) follow(i int32, k lazyKey, term int32, found []place) []place {
	words := s.wordsOf(term)
	if !s.speaks(s.termLanguages[term]) {
		return found
	}
	for ; i > 0; i = s.heard.words[i-1].next {
		h := &s.heard.words[i-1]
		p := &s.reading.passages[h.field]
		first := int(h.token - k.at)
		last := first + len(words) - 1
		if first >= 0 && last < len(p.tokens) && p.stands(s.lexicon, words, first) {
			found = append(found, place{h.field, first, last})
		}
	}
	return found
}

// earliest returns places each once, and the first of each field. They are in order, or not if mixed.
func earliest(all []place, mixed bool) []place {
	if mixed {
		slices.SortFunc(all, comparePlaces)
	}
	first := all[:0]
	for _, p := range all {
		first = addPlace(first, p)
	}
	return first
}
