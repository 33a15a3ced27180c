package fetch

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"pressalert/feeds"
)

// guarded returns a fetcher for which names have these addresses.
func guarded(t *testing.T, o Options, names map[string][]string) *Fetcher {
	t.Helper()
	o.UserAgent = agent
	f, err := newFetcher(o, resolver(names))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// literal writes an address as the host of a URL.
func literal(address string) string {
	if addr := netip.MustParseAddr(address); addr.Is6() {
		return "[" + address + "]"
	}
	return address
}

// mustRefuse fetches and wants the guard's word.
func mustRefuse(t *testing.T, f *Fetcher, r Request) {
	t.Helper()
	if _, err := f.Fetch(t.Context(), r); failure(t, err).Class != feeds.Forbidden {
		t.Errorf("%s: got %v, want it refused", r.Way.URL, err)
	}
}

// TestVectorsByURL: every spelling is refused before a name is looked up.
func TestVectorsByURL(t *testing.T) {
	f := guarded(t, Options{}, nil)
	for _, v := range ssrfVectors(t).URLs {
		if !v.Block {
			t.Fatalf("%q is not to be blocked: this test does not know such rows", v.URL)
		}
		mustRefuse(t, f, ask(sample(v.URL), feeds.Validators{}))
		if _, err := f.Page(t.Context(), sample("https://news.example/"), v.URL); failure(t, err).Class != feeds.Forbidden {
			t.Errorf("page %q (%s): got %v, want it refused", v.URL, v.Why, err)
		}
	}
}

// TestVectorsAtDial: what would get past the check of the URL ends at the dial.
func TestVectorsAtDial(t *testing.T) {
	f := guarded(t, Options{}, map[string][]string{"metadata.google.internal": {"169.254.169.254"}})
	for _, v := range ssrfVectors(t).URLs {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.URL, nil)
		if err != nil {
			continue // no request can be made of it
		}
		if resp, err := f.public.Transport.RoundTrip(req); err == nil {
			resp.Body.Close()
			t.Errorf("%q (%s): got an answer, want it refused", v.URL, v.Why)
		}
	}
}

// TestVectorsByName: a public name leads to each of the addresses, by DNS, by a redirect, by a redirect
// that was remembered, and as a link to a page.
func TestVectorsByName(t *testing.T) {
	for _, v := range ssrfVectors(t).Addresses {
		if !v.Block {
			continue
		}
		t.Run(v.Addr, func(t *testing.T) {
			const name = "http://row.example/"
			f := guarded(t, Options{}, map[string][]string{"row.example": {v.Addr}})
			public := sample("https://public.example/")
			moved := ask(public, feeds.Validators{})
			moved.Way.URL = name
			mustRefuse(t, f, ask(sample(name), feeds.Validators{}))
			mustRefuse(t, f, moved)
			if _, err := f.Page(t.Context(), public, name); failure(t, err).Class != feeds.Forbidden {
				t.Errorf("got %v, want the page refused", err)
			}
			for _, to := range []string{name, "http://" + literal(v.Addr) + "/"} {
				f.public.Transport = hop{to, f.public.Transport}
				mustRefuse(t, f, ask(sample("http://public.example/"), feeds.Validators{}))
			}
		})
	}
}

// TestRebinding: the name is public when it is looked up first, and not when the connection is made.
func TestRebinding(t *testing.T) {
	names := func() map[string][]string {
		return map[string][]string{"rebound.example": {"93.184.216.34", "127.0.0.1"}}
	}
	tests := []struct{ name, from, to string }{
		{"the feed's own name", "http://rebound.example/", ""},
		{"the target of a redirect", "http://public.example/", "http://rebound.example/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dns := resolver(names())
			if got, err := dns.LookupHost(t.Context(), "rebound.example"); err != nil || got[0] != "93.184.216.34" {
				t.Fatalf("got %v, %v, want the public address first", got, err)
			}
			f, err := newFetcher(Options{UserAgent: agent}, dns)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(f.Close)
			if tt.to != "" {
				f.public.Transport = hop{tt.to, f.public.Transport}
			}
			mustRefuse(t, f, ask(sample(tt.from), feeds.Validators{}))
		})
	}
	t.Run("an allowed name that turns to the metadata of a cloud", func(t *testing.T) {
		address, hits := counting(t)
		_, port, _ := net.SplitHostPort(address)
		f := guarded(t, Options{AllowHosts: []string{"own.example:" + port}}, map[string][]string{"own.example": {"127.0.0.1", "169.254.169.254"}})
		own := ask(sample("http://own.example:"+port), feeds.Validators{})
		if _, err := f.Fetch(t.Context(), own); err != nil || hits.Load() != 1 {
			t.Fatalf("got %v, want the own server's answer", err)
		}
		f.Close() // so that a new connection has to be made
		mustRefuse(t, f, own)
	})
}

