package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// tells makes an item a telling of a story; its outlet is named like it.
func tells(story int64, r alert.Relation, to ...chat.Destination) store.Decide {
	return func(i feeds.Item) store.Verdict {
		v := owed(to...)(i)
		v.Joint = alert.Joint{Story: story, Relation: r, Why: "close words"}
		v.Alert.Source = "Outlet of " + i.Title
		return v
	}
}

func sourceNames(t *testing.T, s *store.Store, story int64) string {
	t.Helper()
	sources, err := s.Sources(t.Context(), story)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, source := range sources {
		names = append(names, strings.TrimPrefix(source.Publisher, "Outlet of Title "))
	}
	return strings.Join(names, " ")
}

func TestStoryComesBackWhole(t *testing.T) {
	s := fresh(t)
	var want alert.Story
	keep := func(decide store.Decide) store.Decide {
		return func(i feeds.Item) store.Verdict {
			v := decide(i)
			v.Alert.Dossiers, v.Alert.Direction = []string{"kh-cyber"}, rules.Worse
			v.Kept = func(story alert.Story) { want = story }
			return v
		}
	}
	record(t, s, keep(owed(tg)), item(1))
	record(t, s, keep(tells(1, alert.Again, tg)), item(2))
	list, err := s.LoadStories(t.Context(), now.Add(time.Hour))
	if err != nil || len(list) != 1 {
		t.Fatalf("stories = %d, %v, want one", len(list), err)
	}
	want.Told = true
	if !reflect.DeepEqual(list[0], want) {
		t.Errorf("story = %+v\nwant    %+v", list[0], want)
	}
	for after, n := range map[time.Duration]int{20 * 24 * time.Hour: 1, 400 * 24 * time.Hour: 0} {
		if list, err := s.LoadStories(t.Context(), now.Add(after)); err != nil || len(list) != n {
			t.Errorf("stories after %s = %d, %v, want %d", after, len(list), err, n)
		}
	}
}

func TestAgainAndFurther(t *testing.T) {
	s := fresh(t)
	record(t, s, tells(0, alert.New, tg), item(1))
	first := due(t, s, now)
	if err := s.Sent(t.Context(), first, "17,18", now); err != nil {
		t.Fatal(err)
	}
	if got := record(t, s, tells(1, alert.Again, tg), item(2)); got != (store.Tally{Items: 1, Matched: 1}) {
		t.Errorf("told again = %+v, want no alert", got)
	}
	edits, err := s.DueEdits(t.Context(), tg, now, 10)
	if err != nil || len(edits) != 1 || edits[0].MessageID != "17,18" || len(edits[0].Sources) != 2 {
		t.Fatalf("edits = %+v, %v, want the first post with two sources", edits, err)
	}
	// What changes while an edit is under way is edited later.
	record(t, s, tells(1, alert.Again, tg), item(3))
	if err := s.Edited(t.Context(), edits[0], now); err != nil {
		t.Fatal(err)
	}
	for wait, n := range map[time.Duration]int{9 * time.Minute: 0, 10 * time.Minute: 1} {
		if edits, err = s.DueEdits(t.Context(), tg, now.Add(wait), 10); err != nil || len(edits) != n {
			t.Errorf("edits %s later = %d, %v, want %d", wait, len(edits), err, n)
		}
	}
	if got := record(t, s, tells(1, alert.Further, tg), item(4)); got != (store.Tally{Items: 1, Matched: 1, Alerts: 1, Deliveries: 1}) {
		t.Errorf("told further = %+v, want an alert", got)
	}
	next := due(t, s, now)
	if len(next) != 1 || next[0].ReplyTo != "17,18" || next[0].Previous == nil || next[0].Previous.Severity != rules.High {
		t.Errorf("due = %+v, want one that answers the first", next)
	}
	if got := sourceNames(t, s, 1); got != "1 2 3 4" {
		t.Errorf("sources = %s", got)
	}
	for id, want := range map[string]bool{"17": true, "18": true, "17,18": true, "7": false, "1": false} {
		if p, found, err := s.FindPost(t.Context(), tg, id); err != nil || found != want || found && p.Alert != 1 {
			t.Errorf("post %s = %+v, %v, %v, want %v", id, p, found, err, want)
		}
	}
}

