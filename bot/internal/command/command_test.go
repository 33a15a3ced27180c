package command_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

const ruleFile = `
[[rule]]
id = "shutdown"
title = "Internet shutdowns"
topic = "shutdown"
severity = "high"
match = '"internet shutdown"'
[[rule]]
id = "journalist-jailed"
title = "Journalists in prison"
topic = "prosecution"
severity = "high"
match = 'reporter AND jailed'
[[rule]]
id = "seal"
title = "Sealed newsrooms"
topic = "censorship"
severity = "medium"
status = "test"
match = 'newsroom AND sealed'
unless = 'film'
`

const regionFile = `
asean = ["BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"]
mekong = ["KH", "LA", "MM", "TH", "VN"]
mena = ["EG", "IR", "TN"]
`

const feedFile = `
[[feed]]
id = "courier"
title = "Mekong Courier"
url = "https://courier.example/rss"
country = "KH"
[[feed]]
id = "gazette"
url = "https://gazette.example/rss"
[[feed]]
id = "weekly"
url = "https://weekly.example/rss"
country = "TH"
[[feed]]
id = "new"
url = "https://new.example/rss"
[[feed]]
id = "unread"
url = "https://unread.example/rss"
[[feed]]
id = "off"
url = "https://off.example/rss"
off = true
`

// The places that a request may come from.
var (
	admin    = chat.Destination{Platform: "telegram", Channel: "99"}
	stranger = chat.Destination{Platform: "telegram", Channel: "55"}
	channel  = chat.Destination{Platform: "telegram", Channel: "-1001"}
	desk     = chat.Destination{Platform: "telegram", Channel: "-1003"}
	group    = chat.Destination{Platform: "telegram", Channel: "-1002"}
	other    = chat.Destination{Platform: "discord", Channel: "42"}
)

// filled is the database file that every table begins with. It is made once, since that takes longer than most
// tests; in every bubble it is the same midnight.
var filled struct {
	once sync.Once
	file []byte
}

func fillFile(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// newTable is a table over a store with a little of everything. It must be made in a synctest bubble,
// where it is midnight of 1 January 2000.
func newTable(t testing.TB) *command.Table {
	t.Helper()
	filled.once.Do(func() { filled.file = fillFile(t) })
	path := filepath.Join(t.TempDir(), "bot.db")
	if err := os.WriteFile(path, filled.file, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	schedule, err := feeds.ParseSchedule("*/10 * * * *")
	if err != nil {
		t.Fatal(err)
	}
	table := &command.Table{
		Store: s, Admins: []chat.Destination{admin}, Schedule: schedule, Signer: chat.NewSigner([]byte("a key of this test")),
		Log: slog.New(slog.DiscardHandler),
	}
	wire(table)
	if table.Feeds, err = live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(feedFile)}}, feeds.Parse); err != nil {
		t.Fatal(err)
	}
	if table.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(ruleFile)}, "places/regions.toml": {Data: []byte(regionFile)}}, rules.Parse); err != nil {
		t.Fatal(err)
	}
	return table
}

// wire puts in what the running bot does for the table: nothing is split but item 3, the sample may be posted
// without its button, and the files are good.
func wire(table *command.Table) {
	table.Split = func(_ context.Context, item int64) error {
		if item != 3 {
			return store.ErrRegroup
		}
		return nil
	}
	table.Merge = func(_ context.Context, into, from int64) error {
		if into > 2 || from > 2 {
			return store.ErrRegroup
		}
		return nil
	}
	table.Reload = func(context.Context) error { return nil }
	table.Test = func(_ context.Context, to chat.Destination, _ chat.Message) ([]chat.Right, error) {
		switch to {
		case group:
			return []chat.Right{chat.RightFile, chat.RightPin}, nil
		case other:
			return []chat.Right{chat.RightSee}, fmt.Errorf("the bot was kicked: %w", chat.ErrGone)
		}
		return nil, nil
	}
}

