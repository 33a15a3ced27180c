package fetch

import (
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/language"

	"pressalert/feeds"
	"pressalert/feeds/lang"
)

const (
	// maxTitle and maxSummary bound what is kept of a text, in characters. Titles of real feeds stay
	// under 300; a summary is for matching and for quoting its first sentences.
	maxTitle, maxSummary = 1000, 5000
	// madeTitle is the length of a title taken from the summary, in characters.
	madeTitle = 120
	// firstYear is the year of the first news sites; earlier dates are mistakes, 1970 most of all.
	firstYear = 1995
	// clockSkew is how far in the future a date may lie before it is disbelieved: time zones written
	// wrongly reach 14 hours, and what lies further is an event's date or a typing error.
	clockSkew = 24 * time.Hour
)

// A reader turns the entries of one parsed feed into items.
type reader struct {
	feed     feeds.Feed
	base     *url.URL
	declared []string // languages
	now      time.Time
}

func newReader(parsed *gofeed.Feed, feed feeds.Feed, address string, now time.Time) reader {
	r := reader{feed: feed, base: parseBase(address), declared: declaredLanguages(feed.Languages, parsed.Language), now: now}
	if home := parseBase(resolve(r.base, parsed.Link)); home != nil {
		r.base = home
	}
	return r
}

// declaredLanguages are those that entries may have which name none of their own. The feed list was
// written by a person, while many a feed declares what its software came with (WordPress: en-US), so a
// declaration counts only where none is listed.
func declaredLanguages(listed []string, declared string) []string {
	if code := languageCode(declared); len(listed) == 0 && code != "" {
		return []string{code}
	}
	return listed
}

// items leaves out entries that have neither text nor link, since there is nothing in them to show.
func (r reader) items(parsed *gofeed.Feed) []feeds.Item {
	var entries []feeds.Entry
	for _, raw := range parsed.Items {
		if raw == nil {
			continue
		}
		if item := r.item(raw); item.Title != "" {
			entries = append(entries, feeds.Entry{Item: item, GUID: strings.TrimSpace(raw.GUID)})
		}
	}
	return feeds.AssignKeys(entries)
}

func (r reader) item(raw *gofeed.Item) feeds.Item {
	title := plainText(raw.Title, maxTitle)
	item := feeds.Item{
		Feed:      r.feed.ID,
		Title:     title,
		Summary:   summary(raw, title),
		Link:      r.link(raw),
		Kind:      r.feed.Kind,
		Published: published(raw, r.now),
		Seen:      r.now,
	}
	if item.Title == "" {
		item.Title = shorten(item.Summary, madeTitle)
	}
	if item.Title == "" {
		item.Title = shorten(item.Link, maxTitle)
	}
	item.Language = lang.Of(item.Title+". "+item.Summary, r.languages(raw))
	return item
}

// languages are those that an entry may have: its own, or those of its feed.
func (r reader) languages(raw *gofeed.Item) []string {
	if dc := raw.DublinCoreExt; dc != nil && len(dc.Language) > 0 {
		if code := languageCode(dc.Language[0]); code != "" {
			return []string{code}
		}
	}
	return r.declared
}

// summary returns the description, or the beginning of the content if there is none.
func summary(raw *gofeed.Item, title string) string {
	for _, text := range []string{raw.Description, raw.Content} {
		if s := withoutFooter(plainText(text, maxSummary), title); s != "" {
			return s
		}
	}
	return ""
}

// link returns the canonical form of the entry's link, or of what stands for it: the address behind a
// FeedBurner link, or a guid that is an address.
func (r reader) link(raw *gofeed.Item) string {
	for _, link := range []string{raw.Link, originalLink(raw)} {
		if canonical := feeds.CanonicalLink(resolve(r.base, link)); canonical != "" {
			return canonical
		}
	}
	return feeds.CanonicalLink(raw.GUID)
}

func originalLink(raw *gofeed.Item) string {
	for _, e := range raw.Extensions["feedburner"]["origLink"] {
		return e.Value
	}
	return ""
}

// published returns the date that the entry gives, if it can be true.
func published(raw *gofeed.Item, now time.Time) time.Time {
	for _, t := range []*time.Time{raw.PublishedParsed, raw.UpdatedParsed} {
		switch {
		case t == nil || t.Year() < firstYear || t.After(now.Add(clockSkew)):
		case t.After(now):
			return now.UTC()
		default:
			return t.UTC()
		}
	}
	return time.Time{}
}

// languageCode returns the BCP 47 form of what feeds write for a language, or "".
func languageCode(declared string) string {
	tag, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(declared), "_", "-"))
	if err != nil {
		return ""
	}
	if base, _, _ := tag.Raw(); base.String() == "und" {
		return "" // also of private tags such as x-default
	}
	return tag.String()
}
