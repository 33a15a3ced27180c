package main

import (
	"errors"
	"fmt"
	"slices"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

type checkCmd struct {
	Strict bool   `help:"Take warnings for errors."`
	Dir    string `arg:"" optional:"" help:"Directory of rule files to check, instead of --rules."`
}

// Help is shown by -h.
func (checkCmd) Help() string {
	return "Reads config, feed lists and rule files as serve would, runs the examples of the rules, and reports every error\n" +
		"and warning with file, line and column. Nothing is fetched, sent or written. The exit code is 1 if there is any error.\n\n" +
		"Example: pressalert check --strict my-rules"
}

// Run checks everything, and reports all errors together, or if there are none, all warnings.
func (cmd *checkCmd) Run(env *environment, c *cli) error {
	if cmd.Dir != "" {
		c.Rules = cmd.Dir
	}
	cfg, err := c.settings(env)
	problems, err := sorted(nil, err)
	if err != nil {
		return err
	}
	set, rulesErr := openRules(cfg)
	problems, rulesErr = sorted(problems, rulesErr)
	catalogue, feedsErr := openFeeds(cfg)
	problems, feedsErr = sorted(problems, feedsErr)
	if err := errors.Join(problems.Err(), rulesErr, feedsErr); err != nil {
		return err
	}
	_, regionsErr := cfg.subscriptions(set.Get())
	if err := errors.Join(cfg.knowsProxies(catalogue.Get()), regionsErr); err != nil {
		return err
	}
	warnings := strict.Problems(set.Get().Warnings(languages(catalogue.Get()))).In(cfg.Rules)
	if cmd.Strict && len(warnings) > 0 {
		return warnings.Err()
	}
	for _, w := range warnings {
		fmt.Fprintf(env.stdout, "warning: %v\n", w)
	}
	if cfg.Path != "" {
		fmt.Fprintf(env.stdout, "config  %s: ok\n", cfg.Path)
	}
	fmt.Fprintf(env.stdout, "feeds   %s: %d, %d of them on: ok\n", shippedOr(cfg.Feeds), len(catalogue.Get().Feeds()), len(catalogue.Get().On()))
	fmt.Fprintf(env.stdout, "rules   %s: %d, version %s, all examples as they should be: ok\n", shippedOr(cfg.Rules), len(set.Get().Rules()), set.Get().Version())
	return nil
}

// languages are those that the feeds in force write, each once.
func languages(c *feeds.Catalogue) []string {
	var all []string
	for _, f := range c.On() {
		for _, l := range f.Languages {
			if !slices.Contains(all, l) {
				all = append(all, l)
			}
		}
	}
	return all
}

// sorted puts the problems of err to the others, and returns err only if it is of another kind.
func sorted(problems strict.Problems, err error) (strict.Problems, error) {
	var more strict.Problems
	if errors.As(err, &more) {
		return append(problems, more...), nil
	}
	return problems, err
}

func shippedOr(dir string) string {
	if dir == "" {
		return "shipped with the bot"
	}
	return dir
}
