package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/renameio/v2/maybe"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

// feedsCmd holds the verbs about the feed lists.
type feedsCmd struct {
	List   feedsListCmd   `cmd:"" help:"List the feeds: id, title, country, languages, on or off."`
	Test   feedsTestCmd   `cmd:"" help:"Read a feed once and show what the bot makes of it."`
	Add    feedsAddCmd    `cmd:"" help:"Add a feed, or the one that a web page names, to a feed list."`
	Import feedsImportCmd `cmd:"" help:"Add the feeds of an OPML file, as feed readers export it, to a feed list."`
	Export feedsExportCmd `cmd:"" help:"Print the feeds that are on as OPML, which feed readers import."`
}

// Help is shown by -h.
func (feedsCmd) Help() string {
	return "Lists the feeds, tries and adds one, and takes them from feed readers and to them.\n\nExample: pressalert feeds test https://news.example/"
}

type feedsListCmd struct{}

// Help is shown by -h.
func (feedsListCmd) Help() string {
	return "Prints every feed of the lists in force, one a line, those that are off included.\n\nExample: pressalert feeds list"
}

// Run prints the feeds in the order of their files.
func (feedsListCmd) Run(env *environment, c *cli) error {
	catalogue, err := c.catalogue(env)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\ttitle\tcountry\tlanguages\tread")
	for _, f := range catalogue.Feeds() {
		read := "on"
		if f.Off {
			read = "off"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", f.ID, printable(f.Title), orDash(f.Country), orDash(strings.Join(f.Languages, ",")), read)
	}
	return t.Flush()
}

// orDash keeps a column from being empty, so that other programs can count on it.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type feedsExportCmd struct{}

// Help is shown by -h.
func (feedsExportCmd) Help() string {
	return "Prints the feeds that are on as an OPML list. User names and passwords in addresses are left out, because such a\n" +
		"file is made to be passed on; keys that stand elsewhere in an address are not.\n\n" +
		"Example: pressalert feeds export > feeds.opml"
}

// Run prints the list.
func (feedsExportCmd) Run(env *environment, c *cli) error {
	catalogue, err := c.catalogue(env)
	if err != nil {
		return err
	}
	return feeds.WriteOPML(env.stdout, catalogue)
}

// catalogue reads the feeds in force.
func (c *cli) catalogue(env *environment) (*feeds.Catalogue, error) {
	cfg, err := c.settings(env)
	if err != nil {
		return nil, err
	}
	dir, err := openFeeds(cfg)
	if err != nil {
		return nil, err
	}
	return dir.Get(), nil
}

type feedsImportCmd struct {
	File string `arg:"" help:"The OPML file."`
	To   string `default:"imported.toml" placeholder:"FILE.toml" help:"File of the feeds directory that they are added to. Default: imported.toml."`
}

// Help is shown by -h.
func (feedsImportCmd) Help() string {
	return "Adds those feeds of an OPML file that no feed list has yet to one file of your feeds directory (feeds in the config,\n" +
		"or --feeds). The whole directory is checked before and after; if anything is wrong, nothing is written. A bot that is\n" +
		"running reads the new feeds from then on. Give each feed its kind and country by hand: OPML has none.\n\n" +
		"Example: pressalert feeds import --to mine.toml subscriptions.opml"
}

// Run adds the feeds and says how many.
func (cmd *feedsImportCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	if err := checkTarget(cfg, cmd.To); err != nil {
		return err
	}
	list, err := readOPML(cmd.File)
	if err != nil {
		return err
	}
	lists, err := readFeedLists(cfg)
	if err != nil {
		return err
	}
	missing, err := lists.add(list, cmd.To)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%d added to %s, %d already there\n", len(missing), filepath.Join(cfg.Feeds, cmd.To), len(list)-len(missing))
	return err
}

func readOPML(path string) ([]feeds.Feed, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, pathCause(err))
	}
	defer f.Close()
	list, err := feeds.ParseOPML(f)
	var problems strict.Problems
	if errors.As(err, &problems) {
		return nil, problems.In(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// feedLists are the lists of a feeds directory as text, and what they hold.
type feedLists struct {
	files     fileSource[feeds.Catalogue]
	sources   []strict.Source
	catalogue *feeds.Catalogue
}

// readFeedLists reads the feeds directory. One that holds no list yet is no error.
func readFeedLists(cfg Config) (*feedLists, error) {
	l := &feedLists{files: cfg.feedsFiles()}
	dir, err := l.files.fs()
	if err != nil {
		return nil, err
	}
	if lists, err := fs.Glob(dir, "*.toml"); err != nil || len(lists) > 0 {
		l.sources, err = strict.ReadDir(dir, ".")
		if err != nil {
			return nil, l.placed(err)
		}
	}
	l.catalogue, err = feeds.ParseSources(l.sources)
	return l, l.placed(err)
}

// placed makes problems name the files by the path that an admin can open.
func (l *feedLists) placed(err error) error {
	var problems strict.Problems
	if errors.As(err, &problems) {
		return problems.In(l.files.dir)
	}
	return err
}

// add appends the feeds that no list has to the list with the given name, and returns them. The file is
// replaced as a whole, or on an error left as it was.
func (l *feedLists) add(list []feeds.Feed, name string) ([]feeds.Feed, error) {
	missing := l.catalogue.Missing(list)
	if len(missing) == 0 {
		return nil, nil
	}
	path := filepath.Join(l.files.dir, name)
	after := l.appended(missing, name)
	if len(after.Data) > strict.MaxFileSize {
		return nil, fmt.Errorf("%s would be larger than %d bytes; nothing was written: give another file with --to", path, strict.MaxFileSize)
	}
	others := slices.DeleteFunc(slices.Clone(l.sources), func(s strict.Source) bool { return s.Name == name })
	if _, err := feeds.ParseSources(append(others, after)); err != nil {
		// Not as problems: the lines that they quote are not in the file.
		return nil, fmt.Errorf("%s cannot be added to; nothing was written: give another file with --to (%v)", path, err)
	}
	if err := replace(path, after.Data); err != nil {
		return nil, err
	}
	if _, err := l.files.open(); err != nil {
		return nil, err // edited by someone else in this moment
	}
	return missing, nil
}

// appended is the list with the given name as it will be.
func (l *feedLists) appended(missing []feeds.Feed, name string) strict.Source {
	text := []byte("# Feeds added by pressalert.\n")
	if i := slices.IndexFunc(l.sources, func(s strict.Source) bool { return s.Name == name }); i >= 0 {
		text = slices.Clone(l.sources[i].Data)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, '\n')
	}
	return strict.Source{Name: name, Data: append(text, feeds.Format(missing)...)}
}

// replace puts a new text into a file in one step, so that nobody ever reads half of it. A link is
// refused: it would be replaced by a file.
func replace(path string, text []byte) error {
	perm := fs.FileMode(0o644)
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file; nothing was written", path)
	case err == nil:
		perm = info.Mode().Perm()
	}
	if err := maybe.WriteFile(path, text, perm); err != nil {
		return fmt.Errorf("write %s: %w", path, pathCause(err))
	}
	return nil
}
