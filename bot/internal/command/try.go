package command

import (
	"context"
	"fmt"
	"strings"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/rules"
)

const (
	// nearMisses is how many of the rules that came close are told.
	nearMisses = 3
	// triedRules is how many of the rules that match are told.
	triedRules = 8
	// treeLines bounds a query that is told part by part, and treeText a part of it, in characters.
	treeLines, treeText = 12, 60
)

func tryMenu() chat.Command {
	return chat.Command{
		Name: "try", Description: "For admins: which rules match a text, part by part", Private: true,
		Args: []chat.Arg{{Name: "text", Description: "A headline, or a headline and a summary", Required: true}},
	}
}

// try holds a text against the rules as if it were a headline.
func (t *Table) try(_ context.Context, r chat.Request) (chat.Message, error) {
	set := t.Rules.Get()
	item := feeds.Item{Title: r.Args["text"]}
	m := chat.Message{Title: "No rule matches.", Footer: "Rules in force: version " + set.Version()}
	for i, match := range set.Match(item) {
		if i == triedRules {
			m.Body = append(m.Body, chat.Text("And more rules."))
			break
		}
		m.Title = "Matched:"
		m.Body = append(m.Body, chat.Paragraph{{Text: match.Rule.ID, Style: chat.Code}, {Text: " " + matchFacts(match)}})
	}
	near, trees := 0, 0
	for _, x := range set.Explain(item) {
		if !x.Matched {
			if near++; near > nearMisses {
				break
			}
			m.Body = append(m.Body, chat.Paragraph{{Text: "close: "}, {Text: x.Rule.ID, Style: chat.Code}, {Text: ": " + x.Missing}})
			continue
		}
		lines := treeOf(x.Match, "")
		if x.Unless != nil {
			lines = append(append(lines, "unless"), treeOf(*x.Unless, "  ")...)
		}
		if len(lines) > treeLines {
			lines = append(lines[:treeLines], "…")
		}
		if trees++; trees <= triedRules {
			m.Body = append(m.Body, chat.Paragraph{{Text: x.Rule.ID + "\n", Style: chat.Bold}, {Text: strings.Join(lines, "\n"), Style: chat.Code}})
		}
	}
	return m, nil
}

// matchFacts says what a match makes of an item.
func matchFacts(m rules.Match) string {
	w := spoken.For("en")
	facts := []string{m.Rule.Title, w.Topic(string(m.Topic)), m.Severity.String()}
	if m.Rule.Status == rules.Test {
		facts = append(facts, "on trial")
	}
	for _, fact := range []string{
		w.Stage(string(m.Topic), string(m.Stage)), w.Law(string(m.Law)), named(m.Countries, w.Country),
	} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	return strings.Join(facts, " · ")
}

// treeOf writes a query as lines with what is true of it. Of parts of which one is enough only those are
// told that are true.
func treeOf(tree rules.Tree, indent string) []string {
	sign := "no"
	if tree.True {
		sign = "yes"
	}
	line := fmt.Sprintf("%s%s %s", indent, sign, shorten(tree.Text, treeText))
	if len(tree.Words) > 0 {
		line += " → " + named(tree.Words, rules.Word.String)
	}
	lines := []string{line}
	for _, child := range tree.Children {
		if child.True || !tree.Choice {
			lines = append(lines, treeOf(child, indent+"  ")...)
		}
	}
	return lines
}

// shorten cuts a text to a number of characters.
func shorten(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	return string(letters[:most-1]) + "…"
}
