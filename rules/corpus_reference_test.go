package rules

import (
	"testing"

	"pressalert/feeds"
)

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
		hits += len(matchesOf(x, item))
	}
	if hits < someItems/2 {
		t.Errorf("got %d matches of %d items, want at least half as many", hits, someItems)
	}
}

// TestLibraryMatchesAsReference holds the index of the shipped rules equal to the reference. The reference
// is slow with so many, so it is tried on the titles of some of them.
func TestLibraryMatchesAsReference(t *testing.T) {
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	library := set.index.inOrder()
	for i := 0; i < len(library); i += 7 {
		r := library[i].rule
		holdEqual(t, set.index, library, feeds.Item{Title: r.Title, Summary: r.Note, Body: r.ID, Language: "en"})
	}
}
