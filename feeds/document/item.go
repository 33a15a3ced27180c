package document

import (
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"golang.org/x/text/language"

	"pressalert/feeds"
	"pressalert/feeds/lang"
	"pressalert/feeds/text"
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
	source   string   // the address of the document
	base     *url.URL // what links are relative to
	declared []string // languages
	now      time.Time
}

func newReader(parsed *gofeed.Feed, feed feeds.Feed, address string, now time.Time) reader {
	r := reader{feed: feed, source: address, base: parseBase(address), declared: declaredLanguages(feed.Languages, parsed.Language), now: now}
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

// fill sets what the parsed feed says.
func (r reader) fill(doc *Document, parsed *gofeed.Feed) {
	doc.Title = text.Plain(parsed.Title, maxTitle)
	doc.Home = feeds.CanonicalLink(resolve(parseBase(r.source), parsed.Link))
	doc.Language = languageCode(parsed.Language)
	doc.Pace = paceOf(parsed)
	doc.Items = r.items(parsed)
}

// items leaves out entries that have neither text nor link, since there is nothing in them to show.
func (r reader) items(parsed *gofeed.Feed) []feeds.Item {
	var entries []feeds.Entry
	own := ownLanguages(parsed)
	for i, raw := range parsed.Items {
		if raw == nil {
			continue
		}
		if item := r.item(raw, own[i]); item.Title != "" {
			entries = append(entries, feeds.Entry{Item: item, GUID: strings.TrimSpace(raw.GUID)})
		}
	}
	return feeds.AssignKeys(entries)
}

// ownLanguages returns what each entry of parsed declares as its language, or "".
func ownLanguages(parsed *gofeed.Feed) []string {
	own := make([]string, len(parsed.Items))
	for i, raw := range parsed.Items {
		if raw != nil && raw.DublinCoreExt != nil && len(raw.DublinCoreExt.Language) > 0 {
			own[i] = raw.DublinCoreExt.Language[0]
		}
	}
	if original, ok := parsed.OriginalFeed().(*jsonfeed.Feed); ok && len(original.Items) == len(own) {
		for i, item := range original.Items {
			own[i] = item.Language
		}
	}
	return own
}

func (r reader) item(raw *gofeed.Item, declared string) feeds.Item {
	title := text.Plain(raw.Title, maxTitle)
	item := feeds.Item{
		Feed:       r.feed.ID,
		Title:      title,
		Summary:    summary(raw, title),
		Link:       r.link(raw),
		Kind:       r.feed.Kind,
		Author:     author(raw),
		Categories: categories(raw),
		Image:      r.image(raw),
		Published:  published(raw, r.now),
		Seen:       r.now,
	}
	if item.Title == "" {
		item.Title = text.Shorten(item.Summary, madeTitle)
	}
	if item.Title == "" {
		item.Title = text.Shorten(item.Link, maxTitle)
	}
	item.Language = lang.Of(item.Title+". "+item.Summary, r.languages(declared))
	return item
}

// languages are those that an entry may have: its own, or those of its feed.
func (r reader) languages(declared string) []string {
	if code := languageCode(declared); code != "" {
		return []string{code}
	}
	return r.declared
}

// summary returns the description, or the beginning of the content if there is none.
func summary(raw *gofeed.Item, title string) string {
	for _, fragment := range []string{raw.Description, raw.Content} {
		if s := withoutFooter(text.Summary(fragment, maxSummary), title); s != "" {
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
