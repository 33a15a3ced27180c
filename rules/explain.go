package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"pressalert/feeds"
)

// maxNearMisses bounds how many rules that came close are explained; nobody reads more.
const maxNearMisses = 10

// An Explanation says why a rule matched an item, or how close it came.
type Explanation struct {
	Rule    Rule
	Matched bool
	// Match is the query that must be true, Unless the one that must not be, or nil.
	Match  Tree
	Unless *Tree
	// Missing says of a rule that did not match, in half a line, which part was missing or vetoed.
	Missing string
}

// A Tree is a query with what is true of an item, for every part.
type Tree struct {
	// Text is the part as it is written in the rule.
	Text string
	True bool
	// Words are the words in the item that a term, a concept or a place found, in the order of the
	// text; of a NEAR, only those that stand near each other. There are none for other parts.
	Words []Word
	// Children are the operands, in the order of the rule.
	Children []Tree
	// Choice is true if any one of the children is enough.
	Choice bool
}

// A Word is what was found in an item.
type Word struct {
	Field Field
	// Text is the item's own, as it was published.
	Text string
}

// Explain explains an item: first the rules that it matches, as Match orders them, then those that
// came close, the closest first, at most ten. A rule comes close if a necessary part of its query is
// true, or if only its unless stood against it. Explain looks at every rule, so it is as slow as the
// set is large, unlike Match.
func (s *Set) Explain(item feeds.Item) []Explanation {
	found := s.index.search(item)
	defer found.release()
	x := explainer{&found.reading}
	type nearMiss struct {
		rule  *compiled
		share float64
	}
	var all []Explanation
	var near []nearMiss
	for i := range s.index.rules {
		c := &s.index.rules[i]
		switch {
		case c.rule.Status == Off:
		case x.matches(c):
			all = append(all, x.explain(c))
		default:
			if share, close := x.closeness(c.match); close {
				near = append(near, nearMiss{c, share})
			}
		}
	}
	slices.SortStableFunc(near, func(a, b nearMiss) int { return cmp.Compare(b.share, a.share) })
	for _, n := range near[:min(len(near), maxNearMisses)] {
		all = append(all, x.explain(n.rule))
	}
	return all
}

// An explainer tells what was found in an item.
type explainer struct{ *reading }

func (x explainer) explain(c *compiled) Explanation {
	e := Explanation{Rule: c.rule, Matched: x.matches(c), Match: x.tree(c.query, c.match)}
	if c.unless != nil {
		unless := x.tree(c.exception, c.unless)
		e.Unless = &unless
	}
	if !e.Matched {
		e.Missing = x.miss(c)
	}
	return e
}

// tree explains a part of a query.
func (x explainer) tree(query string, n node) Tree {
	t := Tree{Text: text(query, n), True: x.holds(n)}
	switch n.(type) {
	case *termNode, *listNode, *nearNode:
		t.Words = x.words(n)
	case *orNode:
		t.Choice = true
	}
	for _, child := range children(n) {
		t.Children = append(t.Children, x.tree(query, child))
	}
	return t
}

// text is a part of a query as it is written, on one line.
func text(query string, n node) string {
	at := n.where()
	return strings.Join(strings.Fields(query[at.from:at.to]), " ")
}

