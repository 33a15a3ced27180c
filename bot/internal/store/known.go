package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"pressalert/feeds"
)

// A seen is what the store has of an item.
type seen struct {
	id             int64
	feed           string
	guid           feeds.Key
	title, summary string
	published      time.Time
	seen           time.Time
	story          sql.NullInt64
	// met is true once an item of the document at hand was found to be this one. A document that holds it
	// twice must not edit it to and fro.
	met bool
}

// knowledge is what the store has of the items of one document, by their keys.
type knowledge map[feeds.Key]*seen

// A standing is how an item of a document stands to what the store has.
type standing int

const (
	unseen    standing = iota // never seen
	same                      // seen, and nothing to add
	rekeyed                   // seen, under a further key
	edited                    // seen in this feed, with another title or summary
	elsewhere                 // seen in another feed, and now for the first time in this one
)

// News is what a document holds that the store has not.
type News struct {
	// Items are those that Record has something to do for, in the order of the document.
	Items []feeds.Item
	// New are the places in Items of those that were never seen.
	New []int
}

// News compares the items of a document with what is stored. It changes nothing; between it and Record
// another feed may bring the same items, which Record finds out for itself.
func (s *Store) News(ctx context.Context, items []feeds.Item) (News, error) {
	known, err := lookUp(ctx, s.read, items)
	if err != nil {
		return News{}, fmt.Errorf("look up items: %w", err)
	}
	var news News
	for _, item := range items {
		item, _, standing := known.meet(item)
		if standing == unseen {
			news.New = append(news.New, len(news.Items))
		}
		if standing != same {
			news.Items = append(news.Items, item)
		}
	}
	return news, nil
}

// meet finds the stored item that the item is. It returns the item with all its keys.
func (k knowledge) meet(item feeds.Item) (feeds.Item, *seen, standing) {
	item, found := k.find(item)
	if found == nil {
		return item, nil, unseen
	}
	again := found.met
	found.met = true
	first := slices.ContainsFunc(item.Keys, func(key feeds.Key) bool { return k[key] == nil })
	switch {
	case found.feed != item.Feed && first:
		return item, found, elsewhere
	case found.feed == item.Feed && !again && (found.title != item.Title || found.summary != item.Summary):
		return item, found, edited
	case first:
		return item, found, rekeyed
	}
	return item, found, same
}

// find climbs the ladder of identity: the publisher's own id first, which is never mistaken; then the
// other keys, unless what they lead to is another item.
func (k knowledge) find(item feeds.Item) (feeds.Item, *seen) {
	if found := k[item.GUID]; item.GUID != "" && found != nil {
		return item, found
	}
	own := item
	own.Keys = item.Keys
	if item.GUID == "" {
		own.Keys = append([]feeds.Key{variantKey(item)}, item.Keys...)
		if found := k[own.Keys[0]]; found != nil {
			return own, found
		}
	}
	for _, key := range item.Keys {
		switch found := k[key]; {
		case found == nil:
		case another(item, found):
			return own, nil
		case found.feed != item.Feed:
			return own, found
		default:
			return item, found
		}
	}
	return item, nil
}

// another reports whether an item with a known key is another item all the same: there are pages of
// running coverage, and front pages, that entry after entry links to. A guid that was rewritten leaves
// the title or the date as it was; without guids only a title that has little in common counts, since an
// edit may change title and date.
func another(item feeds.Item, found *seen) bool {
	if !item.Published.IsZero() && item.Published.Equal(found.published) {
		return false
	}
	title, known := foldTitle(item.Title), foldTitle(found.title)
	if item.GUID != "" && found.guid != "" && found.feed == item.Feed {
		return title != known
	}
	return likeness(title, known) < otherTitle
}

// otherTitle is the likeness below which two titles are of two articles. Rewritten headlines of one
// article keep about half of their triples of letters; headlines of two on one subject, such as a dozen
// about an internet shutdown, have less than a third in common.
const otherTitle = 0.4

// likeness is the share of triples of neighbouring letters that two texts have in common (Dice), from 0
// to 1. It needs no words, so it holds for every script.
func likeness(a, b string) float64 {
	if a == b {
		return 1
	}
	known := make(map[[3]rune]int)
	total, shared := 0, 0
	for t := range triples(a) {
		known[t]++
		total++
	}
	for t := range triples(b) {
		if known[t] > 0 {
			known[t]--
			shared++
		}
		total++
	}
	return 2 * float64(shared) / float64(total)
}

// triples yields each letter with the two before it.
func triples(text string) iter.Seq[[3]rune] {
	return func(yield func([3]rune) bool) {
		var t [3]rune
		for _, r := range text {
			t = [3]rune{t[1], t[2], r}
			if !yield(t) {
				return
			}
		}
	}
}

// foldTitle is a title without case, signs and spaces.
func foldTitle(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

// variantKey is the key of an item without a guid whose other keys are shared: with another article in
// its feed, or with the same article in another feed.
func variantKey(item feeds.Item) feeds.Key {
	last := item.Keys[len(item.Keys)-1]
	sum := sha256.Sum256([]byte(strings.Join([]string{"variant", item.Feed, string(last), foldTitle(item.Title)}, "\x00")))
	return feeds.Key(hex.EncodeToString(sum[:16]))
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// keysAtOnce bounds the parameters of one query; databases allow from 999 on.
const keysAtOnce = 500

// lookUp reads what the store has of the items, many keys in one query.
func lookUp(ctx context.Context, q querier, items []feeds.Item) (knowledge, error) {
	var keys []any
	for _, item := range items {
		for _, key := range item.Keys {
			keys = append(keys, key)
		}
		if item.GUID == "" {
			keys = append(keys, variantKey(item))
		}
	}
	known, byID := make(knowledge), make(map[int64]*seen)
	for chunk := range slices.Chunk(keys, keysAtOnce) {
		if err := known.read(ctx, q, chunk, byID); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// read adds what the store has under some keys. Keys of one item lead to one seen.
func (k knowledge) read(ctx context.Context, q querier, keys []any, byID map[int64]*seen) error {
	rows, err := q.QueryContext(ctx, `
		SELECT k.item_key, i.id, i.feed, i.guid_key, i.title, i.summary, i.published, i.seen, i.story
		FROM item_keys k JOIN items i ON i.id = k.item WHERE k.item_key IN (`+places(len(keys))+`)`, keys...)
	_, err = collect(rows, err, func(r *sql.Rows) (key feeds.Key, err error) {
		var s seen
		var published, at sql.NullInt64
		err = r.Scan(&key, &s.id, &s.feed, &s.guid, &s.title, &s.summary, &published, &at, &s.story)
		s.published, s.seen = fromMillis(published), fromMillis(at)
		if byID[s.id] == nil {
			byID[s.id] = &s
		}
		k[key] = byID[s.id]
		return key, err
	})
	return err
}

// places writes n parameters.
func places(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String()
}
