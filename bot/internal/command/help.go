package command

import (
	"context"
	"strings"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds/strict"
)

// examples show each command that takes arguments at work.
var examples = map[string]string{
	"start":       "/start",
	"latest":      "/latest KH legislation 5",
	"why":         "/why 12",
	"search":      "/search \"press law\" journalist* country:KH since:30d",
	"country":     "/country Cambodia",
	"laws":        "/laws KH",
	"law":         "/law kh-cybercrime-law",
	"story":       "/story 12",
	"stats":       "/stats KH 12w",
	"export":      "/export KH 90d csv",
	"feeds":       "/feeds broken",
	"feed":        "/feed courier",
	"backtest":    "/backtest 30 shutdown",
	"review":      "/review publish 12",
	"help":        "/help subscribe",
	"subscribe":   "/subscribe Cambodia, Thailand prosecution medium sources=2",
	"unsubscribe": "/unsubscribe 3",
	"digest":      "/digest daily 08:00",
	"quiet":       "/quiet 22:00-07:00",
	"timezone":    "/timezone Phnom Penh",
	"language":    "/language km",
	"settings":    "/settings ceiling 10",
	"mute":        "/mute country TH 30d",
	"unmute":      "/unmute country TH",
	"stop":        "/stop",
	"rules":       "/rules shutdown",
	"rule":        "/rule shutdown",
	"try":         "/try Court jails blogger over a post",
	"split":       "/split 120",
	"merge":       "/merge 7 9",
	"correct":     "/correct 12 The hearing was put off. Nobody was sentenced.",
	"retract":     "/retract 12 The report could not be confirmed.",
	"audit":       "/audit 20",
}

func helpMenu() chat.Command {
	return chat.Command{
		Name: "help", Description: "What this bot does and what you can ask it",
		Args: []chat.Arg{{Name: "command", Description: "A command to be explained", Complete: true}},
	}
}

// help says what the bot is, that it takes no tips, and lists the commands that whoever asks may use; or
// it explains one.
func (t *Table) help(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	if name := strings.ToLower(strings.TrimPrefix(r.Args["command"], "/")); name != "" {
		return t.explainCommand(w, name), nil
	}
	m := chat.Message{
		Title:  w.Text(spoken.StartTitle),
		Body:   []chat.Paragraph{chat.Text(w.Text(spoken.HelpWhat)), noTips(w)},
		Footer: w.Text(spoken.HelpMore),
	}
	for _, e := range t.entries() {
		if e.who != admins || t.isAdmin(r) {
			m.Body = append(m.Body, chat.Paragraph{{Text: w.Isolate(e.menu.Usage()), Style: chat.Code}, {Text: " " + described(w, e.menu)}})
		}
	}
	return m, nil
}

func (t *Table) explainCommand(w spoken.Words, name string) chat.Message {
	for _, e := range t.entries() {
		if e.menu.Name == name {
			return usageIn(w, e.menu, described(w, e.menu))
		}
	}
	return t.noCommand(w, name)
}

// noCommand says that there is no such command, and which may be meant.
func (t *Table) noCommand(w spoken.Words, name string) chat.Message {
	var names []string
	for _, e := range t.entries() {
		names = append(names, e.menu.Name)
	}
	hint := w.Text(spoken.HelpAll)
	if near := strict.Nearest(name, names); near != "" {
		hint = w.Text(spoken.HelpNear, "command", "/"+near)
	}
	return chat.Message{
		Title: w.Text(spoken.HelpNoCommand, "command", "/"+name), Body: []chat.Paragraph{chat.Text(hint)}, Language: w.Language(),
	}
}
