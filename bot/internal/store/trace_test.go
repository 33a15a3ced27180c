package store_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
)

// TestTraceGivesConnectionsBack looks up more links than there are connections: in the bubble, one that is kept
// is a deadlock.
func TestTraceGivesConnectionsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "bot.db"))
		for range 100 {
			if _, found, err := s.Trace(t.Context(), "https://courier.example/1", 0); found || err != nil {
				t.Fatalf("Trace of an unknown link = %t, %v", found, err)
			}
		}
	})
}
