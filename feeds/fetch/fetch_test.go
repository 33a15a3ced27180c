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
	"strings"
	"testing"
	"time"

	"pressalert/feeds"
)

const oneItem = `<rss version="2.0"><channel><title>T</title><item><title>One</title><link>https://one.example/1</link></item></channel></rss>`

// serve starts a server on loopback and returns it with a fetcher that may read it.
func serve(t *testing.T, o Options, handler http.HandlerFunc) (*Fetcher, feeds.Feed) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o.UserAgent = "pressalert-test (+https://pressalert.example)"
	o.AllowHosts = append(o.AllowHosts, strings.TrimPrefix(server.URL, "http://"))
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f, feeds.Feed{ID: "sample", URL: server.URL + "/feed?key=canary"}
}

// class returns the class of a fetch error and checks what holds for all of them.
func class(t *testing.T, err error) Class {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *Error", err)
	}
	if !strings.HasPrefix(e.Error(), "feed sample: ") || strings.Contains(e.Error(), "canary") || len([]rune(e.Detail)) > maxDetail {
		t.Errorf("error %q must name the feed and hide its URL", e)
	}
	return e.Class
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
		io.WriteString(w, oneItem)
	})
	if _, err := f.Fetch(t.Context(), feed, feeds.Validators{}, noon); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"Accept": {accept}, "Accept-Encoding": {"gzip"}, "User-Agent": {"pressalert-test (+https://pressalert.example)"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got header %v, want %v", got, want)
	}
}

func TestFetchItems(t *testing.T) {
	f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, oneItem) })
	got, err := f.Fetch(t.Context(), feed, feeds.Validators{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != 1 || got.Items[0].Title != "One" || got.Items[0].Feed != "sample" || !got.Items[0].Seen.Equal(noon) {
		t.Errorf("got %+v, want one item seen at noon", got.Items)
	}
}

func TestFetchValidators(t *testing.T) {
	stored := feeds.Validators{ETag: `W/"a b"`, LastModified: "Mon, 23 nov 2026 10:00:00 gmt"}
	tests := []struct {
		name   string
		status int
		header map[string]string
		want   Result
	}{
		{"304 keeps both", 304, map[string]string{"ETag": `"other"`}, Result{NotModified: true, Validators: stored}},
		{"200 replaces both", 200, map[string]string{"ETag": `"2"`, "Last-Modified": "x y"}, Result{Validators: feeds.Validators{ETag: `"2"`, LastModified: "x y"}}},
		{"200 drops what is absent", 200, map[string]string{"ETag": `"2"`}, Result{Validators: feeds.Validators{ETag: `"2"`}}},
		{"200 without any", 200, nil, Result{}},
		{"one without end is not kept", 200, map[string]string{"ETag": strings.Repeat("x", maxValidator+1)}, Result{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if got := (feeds.Validators{ETag: r.Header.Get("If-None-Match"), LastModified: r.Header.Get("If-Modified-Since")}); got != stored {
					t.Errorf("server got %+v, want %+v", got, stored)
				}
				for k, v := range tt.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tt.status)
				if tt.status == 200 {
					io.WriteString(w, oneItem)
				}
			})
			got, err := f.Fetch(t.Context(), feed, stored, noon)
			if err != nil {
				t.Fatal(err)
			}
			if got.NotModified != tt.want.NotModified || got.Validators != tt.want.Validators || got.NotModified != (got.Items == nil) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestFetchBodies(t *testing.T) {
	tests := []struct {
		name     string
		encoding string
		body     []byte
		want     Class // "" for items
	}{
		{"plain", "", []byte(oneItem), ""},
		{"gzip", "gzip", packed(oneItem), ""},
		{"gzip by its old name", "X-Gzip", packed(oneItem), ""},
		{"gzip that is not declared", "", packed(oneItem), ""},
		{"plain that is declared gzip", "gzip", []byte(oneItem), ""},
		{"gzip cut off", "gzip", packed(oneItem)[:60], Unreachable},
		{"gzip with a wrong sum", "gzip", append(packed(oneItem)[:len(packed(oneItem))-8], make([]byte, 8)...), Malformed},
		{"gzip of rubbish", "gzip", append(packed(oneItem)[:12], bytes.Repeat([]byte{0xff}, 90)...), Malformed},
		{"another packing", "br", []byte("x"), Malformed},
		{"empty", "", nil, Empty},
		{"empty gzip", "gzip", packed(""), Empty},
		{"one byte", "", []byte("x"), NotAFeed},
		{"bytes up to the cap", "", append([]byte(oneItem), bytes.Repeat([]byte(" "), 64<<10-len(oneItem))...), ""},
		{"a byte above the cap", "", append([]byte(oneItem), bytes.Repeat([]byte(" "), 64<<10-len(oneItem)+1)...), TooLarge},
		{"gzip above the cap", "gzip", packed(oneItem + strings.Repeat(" ", 64<<10)), TooLarge},
		{"gzip bomb of 300 MB", "gzip", bytes.Repeat(packed(strings.Repeat("\x00", 10<<20)), 30), TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{MaxBody: 64 << 10}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/rss+xml")
				if tt.encoding != "" {
					w.Header().Set("Content-Encoding", tt.encoding)
				}
				w.Write(tt.body)
			})
			got, err := f.Fetch(t.Context(), feed, feeds.Validators{}, noon)
			if tt.want == "" {
				if err != nil || len(got.Items) != 1 {
					t.Errorf("got %v, %v, want one item", got, err)
				}
				return
			}
			if got := class(t, err); got != tt.want {
				t.Errorf("got class %s (%v), want %s", got, err, tt.want)
			}
		})
	}
}