// TestVectorsThroughProxy: a proxy is not asked for what must not be reached, not even after a redirect.
func TestVectorsThroughProxy(t *testing.T) {
	w, asked := newWire(), new(atomic.Int32)
	w.serve(t, "proxy.example:3128", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Hostname() == "public.example" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusMovedPermanently)
			return
		}
		asked.Add(1)
	})
	proxies := map[string]*url.URL{}
	for _, scheme := range []string{"http", "socks5"} {
		proxies[scheme] = &url.URL{Scheme: scheme, Host: "proxy.example:3128", User: url.UserPassword("canary", "canary")}
	}
	f := w.fetcher(t, Options{Proxies: proxies})
	var targets []string
	for _, v := range ssrfVectors(t).Addresses {
		if v.Block {
			targets = append(targets, "http://"+literal(v.Addr)+"/", "https://"+literal(v.Addr)+"/")
		}
	}
	for _, v := range ssrfVectors(t).URLs {
		targets = append(targets, v.URL)
	}
	for _, target := range targets {
		for name := range proxies {
			feed := sample(target)
			feed.Proxy = name
			mustRefuse(t, f, ask(feed, feeds.Validators{}))
		}
		if _, err := url.Parse(target); err != nil || !strings.Contains(target, "://") {
			continue // a redirect to it is one that cannot be read, or one to the same host
		}
		feed := sample("http://public.example/?to=" + url.QueryEscape(target))
		feed.Proxy = "http"
		mustRefuse(t, f, ask(feed, feeds.Validators{}))
	}
	if got := asked.Load(); got != 0 {
		t.Errorf("the proxy was asked %d times for what must not be reached", got)
	}
}

// counting starts a server on loopback that must not be reached by feeds from elsewhere.
func counting(t *testing.T) (address string, hits *atomic.Int32) {
	t.Helper()
	hits = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		io.WriteString(w, oneItem)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), hits
}

func TestFetchNames(t *testing.T) {
	address, hits := counting(t)
	_, port, _ := net.SplitHostPort(address)
	names := map[string][]string{"gone.example": {"none"}, "own.example": {"127.0.0.1"}, "rebound.example": {"127.0.0.1"}}
	f := guarded(t, Options{AllowHosts: []string{"own.example:" + port, address}}, names)
	own := "http://own.example:" + port
	tests := []struct {
		name string
		feed feeds.Feed
		way  string
		want feeds.Class
		hits int32
	}{
		{"an allowed name", sample(own), own, "", 1},
		{"an allowed name as a fallback", feeds.Feed{ID: "sample", URL: "https://news.example/", Fallbacks: []string{own}}, own, "", 1},
		{"a feed on an own server that moved to another", sample(own), "http://" + address, "", 1},
		{"a public feed that moved to an own server", sample("https://news.example/"), own, feeds.Forbidden, 0},
		{"a public name that resolves to loopback", sample("http://rebound.example/"), "http://rebound.example/", feeds.Forbidden, 0},
		{"a public name at the allowed port", sample("http://rebound.example:" + port), "http://rebound.example:" + port, feeds.Forbidden, 0},
		{"a name that does not exist", sample("http://gone.example/"), "http://gone.example/", feeds.DNS, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hits.Store(0)
			_, err := f.Fetch(t.Context(), Request{Feed: tt.feed, Way: feeds.Way{URL: tt.way}, Now: noon})
			if tt.want == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			} else if tt.want != "" && failure(t, err).Class != tt.want {
				t.Errorf("got %v, want class %s", err, tt.want)
			}
			if got := hits.Load(); got != tt.hits {
				t.Errorf("got %d requests at the server, want %d", got, tt.hits)
			}
		})
	}
}

// A hop answers the first request itself, as a public server would, and passes the others on.
type hop struct {
	to   string
	next http.RoundTripper
}

func (h hop) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "public.example" {
		return h.next.RoundTrip(r)
	}
	header := http.Header{"Location": {h.to}, "Etag": {`"theirs"`}}
	return &http.Response{StatusCode: 302, Header: header, Body: http.NoBody, Request: r}, nil
}

func TestFetchRedirects(t *testing.T) {
	address, hits := counting(t)
	tests := []struct {
		name, from, to string
		want           feeds.Class
	}{
		{"to an allowed host", "http://public.example/", "http://" + address + "/", feeds.Forbidden},
		{"to loopback", "http://public.example/", "http://127.0.0.1/", feeds.Forbidden},
		{"to cloud metadata", "https://public.example/", "https://169.254.169.254/latest/", feeds.Forbidden},
		{"to a name at loopback", "http://public.example/", "http://inside.example/", feeds.Forbidden},
		{"to another scheme", "http://public.example/", "ftp://public.example/", feeds.Forbidden},
		{"to a URL with a user", "http://public.example/", "http://a:b@other.example/", feeds.Forbidden},
		{"from https to http", "https://public.example/", "http://public.example/", feeds.Redirect},
		{"for ever", "http://public.example/", "http://public.example/", feeds.Redirect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := guarded(t, Options{AllowHosts: []string{address}}, nil)
			f.public.Transport = hop{tt.to, f.public.Transport}
			_, err := f.Fetch(t.Context(), ask(sample(tt.from), feeds.Validators{}))
			if e := failure(t, err); e.Class != tt.want {
				t.Errorf("got %v, want class %s", e, tt.want)
			}
		})
	}
	if got := hits.Load(); got != 0 {
		t.Errorf("got %d requests at the allowed host, want 0", got)
	}
}

// TestDialOfAllowedHosts: Options.Dial has no say over other hosts.
func TestDialOfAllowedHosts(t *testing.T) {
	dialled := new(atomic.Int32)
	f := guarded(t, Options{AllowHosts: []string{"own.example"}, Dial: func(context.Context, string, string) (net.Conn, error) {
		dialled.Add(1)
		return nil, io.ErrClosedPipe
	}}, nil)
	mustRefuse(t, f, ask(sample("http://news.example/"), feeds.Validators{}))
	if got := dialled.Load(); got != 0 {
		t.Fatalf("got %d calls for a public host, want 0", got)
	}
	_, err := f.Fetch(t.Context(), ask(sample("http://own.example/"), feeds.Validators{}))
	if failure(t, err).Class != feeds.Unreachable || dialled.Load() != 1 {
		t.Errorf("got %v and %d calls for the allowed host, want 1", err, dialled.Load())
	}
}
