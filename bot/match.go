package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/lang"
	"pressalert/rules"
)

type matchCmd struct {
	Sources []string `arg:"" optional:"" name:"source" help:"Feed URLs, feed files, or .jsonl files with title, summary and lang on each line."`
	Title   string   `help:"Title of an item to try."`
	Summary string   `help:"Summary of the item to try."`
	Lang    string   `placeholder:"CODE" help:"Language of the item to try, such as km. Default: found out from its script and letters."`
	Explain bool     `help:"Show for each item why rules matched, and what the nearest others missed."`
}

// Help is shown by -h.
func (matchCmd) Help() string {
	return "Prints which rules match which items, and the words that made them match. Nothing is stored or sent.\n" +
		"Try the rules on the command line, on a feed, or on a file of items before they go live.\n\n" +
		"Example: pressalert match --title \"Court jails reporter over Facebook post\""
}

// Run matches every item of every source.
func (cmd *matchCmd) Run(env *environment, c *cli) error {
	if len(cmd.Sources) == 0 && cmd.Title == "" && cmd.Summary == "" {
		return errors.New("nothing to match; give a feed URL, a file, or --title")
	}
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	set, err := openRules(cfg)
	if err != nil {
		return err
	}
	_, isTerminal := terminal(env.stdout)
	m := matcher{explainer: explainer{env.stdout, isTerminal}, set: set.Get(), explain: cmd.Explain}
	if cmd.Title != "" || cmd.Summary != "" {
		m.item(feeds.Item{Title: cmd.Title, Summary: cmd.Summary, Language: cmd.Lang})
	}
	for _, source := range cmd.Sources {
		if err := cmd.source(env, cfg, source, m.item); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.stdout, "%d of %d items matched\n", m.matched, m.items)
	return nil
}

// source passes the items of one source to each.
func (cmd *matchCmd) source(env *environment, cfg Config, source string, each func(feeds.Item)) error {
	var items []feeds.Item
	var err error
	switch {
	case strings.HasPrefix(source, "http://"), strings.HasPrefix(source, "https://"):
		items, err = fetchItems(env, cfg, source)
	case filepath.Ext(source) == ".jsonl":
		return readLines(source, func(row labelledItem) error { each(row.item()); return nil })
	default:
		items, err = readFeedFile(source)
	}
	if err != nil {
		return err
	}
	for _, item := range items {
		each(item)
	}
	return nil
}

func fetchItems(env *environment, cfg Config, url string) ([]feeds.Item, error) {
	p, err := probeFeed(env, cfg, feeds.Feed{ID: url, URL: url})
	return p.doc.Items, err
}

// maxFeedFile bounds a feed file in bytes, as a fetched one is bounded.
const maxFeedFile = 5 << 20

func readFeedFile(path string) ([]feeds.Item, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, pathCause(err))
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxFeedFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, pathCause(err))
	}
	if len(body) > maxFeedFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxFeedFile)
	}
	doc, err := document.Parse(document.Source{Body: body}, feeds.Feed{ID: path}, time.Now())
	return doc.Items, err
}

// A matcher prints the items that match, or explains every item, and counts all.
type matcher struct {
	explainer
	set            *rules.Set
	explain        bool
	items, matched int
}

func (m *matcher) item(item feeds.Item) {
	m.items++
	if item.Language == "" {
		item.Language = lang.Of(item.Title+". "+item.Summary, nil)
	}
	a, ok := judge(m.set, item)
	if ok {
		m.matched++
	}
	if ok || m.explain {
		fmt.Fprintln(m.out, printable(cmp.Or(item.Title, item.Summary)))
	}
	if m.explain {
		m.explainer.item(m.set, item)
		return
	}
	for _, r := range a.Reasons {
		fmt.Fprintf(m.out, "    %s: %s\n", r.Rule, printable(strings.Join(r.Words, ", ")))
	}
}

// printable drops what could drive a terminal: text from files and feeds is not to be trusted.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return -1
		}
		return r
	}, s)
}
