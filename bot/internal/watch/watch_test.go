package watch_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
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
	subscribe(t, s)
	return &bench{store: s, publisher: p, Watch: watch.New(watch.Options{
		Store: s, Fetcher: fetcher, Feeds: p.catalogue(t, "a", "b"), Rules: set, Workers: 2, First: first,
		Log: slog.New(slog.DiscardHandler),
	})}
}

// subscribe has every alert sent to one chat.
func subscribe(t *testing.T, s *store.Store) {
	t.Helper()
	all := []alert.Subscription{{To: chat.Destination{Platform: "telegram", Channel: "1"}, FromConfig: true}}
	if err := s.ReplaceConfig(t.Context(), all, nil); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) poll(t *testing.T, want watch.Report) {
	t.Helper()
	got, err := b.Poll(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
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
	// Now they are: what is told once more is no alert, whatever its headline.
	b.publisher.publish("/a", "Government orders internet shutdown during exams (again)", "Government orders internet shutdown, during exams")
	b.poll(t, report(2, 0, 2, 2, 0, 0))
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

// TestFullText reads a feed whose entries link to pages on the same server.
func TestFullText(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	const page = `<html><head><title>x</title></head><body><nav>Menu</nav><article><h1>Decree</h1><p>%s</p></article></body></html>`
	text := strings.Repeat("The ministry announced an internet shutdown in the northern districts from midnight on. ", 20)
	mux := http.NewServeMux()
	mux.Handle("/", b.publisher.Config.Handler)
	var read atomic.Int32
	mux.HandleFunc("/page/", func(w http.ResponseWriter, r *http.Request) {
		read.Add(1)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, page, text)
	})
	b.publisher.Config.Handler = mux
	feed := func(n int) string {
		items := ""
		for i := range n {
			items += fmt.Sprintf("<item><title>Decree on %s %s published</title><link>%s/page/%d</link></item>", place("a", 2*i), place("a", 2*i+1), b.publisher.URL, i)
		}
		return `<rss version="2.0"><channel><title>x</title>` + items + `</channel></rss>`
	}
	set := func(body string) {
		b.publisher.mu.Lock()
		defer b.publisher.mu.Unlock()
		b.publisher.bodies["/a"] = body
	}
	var err error
	list := fmt.Sprintf("[[feed]]\nid = \"a\"\nurl = %q\nfull_text = true\n", b.publisher.URL+"/a")
	if b.Feeds, err = live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(list)}}, feeds.Parse); err != nil {
		t.Fatal(err)
	}
	if b.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(strings.Replace(ruleFile, `'"`, `'body:"`, 1))}}, rules.Parse); err != nil {
		t.Fatal(err)
	}
	// Pages of what is silent on first contact are left alone.
	set(feed(1))
	b.poll(t, report(1, 0, 1, 0, 0, 0))
	if n := read.Load(); n != 0 {
		t.Errorf("%d pages were read on first contact, want 0", n)
	}
	set(feed(2))
	b.poll(t, report(1, 0, 1, 1, 1, 1))
	if n := read.Load(); n != 1 {
		t.Errorf("%d pages were read, want that of the new item", n)
	}
	set(feed(40))
	b.poll(t, report(1, 0, 38, 20, 20, 20))
	if n := read.Load(); n != 21 {
		t.Errorf("%d pages were read, want 20 more", n)
	}
}

// TestPollsOverlap starts a poll while another one waits for a slow feed.
func TestPollsOverlap(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	quick := b.publisher.Config.Handler
	hold, asked := make(chan struct{}), make(chan struct{})
	b.publisher.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			close(asked) // twice would panic
			<-hold
		}
		quick.ServeHTTP(w, r)
	})
	b.publisher.publish("/a", "x")
	b.publisher.publish("/b", "y")
	b.Feeds = b.publisher.catalogue(t, "a")
	var first watch.Report
	var err error
	var slow sync.WaitGroup
	slow.Go(func() { first, err = b.Poll(t.Context()) })
	<-asked
	b.poll(t, report(0, 0, 0, 0, 0, 0))
	close(hold)
	slow.Wait()
	if err != nil || first.Feeds != 1 || first.Items != 1 {
		t.Errorf("slow poll = %+v, %v, want its feed read", first, err)
	}
}

func TestNoticesAreToldOnce(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.Feeds = b.publisher.catalogue(t, "a")
	legal := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnavailableForLegalReasons) })
	well := b.publisher.Config.Handler
	b.publisher.publish("/a", "x")
	b.publisher.Config.Handler = legal
	first, err := b.Poll(t.Context())
	if err != nil || len(first.Notices) != 1 || first.Notices[0].Kind != watch.Broken || !strings.Contains(first.Notices[0].Text, "451") {
		t.Errorf("poll = %+v, %v, want one notice of the feed that broke", first, err)
	}
	// The waits are kept, and so is what was told, when the bot starts again.
	b.poll(t, report(0, 0, 0, 0, 0, 0))
	b.Watch = watch.New(b.Options)
	b.poll(t, report(0, 0, 0, 0, 0, 0))
	// A changed address is asked at once.
	b.publisher.Config.Handler = well
	b.publisher.publish("/b", "x")
	list := fmt.Sprintf("[[feed]]\nid = \"a\"\nurl = %q\n", b.publisher.URL+"/b")
	if b.Feeds, err = live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(list)}}, feeds.Parse); err != nil {
		t.Fatal(err)
	}
	second, err := b.Poll(t.Context())
	if err != nil || second.Feeds != 1 || len(second.Notices) != 1 || second.Notices[0].Kind != watch.Recovered {
		t.Errorf("poll = %+v, %v, want one notice of its recovery", second, err)
	}
}

func TestUnchangedFeedsCostOneRowEach(t *testing.T) {
	b := newBench(t, watch.FirstContact{})
	b.publisher.publish("/a", "x")
	b.publisher.publish("/b", "y")
	b.poll(t, report(2, 0, 2, 0, 0, 0))
	before, err := b.store.Changes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.poll(t, report(2, 0, 0, 0, 0, 0))
	after, err := b.store.Changes(t.Context())
	if err != nil || after-before != 2 {
		t.Errorf("%d rows were written, %v, want one for each feed", after-before, err)
	}
}

func TestHeartbeat(t *testing.T) {
	b := newBench(t, watch.FirstContact{Backfill: 1})
	b.publisher.publish("/a", "An internet shutdown in the north", "Football")
	b.poll(t, report(2, 1, 2, 1, 1, 1))
	m, err := b.Heartbeat(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(m.Fields), "[{Feeds 1 ok, 1 broken, 0 quiet} {Items 2 read, 1 matched, 0 posted}]"; got != want {
		t.Errorf("fields = %s, want %s", got, want)
	}
}
