// Package command answers what people ask the bot, on every chat platform and on the terminal alike:
// one table, one file for each command.
package command

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
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
	// Signer signs what the buttons of answers send, and tells it from what anybody can send; nil for a
	// place without buttons.
	Signer *chat.Signer
	// Split, Merge and Reload do what the commands of their names ask for, and Test posts a sample for the
	// one of its name; nil where nothing runs that could.
	Split  func(ctx context.Context, item int64) error
	Merge  func(ctx context.Context, into, from int64) error
	Reload func(context.Context) error
	// Test posts a sample and returns the rights that the bot lacks at the destination, also beside an error
	// that tells why the sample was not posted.
	Test func(ctx context.Context, to chat.Destination, sample chat.Message) (missing []chat.Right, err error)
	Log  *slog.Logger

	limit    limiter
	searches searches
	tally    tally
}

// An entry is one command: its place in the menu and its answer. An error of the answer is for the
// log; people get a calm sentence.
type entry struct {
	menu   chat.Command
	answer func(context.Context, chat.Request) (chat.Message, error)
	// who may use it; the zero value is anyone.
	who access
}

// entries are all commands, in the order of the menu.
func (t *Table) entries() []entry {
	return []entry{
		{menu: startMenu(), answer: t.start},
		{menu: latestMenu(), answer: t.latest},
		{menu: searchMenu(), answer: t.search},
		{menu: overviewMenu(), answer: t.country},
		{menu: lawsMenu(), answer: t.laws},
		{menu: lawMenu(), answer: t.law},
		{menu: storyMenu(), answer: t.story},
		{menu: statsMenu(), answer: t.stats},
		{menu: exportMenu(), answer: t.export},
		{menu: whyMenu(), answer: t.why},
		{menu: subscribeMenu(), answer: t.subscribe, who: managers},
		{menu: subscriptionsMenu(), answer: t.subscriptions},
		{menu: unsubscribeMenu(), answer: t.unsubscribe, who: managers},
		{menu: digestMenu(), answer: t.digest, who: managers},
		{menu: quietMenu(), answer: t.quiet, who: managers},
		{menu: timezoneMenu(), answer: t.timezone, who: managers},
		{menu: languageMenu(), answer: t.language, who: managers},
		{menu: settingsMenu(), answer: t.settings, who: managers},
		{menu: muteMenu(), answer: t.mute, who: managers},
		{menu: mutesMenu(), answer: t.mutes},
		{menu: unmuteMenu(), answer: t.unmute, who: managers},
		{menu: testMenu(), answer: t.test, who: managers},
		{menu: mydataMenu(), answer: t.mydata},
		{menu: stopMenu(), answer: t.stop, who: managers},
		{menu: statusMenu(), answer: t.status},
		{menu: feedsMenu(), answer: t.feeds},
		{menu: feedMenu(), answer: t.feed},
		{menu: rulesMenu(), answer: t.rules, who: admins},
		{menu: ruleMenu(), answer: t.rule, who: admins},
		{menu: tryMenu(), answer: t.try, who: admins},
		{menu: backtestMenu(), answer: t.backtest, who: admins},
		{menu: reviewMenu(), answer: t.review, who: admins},
		{menu: splitMenu(), answer: t.split, who: admins},
		{menu: mergeMenu(), answer: t.merge, who: admins},
		{menu: correctMenu(), answer: t.correct, who: admins},
		{menu: retractMenu(), answer: t.retract, who: admins},
		{menu: reloadMenu(), answer: t.reload, who: admins},
		{menu: auditMenu(), answer: t.audit, who: admins},
		{menu: helpMenu(), answer: t.help},
	}
}

// Answer answers a request. It always has an answer, but to what a person is still typing.
func (t *Table) Answer(ctx context.Context, r chat.Request) chat.Answer {
	if r.Completing != "" {
		return t.suggest(ctx, r)
	}
	// Who writes in the name of a place is counted as that place.
	if wait := t.limit.wait(cmp.Or(r.User, r.From.String()), time.Now()); wait > 0 {
		return tooMany(t.words(ctx, r), r, wait)
	}
	if r.Press != "" {
		return t.press(ctx, r)
	}
	return t.command(ctx, r)
}

// command answers a command.
func (t *Table) command(ctx context.Context, r chat.Request) chat.Answer {
	for _, e := range t.entries() {
		if e.menu.Name == r.Command {
			t.tally.add(r.Command)
			return chat.Answer{Message: t.message(ctx, e, r), Private: e.menu.Private}
		}
	}
	return chat.Answer{Message: t.noCommand(t.words(ctx, r), r.Command)}
}

// message answers a command in the reader's language, or in English to admins.
func (t *Table) message(ctx context.Context, e entry, r chat.Request) chat.Message {
	w := t.words(ctx, r)
	if refusal := t.refusal(ctx, e.who, r); refusal != "" {
		return chat.Message{Title: refusal, Language: w.Language()}
	}
	if e.who == admins {
		w = spoken.Words{}
	}
	if complaint := misuse(w, e.menu, r); complaint != "" {
		return usageIn(w, e.menu, complaint)
	}
	m, err := e.answer(ctx, r)
	if err != nil {
		t.Log.Error("command failed", "command", r.Command, "err", err)
		m = chat.Message{Title: w.Text(spoken.AnswerBroke), Body: []chat.Paragraph{chat.Text(w.Text(spoken.AnswerBrokeNote))}}
	}
	m.Language = cmp.Or(m.Language, w.Language())
	if t.Signer == nil {
		m.Buttons = nil
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
