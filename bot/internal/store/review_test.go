package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// heldBack parks what owed owes.
func heldBack(i feeds.Item) store.Verdict {
	v := owed(tg, dc)(i)
	v.Parked = true
	return v
}

// onTrial is of a rule that admins try out, at tg.
func onTrial(i feeds.Item) store.Verdict {
	v := owed(tg)(i)
	v.Alert.Trial = true
	return v
}

// wishes routes as tg wants high alerts and dc all of them, in its digest if they are not high.
func wishes(a alert.Alert, _ int) []alert.Delivery {
	list := []alert.Delivery{{To: dc, Due: now, Digest: a.Severity < rules.High}}
	if a.Severity >= rules.High {
		list = append(list, alert.Delivery{To: tg, Due: now})
	}
	return list
}

// queue is what waits for an admin, as "number reason places severity".
func queue(t *testing.T, s *store.Store) string {
	t.Helper()
	list, total, err := s.Held(t.Context(), now.Add(time.Hour), 10, 0)
	if err != nil || total != len(list) {
		t.Fatalf("held = %d of %d, %v", len(list), total, err)
	}
	var lines []string
	for _, h := range list {
		lines = append(lines, fmt.Sprint(h.ID, " ", h.Reason, " ", h.Deliveries, " ", h.Severity))
	}
	return strings.Join(lines, ", ")
}

func TestHeld(t *testing.T) {
	s := fresh(t)
	record(t, s, onTrial, item(1))
	record(t, s, heldBack, item(2))
	record(t, s, owed(tg), item(3))
	record(t, s, func(i feeds.Item) store.Verdict {
		v := heldBack(i)
		v.Alert.Severity = rules.Critical
		return v
	}, item(4))
	if got, want := queue(t, s), "4 burst 2 critical, 2 burst 2 high, 1 trial 0 high"; got != want {
		t.Errorf("held = %q, want %q", got, want)
	}
	if list, total, err := s.Held(t.Context(), now, 1, 1); err != nil || total != 3 || len(list) != 1 || list[0].ID != 2 {
		t.Errorf("second of held = %+v of %d, %v, want alert 2 of 3", list, total, err)
	}
	if _, total, err := s.Held(t.Context(), now.AddDate(0, 2, 0), 9, 0); err != nil || total != 2 {
		t.Errorf("held two months later = %d, %v, want those that are held back", total, err)
	}
}

func TestPublishAndDrop(t *testing.T) {
	s := fresh(t)
	record(t, s, onTrial, item(1), item(2))
	record(t, s, heldBack, item(3), item(4))
	for _, c := range []struct {
		id   int64
		drop bool
		n    int
		err  error
	}{{1, false, 1, nil}, {2, true, 0, nil}, {3, false, 2, nil}, {4, true, 0, nil}, {3, false, 0, store.ErrNotHeld}, {4, true, 0, store.ErrNotHeld}, {9, false, 0, store.ErrNotHeld}} {
		n, err := 0, error(nil)
		if c.drop {
			err = s.DropHeld(t.Context(), c.id, now)
		} else {
			n, err = s.Publish(t.Context(), c.id, now, wishes)
		}
		if n != c.n || !errors.Is(err, c.err) {
			t.Errorf("alert %d (drop %t): %d places, %v, want %d, %v", c.id, c.drop, n, err, c.n, c.err)
		}
	}
	if got := queue(t, s); got != "" {
		t.Errorf("held = %q, want nothing", got)
	}
	var got []string
	for _, p := range due(t, s, now) {
		got = append(got, fmt.Sprint(p.Alert.ID, " ", p.To.Platform, " ", p.Alert.Trial))
	}
	// The admins' own copy of alert 2 was owed before.
	if got, want := strings.Join(got, ", "), "1 telegram false, 2 telegram true, 3 telegram false, 3 discord false, 1 discord false"; got != want {
		t.Errorf("due = %q, want %q", got, want)
	}
	latest, err := s.Latest(t.Context(), store.Filter{Limit: 9})
	if err != nil || len(latest) != 2 || latest[0].ID != 3 || latest[1].ID != 1 {
		t.Errorf("latest = %+v, %v, want 3 and 1", latest, err)
	}
	stories, err := s.LoadStories(t.Context(), now)
	if err != nil || len(stories) != 4 || !stories[0].Told {
		t.Errorf("stories = %+v, %v, want the first told", stories, err)
	}
	found, err := s.Search(t.Context(), store.Query{Words: "title", Country: "KH", Limit: 9})
	if err != nil || len(found.Hits) == 0 || found.Hits[len(found.Hits)-1].Alert != 1 {
		t.Errorf("found = %+v, %v, want alert 1 by its country", found, err)
	}
}

