package fetch

import (
	"net/http"
	"testing"
	"time"

	"pressalert/feeds"
)

func TestFreshness(t *testing.T) {
	const later, evenLater = "Mon, 23 Nov 2026 13:00:00 GMT", "Mon, 23 Nov 2026 14:00:00 GMT"
	tests := []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing", http.Header{}, 0},
		{"max-age", http.Header{"Cache-Control": {"public, max-age=600"}}, 10 * time.Minute},
		{"max-age in quotes and capitals", http.Header{"Cache-Control": {`Public,MAX-AGE="600"`}}, 10 * time.Minute},
		{"max-age twice", http.Header{"Cache-Control": {"max-age=600, max-age=60"}}, 10 * time.Minute},
		{"max-age in another line", http.Header{"Cache-Control": {"public", "max-age=600"}}, 10 * time.Minute},
		{"max-age of a shared cache", http.Header{"Cache-Control": {"s-maxage=600"}}, 0},
		{"max-age of both", http.Header{"Cache-Control": {"s-maxage=60, max-age=600"}}, 10 * time.Minute},
		{"max-age that lay in a cache", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"240"}}, 6 * time.Minute},
		{"max-age that lay too long", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"601"}}, 0},
		{"max-age with an age that cannot be", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"-1"}}, 10 * time.Minute},
		{"max-age of 0", http.Header{"Cache-Control": {"max-age=0"}, "Expires": {later}}, 0},
		{"max-age of a year", http.Header{"Cache-Control": {"max-age=31536000"}}, maxFresh},
		{"max-age without end", http.Header{"Cache-Control": {"max-age=99999999999999999999"}}, maxFresh},
		{"max-age below nothing", http.Header{"Cache-Control": {"max-age=-600"}}, 0},
		{"max-age of nonsense", http.Header{"Cache-Control": {"max-age=soon"}, "Expires": {later}}, 0},
		{"no-cache", http.Header{"Cache-Control": {"max-age=600, no-cache"}}, 0},
		{"no-store", http.Header{"Cache-Control": {"no-store"}, "Expires": {later}}, 0},
		{"expires", http.Header{"Expires": {later}}, time.Hour},
		{"expires by the server's clock", http.Header{"Expires": {evenLater}, "Date": {later}}, time.Hour},
		{"expires with a date of nonsense", http.Header{"Expires": {later}, "Date": {"today"}}, time.Hour},
		{"expires, which lay in a cache", http.Header{"Expires": {later}, "Age": {"600"}}, 50 * time.Minute},
		{"expires before it was made", http.Header{"Expires": {later}, "Date": {evenLater}}, 0},
		{"expires of 0", http.Header{"Expires": {"0"}}, 0},
		{"expires and max-age", http.Header{"Expires": {later}, "Cache-Control": {"max-age=60"}}, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := freshness(tt.header, noon); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestFetchFresh shows that an answer of either kind tells it.
func TestFetchFresh(t *testing.T) {
	for _, stored := range []feeds.Validators{{}, {URL: "http://news.example/", ETag: "x"}} {
		w := newWire()
		w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=60")
			if conditions(r) != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Write([]byte(oneItem))
		})
		got, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample("http://news.example/"), stored))
		if err != nil || got.Fresh != time.Minute || got.NotModified != (stored.ETag != "") {
			t.Errorf("got %+v, %v, want it fresh for a minute", got, err)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("max-age=60, private", "5", "Mon, 23 Nov 2026 13:00:00 GMT", `<http://a.example/>; rel="blocked-by"`, "W/\"x\"")
	f.Add(`no-cache="a,max-age=5`, "-", "0", "<<>>", "*")
	f.Fuzz(func(t *testing.T, control, number, date, link, tag string) {
		h := http.Header{"Cache-Control": {control}, "Age": {number}, "Expires": {date}, "Link": {link}}
		if got := freshness(h, noon); got < 0 || got > maxFresh {
			t.Errorf("got fresh for %s", got)
		}
		for _, value := range []string{number, date} {
			if got := retryAfter(value, noon); got < 0 || got > maxRetryAfter {
				t.Errorf("got a wait of %s", got)
			}
		}
		if got := keep(tag); got != "" && got != tag {
			t.Errorf("got validator %q, want %q as it came", got, tag)
		}
		blockedBy(h)
	})
}
