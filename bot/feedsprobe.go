package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

// A probe is one reading of a feed by hand.
type probe struct {
	feed   feeds.Feed
	answer fetch.Answer
	doc    document.Document
	// page is the web page that named the feed, "" if the feed's own address was given.
	page string
}

// mostLinks bounds the feeds of a web page that are tried.
const mostLinks = 5

// probeFeed reads the feed at address or, if that is a web page, the first that the page names.
func probeFeed(env *environment, cfg Config, feed feeds.Feed) (probe, error) {
	fetcher, err := newFetcher(cfg)
	if err != nil {
		return probe{}, err
	}
	defer fetcher.Close()
	read := func(feed feeds.Feed) (p probe, err error) {
		p.feed = feed
		now := time.Now()
		if p.answer, err = fetcher.Fetch(env.ctx, fetch.Request{Feed: feed, Way: feed.Ways()[0], Now: now}); err == nil {
			p.doc, err = document.Parse(p.answer.Source, feed, now)
		}
		return p, err
	}
	p, failed := read(feed)
	if e, ok := errors.AsType[*feeds.Error](failed); !ok || e.Class != feeds.NotAFeed {
		return p, failed
	}
	links := document.FeedLinks(p.answer.Source)
	for _, link := range links[:min(len(links), mostLinks)] {
		found := feed
		found.URL = link
		if p, err := read(found); err == nil {
			p.page = feed.URL
			return p, nil
		}
	}
	return p, failed
}

// newFetcher returns a fetcher with the settings of the config. The caller closes it.
func newFetcher(cfg Config) (*fetch.Fetcher, error) {
	return fetch.New(fetch.Options{
		UserAgent: userAgent(cfg.Contact), Timeout: cfg.Poll.Timeout, AllowHosts: cfg.Poll.AllowHosts,
		PerHost: cfg.Poll.PerHost, Proxies: cfg.proxyURLs(), Dial: cfg.dial,
	})
}

type feedsTestCmd struct {
	URL string `arg:"" help:"Address of a feed, or of a web page that names one; or the id of a feed of the lists."`
}

// Help is shown by -h.
func (feedsTestCmd) Help() string {
	return "Reads a feed once and shows what the bot makes of it: where it is, how it is packed and written, how often it may\n" +
		"be read, its items, and which of them would be posted. Nothing is stored or sent.\n\n" +
		"Example: pressalert feeds test https://news.example/"
}

// Run reads the feed and prints a report.
func (cmd *feedsTestCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	lists, err := openFeeds(cfg)
	if err != nil {
		return err
	}
	set, err := openRules(cfg)
	if err != nil {
		return err
	}
	feed, known := lists.Get().Feed(cmd.URL)
	if !known {
		feed = feeds.Draft(cmd.URL, "", "")
	}
	p, err := probeFeed(env, cfg, feed)
	if err != nil {
		return err
	}
	if err := p.report(env.stdout, cfg); err != nil {
		return err
	}
	return p.alerts(env.stdout, set.Get())
}

// report prints what is known of the feed, a line a fact. Facts that there are none of are left out.
func (p probe) report(out io.Writer, cfg Config) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, printable(value))
		}
	}
	if p.page != "" {
		fact("page", p.page)
	}
	fact("feed", p.feed.URL)
	if p.answer.URL != p.feed.URL {
		fact("answered by", p.answer.URL)
	}
	if p.answer.Moved != "" {
		fact("moved", "for good, to "+p.answer.Moved+"; please change its url")
	}
	fact("certificate", p.answer.Issuer)
	fact("title", p.doc.Title)
	fact("home page", p.doc.Home)
	fact("type", p.answer.Source.ContentType)
	fact("characters", p.doc.Charset)
	fact("mended", strings.Join(p.doc.Mended, "; "))
	fact("validators", validatorsLine(p.answer.Validators))
	fact("read", paceLine(p, cfg))
	fact("items", itemsLine(p.doc.Items))
	return t.Flush()
}

// validatorsLine says whether the server can be asked "changed since?".
func validatorsLine(v feeds.Validators) string {
	switch {
	case v.ETag != "" && v.LastModified != "":
		return "ETag " + v.ETag + ", Last-Modified " + v.LastModified
	case v.ETag != "":
		return "ETag " + v.ETag
	case v.LastModified != "":
		return "Last-Modified " + v.LastModified
	}
	return "none, so it is read whole each time"
}

// paceLine says how often the feed would be read, and why.
func paceLine(p probe, cfg Config) string {
	schedule := cmp.Or(p.feed.Schedule.String(), cfg.Poll.Schedule.String())
	why := []string{"schedule " + schedule}
	if p.answer.Fresh > 0 {
		why = append(why, "its server says it stays fresh for "+p.answer.Fresh.String())
	}
	if p.doc.Pace.Every > 0 {
		why = append(why, "it asks for "+p.doc.Pace.Every.String()+" between two reads")
	}
	if p.doc.Pace.SkipHours != 0 || p.doc.Pace.SkipDays != 0 {
		why = append(why, "it names hours or days to skip")
	}
	return strings.Join(why, "; ")
}

// itemsLine counts the items, with the days that they span and their languages.
func itemsLine(items []feeds.Item) string {
	if len(items) == 0 {
		return "none"
	}
	var first, last time.Time
	languages := make(map[string]int)
	for _, i := range items {
		languages[cmp.Or(i.Language, "unknown")]++
		switch {
		case i.Published.IsZero():
		case first.IsZero():
			first, last = i.Published, i.Published
		case i.Published.Before(first):
			first = i.Published
		case i.Published.After(last):
			last = i.Published
		}
	}
	line := fmt.Sprint(len(items))
	if !first.IsZero() {
		line += ", " + first.Format("2 Jan 2006") + " to " + last.Format("2 Jan 2006")
	}
	for _, l := range slices.SortedFunc(maps.Keys(languages), func(a, b string) int {
		return cmp.Or(cmp.Compare(languages[b], languages[a]), cmp.Compare(a, b))
	}) {
		line += fmt.Sprintf(", %s %d", l, languages[l])
	}
	return line
}

// alerts prints which items would be posted.
func (p probe) alerts(out io.Writer, set *rules.Set) error {
	posts := 0
	for _, item := range p.doc.Items {
		a, matched := alert.Judge(item, p.feed, set.Match(item), item.Seen)
		if !matched {
			continue
		}
		posts++
		fmt.Fprintf(out, "\n%s\n", printable(item.Title))
		fmt.Fprintf(out, "    %s\n", printable(strings.Join(judgement(a), ", ")))
		for _, r := range a.Reasons {
			fmt.Fprintf(out, "    %s: %s\n", r.Rule, printable(strings.Join(r.Words, ", ")))
		}
	}
	_, err := fmt.Fprintf(out, "\n%d of %d items would be posted, were they new\n", posts, len(p.doc.Items))
	return err
}

// judgement is what an alert says of its event, in ids.
func judgement(a alert.Alert) []string {
	var parts []string
	for _, topic := range a.Topics {
		parts = append(parts, string(topic))
	}
	parts = append(parts, a.Countries...)
	if a.Stage != "" {
		parts = append(parts, string(a.Stage))
	}
	return append(parts, a.Severity.String())
}
