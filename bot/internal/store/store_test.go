package store_test

import (
	"fmt"
	"os"
	"path/filepath"
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

var (
	now   = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	tg    = chat.Destination{Platform: "telegram", Channel: "-1001", Topic: "7"}
	dc    = chat.Destination{Platform: "discord", Channel: "42"}
	state = store.FeedState{Feed: "courier", Checked: now, Succeeded: now, FirstRead: now, NextCheck: now}
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t *testing.T) *store.Store { return open(t, filepath.Join(t.TempDir(), "data", "bot.db")) }

func item(n int) feeds.Item {
	return feeds.Item{
		Feed: "courier", Keys: []feeds.Key{feeds.Key(fmt.Sprintf("guid%d", n)), feeds.Key(fmt.Sprintf("link%d", n))},
		Title: fmt.Sprintf("Title %d", n), Summary: "Summary.", Link: fmt.Sprintf("https://courier.example/%d", n),
		Language: "en", Published: now.Add(time.Duration(n) * time.Hour), Seen: now,
	}
}

// owed makes every item an alert that is owed to the given destinations.
func owed(to ...chat.Destination) store.Decide {
	return func(i feeds.Item) store.Verdict {
		a := alert.Alert{
			Item: i, Source: "Courier", SourceCountry: "KH", Topics: []rules.Topic{rules.Legislation, rules.Attack},
			Laws: []rules.Law{"cybercrime"}, Countries: []string{"KH", "TH"}, Stage: "drafted", Severity: rules.High,
			Reasons: []alert.Reason{{Rule: "r", Title: "R", Words: []string{"w"}}}, Created: now,
		}
		var deliveries []alert.Delivery
		for _, d := range to {
			deliveries = append(deliveries, alert.Delivery{To: d, Due: now})
		}
		return store.Verdict{Alert: &a, Deliveries: deliveries}
	}
}

func record(t *testing.T, s *store.Store, decide store.Decide, items ...feeds.Item) store.Tally {
	t.Helper()
	tally, err := s.Record(t.Context(), state, items, decide)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func due(t *testing.T, s *store.Store, at time.Time) []store.Pending {
	t.Helper()
	return dueUpTo(t, s, at, 10)
}

// dueUpTo returns what is due to every destination, at most limit to each.
func dueUpTo(t *testing.T, s *store.Store, at time.Time, limit int) []store.Pending {
	t.Helper()
	destinations, err := s.DueDestinations(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	var all []store.Pending
	for _, to := range destinations {
		list, err := s.Due(t.Context(), to, at, limit)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	return all
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "bot.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	record(t, s, owed(tg), item(1))
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of %s = %o, want 600", filepath.Base(name), got)
		}
	}
}

func TestPragmas(t *testing.T) {
	s := fresh(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1",
	} {
		if got := store.Pragma(t, s, pragma); got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
}

func TestRecordOnce(t *testing.T) {
	s := fresh(t)
	got := record(t, s, owed(tg, dc), item(1), item(2))
	if want := (store.Tally{Items: 2, Matched: 2, Alerts: 2, Deliveries: 4}); got != want {
		t.Errorf("first record = %+v, want %+v", got, want)
	}
	// The same link under a new guid is the same item, and then the new guid is known too.
	moved := item(1)
	moved.Keys = []feeds.Key{"new guid", "link1"}
	alone := item(1)
	alone.Keys = []feeds.Key{"new guid"}
	got = record(t, s, owed(tg, dc), item(2), moved, alone)
	if want := (store.Tally{}); got != want {
		t.Errorf("second record = %+v, want nothing new", got)
	}
}

func TestRecordIsAllOrNothing(t *testing.T) {
	s := fresh(t)
	broken := func(i feeds.Item) store.Verdict {
		v := owed(tg)(i)
		if i.Title == "Title 2" {
			v.Alert.Topics = append(v.Alert.Topics, v.Alert.Topics[0]) // breaks PRIMARY KEY (alert, topic)
		}
		return v
	}
	if _, err := s.Record(t.Context(), state, []feeds.Item{item(1), item(2)}, broken); err == nil {
		t.Fatal("a broken record gave no error")
	}
	if got := due(t, s, now); len(got) != 0 {
		t.Errorf("deliveries after a failed record = %d, want 0", len(got))
	}
	states, err := s.FeedStates(t.Context())
	if err != nil || len(states) != 0 {
		t.Errorf("feed states = %v, %v, want none", states, err)
	}
	record(t, s, owed(tg), item(1), item(2))
	if got := due(t, s, now); len(got) != 2 {
		t.Errorf("deliveries after the mended record = %d, want 2", len(got))
	}
}

func TestAlertComesBackWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	record(t, s, owed(tg), item(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	list := due(t, open(t, path), now)
	if len(list) != 1 {
		t.Fatalf("due after reopening = %d, want 1", len(list))
	}
	want := *owed()(item(1)).Alert
	want.ID, want.Item.Keys = 1, nil
	if got := fmt.Sprintf("%+v", list[0].Alert); got != fmt.Sprintf("%+v", want) {
		t.Errorf("alert = %s\nwant    %+v", got, want)
	}
	if list[0].To != tg || list[0].Key != "guid1 telegram:-1001/7" {
		t.Errorf("delivery to %v with key %q", list[0].To, list[0].Key)
	}
}

func TestDeliveryStates(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg, dc), item(1), item(2))
	list := due(t, s, now)
	if got := titles(list); got != "1→telegram 2→telegram 1→discord 2→discord" {
		t.Fatalf("due = %s", got)
	}
	if len(due(t, s, now.Add(-time.Second))) != 0 {
		t.Error("due before its time")
	}
	// A wait holds the whole destination, so that the order stays, and no other.
	setback := store.Setback{At: now, Until: now.Add(time.Minute), Reason: "told to wait", Unknown: true}
	if _, err := s.Retry(t.Context(), list[:1], setback); err != nil {
		t.Fatal(err)
	}
	if got := titles(due(t, s, now)); got != "1→discord 2→discord" {
		t.Errorf("due while telegram holds = %s", got)
	}
	list = due(t, s, now.Add(time.Minute))
	if list[0].Tries != 1 || !list[0].FirstTry.Equal(now) {
		t.Errorf("tries = %d from %v, want 1 from %v", list[0].Tries, list[0].FirstTry, now)
	}
	if err := s.Sent(t.Context(), list[:1], "m1", now); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(t.Context(), list[2:3], "message rejected", now); err != nil {
		t.Fatal(err)
	}
	if got := titles(due(t, s, now)); got != "2→telegram 2→discord" {
		t.Errorf("due after one was sent and one dropped = %s", got)
	}
	totals, err := s.Totals(t.Context())
	want := store.Totals{Items: 2, Matched: 2, Alerts: 2, Sent: 1, Waiting: 2, Dropped: 1, Unknown: 1}
	if err != nil || totals != want {
		t.Errorf("totals = %+v, %v, want %+v", totals, err, want)
	}
}

func TestSuspension(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1))
	d := due(t, s, now)
	gone := store.Setback{At: now, Until: now.Add(time.Hour), Reason: "kicked", Suspend: true}
	for i, want := range []bool{true, false} {
		fresh, err := s.Retry(t.Context(), d, gone)
		if err != nil || fresh.Suspended != want {
			t.Errorf("refusal %d: newly suspended = %v, %v, want %v", i+1, fresh.Suspended, err, want)
		}
	}
	queues, err := s.Queues(t.Context())
	if err != nil || len(queues) != 1 || !queues[0].Suspended.Equal(now) || queues[0].Waiting != 1 || queues[0].Reason != "kicked" {
		t.Errorf("queues = %+v, %v, want one suspended with 1 waiting", queues, err)
	}
	if err := s.Sent(t.Context(), d, "m1", now); err != nil {
		t.Fatal(err)
	}
	if queues, err = s.Queues(t.Context()); err != nil || len(queues) != 0 {
		t.Errorf("queues after a send = %+v, %v, want none", queues, err)
	}
}

