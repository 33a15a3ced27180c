package fetch

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"pressalert/feeds"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

type vectors struct {
	Addresses []struct {
		Addr  string
		Block bool
	}
	URLs []struct {
		URL, Why string
		Block    bool
	}
}

func ssrfVectors(t *testing.T) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/ssrf-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil || len(v.Addresses) == 0 || len(v.URLs) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	return v
}

// resolver answers every name with the address that names gives it, or with 127.0.0.1. It speaks DNS
// over a pipe, so nothing leaves the test.
func resolver(names map[string]string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go answerDNS(theirs, names)
		return ours, nil
	}}
}

func answerDNS(conn net.Conn, names map[string]string) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer := dnsAnswer(query, names)
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	}
}

func dnsAnswer(query []byte, names map[string]string) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m = dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true}, Questions: m.Questions}
	address, known := names[strings.TrimSuffix(q.Name.String(), ".")]
	switch addr, err := netip.ParseAddr(address); {
	case known && err != nil:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		if !known {
			addr = netip.MustParseAddr("127.0.0.1")
		}
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type},
			Body:   &dnsmessage.AResource{A: addr.As4()},
		}}
	}
	answer, _ := m.Pack()
	return answer
}

func TestControlVectors(t *testing.T) {
	guards := map[string]guard{"public": {}, "own": {allow: mustAllow(t, "localhost", "10.9.9.9", "own.example:8080")}}
	for name, g := range guards {
		for _, v := range ssrfVectors(t).Addresses {
			network, address := "tcp4", net.JoinHostPort(v.Addr, "443")
			if strings.Contains(v.Addr, ":") {
				network = "tcp6"
			}
			// The name that was asked for is public: what it resolves to decides.
			err := g.control("news.example:443")(network, address, nil)
			if got := err != nil; got != v.Block {
				t.Errorf("%s guard, %s: got refused %v (%v), want %v", name, v.Addr, got, err, v.Block)
			}
		}
	}
}

