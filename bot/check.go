package main

import (
	"errors"
	"fmt"

	"pressalert/feeds/strict"
)

type checkCmd struct{}

// Help is shown by -h.
func (checkCmd) Help() string {
	return "Reads config, feed lists and rule files as serve would, runs the examples of the rules, and reports every error\n" +
		"with file, line and column. Nothing is fetched, sent or written. The exit code is 1 if there is any error.\n\n" +
		"Example: pressalert check --rules my-rules"
}

// Run checks everything, and reports all errors together.
func (checkCmd) Run(env *environment, c *cli) error {
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
	if cfg.Path != "" {
		fmt.Fprintf(env.stdout, "config  %s: ok\n", cfg.Path)
	}
	fmt.Fprintf(env.stdout, "feeds   %s: %d, %d of them on: ok\n", shippedOr(cfg.Feeds), len(catalogue.Get().Feeds()), len(catalogue.Get().On()))
	fmt.Fprintf(env.stdout, "rules   %s: %d, version %s, all examples as they should be: ok\n", shippedOr(cfg.Rules), len(set.Get().Rules()), set.Get().Version())
	return nil
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
