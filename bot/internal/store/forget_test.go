package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

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
