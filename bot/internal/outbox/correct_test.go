package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

func says(t *testing.T, s *store.Store, id int64, kind alert.CorrectionKind, text string) {
	t.Helper()
	if _, err := s.Correct(t.Context(), id, alert.Correction{Kind: kind, At: time.Now(), Text: text}); err != nil {
		t.Fatal(err)
	}
}

// TestCorrection says something of each kind of post: it is edited, and answered once, before anything else goes
// out.
func TestCorrection(t *testing.T) {
	for _, c := range []struct {
		name  string
		posts func(*testing.T, *store.Store)
		// message is what the post says after the correction, and again after the retraction.
		corrected, retracted string
	}{
		{"a post", func(t *testing.T, s *store.Store) { owes(t, s, "first", nil) },
			"first\nCorrection by this desk, 00:00 UTC: It was another.", "Withdrawn by this desk, 00:00 UTC\nMistaken."},
		{"a digest", func(t *testing.T, s *store.Store) {
			owes(t, s, "first", inDigest)
			owes(t, s, "second", inDigest)
		}, "(https://courier.example/first) (Outlet of first) — Correction by this desk, 00:00 UTC: It was another.", "second (https://courier.example/second) (Outlet of second)\nAttack on the press — Withdrawn by this desk"},
		{"a digest of one", func(t *testing.T, s *store.Store) { owes(t, s, "first", inDigest) },
			"first\nCorrection by this desk, 00:00 UTC: It was another.", "Withdrawn by this desk, 00:00 UTC\nMistaken."},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := bench(t, nil)
				c.posts(t, s)
				run(t, o, 2*time.Second)
				says(t, s, 1, alert.Corrected, "It was another.")
				owes(t, s, "later", urgent)
				run(t, o, 2*time.Second)
				if got := p.messages[0].PlainText(); !strings.Contains(got, c.corrected) {
					t.Errorf("the post says\n%s\nwant\n%s", got, c.corrected)
				}
				says(t, s, 1, alert.Retracted, "Mistaken.") // a moment after the first edit
				run(t, o, 2*time.Second)
				if got := p.messages[0].PlainText(); !strings.Contains(got, c.retracted) || strings.Contains(got, "first") {
					t.Errorf("the post says\n%s\nwant\n%s", got, c.retracted)
				}
				run(t, o, time.Hour)
				titles := []string{p.messages[1].Title, p.messages[2].Title, p.messages[3].Title}
				if got, want := strings.Join(titles, "; "), "Correction by this desk, 00:00 UTC; later; Withdrawn by this desk, 00:00 UTC"; len(p.messages) != 4 || got != want {
					t.Errorf("%d messages, after the first %q; want %q", len(p.messages), got, want)
				}
				if p.messages[1].ReplyTo != "1" || p.messages[3].ReplyTo != "1" {
					t.Errorf("the answers are to %q and %q, want message 1", p.messages[1].ReplyTo, p.messages[3].ReplyTo)
				}
				if len(p.edits) != 2 {
					t.Errorf("edits = %v, want two", p.edits)
				}
			})
		})
	}
}

// TestCorrectionThatFails: where a post can be neither edited nor answered the others go on.
func TestCorrectionThatFails(t *testing.T) {
	for _, c := range []struct {
		name      string
		edit      error
		answers   []error
		want      string
		wantEdits int
	}{
		{"edit gone", chat.ErrGone, nil, "first Correction by this desk, 00:00 UTC other", 1},
		{"answer rejected", nil, []error{chat.ErrRejected}, "first other", 1},
		{"answer broken", nil, []error{fmt.Errorf("reset")}, "first other Correction by this desk, 00:00 UTC", 1},
		{"told to wait", nil, []error{&chat.RetryError{After: time.Minute}}, "first Correction by this desk, 00:00 UTC other", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := bench(t, nil)
				owes(t, s, "first", nil)
				run(t, o, 2*time.Second)
				p.editErrs, p.errs["1"] = []error{c.edit}, c.answers
				says(t, s, 1, alert.Corrected, "It was another.")
				run(t, o, 2*time.Second)
				owes(t, s, "other", nil)
				run(t, o, time.Hour)
				if got := p.on("1"); got != c.want || len(p.edits) != c.wantEdits {
					t.Errorf("channel got %q after %d edits, want %q after %d", got, len(p.edits), c.want, c.wantEdits)
				}
			})
		})
	}
}

// TestRetractionStopsWhatWaits: what was not sent yet is let go.
func TestRetractionStopsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		owes(t, s, "first", nil)
		owes(t, s, "other", nil)
		says(t, s, 1, alert.Retracted, "")
		run(t, o, time.Minute)
		if got := p.on("1"); got != "other" {
			t.Errorf("channel got %q, want the other alone", got)
		}
	})
}

// TestCorrectionInBulletin: a running bulletin shows it, is answered, and goes on running.
func TestCorrectionInBulletin(t *testing.T) {
	inBurst := func(v *store.Verdict) { v.Alert.Countries = []string{"UG"} }
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		wish(t, s, alert.Subscription{Ceiling: -1})
		for n := range 12 {
			owes(t, s, fmt.Sprintf("item%02d", n), inBurst)
			run(t, o, time.Minute)
		}
		run(t, o, 20*time.Minute)
		says(t, s, 10, alert.Retracted, "")
		run(t, o, 2*time.Second)
		bulletin := p.messages[7].PlainText()
		if strings.Contains(bulletin, "item09") || !strings.Contains(bulletin, "item08") || !strings.Contains(bulletin, "Withdrawn by this desk") {
			t.Errorf("bulletin = %q, want it without the tenth item", bulletin)
		}
		if len(p.messages) != 9 || p.messages[8].ReplyTo != "8" {
			t.Fatalf("%d messages, the last answers %q, want an answer to the bulletin", len(p.messages), p.messages[8].ReplyTo)
		}
		owes(t, s, "late", inBurst)
		run(t, o, 20*time.Minute)
		if got := p.messages[7].PlainText(); !strings.Contains(got, "late") || strings.Contains(got, "item09") || len(p.messages) != 9 {
			t.Errorf("bulletin = %q after %d messages, want the late item in it", got, len(p.messages))
		}
	})
}

// TestCorrectionWhereItMoved: what stands in the old place can be edited no more, and the new one is told.
func TestCorrectionWhereItMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		owes(t, s, "first", nil)
		run(t, o, 2*time.Second)
		says(t, s, 1, alert.Retracted, "")
		if err := s.Moved(t.Context(), to("1"), to("2")); err != nil {
			t.Fatal(err)
		}
		run(t, o, time.Minute)
		if got := p.on("2"); got != "Withdrawn by this desk, 00:00 UTC" || len(p.edits) != 0 {
			t.Errorf("the new place got %q after %d edits, want the notice alone", got, len(p.edits))
		}
	})
}

// TestRetractionOfWhatMayStand: a post may have arrived although the service did not say so. It is not sent
// again, and who may have read it is told.
func TestRetractionOfWhatMayStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		p.errs["1"] = []error{fmt.Errorf("reset: %w", chat.ErrUnknown)}
		owes(t, s, "first", nil)
		run(t, o, time.Second)
		says(t, s, 1, alert.Retracted, "")
		run(t, o, time.Hour)
		if got := p.on("1"); got != "Withdrawn by this desk, 00:00 UTC" || len(p.edits) != 0 {
			t.Errorf("channel got %q after %d edits, want the notice alone", got, len(p.edits))
		}
	})
}
