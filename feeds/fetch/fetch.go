// Package fetch asks a feed's server over HTTP whether there is anything new. It is polite: it sends back
// the server's own validators, reads no more than it must, and tells how long the server wants to be left
// alone. It is careful: everything is bounded (time, speed, header, bytes before and after unpacking),
// only public addresses are reached, certificates are always verified, and whatever goes wrong costs this
// feed alone and comes back as a *feeds.Error that says which kind of wrong it was and what may be done.
//
// It does not read what the feed says; package document does. It uses the proxies that it is given, and
// none from the environment.
package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/http/httpguts"

	"pressalert/feeds"
	"pressalert/feeds/document"
)

const (
	// defaultTimeout is a common patience of feed readers; slow outlets answer within ten seconds.
	defaultTimeout = 30 * time.Second
	// defaultMaxBody is ten times the largest feed of the shipped lists.
	defaultMaxBody = 5 << 20
	// maxHeader bounds the header of an answer, in bytes; servers commonly stop at 8 to 16 KB.
	maxHeader = 64 << 10
	// idleTimeout closes connections that no poll of the same host takes up again.
	idleTimeout = 30 * time.Second
)

// Options are the settings of a Fetcher.
type Options struct {
	// UserAgent names the bot and a way to reach its people; it is required.
	UserAgent string
	// Timeout bounds one fetch from the look-up of the name to the last byte. 0 means 30 seconds.
	Timeout time.Duration
	// MaxBody bounds a body in bytes, packed and unpacked. More is an error. 0 means 5 MiB.
	MaxBody int64
	// PerHost bounds the connections to one host at a time, except those through a proxy. 0 means 1.
	PerHost int
	// AllowHosts are a person's own servers, which may have private addresses or other ports than 80
	// and 443. An entry is a host (localhost), an address (10.0.0.7 or fd00::7), either with a port
	// (localhost:8080, [fd00::7]:8080), or a block of addresses (10.0.0.0/8). Without a port it opens
	// 80 and 443. Addresses and blocks hold for URLs that name the address itself, not for names that
	// resolve to it. The exception is for feeds whose own URL is on such a server: no other feed can be
	// led there by a redirect or by DNS.
	AllowHosts []string
	// Proxies are the proxies that a feeds.Way can name: URLs of http, https, socks5 or socks5h, with a
	// user and a password if the proxy wants them. They are trusted, may be anywhere, and never appear
	// in an error. They resolve the names of the servers themselves, so the guard sees only what the
	// URLs say: schemes, ports, literal addresses and names of inner networks.
	Proxies map[string]*url.URL
	// Dial replaces the dialer for allowed hosts, and no others; for tests and load measurement. Nil
	// means the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Fetcher reads feeds. It may be used by several goroutines at the same time.
type Fetcher struct {
	userAgent string
	timeout   time.Duration
	maxBody   int64
	allow     allowList
	// public reaches public addresses only; own also reaches the allowed hosts. They share no
	// connections, so a feed that is led astray finds no open one to an allowed host.
	public, own http.Client
	// proxies lead through the proxies, by name.
	proxies map[string]http.Client
}

// New returns a Fetcher. It is an error if the user agent is missing, or an allowed host or a proxy has no
// known form. The caller closes the Fetcher.
func New(o Options) (*Fetcher, error) { return newFetcher(o, net.DefaultResolver) }

// newFetcher takes the resolver, so that tests of the guard need no DNS server.
func newFetcher(o Options, resolver *net.Resolver) (*Fetcher, error) {
	if o.UserAgent == "" || !httpguts.ValidHeaderFieldValue(o.UserAgent) {
		return nil, fmt.Errorf("user agent %q is not one line of text", o.UserAgent)
	}
	allow, err := parseAllow(o.AllowHosts)
	if err != nil {
		return nil, err
	}
	f := &Fetcher{userAgent: o.UserAgent, timeout: o.Timeout, maxBody: o.MaxBody, allow: allow}
	if f.timeout <= 0 {
		f.timeout = defaultTimeout
	}
	if f.maxBody <= 0 {
		f.maxBody = defaultMaxBody
	}
	public := guard{resolver: resolver, timeout: f.timeout}
	own := guard{resolver: resolver, timeout: f.timeout, allow: allow, instead: o.Dial}
	f.public.Transport = f.newTransport(public.dial, max(o.PerHost, 1))
	f.own.Transport = f.newTransport(own.dial, max(o.PerHost, 1))
	f.proxies = make(map[string]http.Client, len(o.Proxies))
	for name, u := range o.Proxies {
		t := f.newTransport(own.dialProxy, 0) // package http takes all plain http of a proxy for one host
		if err := through(t, u); err != nil {
			return nil, fmt.Errorf("proxy %q: %w", name, err)
		}
		f.proxies[name] = http.Client{Transport: t}
	}
	return f, nil
}

// newTransport returns a transport. Its dials are bounded by themselves, since package http lets them
// outlive their request, and one that never ends would keep its host's place.
func (f *Fetcher) newTransport(dial dialFunc, perHost int) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		TLSHandshakeTimeout:    f.timeout,
		DisableCompression:     true, // so that the body is unpacked here, under the cap
		ForceAttemptHTTP2:      true,
		MaxConnsPerHost:        perHost,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
	}
}

