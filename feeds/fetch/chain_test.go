package fetch

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/feeds"
)

func TestFetchValidators(t *testing.T) {
	const url = "http://news.example/feed?a=1"
	stored := feeds.Validators{URL: url, ETag: `W/"a b"`, LastModified: "Mon, 23 nov 2026 10:00:00 gmt", Body: "old"}
	body := hash([]byte(oneItem))
	same := stored
	same.Body = body
	tests := []struct {
		name   string
		stored feeds.Validators
		status int
		header http.Header
		want   Answer
	}{
		{"304 keeps them", stored, 304, nil, Answer{NotModified: true, Validators: stored}},
		{"304 keeps them, whatever it says", stored, 304, http.Header{"Etag": {`"other"`}, "Last-Modified": {"later"}}, Answer{NotModified: true, Validators: stored}},
		{"200 replaces both", stored, 200, http.Header{"Etag": {`"2"`}, "Last-Modified": {"x y"}}, Answer{Validators: feeds.Validators{URL: url, ETag: `"2"`, LastModified: "x y", Body: body}}},
		{"200 drops what is absent", stored, 200, http.Header{"Etag": {`"2"`}}, Answer{Validators: feeds.Validators{URL: url, ETag: `"2"`, Body: body}}},
		{"200 without any", stored, 200, nil, Answer{Validators: feeds.Validators{URL: url, Body: body}}},
		{"200 with the same body", same, 200, http.Header{"Etag": {`"2"`}}, Answer{NotModified: true, Validators: feeds.Validators{URL: url, ETag: `"2"`, Body: body}}},
		{"226 replaces them", stored, 226, http.Header{"Etag": {`"2"`}, "Im": {"feed"}}, Answer{Delta: true, Validators: feeds.Validators{URL: url, ETag: `"2"`, Body: body}}},
		{"226 in lower case, packed", stored, 226, http.Header{"Im": {"Feed, gzip"}}, Answer{Delta: true, Validators: feeds.Validators{URL: url, Body: body}}},
		{"one without end is not kept", stored, 200, http.Header{"Etag": {strings.Repeat("x", maxValidator+1)}}, Answer{Validators: feeds.Validators{URL: url, Body: body}}},
		{"one that matches everything is not kept", stored, 200, http.Header{"Etag": {"*"}}, Answer{Validators: feeds.Validators{URL: url, Body: body}}},
		{"one that is no text is not kept", stored, 200, http.Header{"Etag": {"\"\xff\""}}, Answer{Validators: feeds.Validators{URL: url, Body: body}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire()
			w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
				want := []string{stored.ETag, stored.LastModified, "feed"}
				for i, name := range []string{"If-None-Match", "If-Modified-Since", "A-IM"} {
					if got := r.Header.Values(name); len(got) != 1 || got[0] != want[i] {
						t.Errorf("server got %s %q, want %q", name, got, want[i])
					}
				}
				for name, values := range tt.header {
					w.Header()[name] = values
				}
				w.WriteHeader(tt.status)
				if tt.status != 304 {
					io.WriteString(w, oneItem)
				}
			})
			got, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample(url), tt.stored))
			if err != nil {
				t.Fatal(err)
			}
			if got.NotModified != tt.want.NotModified || got.Delta != tt.want.Delta || got.Validators != tt.want.Validators || got.NotModified != (got.Source.Body == nil) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestFetchConditions(t *testing.T) {
	tests := []struct {
		name   string
		stored feeds.Validators
		want   string // the conditions that the server sees, by name
	}{
		{"none", feeds.Validators{}, ""},
		{"only a hash", feeds.Validators{URL: "http://news.example/", Body: "x"}, ""},
		{"only a date, so no delta", feeds.Validators{URL: "http://news.example/", LastModified: "x"}, "If-Modified-Since"},
		{"only a tag", feeds.Validators{URL: "http://news.example/", ETag: "x"}, "If-None-Match A-IM"},
		{"of another path", feeds.Validators{URL: "http://news.example/a", ETag: "x"}, ""},
		{"of another query", feeds.Validators{URL: "http://news.example/?", ETag: "x"}, ""},
		{"of another scheme", feeds.Validators{URL: "https://news.example/", ETag: "x"}, ""},
		{"of no URL", feeds.Validators{ETag: "x", LastModified: "y"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, got := newWire(), ""
			w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
				got = conditions(r)
				w.WriteHeader(http.StatusNotModified)
			})
			_, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample("http://news.example/"), tt.stored))
			if got != tt.want {
				t.Errorf("got conditions %q, want %q", got, tt.want)
			}
			if (err == nil) != (tt.want != "") {
				t.Errorf("got %v for a 304, want an error if it was not asked for", err)
			}
		})
	}
}

