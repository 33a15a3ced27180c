package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"

	"pressalert/bot/internal/backtest"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

type backtestCmd struct {
	Since   duration `default:"30d" placeholder:"TIME" help:"How far back, such as 30d or 12h. Default: 30d."`
	Samples int      `default:"3" help:"How many headlines to show for each rule that gained or lost. Default: 3."`
}

// Help is shown by -h.
func (backtestCmd) Help() string {
	return "Runs rules over the bot's own archive, so that you see what they would have alerted. With --rules DIR it compares\n" +
		"the rules in DIR with those in force: alerts gained, lost and unchanged, rule by rule. serve may run meanwhile.\n\n" +
		"Example: pressalert backtest --since 30d --rules my-rules"
}

// Run compares the rules of --rules with those that serve would use without it.
func (cmd *backtestCmd) Run(env *environment, c *cli) error {
	trialDir := c.Rules
	c.Rules = ""
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	b := backtestRun{Test: backtest.Test{Samples: cmd.Samples}}
	inForce, err := openRules(cfg)
	if err != nil {
		return err
	}
	b.old = inForce.Get()
	b.new = b.old
	if trialDir != "" {
		cfg.Rules = trialDir
		trial, err := openRules(cfg)
		if err != nil {
			return err
		}
		b.new = trial.Get()
	}
	if err := b.read(env, cfg, time.Now().Add(-time.Duration(cmd.Since))); err != nil {
		return err
	}
	return b.print(env.stdout, trialDir)
}

// A backtestRun holds the archive against two sets of rules.
type backtestRun struct {
	backtest.Test
	old, new *rules.Set
}

// read reads the archive, with a progress bar if a person is watching.
func (b *backtestRun) read(env *environment, cfg Config, since time.Time) (err error) {
	if _, err := os.Stat(cfg.dataFile()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no archive at %s yet; pressalert serve makes it", cfg.dataFile())
	}
	catalogue, err := openFeeds(cfg)
	if err != nil {
		return err
	}
	s, err := store.Open(env.ctx, cfg.dataFile())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	total, err := s.CountItems(env.ctx, since)
	if err != nil {
		return err
	}
	bar := progressbar.DefaultSilent(int64(total))
	if _, watching := terminal(env.stderr); watching {
		bar = progressbar.Default(int64(total), "reading the archive")
	}
	return s.EachItem(env.ctx, since, func(item feeds.Item) error {
		if feed, ok := catalogue.Get().Feed(item.Feed); ok {
			item.Kind = feed.Kind
		}
		b.match(item)
		return bar.Add(1)
	})
}

func (b *backtestRun) match(item feeds.Item) {
	before := backtest.IDs(b.old.Match(item))
	after := before
	if b.new != b.old {
		after = backtest.IDs(b.new.Match(item))
	}
	b.Add(item, before, after)
}

// print writes the comparison, the rules with the largest changes first.
func (b *backtestRun) print(w io.Writer, trialDir string) error {
	fmt.Fprintf(w, "%d items in the archive; rules in force (version %s): %d alert\n", b.Items, b.old.Version(), b.Unchanged+b.Lost)
	if trialDir != "" {
		fmt.Fprintf(w, "rules in %s (version %s): %d alert, %d gained, %d lost\n",
			trialDir, b.new.Version(), b.Alerts(), b.Gained, b.Lost)
	}
	if len(b.Rules) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rule\tgained\tlost\tunchanged")
	for _, id := range b.Ranked() {
		c := b.Rules[id]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", id, c.Gained, c.Lost, c.Unchanged)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range b.Ranked() {
		printHeadlines(w, "+", b.Rules[id].New, id)
		printHeadlines(w, "-", b.Rules[id].Gone, id)
	}
	return nil
}

func printHeadlines(w io.Writer, sign string, items []feeds.Item, rule string) {
	for _, item := range items {
		fmt.Fprintf(w, "%s %s  %s  (%s)\n", sign, item.When().UTC().Format(time.DateOnly), printable(cmp.Or(item.Title, item.Summary)), rule)
	}
}
