package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pressalert/feeds"
)

const oneItem = `<rss version="2.0"><channel><title>T</title><item><title>One</title><link>https://one.example/1</link></item></channel></rss>`

// serve starts a server on loopback and returns it with a fetcher that may read it.
func serve(t testing.TB, o Options, handler http.HandlerFunc) (*Fetcher, feeds.Feed) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o.UserAgent = agent
	o.AllowHosts = append(o.AllowHosts, strings.TrimPrefix(server.URL, "http://"))
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f, sample(server.URL + "/feed?key=canary")
}

func packed(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

func TestFetchRequest(t *testing.T) {
	var got http.Header
	f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		io.WriteString(w, oneItem)
	})
	want := http.Header{"Accept": {acceptFeed}, "Accept-Encoding": {"gzip"}, "User-Agent": {agent}}
	for range 2 {
		if _, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{})); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got header %v, want %v", got, want)
		}
	}
}

func TestFetchSource(t *testing.T) {
	f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=windows-1251")
		io.WriteString(w, oneItem)
	})
	got, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
	if err != nil {
		t.Fatal(err)
	}
	if s := got.Source; string(s.Body) != oneItem || s.ContentType != "application/rss+xml; charset=windows-1251" || s.URL != feed.URL || got.URL != feed.URL {
		t.Errorf("got %+v, want the feed as it was sent", got)
	}
	if got.Issuer != "" || got.Moved != "" || got.NotModified || got.Delta {
		t.Errorf("got %+v, want nothing that the server did not say", got)
	}
}

func TestFetchBodies(t *testing.T) {
	tests := []struct {
		name     string
		encoding string
		body     []byte
		want     feeds.Class // "" for the feed
	}{
		{"plain", "", []byte(oneItem), ""},
		{"gzip", "gzip", packed(oneItem), ""},
		{"gzip by its old name", "X-Gzip", packed(oneItem), ""},
		{"gzip that is not declared", "", packed(oneItem), ""},
		{"plain that is declared gzip", "gzip", []byte(oneItem), ""},
		{"gzip cut off", "gzip", packed(oneItem)[:60], feeds.Unreachable},
		{"gzip with a wrong sum", "gzip", append(packed(oneItem)[:len(packed(oneItem))-8], make([]byte, 8)...), feeds.Malformed},
		{"gzip of rubbish", "gzip", append(packed(oneItem)[:12], bytes.Repeat([]byte{0xff}, 90)...), feeds.Malformed},
		{"another packing", "br", []byte("x"), feeds.Malformed},
		{"empty", "", nil, feeds.Empty},
		{"empty gzip", "gzip", packed(""), feeds.Empty},
		{"bytes up to the cap", "", append([]byte(oneItem), bytes.Repeat([]byte(" "), 64<<10-len(oneItem))...), ""},
		{"a byte above the cap", "", append([]byte(oneItem), bytes.Repeat([]byte(" "), 64<<10-len(oneItem)+1)...), feeds.TooLarge},
		{"gzip above the cap", "gzip", packed(oneItem + strings.Repeat(" ", 64<<10)), feeds.TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{MaxBody: 64 << 10}, func(w http.ResponseWriter, r *http.Request) {
				if tt.encoding != "" {
					w.Header().Set("Content-Encoding", tt.encoding)
				}
				w.Write(tt.body)
			})
			got, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			if tt.want == "" {
				if err != nil || !strings.HasPrefix(string(got.Source.Body), oneItem) {
					t.Errorf("got %v, %v, want the feed", got, err)
				}
				return
			}
			if e := failure(t, err); e.Class != tt.want {
				t.Errorf("got %v, want class %s", e, tt.want)
			}
		})
	}
}

func TestFetchBounds(t *testing.T) {
	hold := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    feeds.Class
	}{
		{"a server that never answers", hold, feeds.Timeout},
		{"a body that never ends", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, oneItem); err != nil {
					return
				}
			}
		}, feeds.TooLarge},
		{"a body that stops in the middle", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, oneItem[:40])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, feeds.Timeout},
		{"a connection that breaks", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, oneItem)
			panic(http.ErrAbortHandler)
		}, feeds.Unreachable},
		{"a redirect that cannot be read", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://[x/?"+r.URL.RawQuery+strings.Repeat("x", 999))
			w.WriteHeader(http.StatusFound)
		}, feeds.Unreachable},
		{"a header without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", maxHeader+1))
			io.WriteString(w, oneItem)
		}, feeds.Unreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{Timeout: 300 * time.Millisecond, MaxBody: 64 << 10}, tt.handler)
			_, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			if e := failure(t, err); e.Class != tt.want {
				t.Errorf("got %v, want class %s", e, tt.want)
			}
		})
	}
}

func TestFetchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stopping := errors.New("stopping")
	f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		cancel(stopping)
		<-r.Context().Done()
	})
	_, err := f.Fetch(ctx, ask(feed, feeds.Validators{}))
	if e := (*feeds.Error)(nil); !errors.Is(err, stopping) || errors.As(err, &e) {
		t.Errorf("got %v, want the reason of the context and no *feeds.Error", err)
	}
}

func TestFetchRefused(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	address := strings.TrimPrefix(server.URL, "http://")
	server.Close()
	f, err := New(Options{UserAgent: agent, AllowHosts: []string{address}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Fetch(t.Context(), ask(sample(server.URL), feeds.Validators{}))
	if e := failure(t, err); e.Class != feeds.Unreachable || !strings.Contains(e.Detail, "takes no connections") {
		t.Errorf("got %v, want that nobody listens there", e)
	}
}

func TestNewErrors(t *testing.T) {
	proxy := func(u *url.URL) map[string]*url.URL { return map[string]*url.URL{"tor": u} }
	tests := []struct {
		name string
		give Options
		want string
	}{
		{"no user agent", Options{}, "user agent"},
		{"user agent of two lines", Options{UserAgent: "a\r\nX: y"}, "user agent"},
		{"allowed host with a scheme", Options{UserAgent: "a", AllowHosts: []string{"http://localhost"}}, `allowed host "http://localhost"`},
		{"allowed host with a bad port", Options{UserAgent: "a", AllowHosts: []string{"localhost:99999"}}, "localhost:99999"},
		{"allowed host that is empty", Options{UserAgent: "a", AllowHosts: []string{""}}, `""`},
		{"allowed host with a wildcard", Options{UserAgent: "a", AllowHosts: []string{"*.example"}}, `"*.example"`},
		{"proxy that is not there", Options{UserAgent: "a", Proxies: proxy(nil)}, `proxy "tor": the address names no host`},
		{"proxy without a host", Options{UserAgent: "a", Proxies: proxy(&url.URL{Scheme: "socks5"})}, `proxy "tor": the address names no host`},
		{"proxy of another kind", Options{UserAgent: "a", Proxies: proxy(&url.URL{Scheme: "socks4", Host: "a.example", User: url.UserPassword("u", "canary")})}, `proxy "tor": the address does not begin with`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.give); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}
