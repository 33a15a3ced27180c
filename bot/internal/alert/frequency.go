package alert

import "math"

// A frequency counts in how many stories terms stand, apart by language and by country: a name that
// all stories of a country mention tells none of them apart, nor does a word that its language needs in
// every sentence.
type frequency struct {
	// counts are kept by a hash of group and term. Two that share a place count as more common than
	// they are, which errs on the side of not joining.
	counts []uint16
	// totals are the stories of each group.
	totals map[group]int
}

// A group is a language or a country, of whose stories a frequency counts the terms.
type group uint32

func languageGroup(code string) group { return groupOf('l', code) }

func countryGroup(code string) group { return groupOf('c', code) }

func groupOf(kind byte, code string) group {
	h := hashRune(hashStart, rune(kind))
	for _, r := range code {
		h = hashRune(h, r)
	}
	return group(h)
}

// newFrequency has room for the terms of a number of stories.
func newFrequency(stories int) *frequency {
	const perStory = 64
	size := 1 << 14
	for size < stories*perStory {
		size *= 2
	}
	return &frequency{counts: make([]uint16, size), totals: make(map[group]int)}
}

func (f *frequency) count(t term, g group) *uint16 {
	return &f.counts[mix(uint64(g)<<32|uint64(t.number()))&uint64(len(f.counts)-1)]
}

// add counts the terms of a story.
func (f *frequency) add(terms []term, g group) {
	f.totals[g]++
	for _, t := range terms {
		if n := f.count(t, g); *n < math.MaxUint16 {
			*n++
		}
	}
}

// The chance that a story shares a term is guessed by the term's class until enough stories are
// known: as if priorStories of them had it with these chances. The guesses are those of the labelled
// items, roundly.
const priorStories = 20

var priorChance = [...]float64{common: 0.25, pair: 0.05, plain: 0.05, name: 0.01}

// sharedChance is about the chance that another item on the same event uses the same word: outlets
// tell an event in words of their own.
const sharedChance = 0.4

// weightMax keeps one word, however rare, from being all the evidence.
const weightMax = 5

// weight is how much two texts of a group that share a term are the likelier to tell one event, as the
// logarithm of the odds, given in how many stories the term
// stands. One of these is the story in question, if own is 1.
func (f *frequency) weight(t term, g group, own int) float64 {
	others := max(0, int(*f.count(t, g))-own)
	chance := (float64(others) + priorStories*priorChance[t.class()]) / float64(f.totals[g]+priorStories)
	return min(weightMax, max(0, math.Log(sharedChance/chance)))
}
