// Package command answers what people ask the bot, on every chat platform and on the terminal alike:
// one table, one file for each command.
package command

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// A Table holds every command and what they need to answer. It is safe for concurrent use.
type Table struct {
	Store *store.Store
	Feeds *live.Dir[feeds.Catalogue]
	Rules *live.Dir[rules.Set]
	// Admins are the places where answers may name other destinations, and where decisions are taken.
	Admins []chat.Destination
	// Schedule is that of feeds without one of their own.
	Schedule feeds.Schedule
	Log      *slog.Logger
}

// An entry is one command: its place in the menu and its answer. An error of the answer is for the
// log; people get a calm sentence.
type entry struct {
	menu   chat.Command
	answer func(context.Context, chat.Request) (chat.Message, error)
	// admins is true for a command that only admins may use.
	admins bool
}

// entries are all commands, in the order of the menu.
func (t *Table) entries() []entry {
	return []entry{
		{menu: latestMenu(), answer: t.latest},
		{menu: whyMenu(), answer: t.why},
		{menu: statusMenu(), answer: t.status},
		{menu: feedsMenu(), answer: t.feeds},
		{menu: feedMenu(), answer: t.feed},
		{menu: reviewMenu(), answer: t.review, admins: true},
		{menu: helpMenu(), answer: t.help},
	}
}

// Menu returns the commands for the platforms to publish.
func (t *Table) Menu() []chat.Command {
	var menu []chat.Command
	for _, e := range t.entries() {
		menu = append(menu, e.menu)
	}
	return menu
}

// Answer answers a request. It always has an answer.
func (t *Table) Answer(ctx context.Context, r chat.Request) chat.Message {
	for _, e := range t.entries() {
		if e.menu.Name != r.Command {
			continue
		}
		if e.admins && !slices.Contains(t.Admins, r.From) {
			return chat.Message{Title: "/" + r.Command + " is for the people who run this bot."}
		}
		if complaint := misuse(e.menu, r); complaint != "" {
			return usage(e.menu, complaint)
		}
		m, err := e.answer(ctx, r)
		if err != nil {
			t.Log.Error("command failed", "command", r.Command, "err", err)
			return chat.Message{Title: "That did not work.", Body: []chat.Paragraph{chat.Text("The people who run this bot can see why. Please try again later.")}}
		}
		return m
	}
	return chat.Message{Title: "There is no command /" + r.Command + ".", Body: []chat.Paragraph{chat.Text("/help lists them.")}}
}

// misuse says what is wrong with the arguments of a request, or "".
func misuse(c chat.Command, r chat.Request) string {
	if len(r.Rest) > 0 {
		return fmt.Sprintf("I do not understand “%s”.", strings.Join(r.Rest, " "))
	}
	for _, a := range c.Args {
		if a.Required && r.Args[a.Name] == "" {
			return "Something is missing: " + a.Name + "."
		}
	}
	return ""
}

// usage answers a request that was not understood with the command's form.
func usage(c chat.Command, complaint string) chat.Message {
	m := chat.Message{Title: complaint, Body: []chat.Paragraph{{{Text: c.Usage(), Style: chat.Code}}}}
	for _, a := range c.Args {
		m.Fields = append(m.Fields, chat.Field{Name: a.Name, Value: a.Description})
	}
	return m
}

// ago says how long ago something was, roughly, as people say it.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// moment writes a time in full.
func moment(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// counted writes a number with its noun, such as "1 feed" and "2 feeds".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
