package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
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
	"review":      "/review publish courier",
	"help":        "/help subscribe",
	"subscribe":   "/subscribe Cambodia prosecution medium",
	"unsubscribe": "/unsubscribe 3",
	"digest":      "/digest daily 08:00",
	"quiet":       "/quiet 22:00-07:00",
	"timezone":    "/timezone Phnom Penh",
	"language":    "/language km",
	"mute":        "/mute country TH 30d",
	"unmute":      "/unmute country TH",
	"stop":        "/stop",
	"rules":       "/rules shutdown",
	"rule":        "/rule shutdown",
	"try":         "/try Court jails blogger over a post",
	"split":       "/split 120",
	"merge":       "/merge 7 9",
	"audit":       "/audit 20",
}

func helpMenu() chat.Command {
	return chat.Command{
		Name: "help", Description: "What this bot does and what you can ask it",
		Args: []chat.Arg{{Name: "command", Description: "A command to be explained"}},
	}
}

// help says what the bot is, that it takes no tips, and lists the commands that whoever asks may use; or
// it explains one.
func (t *Table) help(_ context.Context, r chat.Request) (chat.Message, error) {
	if name := strings.ToLower(strings.TrimPrefix(r.Args["command"], "/")); name != "" {
		return t.explainCommand(name), nil
	}
	m := chat.Message{
		Title: "Alerts about cybercrime laws and crackdowns on online speech",
		Body: []chat.Paragraph{
			chat.Text("This bot reads news feeds and posts what matches its rules: laws, arrests, blocked sites, shutdowns, spyware, attacks and lawsuits against people for what they say or report."),
			noTips(),
		},
		Footer: "/help and a command explains it",
	}
	for _, e := range t.entries() {
		if e.who != admins || t.isAdmin(r) {
			m.Body = append(m.Body, chat.Paragraph{{Text: e.menu.Usage(), Style: chat.Code}, {Text: " " + e.menu.Description}})
		}
	}
	return m, nil
}

func (t *Table) explainCommand(name string) chat.Message {
	menu := t.Menu()
	i := slices.IndexFunc(menu, func(c chat.Command) bool { return c.Name == name })
	if i >= 0 {
		return usage(menu[i], menu[i].Description)
	}
	var names []string
	for _, c := range menu {
		names = append(names, c.Name)
	}
	m := chat.Message{Title: fmt.Sprintf("There is no command /%s.", name), Body: []chat.Paragraph{chat.Text("/help lists them.")}}
	if near := strict.Nearest(name, names); near != "" {
		m.Body = []chat.Paragraph{chat.Text("Did you mean /" + near + "? /help lists all.")}
	}
	return m
}
