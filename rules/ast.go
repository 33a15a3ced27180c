package rules

import (
	"iter"
	"slices"
)

// A node is a part of a query. The kinds are the structs below; who evaluates or compiles a query
// switches over them. Names are resolved: a list holds its terms, and each term and list knows the
// fields that it is looked for in, so that a fieldNode has no meaning of its own.
type node interface {
	where() extent
	widen(from, to int)
}

// An extent is where a part of a query stands in it, in bytes, to excluded. Queries are short, and have many parts.
type extent struct{ from, to int32 }

func (e *extent) where() extent      { return *e }
func (e *extent) widen(from, to int) { e.from, e.to = int32(from), int32(to) }

// A fieldSet is a set of fields, a bit for each.
type fieldSet uint8

// allFields are those that a term is looked for in if the query does not say.
const allFields fieldSet = 1<<Title | 1<<Summary | 1<<Body

func (s fieldSet) has(f Field) bool { return s&(1<<f) != 0 }

// A termWord is one word of a term as it is read.
type termWord struct {
	word string
	// plain is the word without its marks, if it has any that are optional, otherwise "".
	plain string
	// exact is the word as it must be written, or "" if capitals make no difference.
	exact string
	// prefix is true if a longer word that begins so is found too.
	prefix bool
	// glued is true if nothing may stand between this word and the one before.
	glued bool
}

// A list is a named list of terms: a concept, or the names of a country.
type list struct {
	name string
	// terms are the numbers of the terms. Each counts only in items of its language, or of an unknown one.
	terms []int32
	// id is the number of the list in its lexicon.
	id int32
}

// A termNode is true where the words of its term stand next to each other in one field.
type termNode struct {
	extent
	// written is the term as a person wrote it, without quotes.
	written string
	// id is the number of the term in its lexicon, the same for terms that find the same.
	id     int32
	fields fieldSet
}

// A listNode is true where any term of its lists is. It is a concept, a place, or all places of a region.
type listNode struct {
	extent
	// name is as it is written: @name, place:KH, place:@name.
	name   string
	lists  []*list
	fields fieldSet
}

// A nearNode is true where both operands stand in one field, without a word in common, and so near
// as it says. Its operands are terms, lists, NEARs, and ORs of those.
type nearNode struct {
	extent
	a, b node
	reach
}

// A reach says how near is near.
type reach struct {
	// words is how many words may stand at most between the end of the operand that comes first and the
	// beginning of the other, 0 if they must be side by side; it means nothing if sentence is true.
	words int
	// sentence is true if both must stand in the same sentence.
	sentence bool
	// ordered is true if the first operand must come first.
	ordered bool
}

// A fieldNode is true where its operand is; all below it looks into one field only.
type fieldNode struct {
	extent
	of node
}

// A factNode is true of items with a property: a language, a feed, a kind of feed.
type factNode struct {
	extent
	fact fact
	// value is the base language, the id of a feed or a kind of feed.
	value string
}

// A fact is a property of an item, by the word before the colon.
type fact string

const (
	factLang fact = "lang"
	factFeed fact = "feed"
	factKind fact = "kind"
)

// A notNode is true where its operand is not.
type notNode struct {
	extent
	of node
}

// An andNode is true where all operands are.
type andNode struct {
	extent
	all []node
}

// An orNode is true where any operand is.
type orNode struct {
	extent
	any []node
}

// children are the operands of a node, in the order of the query.
func children(n node) []node {
	switch n := n.(type) {
	case *andNode:
		return n.all
	case *orNode:
		return n.any
	case *nearNode:
		return []node{n.a, n.b}
	case *notNode:
		return []node{n.of}
	case *fieldNode:
		return []node{n.of}
	}
	return nil
}

// bare strips the nodes without a meaning of their own.
func bare(n node) node {
	for {
		f, ok := n.(*fieldNode)
		if !ok {
			return n
		}
		n = f.of
	}
}

// needsTerm reports whether a query can be true only of texts with some term in it, and if not, which
// part is to blame.
func needsTerm(n node) (blame node, ok bool) {
	switch n := n.(type) {
	case *notNode, *factNode:
		return n, false
	case *fieldNode:
		return needsTerm(n.of)
	case *andNode:
		for _, operand := range n.all {
			if _, ok := needsTerm(operand); ok {
				return nil, true
			}
		}
		return n.all[0], false
	case *orNode:
		for _, operand := range n.any {
			if blame, ok := needsTerm(operand); !ok {
				return blame, false
			}
		}
	}
	return nil, true
}

// walk yields every node of some queries, each before its operands; nil queries are left out.
func walk(queries ...node) iter.Seq[node] {
	return func(yield func(node) bool) {
		for len(queries) > 0 {
			n := queries[len(queries)-1]
			queries = queries[:len(queries)-1]
			if n == nil {
				continue
			}
			if !yield(n) {
				return
			}
			for _, child := range slices.Backward(children(n)) {
				queries = append(queries, child)
			}
		}
	}
}
