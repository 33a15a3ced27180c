package fetch

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/feeds"
)

// drip writes text by n bytes a second, until it is out or the other side has had enough.
func drip(w io.Writer, text string, n int) {
	for len(text) > 0 {
		n = min(n, len(text))
		if _, err := io.WriteString(w, text[:n]); err != nil {
			return
		}
		text = text[n:]
		time.Sleep(time.Second)
	}
}

func TestFetchSpeed(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n"
	long := strings.Repeat("x", 20000)
	tests := []struct {
		name   string
		answer func(io.Writer)
		want   string // part of the detail of a Timeout, "" for the feed
		after  time.Duration
	}{
		{"a slow server that gets there", func(c io.Writer) { time.Sleep(20 * time.Second); io.WriteString(c, head+long) }, "", 20 * time.Second},
		{"just fast enough", func(c io.Writer) { io.WriteString(c, head); drip(c, long, 1000) }, "", 19 * time.Second},
		{"a header that drips", func(c io.Writer) { drip(c, "HTTP/1.1 200 OK\r\nX-A: "+long, 1) }, "too slow: 0 bytes in 10s", 10 * time.Second},
		{"a body that drips", func(c io.Writer) { io.WriteString(c, head); drip(c, long, 100) }, "00 bytes in 10s; the server is overloaded", 10 * time.Second},
		{"a body that stops", func(c io.Writer) { io.WriteString(c, head+long[:8000]) }, "too slow: 8000 bytes in 16s", 16 * time.Second},
		{"a body that goes on and on", func(c io.Writer) { io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); drip(c, long+long, 1000) }, "not read to the end in 30s", 30 * time.Second},
		{"no answer", func(c io.Writer) {}, "no answer in 30s", 30 * time.Second},
		{"a redirect that drips", func(c io.Writer) {
			io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
			drip(c, long, 1)
		}, "too slow: 0 bytes in 10s", 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				go answerRaw(w.listen(t, "news.example:80"), tt.answer)
				began := time.Now()
				got, err := w.fetcher(t, Options{}).Fetch(t.Context(), ask(sample("http://news.example/"), feeds.Validators{}))
				if passed := time.Since(began).Truncate(time.Second); passed != tt.after {
					t.Errorf("ended after %s, want %s", passed, tt.after)
				}
				time.Sleep(time.Minute) // until the server has stopped too
				if tt.want == "" {
					if err != nil || len(got.Source.Body) != len(long) {
						t.Errorf("got %d bytes, %v, want all", len(got.Source.Body), err)
					}
					return
				}
				if e := failure(t, err); e.Class != feeds.Timeout || !strings.Contains(e.Detail, tt.want) {
					t.Errorf("got %v, want %q", e, tt.want)
				}
			})
		})
	}
}

// answerRaw answers each connection's first request with what answer writes.
func answerRaw(l net.Listener, answer func(io.Writer)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				return
			}
			answer(conn)
			io.Copy(io.Discard, conn) // until the client has enough
		}()
	}
}

// TestFetchFreesItsHost shows that a fetch which was given up leaves its host's one connection to the
// next, whatever the server did.
func TestFetchFreesItsHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		l := w.listen(t, "news.example:443") // takes connections and says nothing, so TLS never begins
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go io.Copy(io.Discard, conn)
			}
		}()
		f := w.fetcher(t, Options{})
		for i := range 3 {
			if _, err := f.Fetch(t.Context(), ask(sample("https://news.example/"), feeds.Validators{})); failure(t, err).Class != feeds.Timeout {
				t.Errorf("got %v, want a timeout", err)
			}
			time.Sleep(time.Second)
			if w.mu.Lock(); w.dials != i+1 {
				t.Errorf("got %d dials after %d fetches, want one for each", w.dials, i+1)
			}
			w.mu.Unlock()
		}
	})
}

// TestFetchOneByOne shows that a host sees as many connections as it is allowed, and no more.
func TestFetchOneByOne(t *testing.T) {
	for perHost, want := range []int{1, 1, 2} {
		t.Run(fmt.Sprint(perHost), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				w.serve(t, "news.example:80", func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(time.Second)
					io.WriteString(w, oneItem)
				})
				f := w.fetcher(t, Options{PerHost: perHost})
				for range 4 {
					go f.Fetch(t.Context(), ask(sample("http://news.example/"), feeds.Validators{}))
				}
				synctest.Wait()
				if w.mu.Lock(); w.dials != want {
					t.Errorf("got %d connections, want %d", w.dials, want)
				}
				w.mu.Unlock()
				time.Sleep(time.Minute)
			})
		})
	}
}
