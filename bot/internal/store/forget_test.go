package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// TestForget looks for the id of a chat in every byte of the database's files, after so much was written that
// pages were split and joined many times.
func TestForget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s := open(t, path)
	const id = "-100777888999"
	leaves := chat.Destination{Platform: "telegram", Channel: id}
	topic := chat.Destination{Platform: "telegram", Channel: id, Topic: "5"}
	old := chat.Destination{Platform: "telegram", Channel: "-123456"}
	for n := range 20 {
		var items []feeds.Item
		for i := range 15 {
			items = append(items, item(n*15+i))
		}
		record(t, s, owed(tg, old, topic, dc), items...)
		for _, p := range dueUpTo(t, s, now, 12) {
			if err := s.Sent(t.Context(), []store.Pending{p}, "m"+p.Key, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Moved(t.Context(), old, leaves); err != nil {
		t.Fatal(err)
	}
	for n := range 50 {
		for _, to := range []chat.Destination{leaves, topic, tg} {
			subscribe(t, s, alert.Subscription{To: to, Countries: []string{fmt.Sprint(n)}})
			err := s.PutMute(t.Context(), store.Mute{To: to, Kind: store.MuteRule, What: fmt.Sprint(n), Until: now})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Vote(t.Context(), int64(n+1), to, to.String(), now); err != nil {
				t.Fatal(err)
			}
			err = s.Note(t.Context(), store.Deed{At: now, Person: to.String(), Place: to.String(), What: "mute", Details: "rule at " + to.String()})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.PutPin(t.Context(), leaves, "m"); err != nil {
		t.Fatal(err)
	}
	held := store.Pending{Delivery: alert.Delivery{ID: 2, To: leaves}}
	if _, err := s.Retry(t.Context(), []store.Pending{held}, store.Setback{At: now, Until: now, Reason: "telegram:" + id + " is gone", Suspend: true}); err != nil {
		t.Fatal(err)
	}
	if !stands(t, path, id) {
		t.Fatal("the id does not stand in the files before, so the test says nothing")
	}
	if err := s.Forget(t.Context(), leaves); err != nil {
		t.Fatal(err)
	}
	// What was being sent to it meanwhile brings it back no more.
	if former, err := s.PutPin(t.Context(), leaves, "n"); former != "" || err != nil {
		t.Errorf("pinned before = %q, %v, want nothing", former, err)
	}
	if news, err := s.RefusePin(t.Context(), leaves, now); news || err != nil {
		t.Errorf("RefusePin of a forgotten place = %t, %v, want false", news, err)
	}
	if _, err := s.Retry(t.Context(), []store.Pending{held}, store.Setback{At: now, Until: now}); err != nil {
		t.Fatal(err)
	}
	if stands(t, path, id) || stands(t, path, "-123456") {
		t.Error("the id still stands in the files")
	}
	if !stands(t, path, "-1001") {
		t.Error("what belongs to another chat is gone too")
	}
}

// stands reports whether a text stands anywhere in the files of a database.
func stands(t *testing.T, path, text string) bool {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			t.Logf("%s holds it", filepath.Base(file))
			return true
		}
	}
	return false
}

func subscribe(t *testing.T, s *store.Store, sub alert.Subscription) int64 {
	t.Helper()
	id, err := s.PutSubscription(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestForgetTopic holds that another topic, whose number begins alike, stays.
func TestForgetTopic(t *testing.T) {
	s := fresh(t)
	topic := func(id string) chat.Destination {
		return chat.Destination{Platform: tg.Platform, Channel: tg.Channel, Topic: id}
	}
	for _, to := range []chat.Destination{tg, topic("5"), topic("55")} {
		subscribe(t, s, alert.Subscription{To: to})
	}
	if err := s.Forget(t.Context(), topic("5")); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[chat.Destination]int{tg: 1, topic("5"): 0, topic("55"): 1} {
		if list, err := s.SubscriptionsOf(t.Context(), to); len(list) != want || err != nil {
			t.Errorf("subscriptions of %s = %d, %v, want %d", to, len(list), err, want)
		}
	}
}

// TestForgetSuspended: those that were lost long ago are deleted, once a day at most.
func TestForgetSuspended(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s := open(t, path)
	const id = "-100777888999"
	lost, topic := chat.Destination{Platform: "telegram", Channel: id}, chat.Destination{Platform: "telegram", Channel: "-100444", Topic: "5"}
	around := chat.Destination{Platform: "telegram", Channel: "-100444"}
	record(t, s, owed(tg, dc, lost, topic, around), item(1))
	for _, p := range dueUpTo(t, s, now, 12) {
		subscribe(t, s, alert.Subscription{To: p.To})
	}
	suspend := func(to chat.Destination, since time.Time) {
		t.Helper()
		due, err := s.Due(t.Context(), to, now.AddDate(1, 0, 0), 1)
		if err != nil || len(due) != 1 {
			t.Fatalf("due to %s = %v, %v, want one", to, due, err)
		}
		for range 2 { // the second time changes nothing
			if _, err := s.Retry(t.Context(), due, store.Setback{At: since, Until: since, Suspend: true, Reason: "gone"}); err != nil {
				t.Fatal(err)
			}
			since = since.AddDate(0, 0, 1)
		}
	}
	expect := func(step string, at time.Time, want ...chat.Destination) {
		t.Helper()
		got, err := s.ForgetSuspended(t.Context(), at.AddDate(0, 0, -90), at)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: forgotten = %v, %v, want %v", step, got, err, want)
		}
	}
	suspend(lost, now)
	suspend(topic, now.Add(time.Hour))
	suspend(dc, now.AddDate(0, 0, 89))
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	expect("nobody yet", day(90).Add(-time.Minute))
	expect("the first", day(90), lost)
	if stands(t, path, id) {
		t.Error("its id still stands in the files")
	}
	expect("a second on the same day", day(91).Add(-time.Minute))
	expect("on the next day", day(91), topic)
	expect("nobody else", day(120))
	for to, want := range map[chat.Destination]int{tg: 1, dc: 1, around: 1, lost: 0, topic: 0} {
		if list, err := s.SubscriptionsOf(t.Context(), to); len(list) != want || err != nil {
			t.Errorf("subscriptions of %s = %d, %v, want %d", to, len(list), err, want)
		}
	}
}
