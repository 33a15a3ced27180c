package chat

import "container/list"

// A Recent is a map that keeps only the entries last put or taken, so that it cannot grow for ever.
// It is not safe for concurrent use.
type Recent[K comparable, V any] struct {
	most  int
	index map[K]*list.Element
	// order holds the entries, the one last used first.
	order *list.List
}

type recentEntry[K comparable, V any] struct {
	key   K
	value V
}

// NewRecent returns an empty Recent that keeps at most so many entries, at least 1.
func NewRecent[K comparable, V any](most int) *Recent[K, V] {
	return &Recent[K, V]{most: most, index: make(map[K]*list.Element), order: list.New()}
}

// Get returns the value of k, which is then the entry last used.
func (r *Recent[K, V]) Get(k K) (v V, ok bool) {
	e, ok := r.index[k]
	if !ok {
		return v, false
	}
	r.order.MoveToFront(e)
	return e.Value.(recentEntry[K, V]).value, true
}

// Put sets the value of k, and forgets the entry that was not used for the longest time if there are
// too many.
func (r *Recent[K, V]) Put(k K, v V) {
	r.drop(k)
	r.index[k] = r.order.PushFront(recentEntry[K, V]{k, v})
	if r.order.Len() > r.most {
		r.drop(r.order.Back().Value.(recentEntry[K, V]).key)
	}
}

// drop forgets k.
func (r *Recent[K, V]) drop(k K) {
	if e, ok := r.index[k]; ok {
		r.order.Remove(e)
		delete(r.index, k)
	}
}