func conditions(r *http.Request) string {
	var all []string
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "A-IM"} {
		if r.Header.Get(name) != "" {
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

// TestFetchDeltas tells a 226 that was asked for from others.
func TestFetchDeltas(t *testing.T) {
	tests := []struct {
		name   string
		stored feeds.Validators
		im     string
	}{
		{"after a date only", feeds.Validators{URL: "http://news.example/", LastModified: "x"}, "feed"},
		{"after a tag of another URL", feeds.Validators{URL: "http://other.example/", ETag: "x"}, "feed"},
		{"made in another way", feeds.Validators{URL: "http://news.example/", ETag: "x"}, "vcdiff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire()
			w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("IM", tt.im)
				w.WriteHeader(http.StatusIMUsed)
				io.WriteString(w, oneItem)
			})
			_, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample("http://news.example/"), tt.stored))
			if e := failure(t, err); e.Class != feeds.Status || e.Code != http.StatusIMUsed {
				t.Errorf("got %v, want an error of the status", e)
			}
		})
	}
}

// TestFetchChain follows redirects over three hosts. Their paths say where each leads and how.
func TestFetchChain(t *testing.T) {
	const one, two, three = "http://one.example/", "http://two.example/", "http://three.example/"
	tests := []struct {
		name      string
		hops      map[string]int // the status of each URL's redirect to the next
		of        string         // the URL that the validators are of
		moved     string
		url       string
		asked     string // the URL that got conditions
		unchanged bool
	}{
		{name: "permanent", hops: map[string]int{one: 301, two: 308}, moved: three, url: three},
		{name: "temporary", hops: map[string]int{one: 302, two: 307}, url: three},
		{name: "see other", hops: map[string]int{one: 303}, url: two},
		{name: "permanent, then temporary", hops: map[string]int{one: 301, two: 302}, url: three},
		{name: "temporary, then permanent", hops: map[string]int{one: 307, two: 301}, url: three},
		{name: "validators of the last", hops: map[string]int{one: 301, two: 301}, of: three, moved: three, url: three, asked: three, unchanged: true},
		{name: "validators of the middle", hops: map[string]int{one: 302, two: 302}, of: two, url: three, asked: two},
		{name: "validators of the first", hops: map[string]int{one: 302}, of: one, url: two, asked: one},
		{name: "no redirect any more", of: one, url: one, asked: one, unchanged: true},
	}
	next := map[string]string{one: two, two: three}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, asked := newWire(), ""
			handler := func(w http.ResponseWriter, r *http.Request) {
				url := "http://" + r.Host + r.URL.Path
				if conditions(r) != "" {
					asked += url
				}
				for _, name := range []string{"Referer", "Cookie"} {
					if got := r.Header.Get(name); got != "" {
						t.Errorf("%s got %s %q, want none", url, name, got)
					}
				}
				w.Header().Set("ETag", `"`+url+`"`)
				http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
				switch status := tt.hops[url]; {
				case status != 0:
					http.Redirect(w, r, next[url], status)
				case r.Header.Get("If-None-Match") == `"`+url+`"`:
					w.WriteHeader(http.StatusNotModified)
				default:
					io.WriteString(w, oneItem)
				}
			}
			for _, host := range []string{"one", "two", "three"} {
				w.serve(t, host+".example:80", handler)
			}
			stored := feeds.Validators{URL: tt.of, ETag: `"` + tt.of + `"`}
			got, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample(one), stored))
			if err != nil {
				t.Fatal(err)
			}
			if got.URL != tt.url || got.Moved != tt.moved || asked != tt.asked || got.NotModified != tt.unchanged {
				t.Errorf("got %+v and conditions at %q, want %+v", got, asked, tt)
			}
			if got.Validators.URL != tt.url || got.Validators.ETag != `"`+tt.url+`"` {
				t.Errorf("got validators %+v, want those of %s", got.Validators, tt.url)
			}
		})
	}
}

func TestFetchRedirectWaits(t *testing.T) {
	tests := []struct {
		name, retryAfter string
		waits            time.Duration
		want             feeds.Class
		wait             time.Duration
	}{
		{"not at all", "", 0, "", 0},
		{"a moment", "5", 5 * time.Second, "", 0},
		{"longer", "6", 0, feeds.Busy, 6 * time.Second},
		{"until a date", "Mon, 23 Nov 2026 13:00:00 GMT", 0, feeds.Busy, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/new" {
						io.WriteString(w, oneItem)
						return
					}
					w.Header().Set("Retry-After", tt.retryAfter)
					http.Redirect(w, r, "/new", http.StatusMovedPermanently)
				})
				began := time.Now()
				got, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample("http://news.example/"), feeds.Validators{}))
				if waited := time.Since(began); waited != tt.waits {
					t.Errorf("waited %s, want %s", waited, tt.waits)
				}
				if tt.want == "" {
					if err != nil || got.Moved != "http://news.example/new" {
						t.Errorf("got %+v, %v, want the feed at its new address", got, err)
					}
					return
				}
				if e := failure(t, err); e.Class != tt.want || e.RetryAfter != tt.wait || e.Code != 301 {
					t.Errorf("got %+v, want class %s and %s", e, tt.want, tt.wait)
				}
			})
		})
	}
}
