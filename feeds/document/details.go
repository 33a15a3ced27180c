package document

import (
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"pressalert/feeds"
	"pressalert/feeds/text"
)

const (
	// maxAuthors bounds the authors that are named; more are not read.
	maxAuthors = 3
	// maxAuthor and maxCategory bound a name and a category, in characters, and maxCategories their
	// number. Some publishers give whole lists of search words.
	maxAuthor, maxCategory, maxCategories = 100, 60, 20
)

// author names the first authors of an entry. One who gives only a mail address has no name to show.
func author(raw *gofeed.Item) string {
	people := raw.Authors
	if len(people) == 0 && raw.Author != nil {
		people = []*gofeed.Person{raw.Author}
	}
	var names []string
	for _, p := range people {
		if p == nil {
			continue
		}
		if name := text.Plain(p.Name, maxAuthor); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) == maxAuthors {
			break
		}
	}
	return text.Shorten(strings.Join(names, ", "), maxAuthor)
}

// categories returns those of an entry, each once, in its order.
func categories(raw *gofeed.Item) []string {
	var kept []string
	for _, c := range raw.Categories {
		if len(kept) == maxCategories {
			break
		}
		c = text.Plain(c, maxCategory)
		if c != "" && !slices.ContainsFunc(kept, func(k string) bool { return strings.EqualFold(k, c) }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// image returns the address of the entry's picture: the one that it names, an enclosed picture, a
// picture or a thumbnail of Media RSS.
func (r reader) image(raw *gofeed.Item) string {
	if raw.Image != nil {
		if address := r.address(raw.Image.URL); address != "" {
			return address
		}
	}
	for _, e := range raw.Enclosures {
		if e != nil && strings.HasPrefix(strings.ToLower(e.Type), "image/") {
			if address := r.address(e.URL); address != "" {
				return address
			}
		}
	}
	return r.address(mediaImage(raw))
}

// mediaImage looks where Media RSS may have a picture: in the item, or in a group of it.
func mediaImage(raw *gofeed.Item) string {
	media := raw.Extensions["media"]
	if media == nil {
		return ""
	}
	places := []map[string][]ext.Extension{media}
	for _, group := range media["group"] {
		places = append(places, group.Children)
	}
	for _, place := range places {
		for _, e := range place["content"] {
			if isPicture(e) {
				return e.Attrs["url"]
			}
			places = append(places, e.Children)
		}
	}
	for _, place := range places {
		for _, e := range place["thumbnail"] {
			return e.Attrs["url"]
		}
	}
	return ""
}

// isPicture reads the kind of a Media RSS content; one that says nothing is told by its ending.
func isPicture(e ext.Extension) bool {
	kind := strings.ToLower(e.Attrs["medium"] + e.Attrs["type"])
	if kind != "" {
		return strings.HasPrefix(kind, "image")
	}
	path, _, _ := strings.Cut(strings.ToLower(e.Attrs["url"]), "?")
	return slices.ContainsFunc([]string{".jpg", ".jpeg", ".png", ".webp", ".gif"}, func(ending string) bool {
		return strings.HasSuffix(path, ending)
	})
}

// address returns the canonical form of a link as the entry gives it, or "" for what no browser opens.
func (r reader) address(link string) string {
	return feeds.CanonicalLink(resolve(r.base, link))
}
