package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"

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
	b := backtest{samples: cmd.Samples, changes: make(map[string]*change)}
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
	if err := b.run(env, cfg, time.Now().Add(-time.Duration(cmd.Since))); err != nil {
		return err
	}
	return b.print(env.stdout, trialDir)
}

// A backtest counts what two sets of rules make of the archive.
type backtest struct {
	old, new *rules.Set
	samples  int

	items                   int
	gained, lost, unchanged int // items that alert
	changes                 map[string]*change
}

// A change is how one rule does under the new set, against the old one.
type change struct {
	gained, lost, unchanged int
	// examples are headlines, those gained with a plus and those lost with a minus before them.
	examples []string
}

// run reads the archive, with a progress bar if a person is watching.
func (b *backtest) run(env *environment, cfg Config, since time.Time) (err error) {
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
		b.item(item)
		return bar.Add(1)
	})
}

func (b *backtest) item(item feeds.Item) {
	b.items++
	before := b.old.Match(item)
	after := before
	if b.new != b.old {
		after = b.new.Match(item)
	}
	switch {
	case len(before) > 0 && len(after) > 0:
		b.unchanged++
	case len(after) > 0:
		b.gained++
	case len(before) > 0:
		b.lost++
	}
	for _, m := range after {
		if has(before, m.Rule.ID) {
			b.of(m).unchanged++
			continue
		}
		b.of(m).gained++
		b.example(m, "+", item)
	}
	for _, m := range before {
		if !has(after, m.Rule.ID) {
			b.of(m).lost++
			b.example(m, "-", item)
		}
	}
}

func has(matches []rules.Match, id string) bool {
	return slices.ContainsFunc(matches, func(m rules.Match) bool { return m.Rule.ID == id })
}

func (b *backtest) of(m rules.Match) *change {
	if b.changes[m.Rule.ID] == nil {
		b.changes[m.Rule.ID] = &change{}
	}
	return b.changes[m.Rule.ID]
}

// example keeps the first headlines of a rule; the archive comes newest first.
func (b *backtest) example(m rules.Match, sign string, item feeds.Item) {
	c := b.of(m)
	same := slices.DeleteFunc(slices.Clone(c.examples), func(e string) bool { return !strings.HasPrefix(e, sign) })
	if len(same) < b.samples {
		c.examples = append(c.examples, fmt.Sprintf("%s %s  %s", sign, item.When().UTC().Format(time.DateOnly), printable(cmp.Or(item.Title, item.Summary))))
	}
}

// print writes the comparison, the rules with the largest changes first.
func (b *backtest) print(w io.Writer, trialDir string) error {
	alerts := b.unchanged + b.lost
	fmt.Fprintf(w, "%d items in the archive; rules in force (version %s): %d alert\n", b.items, b.old.Version(), alerts)
	if trialDir != "" {
		fmt.Fprintf(w, "rules in %s (version %s): %d alert, %d gained, %d lost\n",
			trialDir, b.new.Version(), b.unchanged+b.gained, b.gained, b.lost)
	}
	if len(b.changes) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	ids := make([]string, 0, len(b.changes))
	for id := range b.changes {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int {
		a, b := b.changes[x], b.changes[y]
		return cmp.Or(cmp.Compare(b.gained+b.lost, a.gained+a.lost), cmp.Compare(b.unchanged, a.unchanged), cmp.Compare(x, y))
	})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rule\tgained\tlost\tunchanged")
	for _, id := range ids {
		c := b.changes[id]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", id, c.gained, c.lost, c.unchanged)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range ids {
		for _, e := range b.changes[id].examples {
			fmt.Fprintf(w, "%s  (%s)\n", e, id)
		}
	}
	return nil
}
