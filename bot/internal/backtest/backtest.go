// Package backtest compares what rules make of the bot's own archive with what was made of it before: by other
// rules, or by those that were in force at the time.
package backtest

import (
	"cmp"
	"maps"
	"slices"

	"pressalert/feeds"
	"pressalert/rules"
)

// A Test counts items that alert, as they are added to it.
type Test struct {
	// Samples is how many items are kept as examples: of those that gained or lost an alert, and of each rule.
	Samples int

	// Items counts all items; Gained those that alert now and did not before, Lost those that do no more, and
	// Unchanged those that alert as before, if by other rules.
	Items, Gained, Lost, Unchanged int
	// New and Gone are the first items that gained, and lost, their alert.
	New, Gone []Sample
	// Rules are the rules that matched any item, by their ids.
	Rules map[string]*Change
}

// A Sample is an item with the rules that match it now, or if none does those that matched it before.
type Sample struct {
	Item  feeds.Item
	Rules []string
}

// A Change is how one rule does.
type Change struct {
	// Gained counts the items that it matches now and did not before, and so on.
	Gained, Lost, Unchanged int
	// New and Gone are the first of these items.
	New, Gone []feeds.Item
}

// Add counts an item: the ids of the rules that matched it before, and of those that match it now.
func (t *Test) Add(item feeds.Item, before, after []string) {
	t.Items++
	switch {
	case len(before) > 0 && len(after) > 0:
		t.Unchanged++
	case len(after) > 0:
		t.Gained++
		t.New = keep(t.New, Sample{item, after}, t.Samples)
	case len(before) > 0:
		t.Lost++
		t.Gone = keep(t.Gone, Sample{item, before}, t.Samples)
	}
	for _, id := range after {
		c := t.change(id)
		if slices.Contains(before, id) {
			c.Unchanged++
			continue
		}
		c.Gained++
		c.New = keep(c.New, item, t.Samples)
	}
	for _, id := range before {
		if !slices.Contains(after, id) {
			c := t.change(id)
			c.Lost++
			c.Gone = keep(c.Gone, item, t.Samples)
		}
	}
}

// Alerts is how many items alert now.
func (t *Test) Alerts() int { return t.Unchanged + t.Gained }

// Ranked returns the ids of the rules that matched anything, those with the largest changes first.
func (t *Test) Ranked() []string {
	return slices.SortedFunc(maps.Keys(t.Rules), func(x, y string) int {
		a, b := t.Rules[x], t.Rules[y]
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost), cmp.Compare(b.Unchanged, a.Unchanged), cmp.Compare(x, y))
	})
}

func (t *Test) change(id string) *Change {
	if t.Rules == nil {
		t.Rules = make(map[string]*Change)
	}
	if t.Rules[id] == nil {
		t.Rules[id] = &Change{}
	}
	return t.Rules[id]
}

// keep appends to a list that may have so many entries.
func keep[T any](list []T, v T, most int) []T {
	if len(list) >= most {
		return list
	}
	return append(list, v)
}

// IDs returns the ids of the rules of matches.
func IDs(matches []rules.Match) []string {
	ids := make([]string, len(matches))
	for i, m := range matches {
		ids[i] = m.Rule.ID
	}
	return ids
}
