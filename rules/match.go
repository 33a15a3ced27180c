package rules

import (
	"slices"

	"pressalert/feeds"
)

// A stamp says that something was found in the item with the number gen, and where it is noted.
type stamp struct{ gen, at uint32 }

// A search finds what an index knows in one item after the other. Its buffers are used again, so it is
// for one goroutine at a time.
type search struct {
	*index
	reading reading
	cutters [fieldCount]*cutter
	// gen is the number of the item. Stamps of another are of an earlier item.
	gen uint32
	// termStamps and listStamps say where in the findings each term and list is.
	termStamps, listStamps []stamp
	ruleStamps             []uint32
	// places are those of each term that was found, terms those of each list.
	places [][]place
	terms  [][]int32
	// woken are the rules that can be true, in no order.
	woken []int32
	// language is the number of the item's language, 0 if it is unknown.
	language uint8
	// noted is the method note, made once.
	noted func([]wordEntry)

	// field and token are where the search is. before and now are the hashes of the forms of the token
	// before and of this.
	field       Field
	token       int
	before, now []uint32
	// heard has all words of the item.
	heard wordIndex
}

func newSearch(x *index) *search {
	s := &search{
		index: x, termStamps: make([]stamp, len(x.terms)), listStamps: make([]stamp, x.listCount),
		ruleStamps: make([]uint32, len(x.rules)),
	}
	for f := range s.cutters {
		s.cutters[f] = newCutter()
	}
	s.reading.search = s
	s.noted = s.note
	return s
}

// match returns the matches of the rules in force.
func (x *index) match(item feeds.Item) []Match {
	s := x.searches.Get().(*search)
	defer s.release()
	s.read(item)
	slices.Sort(s.woken)
	var matches []Match
	for _, i := range s.woken {
		if c := &x.rules[i]; s.mayHold(i) && s.reading.matches(*c) {
			matches = append(matches, s.reading.result(*c))
		}
	}
	return matches
}

// release gives the buffers back, without the texts.
func (s *search) release() {
	s.reading.item = feeds.Item{}
	s.searches.Put(s)
}

// read finds the terms of all rules in an item.
func (x *index) read(item feeds.Item) *reading {
	s := newSearch(x)
	s.read(item)
	return &s.reading
}

// read finds the terms of all rules in an item, and wakes the rules that can be true of it.
func (s *search) read(item feeds.Item) {
	s.begin(item)
	for f, text := range [fieldCount]string{Title: item.Title, Summary: item.Summary, Body: item.Body} {
		s.field = Field(f)
		p := &s.reading.passages[f]
		*p = passage{text, s.cutters[f].cut(s.field, text, waysOf(s.reading.language))}
		s.now = s.now[:0]
		for i := range p.tokens {
			s.at(i, &p.tokens[i])
		}
	}
}

// begin forgets the item before.
func (s *search) begin(item feeds.Item) {
	if s.gen++; s.gen == 0 { // after four billion items
		clear(s.termStamps)
		clear(s.listStamps)
		clear(s.ruleStamps)
		s.gen = 1
	}
	s.places, s.terms, s.woken = s.places[:0], s.terms[:0], s.woken[:0]
	s.heard.reset()
	s.reading.item, s.reading.language = item, baseLanguage(item.Language)
	language, known := s.languages[s.reading.language]
	if !known {
		language = otherLanguage
	}
	s.language = language
}

// at finds the terms that the word at i is part of, in each of its forms.
func (s *search) at(i int, t *token) {
	s.token = i
	s.before, s.now = s.now, s.before[:0]
	s.form(t.word)
	if t.plain != "" {
		s.form(t.plain)
	}
	for _, other := range t.others {
		s.form(other)
	}
	s.token = i - 1
	for _, first := range s.before {
		for _, second := range s.now {
			s.table.lookUpPair(first, second, s.noted)
		}
	}
}

