package feeds

import (
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pressalert/feeds/strict"
)

//go:embed library/*.toml
var library embed.FS

// Library is the directory of the feed lists that ship with the bot.
func Library() fs.FS {
	dir, err := fs.Sub(library, "library")
	if err != nil {
		panic(err) // the name is a constant that the embed directive proves valid
	}
	return dir
}

// A Catalogue is all feeds in force. It is immutable.
type Catalogue struct {
	feeds []Feed
	byID  map[string]Feed
}

// Feeds returns every feed, those that are off included, in the order of files and lines.
// The slice must not be changed.
func (c *Catalogue) Feeds() []Feed { return c.feeds }

// On returns the feeds that are to be read.
func (c *Catalogue) On() []Feed {
	return slices.DeleteFunc(slices.Clone(c.feeds), func(f Feed) bool { return f.Off })
}

// Feed returns the feed with the given id.
func (c *Catalogue) Feed(id string) (Feed, bool) {
	f, ok := c.byID[id]
	return f, ok
}

// feedFile is the form of a feed list.
type feedFile struct {
	Feed []struct {
		ID        string   `toml:"id"`
		URL       string   `toml:"url"`
		Title     string   `toml:"title"`
		Publisher string   `toml:"publisher"`
		Kind      string   `toml:"kind"`
		Country   string   `toml:"country"`
		Languages []string `toml:"languages"`
		Fallbacks []string `toml:"fallbacks"`
		Proxy     string   `toml:"proxy"`
		Schedule  string   `toml:"schedule"`
		FullText  bool     `toml:"full_text"`
		Off       bool     `toml:"off"`
	} `toml:"feed"`
}

// Parse reads every .toml file of dir. If there is any error it returns no catalogue, and the error
// holds all of them as strict.Problems.
func Parse(dir fs.FS) (*Catalogue, error) {
	sources, err := strict.ReadDir(dir, ".")
	var problems strict.Problems
	errors.As(err, &problems)
	return parse(sources, problems)
}

// ParseSources reads feed lists that were read already, so that an edit can be checked before it is
// written. Of none it makes an empty catalogue; otherwise it is as Parse.
func ParseSources(sources []strict.Source) (*Catalogue, error) { return parse(sources, nil) }

func parse(sources []strict.Source, problems strict.Problems) (*Catalogue, error) {
	c := &catalogueParser{byID: make(map[string]strict.Pos), byURL: make(map[string]strict.Pos)}
	for _, src := range sources {
		c.file(src)
	}
	if err := append(problems, c.problems...).Err(); err != nil {
		return nil, err
	}
	cat := &Catalogue{feeds: c.feeds, byID: make(map[string]Feed, len(c.feeds))}
	for _, f := range c.feeds {
		cat.byID[f.ID] = f
	}
	return cat, nil
}

type catalogueParser struct {
	feeds    []Feed
	byID     map[string]strict.Pos
	byURL    map[string]strict.Pos // by feedKey
	problems strict.Problems
}

func (c *catalogueParser) file(src strict.Source) {
	var v feedFile
	f, problems := strict.Decode(src, &v)
	c.problems = append(c.problems, problems...)
	if f == nil {
		return
	}
	for i, raw := range v.Feed {
		feed := Feed{
			ID: raw.ID, URL: raw.URL, Title: raw.Title, Publisher: raw.Publisher, Kind: Kind(raw.Kind),
			Country: raw.Country, Languages: raw.Languages, Fallbacks: raw.Fallbacks, Proxy: raw.Proxy,
			FullText: raw.FullText, Off: raw.Off,
		}
		if feed.Title == "" {
			feed.Title = feed.ID
		}
		if feed.Publisher == "" {
			feed.Publisher = feed.Title
		}
		if feed.Kind == "" {
			feed.Kind = IndependentMedia
		}
		if raw.Schedule != "" {
			schedule, err := ParseSchedule(raw.Schedule)
			if err != nil {
				c.problems = append(c.problems, f.Problem(f.At("feed", i, "schedule"), `write it like "*/10 * * * *" or "@every 10m"`, "schedule %v", err))
			}
			feed.Schedule = schedule
		}
		if c.check(f, i, feed) {
			c.feeds = append(c.feeds, feed)
		}
	}
}

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// check notes what is wrong with a feed and reports whether it may stand.
func (c *catalogueParser) check(f *strict.File, i int, feed Feed) bool {
	before := len(c.problems)
	bad := func(key, hint, format string, args ...any) {
		c.problems = append(c.problems, f.Problem(f.At("feed", i, key), hint, format, args...))
	}
	switch {
	case feed.ID == "":
		bad("id", `add id = "some-name"`, "feed without an id")
	case !idForm.MatchString(feed.ID):
		bad("id", `write it like "example-news"`, "feed id %q is not of lower-case letters, digits and hyphens", feed.ID)
	default:
		if first, known := c.byID[feed.ID]; known {
			bad("id", "", "feed id %q is already used at %s", feed.ID, first)
		}
		c.byID[feed.ID] = f.At("feed", i, "id")
	}
	switch {
	case feed.URL == "":
		bad("url", "", "feed %s has no url", strconv.Quote(feed.ID))
	case !isWebAddress(feed.URL):
		bad("url", "it begins with https:// or http://", "url %q is not a web address", feed.URL)
	default:
		if first, known := c.byURL[feedKey(feed.URL)]; known {
			bad("url", "", "this url is already read by the feed at %s", first)
		}
		c.byURL[feedKey(feed.URL)] = f.At("feed", i, "url")
	}
	for n, fallback := range feed.Fallbacks {
		if name, isProxy := strings.CutPrefix(fallback, proxyPrefix); isWebAddress(fallback) || isProxy && idForm.MatchString(name) {
			continue
		}
		at := f.At("feed", i, "fallbacks", n)
		c.problems = append(c.problems, f.Problem(at, `write https://... or "proxy:NAME" with a name of [proxies] in the config`, "fallback %q is neither a web address nor a proxy", fallback))
	}
	if feed.Proxy != "" && !idForm.MatchString(feed.Proxy) {
		bad("proxy", `write a name of [proxies] in the config, such as "tor"`, "proxy %q is not a name", feed.Proxy)
	}
	if !slices.Contains(Kinds(), feed.Kind) {
		bad("kind", kindHint(string(feed.Kind)), "unknown kind %q", feed.Kind)
	}
	if feed.Country != "" && !countryForm.MatchString(feed.Country) {
		bad("country", `two capitals such as "KH", or leave it out for an international outlet`, "country %q is not an ISO 3166 code", feed.Country)
	}
	for n, l := range feed.Languages {
		if !languageForm.MatchString(l) {
			at := f.At("feed", i, "languages", n)
			c.problems = append(c.problems, f.Problem(at, `such as "km" or "pt-BR"`, "language %q is not a BCP 47 code", l))
		}
	}
	return len(c.problems) == before
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func kindHint(kind string) string {
	var known []string
	for _, k := range Kinds() {
		known = append(known, string(k))
	}
	if hint := strict.DidYouMean(kind, known); hint != "" {
		return hint
	}
	return "one of " + strings.Join(known, ", ")
}
