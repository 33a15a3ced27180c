package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func TestPanicInDecideLeavesTheStoreUsable(t *testing.T) {
	s := fresh(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not come through")
			}
		}()
		s.Record(t.Context(), state, []feeds.Item{item(1)}, func(feeds.Item) store.Verdict { panic("x") })
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tally, err := s.Record(ctx, state, []feeds.Item{item(1)}, owed(tg))
	if err != nil || tally.Items != 1 {
		t.Errorf("after a panic: %+v, %v, want the item recorded", tally, err)
	}
}

func TestPathsWithSigns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "50%41 of a#b?c d")
	open(t, filepath.Join(dir, "bot.db"))
	info, err := os.Stat(filepath.Join(dir, "bot.db"))
	if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("database file = %v, %v, want one that is not empty, for its owner only", info, err)
	}
}
