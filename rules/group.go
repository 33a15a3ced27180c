package rules

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// A group is a set of terms and lists of which at least one is in every text that a query is true of.
type group struct {
	terms, lists []int32
	// weight guesses how often any of them is found.
	weight float32
}

const (
	// maxGroup is how many terms and lists of a group are worth looking at before a rule is evaluated,
	// and maxGroups how many groups.
	maxGroup  = 12
	maxGroups = 3
)

// groupEnd stands after the numbers of a group.
const groupEnd = math.MinInt32

// appendTo writes a group as a search reads it.
func (g *group) appendTo(numbers []int32) []int32 {
	numbers = append(numbers, g.terms...)
	for _, l := range g.lists {
		numbers = append(numbers, ^l)
	}
	return append(numbers, groupEnd)
}

// smallGroups are the first of those groups that are worth looking at.
func smallGroups(groups []group) []group {
	small := slices.DeleteFunc(groups, func(g group) bool { return len(g.terms)+len(g.lists) > maxGroup })
	return slices.Clip(small[:min(len(small), maxGroups)])
}

// A weigher guesses how often terms are found, without a corpus: words that many rules ask for are
// common in the news, long words are rare, and several words together are rarer.
type weigher struct {
	*rarity
	// lists remembers the weights of lists.
	lists map[int32]float32
}

func newWeigher(common *rarity) weigher { return weigher{common, make(map[int32]float32)} }

// The factors of guesses.
const (
	// phraseFactor is for each further word of a phrase, prefixFactor for a prefix.
	phraseFactor = 0.2
	prefixFactor = 3
	// exactFactor is for a word that must be written exactly so.
	exactFactor = 0.5
)

func (w weigher) term(id int32) float32 {
	rarity, letters := float32(math.MaxFloat32), 0
	factor := float32(1)
	for i, use := range w.wordsOf(id) {
		folded, _, exact := w.forms(use.word())
		uses := float32(w.wordUses[use.word()])
		if use.prefix() {
			uses *= prefixFactor
		}
		if exact != "" {
			uses *= exactFactor
		}
		rarity = min(rarity, uses)
		if i > 0 && !use.glued() {
			factor *= phraseFactor
		}
		letters += utf8.RuneCountInString(folded)
	}
	return rarity * factor / float32(letters*letters)
}

// list is the weight of a list: of all its terms together.
func (w weigher) list(l *list) float32 {
	sum, known := w.lists[l.id]
	if !known {
		for _, t := range l.terms {
			sum += w.term(t)
		}
		w.lists[l.id] = sum
	}
	return sum
}

// groups returns the groups that a query cannot do without. There are none where a NOT or a fact alone
// makes it true.
func (w weigher) groups(n node) []group {
	switch n := n.(type) {
	case *termNode:
		return []group{{terms: []int32{n.id}, weight: w.term(n.id)}}
	case *listNode:
		g := group{}
		for _, l := range n.lists {
			g.lists = append(g.lists, l.id)
			g.weight += w.list(l)
		}
		return []group{g}
	case *fieldNode:
		return w.groups(n.of)
	case *andNode, *nearNode:
		var all []group
		for _, operand := range children(n) {
			all = append(all, w.groups(operand)...)
		}
		return all
	case *orNode:
		return w.anyOf(n.any)
	}
	return nil
}

// anyOf is the group of an OR: the rarest of each operand, together.
func (w weigher) anyOf(operands []node) []group {
	var sum group
	for _, operand := range operands {
		groups := w.groups(operand)
		if len(groups) == 0 {
			return nil
		}
		rarest := slices.MinFunc(groups, func(a, b group) int { return cmp.Compare(a.weight, b.weight) })
		sum.terms = append(sum.terms, rarest.terms...)
		sum.lists = append(sum.lists, rarest.lists...)
		sum.weight += rarest.weight
	}
	return []group{sum}
}
