package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"pressalert/feeds"
)

// A Document is a feed's text as it was received.
type Document struct {
	Body []byte
	// ContentType is the header of that name, or "".
	ContentType string
	// URL is the address that gave it, against which relative links are read.
	URL string
}

// Parse reads an RSS, Atom, RDF or JSON feed. Its items stand in the order of the document, have plain
// text, a canonical link and at least one key, and were seen at now. The error is an *Error. A document
// that was cut in the middle gives an error and no items: the next poll finds them all.
func Parse(doc Document, feed feeds.Feed, now time.Time) ([]feeds.Item, error) {
	items, err := parse(doc, feed, now)
	if err != nil {
		return nil, classify(err).of(feed)
	}
	return items, nil
}

func parse(doc Document, feed feeds.Feed, now time.Time) ([]feeds.Item, error) {
	text := toUTF8(doc.Body, doc.ContentType)
	if len(text) == 0 {
		return nil, &Error{Class: Empty, Detail: "the answer has no body"}
	}
	if err := checkBounds(text); err != nil {
		return nil, err
	}
	parsed, err := gofeedParse(text)
	switch {
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected):
		return nil, notAFeed(text, doc.URL)
	case err != nil:
		return nil, &Error{Class: Malformed, Detail: "the feed is broken: " + err.Error(), cause: err}
	case parsed.FeedType == "json" && parsed.FeedVersion == "":
		return nil, &Error{Class: NotAFeed, Detail: "this is JSON, but not a JSON feed"}
	}
	return newReader(parsed, feed, doc.URL, now).items(parsed), nil
}

// gofeedParse parses with a fresh parser, since a parser that panicked may be left in any state.
func gofeedParse(text []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	parser := gofeed.NewParser()
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return parser.Parse(bytes.NewReader(text))
}

// headWindow is where a web page's links to its feeds are looked for, in bytes.
const headWindow = 256 << 10

// notAFeed says what the document is instead, and for a web page where its feed may be.
func notAFeed(text []byte, base string) error {
	e := &Error{Class: NotAFeed, Detail: "this is neither RSS, Atom nor a JSON feed"}
	if !isHTML(text) {
		return e
	}
	e.Detail = "this is a web page"
	if link := feedLink(text[:min(len(text), headWindow)], base); link != "" {
		e.Detail += "; its feed may be " + link
	}
	return e
}

func isHTML(text []byte) bool {
	start := strings.ToLower(string(text[:min(len(text), 1024)]))
	return strings.Contains(start, "<!doctype html") || strings.Contains(start, "<html")
}

// feedLink returns the address of the first feed that a page names in its head, or "".
func feedLink(page []byte, base string) string {
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		t := z.Token()
		attr := make(map[string]string, len(t.Attr))
		for _, a := range t.Attr {
			attr[a.Key] = a.Val
		}
		if t.Data == "link" && strings.Contains(strings.ToLower(attr["rel"]), "alternate") && isFeedType(attr["type"]) {
			return feeds.CanonicalLink(resolve(parseBase(base), attr["href"]))
		}
	}
}

func isFeedType(mediaType string) bool {
	switch strings.ToLower(mediaType) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		return true
	}
	return false
}

// parseBase returns nil for an address that nothing can be relative to.
func parseBase(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || !u.IsAbs() || u.Host == "" {
		return nil
	}
	return u
}

// resolve reads a link relative to base, which may be nil. A link that cannot be read gives "".
func resolve(base *url.URL, link string) string {
	link = strings.TrimSpace(link)
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	if base == nil {
		return u.String()
	}
	return base.ResolveReference(u).String()
}
