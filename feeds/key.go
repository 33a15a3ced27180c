package feeds

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// A Key identifies an item over polls, feeds and restarts. It is a hash, so its size is bounded
// whatever a publisher puts in.
type Key string

// An Entry is an item as it stands in a feed document, with the identity that the publisher gave it.
type Entry struct {
	Item Item
	// GUID is the publisher's id of the entry, or "".
	GUID string
}

// AssignKeys gives the items of one document their keys by a ladder: the guid, scoped to the feed
// because many publishers count 1, 2, 3; the canonical link, which also finds the item again after its
// guid changed or in another feed of the same outlet; and only if it has neither, the title with its
// day. A guid or link that stands on several entries of the document identifies none of them: there
// are feeds whose every entry links to the front page, and trusting it would hide all but the first.
func AssignKeys(entries []Entry) []Item {
	guids, links := make(map[string]int), make(map[string]int)
	for _, e := range entries {
		guids[e.GUID]++
		links[linkKey(e.Item.Link)]++
	}
	items := make([]Item, 0, len(entries))
	for _, e := range entries {
		item := e.Item
		if e.GUID != "" && guids[e.GUID] == 1 {
			item.GUID = makeKey("guid", item.Feed, e.GUID)
			item.Keys = append(item.Keys, item.GUID)
		}
		if link := linkKey(item.Link); link != "" && links[link] == 1 {
			item.Keys = append(item.Keys, makeKey("link", link))
		}
		if len(item.Keys) == 0 {
			item.Keys = []Key{makeKey("title", item.Feed, foldTitle(item), day(item.Published))}
		}
		items = append(items, item)
	}
	return items
}

// linkKey is the part of a link that tells articles apart. The scheme, a "www." and a slash at the end
// vary without meaning; a bare host is a front page and identifies nothing.
func linkKey(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	if path == "" && u.RawQuery == "" {
		return ""
	}
	return strings.TrimPrefix(u.Host, "www.") + path + "?" + u.RawQuery
}

// foldTitle is the title without case, signs and spaces, or the summary of an item without a title.
func foldTitle(i Item) string {
	text := i.Title
	if text == "" {
		text = i.Summary
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// day is "" for items without a date, so that they keep one key for ever.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// makeKey hashes the parts, kept apart by a byte that no part contains in practice. 16 bytes of SHA-256
// make an accidental clash impossible for any number of items that a bot will see.
func makeKey(parts ...string) Key {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Key(hex.EncodeToString(sum[:16]))
}
