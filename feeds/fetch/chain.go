package fetch

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"pressalert/feeds"
)

const (
	// maxRedirects is enough for http to https to www to a new path, with one to spare.
	maxRedirects = 5
	// maxPause bounds the wait that a redirect may ask for (RFC 9110, 10.2.3) within one fetch.
	maxPause = 5 * time.Second
	// maxValidator bounds a stored validator, in bytes; a longer one is not kept.
	maxValidator = 1024
)

// A chain is the requests of one fetch: the first and those that redirects lead to.
type chain struct {
	request Request
	// allow are the hosts that this fetch may reach besides public ones.
	allow allowList
	pulse *pulse
	// moved is true if there were redirects and all were permanent, lent if there was a temporary one.
	moved, lent bool
}

// follow checks the next hop of a redirect and takes away what package http carries over to it.
func (c *chain) follow(next *http.Request, before []*http.Request) error {
	last := before[len(before)-1].URL
	switch {
	case len(before) > maxRedirects:
		return &feeds.Error{Class: feeds.Redirect, Detail: fmt.Sprintf(
			"more than %d redirects: a loop, often from a server that wants cookies; look for the feed's new address", maxRedirects)}
	case last.Scheme == "https" && next.URL.Scheme == "http":
		return &feeds.Error{Class: feeds.Redirect, Detail: "redirected from https to http, where anybody on the way can change it; look for an https address of the feed"}
	}
	if err := checkURL(next.URL, c.allow); err != nil {
		return err
	}
	next.Header.Del("Referer")
	c.condition(next)
	switch next.Response.StatusCode {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		c.moved = !c.lent
	default:
		c.moved, c.lent = false, true
	}
	return c.pause(next)
}

// pause waits as long as the redirect asked for, if that is short.
func (c *chain) pause(next *http.Request) error {
	wait := retryAfter(next.Response.Header.Get("Retry-After"), c.request.Now)
	if wait > maxPause {
		return &feeds.Error{
			Class: feeds.Busy, Code: next.Response.StatusCode, RetryAfter: wait,
			Detail: "the server redirects, and asks to wait before following: waits as it says",
		}
	}
	if wait == 0 {
		return nil
	}
	c.pulse.rest()
	select {
	case <-time.After(wait):
		return nil
	case <-next.Context().Done():
		return context.Cause(next.Context())
	}
}

// condition makes r a conditional request if the validators are of its very URL, and else makes sure
// that it is none.
func (c *chain) condition(r *http.Request) {
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "A-IM"} {
		r.Header.Del(name)
	}
	v := c.request.Validators
	if v.URL != r.URL.String() {
		return
	}
	if v.LastModified != "" {
		r.Header.Set("If-Modified-Since", v.LastModified)
	}
	if v.ETag != "" {
		r.Header.Set("If-None-Match", v.ETag)
		r.Header.Set("A-IM", "feed") // RFC 3229: the new entries are enough
	}
}

// conditional reports whether r asked "changed since?".
func conditional(r *http.Request) bool {
	return r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
}

// delta reports whether an answer holds only the new entries of a feed, as was asked. One that was
// changed in a way that was not asked for cannot be read (RFC 3229, 10.4.1).
func delta(resp *http.Response) bool {
	if resp.StatusCode != http.StatusIMUsed || resp.Request.Header.Get("A-IM") == "" {
		return false
	}
	for manipulation := range strings.SplitSeq(resp.Header.Get("IM"), ",") {
		switch strings.ToLower(strings.TrimSpace(manipulation)) {
		case "", "feed", "gzip":
		default:
			return false
		}
	}
	return true
}

// validators returns what an answer with a body gave for the next time. They belong to the address that
// answered.
func validators(resp *http.Response, body []byte) feeds.Validators {
	return feeds.Validators{
		URL: resp.Request.URL.String(), ETag: keep(resp.Header.Get("ETag")),
		LastModified: keep(resp.Header.Get("Last-Modified")), Body: hash(body),
	}
}

// keep returns a validator as it came, or "" for one that cannot go back byte for byte. "*" would mean
// any version, and the feed would never change again.
func keep(value string) string {
	if len(value) > maxValidator || !httpguts.ValidHeaderFieldValue(value) || !utf8.ValidString(value) || value == "*" {
		return ""
	}
	return value
}
