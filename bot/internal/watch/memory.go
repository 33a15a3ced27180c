package watch

import (
	"hash/maphash"
	"slices"
	"sync"

	"pressalert/feeds"
)

// A memory knows what each feed held when it was last read and recorded. Of a document most items stood in
// the one before, and asking the store for them costs as much as parsing them. It is lost with the
// process; then the store is asked once. It takes 8 bytes an item.
type memory struct {
	seed   maphash.Seed
	mu     sync.Mutex
	prints map[string][]fingerprint // sorted
}

// A fingerprint is a hash of all that tells whether an item is new or was edited.
type fingerprint uint64

func newMemory() *memory {
	return &memory{seed: maphash.MakeSeed(), prints: make(map[string][]fingerprint)}
}

// of returns the prints of items, in their order.
func (m *memory) of(items []feeds.Item) []fingerprint {
	prints := make([]fingerprint, len(items))
	for i, item := range items {
		var h maphash.Hash
		h.SetSeed(m.seed)
		for _, k := range item.Keys {
			h.WriteString(string(k))
			h.WriteByte(0)
		}
		h.WriteString(item.Title)
		h.WriteByte(0)
		h.WriteString(item.Summary)
		prints[i] = fingerprint(h.Sum64())
	}
	return prints
}

// unknown returns the items, with their prints, that the feed did not hold.
func (m *memory) unknown(feed string, items []feeds.Item, prints []fingerprint) []feeds.Item {
	m.mu.Lock()
	known := m.prints[feed]
	m.mu.Unlock()
	var unknown []feeds.Item
	for i, p := range prints {
		if _, found := slices.BinarySearch(known, p); !found {
			unknown = append(unknown, items[i])
		}
	}
	return unknown
}

// keep remembers what a feed holds, once that is recorded. It takes the prints over.
func (m *memory) keep(feed string, prints []fingerprint) {
	slices.Sort(prints)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.prints[feed] = prints
}