func TestFetchStatus(t *testing.T) {
	tests := []struct {
		name       string
		status     int
		retryAfter string
		want       time.Duration
	}{
		{"404", 404, "", 0},
		{"410", 410, "", 0},
		{"451", 451, "", 0},
		{"304 that was not asked for", 304, "", 0},
		{"204", 204, "", 0},
		{"429 with seconds", 429, "120", 2 * time.Minute},
		{"503 with a date", 503, "Mon, 23 Nov 2026 13:00:00 GMT", time.Hour},
		{"503 with a past date", 503, "Mon, 23 Nov 2026 11:00:00 GMT", 0},
		{"429 for ever", 429, "99999999999999999999", maxRetryAfter},
		{"429 for a year", 429, "31536000", maxRetryAfter},
		{"429 with nonsense", 429, "soon", 0},
		{"429 with less than nothing", 429, "-5", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if tt.retryAfter != "" {
					w.Header().Set("Retry-After", tt.retryAfter)
				}
				w.WriteHeader(tt.status)
			})
			_, err := f.Fetch(t.Context(), feed, feeds.Validators{}, noon)
			var e *Error
			if class(t, err) != Status || !errors.As(err, &e) || e.Code != tt.status || e.RetryAfter != tt.want {
				t.Errorf("got %+v, want status %d and %s", err, tt.status, tt.want)
			}
		})
	}
}

func TestFetchBounds(t *testing.T) {
	hold := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    Class
	}{
		{"a server that never answers", hold, Timeout},
		{"a body that never ends", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, oneItem); err != nil {
					return
				}
			}
		}, TooLarge},
		{"a body that stops in the middle", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, oneItem[:40])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, Timeout},
		{"a connection that breaks", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, oneItem)
			panic(http.ErrAbortHandler)
		}, Unreachable},
		{"a redirect that cannot be read", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://[x/?"+r.URL.RawQuery+strings.Repeat("x", 999))
			w.WriteHeader(http.StatusFound)
		}, Unreachable},
		{"a web page that names its own address", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `<html><link rel="alternate" type="application/rss+xml" href="?`+r.URL.RawQuery+`">`)
		}, NotAFeed},
		{"a header without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", maxHeader+1))
			io.WriteString(w, oneItem)
		}, Unreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{Timeout: 300 * time.Millisecond, MaxBody: 64 << 10}, tt.handler)
			_, err := f.Fetch(t.Context(), feed, feeds.Validators{}, noon)
			if got := class(t, err); got != tt.want {
				t.Errorf("got class %s (%v), want %s", got, err, tt.want)
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
	_, err := f.Fetch(ctx, feed, feeds.Validators{}, noon)
	if e := (*Error)(nil); !errors.Is(err, stopping) || errors.As(err, &e) {
		t.Errorf("got %v, want the reason of the context and no *Error", err)
	}
}

func TestFetchTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, oneItem) }))
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	t.Cleanup(server.Close)
	f, err := New(Options{UserAgent: "test", AllowHosts: []string{strings.TrimPrefix(server.URL, "https://")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{server.URL, strings.Replace(server.URL, "https", "http", 1)} {
		_, err := f.Fetch(t.Context(), feeds.Feed{ID: "sample", URL: url}, feeds.Validators{}, noon)
		got := class(t, err)
		if want := map[bool]Class{true: TLS, false: Status}[url == server.URL]; got != want {
			t.Errorf("%s: got class %s (%v), want %s", url, got, err, want)
		}
	}
}

func TestFetchRefused(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	address := strings.TrimPrefix(server.URL, "http://")
	server.Close()
	f, err := New(Options{UserAgent: "test", AllowHosts: []string{address}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Fetch(t.Context(), feeds.Feed{ID: "sample", URL: server.URL}, feeds.Validators{}, noon)
	if got := class(t, err); got != Unreachable {
		t.Errorf("got class %s (%v), want %s", got, err, Unreachable)
	}
}

func TestNewErrors(t *testing.T) {
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
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.give); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}
