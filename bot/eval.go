package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

type evalCmd struct {
	Files       []string `arg:"" name:"file" help:"Labelled items, one JSON object a line: title, summary, lang, relevant, topics, countries."`
	Misses      bool     `help:"List the items that should have alerted, and what came close."`
	FalseAlarms bool     `help:"List the items that should have stayed silent, and why they did not."`
	JSON        bool     `name:"json" help:"Print one JSON object instead of the tables."`
}

// Help is shown by -h.
func (evalCmd) Help() string {
	return "Measures the rules on labelled items: precision (how many alerts are right), recall (how much of what matters is\n" +
		"caught), F1, by language, topic and country, with 95 % intervals. Rows marked borderline are left out.\n\n" +
		"Example: pressalert eval --misses labelled.jsonl"
}

// Run scores every row of every file.
func (cmd *evalCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	dir, err := openRules(cfg)
	if err != nil {
		return err
	}
	set := dir.Get()
	s := newScore()
	for _, path := range cmd.Files {
		err := readLines(path, func(row labelledItem) error {
			if err := row.check(); err != nil {
				return err
			}
			a, alerted := judge(set, row.item())
			s.add(row, a, alerted)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if cmd.JSON {
		return printJSON(env.stdout, s)
	}
	_, isTerminal := terminal(env.stdout)
	explain := explainer{out: env.stdout, colour: isTerminal}
	if cmd.Misses {
		printMisses(explain, set, s.misses)
	}
	if cmd.FalseAlarms {
		printFalseAlarms(explain, set, s.falseAlarms)
	}
	return printScore(env.stdout, s)
}

// An entryJSON is one line of the tables, for programs.
type entryJSON struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	tally
}

func printJSON(w io.Writer, s *score) error {
	entry := func(t tally) entryJSON { return entryJSON{t.precision(), t.recall(), t.f1(), t} }
	entries := func(counts map[string]tally) map[string]entryJSON {
		all := make(map[string]entryJSON, len(counts))
		for key, t := range counts {
			all[key] = entry(t)
		}
		return all
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{
		"overall": entry(s.overall), "lang": entries(s.lang), "topic": entries(s.topic),
		"country": entries(s.country), "stage": entries(s.stage), "borderline": s.borderline,
		"topic_right":     share(s.topicRight.part, s.topicRight.whole),
		"countries_right": share(s.countriesRight.part, s.countriesRight.whole),
		"stage_right":     share(s.stageRight.part, s.stageRight.whole),
	})
}

func printScore(w io.Writer, s *score) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := func(what string) {
		fmt.Fprintf(t, "%s\titems\tprecision\t95 %%\trecall\t95 %%\tF1\tright\tfalse\tmissed\t\n", what)
	}
	line := func(name string, c tally) {
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%s\t%.2f\t%s\t%.2f\t%d\t%d\t%d\t\n", name, c.TP+c.FP+c.FN,
			c.precision(), span(c.TP, c.TP+c.FP), c.recall(), span(c.TP, c.TP+c.FN), c.f1(), c.TP, c.FP, c.FN)
	}
	head("")
	line("overall", s.overall)
	for _, table := range []struct {
		name   string
		counts map[string]tally
	}{{"language", s.lang}, {"topic", s.topic}, {"stage", s.stage}, {"country", s.country}} {
		fmt.Fprintln(t)
		head(table.name)
		for _, key := range bySize(table.counts) {
			line(key, table.counts[key])
		}
	}
	fmt.Fprintln(t)
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "of the alerts that are right: main topic right in %s, countries exactly right in %s, stage right in %s\n"+
		"items counts those that alerted or should have; %d borderline rows were left out\n",
		percent(s.topicRight), percent(s.countriesRight), percent(s.stageRight), s.borderline)
	return err
}

// span writes a confidence interval.
func span(part, whole int) string {
	low, high := interval(part, whole)
	return fmt.Sprintf("%.2f–%.2f", low, high)
}

func percent(s ratio) string {
	return fmt.Sprintf("%.0f %% (%d of %d)", 100*share(s.part, s.whole), s.part, s.whole)
}

// bySize sorts keys by the number of items, the largest first.
func bySize(counts map[string]tally) []string {
	size := func(key string) int { t := counts[key]; return t.TP + t.FP + t.FN }
	keys := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(keys, func(a, b string) int { return size(b) - size(a) })
	return keys
}
