package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// A finding is what is most likely a mistake in a query.
type finding struct {
	at         node
	what, hint string
}

// A critic looks for mistakes in queries, whose terms are of its lexicon.
type critic struct{ *lexicon }

// findings yields what is most likely a mistake in a query, apart from its being too wide.
func (c critic) findings(query node) iter.Seq[finding] {
	return func(yield func(finding) bool) {
		inner := make(map[node]bool) // ANDs in an AND, ORs in an OR, which are judged with the outer one
		for n := range walk(query) {
			for _, operand := range children(n) {
				_, and := n.(*andNode)
				_, andInAnd := bare(operand).(*andNode)
				_, or := n.(*orNode)
				_, orInOr := bare(operand).(*orNode)
				inner[bare(operand)] = and && andInAnd || or && orInOr
			}
			if inner[n] {
				continue
			}
			for _, f := range c.findingsAt(n) {
				if !yield(f) {
					return
				}
			}
		}
	}
}

func (c critic) findingsAt(n node) []finding {
	switch n := n.(type) {
	case *andNode:
		return c.contradictions(conjuncts(n))
	case *orNode:
		return c.shadowed(alternatives(n))
	case *nearNode:
		if normalForm(n.a) == normalForm(n.b) {
			return []finding{{n, "both sides of this are the same, so it is true only where that stands twice", "name two different terms"}}
		}
	}
	return nil
}

// conjuncts are the parts of a query that must all be true.
func conjuncts(n node) []node {
	and, ok := bare(n).(*andNode)
	if !ok {
		return []node{n}
	}
	var all []node
	for _, operand := range and.all {
		all = append(all, conjuncts(operand)...)
	}
	return all
}

// alternatives are the parts of a query of which one must be true.
func alternatives(n node) []node {
	or, ok := bare(n).(*orNode)
	if !ok {
		return []node{n}
	}
	var all []node
	for _, operand := range or.any {
		all = append(all, alternatives(operand)...)
	}
	return all
}

// A part is a part of an AND: the alternatives of which one must be true, and their normal forms.
type part struct {
	any   []node
	forms []string
}

// partsOf are the parts of an AND that say what must be there.
func partsOf(conjuncts []node) []part {
	var parts []part
	for _, n := range conjuncts {
		if _, isNot := bare(n).(*notNode); isNot {
			continue
		}
		p := part{any: alternatives(n)}
		for _, n := range p.any {
			p.forms = append(p.forms, normalForm(n))
		}
		parts = append(parts, p)
	}
	return parts
}

// contradictions finds parts of an AND that cannot be true together.
func (c critic) contradictions(conjuncts []node) []finding {
	var found []finding
	parts := partsOf(conjuncts)
	facts := make(map[fact]string)
	for _, n := range conjuncts {
		switch n := bare(n).(type) {
		case *notNode:
			if c.contradicts(parts, n.of) {
				found = append(found, finding{n, "this excludes what must be there, so the whole can never be true", ""})
			}
		case *factNode:
			first, known := facts[n.fact]
			if known && first != n.value {
				found = append(found, finding{n, fmt.Sprintf("an item is not both %s:%s and %s:%s, so the whole can never be true",
					n.fact, first, n.fact, n.value), "write OR between them, in parentheses"})
			}
			facts[n.fact] = n.value
		}
	}
	return found
}

// contradicts reports whether a query is certainly true where all parts are.
func (c critic) contradicts(parts []part, excluded node) bool {
	if excluded == nil {
		return false
	}
	forms := make(map[string]bool)
	var terms []*termNode
	for _, n := range alternatives(excluded) {
		forms[normalForm(n)] = true
		if t, ok := bare(n).(*termNode); ok {
			terms = append(terms, t)
		}
	}
	isExcluded := func(n node, form string) bool {
		if forms[form] {
			return true
		}
		t, ok := bare(n).(*termNode)
		return ok && slices.ContainsFunc(terms, func(u *termNode) bool { return c.covers(u, t) })
	}
	return slices.ContainsFunc(parts, func(p part) bool {
		for i, n := range p.any {
			if !isExcluded(n, p.forms[i]) {
				return false
			}
		}
		return true
	})
}

// normalForm is the same for queries that differ only in the order and the grouping of their operands.
func normalForm(n node) string {
	switch n := bare(n).(type) {
	case *termNode:
		return fmt.Sprintf("%d#%d", n.fields, n.id)
	case *listNode:
		return fmt.Sprintf("%d%s", n.fields, n.name)
	case *factNode:
		return string(n.fact) + ":" + n.value
	case *notNode:
		return "!" + normalForm(n.of)
	case *nearNode:
		a, b := normalForm(n.a), normalForm(n.b)
		if !n.ordered && b < a {
			a, b = b, a
		}
		return fmt.Sprintf("{%v %s %s}", n.reach, a, b)
	case *andNode:
		return "(" + strings.Join(forms(conjuncts(n)), " & ") + ")"
	case *orNode:
		return "(" + strings.Join(forms(alternatives(n)), " | ") + ")"
	}
	return ""
}

