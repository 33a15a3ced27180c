package alert

import (
	"slices"
	"time"
)

const (
	// neighboursMax is how many of the newest stories of a country, and of a dossier, are looked at.
	neighboursMax = 64

	// candidatesMax is how many tellings are compared for their words, those that share most keys first,
	// and how many neighbours beside them.
	candidatesMax = 8
)

// A query is an alert that looks for its story.
type query struct {
	Alert
	content
	words  []word
	when   time.Time
	groups []group
	// neighbours are the newest stories of its countries, told within StoryDays of it, kin those of them
	// that are of its family, and laws the stories of any time that may be about its law.
	neighbours, kin, laws []*entry
}

// ask makes a query of an alert.
func (s *Stories) ask(a Alert, now time.Time) *query {
	words := wordsOf(a)
	sketch := newSketch(words)
	q := &query{Alert: a, words: words, when: a.Item.When(), groups: groupsOf(languageGroup(a.Item.Language), a.Countries)}
	if q.when.IsZero() {
		q.when = now
	}
	q.content = content{sketch: &sketch, language: q.groups[0]}
	q.weigh(s.frequency, q.groups)
	for _, g := range q.groups[1:] {
		for _, e := range newest(s.places[g]) {
			if days(e.Updated, q.when) <= StoryDays {
				q.neighbours = addNew(q.neighbours, e)
			}
		}
	}
	for _, e := range q.neighbours {
		if e.family() == q.family() {
			q.kin = append(q.kin, e)
		}
	}
	if q.family() == familyOfLaws {
		q.laws = slices.Clone(q.kin)
		for _, d := range a.Dossiers {
			for _, e := range newest(s.dossiers[d]) {
				q.laws = addNew(q.laws, e)
			}
		}
	}
	return q
}

// newest returns the last of a list, which grows with time.
func newest(list []*entry) []*entry { return list[max(0, len(list)-neighboursMax):] }

// candidates are the tellings to compare: those that share most keys with the item, the newest first,
// and those of the newest of its kin.
func (s *Stories) candidates(q *query) []int32 {
	touched := make([]int32, 0, 512)
	var counts [stride + 1]int
	s.chains.find(q.sketch, func(n int32) {
		hits := s.hits[n]
		if hits == 0 {
			touched = append(touched, n)
		} else {
			counts[hits]--
		}
		hits = min(hits+1, stride)
		s.hits[n] = hits
		counts[hits]++
	})
	least, above := stride, 0
	for ; least > 1 && above+counts[least] < candidatesMax; least-- {
		above += counts[least]
	}
	best := make([]int32, 0, 2*candidatesMax)
	for _, n := range touched {
		if int(s.hits[n]) > least || int(s.hits[n]) == least && len(best) < candidatesMax {
			best = append(best, n)
		}
		s.hits[n] = 0
	}
	best = slices.DeleteFunc(best, func(n int32) bool { return s.owners[n] == nil })
	for _, e := range q.kin[max(0, len(q.kin)-candidatesMax):] {
		for _, n := range e.numbers {
			best = addNew(best, n)
		}
	}
	return best
}

// compare weighs what the item shares with a telling.
func (s *Stories) compare(q *query, n int32) evidence {
	groups := q.groups[:1:1]
	for _, c := range q.Countries {
		if slices.Contains(s.owners[n].Countries, c) {
			groups = append(groups, countryGroup(c))
		}
	}
	return s.frequency.compare(q.content, s.contents[n], groups)
}

// bestOf is the evidence of the telling of a story that the item shares most with.
func (s *Stories) bestOf(q *query, e *entry) evidence {
	var best evidence
	for _, n := range e.numbers {
		if found := s.compare(q, n); best.shared == nil || found.score > best.score {
			best = found
		}
	}
	return best
}
