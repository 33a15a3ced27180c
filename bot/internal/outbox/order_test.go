package outbox_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// owes records one item and owes channel 1 the alert of it, as shape changes it.
func owes(t *testing.T, s *store.Store, title string, shape func(*store.Verdict)) {
	t.Helper()
	now := time.Now()
	item := feeds.Item{Feed: "f", Keys: []feeds.Key{feeds.Key(title)}, Title: title, Link: "https://courier.example/" + title, Seen: now}
	_, err := s.Record(t.Context(), store.FeedState{Feed: "f", Checked: now, NextCheck: now}, []feeds.Item{item}, func(i feeds.Item) store.Verdict {
		v := store.Verdict{
			Alert:      &alert.Alert{Item: i, Source: "Outlet of " + title, Created: now, Topics: []rules.Topic{rules.Attack}, Severity: rules.Medium, Reasons: []alert.Reason{{Rule: "r"}}},
			Deliveries: []alert.Delivery{{To: to("1"), Due: now}},
		}
		if shape != nil {
			shape(&v)
		}
		return v
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wish(t *testing.T, s *store.Store, wishes ...alert.Subscription) {
	t.Helper()
	for i := range wishes {
		wishes[i].To = to("1")
	}
	if err := s.ReplaceConfig(t.Context(), wishes, []chat.Destination{to("admin")}); err != nil {
		t.Fatal(err)
	}
}

// joins makes a verdict a telling of the first story.
func joins(r alert.Relation, severity rules.Severity) func(*store.Verdict) {
	return func(v *store.Verdict) {
		v.Joint = alert.Joint{Story: 1, Relation: r}
		v.Alert.Severity = severity
	}
}

func inDigest(v *store.Verdict) { v.Deliveries[0].Digest = true }

func urgent(v *store.Verdict) { v.Alert.Severity = rules.High }

func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		owes(t, s, "digest1", inDigest)
		owes(t, s, "plain1", nil)
		owes(t, s, "digest2", inDigest)
		owes(t, s, "plain2", nil)
		owes(t, s, "urgent1", urgent)
		owes(t, s, "urgent2", urgent)
		p.slow["1"] = time.Second
		if _, err := o.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2500 * time.Millisecond) // plain1 is under way
		owes(t, s, "urgent3", urgent)
		run(t, o, 10*time.Second)
		if got, want := p.on("1"), "urgent1 urgent2 plain1 urgent3 plain2 Digest of 1 January 2000: 2 alerts"; got != want {
			t.Errorf("channel got %q, want %q", got, want)
		}
	})
}

// TestStoryInItsOrder: an urgent alert does not go before the one that it answers.
func TestStoryInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		owes(t, s, "first", nil)
		owes(t, s, "other", nil)
		owes(t, s, "further", joins(alert.Further, rules.High))
		run(t, o, 5*time.Second)
		if got := p.on("1"); got != "first further other" {
			t.Errorf("channel got %q", got)
		}
		if got := p.messages[1].ReplyTo; got != "1" {
			t.Errorf("the second answers %q, want message 1", got)
		}
	})
}

func TestEdits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		owes(t, s, "first", nil)
		owes(t, s, "early", joins(alert.Again, rules.Medium)) // before the post, which shows it
		run(t, o, 5*time.Second)
		if len(p.edits) != 0 || !strings.Contains(p.messages[0].PlainText(), "Outlet of early") {
			t.Errorf("edits = %v of %q, want none, and both sources", p.edits, p.messages[0].PlainText())
		}
		for range 15 {
			owes(t, s, fmt.Sprint("again", time.Now().UnixNano()), joins(alert.Again, rules.Medium))
			run(t, o, time.Minute)
		}
		run(t, o, time.Hour)
		if got := strings.Join(p.edits, ", "); got != "1: 0s, 1: 10m0s, 1: 20m0s" {
			t.Errorf("edits at %s, want one in ten minutes", got)
		}
		if got := p.messages[0].PlainText(); !strings.Contains(got, "17 sources") {
			t.Errorf("message = %q, want the last state", got)
		}
		if got := p.on("1"); got != "first" {
			t.Errorf("channel got %q, want one post", got)
		}
	})
}

func TestEditThatEnds(t *testing.T) {
	for name, err := range map[string]error{"gone": chat.ErrGone, "rejected": chat.ErrRejected} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := bench(t, nil)
				owes(t, s, "first", nil)
				run(t, o, 2*time.Second)
				p.editErrs = []error{err}
				owes(t, s, "again", joins(alert.Again, rules.Medium))
				run(t, o, time.Hour)
				owes(t, s, "other", nil)
				run(t, o, 2*time.Second)
				if got := p.on("1"); got != "first other" || len(p.edits) != 1 {
					t.Errorf("channel got %q after %d edits, want both posts and one edit", got, len(p.edits))
				}
			})
		})
	}
}

func TestCeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		wish(t, s, alert.Subscription{Ceiling: 3})
		for n := range 6 {
			owes(t, s, fmt.Sprint("a", n), nil)
		}
		owes(t, s, "critical", func(v *store.Verdict) { v.Alert.Severity = rules.Critical })
		run(t, o, 10*time.Second)
		if got := p.on("1"); got != "critical a0 a1" {
			t.Errorf("channel got %q, want three posts", got)
		}
		run(t, o, 4*time.Hour)
		last := p.messages[len(p.messages)-1]
		if len(p.messages) != 4 || !strings.Contains(last.Title, "4 alerts") || !strings.Contains(last.Footer, "3") {
			t.Errorf("%d messages, the last %q, %q; want a digest of four that names the ceiling", len(p.messages), last.Title, last.Footer)
		}
	})
}

// TestCeilingLeavesWhatWasTried: the service may have a post whose answer was lost, and knows it again only by
// the post's own key. It may not come a second time in a digest, which has another.
func TestCeilingLeavesWhatWasTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		wish(t, s, alert.Subscription{Ceiling: 2})
		for _, title := range []string{"tried", "a", "b", "c"} {
			owes(t, s, title, nil)
		}
		p.errs["1"] = slices.Repeat([]error{fmt.Errorf("reset: %w", chat.ErrUnknown)}, 3) // it is put aside, and the others go on
		run(t, o, 5*time.Hour)
		if got := p.on("1"); got != "a b tried Digest of 1 January 2000: 1 alert" {
			t.Errorf("channel got %q, want the one that was tried as itself, and the last in a digest", got)
		}
	})
}

func TestMutedIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		if err := s.PutMute(t.Context(), store.Mute{To: to("1"), Kind: store.MuteRule, What: "r", Until: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		owes(t, s, "muted", nil)
		owes(t, s, "muted too", inDigest)
		owes(t, s, "heard", func(v *store.Verdict) { v.Alert.Reasons[0].Rule = "x" })
		run(t, o, 5*time.Second)
		if got := p.on("1"); got != "heard" {
			t.Errorf("channel got %q", got)
		}
	})
}

// TestPoisonIsPutAside: a message at which the service breaks lets the others pass; when the service breaks
// at all of them, they keep their order.
func TestPoisonIsPutAside(t *testing.T) {
	broken := fmt.Errorf("502: %w", chat.ErrUnknown)
	for _, c := range []struct {
		name string
		errs []error
		want string
	}{
		{"one message", []error{broken, broken, broken}, "b c a"},
		{"the place", slices.Repeat([]error{broken}, 8), "a b c"},
		{"waits are no failures", slices.Repeat([]error{&chat.RetryError{After: time.Second}}, 8), "a b c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, _, p := bench(t, []string{"a", "b", "c"}, "1")
				p.errs["1"] = c.errs
				run(t, o, 2*time.Hour)
				if got := p.on("1"); got != c.want {
					t.Errorf("channel got %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestMovedChannelGetsItAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, []string{"a", "b"}, "1")
		p.errs["1"] = []error{fmt.Errorf("upgraded: %w", &chat.MovedError{To: to("2")})}
		if _, err := o.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.Wait()
		if got := p.on("2"); got != "a b" {
			t.Errorf("the new place got %q, want all that was owed", got)
		}
		if got := p.on("admin"); !strings.Contains(got, "telegram:1 has moved to telegram:2") {
			t.Errorf("admin was told %q", got)
		}
		if totals, err := s.Totals(t.Context()); err != nil || totals.Unknown != 0 || totals.Sent != 2 {
			t.Errorf("totals = %+v, %v", totals, err)
		}
	})
}

// TestBulletin: far more alerts of one country and topic than usual become one message that is edited.
func TestBulletin(t *testing.T) {
	inBurst := func(v *store.Verdict) { v.Alert.Countries = []string{"UG"} }
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		wish(t, s, alert.Subscription{Ceiling: -1})
		for n := range 30 {
			owes(t, s, fmt.Sprintf("item%02d", n), inBurst)
			run(t, o, time.Minute)
		}
		run(t, o, time.Hour)
		if len(p.messages) != 8 {
			t.Fatalf("messages = %d, want seven posts and a bulletin: %s", len(p.messages), p.on("1"))
		}
		if got := p.messages[7].PlainText(); !strings.Contains(got, "23") || !strings.Contains(got, "item29") {
			t.Errorf("bulletin = %q, want 23 alerts", got)
		}
		if len(p.edits) != 3 {
			t.Errorf("edits = %v, want one in ten minutes", p.edits)
		}
		// Somebody deletes it: what comes next stands in a new one.
		p.editErrs = []error{errors.Join(chat.ErrGone)}
		owes(t, s, "late", inBurst)
		run(t, o, time.Hour)
		if got := p.messages[len(p.messages)-1].PlainText(); len(p.messages) != 9 || !strings.Contains(got, "late") {
			t.Errorf("last of %d messages = %q, want a new bulletin", len(p.messages), got)
		}
	})
}
