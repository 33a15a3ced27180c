package alert

import (
	"slices"
	"time"

	"pressalert/rules"
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
	stories  *Stories
	words    []word
	sketch   Sketch
	when     time.Time
	language group
	// scales are for the language and the countries, in whose news the words are rare or not.
	scales []scale
	// weights are what the words weigh, keys the rarest of them, and shared what each weighs that another has.
	weights   weights
	keys      []term
	shared    []float64
	namesOnly bool
	// topics are all of them, and main the main one.
	topics, main uint8
	laws         uint32
	family       family
	// kin are the newest stories of its countries and of its kind, told within StoryDays of it, and lawful the
	// stories of any time that may be about its law.
	kin, lawful []*entry
}

// ask makes a query of an alert.
func (s *Stories) ask(a Alert, now time.Time) *query {
	r := read(a)
	q := &query{
		Alert: a, stories: s, words: r.words, sketch: newSketch(r), when: a.Item.When(),
		language: languageGroup(a.Item.Language), namesOnly: onlyNames(r.sounds),
		topics: topicBits(a.Topics), main: topicBits(a.Topics[:min(1, len(a.Topics))]), laws: lawBits(a.Laws), family: familyOf(a.Topics),
	}
	q.weigh(groupsOf(q.language, a.Countries))
	if q.when.IsZero() {
		q.when = now
	}
	at := q.when.Unix()
	for _, c := range a.Countries {
		for _, e := range newest(s.places[c]) {
			if q.sameKind(e) && max(e.updated-at, at-e.updated) <= StoryDays*24*60*60 {
				q.kin = addNew(q.kin, e)
			}
		}
	}
	if q.family == familyOfLaws {
		q.lawful = slices.Clone(q.kin)
		for _, d := range a.Dossiers {
			for _, e := range newest(s.dossiers[d]) {
				q.lawful = addNew(q.lawful, e)
			}
		}
	}
	return q
}

// newest returns the last of a list, which grows with time.
func newest(list []*entry) []*entry { return list[max(0, len(list)-neighboursMax):] }

// sameKind reports whether the main topics of an item and of a story are of one kind, or both are topics of the story.
func (q *query) sameKind(e *entry) bool {
	return q.family == e.family || q.main&e.topics != 0
}

// candidates are the tellings to compare: those that share most keys with the item, the newest first,
// and those of the newest of its kin.
func (s *Stories) candidates(q *query) []int32 {
	touched := make([]int32, 0, keysAsked*walkMax)
	var counts [keysAsked + 1]int
	s.chains.find(q.keys, func(n int32) {
		hits := s.hits[n]
		if hits == 0 {
			touched = append(touched, n)
		} else {
			counts[hits]--
		}
		hits = min(hits+1, keysAsked)
		s.hits[n] = hits
		counts[hits]++
	})
	least, above := keysAsked, 0
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
	best = slices.DeleteFunc(best, func(n int32) bool { return s.tellings[n].owner == nil })
	for _, e := range q.kin[max(0, len(q.kin)-candidatesMax):] {
		for n := e.last; n != none; n = s.tellings[n].older {
			best = addNew(best, n)
		}
	}
	return best
}

// weigh looks up how rare the words are.
func (q *query) weigh(groups []group) {
	f, terms := q.stories.frequency, q.sketch.terms
	q.scales = f.scales(groups)
	chances := make([]float64, len(terms))
	q.weights = f.weigh(terms, q.scales, chances)
	q.keys = rarest(terms, chances, keysAsked)
	q.shared = chances
	for i, t := range terms {
		q.shared[i] = weight(t, f.greatest(t, q.scales, 1))
	}
}

// bestOf is the evidence of the telling of a story that the item shares most with.
func (q *query) bestOf(e *entry) evidence {
	var best evidence
	for n := e.last; n != none; n = q.stories.tellings[n].older {
		if found := q.stories.compare(q, n); n == e.last || found.score > best.score {
			best = found
		}
	}
	return best
}

func (q *query) countriesOf(e *entry) []string { return q.stories.lists.get(e.countries) }

func (q *query) dossiersOf(e *entry) []string { return q.stories.lists.get(e.dossiers) }

// sameStage reports whether an item and a story may be told of one event: they are as far, or of one it is not known.
func (q *query) sameStage(e *entry) bool {
	stage := q.stories.stage(e)
	return q.Stage == "" || stage == "" || rank(q.Stage) == rank(stage)
}

// looksBack reports whether an item is without an event of its own, such as a review.
func (q *query) looksBack() bool { return q.Stage == "" && q.Severity <= rules.Low }

func (q *query) storyLooksBack(e *entry) bool {
	return q.stories.stage(e) == "" && rules.Severity(e.severity) <= rules.Low
}
