package store_test

import (
	"testing"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func TestLatestLeavesOutWhatAnAdminHasToLookAt(t *testing.T) {
	s := fresh(t)
	record(t, s, func(i feeds.Item) store.Verdict {
		v := owed(tg)(i)
		v.Parked = true
		return v
	}, item(1))
	latest := func() int {
		t.Helper()
		list, err := s.Latest(t.Context(), store.Filter{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := latest(); n != 0 {
		t.Errorf("while it is held back: %d alerts, want none", n)
	}
	if n, err := s.Release(t.Context(), "courier", now); n != 1 || err != nil {
		t.Fatalf("released %d, %v", n, err)
	}
	if n := latest(); n != 1 {
		t.Errorf("when it is let out: %d alerts, want 1", n)
	}
	record(t, s, func(i feeds.Item) store.Verdict {
		v := owed(tg)(i)
		v.Parked = true
		return v
	}, item(2))
	if n, err := s.DropParked(t.Context(), "courier", now); n != 1 || err != nil {
		t.Fatalf("dropped %d, %v", n, err)
	}
	if n := latest(); n != 1 {
		t.Errorf("when the second was let go: %d alerts, want the first", n)
	}
}
