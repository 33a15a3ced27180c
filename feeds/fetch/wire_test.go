package fetch

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pressalert/feeds"
)

const agent = "pressalert-test (+https://pressalert.example)"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func giveItem(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, oneItem) }

// ask returns a request for the feed by its own way.
func ask(feed feeds.Feed, v feeds.Validators) Request {
	return Request{Feed: feed, Way: feed.Ways()[0], Validators: v, Now: noon}
}

func sample(url string) feeds.Feed { return feeds.Feed{ID: "sample", URL: url} }

// failure returns a fetch error and checks what holds for all of them.
func failure(t *testing.T, err error) *feeds.Error {
	t.Helper()
	e, ok := errors.AsType[*feeds.Error](err)
	if !ok {
		t.Fatalf("got error %v, want an *feeds.Error", err)
	}
	if !strings.HasPrefix(e.Error(), "feed sample: ") || strings.Contains(e.Error(), "canary") || strings.Contains(e.Error(), "\n") || e.Detail == "" {
		t.Errorf("error %q must name the feed, hide secrets, and explain itself on one line", e)
	}
	return e
}

// A wire is a network in memory: what listens there, by host:port. It works in a bubble of synctest.
type wire struct {
	mu        sync.Mutex
	listeners map[string]*listener
	// loopback is where the hosts are that need the buffers of real connections: two sides of TLS that
	// disagree write at the same time.
	loopback map[string]string
	dials    int
}

func newWire() *wire {
	return &wire{listeners: make(map[string]*listener), loopback: make(map[string]string)}
}

func (w *wire) dial(ctx context.Context, _, address string) (net.Conn, error) {
	w.mu.Lock()
	l, real := w.listeners[address], w.loopback[address]
	w.dials++
	w.mu.Unlock()
	if real != "" {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", real)
	}
	if l == nil {
		return nil, &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
	}
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
	case <-ctx.Done():
	}
	return nil, io.ErrClosedPipe
}

// listen makes the host known. The caller accepts from the listener until the test ends.
func (w *wire) listen(t *testing.T, address string) *listener {
	t.Helper()
	l := &listener{address: address, conns: make(chan net.Conn), closed: make(chan struct{})}
	t.Cleanup(func() { l.Close() })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners[address] = l
	return l
}

func (w *wire) serve(t *testing.T, address string, handler http.HandlerFunc) {
	t.Helper()
	server := &http.Server{Handler: handler, ErrorLog: quiet()}
	go server.Serve(w.listen(t, address))
	t.Cleanup(func() { server.Close() })
}

// fetcher returns a fetcher for which all hosts on the wire are allowed.
func (w *wire) fetcher(t *testing.T, o Options) *Fetcher {
	t.Helper()
	for address := range w.listeners {
		o.AllowHosts = append(o.AllowHosts, address)
	}
	for address := range w.loopback {
		o.AllowHosts = append(o.AllowHosts, address)
	}
	o.UserAgent, o.Dial = agent, w.dial
	f, err := newFetcher(o, resolver(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

type listener struct {
	address string
	conns   chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr  { return l }
func (l *listener) Network() string { return "wire" }
func (l *listener) String() string  { return l.address }
