// Package document turns what a feed's server sent into items: it finds the character set, mends what
// can be mended, parses RSS, Atom, RDF or JSON, and makes plain text of the entries. What comes is outside
// text, so all of it is bounded: depth, elements, items, length of a text. It fetches nothing.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"pressalert/feeds"
)

// A Source is a feed's text as it was received.
type Source struct {
	Body []byte
	// ContentType is the header of that name, or "".
	ContentType string
	// URL is the address that gave it, against which relative links are read.
	URL string
}

// A Document is what a feed's text says.
type Document struct {
	// Title is the feed's own, and Home the address of the page that it is the feed of; either may be "".
	Title, Home string
	// Language is the BCP 47 code that the feed declares, or "".
	Language string
	// Items stand in the order of the text, usually the newest first. They have plain text, a canonical
	// link and at least one key.
	Items []feeds.Item
	// Pace is how often the publisher wants the feed to be read.
	Pace feeds.Pace
	// Charset is the name of the character set that it was read in.
	Charset string
	// Mended says what had to be put right before it could be parsed, in words for an admin; usually nothing.
	Mended []string
	// Cut is true if the text ended in the middle, and an item at its end may be missing: nothing of the
	// answer should be kept that lets the server say "not changed" the next time.
	Cut bool
}

// Parse reads an RSS, Atom, RDF or JSON feed, whose items were seen at now. The error is a *feeds.Error.
//
// What the parser refuses is mended if it can be, and read again. A text that ends in the middle gives
// its whole items and is marked Cut. That a transfer broke off is for the caller to see, by the length
// that the server told or by its chunks, and never comes here: what ends early here did so on the
// publisher's side, often for days, and its items would be missed for as long.
func Parse(src Source, feed feeds.Feed, now time.Time) (Document, error) {
	doc, err := parse(src, feed, now)
	if err == nil {
		return doc, nil
	}
	e, known := errors.AsType[*feeds.Error](err)
	if !known {
		e = &feeds.Error{Class: feeds.Malformed, Detail: err.Error(), Cause: err}
	}
	return Document{}, e.Of(feed)
}

func parse(src Source, feed feeds.Feed, now time.Time) (Document, error) {
	read := toUTF8(src.Body, src.ContentType, feed.Languages)
	if len(read.text) == 0 {
		return Document{}, &feeds.Error{Class: feeds.Empty, Detail: "the answer has no body"}
	}
	parsed, broken, err := strict(read.text, src)
	var doc Document
	if broken {
		if s, ok := salvage(src, feed.Languages); ok && (parsed == nil || len(s.feed.Items) >= len(parsed.Items)) {
			doc = Document{Mended: s.notes, Cut: s.cut}
			parsed, read, err = s.feed, s.read, nil
		}
	}
	if err != nil {
		return Document{}, err
	}
	doc.Charset = read.charset
	switch {
	case read.guessed && read.charset == "utf-8":
		doc.Mended = append(doc.Mended, "some letters are not whole")
	case read.guessed:
		doc.Mended = append(doc.Mended, "the letters are not in the character set that is declared; read as "+read.charset)
	}
	newReader(parsed, feed, src.URL, now).fill(&doc, parsed)
	return doc, nil
}

// strict parses text as it is. Broken is true where mending may help: the parser refused it, or it
// may have passed over items. A text beyond the bounds is not broken, except one whose depth comes from elements
// that were never closed.
func strict(text []byte, src Source) (parsed *gofeed.Feed, broken bool, err error) {
	seen, err := checkBounds(text)
	if err != nil {
		return nil, seen.deep || classOf(err) == feeds.Malformed, err
	}
	parsed, err = gofeedParse(text)
	switch {
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected):
		return nil, true, notAFeed(text, src.URL)
	case err != nil:
		return nil, true, &feeds.Error{Class: feeds.Malformed, Detail: "the feed is broken: " + err.Error(), Cause: err}
	case parsed.FeedType == "json" && parsed.FeedVersion == "":
		return nil, true, &feeds.Error{Class: feeds.NotAFeed, Detail: "this is JSON, but not a JSON feed"}
	}
	return parsed, seen.odd || len(parsed.Items) == 0 && seen.items > 0, nil
}

func classOf(err error) feeds.Class {
	if e, ok := errors.AsType[*feeds.Error](err); ok {
		return e.Class
	}
	return ""
}

// gofeedParse parses with a fresh parser, since a parser that panicked may be left in any state.
func gofeedParse(text []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true // it alone has ttl, skipHours and skipDays
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return parser.Parse(bytes.NewReader(text))
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
