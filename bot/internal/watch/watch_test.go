package watch_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/bot/internal/watch"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

const ruleFile = `
[[rule]]
id = "shutdown"
title = "Internet shutdowns"
topic = "shutdown"
severity = "high"
match = '"internet shutdown"'
`

// A publisher serves feeds by path; an empty one is a 500. It honours ETags and counts what was asked.
type publisher struct {
	*httptest.Server
	mu      sync.Mutex
	bodies  map[string]string
	asked   map[string]int
	matched map[string]int // answers of 304
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{bodies: make(map[string]string), asked: make(map[string]int), matched: make(map[string]int)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked[r.URL.Path]++
		body := p.bodies[r.URL.Path]
		etag := fmt.Sprintf("%q", fmt.Sprint(len(body)))
		switch {
		case body == "":
			w.WriteHeader(http.StatusInternalServerError)
		case r.Header.Get("If-None-Match") == etag:
			p.matched[r.URL.Path]++
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", etag)
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// publish puts a feed of the given titles, newest first, at path.
func (p *publisher) publish(path string, titles ...string) {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>x</title>`)
	for _, title := range titles {
		fmt.Fprintf(&b, `<item><title>%s</title><guid>%s %s</guid></item>`, title, path, title)
	}
	b.WriteString(`</channel></rss>`)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bodies[path] = b.String()
}

func (p *publisher) counts(path string) (asked, notModified int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path], p.matched[path]
}

// catalogue lists the feeds at the given paths, without their slash, in this order.
func (p *publisher) catalogue(t *testing.T, names ...string) *live.Dir[feeds.Catalogue] {
	t.Helper()
	list := ""
	for _, name := range names {
		list += fmt.Sprintf("[[feed]]\nid = %q\nurl = %q\ncountry = \"KH\"\n", name, p.URL+"/"+name)
	}
	dir, err := live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(list)}}, feeds.Parse)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

type bench struct {
	*watch.Watch
	store     *store.Store
	publisher *publisher
}

// newBench watches the feeds /a and /b of one publisher.
func newBench(t *testing.T, first watch.FirstContact) *bench {
	t.Helper()
	p := newPublisher(t)
	addr := strings.TrimPrefix(p.URL, "http://")
	set, err := live.Open(fstest.MapFS{"rules.toml": {Data: []byte(ruleFile)}}, rules.Parse)
	if err != nil {
		t.Fatal(err)
	}
	fetcher, err := fetch.New(fetch.Options{UserAgent: "test", Timeout: 5 * time.Second, AllowHosts: []string{addr}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fetcher.Close)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{store: s, publisher: p, Watch: watch.New(watch.Options{
		Store: s, Fetcher: fetcher, Feeds: p.catalogue(t, "a", "b"), Rules: set, Workers: 2, First: first,
		Subscriptions: []alert.Subscription{{To: chat.Destination{Platform: "telegram", Channel: "1"}}},
		Log:           slog.New(slog.DiscardHandler),
	})}
}

func (b *bench) poll(t *testing.T, want watch.Report) {
	t.Helper()
	got, err := b.Poll(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("poll = %+v, want %+v", got, want)
	}
}

func report(feeds, failed, items, matched, alerts, deliveries int) watch.Report {
	return watch.Report{Feeds: feeds, Failed: failed, Tally: store.Tally{Items: items, Matched: matched, Alerts: alerts, Deliveries: deliveries}}
}

func TestPoll(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/a", "An internet shutdown in the north", "Football")
	b.publisher.publish("/b", "Weather")
	// On first contact the old alert is stored and owed to nobody.
	b.poll(t, report(2, 0, 3, 1, 1, 0))
	// Nothing changed: not modified, nothing new.
	b.poll(t, report(2, 0, 0, 0, 0, 0))
	if asked, notModified := b.publisher.counts("/a"); asked != 2 || notModified != 1 {
		t.Errorf("asked %d times with %d answers of 304, want 2 with 1", asked, notModified)
	}
	// A new item is owed once, and the old ones beside it are known.
	b.publisher.publish("/a", "Internet shutdown ends", "An internet shutdown in the north", "Football")
	b.poll(t, report(2, 0, 1, 1, 1, 1))
	b.poll(t, report(2, 0, 0, 0, 0, 0))
}

func TestSameHeadlineIsOneAlert(t *testing.T) {
	b := newBench(t, watch.FirstContact{Backfill: 10})
	b.publisher.publish("/a", "Government orders internet shutdown during exams")
	b.publisher.publish("/b", "Government orders internet shutdown during exams")
	b.poll(t, report(2, 0, 2, 2, 1, 1))
}

func TestSilentStoryHidesNothing(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/a", "Government orders internet shutdown during exams")
	b.publisher.publish("/b", "Weather")
	b.poll(t, report(2, 0, 2, 1, 1, 0))
	// Nobody was told of the story on first contact with a, so b's copy is news, once.
	b.publisher.publish("/b", "Government orders internet shutdown during exams", "Weather")
	b.poll(t, report(2, 0, 1, 1, 1, 1))
	b.publisher.publish("/a", "Government orders internet shutdown during exams (again)", "Government orders internet shutdown, during exams")
	b.poll(t, report(2, 0, 2, 2, 1, 1))
}

func TestNewFeedSilencesNoOther(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.Feeds = b.publisher.catalogue(t, "a")
	b.publisher.publish("/a", "Weather")
	b.poll(t, report(1, 0, 1, 0, 0, 0))
	// The feed that is new stands first, and carries the same article.
	b.Feeds = b.publisher.catalogue(t, "b", "a")
	const item = `<rss version="2.0"><channel><title>x</title><item><title>Internet shutdown</title><link>https://news.example/1</link></item></channel></rss>`
	b.publisher.mu.Lock()
	b.publisher.bodies["/a"], b.publisher.bodies["/b"] = item, item
	b.publisher.mu.Unlock()
	b.poll(t, report(2, 0, 1, 1, 1, 1))
}

func TestPanicCostsOnlyItsFeed(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/a", "x")
	good := b.Rules
	var err error
	if b.Rules, err = live.Open(fstest.MapFS{}, func(fs.FS) (*rules.Set, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	b.Feeds = b.publisher.catalogue(t, "a")
	b.poll(t, report(1, 1, 0, 0, 0, 0)) // matching with no set panics
	states, err := b.store.FeedStates(t.Context())
	if err != nil || states["a"].Failures != 1 || !strings.Contains(states["a"].Error, "bug") {
		t.Errorf("state = %+v, %v, want that of a broken feed", states["a"], err)
	}
	b.Rules, b.Feeds = good, b.publisher.catalogue(t, "b")
	b.publisher.publish("/b", "y")
	b.poll(t, report(1, 0, 1, 0, 0, 0))
}

func TestBrokenFeedCostsOnlyItself(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/b", "Weather")
	b.poll(t, report(2, 1, 1, 0, 0, 0))
	// It backs off: the next poll asks only the other.
	b.poll(t, report(1, 0, 0, 0, 0, 0))
	states, err := b.store.FeedStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s := states["a"]; s.Failures != 1 || !strings.Contains(s.Error, "500") || !s.FirstRead.IsZero() {
		t.Errorf("state of the broken feed = %+v", s)
	}
}

func TestStoppedPollRecordsNothing(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/a", "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Poll(ctx); err == nil {
		t.Error("a poll that was stopped gave no error")
	}
	states, err := b.store.FeedStates(t.Context())
	if err != nil || len(states) != 0 {
		t.Errorf("feed states = %v, %v, want none", states, err)
	}
}
