package watch_test

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"html"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pressalert/bot/internal/store"
)

// A network is the servers of a simulation, in memory.
type network struct {
	start  time.Time
	sites  map[string]*site // by host
	server http.Server
	dialed chan net.Conn
	closed chan struct{}
}

// newNetwork starts to serve the sites. The caller closes it.
func newNetwork(list []*site) *network {
	n := &network{start: time.Now(), sites: make(map[string]*site), dialed: make(chan net.Conn), closed: make(chan struct{})}
	for _, s := range list {
		s.start, s.paths = n.start, make(map[string]*path)
		n.sites[s.name+".example"] = s
	}
	n.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n.sites[r.Host].serve(w, r) })
	go n.server.Serve(n)
	return n
}

func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case n.dialed <- there:
		return here, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Accept waits for a connection.
func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.dialed:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (n *network) Close() error {
	close(n.closed)
	return nil
}

// Addr is nobody's address.
func (n *network) Addr() net.Addr { return new(net.UnixAddr) }

func (n *network) close() { n.server.Close() }

// complain reports what the sites' publishers have to complain of.
func (n *network) complain(t *testing.T) {
	t.Helper()
	for name, s := range n.sites {
		for _, c := range s.complaints {
			t.Errorf("%s: %s", name, c)
		}
	}
}

// A site is a publisher with one behaviour.
type site struct {
	// name is the feed's id and the first part of the host.
	name string
	// config holds further lines of the feed list; an unlisted site is one that others lead to.
	config   string
	unlisted bool
	// as is the site whose articles it has, "" for its own. One article appears every so often, 0 is
	// simCadence, until the last, 0 is lastWord.
	as           string
	every, until time.Duration
	// window is how many articles the document holds, 0 is ten.
	window int
	// etag and modified make the validators of a version and its body. A stubborn site ignores what it
	// is asked, and always answers in full.
	etag     func(version int) string
	modified func(newest time.Time) string
	stubborn bool
	// header and channel are what it says besides; they forbid to ask again for wait, or in some hours.
	header  func(now time.Time) map[string]string
	channel string
	wait    time.Duration
	skip    func(now time.Time) bool
	// shape changes how an entry looks, and encode the whole document.
	shape  func(a *article, since time.Duration)
	title  func(n int) string
	render func(list []article, channel string) string
	encode func(body string) string
	// trouble answers in place of the feed, if it wants to, and says for how long it is to be left
	// alone. detour is where it leads to, with the status.
	trouble func(w http.ResponseWriter, r *http.Request, since time.Duration) (hold time.Duration, done bool)
	detour  func(r *http.Request, since time.Duration) (status int, to string)
	// unread is true if it can never be read, and parked if a burst of it is held back.
	unread, parked bool
	// check looks at the state of the feed in the end.
	check func(t *testing.T, state store.FeedState, s *site)

	start      time.Time
	mu         sync.Mutex // guards all below
	paths      map[string]*path
	complaints []string
}

// A path is one address of a site, and what was said there.
type path struct {
	asked          int
	next           time.Time // not to be asked before
	failures       int
	etag, modified string
}

// An article is one thing that is published.
type article struct {
	n                          int
	title, link, guid, summary string
	at                         time.Time
	undated                    bool
}

// serve answers a request and notes what is wrong with it.
func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	s.mu.Lock()
	p := s.paths[r.URL.Path]
	if p == nil {
		p = new(path)
		s.paths[r.URL.Path] = p
	}
	s.judge(p, r, now)
	p.asked++
	p.next = now.Add(simSchedule)
	s.mu.Unlock()
	since := now.Sub(s.start)
	if s.detour != nil {
		if status, to := s.detour(r, since); status != 0 {
			s.mu.Lock()
			p.etag, p.modified = "", "" // of what stands there no more
			s.mu.Unlock()
			w.Header().Set("Location", to)
			w.WriteHeader(status)
			return
		}
	}
	if s.trouble != nil {
		if hold, done := s.trouble(w, r, since); done {
			s.mu.Lock()
			p.failures++
			p.next = now.Add(max(simSchedule, hold, min(6*time.Hour, 5*time.Minute<<(p.failures-1))))
			s.mu.Unlock()
			return
		}
	}
	s.answer(w, r, p, now)
}

// judge complains of a request that comes too early, or with other validators than were given.
func (s *site) judge(p *path, r *http.Request, now time.Time) {
	complain := func(format string, args ...any) {
		s.complaints = append(s.complaints, fmt.Sprintf("%s %s: ", r.URL.Path, now.Sub(s.start))+fmt.Sprintf(format, args...))
	}
	if now.Before(p.next) {
		complain("asked %s too early", p.next.Sub(now))
	}
	if s.skip != nil && p.asked > 0 && s.skip(now) {
		complain("asked in a time to be skipped")
	}
	match, since := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
	switch {
	case match == p.etag && since == p.modified:
	case match == "" && since == "":
		complain("asked unconditionally again")
	default:
		complain("asked with %q and %q, want %q and %q", match, since, p.etag, p.modified)
	}
	for _, name := range []string{"Cookie", "Referer"} {
		if r.Header.Get(name) != "" {
			complain("asked with a %s", name)
		}
	}
}

