// Package fetch reads one feed over HTTP and turns what it says into items. A feed is outside text from
// outside servers, so everything is bounded (time, bytes after decompression, depth, elements, items,
// length of a text), only public addresses are reached, and whatever goes wrong costs this feed alone
// and comes back as an *Error that says which kind of wrong it was.
//
// No proxy is used, not even one from the environment: the guard would see only the proxy's address.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/net/http/httpguts"

	"pressalert/feeds"
)

const (
	// defaultTimeout is a common patience of feed readers; slow outlets answer within ten seconds.
	defaultTimeout = 30 * time.Second
	// defaultMaxBody is ten times the largest feed of the shipped lists.
	defaultMaxBody = 5 << 20
	// maxHeader bounds the header of an answer, in bytes; servers commonly stop at 8 to 16 KB.
	maxHeader = 64 << 10
	// maxRedirects is enough for http to https to www to a new path, with one to spare.
	maxRedirects = 5
	// maxRetryAfter bounds what a server may ask for, so that no answer silences a feed for good.
	maxRetryAfter = 24 * time.Hour
	// maxValidator bounds a stored validator, in bytes; a longer one is not kept.
	maxValidator = 1024
	// idleTimeout closes connections that no poll of the same host takes up again.
	idleTimeout = 30 * time.Second
)

// accept names feed types first, so that servers that give both send the feed.
const accept = "application/atom+xml, application/rss+xml, application/feed+json, " +
	"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// Options are the settings of a Fetcher.
type Options struct {
	// UserAgent names the bot and a way to reach its people; it is required.
	UserAgent string
	// Timeout bounds one fetch from the look-up of the name to the last byte. 0 means 30 seconds.
	Timeout time.Duration
	// MaxBody bounds a body in bytes, packed and unpacked. More is an error. 0 means 5 MiB.
	MaxBody int64
	// AllowHosts are a person's own servers, which may have private addresses or other ports than 80
	// and 443. An entry is a host (localhost), an address (10.0.0.7 or fd00::7), either with a port
	// (localhost:8080, [fd00::7]:8080), or a block of addresses (10.0.0.0/8). Without a port it opens
	// 80 and 443. Addresses and blocks hold for URLs that name the address itself, not for names that
	// resolve to it. The exception is for feeds whose own URL is on such a server: no other feed can be
	// led there by a redirect or by DNS.
	AllowHosts []string
}

// A Fetcher reads feeds. It may be used by several goroutines at the same time.
type Fetcher struct {
	userAgent string
	timeout   time.Duration
	maxBody   int64
	allow     allowList
	// public reaches public addresses only; own also reaches the allowed hosts. They share no
	// connections, so a feed that is led astray finds no open one to an allowed host.
	public, own *http.Client
}

// New returns a Fetcher. It is an error if the user agent is missing or an allowed host has no known form.
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
	f.public = newClient(guard{resolver: resolver})
	f.own = newClient(guard{resolver: resolver, allow: allow})
	return f, nil
}

func newClient(g guard) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            g.dial,
			DisableCompression:     true, // so that the body is unpacked here, under the cap
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        idleTimeout,
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: g.redirect,
	}
}

// Close closes the connections that are kept open for the next fetch.
func (f *Fetcher) Close() {
	f.public.CloseIdleConnections()
	f.own.CloseIdleConnections()
}

// A Result is what a feed answered.
type Result struct {
	// NotModified is true if the server said that nothing changed; there are no items then.
	NotModified bool
	// Validators are to be given to the next fetch. They are kept only from the feed's own URL: what a
	// redirect's target gave must not be sent anywhere else.
	Validators feeds.Validators
	// Items are the entries in the order of the document, usually newest first, with Seen set.
	Items []feeds.Item
}

// Fetch reads a feed, asking "changed since?" with the validators of the last fetch, if there are any.
// The time now marks the items as seen and tells a believable date from a false one. The error is an
// *Error, except if ctx ended: then it wraps the reason of ctx.
func (f *Fetcher) Fetch(ctx context.Context, feed feeds.Feed, v feeds.Validators, now time.Time) (Result, error) {
	bounded, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	result, err := f.fetch(bounded, feed, v, now)
	if err == nil {
		return result, nil
	}
	if ctx.Err() != nil {
		return Result{}, fmt.Errorf("feed %s: %w", feed.ID, context.Cause(ctx))
	}
	return Result{}, classify(err).of(feed)
}

func (f *Fetcher) fetch(ctx context.Context, feed feeds.Feed, v feeds.Validators, now time.Time) (Result, error) {
	req, client, err := f.request(ctx, feed, v)
	if err != nil {
		return Result{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return Result{}, err
	}
	defer resp.Body.Close()
	asked := v != feeds.Validators{}
	switch {
	case resp.StatusCode == http.StatusNotModified && asked:
		return Result{NotModified: true, Validators: v}, nil
	case resp.StatusCode != http.StatusOK:
		return Result{}, statusError(resp, now)
	}
	body, err := readBody(resp, f.maxBody)
	if err != nil {
		return Result{}, err
	}
	doc := Document{Body: body, ContentType: resp.Header.Get("Content-Type"), URL: resp.Request.URL.String()}
	items, err := parse(doc, feed, now)
	if err != nil {
		return Result{}, err
	}
	return Result{Validators: validators(resp, req.URL), Items: items}, nil
}

// request builds the first request and chooses the client for it and all its redirects.
func (f *Fetcher) request(ctx context.Context, feed feeds.Feed, v feeds.Validators) (*http.Request, *http.Client, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, feed.URL, nil)
	if err != nil {
		return nil, nil, &Error{Class: Forbidden, Detail: "the URL cannot be read"}
	}
	client, allow := f.public, allowList(nil)
	if f.allow.holds(req.URL.Hostname(), port(req.URL)) {
		client, allow = f.own, f.allow
	}
	if err := checkURL(req.URL, allow); err != nil {
		return nil, nil, err
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", "gzip")
	if v.ETag != "" {
		req.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		req.Header.Set("If-Modified-Since", v.LastModified)
	}
	return req, client, nil
}

// validators returns what the server gave for the next time, if it was the asked URL that answered.
func validators(resp *http.Response, asked *url.URL) feeds.Validators {
	if resp.Request.URL.String() != asked.String() {
		return feeds.Validators{}
	}
	keep := func(name string) string {
		value := resp.Header.Get(name)
		if len(value) > maxValidator || !httpguts.ValidHeaderFieldValue(value) {
			return ""
		}
		return value
	}
	return feeds.Validators{ETag: keep("ETag"), LastModified: keep("Last-Modified")}
}

func statusError(resp *http.Response, now time.Time) *Error {
	e := &Error{Class: Status, Code: resp.StatusCode, Detail: "the server answered " + strconv.Itoa(resp.StatusCode)}
	if name := http.StatusText(resp.StatusCode); name != "" {
		e.Detail += " " + name
	}
	e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	return e
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3). What cannot be read or is past gives 0.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return maxRetryAfter
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
