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
	// mergedStamps say where in merged the places of each list are, once they were asked for.
	mergedStamps []stamp
	merged       [][]place
	// places are those of each term that was found, terms those of each list, and inTables the terms that
	// were found by a table.
	places   [][]place
	terms    [][]int32
	inTables []int32
	// woken are the rules that can be true, in no order.
	woken []int32
	// language is the number of the item's language, anyLanguageNumber if it is unknown.
	language uint8
	// noted is the method note, made once.
	noted func([]wordEntry)

	// table, field and token are where the search is. before and now are the hashes of the forms of the token
	// before and of this.
	table       *wordTable
	field       Field
	token       int
	before, now []uint32
	// heard has all words of the item.
	heard wordIndex
}

func newSearch(x *index) *search {
	s := &search{
		index: x, termStamps: make([]stamp, len(x.termEnds)), listStamps: make([]stamp, x.listCount), mergedStamps: make([]stamp, x.listCount),
		ruleStamps: make([]uint32, len(x.rules)),
	}
	for f := range s.cutters {
		s.cutters[f] = newCutter()
	}
	s.reading.search = s
	s.noted = s.note
	return s
}

// search finds the terms of all rules in an item. The search is to be released when all was asked of it.
func (x *index) search(item feeds.Item) *search {
	s := x.searches.Get().(*search)
	s.read(item)
	return s
}

// release gives the buffers back, without the texts.
func (s *search) release() {
	s.reading.item = feeds.Item{}
	s.searches.Put(s)
}

// matches returns the matches of the rules in force, without what the stage of the event adds.
func (s *search) matches() []Match {
	slices.Sort(s.woken)
	// What is left are the rules that are true, so that the matches, which are large, need room only once.
	s.woken = slices.DeleteFunc(s.woken, func(r int32) bool { return !s.mayHold(r) || !s.reading.matches(&s.rules[r]) })
	if len(s.woken) == 0 {
		return nil
	}
	matches := make([]Match, len(s.woken))
	for i, r := range s.woken {
		matches[i] = s.reading.result(&s.rules[r])
	}
	return matches
}

// read finds the terms of all rules in an item, and wakes the rules that can be true of it.
func (s *search) read(item feeds.Item) {
	s.begin(item)
	w := waysOf(s.reading.language)
	for f, text := range [fieldCount]string{Title: item.Title, Summary: item.Summary, Body: item.Body} {
		field := Field(f)
		s.reading.passages[f] = passage{text, s.cutters[f].cut(field, text, w)}
		s.scan(field, &s.index.table)
	}
}

// readCues finds the cues of stages too, in title and summary, the only parts that tell a stage.
func (s *search) readCues() {
	for _, f := range toldFields {
		s.scan(f, &s.cueTable)
	}
	for _, t := range s.inTables {
		s.inLists(s.cueLists.row(t), t)
	}
}

// scan finds the terms of a table in a field.
func (s *search) scan(f Field, table *wordTable) {
	s.field, s.table, s.now = f, table, s.now[:0]
	tokens := s.reading.passages[f].tokens
	for i := range tokens {
		s.at(i, &tokens[i])
	}
}

// begin forgets the item before.
func (s *search) begin(item feeds.Item) {
	if s.gen++; s.gen == 0 { // after four billion items
		clear(s.termStamps)
		clear(s.listStamps)
		clear(s.mergedStamps)
		clear(s.ruleStamps)
		s.gen = 1
	}
	s.inTables, s.places, s.terms, s.merged, s.woken = s.inTables[:0], s.places[:0], s.terms[:0], s.merged[:0], s.woken[:0]
	s.heard.reset()
	s.reading.item, s.reading.language, s.reading.named = item, baseLanguage(item.Language), nil
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
	if s.table == &s.index.table { // by the other table all was heard before
		s.heard.add(hash, s.field, s.token)
	}
}

// note notes those of some terms that stand where the search is.
func (s *search) note(entries []wordEntry) {
	p := &s.reading.passages[s.field]
	for i := range entries {
		e := &entries[i]
		if !s.speaks(e.language) {
			continue
		}
		words := s.wordsOf(e.term)
		first, last := s.token-int(e.at), s.token-int(e.at)+len(words)-1
		switch {
		case first < 0 || last >= len(p.tokens),
			e.bare && !p.tokens[s.token].capitals && !p.tokens[min(s.token+1, last)].capitals,
			!p.stands(s.lexicon, words, first):
			continue
		}
		found := s.found(e.term)
		*found = addPlace(*found, place{s.field, first, last})
	}
}

// speaks reports whether terms of a language count in the item.
func (s *search) speaks(language uint8) bool {
	return language == s.language || language == anyLanguageNumber || s.language == anyLanguageNumber
}

// found returns the places of a term that was found, and wakes what waits for it the first time.
func (s *search) found(term int32) *[]place {
	known := &s.termStamps[term]
	if known.gen == s.gen {
		return &s.places[known.at]
	}
	*known = stamp{s.gen, uint32(len(s.places))}
	s.places = grow(s.places)
	s.inTables = append(s.inTables, term)
	s.wake(s.termWakes.row(term))
	s.inLists(s.lists.row(term), term)
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

// inLists notes that a term of some lists was found.
func (s *search) inLists(lists []int32, term int32) {
	for _, l := range lists {
		known := &s.listStamps[l]
		if known.gen != s.gen {
			*known = stamp{s.gen, uint32(len(s.terms))}
			s.terms = grow(s.terms)
			s.wake(s.listWakes.row(l))
		}
		s.terms[known.at] = append(s.terms[known.at], term)
	}
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
func (s *search) termsOf(list int32) []int32 {
	if known := s.listStamps[list]; known.gen == s.gen {
		return s.terms[known.at]
	}
	return nil
}

// listPlaces returns where any term of a list stands, in order. Many rules ask for the same lists, so the places
// are put together only once.
func (s *search) listPlaces(list int32) []place {
	terms := s.termsOf(list)
	if len(terms) == 0 {
		return nil
	}
	known := &s.mergedStamps[list]
	if known.gen != s.gen {
		*known = stamp{s.gen, uint32(len(s.merged))}
		s.merged = grow(s.merged)
		all := s.merged[known.at]
		for _, t := range terms {
			all = append(all, s.placesOf(t)...)
		}
		slices.SortFunc(all, comparePlaces)
		s.merged[known.at] = slices.Compact(all)
	}
	return s.merged[known.at]
}

// stands reports whether the words of a term stand at i, where the text goes on long enough.
func (p *passage) stands(l *lexicon, words []wordUse, i int) bool {
	for j, w := range words {
		if t := &p.tokens[i+j]; w.glued() && t.gap != none || !p.isWord(l, t, w) {
			return false
		}
	}
	return true
}

// isWord reports whether a token is a word of a term.
func (p *passage) isWord(l *lexicon, t *token, w wordUse) bool {
	folded, plain, exact := l.forms(w.word())
	if exact != "" {
		return exactly(p.text[t.start:t.end]) == exact
	}
	return t.has(folded, plain, w.prefix())
}
