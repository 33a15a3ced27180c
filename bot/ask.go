package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"pressalert/bot/internal/chat"
	consolechat "pressalert/bot/internal/chat/console"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/store"
)

type askCmd struct {
	Command string   `arg:"" optional:"" default:"help" help:"A command as in chat: latest, search, why, status, feeds and the others that help lists."`
	Words   []string `arg:"" optional:"" help:"Its arguments, such as KH legislation 5."`
}

// Help is shown by -h.
func (askCmd) Help() string {
	return "Answers the commands that people use in chat, from this bot's own archive; serve may run meanwhile.\n" +
		"You see what an admin sees.\n\n" +
		"Example: pressalert ask latest KH legislation 5"
}

// Run answers one command.
func (cmd *askCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.dataFile()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no archive at %s yet; pressalert serve makes it", cfg.dataFile())
	}
	table := &command.Table{Admins: []chat.Destination{console}, Schedule: cfg.Poll.Schedule, Log: env.log}
	if table.Rules, err = openRules(cfg); err != nil {
		return err
	}
	if table.Feeds, err = openFeeds(cfg); err != nil {
		return err
	}
	if table.Store, err = store.Open(env.ctx, cfg.dataFile()); err != nil {
		return err
	}
	err = cmd.answer(env, table)
	return errors.Join(err, table.Store.Close())
}

func (cmd *askCmd) answer(env *environment, table *command.Table) error {
	menu := table.Menu()
	i := slices.IndexFunc(menu, func(m chat.Command) bool { return m.Name == cmd.Command })
	if i < 0 {
		return fmt.Errorf("no command %q; pressalert ask help lists them", cmd.Command)
	}
	request := chat.Request{Command: cmd.Command, From: console, Direct: true}
	request.Args, request.Rest = menu[i].ParseWords(cmd.Words)
	width, isTerminal := terminal(env.stdout)
	out := consolechat.New(env.stdout, consolechat.Options{Width: width, Colour: isTerminal})
	answer := table.Answer(env.ctx, request).Message
	if _, err := out.Send(env.ctx, console, "", answer); err != nil || answer.File == nil {
		return err
	}
	return keepFile(env, answer.File)
}

// keepFile writes a file that an answer came with into the working directory, for its owner only.
func keepFile(env *environment, f *chat.File) error {
	name := filepath.Base(f.Name)
	if err := os.WriteFile(name, f.Data, 0o600); err != nil {
		return fmt.Errorf("keep the file of the answer: %w", err)
	}
	fmt.Fprintf(env.stderr, "pressalert: the file is %s\n", name)
	return nil
}
