package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/backtest"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

// feedbackCmd is what readers said.
type feedbackCmd struct {
	Export feedbackExportCmd `cmd:"" help:"Make of readers' Not relevant a patch with examples for the rule files."`
}

type feedbackExportCmd struct {
	Min   int      `default:"2" placeholder:"N" help:"How many readers must have called an alert not relevant. Default: 2."`
	Since duration `default:"90d" placeholder:"TIME" help:"How far back, such as 90d. Default: 90d."`
	Out   string   `placeholder:"DIR" help:"Write feedback.patch into this directory, instead of printing it."`
}

// Help is shown by -h.
func (feedbackExportCmd) Help() string {
	return "Makes of the alerts that readers called not relevant examples that their rules must miss, and prints them as a patch\n" +
		"for the rule files. Read it before you apply it: what a reader does not want may still be right for others. Where a\n" +
		"rule matches its new example, check fails, and a running bot keeps the old rules, until you have narrowed the rule.\n\n" +
		"Example: pressalert feedback export > feedback.patch && patch -p1 < feedback.patch"
}

// shippedRules is where the shipped rule files stand in the source of the program.
const shippedRules = "rules/library"

// patchFile is the name of a patch that is not printed.
const patchFile = "feedback.patch"

// Run prints the patch. What it holds is told on the side.
func (cmd *feedbackExportCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	dir, err := openRules(cfg)
	if err != nil {
		return err
	}
	fsys, err := cfg.rulesFiles().fs()
	if err != nil {
		return err
	}
	sources, err := strict.ReadDir(fsys, ".")
	if err != nil {
		return err
	}
	votes, err := cmd.unwanted(env.ctx, cfg)
	if err != nil {
		return err
	}
	root, inside := patchRoot(cfg.Rules)
	p := patch{set: dir.Get(), root: root}
	for _, src := range sources {
		if err := p.file(src, votes); err != nil {
			return err
		}
	}
	if p.examples == 0 {
		fmt.Fprintf(env.stderr, "pressalert: no new examples: of the alerts since %s, none with %d votes or more has an item that its rules do not know yet\n",
			time.Now().Add(-time.Duration(cmd.Since)).UTC().Format(time.DateOnly), cmd.Min)
		return nil
	}
	fmt.Fprintf(env.stderr, "pressalert: %s\n", p.summary(inside, cfg.Rules))
	return cmd.write(env, p.text.String())
}

// write prints the patch, or puts it into a file that its owner alone can read.
func (cmd *feedbackExportCmd) write(env *environment, text string) error {
	if cmd.Out == "" {
		_, err := fmt.Fprint(env.stdout, text)
		return err
	}
	name := filepath.Join(cmd.Out, patchFile)
	if err := os.MkdirAll(cmd.Out, 0o700); err != nil {
		return fmt.Errorf("write the patch: %w", pathCause(err))
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, pathCause(err))
	}
	fmt.Fprintf(env.stderr, "pressalert: the patch is %s\n", name)
	return nil
}

// unwanted returns the items of alerts that enough readers called not relevant, by the ids of the rules that
// matched them, in the order of the alerts. What the desk took back is left out: its text is to stand nowhere.
func (cmd *feedbackExportCmd) unwanted(ctx context.Context, cfg Config) (all map[string][]feeds.Item, err error) {
	if _, err := os.Stat(cfg.dataFile()); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no archive at %s yet; pressalert serve makes it", cfg.dataFile())
	}
	s, err := store.Open(ctx, cfg.dataFile())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	votes, err := s.Votes(ctx, time.Now().Add(-time.Duration(cmd.Since)))
	if err != nil {
		return nil, err
	}
	all = make(map[string][]feeds.Item)
	for _, id := range slices.Sorted(maps.Keys(votes)) {
		if votes[id] < cmd.Min {
			continue
		}
		trace, found, err := s.Trace(ctx, "", id)
		if err != nil {
			return nil, err
		}
		if !found || trace.Alert == nil {
			continue
		}
		if _, retracted := trace.Alert.Retraction(); retracted {
			continue
		}
		for _, r := range trace.Alert.Reasons {
			all[r.Rule] = append(all[r.Rule], trace.Item)
		}
	}
	return all, nil
}

// patchRoot returns how the directory of the rule files is called from here, with slashes, and false if it is
// not below here: then the patch is for that directory itself.
func patchRoot(dir string) (root string, inside bool) {
	if dir == "" {
		return shippedRules, true
	}
	here, err := os.Getwd()
	if err != nil {
		return "", false
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(here, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// A patch collects the changes of all files.
type patch struct {
	set  *rules.Set
	root string
	text strings.Builder
	// examples counts those that are new, in rules that many files and rules; matching are those that their
	// rule still matches.
	examples, rules, matching int
}

// file adds what is to be changed in one file.
func (p *patch) file(src strict.Source, unwanted map[string][]feeds.Item) error {
	f, err := parseExamples(src)
	if err != nil {
		return err
	}
	text := src.Data
	// From the last rule to the first, so that the places of those before stay as they are.
	for i := len(f.rules) - 1; i >= 0; i-- {
		id := f.rules[i].id
		fresh := f.rules[i].without(unwanted[id])
		if len(fresh) == 0 {
			continue
		}
		if text, err = f.add(text, i, fresh); err != nil {
			return err
		}
		p.count(id, fresh)
	}
	name := path.Join(p.root, src.Name)
	p.text.Write(unified(name, src.Data, text))
	return nil
}

func (p *patch) count(rule string, fresh []feeds.Item) {
	p.rules++
	p.examples += len(fresh)
	for _, item := range fresh {
		if slices.Contains(backtest.IDs(p.set.Match(item)), rule) {
			p.matching++
		}
	}
}

// summary says what the patch holds and what is to be done with it.
func (p *patch) summary(inside bool, dir string) string {
	where := "here"
	if !inside {
		where = "in " + dir
	}
	text := fmt.Sprintf("new examples: %d, in rules: %d; read them, then apply them %s with patch -p1", p.examples, p.rules, where)
	if p.matching > 0 {
		text += fmt.Sprintf("\nof these, still matched by their rule: %d; check fails until those rules are narrowed", p.matching)
	}
	return text
}
