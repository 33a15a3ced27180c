package rules

import (
	"cmp"
	"iter"
	"slices"

	"pressalert/feeds"
)

const (
	// maxPlaces bounds how many places of one term, or of one NEAR, in one field are looked at, so that
	// a text that repeats a word a thousand times is judged as fast as another. A long article has
	// two thousand words, and names its subject in one of twenty.
	maxPlaces = 100
	// maxSpans bounds how many spans a match has of one term, so that such a text makes no match of
	// a thousand spans.
	maxSpans = 8
)

// A place is where something was found: in a field, from a first to a last word, both included.
type place struct {
	field       Field
	first, last int
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last))
}

// addPlace adds a place to those of one term. Places must come in their order, equal ones one after
// the other; beyond the bound of a field they are left out.
func addPlace(known []place, p place) []place {
	n := len(known)
	if n > 0 && known[n-1] == p || n >= maxPlaces && known[n-maxPlaces].field == p.field {
		return known
	}
	return append(known, p)
}

// A passage is the text of a field, cut into words.
type passage struct {
	text   string
	tokens []token
}

// between is how many units stand between two words.
func (p *passage) between(i, j int) int {
	return p.tokens[j].at - p.tokens[i].at - p.tokens[i].units
}

// oneSentence reports whether two words stand in the same sentence.
func (p *passage) oneSentence(i, j int) bool {
	return p.tokens[i].sentence == p.tokens[j].sentence
}

// A reading is what was found in an item. All queries of its index are evaluated on it.
type reading struct {
	item     feeds.Item
	language string // the base language, or ""
	passages [fieldCount]passage
	// search has the places of each term that was found.
	search *search
}

// matches reports whether a rule is true of the item.
func (r *reading) matches(c compiled) bool {
	return r.holds(c.match) && (c.unless == nil || !r.holds(c.unless))
}

// result is the match of a rule that is true.
func (r *reading) result(c compiled) Match {
	m := Match{
		Rule: c.rule, Countries: c.rule.Countries, Stage: c.rule.Stage, Severity: c.rule.Severity,
		Topic: c.rule.Topic, Law: c.rule.Law, Spans: r.spans(c.match),
	}
	if len(m.Countries) == 0 {
		m.Countries = r.namedCountries()
	}
	return m
}

// holds reports whether a query is true of the item.
func (r *reading) holds(n node) bool {
	switch n := n.(type) {
	case *termNode:
		return len(r.termPlaces(n.term, n.fields)) > 0
	case *listNode:
		return r.holdsList(n)
	case *nearNode:
		return len(r.places(n)) > 0
	case *fieldNode:
		return r.holds(n.of)
	case *factNode:
		return r.isFact(n)
	case *notNode:
		return !r.holds(n.of)
	case *andNode:
		for _, operand := range n.all {
			if !r.holds(operand) {
				return false
			}
		}
		return true
	case *orNode:
		for _, operand := range n.any {
			if r.holds(operand) {
				return true
			}
		}
	}
	return false
}

func (r *reading) holdsList(n *listNode) bool {
	for t := range r.found(n) {
		if len(r.termPlaces(t, n.fields)) > 0 {
			return true
		}
	}
	return false
}

// found yields the terms of a list that were found.
func (r *reading) found(n *listNode) iter.Seq[*term] {
	return func(yield func(*term) bool) {
		for _, l := range n.lists {
			for _, id := range r.search.termsOf(l) {
				if !yield(r.search.index.terms[id]) {
					return
				}
			}
		}
	}
}

func (r *reading) isFact(n *factNode) bool {
	switch n.fact {
	case factLang:
		return r.language == n.value
	case factFeed:
		return r.item.Feed == n.value
	}
	return string(r.item.Kind) == n.value
}

// termPlaces returns where a term stands in some fields.
func (r *reading) termPlaces(t *term, fields fieldSet) []place {
	found := r.search.placesOf(t.id)
	if fields == allFields || len(found) == 0 {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(p place) bool { return !fields.has(p.field) })
}

// places returns where a term, a list, a NEAR or an OR of those stands, in the order of the text.
func (r *reading) places(n node) []place {
	var all []place
	switch n := n.(type) {
	case *termNode:
		return r.termPlaces(n.term, n.fields)
	case *listNode:
		for t := range r.found(n) {
			all = append(all, r.termPlaces(t, n.fields)...)
		}
	case *orNode:
		for _, operand := range n.any {
			all = append(all, r.places(operand)...)
		}
	case *nearNode:
		r.joined(n, func(a, b place) { all = append(all, union(a, b)) })
	}
	slices.SortFunc(all, comparePlaces)
	var bounded []place
	for _, p := range all {
		bounded = addPlace(bounded, p)
	}
	return bounded
}

// union is the place from the first word of two to the last.
func union(a, b place) place {
	return place{a.field, min(a.first, b.first), max(a.last, b.last)}
}

// joined passes on each pair of places of the operands that stand as near as a NEAR asks.
func (r *reading) joined(n *nearNode, pair func(a, b place)) {
	a, b := r.places(n.a), r.places(n.b)
	r.follow(a, b, n.reach, pair)
	if !n.ordered {
		r.follow(b, a, n.reach, func(b, a place) { pair(a, b) })
	}
}

// follow passes on each pair of a place and one that follows it within reach. Both lists are in order.
func (r *reading) follow(before, after []place, near reach, pair func(first, second place)) {
	for _, a := range before {
		next := place{a.field, a.last + 1, 0}
		at, _ := slices.BinarySearchFunc(after, next, comparePlaces)
		for _, b := range after[at:] {
			if b.field != a.field || !near.sentence && r.passages[a.field].between(a.last, b.first) > near.words*wordUnits {
				break
			}
			if near.sentence && !r.passages[a.field].oneSentence(a.first, b.last) {
				if !r.passages[a.field].oneSentence(a.first, b.first) {
					break
				}
				continue
			}
			pair(a, b)
		}
	}
}

// namedCountries returns the countries that the item names, in the order of the text. A name inside
// the longer name of another country is not counted: "Guinea" in "Papua New Guinea".
func (r *reading) namedCountries() []string {
	type mention struct {
		place
		code string
	}
	var all []mention
	for l, code := range r.search.countries {
		if code == "" || r.search.listStamps[l].gen != r.search.gen {
			continue
		}
		for _, id := range r.search.terms[r.search.listStamps[l].at] {
			for _, p := range r.search.placesOf(id) {
				all = append(all, mention{p, code})
			}
		}
	}
	slices.SortFunc(all, func(a, b mention) int {
		return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last), cmp.Compare(a.code, b.code))
	})
	var codes []string
	var longest place // of those that begin before, the one that ends last
	for i, m := range all {
		inside := i > 0 && m.field == longest.field && m.last <= longest.last && m.place != longest
		if inside {
			continue
		}
		longest = m.place
		if !slices.Contains(codes, m.code) {
			codes = append(codes, m.code)
		}
	}
	return codes
}
