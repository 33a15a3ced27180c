package command_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

var update = flag.Bool("update", false, "write the answers given into testdata")

const ruleFile = `
[[rule]]
id = "shutdown"
title = "Internet shutdowns"
topic = "shutdown"
severity = "high"
match = '"internet shutdown"'
`

const feedFile = `
[[feed]]
id = "courier"
title = "Mekong Courier"
url = "https://courier.example/rss"
[[feed]]
id = "gazette"
url = "https://gazette.example/rss"
[[feed]]
id = "weekly"
url = "https://weekly.example/rss"
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
	other    = chat.Destination{Platform: "discord", Channel: "42"}
)

// TestAnswers puts "ask" of every txtar of testdata, a place and a command, to the table and compares with its "answer".
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			synctest.Test(t, func(t *testing.T) { got = answer(t, newTable(t), string(archive.Files[0].Data)) })
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "answer", Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || !bytes.Equal(got, archive.Files[1].Data) {
				t.Errorf("got\n%s\nwant the answer of %s", got, file)
			}
		})
	}
}

var version = regexp.MustCompile(`version [0-9a-f]+`)

// answer puts a line such as "admin: /why 1" to the table. The version of the rules, which is a hash, is
// left out of what it returns.
func answer(t *testing.T, table *command.Table, line string) []byte {
	t.Helper()
	who, text, ok := strings.Cut(strings.TrimSpace(line), ": /")
	from, known := map[string]chat.Destination{"admin": admin, "stranger": stranger, "channel": channel}[who]
	if !ok || !known {
		t.Fatalf("%q is not of the form place: /command", line)
	}
	words := strings.Fields(text)
	request := chat.Request{Command: words[0], From: from, Rest: words[1:]}
	menu := table.Menu()
	if i := slices.IndexFunc(menu, func(c chat.Command) bool { return c.Name == words[0] }); i >= 0 {
		request.Args, request.Rest = menu[i].ParseWords(words[1:])
	}
	plain := table.Answer(t.Context(), request).PlainText() + "\n"
	return []byte(version.ReplaceAllString(plain, "version V"))
}

// newTable is a table over a store with a little of everything. It must be made in a synctest bubble,
// where it is midnight of 1 January 2000.
func newTable(t *testing.T) *command.Table {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	fill(t, s)
	schedule, err := feeds.ParseSchedule("*/10 * * * *")
	if err != nil {
		t.Fatal(err)
	}
	table := &command.Table{Store: s, Admins: []chat.Destination{admin}, Schedule: schedule, Log: slog.New(slog.DiscardHandler)}
	if table.Feeds, err = live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(feedFile)}}, feeds.Parse); err != nil {
		t.Fatal(err)
	}
	if table.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(ruleFile)}}, rules.Parse); err != nil {
		t.Fatal(err)
	}
	return table
}

// fill records items that alerted, were told again, did not match, and the fate of their deliveries.
func fill(t *testing.T, s *store.Store) {
	t.Helper()
	now := time.Now()
	record(t, s, "courier", now, decideTold, "Reporter jailed over a post about a dam", "REPORTER JAILED over a post about a dam!", "Internet shutdown ordered", "Football")
	record(t, s, "weekly", now.Add(-30*24*time.Hour), func(i feeds.Item, recent []alert.Story) store.Verdict {
		v := decideTold(i, recent)
		v.Deliveries = nil
		return v
	}, "Reporter jailed long ago")
	record(t, s, "new", now, func(i feeds.Item, recent []alert.Story) store.Verdict {
		v := decideTold(i, recent)
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
	_, retryErr := s.Retry(t.Context(), lost[0].Delivery, store.Setback{
		At: now, Until: now.Add(time.Hour), Reason: "bot was kicked", Suspend: true, Unknown: true,
	})
	err = errors.Join(s.SaveFeedStates(t.Context(), []store.FeedState{failed}), s.Sent(t.Context(), due[0].Delivery, "m1", now), retryErr)
	if err != nil {
		t.Fatal(err)
	}
}

func record(t *testing.T, s *store.Store, feed string, now time.Time, decide func(feeds.Item, []alert.Story) store.Verdict, titles ...string) {
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
func decideTold(i feeds.Item, recent []alert.Story) store.Verdict {
	if !strings.HasPrefix(strings.ToLower(i.Title), "reporter jailed") {
		return store.Verdict{Item: i}
	}
	if story, told := alert.Join(i, recent, i.Seen); told {
		return store.Verdict{Item: i, Matched: true, Story: story}
	}
	return store.Verdict{
		Item: i, Matched: true, Story: alert.Story{Title: i.Title, Opened: i.Seen},
		Alert: &alert.Alert{
			Item: i, Source: "Mekong Courier", Topics: []rules.Topic{rules.Prosecution}, Countries: []string{"KH"},
			Severity: rules.High, Created: i.Seen,
			Reasons: []alert.Reason{{Rule: "journalist-jailed", Title: "Journalists in prison", Words: []string{"Reporter", "jailed"}}},
		},
		Deliveries: []alert.Delivery{{To: channel, Due: i.Seen}, {To: other, Due: i.Seen}},
	}
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

// TestMenu holds the menu to the limits of Telegram and Discord.
func TestMenu(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	limit := func(what, text string) {
		if n := len([]rune(text)); n < 1 || n > 100 {
			t.Errorf("description of %s has %d characters, want 1 to 100", what, n)
		}
	}
	for _, c := range new(command.Table).Menu() {
		if !name.MatchString(c.Name) {
			t.Errorf("name %q is not of the form that both services take", c.Name)
		}
		limit(c.Name, c.Description)
		optional := false
		for _, a := range c.Args {
			limit(c.Name+" "+a.Name, a.Description)
			if !name.MatchString(a.Name) || len(a.Choices) > 25 || a.Required && optional {
				t.Errorf("argument %+v of %s: bad name, too many choices, or required after an optional one", a, c.Name)
			}
			optional = optional || !a.Required
		}
	}
}
