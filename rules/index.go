package rules

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"
)

// A compiled rule is a rule with its queries.
type compiled struct {
	rule          Rule
	match, unless node // unless may be nil
	// query and exception are match and unless as they are written.
	query, exception string
}

// An index finds the rules that an item matches. It is immutable. Matching looks up each word of the
// item once, which finds the terms; a rule is woken only by the group of terms that it waits for, and
// evaluated only if each other group that it cannot do without was found too.
//
// The rest of the package asks an index for a search and the rules only, and evaluates with the
// methods of reading; how rules are stored and woken is the index's own affair.
type index struct {
	*lexicon
	// rules are in the order of their matches, those that are off among them.
	rules []compiled
	// given is the position in rules of each rule, in the order given.
	given []int32
	// places are the lists of the names of countries, by code, and countries the codes by number of list.
	places    map[string]*list
	countries []string
	// cues are the numbers of the lists of the cues of stages, by name.
	cues map[string]int32

	// table has the terms of the rules, and cueTable those that only cues have: it is asked only about items
	// that matched, which are few.
	table, cueTable wordTable
	// lazyKeys are the keys of the terms that are in no table, those of each term from lazyFrom on.
	lazyKeys []lazyKey
	lazyFrom []int32
	// lists are those that a term is in, cueLists those of cues. termWakes and listWakes are the rules that
	// wait for it.
	lists, cueLists, termWakes, listWakes sparse
	// others are the groups that a rule cannot do without besides that which it waits for: numbers of
	// terms, of lists with their bits turned, and groupEnd after each group.
	others sparse
	// searches are used again by the next item.
	searches sync.Pool
}

// newIndex compiles rules, whose matches will come by severity, else in the order given. Those that are
// off can be read, but wait for nothing. All terms and lists are of the one lexicon.
func newIndex(words *lexicon, rules []compiled, places, cues map[string]*list) *index {
	x := &index{lexicon: words, places: places, cues: make(map[string]int32, len(cues)), given: make([]int32, len(rules)), countries: make([]string, words.listCount)}
	order := make([]int, len(rules))
	for i := range rules {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rules[b].rule.Severity, rules[a].rule.Severity) })
	x.rules = make([]compiled, len(rules))
	for at, i := range order {
		x.given[i] = int32(at)
		x.rules[at] = rules[i]
	}
	for code, l := range x.places {
		x.countries[l.id] = code
	}
	for name, l := range cues {
		x.cues[name] = l.id
	}
	asked, lists := x.asked()
	common := newRarity(words)
	x.cueLists = x.membership(maps.Values(cues))
	x.wire(common, lists)
	x.fillTables(common, asked)
	x.searches.New = func() any { return newSearch(x) }
	return x
}

// asked returns which terms some rule asks for, by number, and the lists that one does. Countries are always
// asked for.
func (x *index) asked() (terms []bool, lists []*list) {
	terms = make([]bool, len(x.termEnds))
	known := make([]bool, x.listCount)
	ask := func(l *list) {
		if !known[l.id] {
			known[l.id] = true
			lists = append(lists, l)
			for _, t := range l.terms {
				terms[t] = true
			}
		}
	}
	for _, l := range x.places {
		ask(l)
	}
	for _, c := range x.rules {
		for n := range walk(c.match, c.unless) {
			switch n := n.(type) {
			case *termNode:
				terms[n.id] = true
			case *listNode:
				for _, l := range n.lists {
					ask(l)
				}
			}
		}
	}
	return terms, lists
}

// fillTables puts each term into a table or aside; those that no rule asks for are for cues only.
func (x *index) fillTables(common *rarity, asked []bool) {
	rules, cues := newTableBuilder(common), newTableBuilder(common)
	x.lazyFrom = make([]int32, 0, len(asked)+1)
	for i, isAsked := range asked {
		t := int32(i)
		x.lazyFrom = append(x.lazyFrom, int32(len(x.lazyKeys)))
		inCue := len(x.cueLists.row(t)) > 0
		linked := inCue || len(x.lists.row(t)) > 0 || len(x.termWakes.row(t)) > 0
		switch {
		case !isAsked && inCue:
			cues.add(t)
		case !isAsked:
		case linked:
			rules.add(t)
		default:
			if keys := rules.lazyKeys(t); len(keys) > 0 {
				x.lazyKeys = append(x.lazyKeys, keys...)
			} else {
				rules.add(t)
			}
		}
	}
	x.lazyFrom = append(x.lazyFrom, int32(len(x.lazyKeys)))
	x.table, x.cueTable = rules.table(), cues.table()
}

// wire says which terms are in which lists, and lets each rule in force wait.
func (x *index) wire(common *rarity, lists []*list) {
	w := newWeigher(common)
	var byTerm, byList []sparsePair
	x.others.from = make([]int32, 1, len(x.rules)+1)
	for i, c := range x.rules {
		x.others.from = append(x.others.from, int32(len(x.others.values)))
		if c.rule.Status == Off {
			continue
		}
		groups := w.groups(c.match)
		slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.weight, b.weight) })
		for _, t := range groups[0].terms {
			byTerm = append(byTerm, sparsePair{t, int32(i)})
		}
		for _, l := range groups[0].lists {
			byList = append(byList, sparsePair{l, int32(i)})
		}
		for _, g := range smallGroups(groups[1:]) {
			x.others.values = g.appendTo(x.others.values)
		}
		x.others.from[i+1] = int32(len(x.others.values))
	}
	x.lists = x.membership(slices.Values(lists))
	x.termWakes, x.listWakes = newSparse(len(x.termEnds), byTerm), newSparse(x.listCount, byList)
}

// membership has the lists that each term is in.
func (x *index) membership(lists iter.Seq[*list]) sparse {
	var pairs []sparsePair
	for l := range lists {
		for _, t := range l.terms {
			pairs = append(pairs, sparsePair{t, l.id})
		}
	}
	return newSparse(len(x.termEnds), pairs)
}

// rule returns the rule that was given at place i.
func (x *index) rule(i int) *compiled { return &x.rules[x.given[i]] }

// inOrder returns the rules in force in the order that newIndex was given.
func (x *index) inOrder() []compiled {
	var rules []compiled
	for _, at := range x.given {
		if x.rules[at].rule.Status != Off {
			rules = append(rules, x.rules[at])
		}
	}
	return rules
}
