package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// loadItems is how many items a made-up feed has; feeds of newsrooms have 10 to 100.
const loadItems = 35

// The ways in which the server of a load answers.
const (
	loadUnchanged = "unchanged"
	loadNew       = "new"
)

// A loadServer is the process that serves the made-up feeds.
type loadServer struct {
	process *exec.Cmd
	socket  string
	client  *http.Client
}

// startLoadServer starts this program as a server at a socket and waits until it answers.
func startLoadServer(ctx context.Context, socket string) (*loadServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start the server of the load: %w", err)
	}
	s := &loadServer{process: exec.CommandContext(ctx, self, "load", "--server", socket), socket: socket}
	s.process.Stderr = os.Stderr
	s.client = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start the server of the load: %w", err)
	}
	for range 100 {
		if err = s.next(ctx, loadUnchanged); err == nil {
			return s, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("the server of the load does not answer: %w", err), s.stop())
}

// next tells the server how to answer from now on.
func (s *loadServer) next(ctx context.Context, mode string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://load.invalid/"+mode, nil)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (s *loadServer) stop() error {
	s.client.CloseIdleConnections()
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	s.process.Wait() // always "killed"
	return nil
}

// serveLoad serves made-up feeds at a socket until ctx ends.
func serveLoad(ctx context.Context, socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: new(loadHandler), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A loadHandler answers with feeds whose number of items grows by one with each round of new ones.
type loadHandler struct{ added atomic.Int64 }

// ServeHTTP serves a feed, or on a POST takes the way to answer.
func (h *loadHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		if r.URL.Path == "/"+loadNew {
			h.added.Add(1)
		}
		return
	}
	added := h.added.Load()
	tag := fmt.Sprintf(`"%d"`, added)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	io.WriteString(w, loadFeed(strings.TrimPrefix(r.URL.Path, "/"), added))
}

// loadFeed writes a feed as newsrooms have them; one of its items in thirty-five is what rules look for.
func loadFeed(name string, newest int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Feed %s</title><link>https://load.invalid/%s/</link>`, name, name)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range int64(loadItems) {
		n := newest + loadItems - i
		title := fmt.Sprintf("Council opens market hall number %d after two years of works", n)
		if n%loadItems == 0 {
			title = fmt.Sprintf("Court in Cambodia jails journalist of %s over posts on %s", loadName(name, n), loadName(name, -n))
		}
		fmt.Fprintf(&b, `<item><title>%s</title><link>https://load.invalid/%s/%d</link><guid isPermaLink="false">%s-%d</guid><pubDate>%s</pubDate>`+
			`<category>News</category><description><![CDATA[<p>%s</p>]]></description></item>`,
			title, name, n, name, n, day.Add(time.Duration(n)*time.Hour).Format(time.RFC1123Z), loadText)
	}
	return b.String() + "</channel></rss>"
}

// loadName makes up a name, so that each feed has stories of its own.
func loadName(feed string, n int64) string {
	h := fnv.New64a()
	fmt.Fprint(h, feed, n)
	sum, name := h.Sum64(), ""
	for range 4 {
		name += string("bdfgklmnprstvz"[sum%14]) + string("aeiou"[sum/14%5])
		sum /= 70
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// loadText is as long as the summaries of newsrooms are.
const loadText = "The hall on the river was closed when the roof let the rain in. Traders who had moved to the football " +
	"ground came back on Tuesday, and <b>the mayor</b> cut a ribbon. Rents stay as they were until the summer, the council said; " +
	"the stalls for fish have their own drains now, and there is a lift. Buses stop at the east gate from Monday."
