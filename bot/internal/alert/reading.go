package alert

import (
	"slices"
	"strings"

	spoken "pressalert/bot/internal/words"
)

// A reading is what is read of an item: its words, each term once, in the order of their numbers, and what they sound like.
type reading struct {
	words  []word
	sounds []sound
}

// read reads the headline and the summary of an alert. Words by which a rule matched and the names of its countries
// are common: what they say is in the alert already.
func read(a Alert) reading {
	x := lexiconOf(a.Item.Language)
	texts := []string{a.Item.Title, a.Item.Summary}
	var inOrder []word
	for i, text := range texts {
		add := func(w word) {
			if w = x.translate(w); i == 0 {
				w.term |= inTitle
			} else if w.number() == lawyer {
				return // who speaks for somebody
			}
			inOrder = append(inOrder, w)
		}
		cutWords(text, add)
		x.find(text, add)
	}
	words := slices.Clone(inOrder)
	slices.SortFunc(words, func(a, b word) int { return compareTerms(a.term, b.term) })
	r := reading{words: mergeClasses(words)}
	r.lowerMatched(a)
	for i, w := range inOrder {
		if at, ok := r.find(w.term); ok && w.class() == name {
			inOrder[i].term = r.words[at].term
		}
	}
	r.sounds = soundsOf(texts, inOrder)
	return r
}

func (r reading) find(t term) (int, bool) {
	return slices.BinarySearchFunc(r.words, t, func(w word, t term) int { return compareTerms(w.term, t) })
}

// lowerMatched makes words common by which rules matched, and of names that stand alone famed ones. What stands in a
// phrase is often the name of a law.
func (r reading) lowerMatched(a Alert) {
	for _, reason := range a.Reasons {
		for _, text := range slices.Concat(reason.Words, reason.StageWords) {
			names := famed
			if strings.Contains(text, " ") {
				names = common
			}
			r.lower(text, names)
		}
	}
	words := spoken.For(a.Item.Language)
	for _, c := range a.Countries {
		r.lower(CountryName(c), common)
		r.lower(words.Country(c), common)
	}
}

// lower makes the words of a text common, and names of it what is given. Numbers stay.
func (r reading) lower(text string, names class) {
	cutWords(text, func(w word) {
		i, ok := r.find(w.term)
		if !ok {
			return
		}
		kind := common
		switch r.words[i].class() {
		case name, famed:
			kind = names
		case number:
			kind = number
		}
		r.words[i].term = newTerm(w.number(), kind) | r.words[i].term&inTitle
	})
}

// mergeClasses leaves of equal neighbours the first, with the highest class of all: who is a name
// anywhere is one everywhere.
func mergeClasses(sorted []word) []word {
	merged := sorted[:0]
	for _, w := range sorted {
		if n := len(merged); n > 0 && merged[n-1].number() == w.number() {
			merged[n-1].term = newTerm(w.number(), max(merged[n-1].class(), w.class())) | (merged[n-1].term|w.term)&inTitle
			continue
		}
		merged = append(merged, w)
	}
	return merged
}