func TestConfirmation(t *testing.T) {
	s := fresh(t)
	waits := func(decide store.Decide) store.Decide {
		return func(i feeds.Item) store.Verdict {
			v := decide(i)
			v.Confirm = func(_ alert.Alert, sources int) []alert.Delivery {
				if sources == 2 {
					return []alert.Delivery{{To: dc, Due: now}}
				}
				return nil
			}
			return v
		}
	}
	record(t, s, waits(tells(0, alert.New, tg)), item(1))
	if got := titles(due(t, s, now)); got != "1→telegram" {
		t.Errorf("due = %s", got)
	}
	record(t, s, waits(tells(1, alert.Again, tg)), item(2), item(3))
	if got := titles(due(t, s, now)); got != "1→telegram 1→discord" {
		t.Errorf("due after two sources more = %s, want the one who waited, once", got)
	}
}

func TestSilentBringsNoStoryFurther(t *testing.T) {
	s := fresh(t)
	record(t, s, tells(0, alert.New, tg), item(1))
	record(t, s, func(i feeds.Item) store.Verdict {
		v := tells(1, alert.Further)(i)
		v.Silent, v.Alert.Severity = true, rules.Critical
		return v
	}, item(2))
	list, err := s.LoadStories(t.Context(), now)
	if err != nil || list[0].Severity != rules.High {
		t.Errorf("severity = %v, %v, want that which was told", list[0].Severity, err)
	}
}

func TestSplitAndMerge(t *testing.T) {
	s := fresh(t)
	record(t, s, tells(0, alert.New, tg), item(1))
	record(t, s, tells(1, alert.Again, tg), item(2), item(3))
	if err := s.Sent(t.Context(), due(t, s, now), "m", now); err != nil {
		t.Fatal(err)
	}
	route := func(alert.Alert) []alert.Delivery { return []alert.Delivery{{To: dc, Due: now}} }
	if _, _, err := s.Split(t.Context(), 1, now, route); !errors.Is(err, store.ErrRegroup) {
		t.Errorf("the item that opened its story was split off: %v", err)
	}
	old, fresh, err := s.Split(t.Context(), 2, now, route)
	if err != nil || len(old.Tellings) != 2 || len(fresh.Tellings) != 1 {
		t.Fatalf("split = %d and %d tellings, %v, want 2 and 1", len(old.Tellings), len(fresh.Tellings), err)
	}
	if got := fmt.Sprint(sourceNames(t, s, old.ID), "|", sourceNames(t, s, fresh.ID)); got != "1 3|2" {
		t.Errorf("sources = %s", got)
	}
	if got := titles(due(t, s, now)); got != "2→discord" {
		t.Errorf("due = %s, want the alert of the item that was split off", got)
	}
	edits, err := s.DueEdits(t.Context(), tg, now, 10)
	if err != nil || len(edits) != 1 || len(edits[0].Sources) != 2 {
		t.Errorf("edits = %+v, %v, want the post without the source", edits, err)
	}
	whole, err := s.Merge(t.Context(), old.ID, fresh.ID, now)
	if err != nil || len(whole.Tellings) != 3 || sourceNames(t, s, old.ID) != "1 2 3" {
		t.Errorf("merged = %d tellings of %s, %v, want all three", len(whole.Tellings), sourceNames(t, s, old.ID), err)
	}
	if _, err := s.Merge(t.Context(), old.ID, fresh.ID, now); !errors.Is(err, store.ErrRegroup) {
		t.Errorf("merged a story that is gone: %v", err)
	}
}

// TestInterrupted: a send that the program did not live to see the end of is of unknown outcome.
func TestInterrupted(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg, dc), item(1))
	list := due(t, s, now)
	if err := s.Begin(t.Context(), list[:1], now); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if to, err := s.Interrupted(t.Context()); err != nil || len(to) != want {
			t.Errorf("interrupted = %v, %v, want %d", to, err, want)
		}
	}
	queues, err := s.Queues(t.Context())
	if err != nil || len(queues) != 2 || queues[0].Unknown != 0 || queues[1].Unknown != 1 {
		t.Errorf("queues = %+v, %v, want one unknown outcome on telegram", queues, err)
	}
}

func TestAudit(t *testing.T) {
	s := fresh(t)
	want := store.Deed{At: now, Person: "telegram:5", Place: tg.String(), What: "split", Details: "2"}
	if err := s.Note(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Deeds(t.Context(), 5); err != nil || !reflect.DeepEqual(got, []store.Deed{want}) {
		t.Errorf("deeds = %+v, %v", got, err)
	}
}
