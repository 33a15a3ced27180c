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
	// named are the countries that the item names, nil until a match asks.
	named []string
	// search has the places of each term that was found.
	search *search
}

// matches reports whether a rule is true of the item.
func (r *reading) matches(c *compiled) bool {
	return r.holds(c.match) && (c.unless == nil || !r.holds(c.unless))
}

// result is the match of a rule that is true.
func (r *reading) result(c *compiled) Match {
	m := Match{
		Rule: c.rule, Countries: c.rule.Countries, Stage: c.rule.Stage, Severity: c.rule.Severity,
		Topic: c.rule.Topic, Law: c.rule.Law, Spans: r.spans(c.match),
	}
	if len(m.Countries) == 0 {
		if r.named == nil {
			r.named = slices.Clip(r.namedCountries())
		}
		m.Countries = r.named
	}
	return m
}

// holds reports whether a query is true of the item.
func (r *reading) holds(n node) bool {
	switch n := n.(type) {
	case *termNode:
		return len(r.termPlaces(n.id, n.fields)) > 0
	case *listNode:
		return r.holdsList(n)
	case *nearNode:
		for range r.pairs(n) {
			return true
		}
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
func (r *reading) found(n *listNode) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for _, l := range n.lists {
			for _, t := range r.search.termsOf(l.id) {
				if !yield(t) {
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
func (r *reading) termPlaces(term int32, fields fieldSet) []place {
	found := r.search.placesOf(term)
	if fields == allFields || len(found) == 0 {
		return found
	}
	return inFields(found, fields)
}

// inFields returns those of places that are in some fields.
func inFields(places []place, fields fieldSet) []place {
	if fields == allFields {
		return places
	}
	return without(places, func(p place) bool { return !fields.has(p.field) })
}

// without returns places but for those to be dropped. The places stay as they are, as others share them.
func without(places []place, drop func(place) bool) []place {
	first := slices.IndexFunc(places, drop)
	if first < 0 {
		return places
	}
	kept := places[:first:first]
	for _, p := range places[first+1:] {
		if !drop(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// places returns where a term, a list, a NEAR or an OR of those stands, in the order of the text. Others may share
// what is returned.
func (r *reading) places(n node) []place {
	var all []place
	switch n := n.(type) {
	case *termNode:
		return r.termPlaces(n.id, n.fields)
	case *listNode:
		if len(n.lists) == 1 {
			return upToBound(inFields(r.search.listPlaces(n.lists[0].id), n.fields))
		}
		for _, l := range n.lists {
			all = append(all, inFields(r.search.listPlaces(l.id), n.fields)...)
		}
	case *orNode:
		for _, operand := range n.any {
			all = append(all, r.places(operand)...)
		}
	case *nearNode:
		for a, b := range r.pairs(n) {
			all = append(all, union(a, b))
		}
	}
	return earliest(all, true)
}

// upToBound leaves out those of places in order that are beyond the bound of a field.
func upToBound(places []place) []place {
	if len(places) <= maxPlaces {
		return places
	}
	return earliest(slices.Clone(places), false)
}

// union is the place from the first word of two to the last.
func union(a, b place) place {
	return place{a.field, min(a.first, b.first), max(a.last, b.last)}
}

// pairs yields each pair of places of the operands that stand as near as a NEAR asks.
func (r *reading) pairs(n *nearNode) iter.Seq2[place, place] {
	return func(yield func(a, b place) bool) {
		a := r.places(n.a)
		if len(a) == 0 {
			return
		}
		b := r.places(n.b)
		if r.follow(a, b, n.reach, yield) && !n.ordered {
			r.follow(b, a, n.reach, func(b, a place) bool { return yield(a, b) })
		}
	}
}

// follow yields each pair of a place and one that follows it within reach, and reports whether all were wanted.
// Both lists are in order.
func (r *reading) follow(before, after []place, near reach, yield func(first, second place) bool) bool {
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
			if !yield(a, b) {
				return false
			}
		}
	}
	return true
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
		for _, p := range r.search.listPlaces(int32(l)) {
			all = append(all, mention{p, code})
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
