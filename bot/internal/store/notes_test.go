package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// TestNotesFailAlone writes many notes at the same time, of which some fail.
func TestNotesFailAlone(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	bad := errors.New("bad")
	var writing sync.WaitGroup
	for n := range 60 {
		writing.Go(func() {
			err := s.note(t.Context(), "a test", func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO settings (name, value) VALUES ($1, '')`, fmt.Sprint("note ", n))
				if n%3 == 0 {
					return errors.Join(err, bad)
				}
				return err
			})
			if errors.Is(err, bad) != (n%3 == 0) {
				t.Errorf("note %d = %v", n, err)
			}
		})
	}
	writing.Wait()
	var kept int
	if err := s.read.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM settings WHERE name LIKE 'note %'`).Scan(&kept); err != nil || kept != 40 {
		t.Errorf("%d notes are kept, %v, want the 40 that did not fail", kept, err)
	}
}
