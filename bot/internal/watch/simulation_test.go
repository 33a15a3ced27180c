package watch_test

import (
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/bot/internal/watch"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

const (
	// day is how long the simulation runs, and lastWord when the last item is published: what comes later
	// may rightly not have been read at the end.
	day      = 24 * time.Hour
	lastWord = 20 * time.Hour
	// simSchedule is the schedule of the feeds that have none of their own.
	simSchedule = 10 * time.Minute
	// simCadence is the time between two articles of most sites, of which a few are to be alerted.
	simCadence = 3 * time.Hour
)

// TestDay lets a day pass for the feeds of sites, with a tick each minute, through the real fetcher, parser
// and store. The sites count what a publisher would complain of, and the store must hold in the end what
// they published.
func TestDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(12 * time.Hour) // to noon
		net := newNetwork(sites())
		defer net.close()
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fetcher, err := fetch.New(fetch.Options{
			UserAgent: "simulation (+https://bot.example)", AllowHosts: slices.Collect(maps.Keys(net.sites)), Dial: net.dial,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer fetcher.Close()
		w := watch.New(options(t, s, fetcher, net))
		total := simulate(t, w)
		t.Logf("%d polls of feeds, %d failed, %d items, %d edits, %d deliveries", total.Feeds, total.Failed, total.Items, total.Edited, total.Deliveries)
		net.complain(t)
		compare(t, s, net, total)
	})
}

func options(t *testing.T, s *store.Store, fetcher *fetch.Fetcher, net *network) watch.Options {
	t.Helper()
	list := ""
	for _, name := range slices.Sorted(maps.Keys(net.sites)) {
		if site := net.sites[name]; !site.unlisted {
			list += fmt.Sprintf("[[feed]]\nid = %q\nurl = \"http://%s/feed\"\nlanguages = [\"en\"]\n%s\n", strings.TrimSuffix(name, ".example"), name, site.config)
		}
	}
	catalogue, err := live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(list)}}, feeds.Parse)
	if err != nil {
		t.Fatal(err)
	}
	set, err := live.Open(fstest.MapFS{"rules.toml": {Data: []byte(ruleFile)}}, rules.Parse)
	if err != nil {
		t.Fatal(err)
	}
	schedule, err := feeds.ParseSchedule("@every " + simSchedule.String())
	if err != nil {
		t.Fatal(err)
	}
	subscribe(t, s)
	return watch.Options{
		Store: s, Fetcher: fetcher, Feeds: catalogue, Rules: set, Workers: 8, Schedule: schedule, Log: slog.New(slog.DiscardHandler),
	}
}

// simulate polls each minute for a day. Polls overlap: the next begins while slow feeds are still read.
func simulate(t *testing.T, w *watch.Watch) watch.Report {
	t.Helper()
	var mu sync.Mutex
	var total watch.Report
	var polls sync.WaitGroup
	for range int(day / time.Minute) {
		polls.Go(func() {
			report, err := w.Poll(t.Context())
			if err != nil {
				t.Errorf("poll: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			total.Add(report.Tally)
			total.Feeds += report.Feeds
			total.Failed += report.Failed
			total.Notices = append(total.Notices, report.Notices...)
			total.Parked = append(total.Parked, report.Parked...)
		})
		time.Sleep(time.Minute)
	}
	polls.Wait()
	return total
}

// compare holds what is stored and owed against what was published.
func compare(t *testing.T, s *store.Store, net *network, total watch.Report) {
	t.Helper()
	states, err := s.FeedStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stored := make(map[string]int)
	owed := 0
	err = s.EachItem(t.Context(), time.Time{}, func(i feeds.Item) error {
		stored[baseTitle(i.Title)]++
		held := net.sites[i.Feed+".example"].parked && i.Seen.Sub(net.start) > burstAt
		if i.Seen.After(states[i.Feed].FirstRead) && strings.Contains(strings.ToLower(i.Title), "internet shutdown") && !held {
			owed++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, site := range net.sites {
		for _, title := range site.expected() {
			if n := stored[title]; n == 0 {
				t.Errorf("%s: item %q is lost", name, title)
			} else if n > 1 && !site.parked {
				t.Errorf("%s: item %q is stored %d times", name, title, n)
			}
		}
		if site.check != nil {
			site.check(t, states[strings.TrimSuffix(name, ".example")], site)
		}
	}
	totals, err := s.Totals(t.Context())
	if err != nil || totals.Waiting != owed {
		t.Errorf("%d deliveries, %v, want one for each of %d new items", totals.Waiting, err, owed)
	}
	parked, err := s.Parked(t.Context())
	if err != nil || len(parked) != 1 || parked[0].Feed != "burst" || len(total.Parked) != 1 {
		t.Errorf("parked = %v, %v, reported %v, want the feed burst once", parked, err, total.Parked)
	}
}
