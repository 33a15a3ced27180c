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
	const perStory, more = 32, 1 << 18 // of the terms of one story in two groups most are those of others
	return &frequency{counts: make([]uint16, stories*perStory+more), totals: make(map[group]int)}
}

func (f *frequency) count(t term, g group) *uint16 {
	return &f.counts[place(mix(uint64(g)<<32|uint64(t.number())), len(f.counts))]
}

// place is where a hash belongs in a table of a size.
func place(hash uint64, size int) int { return int(hash >> 32 * uint64(size) >> 32) }

// add counts the terms of a story in each of its groups, and in its countries, which come after its language, the
// names as they sound.
func (f *frequency) add(terms []term, sounds []sound, groups []group) {
	for i, g := range groups {
		f.totals[g]++
		for _, t := range terms {
			f.addOne(t, g)
		}
		if i > 0 {
			spokenNames(sounds, func(from, to int) { f.addOne(soundTerm(sounds[from:to]), g) })
		}
	}
}

func (f *frequency) addOne(t term, g group) {
	if n := f.count(t, g); *n < math.MaxUint16 {
		*n++
	}
}

// The chance that a story shares a term is guessed by the term's class until enough stories are
// role: as if priorStories of them had it with these chances. The guesses are those of the labelled
// items, roundly.
const priorStories = 20

var priorChance = [...]float64{common: 0.25, pair: 0.05, plain: 0.05, role: 0.08, number: 0.03, famed: 0.04, name: 0.012}

// sharedChance is about the chance that another item on the same event uses the same word: outlets
// tell an event in words of their own.
const sharedChance = 0.4

// weightMax keeps one word, however rare, from being all the evidence.
const weightMax = 5

// A scale is a group of which the frequencies are asked, with how many stories it has, those of the prior included.
type scale struct {
	group
	stories float64
}

func (f *frequency) scales(groups []group) []scale {
	list := make([]scale, len(groups))
	for i, g := range groups {
		list[i] = scale{g, float64(f.totals[g] + priorStories)}
	}
	return list
}

// chance is about the chance that a story of a group has a term, given in how many it stands. One of these is the
// story in question, if own is 1.
func (f *frequency) chance(t term, s scale, own int) float64 {
	others := max(0, int(*f.count(t, s.group))-own)
	return (float64(others) + priorStories*priorChance[t.class()]) / s.stories
}

// greatest is the greatest chance that a term has in any of the groups: a name may be rare in a language and yet in
// all the news of a country.
func (f *frequency) greatest(t term, scales []scale, own int) float64 {
	greatest := 0.0
	for _, s := range scales {
		greatest = max(greatest, f.chance(t, s, own))
	}
	return greatest
}

// weight is how much two texts that share a term are the likelier to tell one event, as the logarithm of the odds,
// given the chance that another story has it.
func weight(t term, chance float64) float64 {
	w := min(weightMax, max(0, math.Log(sharedChance/chance)))
	if t.class() == pair {
		w *= pairWeight
	}
	return w
}
