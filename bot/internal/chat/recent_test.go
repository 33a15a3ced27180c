package chat

import (
	"slices"
	"testing"
)

func TestRecentIsBounded(t *testing.T) {
	r := NewRecent[int, int](3)
	for i := range 5 {
		r.Put(i, i)
		r.Get(2)
	}
	var left []int
	for i := range 5 {
		if _, ok := r.Get(i); ok {
			left = append(left, i)
		}
	}
	if want := []int{2, 3, 4}; !slices.Equal(left, want) {
		t.Errorf("left = %v, want %v", left, want)
	}
}
