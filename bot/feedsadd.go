package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"pressalert/feeds"
)

type feedsAddCmd struct {
	URL       string   `arg:"" help:"Address of a feed, or of a web page that names one."`
	To        string   `default:"mine.toml" placeholder:"FILE.toml" help:"File of the feeds directory that it is added to. Default: mine.toml."`
	ID        string   `placeholder:"ID" help:"Its id. Default: made of its title."`
	Title     string   `placeholder:"TEXT" help:"Its title. Default: its own."`
	Publisher string   `placeholder:"TEXT" help:"Who answers for the content. Default: the title."`
	Kind      string   `placeholder:"KIND" help:"What sort of publisher it is, such as newspaper or press-freedom-org. Default: independent-media."`
	Country   string   `placeholder:"CODE" help:"Two capitals for a national outlet, such as KH."`
	Languages []string `placeholder:"CODE" help:"The languages it writes in, such as km,en. Default: those found in its items."`
}

// Help is shown by -h.
func (feedsAddCmd) Help() string {
	return "Reads a feed once, and if that works adds it to a file of your feeds directory (feeds in the config, or --feeds).\n" +
		"The whole directory is checked before and after; if anything is wrong, nothing is written. A bot that is running\n" +
		"reads the feed from then on.\n\n" +
		"Example: pressalert feeds add --country KH --kind newspaper https://news.example/"
}

// Run adds the feed and prints its entry.
func (cmd *feedsAddCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	if err := checkTarget(cfg, cmd.To); err != nil {
		return err
	}
	lists, err := readFeedLists(cfg)
	if err != nil {
		return err
	}
	p, err := probeFeed(env, cfg, feeds.Draft(cmd.URL, "", ""))
	if err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	added, err := lists.add([]feeds.Feed{cmd.entry(p)}, cmd.To)
	if err != nil {
		return err
	}
	if len(added) == 0 {
		return fmt.Errorf("%s is on the lists already; nothing was written", p.feed.URL)
	}
	_, err = fmt.Fprintf(env.stdout, "added to %s:\n%s", filepath.Join(cfg.Feeds, cmd.To), feeds.Format(added))
	return err
}

// entry is the feed as it is added: what the person said, or else what the feed itself says.
func (cmd *feedsAddCmd) entry(p probe) feeds.Feed {
	f := feeds.Draft(p.feed.URL, p.doc.Title, p.doc.Home)
	if p.answer.Moved != "" {
		f.URL = p.answer.Moved
	}
	set := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	set(&f.ID, cmd.ID)
	set(&f.Title, cmd.Title)
	f.Publisher = f.Title
	set(&f.Publisher, cmd.Publisher)
	set((*string)(&f.Kind), cmd.Kind)
	f.Country = cmd.Country
	f.Languages = cmd.Languages
	if len(f.Languages) == 0 {
		f.Languages = languagesOf(p.doc.Items)
	}
	return f
}

// languagesOf are the languages of at least a fifth of the items each, so that one article in another
// language does not count, in the order in which they appear.
func languagesOf(items []feeds.Item) []string {
	const share = 5
	var all []string
	count := make(map[string]int)
	for _, i := range items {
		if count[i.Language]++; i.Language != "" && !slices.Contains(all, i.Language) {
			all = append(all, i.Language)
		}
	}
	return slices.DeleteFunc(all, func(l string) bool { return count[l]*share < len(items) })
}

// checkTarget reports whether a file name is that of a list which feeds can be added to.
func checkTarget(cfg Config, name string) error {
	if cfg.Feeds == "" {
		return errors.New("no feeds directory to add to; make one and name it as feeds in the config, or with --feeds DIR")
	}
	if filepath.Base(name) != name || filepath.Ext(name) != ".toml" || strings.HasPrefix(name, ".") {
		return fmt.Errorf("--to %q is not the name of a list in %s; write it like mine.toml", name, cfg.Feeds)
	}
	return nil
}
