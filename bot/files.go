package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/feeds"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

// A fileSource says where the rules or the feeds come from.
type fileSource[T any] struct {
	// what is "rules" or "feeds".
	what string
	// dir is a directory that people edit, or "" for what ships with the bot.
	dir     string
	shipped fs.FS
	parse   func(fs.FS) (*T, error)
	// describe says in a few words what is in force.
	describe func(*T) string
}

func (cfg Config) rulesFiles() fileSource[rules.Set] {
	return fileSource[rules.Set]{"rules", cfg.Rules, rules.Library(), rules.Parse, func(s *rules.Set) string {
		return fmt.Sprintf("version %s, rules: %d", s.Version(), len(s.Rules()))
	}}
}

func (cfg Config) feedsFiles() fileSource[feeds.Catalogue] {
	return fileSource[feeds.Catalogue]{"feeds", cfg.Feeds, feeds.Library(), feeds.Parse, func(c *feeds.Catalogue) string {
		return fmt.Sprintf("feeds: %d", len(c.On()))
	}}
}

// openRules parses the rules in force: those of the config, or those that ship with the bot.
func openRules(cfg Config) (*live.Dir[rules.Set], error) { return cfg.rulesFiles().open() }

// openFeeds parses the feeds in force.
func openFeeds(cfg Config) (*live.Dir[feeds.Catalogue], error) { return cfg.feedsFiles().open() }

func (src fileSource[T]) open() (*live.Dir[T], error) {
	fsys, err := src.fs()
	if err != nil {
		return nil, err
	}
	return live.Open(fsys, src.parsePlaced)
}

// fs opens a directory that no link inside it can leave.
func (src fileSource[T]) fs() (fs.FS, error) {
	if src.dir == "" {
		return src.shipped, nil
	}
	if _, err := fs.Stat(rootDir(src.dir), "."); err != nil {
		return nil, fmt.Errorf("%s: directory %s cannot be read: %w", src.what, src.dir, pathCause(err))
	}
	return rootDir(src.dir), nil
}

// parsePlaced parses, and makes the problems name the files by the path that an admin can open.
func (src fileSource[T]) parsePlaced(fsys fs.FS) (*T, error) {
	v, err := src.parse(fsys)
	var problems strict.Problems
	if errors.As(err, &problems) {
		return nil, problems.In(src.dir)
	}
	return v, err
}

// files are the rules or the feeds of a running bot, which must come up again even after a bad edit: a
// copy of the last good ones is kept in the data directory.
type files[T any] struct {
	*live.Dir[T]
	fileSource[T]
	kept string
	log  *slog.Logger
}

// openFiles parses the files, or if they are bad now, the copy of the last good ones.
func openFiles[T any](src fileSource[T], data string, log *slog.Logger) (*files[T], error) {
	f := &files[T]{fileSource: src, kept: filepath.Join(data, "last-good", src.what), log: log}
	fsys, err := src.fs()
	if err != nil {
		return nil, err
	}
	var bad error
	if f.Dir, bad, err = live.OpenKept(fsys, f.kept, src.parsePlaced); err != nil {
		return nil, err
	}
	if bad != nil {
		log.Error("files are bad; the last good ones are in force", "what", src.what, "in_force", f.inForce(), "err", bad)
	} else {
		f.keep()
	}
	return f, nil
}

func (f *files[T]) inForce() string { return f.describe(f.Get()) }

// edited reports whether people edit the files; what ships with the bot cannot change.
func (f *files[T]) edited() bool { return f.dir != "" }

// keep copies good files for the next start. Without the copy only that start is at risk, so an error is
// no more than logged.
func (f *files[T]) keep() {
	if !f.edited() {
		return
	}
	if err := f.Keep(f.kept); err != nil {
		f.log.Error("no copy for the next start", "err", err)
	}
}

// reloaded says what is in force after an edit, and what was wrong with a bad one, in the log and to tell.
func (f *files[T]) reloaded(err error, tell func(chat.Message)) {
	if err != nil {
		f.log.Error("bad edit; the last good files stay in force", "what", f.what, "in_force", f.inForce(), "err", err)
		tell(chat.Message{
			Title: "A bad edit of the " + f.what + " files was not taken",
			Body:  []chat.Paragraph{{{Text: err.Error(), Style: chat.Code}}, chat.Text("Still in force: " + f.inForce() + ".")},
		})
		return
	}
	f.log.Info("files reloaded", "what", f.what, "in_force", f.inForce())
	f.keep()
	tell(chat.Message{Title: "The " + f.what + " files were read again", Body: []chat.Paragraph{chat.Text("Now in force: " + f.inForce() + ".")}})
}