// forms are the normal forms of nodes, each once, in order.
func forms(nodes []node) []string {
	all := make([]string, len(nodes))
	for i, n := range nodes {
		all[i] = normalForm(n)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// shadowed finds alternatives that find nothing which another one does not.
func (c critic) shadowed(alternatives []node) []finding {
	var terms []*termNode
	count := make(map[int32]int)
	for _, n := range alternatives {
		if t, ok := bare(n).(*termNode); ok {
			terms = append(terms, t)
			for _, w := range c.wordsOf(t.id) {
				count[w.word()]++
			}
		}
	}
	byWord := make(map[string][]*termNode) // by the rarest word, so that few need to be compared
	for _, t := range terms {
		rarest := slices.MinFunc(c.wordsOf(t.id), func(a, b wordUse) int { return cmp.Compare(count[a.word()], count[b.word()]) })
		folded, _, _ := c.forms(rarest.word())
		byWord[folded] = append(byWord[folded], t)
	}
	var found []finding
	for _, t := range terms {
		if u := c.shadowOf(t, byWord); u != nil {
			what := fmt.Sprintf("%s finds nothing that %s does not", shown(t), shown(u))
			if shown(t) == shown(u) {
				what = shown(t) + " stands twice"
			}
			found = append(found, finding{t, what, "leave it out"})
		}
	}
	return found
}

// shown is a term in quotes, with its field if it is of one only.
func shown(t *termNode) string {
	for name, f := range fieldNames {
		if t.fields == 1<<f {
			return fmt.Sprintf("%s:%q", name, t.written)
		}
	}
	return fmt.Sprintf("%q", t.written)
}

// shadowOf returns a term that finds all that t does, or nil. Of two that find the same it is the first.
func (c critic) shadowOf(t *termNode, byWord map[string][]*termNode) *termNode {
	for _, w := range c.wordsOf(t.id) {
		folded, plain, _ := c.forms(w.word())
		for _, form := range []string{folded, plain} {
			for end := 1; end <= len(form); end++ {
				if end < len(form) && !utf8.RuneStart(form[end]) {
					continue
				}
				for _, u := range byWord[form[:end]] {
					if u != t && c.covers(u, t) && (!c.covers(t, u) || u.from < t.from) {
						return u
					}
				}
			}
		}
	}
	return nil
}

// covers reports whether u finds every text that t does.
func (c critic) covers(u, t *termNode) bool {
	if t.fields&^u.fields != 0 {
		return false
	}
	few, many := c.wordsOf(u.id), c.wordsOf(t.id)
	for i := 0; i+len(few) <= len(many); i++ {
		if c.coversAt(few, many[i:]) {
			return true
		}
	}
	return false
}

func (c critic) coversAt(u, t []wordUse) bool {
	for j, w := range u {
		if j > 0 && w.glued() && !t[j].glued() || !c.coversWord(w, t[j]) {
			return false
		}
	}
	return true
}

func (c critic) coversWord(u, t wordUse) bool {
	folded, _, exact := c.forms(u.word())
	other, plain, otherExact := c.forms(t.word())
	same := func(form string) bool { return form == folded || u.prefix() && strings.HasPrefix(form, folded) }
	switch {
	case exact != "":
		return exact == otherExact
	case t.prefix() && !u.prefix():
		return false
	}
	return same(other) || plain != "" && same(plain)
}

// wideTerms are terms that by themselves are in far too much news (taxonomy, part 8), in small letters
// and without a star.
var wideTerms = map[string]bool{
	"cybercrime": true, "cyber crime": true, "cybercrimes": true, "hacker": true, "hackers": true, "hack": true, "hacking": true,
	"fraud": true, "scam": true, "scams": true, "social media": true, "journalist": true, "journalists": true,
	"journalis": true, "reporter": true, "reporters": true, "court": true, "courts": true, "police": true, "law": true,
	"laws": true, "internet": true, "media": true, "press": true, "news": true, "government": true, "arrest": true,
	"arrested": true, "facebook": true, "online": true, "parliament": true, "minister": true,
}

// tooWide names the term, or the first of the terms, if a query is nothing but one that is in far too
// much news, or an OR of only such, or else "". Facts and NOTs beside it make little difference.
func tooWide(n node) string {
	first := ""
	switch n := bare(n).(type) {
	case *termNode:
		if wideTerms[strings.ToLower(strings.TrimSuffix(n.written, "*"))] {
			first = fmt.Sprintf("%q", n.written)
		}
	case *listNode:
		if strings.HasPrefix(n.name, "place:") {
			first = n.name
		}
	case *andNode:
		for _, operand := range n.all {
			if _, needs := needsTerm(operand); !needs {
				continue
			}
			if first != "" {
				return ""
			}
			if first = tooWide(operand); first == "" {
				return ""
			}
		}
	case *orNode:
		for _, operand := range n.any {
			wide := tooWide(operand)
			if wide == "" {
				return ""
			}
			if first == "" {
				first = wide
			}
		}
	}
	return first
}