// answer gives the feed, or says that it did not change.
func (s *site) answer(w http.ResponseWriter, r *http.Request, p *path, now time.Time) {
	list := s.articles(now)
	newest := list[0]
	var etag, modified string
	if s.etag != nil {
		etag = s.etag(newest.n)
	}
	if s.modified != nil {
		modified = s.modified(newest.at)
	}
	if s.header != nil {
		for name, value := range s.header(now) {
			w.Header().Set(name, value)
		}
	}
	setIf(w.Header(), "ETag", etag)
	setIf(w.Header(), "Last-Modified", modified)
	s.mu.Lock()
	p.failures, p.next = 0, now.Add(max(simSchedule, s.wait))
	same := !s.stubborn && (etag != "" || modified != "") && etag == p.etag && modified == p.modified
	p.etag, p.modified = etag, modified
	s.mu.Unlock()
	if same {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	render := s.render
	if render == nil {
		render = rss
	}
	body := render(list, s.channel)
	if s.encode != nil {
		body = s.encode(body)
	}
	if r.Header.Get("A-IM") == "feed" && w.Header().Get("IM") == "feed" {
		w.WriteHeader(http.StatusIMUsed)
	}
	fmt.Fprint(w, body)
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// firstArticle is the number of the oldest article, which appeared so many steps before the start.
func (s *site) firstArticle() int { return -max(5, s.window) }

// articles are those of the document at now, the newest first.
func (s *site) articles(now time.Time) []article {
	every, until := cmp.Or(s.every, simCadence), s.start.Add(cmp.Or(s.until, lastWord))
	var list []article
	for n := s.firstArticle(); ; n++ {
		at := s.start.Add(time.Duration(n) * every)
		if at.After(now) || at.After(until) {
			break
		}
		a := article{n: n, title: s.titleOf(n), at: at}
		name := cmp.Or(s.as, s.name)
		a.link, a.guid = fmt.Sprintf("http://%s.example/%d", name, n), fmt.Sprintf("%s:%d", name, n)
		a.summary = "What happened at " + place(name, 2*n) + "."
		if s.shape != nil {
			s.shape(&a, now.Sub(s.start))
		}
		list = append([]article{a}, list...)
	}
	return list[:min(len(list), cmp.Or(s.window, 10))]
}

func (s *site) titleOf(n int) string {
	if s.title != nil {
		return s.title(n)
	}
	subject := "Traffic jam"
	if n == 3 || n == 6 || n == -3 {
		subject = "Internet shutdown"
	}
	name := cmp.Or(s.as, s.name)
	return fmt.Sprintf("%s near %s %s reported by %s, case %03d", subject, place(name, 2*n), place(name, 2*n+1), name, n-s.firstArticle())
}

// place is an invented name, so that two articles of the simulation are two stories.
func place(site string, n int) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", site, n)
	sum, name := h.Sum64(), ""
	for range 4 {
		name += string("bdfgklmnprstvz"[sum%14]) + string("aeiou"[sum/14%5])
		sum /= 70
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// baseTitle is a title without what edits add to it.
func baseTitle(title string) string {
	base, _, _ := strings.Cut(title, " (")
	return base
}

// expected are the titles that must be stored in the end: those of the first document and all later ones.
func (s *site) expected() []string {
	if s.unread || s.unlisted {
		return nil
	}
	first := max(s.firstArticle(), 1-cmp.Or(s.window, 10))
	if s.trouble != nil { // it may not be read at first
		first = 0
	}
	var titles []string
	for n := first; time.Duration(n)*cmp.Or(s.every, simCadence) <= cmp.Or(s.until, lastWord); n++ {
		titles = append(titles, s.titleOf(n))
	}
	return titles
}

// rss writes a document.
func rss(list []article, channel string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>News</title>%s`, channel)
	for _, a := range list {
		fmt.Fprintf(&b, "<item><title>%s</title><description>%s</description>", html.EscapeString(a.title), html.EscapeString(a.summary))
		if a.guid != "" {
			fmt.Fprintf(&b, "<guid isPermaLink=\"false\">%s</guid>", a.guid)
		}
		if a.link != "" {
			fmt.Fprintf(&b, "<link>%s</link>", a.link)
		}
		if !a.undated {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", a.at.UTC().Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}