// Close closes the connections that are kept open for the next fetch.
func (f *Fetcher) Close() {
	f.public.CloseIdleConnections()
	f.own.CloseIdleConnections()
	for _, client := range f.proxies {
		client.CloseIdleConnections()
	}
}

// A Request asks for a feed.
type Request struct {
	Feed feeds.Feed
	// Way is the one of the feed's ways to go, or the address to which the feed moved. An address that
	// does not stand in the feed itself is led to allowed hosts only if the feed's own URL is on one.
	Way feeds.Way
	// Validators are those of the last answer that was read without an error, if there was one.
	Validators feeds.Validators
	// Now is the time of the request.
	Now time.Time
}

// An Answer is what a feed's server said.
type Answer struct {
	// NotModified is true if nothing changed, by the server's word or because the body is the same as
	// before; there is no Source then.
	NotModified bool
	// Delta is true if Source holds only the entries that are new since the last answer (RFC 3229).
	Delta bool
	// Validators are to be given to the next request, if Source could be read: else the same broken
	// text would count as unchanged, and its error be forgotten.
	Validators feeds.Validators
	// Source is the feed's text.
	Source document.Source
	// Fresh is how long the server says that its answer stays true (Cache-Control, Expires), at most a
	// day; 0 if it does not.
	Fresh time.Duration
	// URL is the address that answered, after redirects.
	URL string
	// Moved is the address to which permanent redirects alone led (301, 308), "" if there was none.
	Moved string
	// Issuer is the organisation that vouches for the server's certificate, "" without TLS.
	Issuer string
}

// acceptFeed names feed types first, so that servers that give both send the feed.
const acceptFeed = "application/atom+xml, application/rss+xml, application/feed+json, " +
	"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// Fetch asks for a feed. The error is a *feeds.Error, except if ctx ended: then it wraps the reason of ctx.
func (f *Fetcher) Fetch(ctx context.Context, r Request) (Answer, error) {
	var answer Answer
	err := f.send(ctx, r, acceptFeed, func(c *chain, resp *http.Response) (err error) {
		answer, err = f.answer(c, resp)
		return err
	})
	return answer, err
}

func (f *Fetcher) answer(c *chain, resp *http.Response) (Answer, error) {
	a := Answer{URL: resp.Request.URL.String(), Fresh: freshness(resp.Header, c.request.Now)}
	if c.moved {
		a.Moved = a.URL
	}
	if resp.Request.URL.Scheme == "https" { // plain http through an https proxy shows the proxy's
		a.Issuer = issuer(resp.TLS.PeerCertificates[0])
	}
	switch a.Delta = delta(resp); {
	case resp.StatusCode == http.StatusNotModified && conditional(resp.Request):
		// Other validators in a 304 are of a version that we have not seen, and must not replace those
		// of the one that we have (RFC 9111, 4.3.4): the next request would miss what is in between.
		a.NotModified, a.Validators = true, c.request.Validators
		return a, nil
	case resp.StatusCode != http.StatusOK && !a.Delta:
		return Answer{}, statusError(resp, c.request.Now)
	}
	body, err := readBody(resp, f.maxBody)
	if err != nil {
		return Answer{}, err
	}
	a.Validators = validators(resp, body)
	if a.NotModified = a.Validators.Body == c.request.Validators.Body; !a.NotModified {
		a.Source = source(resp, body)
	}
	return a, nil
}

func source(resp *http.Response, body []byte) document.Source {
	return document.Source{Body: body, ContentType: resp.Header.Get("Content-Type"), URL: resp.Request.URL.String()}
}

// acceptPage asks for what a reader's browser would show.
const acceptPage = "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1"

// Page reads the web page of one of the feed's entries, through the proxy feed.Proxy if there is one. It
// has the bounds and the errors of Fetch. A page at an allowed host is read only for a feed that is on one
// itself.
func (f *Fetcher) Page(ctx context.Context, feed feeds.Feed, url string) (document.Source, error) {
	r := Request{Feed: feed, Way: feeds.Way{URL: url, Proxy: feed.Proxy}, Now: time.Now()}
	var page document.Source
	err := f.send(ctx, r, acceptPage, func(c *chain, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return statusError(resp, r.Now)
		}
		if kind := resp.Header.Get("Content-Type"); !isPage(kind) {
			return &feeds.Error{Class: feeds.NotAFeed, Detail: fmt.Sprintf("the link leads to %q, not to a web page", kind)}
		}
		body, err := readBody(resp, f.maxBody)
		if err != nil {
			return err
		}
		if document.BotWall(body) {
			return &feeds.Error{Class: feeds.BotWall, Code: resp.StatusCode, Detail: wallDetail}
		}
		page = source(resp, body)
		return nil
	})
	return page, err
}
