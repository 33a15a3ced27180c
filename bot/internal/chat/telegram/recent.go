package telegram

import "container/list"

// recent is a map that keeps only the entries last put or taken, so that it cannot grow for ever.
// It is not safe for concurrent use.
type recent[K comparable, V any] struct {
	most  int
	index map[K]*list.Element
	// order holds the entries, the one last used first.
	order *list.List
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](most int) *recent[K, V] {
	return &recent[K, V]{most: most, index: make(map[K]*list.Element), order: list.New()}
}

// get returns the value of k, which is then the entry last used.
func (r *recent[K, V]) get(k K) (v V, ok bool) {
	e, ok := r.index[k]
	if !ok {
		return v, false
	}
	r.order.MoveToFront(e)
	return e.Value.(entry[K, V]).value, true
}

// put sets the value of k, and forgets the entry that was not used for the longest time if there are
// too many.
func (r *recent[K, V]) put(k K, v V) {
	r.drop(k)
	r.index[k] = r.order.PushFront(entry[K, V]{k, v})
	if r.order.Len() > r.most {
		r.drop(r.order.Back().Value.(entry[K, V]).key)
	}
}

// drop forgets k.
func (r *recent[K, V]) drop(k K) {
	if e, ok := r.index[k]; ok {
		r.order.Remove(e)
		delete(r.index, k)
	}
}
