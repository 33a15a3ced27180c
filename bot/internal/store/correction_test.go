package store_test

import (
	"errors"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func correct(t *testing.T, s *store.Store, id int64, kind alert.CorrectionKind, at time.Time) store.Reach {
	t.Helper()
	reach, err := s.Correct(t.Context(), id, alert.Correction{Kind: kind, At: at, Text: "It was another."})
	if err != nil {
		t.Fatal(err)
	}
	return reach
}

func notices(t *testing.T, s *store.Store, to chat.Destination, at time.Time) []store.Pending {
	t.Helper()
	list, err := s.DueNotices(t.Context(), to, at, 10)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestCorrectReachesPostsAndWhatWaits(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg, dc), item(1))
	for _, p := range due(t, s, now) {
		if p.To == tg {
			if err := s.Sent(t.Context(), []store.Pending{p}, "m1", now); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, want := correct(t, s, 1, alert.Corrected, now), (store.Reach{Posts: 1, Waiting: 1}); got != want {
		t.Errorf("reach = %+v, want %+v", got, want)
	}
	list := notices(t, s, tg, now)
	if len(list) != 1 || !list[0].Edits || len(list[0].Alert.Corrections) != 1 || list[0].MessageID != "m1" {
		t.Fatalf("notices = %+v, want the post, to be edited, with the correction", list)
	}
	if to, err := s.DueDestinations(t.Context(), now); err != nil || len(to) != 2 {
		t.Errorf("due destinations = %v, %v, want both", to, err)
	}
	p := list[0]
	for _, step := range []struct {
		name    string
		do      func() error
		edits   bool
		notices int
	}{
		{"begun", func() error { return s.BeginEdit(t.Context(), p, now) }, false, 1},
		{"edited", func() error { return s.Edited(t.Context(), p, now) }, false, 1},
		{"answer failed", func() error { return s.NoticeFailed(t.Context(), p, "broken", now.Add(-store.EditEvery)) }, false, 1},
		{"answered", func() error { return s.Noticed(t.Context(), p) }, false, 0},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		list := notices(t, s, tg, now)
		if len(list) != step.notices || len(list) > 0 && list[0].Edits != step.edits {
			t.Errorf("%s: notices = %+v, want %d, to be edited %t", step.name, list, step.notices, step.edits)
		}
	}
	if list := due(t, s, now); len(list) != 1 || len(list[0].Alert.Corrections) != 1 {
		t.Errorf("due = %+v, want the other place, with the correction", list)
	}
}

// TestCorrectDuringSend corrects what is on its way in its old form: it is edited and answered once it stands.
func TestCorrectDuringSend(t *testing.T) {
	for _, kind := range []alert.CorrectionKind{alert.Corrected, alert.Retracted} {
		s := fresh(t)
		record(t, s, func(i feeds.Item) store.Verdict {
			v := owed(tg)(i)
			v.Deliveries[0].Digest = true
			return v
		}, item(1), item(2))
		b, ok, err := s.Compose(t.Context(), tg, now)
		if err != nil || !ok {
			t.Fatalf("compose = %t, %v, want a digest", ok, err)
		}
		if err := s.Begin(t.Context(), b.List, now); err != nil {
			t.Fatal(err)
		}
		correct(t, s, 2, kind, now)
		if err := s.Sent(t.Context(), b.List, "m1", now); err != nil {
			t.Fatal(err)
		}
		list := notices(t, s, tg, now)
		if len(list) != 1 || !list[0].Edits || list[0].Alert.ID != 2 {
			t.Fatalf("%s: notices = %+v, want alert 2, to be edited", kind, list)
		}
		whole, several, err := s.Shown(t.Context(), list[0])
		if err != nil || !several || len(whole.Told) != 1 || whole.Told[0].ID != 1 || whole.MessageID != "m1" {
			t.Errorf("%s: shown = %+v, %t, %v, want the digest of both", kind, whole, several, err)
		}
		if whole, ok, err := s.Compose(t.Context(), tg, now); err != nil || ok {
			t.Errorf("%s: compose = %+v, %v, want nothing more", kind, whole, err)
		}
	}
}

func TestRetractLetsGoAndReinstateOwesAgain(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg, dc), item(1))
	if got, want := correct(t, s, 1, alert.Retracted, now), (store.Reach{Waiting: 2}); got != want {
		t.Errorf("reach = %+v, want %+v", got, want)
	}
	if list := due(t, s, now); len(list) != 0 {
		t.Errorf("due = %d, want none", len(list))
	}
	for _, kind := range []alert.CorrectionKind{alert.Corrected, alert.Retracted} {
		if _, err := s.Correct(t.Context(), 1, alert.Correction{Kind: kind, At: now}); !errors.Is(err, store.ErrNoCorrection) {
			t.Errorf("%s what was taken back: %v, want ErrNoCorrection", kind, err)
		}
	}
	if c, ok, err := s.Retraction(t.Context(), 1); err != nil || !ok || c.Text != "It was another." {
		t.Errorf("retraction = %+v, %t, %v, want it", c, ok, err)
	}
	correct(t, s, 1, alert.Reinstated, now.Add(time.Minute))
	if list := due(t, s, now); len(list) != 2 {
		t.Errorf("due once it stands again = %d, want 2", len(list))
	}
	if _, ok, err := s.Retraction(t.Context(), 1); err != nil || ok {
		t.Errorf("retraction = %t, %v, want none", ok, err)
	}
	for _, c := range []struct {
		id   int64
		kind alert.CorrectionKind
	}{{1, alert.Reinstated}, {9, alert.Corrected}} {
		if _, err := s.Correct(t.Context(), c.id, alert.Correction{Kind: c.kind, At: now}); !errors.Is(err, store.ErrNoCorrection) {
			t.Errorf("%s %d: %v, want ErrNoCorrection", c.kind, c.id, err)
		}
	}
}

