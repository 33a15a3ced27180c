package rules

import (
	"cmp"
	"math"
)

// A rarity counts in how many terms each word of a lexicon is and each pair of neighbours. It is, for want of a
// corpus, a measure of how common they are.
type rarity struct {
	*lexicon
	wordUses []int32
	// pairUses are those of whole words only.
	pairUses map[wordPair]int32
}

// A wordPair is two words that stand next to each other in a term.
type wordPair struct{ first, second int32 }

func newRarity(words *lexicon) *rarity {
	r := &rarity{words, make([]int32, len(words.wordEnds)), make(map[wordPair]int32, len(words.uses)-len(words.termEnds))}
	for _, u := range words.uses {
		r.wordUses[u.word()]++
	}
	for t := range words.termEnds {
		uses := words.wordsOf(int32(t))
		for i := range len(uses) - 1 {
			if !uses[i].prefix() && !uses[i+1].prefix() {
				r.pairUses[wordPair{uses[i].word(), uses[i+1].word()}]++
			}
		}
	}
	return r
}

// rarestPair returns the first of two whole words next to each other that the fewest terms have.
func (r *rarity) rarestPair(words []wordUse) (at int, ok bool) {
	least := int32(math.MaxInt32)
	for i := range len(words) - 1 {
		if words[i].prefix() || words[i+1].prefix() {
			continue
		}
		if uses := r.pairUses[wordPair{words[i].word(), words[i+1].word()}]; uses < least {
			at, ok, least = i, true, uses
		}
	}
	return at, ok
}

// rarest returns the word of a term that the fewest terms have, the longest of those; whole words
// before prefixes.
func (r *rarity) rarest(words []wordUse) int {
	best := 0
	for i := range words {
		v, w := words[best], words[i]
		if v.prefix() != w.prefix() {
			if v.prefix() {
				best = i
			}
			continue
		}
		if cmp.Or(cmp.Compare(r.wordUses[w.word()], r.wordUses[v.word()]), cmp.Compare(r.length(v), r.length(w))) < 0 {
			best = i
		}
	}
	return best
}

// length is the length of a word in bytes.
func (r *rarity) length(u wordUse) int {
	folded, _, _ := r.forms(u.word())
	return len(folded)
}
