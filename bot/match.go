package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

type matchCmd struct {
	Sources []string `arg:"" optional:"" name:"source" help:"Feed URLs, feed files, or .jsonl files with title, summary and lang on each line."`
	Title   string   `help:"Title of an item to try."`
	Summary string   `help:"Summary of the item to try."`
	Lang    string   `placeholder:"CODE" help:"Language of the item to try, such as km."`
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
	m := matcher{out: env.stdout, set: set.Get()}
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
		return readLines(source, each)
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
	fetcher, err := fetch.New(fetch.Options{
		UserAgent: userAgent(cfg.Contact), Timeout: cfg.Poll.Timeout, AllowHosts: cfg.Poll.AllowHosts,
	})
	if err != nil {
		return nil, err
	}
	defer fetcher.Close()
	result, err := fetcher.Fetch(env.ctx, feeds.Feed{ID: url, URL: url}, feeds.Validators{}, time.Now())
	return result.Items, err
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
	return fetch.Parse(fetch.Document{Body: body}, feeds.Feed{ID: path}, time.Now())
}

// maxLine bounds one line of a .jsonl file in bytes.
const maxLine = 1 << 20

// readLines reads items, one JSON object a line, with further keys ignored.
func readLines(path string, each func(feeds.Item)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, pathCause(err))
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var row struct {
			Title   string `json:"title"`
			Summary string `json:"summary"`
			Lang    string `json:"lang"`
			URL     string `json:"url"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("%s:%d: not a JSON object with title, summary and lang: %w", path, number, err)
		}
		each(feeds.Item{Title: row.Title, Summary: row.Summary, Language: row.Lang, Link: row.URL})
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", path, number+1, err)
	}
	return nil
}

// A matcher prints the items that match and counts all.
type matcher struct {
	out            io.Writer
	set            *rules.Set
	items, matched int
}

func (m *matcher) item(item feeds.Item) {
	m.items++
	a, ok := alert.Judge(item, feeds.Feed{}, m.set.Match(item), time.Time{})
	if !ok {
		return
	}
	m.matched++
	fmt.Fprintln(m.out, printable(item.Title))
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
