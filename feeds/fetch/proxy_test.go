package fetch

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/feeds"
)

// httpProxy serves plain requests itself and connects others to what listens on the wire.
func httpProxy(w *wire) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if user, password, ok := basic(r); !ok || user != "u" || password != "canary" {
			rw.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method != http.MethodConnect {
			fmt.Fprint(rw, r.URL)
			return
		}
		up, err := w.dial(r.Context(), "tcp", r.Host)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		down, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(down, "HTTP/1.1 200 OK\r\n\r\n")
		join(up, down)
	}
}

func basic(r *http.Request) (user, password string, ok bool) {
	if r.Header.Get("Authorization") != "" {
		return "", "", false // that would be for the outlet
	}
	request := http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
	return request.BasicAuth()
}

func join(a, b net.Conn) {
	go func() { io.Copy(a, b); a.Close() }()
	go func() { io.Copy(b, a); b.Close() }()
}

// socksProxy speaks as much of SOCKS5 (RFC 1928, 1929) as connects to names on the wire.
func socksProxy(w *wire, l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			up, err := socksHello(w, conn)
			if err != nil {
				conn.Close()
				return
			}
			join(up, conn)
		}()
	}
}

func socksHello(w *wire, conn net.Conn) (net.Conn, error) {
	r := bufio.NewReader(conn)
	take := func(n int) string {
		b := make([]byte, n)
		io.ReadFull(r, b)
		return string(b)
	}
	takeText := func() string { return take(int(take(1)[0])) }
	take(1)
	if methods := takeText(); !strings.Contains(methods, "\x02") {
		conn.Write([]byte{5, 0xff})
		return nil, errors.New("no password is offered")
	}
	conn.Write([]byte{5, 2})
	take(1)
	if user, password := takeText(), takeText(); user != "u" || password != "canary" {
		conn.Write([]byte{1, 1})
		return nil, errors.New("wrong password")
	}
	conn.Write([]byte{1, 0})
	if head := take(4); head != "\x05\x01\x00\x03" { // a name, so it was not looked up here
		return nil, fmt.Errorf("head %q", head)
	}
	host := takeText()
	port := binary.BigEndian.Uint16([]byte(take(2)))
	up, err := w.dial(context.Background(), "tcp", fmt.Sprintf("%s:%d", host, port))
	if err != nil {
		conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
		return nil, err
	}
	conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	return up, nil
}

func proxies(user *url.Userinfo) map[string]*url.URL {
	return map[string]*url.URL{
		"http":    {Scheme: "http", Host: "proxy.example:3128", User: user},
		"https":   {Scheme: "https", Host: "secure-proxy.example:3129", User: user},
		"socks5":  {Scheme: "socks5", Host: "socks.example:9050", User: user},
		"socks5h": {Scheme: "socks5h", Host: "socks.example:9050", User: user},
		"dead":    {Scheme: "http", Host: "dead.example:3128", User: user},
		"deadest": {Scheme: "socks5", Host: "dead.example:9050", User: user},
	}
}

