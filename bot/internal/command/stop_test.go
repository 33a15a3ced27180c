package command_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// TestStopLeavesNothing has a place do all that is kept of places, and looks for its id in the database's
// files before and after /stop.
func TestStopLeavesNothing(t *testing.T) {
	const number = "8675309123"
	place := chat.Destination{Platform: "telegram", Channel: number}
	folder := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(folder, "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var log bytes.Buffer
	table := &command.Table{
		Store: s, Admins: []chat.Destination{place}, Signer: chat.NewSigner([]byte("a key of this test")),
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	if table.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(ruleFile)}}, rules.Parse); err != nil {
		t.Fatal(err)
	}
	wire(table)
	who := asker{from: place, user: "telegram:" + number, direct: true}
	ask := func(line string) {
		words := strings.Fields(line)
		menu := table.Menu()
		c := menu[slices.IndexFunc(menu, func(c chat.Command) bool { return c.Name == words[0] })]
		r := who.command(c)
		r.Args, r.Rest = c.ParseWords(words[1:])
		table.Answer(t.Context(), r)
	}
	ask("subscribe KH")
	ask("mute country TH")
	ask("split 3")
	owe(t, s, place)
	table.Answer(t.Context(), who.press(table.Signer.Sign("miss 1")))
	if n := found(t, folder, number); n == 0 {
		t.Fatal("the id is nowhere before /stop: the test looks in the wrong place")
	}
	ask("stop")
	if n := found(t, folder, number); n == 0 {
		t.Error("the id is gone before anybody is sure")
	}
	ask("stop yes")
	if n := found(t, folder, number); n != 0 {
		t.Errorf("the id stands %d times in the files after /stop, want never", n)
	}
	if strings.Contains(log.String(), number) {
		t.Errorf("log = %s, want it without the id", log.String())
	}
}

// owe posts an alert to a place, and owes it another.
func owe(t *testing.T, s *store.Store, place chat.Destination) {
	t.Helper()
	now := time.Now()
	record(t, s, "courier", now, func(i feeds.Item) store.Verdict {
		v := decideTold(i)
		v.Deliveries = []alert.Delivery{{To: place, Due: now}}
		return v
	}, "Reporter jailed over a post about a dam", "Reporter jailed for a song")
	due, err := s.Due(t.Context(), place, now, 1)
	if err != nil || len(due) != 1 {
		t.Fatalf("due = %v, %v", due, err)
	}
	if err := s.Sent(t.Context(), due, "m1", now); err != nil {
		t.Fatal(err)
	}
}

// found counts how often a text stands in the files of a folder.
func found(t *testing.T, folder, text string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	n := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(text))
	}
	return n
}
