package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"pressalert/feeds"
)

// A Class says what kind of thing went wrong with a feed.
type Class string

const (
	// DNS means that the host's name has no address.
	DNS Class = "dns"
	// TLS means that the server could not prove who it is, or that no secure connection came about.
	TLS Class = "tls"
	// Unreachable means that there was no connection, or that it broke before the end.
	Unreachable Class = "unreachable"
	// Timeout means that the feed was not read to the end in time.
	Timeout Class = "timeout"
	// Status means that the server answered with an error; Code says which.
	Status Class = "status"
	// Forbidden means a URL or an address that must not be reached: private, another port, another
	// scheme, or with credentials in the URL.
	Forbidden Class = "forbidden-address"
	// TooLarge means more bytes, elements, depth or items than a feed may have.
	TooLarge Class = "too-large"
	// NotAFeed means a document of another kind, such as a web page.
	NotAFeed Class = "not-a-feed"
	// Empty means an answer without a body.
	Empty Class = "empty"
	// Malformed means a feed that cannot be parsed: broken XML or JSON, or a broken packing.
	Malformed Class = "malformed"
	// Redirect means too many redirects, or one from https to http.
	Redirect Class = "redirect"
)

// An Error says why a feed could not be read. Callers branch on Class and RetryAfter.
type Error struct {
	// Feed is the id of the feed.
	Feed  string
	Class Class
	// Code is the HTTP status of class Status, or 0.
	Code int
	// RetryAfter is how long the server asked us to wait, at most a day; 0 if it did not.
	RetryAfter time.Duration
	// Detail says to an admin what happened, on one line. It does not hold the query of the feed's URL,
	// where some servers put a key.
	Detail string
	cause  error
}

// Error returns feed, class and detail on one line.
func (e *Error) Error() string {
	return "feed " + e.Feed + ": " + string(e.Class) + ": " + e.Detail
}

// Unwrap returns what the network or the parser said, or nil.
func (e *Error) Unwrap() error { return e.cause }

// maxDetail bounds what is told of others' words, in characters.
const maxDetail = 300

// of names the feed, and tidies what servers and parsers said.
func (e *Error) of(feed feeds.Feed) *Error {
	e.Feed = feed.ID
	if _, query, found := strings.Cut(feed.URL, "?"); found && query != "" {
		e.Detail = strings.ReplaceAll(e.Detail, query, "<query>")
	}
	e.Detail = shorten(clean(e.Detail), maxDetail)
	return e
}

// classify finds the class of what the network said.
func classify(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	e := &Error{Class: classOf(err), Detail: detail(err), cause: err}
	switch e.Class {
	case Timeout:
		e.Detail = "not read to the end in time"
	case Forbidden:
		e.Detail = "the host's address is private or its port is not allowed; allow_hosts can make an exception for an own server"
	}
	return e
}

func classOf(err error) Class {
	var network net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort),
		errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return Forbidden
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.As(err, &dns):
		return DNS
	case isTLS(err):
		return TLS
	case errors.As(err, &network) && network.Timeout():
		return Timeout
	}
	return Unreachable
}

func isTLS(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		unknown     x509.UnknownAuthorityError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
	)
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &unknown) || errors.As(err, &hostname) || errors.As(err, &invalid)
}

// detail drops the URL that package http puts around the cause.
func detail(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return err.Error()
}