func TestFetchThroughProxy(t *testing.T) {
	vouching := newAuthority(t, "Sample Trust")
	good := url.UserPassword("u", "canary")
	tests := []struct {
		name, proxy, url string
		user             *url.Userinfo
		body             string // "" for an error
		class            feeds.Class
		detail           string
	}{
		{"http, plain", "http", "http://plain.example/?a", good, "http://plain.example/?a", "", ""},
		{"http, secure", "http", "https://news.example/", good, oneItem, "", ""},
		{"https, plain", "https", "http://plain.example/", good, "http://plain.example/", "", ""},
		{"https, secure", "https", "https://news.example/", good, oneItem, "", ""},
		{"socks5, secure", "socks5", "https://news.example/", good, oneItem, "", ""},
		{"socks5h, secure", "socks5h", "https://news.example/", good, oneItem, "", ""},
		{"socks5, plain", "socks5", "http://plain.example/", good, oneItem, "", ""},
		{"http, plain, wrong password", "http", "http://plain.example/", url.UserPassword("u", "canary2"), "", feeds.Unreachable, "through proxy http: the server answered 407 Proxy Authentication Required: the proxy wants"},
		{"http, secure, wrong password", "http", "https://news.example/", url.UserPassword("u", "canary2"), "", feeds.Unreachable, "through proxy http: the proxy answered 407 Proxy Authentication Required: the proxy wants"},
		{"socks5, wrong password", "socks5", "http://plain.example/", url.UserPassword("u", "canary2"), "", feeds.Unreachable, "through proxy socks5: the proxy cannot be reached, or cannot reach the server"},
		{"http, unknown server", "http", "https://nobody.example/", good, "", feeds.Unreachable, "the proxy answered 502 Bad Gateway"},
		{"socks5, unknown server", "socks5", "https://nobody.example/", good, "", feeds.Unreachable, "the proxy cannot be reached, or cannot reach the server"},
		{"http proxy that is not there", "dead", "https://news.example/", good, "", feeds.Unreachable, "the proxy cannot be reached"},
		{"socks5 proxy that is not there", "deadest", "https://news.example/", good, "", feeds.Unreachable, "the proxy cannot be reached"},
		{"certificate of another host", "socks5", "https://wrong.example/", good, "", feeds.TLS, "not of wrong.example"},
		{"proxy that the config has not", "tor", "https://news.example/", good, "", feeds.Unreachable, "the config has no proxy of this name"},
		{"port that is not allowed", "http", "http://news.example:8080/", good, "", feeds.Forbidden, "only ports 80 and 443"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire()
			from, to := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
			w.serve(t, "plain.example:80", giveItem)
			w.serveTLS(t, "news.example:443", vouching.vouch(t, "news.example", from, to), giveItem)
			w.serveTLS(t, "wrong.example:443", vouching.vouch(t, "other.example", from, to), giveItem)
			w.serve(t, "proxy.example:3128", httpProxy(w))
			go socksProxy(w, w.listen(t, "socks.example:9050"))
			secure := vouching.vouch(t, "secure-proxy.example", from, to)
			secure.NextProtos = nil
			w.serveTLS(t, "secure-proxy.example:3129", secure, httpProxy(w))
			w.listeners["dead.example:3128"], w.listeners["dead.example:9050"] = nil, nil
			f := w.fetcher(t, Options{Proxies: proxies(tt.user)})
			trust(f, vouching)
			feed := sample(tt.url)
			feed.Proxy = tt.proxy
			got, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			if tt.body == "" {
				if e := failure(t, err); e.Class != tt.class || !strings.Contains(e.Detail, tt.detail) || strings.Contains(fmt.Sprintf("%#v", e.Cause), "canary") {
					t.Errorf("got %v, want class %s and %q", e, tt.class, tt.detail)
				}
				return
			}
			if err != nil || string(got.Source.Body) != tt.body {
				t.Errorf("got %s, %v, want %s", got.Source.Body, err, tt.body)
			}
			if want := map[bool]string{true: "Sample Trust"}[strings.HasPrefix(tt.url, "https")]; got.Issuer != want {
				t.Errorf("got issuer %q, want %q", got.Issuer, want)
			}
		})
	}
}

// TestSilentProxy: a proxy that takes connections and says nothing ends with the fetch.
func TestSilentProxy(t *testing.T) {
	for _, scheme := range []string{"http", "https", "socks5"} {
		t.Run(scheme, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				l := w.listen(t, "proxy.example:1080")
				go func() {
					for {
						conn, err := l.Accept()
						if err != nil {
							return
						}
						go io.Copy(io.Discard, conn)
					}
				}()
				f := w.fetcher(t, Options{Proxies: map[string]*url.URL{"silent": {Scheme: scheme, Host: "proxy.example:1080"}}})
				feed := sample("https://news.example/")
				feed.Proxy = "silent"
				began := time.Now()
				_, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
				if e := failure(t, err); e.Class != feeds.Timeout && e.Class != feeds.Unreachable {
					t.Errorf("got %v, want that it took too long", e)
				}
				if passed := time.Since(began); passed > defaultTimeout {
					t.Errorf("took %s, want at most %s", passed, defaultTimeout)
				}
				time.Sleep(time.Minute) // what package http keeps of a dial is gone after that, or the bubble does not end
			})
		})
	}
}