// words are the texts of the spans of a query, each once.
func (x explainer) words(n node) []Word {
	var words []Word
	for _, s := range x.spans(n) {
		w := Word{s.Field, x.passages[s.Field].text[s.Start:s.End]}
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// closeness says which share of what a query asks for is true, and whether any necessary part with a
// term is.
func (x explainer) closeness(n node) (share float64, close bool) {
	switch n := n.(type) {
	case *fieldNode:
		return x.closeness(n.of)
	case *andNode:
		return x.closenessOfAll(n.all)
	case *nearNode:
		if !x.holds(n) {
			return x.closenessOfNear(n)
		}
	case *orNode:
		for _, operand := range n.any {
			s, c := x.closeness(operand)
			share, close = max(share, s), close || c
		}
		return share, close
	}
	if !x.holds(n) {
		return 0, false
	}
	_, needs := needsTerm(n)
	return 1, needs
}

func (x explainer) closenessOfAll(operands []node) (share float64, close bool) {
	for _, operand := range operands {
		s, c := x.closeness(operand)
		share, close = share+s/float64(len(operands)), close || c
	}
	return share, close
}

// closenessOfNear counts the two operands of a NEAR and their nearness as three parts.
func (x explainer) closenessOfNear(n *nearNode) (share float64, close bool) {
	share, close = x.closenessOfAll([]node{n.a, n.b})
	return share * 2 / 3, close
}

// maxMissing bounds how many missing parts are named in a line.
const maxMissing = 4

// miss says what keeps a rule from matching.
func (x explainer) miss(c *compiled) string {
	if x.holds(c.match) {
		return "unless finds " + x.reasons(c.exception, c.unless)
	}
	var b strings.Builder
	last, n := "", 0
	x.missing(c.query, c.match, func(why, what string) {
		switch n++; {
		case n > maxMissing:
			return
		case why == last:
			b.WriteString(", ")
		case last != "":
			b.WriteString("; " + why)
		default:
			b.WriteString(why)
		}
		b.WriteString(what)
		last = why
	})
	if n > maxMissing {
		fmt.Fprintf(&b, " and %d more", n-maxMissing)
	}
	return b.String()
}

// reasons are the terms that make a query true, or the query itself if no term does.
func (x explainer) reasons(query string, n node) string {
	if terms := termList(x.spans(n)); terms != "" {
		return terms
	}
	return shortText(query, n)
}

// maxText bounds a part of a query that is told in a line, in characters.
const maxText = 60

// shortText is the beginning of a part of a query.
func shortText(query string, n node) string {
	text := text(query, n)
	if utf8.RuneCountInString(text) <= maxText {
		return text
	}
	return string([]rune(text)[:maxText-1]) + "…"
}

// missing passes on what a query that is not true lacks: why in a few words, and what.
func (x explainer) missing(query string, n node, add func(why, what string)) {
	switch n := n.(type) {
	case *andNode:
		for _, operand := range n.all {
			if !x.holds(operand) {
				x.missing(query, operand, add)
			}
		}
	case *orNode:
		if nearest := x.nearest(n.any); nearest != nil {
			x.missing(query, nearest, add)
			return
		}
		add("missing ", shortText(query, n))
	case *nearNode:
		x.missingNear(query, n, add)
	case *notNode:
		add("NOT excludes ", x.reasons(query, n.of))
	case *factNode:
		add("not ", shortText(query, n))
	default:
		add("missing ", shortText(query, n))
	}
}

func (x explainer) missingNear(query string, n *nearNode, add func(why, what string)) {
	apart := true
	for _, operand := range children(n) {
		if len(x.places(operand)) == 0 {
			x.missing(query, operand, add)
			apart = false
		}
	}
	if apart {
		add("not near enough: ", shortText(query, n))
	}
}

// nearest returns the alternative that came closest, or nil if none is close.
func (x explainer) nearest(alternatives []node) node {
	var nearest node
	best := 0.0
	for _, n := range alternatives {
		if share, close := x.closeness(n); close && share > best {
			nearest, best = n, share
		}
	}
	return nearest
}

// walkWanted yields the parts of a query that speak for a text: not those behind a NOT, but those
// behind two.
func walkWanted(n node) iter.Seq[node] {
	return func(yield func(node) bool) {
		wanted(n, true, yield)
	}
}

func wanted(n node, positive bool, yield func(node) bool) bool {
	if positive && !yield(n) {
		return false
	}
	if _, isNot := n.(*notNode); isNot {
		positive = !positive
	}
	for _, child := range children(n) {
		if !wanted(child, positive, yield) {
			return false
		}
	}
	return true
}

// String returns the word behind its field.
func (w Word) String() string { return fmt.Sprintf("%s: %s", w.Field, w.Text) }
