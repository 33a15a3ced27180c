package alert

import "slices"

const (
	// termKeys is how many terms of a telling can be looked up, names first. Together with the bands
	// they find what shares a rare name and little else.
	termKeys = 8

	// stride is how many keys a telling has, at most.
	stride = bands + termKeys

	// walkMax is how many tellings are looked at for one key, the newest first. A key that more have
	// is no help. Each look is a wait for memory, in a large index.
	walkMax = 16
)

// Chains find tellings by their keys, in 8 bytes a key: the links of one key's tellings lie in one
// chain, and those of a few other keys that hash alike, so that what is found has to be compared.
type chains struct {
	// heads are the newest links of the chains, and next the older link of each, as numbers from 1: that
	// of key k of telling t is t*stride+k+1. 0 ends a chain.
	heads, next []int32
}

// newChains has room for a number of tellings.
func newChains(room int) chains {
	size := 1
	for size < room*stride {
		size *= 2
	}
	return chains{heads: make([]int32, size), next: make([]int32, 0, room*stride)}
}

// add indexes the next telling.
func (c *chains) add(s *Sketch) {
	first := int32(len(c.next))
	c.next = c.next[:len(c.next)+stride]
	for i, key := range s.keys() {
		head := &c.heads[key&uint64(len(c.heads)-1)]
		c.next[first+int32(i)] = *head
		*head = first + int32(i) + 1
	}
}

// find calls found with the number of each telling that shares a key, once for each key, and a few more.
func (c *chains) find(s *Sketch, found func(telling int32)) {
	for _, key := range s.keys() {
		link := c.heads[key&uint64(len(c.heads)-1)]
		for range walkMax {
			if link == 0 {
				break
			}
			found((link - 1) / stride)
			link = c.next[link-1]
		}
	}
}

// keys are the hashes of the bands of the MinHash and of the terms that tell most. A text without terms
// has none.
func (s *Sketch) keys() []uint64 {
	if len(s.terms) == 0 {
		return nil
	}
	keys := make([]uint64, 0, stride)
	for b := range bands {
		band := uint64(s.mins[b*bandRows])<<16 | uint64(s.mins[b*bandRows+1])
		keys = append(keys, mix(uint64(b+1)<<32|band))
	}
	for _, kind := range []class{name, plain, pair} {
		for _, t := range s.terms {
			if t.class() == kind && len(keys) < stride {
				keys = append(keys, mix(uint64(t.number())))
			}
		}
	}
	return slices.Clip(keys)
}
