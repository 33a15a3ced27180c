package fetch

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"pressalert/feeds"
)

// TestMemory holds what hostile answers cost against 64 MiB. It counts every byte that is allocated, by
// the server of the test too, whether it is freed at once or not: more than there ever is at one time.
func TestMemory(t *testing.T) {
	const most = 64 << 20
	endless := func(w io.Writer, text string) {
		again := []byte(text)
		for {
			if _, err := w.Write(again); err != nil {
				return
			}
		}
	}
	bomb := bytes.Repeat(packed(strings.Repeat("\x00", 10<<20)), 30)
	block := strings.Repeat("x", 32<<10)
	tests := []struct {
		name   string
		answer func(io.Writer)
		want   feeds.Class
	}{
		{"a gzip bomb of 300 MB", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
			c.Write(bomb)
		}, feeds.TooLarge},
		{"the bomb as a page of an error", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 403 Forbidden\r\nContent-Encoding: gzip\r\n\r\n")
			c.Write(bomb)
		}, feeds.Refused},
		{"a body without end", func(c io.Writer) { io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); endless(c, block) }, feeds.TooLarge},
		{"a body said to be of an exabyte", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1152921504606846976\r\n\r\n")
			endless(c, block)
		}, feeds.TooLarge},
		{"chunks without end", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			endless(c, strings.Repeat("1\r\nx\r\n", 5000))
		}, feeds.TooLarge},
		{"a header without end", func(c io.Writer) { io.WriteString(c, "HTTP/1.1 200 OK\r\nX-A: "); endless(c, block) }, feeds.Unreachable},
		{"headers without end", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			endless(c, strings.Repeat("X-A: b\r\n", 4000))
		}, feeds.Unreachable},
		{"answers before the answer without end", func(c io.Writer) { endless(c, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1000)) }, feeds.Unreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire()
			go answerRaw(w.listen(t, "news.example:80"), tt.answer)
			f := w.fetcher(t, Options{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := f.Fetch(t.Context(), ask(sample("http://news.example/"), feeds.Validators{}))
			runtime.ReadMemStats(&after)
			if e := failure(t, err); e.Class != tt.want {
				t.Errorf("got %v, want class %s", e, tt.want)
			}
			got := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d KiB", got>>10)
			if got > most {
				t.Errorf("got %d bytes, want at most %d", got, most)
			}
		})
	}
}