func TestDueIsFair(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1), item(2), item(3))
	record(t, s, owed(dc), item(4))
	if got := titles(dueUpTo(t, s, now, 2)); got != "1→telegram 2→telegram 4→discord" {
		t.Errorf("due with a limit of 2 = %s", got)
	}
}

func TestLatest(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(), item(1), item(2), item(3))
	for _, c := range []struct {
		name   string
		filter store.Filter
		want   int
	}{
		{"all", store.Filter{Limit: 10}, 3},
		{"limit", store.Filter{Limit: 2}, 2},
		{"second country", store.Filter{Country: "TH", Limit: 10}, 3},
		{"other country", store.Filter{Country: "VN", Limit: 10}, 0},
		{"second topic", store.Filter{Topic: rules.Attack, Limit: 10}, 3},
		{"other topic", store.Filter{Topic: rules.Shutdown, Limit: 10}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Latest(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != c.want {
				t.Fatalf("alerts = %d, want %d", len(got), c.want)
			}
			if len(got) > 0 && got[0].Item.Title != "Title 3" {
				t.Errorf("first = %q, want the newest", got[0].Item.Title)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg, dc), item(1))
	record(t, s, nothing, item(2))
	d := due(t, s, now)
	if err := s.Sent(t.Context(), d[:1], "m1", now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Retry(t.Context(), d[1:], store.Setback{At: now, Until: now, Reason: "gateway", Unknown: true}); err != nil {
		t.Fatal(err)
	}
	byLink, ok, err := s.Trace(t.Context(), "https://courier.example/1", 0)
	if err != nil || !ok || byLink.Alert == nil || len(byLink.Posts) != 2 {
		t.Fatalf("trace by link = %+v, %v, %v", byLink, ok, err)
	}
	if p := byLink.Posts[0]; p.State != "sent" || !p.Sent.Equal(now) || p.Tries != 1 {
		t.Errorf("first post = %+v, want sent at %v", p, now)
	}
	if p := byLink.Posts[1]; p.State != "waiting" || p.Unknown != 1 || p.Error != "gateway" {
		t.Errorf("second post = %+v, want waiting with one unknown outcome", p)
	}
	if byID, ok, err := s.Trace(t.Context(), "", 1); err != nil || !ok || byID.Item.Title != "Title 1" {
		t.Errorf("trace by number = %+v, %v, %v", byID, ok, err)
	}
	if silent, ok, err := s.Trace(t.Context(), "https://courier.example/2", 0); err != nil || !ok || silent.Alert != nil || silent.Told != nil {
		t.Errorf("trace of an item without alert = %+v, %v, %v", silent, ok, err)
	}
	if _, ok, err := s.Trace(t.Context(), "https://courier.example/9", 9); err != nil || ok {
		t.Errorf("trace of nothing = %v, %v, want not found", ok, err)
	}
}

func TestFeedStates(t *testing.T) {
	s := fresh(t)
	first := store.FeedState{Feed: "a", Validators: feeds.Validators{URL: "u"}, Checked: now, NextCheck: now.Add(time.Hour), Failures: 2, Error: "timeout: slow"}
	second := first
	second.Validators = feeds.Validators{ETag: `W/"x"`, LastModified: "Tue, 03 Nov 2026 12:00:00 GMT"}
	second.FirstRead, second.Succeeded, second.Failures, second.Error = now, now, 0, ""
	second.Ways, second.Pace, second.Via = "w", feeds.Pace{Every: time.Hour, SkipHours: 3}, "proxy:tor"
	second.Fallbacks = map[string]store.WayState{"proxy:tor": {Validators: feeds.Validators{URL: "v"}, Failures: 1, Next: now}}
	second.Known, second.Host, second.Issuer, second.Told = []string{"a.example", "CA"}, "a.example", "CA", "dns"
	second.Failing, second.OwnNext, second.Paused, second.Newest, second.Cadence = now, now, now, now, time.Hour
	second.Moved, second.MovedTimes, second.Class = "https://b.example/", 2, feeds.DNS
	for _, want := range []store.FeedState{first, second} {
		if err := s.SaveFeedStates(t.Context(), []store.FeedState{want}); err != nil {
			t.Fatal(err)
		}
		states, err := s.FeedStates(t.Context())
		if err != nil || !reflect.DeepEqual(states["a"], want) {
			t.Errorf("state = %+v, %v, want %+v", states["a"], err, want)
		}
	}
}

func TestOpenRefusesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open of a text file = %v, want an error that names %s", err, path)
	}
}

// titles sums up deliveries as number→platform.
func titles(list []store.Pending) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, strings.TrimPrefix(p.Alert.Item.Title, "Title ")+"→"+p.To.Platform)
	}
	return strings.Join(parts, " ")
}

func TestTraceFindsTheItemThatAlerted(t *testing.T) {
	s := fresh(t)
	first, second := item(1), item(2)
	second.Link = first.Link
	record(t, s, nothing, first)
	record(t, s, owed(tg), second)
	trace, found, err := s.Trace(t.Context(), first.Link, 0)
	if err != nil || !found || trace.Alert == nil || trace.Item.Title != second.Title {
		t.Errorf("trace = %+v, %v, %v, want the second item with its alert", trace, found, err)
	}
}
