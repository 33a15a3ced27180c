package outbox_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
)

// fill makes the database at path refuse to note columns of deliveries, as a full disk does, until empty is
// called.
func fill(t *testing.T, path, columns string) (empty func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	exec := func(query string) {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TRIGGER full BEFORE UPDATE OF ` + columns + ` ON deliveries BEGIN SELECT RAISE(ABORT, 'disk is full'); END`)
	return func() {
		exec(`DROP TRIGGER full`)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOutcomesOnAFullDisk(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error // of the first send
		want string
	}{
		{"sent", nil, "a b"},
		{"given up", chat.ErrRejected, "b"},
		{"told to wait", &chat.RetryError{After: time.Minute}, "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "bot.db")
				o, _, p := benchAt(t, path, []string{"a", "b"}, "1")
				p.errs["1"] = []error{c.err}
				empty := fill(t, path, "error")
				run(t, o, time.Minute)
				if got := p.triesOf("1"); got != 1 {
					t.Errorf("tries while the outcome could not be noted = %d, want 1", got)
				}
				if err := o.Drain(t.Context()); err == nil {
					t.Error("a drain gave no error, want that an outcome was not noted")
				}
				empty()
				run(t, o, 2*time.Minute)
				if got := p.on("1"); got != c.want {
					t.Errorf("channel got %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestNothingIsSentOnAFullDisk: what cannot be noted as begun is not sent, and comes later.
func TestNothingIsSentOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "bot.db")
		o, _, p := benchAt(t, path, []string{"a", "b"}, "1")
		empty := fill(t, path, "begun")
		if err := o.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if got := p.triesOf("1"); got != 0 {
			t.Errorf("tries = %d, want none", got)
		}
		empty()
		run(t, o, time.Minute)
		if got := p.on("1"); got != "a b" {
			t.Errorf("channel got %q, want everything", got)
		}
	})
}

func TestSlowAdminDoesNotUndoTheNote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a", "b"}, "1")
		p.errs["1"] = []error{chat.ErrRejected}
		p.slow["admin"] = time.Minute // more than the time for a note
		run(t, o, 10*time.Minute)
		if got := p.triesOf("1"); got != 2 {
			t.Errorf("tries = %d, want one for each alert", got)
		}
	})
}

func TestPanicCostsOnlyItsAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"panic", "b"}, "1")
		run(t, o, 5*time.Second)
		if got := p.on("1"); got != "b" {
			t.Errorf("channel got %q, want the one behind", got)
		}
		if got := p.on("admin"); !strings.Contains(got, "given up") {
			t.Errorf("admin was told %q", got)
		}
	})
}
