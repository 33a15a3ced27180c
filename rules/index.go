package rules

import (
	"cmp"
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
// The rest of the package asks an index for match, read and the rules only, and evaluates with the
// methods of reading; how rules are stored and woken is the index's own affair.
type index struct {
	// rules are in the order of their matches, those that are off among them.
	rules []compiled
	// given is the position in rules of each rule, in the order given.
	given []int32
	// places are the lists of the names of countries, by code, and countries the codes by number of list.
	places    map[string]*list
	countries []string

	terms []*term
	// termWords are the words of all terms.
	termWords []termWord
	// languages numbers the languages of terms from 1.
	languages map[string]uint8
	table     wordTable
	// lazyKeys are the keys of the terms that are not in the table, those of each term from lazyFrom on.
	lazyKeys []lazyKey
	lazyFrom []int32
	// lists are those that a term is in. termWakes and listWakes are the rules that wait for it.
	lists, termWakes, listWakes sparse
	listCount                   int
	// others are the groups that a rule cannot do without besides that which it waits for: numbers of
	// terms, of lists with their bits turned, and groupEnd after each group.
	others sparse
	// searches are used again by the next item.
	searches sync.Pool
}

// A sparse matrix has some numbers in each row.
type sparse struct{ from, values []int32 }

// row returns the numbers of a row.
func (s *sparse) row(i int32) []int32 { return s.values[s.from[i]:s.from[i+1]] }

// A sparsePair is a number in a row.
type sparsePair struct{ row, value int32 }

func newSparse(rows int, pairs []sparsePair) sparse {
	slices.SortFunc(pairs, func(a, b sparsePair) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.value, b.value)) })
	pairs = slices.Compact(pairs)
	s := sparse{make([]int32, rows+1), make([]int32, len(pairs))}
	for i, p := range pairs {
		s.from[p.row+1]++
		s.values[i] = p.value
	}
	for i := range rows {
		s.from[i+1] += s.from[i]
	}
	return s
}

// newIndex compiles rules, whose matches will come by severity, else in the order given. Those that are
// off can be read, but wait for nothing.
func newIndex(rules []compiled, places map[string]*list) *index {
	in := newInterner()
	x := &index{places: make(map[string]*list, len(places)), given: make([]int32, len(rules))}
	order := make([]int, len(rules))
	for i := range rules {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rules[b].rule.Severity, rules[a].rule.Severity) })
	x.rules = make([]compiled, len(rules))
	for at, i := range order {
		x.given[i] = int32(at)
		x.rules[at] = in.rule(rules[i])
	}
	for _, code := range slices.Sorted(maps.Keys(places)) {
		x.places[code] = in.list(places[code])
	}
	x.terms, x.listCount = in.byID, len(in.listByID)
	x.countries = make([]string, x.listCount)
	for code, l := range x.places {
		x.countries[l.id] = code
	}
	x.wire(in.listByID)
	x.fillTable()
	x.searches.New = func() any { return newSearch(x) }
	return x
}

// fillTable puts the words of all terms next to each other, and the terms into the table or aside.
func (x *index) fillTable() {
	b := newTableBuilder(x.terms)
	words := 0
	for _, t := range x.terms {
		words += len(t.words)
	}
	x.termWords = make([]termWord, 0, words)
	x.languages = map[string]uint8{"": 0}
	for _, t := range x.terms {
		from := len(x.termWords)
		x.termWords = append(x.termWords, t.words...)
		t.words = x.termWords[from:len(x.termWords):len(x.termWords)]
		language, known := x.languages[t.language]
		if !known {
			language = uint8(min(len(x.languages), otherLanguage-1))
			x.languages[t.language] = language
		}
		x.lazyFrom = append(x.lazyFrom, int32(len(x.lazyKeys)))
		linked := len(x.lists.row(t.id)) > 0 || len(x.termWakes.row(t.id)) > 0
		if keys := b.lazyKeys(t); !linked && len(keys) > 0 {
			x.lazyKeys = append(x.lazyKeys, keys...)
			continue
		}
		b.add(t, wordEntry{term: t.id, from: int32(from), count: uint16(len(t.words)), language: language, linked: linked})
	}
	x.lazyFrom = append(x.lazyFrom, int32(len(x.lazyKeys)))
	x.table = b.table()
}

// otherLanguage is the number of a language that no term is of. There are some 180 languages with a
// code of two letters, of which files exist for a quarter.
const otherLanguage = 255

// wire says which terms are in which lists, and lets each rule in force wait.
func (x *index) wire(lists []*list) {
	var inLists, byTerm, byList []sparsePair
	for _, l := range lists {
		for _, t := range l.terms {
			inLists = append(inLists, sparsePair{t.id, l.id})
		}
	}
	w := newWeigher(x.terms)
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
	x.lists = newSparse(len(x.terms), inLists)
	x.termWakes, x.listWakes = newSparse(len(x.terms), byTerm), newSparse(len(lists), byList)
}

// rule returns the rule that was given at place i.
func (x *index) rule(i int) compiled { return x.rules[x.given[i]] }

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