func (s *search) form(word string) {
	hash := s.table.lookUp(word, s.noted)
	s.now = append(s.now, hash)
	s.heard.add(hash, s.field, s.token)
}

// note notes those of some terms that stand where the search is.
func (s *search) note(entries []wordEntry) {
	p := &s.reading.passages[s.field]
	for i := range entries {
		e := &entries[i]
		first, last := s.token-int(e.at), s.token-int(e.at)+int(e.count)-1
		switch {
		case e.language != 0 && e.language != s.language && s.language != 0,
			first < 0 || last >= len(p.tokens),
			e.bare && !p.tokens[s.token].capitals && !p.tokens[min(s.token+1, last)].capitals,
			!p.stands(s.termWords[e.from:][:e.count], first):
			continue
		}
		found := s.found(e)
		*found = addPlace(*found, place{s.field, first, last})
	}
}

// found returns the places of a term that was found, and wakes what waits for it the first time.
func (s *search) found(e *wordEntry) *[]place {
	known := &s.termStamps[e.term]
	if known.gen == s.gen {
		return &s.places[known.at]
	}
	*known = stamp{s.gen, uint32(len(s.places))}
	s.places = grow(s.places)
	if e.linked {
		s.wake(s.termWakes.row(e.term))
		for _, l := range s.lists.row(e.term) {
			s.inList(l, e.term)
		}
	}
	return &s.places[known.at]
}

// grow adds an empty row, which keeps the memory that it had before.
func grow[T any](rows [][]T) [][]T {
	if len(rows) == cap(rows) {
		return append(rows, nil)
	}
	rows = rows[:len(rows)+1]
	rows[len(rows)-1] = rows[len(rows)-1][:0]
	return rows
}

// inList notes that a term of a list was found.
func (s *search) inList(l, term int32) {
	known := &s.listStamps[l]
	if known.gen != s.gen {
		*known = stamp{s.gen, uint32(len(s.terms))}
		s.terms = grow(s.terms)
		s.wake(s.listWakes.row(l))
	}
	s.terms[known.at] = append(s.terms[known.at], term)
}

// wake wakes rules, each once.
func (s *search) wake(rules []int32) {
	for _, r := range rules {
		if s.ruleStamps[r] != s.gen {
			s.ruleStamps[r] = s.gen
			s.woken = append(s.woken, r)
		}
	}
}

// mayHold reports whether each group that a rule cannot do without was found.
func (s *search) mayHold(rule int32) bool {
	found := false
	for _, n := range s.others.row(rule) {
		switch {
		case n == groupEnd && !found:
			return false
		case n == groupEnd:
			found = false
		case found:
		case n < 0:
			found = s.listStamps[^n].gen == s.gen
		default:
			found = len(s.placesOf(n)) > 0
		}
	}
	return true
}

// placesOf returns where a term stands.
func (s *search) placesOf(term int32) []place {
	if known := s.termStamps[term]; known.gen == s.gen {
		return s.places[known.at]
	}
	if keys := s.lazyKeys[s.lazyFrom[term]:s.lazyFrom[term+1]]; len(keys) > 0 {
		return s.lookUpLazily(term, keys)
	}
	return nil
}

// termsOf returns the terms of a list that were found.
func (s *search) termsOf(l *list) []int32 {
	if known := s.listStamps[l.id]; known.gen == s.gen {
		return s.terms[known.at]
	}
	return nil
}

// stands reports whether the words of a term stand at i, where the text goes on long enough.
func (p *passage) stands(words []termWord, i int) bool {
	for j := range words {
		w, t := &words[j], &p.tokens[i+j]
		if w.glued && t.gap != none || !p.isWord(t, w) {
			return false
		}
	}
	return true
}

// isWord reports whether a token is a word of a term.
func (p *passage) isWord(t *token, w *termWord) bool {
	if w.exact != "" {
		return exactly(p.text[t.start:t.end]) == w.exact
	}
	return t.has(w.word, w.plain, w.prefix)
}