// TestRetractedIsNotLookedUp looks for an alert that was taken back wherever readers look.
func TestRetractedIsNotLookedUp(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1), item(2))
	correct(t, s, 1, alert.Retracted, now)
	latest, err := s.Latest(t.Context(), store.Filter{Limit: 9})
	if err != nil || len(latest) != 1 || latest[0].ID != 2 {
		t.Errorf("latest = %+v, %v, want alert 2", latest, err)
	}
	found, err := s.Search(t.Context(), store.Query{Words: "title", Limit: 9})
	if err != nil || found.Total != 1 || found.Hits[0].Alert != 2 {
		t.Errorf("found = %+v, %v, want alert 2", found, err)
	}
	trace, ok, err := s.Trace(t.Context(), "", 1)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if _, retracted := trace.Alert.Retraction(); !retracted {
		t.Error("the trace of alert 1 does not say that it was taken back")
	}
}

// TestRetractedIsNotConfirmed has another outlet tell what was taken back: it is no source of it, and nobody
// hears of it before an admin has looked.
func TestRetractedIsNotConfirmed(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1))
	p := due(t, s, now)[0]
	if err := s.Sent(t.Context(), []store.Pending{p}, "m1", now); err != nil {
		t.Fatal(err)
	}
	correct(t, s, 1, alert.Retracted, now)
	record(t, s, tells(1, alert.Again, tg), item(2))
	if list := due(t, s, now); len(list) != 0 {
		t.Errorf("due = %+v, want none", list)
	}
	trace, ok, err := s.Trace(t.Context(), "", 2)
	if err != nil || !ok || len(trace.Posts) != 1 || trace.Posts[0].ParkedFor != "retraction" {
		t.Fatalf("trace = %+v, %t, %v, want an alert of its own, parked", trace, ok, err)
	}
	list, err := s.Tellings(t.Context(), 1)
	if err != nil || len(list) != 2 || list[0].Alert != 1 || list[1].Alert != 2 {
		t.Errorf("tellings = %+v, %v, want each of its own alert", list, err)
	}
}

// TestRetractedStageIsNoStage takes back what brought a story further: the story is what it was before.
func TestRetractedStageIsNoStage(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1))
	record(t, s, func(i feeds.Item) store.Verdict {
		v := tells(1, alert.Further, tg)(i)
		v.Alert.Stage = "passed"
		return v
	}, item(2))
	correct(t, s, 2, alert.Retracted, now)
	list, err := s.LoadStories(t.Context(), now)
	if err != nil || len(list) != 1 || list[0].Stage != "drafted" {
		t.Errorf("stories = %+v, %v, want one that is drafted", list, err)
	}
	record(t, s, tells(1, alert.Again, tg), item(3))
	if got, want := sourceNames(t, s, 1), "Courier 2 3"; got != want {
		t.Errorf("sources = %q, want %q", got, want)
	}
	told, err := s.Tellings(t.Context(), 1)
	if err != nil || told[2].Alert != 1 {
		t.Errorf("the third telling is a source of alert %d, %v, want 1", told[2].Alert, err)
	}
}

// TestRetractedStageIsHeldBack has another outlet tell that a story has come so far as the desk took back.
func TestRetractedStageIsHeldBack(t *testing.T) {
	s := fresh(t)
	passed := func(i feeds.Item) store.Verdict {
		v := tells(1, alert.Further, tg)(i)
		v.Alert.Stage = "passed"
		return v
	}
	record(t, s, owed(tg), item(1))
	record(t, s, passed, item(2))
	before, err := s.Retractions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	correct(t, s, 2, alert.Retracted, now)
	if after, err := s.Retractions(t.Context()); err != nil || after != before+1 {
		t.Errorf("retractions = %d, %v, want one more than %d", after, err, before)
	}
	record(t, s, passed, item(3))
	if got, want := queue(t, s), "3 retraction 1 high"; got != want {
		t.Errorf("held = %q, want %q", got, want)
	}
	record(t, s, func(i feeds.Item) store.Verdict {
		v := passed(i)
		v.Alert.Stage = "shelved"
		return v
	}, item(4))
	if list := due(t, s, now); len(list) != 2 || list[1].Alert.Stage != "shelved" {
		t.Errorf("due = %+v, want what was told first, and another stage", list)
	}
}