// fill records items that alerted, were told again, did not match, and the fate of their deliveries.
func fill(t testing.TB, s *store.Store) {
	t.Helper()
	now := time.Now()
	if err := s.ReplaceConfig(t.Context(), []alert.Subscription{{To: desk, Topics: []rules.Topic{rules.Attack}}}, nil); err != nil {
		t.Fatal(err)
	}
	record(t, s, "courier", now, decideTold, "Reporter jailed over a post about a dam", "REPORTER JAILED over a post about a dam!", "Internet shutdown ordered", "Football")
	record(t, s, "weekly", now.Add(-30*24*time.Hour), func(i feeds.Item) store.Verdict {
		v := decideTold(i)
		v.Deliveries = nil
		return v
	}, "Reporter jailed long ago")
	record(t, s, "new", now, func(i feeds.Item) store.Verdict {
		v := decideTold(i)
		v.Parked = true
		return v
	}, "Reporter jailed in a year of floods", "Reporter jailed for a song")
	failed := store.FeedState{
		Feed: "gazette", Class: feeds.DNS, Failing: now.Add(-5 * time.Hour), Via: "https://mirror.example/", Checked: now, NextCheck: now.Add(time.Hour), Failures: 3,
		Error: "dns: lookup gazette.example on 10.0.0.1:53: no such host",
	}
	due, err := s.Due(t.Context(), channel, now, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("due = %v, %v", due, err)
	}
	lost, err := s.Due(t.Context(), other, now, 10)
	if err != nil || len(lost) != 1 {
		t.Fatalf("due = %v, %v", lost, err)
	}
	_, retryErr := s.Retry(t.Context(), lost, store.Setback{
		At: now, Until: now.Add(time.Hour), Reason: "bot was kicked", Suspend: true, Unknown: true,
	})
	err = errors.Join(s.SaveFeedStates(t.Context(), []store.FeedState{failed}), s.Sent(t.Context(), due, "m1", now), retryErr)
	if err != nil {
		t.Fatal(err)
	}
}

func record(t testing.TB, s *store.Store, feed string, now time.Time, decide store.Decide, titles ...string) {
	t.Helper()
	var items []feeds.Item
	for n, title := range titles {
		link := fmt.Sprintf("https://%s.example/%d", feed, n+1)
		items = append(items, feeds.Item{Feed: feed, Keys: []feeds.Key{feeds.Key(link)}, Title: title, Link: link, Published: now, Seen: now})
	}
	state := store.FeedState{
		Feed: feed, FirstRead: now, Checked: now, Succeeded: now, NextCheck: now.Add(15 * time.Minute), Newest: now,
		Cadence: time.Hour, Pace: feeds.Pace{Every: 10 * time.Minute}, Issuer: "Example Trust",
	}
	if _, err := s.Record(t.Context(), state, items, decide); err != nil {
		t.Fatal(err)
	}
}

// decideTold makes an alert of every reporter who is jailed, once a headline.
func decideTold(i feeds.Item) store.Verdict {
	if !strings.HasPrefix(strings.ToLower(i.Title), "reporter jailed") {
		return store.Verdict{}
	}
	v := store.Verdict{
		Alert: &alert.Alert{
			Item: i, Source: "Mekong Courier", Topics: []rules.Topic{rules.Prosecution}, Countries: []string{"KH"},
			Severity: rules.High, Created: i.Seen,
			Reasons: []alert.Reason{{Rule: "journalist-jailed", Title: "Journalists in prison", Words: []string{"Reporter", "jailed"}}},
		},
		Deliveries: []alert.Delivery{{To: channel, Due: i.Seen}, {To: other, Due: i.Seen}},
	}
	if strings.HasPrefix(i.Title, "REPORTER") {
		v.Joint = alert.Joint{Story: 1, Relation: alert.Again, Why: "the same text with edits"}
	}
	return v
}

func TestBrokenStoreGivesACalmSentence(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	table := &command.Table{Store: s, Log: slog.New(slog.NewTextHandler(&log, nil))}
	got := table.Answer(t.Context(), chat.Request{Command: "latest"})
	if text := got.PlainText(); !strings.Contains(text, "did not work") || strings.Contains(text, "database") {
		t.Errorf("answer = %q, want a sentence without the cause", text)
	}
	if !strings.Contains(log.String(), "database is closed") {
		t.Errorf("log = %q, want the cause", log.String())
	}
}
