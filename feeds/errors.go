package feeds

import (
	"strings"
	"time"

	"pressalert/feeds/text"
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
	// Timeout means that the feed was not read to the end in time, or came too slowly.
	Timeout Class = "timeout"
	// Status means that the server answered with an error of its own; Code says which.
	Status Class = "status"
	// Gone means that the server says the feed will not come back (410).
	Gone Class = "gone"
	// Refused means that the server lets nobody in, or not us (401, 403).
	Refused Class = "refused"
	// Legal means that the feed is withheld for legal reasons (451, RFC 7725): censorship, often.
	Legal Class = "withheld-by-law"
	// Busy means that the server asks to be left alone for a while (429, 503).
	Busy Class = "busy"
	// BotWall means that a page which tells people from programs stands before the feed.
	BotWall Class = "bot-protection"
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
	// Code is the HTTP status that the server answered with, or 0.
	Code int
	// RetryAfter is how long the server asked us to wait, at most a day; 0 if it did not.
	RetryAfter time.Duration
	// Detail says to an admin what happened, on one line. It does not hold the query of the feed's URL,
	// where some servers put a key.
	Detail string
	// Cause is what the network or the parser said, or nil.
	Cause error
}

// Error returns feed, class and detail on one line.
func (e *Error) Error() string {
	return "feed " + e.Feed + ": " + string(e.Class) + ": " + e.Detail
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// maxDetail bounds what is told of others' words, in characters.
const maxDetail = 300

// Of names the feed in e, tidies what servers and parsers said, and returns e.
func (e *Error) Of(feed Feed) *Error {
	e.Feed = feed.ID
	for _, way := range feed.Ways() {
		if _, query, found := strings.Cut(way.URL, "?"); found && query != "" {
			e.Detail = strings.ReplaceAll(e.Detail, query, "<query>")
		}
	}
	e.Detail = text.Shorten(text.Clean(e.Detail), maxDetail)
	return e
}
