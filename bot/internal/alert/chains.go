package alert

const (
	// keysMax is how many terms a telling can be found by, the rarest ones, and keysAsked how many an item
	// looks up: which of two terms is the rarer changes from day to day.
	keysMax   = 8
	keysAsked = 12

	// walkMax is how many tellings are looked at for one key, the newest first. A key that more have
	// is no help. Each look is a wait for memory, in a large index.
	walkMax = 16
)

// Chains find tellings by their terms, in 8 bytes or so a term: the links of one term's tellings lie in
// one chain, and those of a few other terms that hash alike, so that what is found has to be compared.
type chains struct {
	// heads are the newest links of the chains, and next the older link of each, as numbers from 1: that
	// of key k of telling t is t*keysMax+k+1. 0 ends a chain.
	heads, next []int32
}

// newChains has room for a number of tellings.
func newChains(room int) chains {
	return chains{heads: make([]int32, room*keysMax), next: make([]int32, 0, room*keysMax)}
}

func (c *chains) head(t term) *int32 { return &c.heads[place(mix(uint64(t.number())), len(c.heads))] }

// add indexes the next telling by at most keysMax terms.
func (c *chains) add(keys []term) {
	first := int32(len(c.next))
	c.next = c.next[:len(c.next)+keysMax]
	for i, key := range keys {
		head := c.head(key)
		c.next[first+int32(i)] = *head
		*head = first + int32(i) + 1
	}
}

// find calls found with the number of each telling that shares a term, once for each term, and a few more.
func (c *chains) find(keys []term, found func(telling int32)) {
	for _, key := range keys {
		link := *c.head(key)
		for range walkMax {
			if link == 0 {
				break
			}
			found((link - 1) / keysMax)
			link = c.next[link-1]
		}
	}
}

// rarest returns the terms with the least chances, and of those that are as rare the ones with the least numbers, so
// that two texts have the same ones. Terms that outlets share by chance alone are none.
func rarest(terms []term, chances []float64, most int) []term {
	best := make([]term, 0, keysAsked)
	var rare [keysAsked]float64
	for i, t := range terms {
		chance := chances[i]
		n := len(best)
		if chance >= sharedChance || n == most && chance >= rare[n-1] {
			continue
		}
		if n < most {
			best = best[:n+1]
			n++
		}
		at := n - 1
		for ; at > 0 && rare[at-1] > chance; at-- {
			best[at], rare[at] = best[at-1], rare[at-1]
		}
		best[at], rare[at] = t, chance
	}
	return best
}