func TestSetSeverity(t *testing.T) {
	s := fresh(t)
	record(t, s, heldBack, item(1))
	record(t, s, onTrial, item(2))
	for _, step := range []struct {
		id       int64
		severity rules.Severity
		want     string
	}{
		{1, rules.Medium, "1 burst 1 medium, 2 trial 0 high"},
		{1, rules.Critical, "1 burst 2 critical, 2 trial 0 high"},
		{1, rules.Low, "1 burst 1 low, 2 trial 0 high"},
		{2, rules.Low, "1 burst 1 low, 2 trial 0 low"},
	} {
		if err := s.SetSeverity(t.Context(), step.id, step.severity, now, wishes); err != nil {
			t.Fatal(err)
		}
		if got := queue(t, s); got != step.want {
			t.Errorf("alert %d is %s: held = %q, want %q", step.id, step.severity, got, step.want)
		}
	}
	if n, err := s.Publish(t.Context(), 1, now, wishes); err != nil || n != 1 {
		t.Errorf("places = %d, %v, want the one that wants all", n, err)
	}
	trace, _, err := s.Trace(t.Context(), "", 1)
	if err != nil || trace.Posts[0].State != "declined" || trace.Posts[1].State != "waiting" || !trace.Posts[1].Digest || trace.Alert.Severity != rules.Low {
		t.Errorf("trace = %+v, %v, want telegram let go, and discord in its digest", trace.Posts, err)
	}
	if err := s.SetSeverity(t.Context(), 1, rules.High, now, wishes); !errors.Is(err, store.ErrNotHeld) {
		t.Errorf("severity of what was published: %v, want ErrNotHeld", err)
	}
}

// grave makes an item a telling of a story that somebody was killed, held back if no other outlet tells it.
func grave(story int64, r alert.Relation) store.Decide {
	return func(i feeds.Item) store.Verdict {
		v := tells(story, r, tg)(i)
		v.Alert.Topics, v.Alert.Severity, v.Sensitive = []rules.Topic{rules.Attack}, rules.Critical, true
		return v
	}
}

// TestSensitive has a second outlet confirm what is held back: in the first telling of a story, and in one that
// brings it further.
func TestSensitive(t *testing.T) {
	for _, c := range []struct {
		name   string
		before store.Decide // nil: nothing was told before
		held   string
		due    int64
	}{
		{"a story of its own", nil, "1 sensitive 1 critical", 2},
		{"a story that is told", owed(tg), "2 sensitive 1 critical", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			story, r := int64(0), alert.New
			if c.before != nil {
				record(t, s, c.before, item(9))
				if err := s.Sent(t.Context(), due(t, s, now), "m1", now); err != nil {
					t.Fatal(err)
				}
				story, r = 1, alert.Further
			}
			tally := record(t, s, grave(story, r), item(1))
			if got := queue(t, s); got != c.held || tally.Held != 1 || len(due(t, s, now)) != 0 {
				t.Fatalf("held = %q (%d), want %q alone", got, tally.Held, c.held)
			}
			record(t, s, grave(1, alert.Again), item(2))
			if got := queue(t, s); got != "" {
				t.Errorf("held = %q, want nothing", got)
			}
			list := due(t, s, now)
			if len(list) != 1 || list[0].Alert.ID != c.due || len(list[0].Sources) < 2 {
				t.Errorf("due = %+v, want alert %d with both sources", list, c.due)
			}
		})
	}
}

func TestSensitiveIsNotConfirmedByItself(t *testing.T) {
	s := fresh(t)
	record(t, s, grave(0, alert.New), item(1))
	record(t, s, func(i feeds.Item) store.Verdict {
		v := grave(1, alert.Again)(i)
		v.Alert.Source = "Outlet of Title 1"
		return v
	}, item(2))
	record(t, s, tells(1, alert.Again, tg), item(3)) // a lighter report
	if list := due(t, s, now); len(list) != 1 || list[0].Alert.Severity == rules.Critical {
		t.Errorf("due = %+v, want the lighter report", list)
	}
	if got, want := queue(t, s), "2 sensitive 1 critical, 1 sensitive 1 critical"; got != want {
		t.Errorf("held = %q, want %q", got, want)
	}
}
