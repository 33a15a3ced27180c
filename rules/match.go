package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"pressalert/feeds"
)

// maxPlaces bounds how many places of one term in an item are kept, so that a text that repeats a word
// a thousand times makes no match of a thousand spans.
const maxPlaces = 8

// A compiled rule is a rule with its queries.
type compiled struct {
	rule          Rule
	match, unless node // unless may be nil
}

// An index finds the rules that an item matches. It is immutable. Matching looks up each word of the
// item once, which finds the terms; a rule is looked at only if one of the terms that it waits for
// was found.
type index struct {
	// rules are in the order of their matches.
	rules []compiled
	// terms by their first word; those whose first word is a prefix are apart.
	exact, prefix map[string][]*indexedTerm
	// longest is the length of the longest prefix, in bytes.
	longest int
}

// An indexedTerm is a term of any number of rules.
type indexedTerm struct {
	key   string
	words []termWord
	// waiting are the rules that cannot be true unless one of a few terms is found, this among them.
	waiting []int
}

// newIndex compiles rules, whose matches will come by severity, else in the order given.
func newIndex(rules []compiled) *index {
	x := &index{
		rules:  slices.Clone(rules),
		exact:  make(map[string][]*indexedTerm),
		prefix: make(map[string][]*indexedTerm),
	}
	slices.SortStableFunc(x.rules, func(a, b compiled) int { return cmp.Compare(b.rule.Severity, a.rule.Severity) })
	terms := make(map[string]*indexedTerm)
	for i, r := range x.rules {
		for t := range termsOf(r.match, r.unless) {
			x.add(t, terms)
		}
		for _, t := range waitsFor(r.match) {
			if waiting := &terms[t.key].waiting; len(*waiting) == 0 || (*waiting)[len(*waiting)-1] != i {
				*waiting = append(*waiting, i)
			}
		}
	}
	return x
}

func (x *index) add(t *termNode, known map[string]*indexedTerm) {
	if known[t.key] != nil {
		return
	}
	term := &indexedTerm{key: t.key, words: t.words}
	known[t.key] = term
	first := t.words[0]
	if first.prefix {
		x.prefix[first.word] = append(x.prefix[first.word], term)
		x.longest = max(x.longest, len(first.word))
	} else {
		x.exact[first.word] = append(x.exact[first.word], term)
	}
}

// A place is where a term was found.
type place struct {
	field      Field
	start, end int
}

// A search is what was found in one item.
type search struct {
	// places of each term, by its key.
	places map[string][]place
	// woken are the rules that can be true, in no order and perhaps twice.
	woken []int
}

func (x *index) match(item feeds.Item) []Match {
	s := search{places: make(map[string][]place)}
	x.find(Title, tokens(item.Title), &s)
	x.find(Summary, tokens(item.Summary), &s)
	slices.Sort(s.woken)
	var matches []Match
	for _, i := range slices.Compact(s.woken) {
		r := x.rules[i]
		if holds(r.match, s.places) && (r.unless == nil || !holds(r.unless, s.places)) {
			matches = append(matches, Match{Rule: r.rule, Spans: spans(r.match, s.places)})
		}
	}
	return matches
}

// find notes the terms of a text.
func (x *index) find(field Field, text []token, s *search) {
	for i, t := range text {
		x.findAt(field, text[i:], t.word, s)
		for _, other := range t.others {
			x.findAt(field, text[i:], other, s)
		}
	}
}

// findAt notes the terms that begin with the given form of the first word of the text.
func (x *index) findAt(field Field, text []token, form string, s *search) {
	note := func(terms []*indexedTerm) {
		for _, term := range terms {
			if n := span(text, term.words); n > 0 {
				s.note(term, place{field, text[0].start, text[n-1].end})
			}
		}
	}
	note(x.exact[form])
	for end := minPrefix; end <= min(len(form), x.longest); end++ {
		if end == len(form) || utf8.RuneStart(form[end]) {
			note(x.prefix[form[:end]])
		}
	}
}

func (s *search) note(term *indexedTerm, p place) {
	known := s.places[term.key]
	if len(known) == 0 {
		s.woken = append(s.woken, term.waiting...)
	}
	if len(known) < maxPlaces && !slices.Contains(known, p) { // two forms of a word may begin alike
		s.places[term.key] = append(known, p)
	}
}

// span returns how many tokens at the start of the text are the words of a term, or 0.
func span(text []token, words []termWord) int {
	if len(words) > len(text) {
		return 0
	}
	for i, w := range words {
		if w.glued && text[i].gap != none || !isWord(text[i], w) {
			return 0
		}
	}
	return len(words)
}

func isWord(t token, w termWord) bool {
	if w.prefix {
		return strings.HasPrefix(t.word, w.word) ||
			slices.ContainsFunc(t.others, func(o string) bool { return strings.HasPrefix(o, w.word) })
	}
	return t.word == w.word || slices.Contains(t.others, w.word)
}

// holds reports whether a query is true of what was found.
func holds(n node, found map[string][]place) bool {
	isTrue := func(n node) bool { return holds(n, found) }
	switch n := n.(type) {
	case *termNode:
		return len(found[n.key]) > 0
	case *notNode:
		return !holds(n.of, found)
	case *andNode:
		return !slices.ContainsFunc(n.all, func(n node) bool { return !isTrue(n) })
	case *orNode:
		return slices.ContainsFunc(n.any, isTrue)
	}
	return false
}

// spans returns the places that make a true query true, in the order of the text.
func spans(n node, found map[string][]place) []Span {
	var all []Span
	var visit func(node)
	visit = func(n node) {
		switch n := n.(type) {
		case *termNode:
			for _, p := range found[n.key] {
				all = append(all, Span{Field: p.field, Start: p.start, End: p.end, Term: n.written})
			}
		case *andNode:
			for _, operand := range n.all {
				visit(operand)
			}
		case *orNode:
			for _, operand := range n.any {
				if holds(operand, found) {
					visit(operand)
				}
			}
		}
	}
	visit(n)
	slices.SortFunc(all, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End),
			cmp.Compare(a.Term, b.Term))
	})
	return slices.Compact(all)
}
