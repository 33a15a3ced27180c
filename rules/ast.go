package rules

import (
	"iter"
	"strings"
)

// A node is a part of a query.
type node interface {
	// offset is where it begins in the query, in bytes.
	offset() int
}

// A termNode is true where its words stand next to each other in one field.
type termNode struct {
	at int
	// written is the term as the rule writes it, without quotes.
	written string
	words   []termWord
	// key is the same for terms that find the same.
	key string
}

// A termWord is one word of a term.
type termWord struct {
	word string
	// prefix is true if a longer word that begins so is found too.
	prefix bool
	// glued is true if nothing may stand between this word and the one before.
	glued bool
}

// A notNode is true where its operand is not.
type notNode struct {
	at int
	of node
}

// An andNode is true where all operands are.
type andNode struct{ all []node }

// An orNode is true where any operand is.
type orNode struct{ any []node }

func (n *termNode) offset() int { return n.at }
func (n *notNode) offset() int  { return n.at }
func (n *andNode) offset() int  { return n.all[0].offset() }
func (n *orNode) offset() int   { return n.any[0].offset() }

// termKey writes the words without a doubt: no word contains these signs.
func termKey(words []termWord) string {
	var b strings.Builder
	for _, w := range words {
		if !w.glued {
			b.WriteByte(' ')
		} else {
			b.WriteByte('+')
		}
		b.WriteString(w.word)
		if w.prefix {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// needsTerm reports whether a query can be true only of texts with some term in it, and if not, where
// the part stands that is to blame.
func needsTerm(n node) (at int, ok bool) {
	switch n := n.(type) {
	case *notNode:
		return n.at, false
	case *andNode:
		for _, operand := range n.all {
			if _, ok := needsTerm(operand); ok {
				return 0, true
			}
		}
		return n.offset(), false
	case *orNode:
		for _, operand := range n.any {
			if at, ok := needsTerm(operand); !ok {
				return at, false
			}
		}
	}
	return 0, true
}

// termsOf yields every term of some queries, nil ones left out.
func termsOf(queries ...node) iter.Seq[*termNode] {
	return func(yield func(*termNode) bool) {
		for len(queries) > 0 {
			n := queries[len(queries)-1]
			queries = queries[:len(queries)-1]
			switch n := n.(type) {
			case *termNode:
				if !yield(n) {
					return
				}
			case *notNode:
				queries = append(queries, n.of)
			case *andNode:
				queries = append(queries, n.all...)
			case *orNode:
				queries = append(queries, n.any...)
			}
		}
	}
}

// waitsFor returns terms of which at least one is in every text that the query is true of: the
// fewest of an AND, all together of an OR. It is nil if a NOT leaves no such terms.
func waitsFor(n node) []*termNode {
	switch n := n.(type) {
	case *termNode:
		return []*termNode{n}
	case *andNode:
		var best []*termNode
		for _, operand := range n.all {
			if terms := waitsFor(operand); terms != nil && (best == nil || len(terms) < len(best)) {
				best = terms
			}
		}
		return best
	case *orNode:
		var all []*termNode
		for _, operand := range n.any {
			terms := waitsFor(operand)
			if terms == nil {
				return nil
			}
			all = append(all, terms...)
		}
		return all
	}
	return nil
}
