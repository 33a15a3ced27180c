package rules

import (
	"cmp"
	"slices"
)

// A spanner collects the spans that make a query true.
type spanner struct {
	*reading
	spans []Span
}

// spans returns the places that make a true query true, in the order of the text, and of each term the
// first few.
func (r *reading) spans(n node) []Span {
	s := spanner{reading: r}
	s.query(n)
	return bounded(s.spans)
}

// bounded sorts spans, each once, and leaves out those beyond the bound of each term.
func bounded(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End),
			cmp.Compare(a.Term, b.Term))
	})
	spans = slices.Compact(spans)
	if len(spans) <= maxSpans { // as nearly always
		return spans
	}
	count := make(map[string]int)
	return slices.DeleteFunc(spans, func(s Span) bool {
		count[s.Term]++
		return count[s.Term] > maxSpans
	})
}

// query adds the spans of a query that is true.
func (s *spanner) query(n node) {
	switch n := n.(type) {
	case *termNode, *listNode, *nearNode:
		s.within(n, s.places(n))
	case *fieldNode:
		s.query(n.of)
	case *andNode:
		for _, operand := range n.all {
			s.query(operand)
		}
	case *orNode:
		for _, operand := range n.any {
			if s.holds(operand) {
				s.query(operand)
			}
		}
	}
}

// within adds the spans of those places of a term, list, NEAR or OR of such that are wanted. They are
// in order.
func (s *spanner) within(n node, wanted []place) {
	switch n := n.(type) {
	case *termNode:
		s.add(n.written, s.termPlaces(n.id, n.fields), wanted)
	case *listNode:
		for t := range s.found(n) {
			s.add(n.name, s.termPlaces(t, n.fields), wanted)
		}
	case *orNode:
		for _, operand := range n.any {
			s.within(operand, wanted)
		}
	case *nearNode:
		s.near(n, wanted)
	}
}

// near adds the spans of the operands where they stand near each other and make a place that is wanted.
func (s *spanner) near(n *nearNode, wanted []place) {
	var a, b []place
	for first, second := range s.pairs(n) {
		if contains(wanted, union(first, second)) {
			a, b = append(a, first), append(b, second)
		}
	}
	slices.SortFunc(a, comparePlaces)
	slices.SortFunc(b, comparePlaces)
	s.within(n.a, slices.Compact(a))
	s.within(n.b, slices.Compact(b))
}

// contains reports whether places in order have p among them.
func contains(places []place, p place) bool {
	_, found := slices.BinarySearchFunc(places, p, comparePlaces)
	return found
}

// add adds the places of a term that are wanted.
func (s *spanner) add(written string, places, wanted []place) {
	for _, p := range places {
		if contains(wanted, p) {
			tokens := s.passages[p.field].tokens
			s.spans = append(s.spans, Span{Field: p.field, Start: tokens[p.first].start, End: tokens[p.last].end, Term: written})
		}
	}
}
