package fetch

import (
	"net/http"
	"strings"
	"testing"

	"pressalert/feeds"
)

// BenchmarkFetch is the poll of one feed of 35 items or so over an open connection to loopback, without
// parsing and with the server's share: a 304, a 200 with another body, and a 200 with the same body.
func BenchmarkFetch(b *testing.B) {
	body := []byte(strings.Repeat(oneItem, 200))
	f, feed := serve(b, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if conditions(r) != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write(body)
	})
	for name, stored := range map[string]feeds.Validators{
		"304": {URL: feed.URL, ETag: `"1"`}, "200": {}, "same": {Body: hash(body)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got, err := f.Fetch(b.Context(), ask(feed, stored))
				if err != nil || got.NotModified != (name != "200") {
					b.Fatalf("got %+v, %v", got, err)
				}
			}
		})
	}
}