func mustAllow(t *testing.T, entries ...string) allowList {
	t.Helper()
	list, err := parseAllow(entries)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestFetchVectors(t *testing.T) {
	names := map[string]string{"metadata.google.internal": "169.254.169.254"}
	f, err := newFetcher(Options{UserAgent: "test"}, resolver(names))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range ssrfVectors(t).URLs {
		_, err := f.Fetch(t.Context(), feeds.Feed{ID: "sample", URL: v.URL}, feeds.Validators{}, noon)
		// Go's own resolver knows no such numbers as 0177.0.0.1; those of systems that do are stopped
		// at the dial.
		if got := class(t, err); !v.Block || (got != Forbidden && got != DNS) {
			t.Errorf("%q (%s): got class %s (%v), want it refused", v.URL, v.Why, got, err)
		}
	}
}

func TestControlAllowed(t *testing.T) {
	tests := []struct {
		name           string
		allow          string
		asked, address string
		want           bool
	}{
		{"name at loopback", "localhost:8080", "localhost:8080", "127.0.0.1:8080", true},
		{"name at loopback, six", "localhost:8080", "localhost:8080", "[::1]:8080", true},
		{"name in another spelling", "Localhost.:8080", "LOCALHOST:8080", "127.0.0.1:8080", true},
		{"name at another port", "localhost:8080", "localhost:80", "127.0.0.1:80", false},
		{"name without port at 443", "intranet", "intranet:443", "192.168.1.5:443", true},
		{"name without port at 8080", "intranet", "intranet:8080", "192.168.1.5:8080", false},
		{"name at cloud metadata", "intranet", "intranet:80", "169.254.169.254:80", false},
		{"name at a public address and port", "own.example:8080", "own.example:8080", "93.184.216.34:8080", true},
		{"public name at an allowed name's address", "localhost", "news.example:80", "127.0.0.1:80", false},
		{"public name at an allowed address", "127.0.0.1:8080", "news.example:8080", "127.0.0.1:8080", false},
		{"address", "10.0.0.7", "10.0.0.7:80", "10.0.0.7:80", true},
		{"address with port", "10.0.0.7:81", "10.0.0.7:81", "10.0.0.7:81", true},
		{"neighbour of an address", "10.0.0.7", "10.0.0.8:80", "10.0.0.8:80", false},
		{"block", "10.0.0.0/8", "10.1.2.3:443", "10.1.2.3:443", true},
		{"block, mapped", "10.0.0.0/8", "[::ffff:10.1.2.3]:443", "10.1.2.3:443", true},
		{"outside the block", "10.0.0.0/8", "11.1.2.3:22", "11.1.2.3:22", false},
		{"address of six", "[fd00::7]:8080", "[fd00::7]:8080", "[fd00::7]:8080", true},
		{"address of six without port", "fd00::7", "[fd00::7]:80", "[fd00::7]:80", true},
		{"address that resolves elsewhere", "10.0.0.7", "10.0.0.7:80", "10.0.0.9:80", false},
		{"metadata when the list names it", "169.254.169.254", "169.254.169.254:80", "169.254.169.254:80", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			network := "tcp4"
			if strings.HasPrefix(tt.address, "[") {
				network = "tcp6"
			}
			err := guard{allow: mustAllow(t, tt.allow)}.control(tt.asked)(network, tt.address, nil)
			if got := err == nil; got != tt.want {
				t.Errorf("got %v (%v), want %v", got, err, tt.want)
			}
		})
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
	names := map[string]string{"gone.example": "none", "own.example": "127.0.0.1", "rebound.example": "127.0.0.1"}
	f, err := newFetcher(Options{UserAgent: "test", AllowHosts: []string{"own.example:" + port, address}}, resolver(names))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	tests := []struct {
		name, url string
		want      Class
		hits      int32
	}{
		{"an allowed name", "http://own.example:" + port, "", 1},
		{"a public name that resolves to loopback", "http://rebound.example/", Forbidden, 0},
		{"a public name at the allowed port", "http://rebound.example:" + port, Forbidden, 0},
		{"a name that does not exist", "http://gone.example/", DNS, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hits.Store(0)
			_, err := f.Fetch(t.Context(), feeds.Feed{ID: "sample", URL: tt.url}, feeds.Validators{}, noon)
			if tt.want == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			} else if tt.want != "" && class(t, err) != tt.want {
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
		want           Class
	}{
		{"to an allowed host", "http://public.example/", "http://" + address + "/", Forbidden},
		{"to loopback", "http://public.example/", "http://127.0.0.1/", Forbidden},
		{"to cloud metadata", "https://public.example/", "https://169.254.169.254/latest/", Forbidden},
		{"to a name at loopback", "http://public.example/", "http://inside.example/", Forbidden},
		{"to another scheme", "http://public.example/", "ftp://public.example/", Forbidden},
		{"to a URL with a user", "http://public.example/", "http://a:b@other.example/", Forbidden},
		{"from https to http", "https://public.example/", "http://public.example/", Redirect},
		{"for ever", "http://public.example/", "http://public.example/", Redirect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := newFetcher(Options{UserAgent: "test", AllowHosts: []string{address}}, resolver(nil))
			if err != nil {
				t.Fatal(err)
			}
			f.public.Transport = hop{tt.to, f.public.Transport}
			_, err = f.Fetch(t.Context(), feeds.Feed{ID: "sample", URL: tt.from}, feeds.Validators{}, noon)
			if got := class(t, err); got != tt.want {
				t.Errorf("got class %s (%v), want %s", got, err, tt.want)
			}
		})
	}
	if got := hits.Load(); got != 0 {
		t.Errorf("got %d requests at the allowed host, want 0", got)
	}
}

func TestFetchFollows(t *testing.T) {
	stored := feeds.Validators{ETag: `"stored"`, LastModified: "then"}
	f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"new"`)
		if r.URL.Path == "/feed" {
			w.Header().Set("Set-Cookie", "a=b")
			http.Redirect(w, r, "/moved", http.StatusMovedPermanently)
			return
		}
		for _, name := range []string{"Referer", "Cookie", "If-None-Match", "If-Modified-Since"} {
			if got := r.Header.Get(name); got != "" {
				t.Errorf("got %s %q after the redirect, want none", name, got)
			}
		}
		io.WriteString(w, oneItem)
	})
	got, err := f.Fetch(t.Context(), feed, stored, noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != 1 || got.Validators != (feeds.Validators{}) {
		t.Errorf("got %+v, want one item and no validators of another URL", got)
	}
}

func TestErrorText(t *testing.T) {
	cause := errors.New("cause")
	e := (&Error{Class: Malformed, Detail: "broken", cause: cause}).of(feeds.Feed{ID: "a"})
	if got, want := e.Error(), "feed a: malformed: broken"; got != want || !errors.Is(e, cause) {
		t.Errorf("got %q, want %q and its cause", got, want)
	}
}
