package rules

import "testing"

// TestCorpusMatches holds the index equal to the reference on the corpus of the benchmarks: rules in 22
// languages whose terms are mostly looked up late, and items made to match them.
func TestCorpusMatches(t *testing.T) {
	const someRules, someItems = 400, 60
	x := madeSet(someRules).index
	rules, hits := x.inOrder(), 0
	for i, rule := range madeRules()[:someItems] {
		l := readTongues()[rule.tongue]
		item := corpus()[i]
		item.Language = l.code
		item.Summary += " " + rule.words
		holdEqual(t, x, rules, item)
		hits += len(x.match(item))
	}
	if hits < someItems/2 {
		t.Errorf("got %d matches of %d items, want at least half as many", hits, someItems)
	}
}
