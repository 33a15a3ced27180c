package main

import (
	"fmt"
	"io"
	"strings"

	"pressalert/feeds"
	"pressalert/rules"
)

// An explainer prints why rules matched an item, or how close they came.
type explainer struct {
	out    io.Writer
	colour bool
}

const (
	// shownText bounds the part of a query that is shown on a line, in characters.
	shownText = 70
	// nearMisses bounds the rules that came close and are shown of one item.
	nearMisses = 3
)

// The colours of a terminal.
const (
	green = "\x1b[32m"
	red   = "\x1b[31m"
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

func (e explainer) paint(colour, s string) string {
	if !e.colour {
		return s
	}
	return colour + s + plain
}

// item explains every rule that matched, and the few that came closest.
func (e explainer) item(set *rules.Set, item feeds.Item) {
	missed := 0
	for _, x := range set.Explain(item) {
		if !x.Matched {
			if missed++; missed > nearMisses {
				break
			}
		}
		e.rule(x)
	}
}

func (e explainer) rule(x rules.Explanation) {
	if x.Matched {
		fmt.Fprintf(e.out, "    %s %s: %s\n", e.paint(green, "matched"), e.paint(bold, x.Rule.ID), x.Rule.Title)
	} else {
		fmt.Fprintf(e.out, "    %s %s: %s\n", e.paint(red, "missed"), e.paint(bold, x.Rule.ID), printable(x.Missing))
	}
	e.tree(x.Match, "      ")
	if x.Unless != nil {
		fmt.Fprintln(e.out, "      unless")
		e.tree(*x.Unless, "        ")
	}
}

// tree prints a part of a query and below it its parts. Of an OR only what is true is shown, since a
// list of words that are not there tells nothing.
func (e explainer) tree(t rules.Tree, indent string) {
	sign := e.paint(red, "no ")
	if t.True {
		sign = e.paint(green, "yes")
	}
	line := fmt.Sprintf("%s%s  %s", indent, sign, shorten(printable(t.Text), shownText))
	if words := foundWords(t.Words); words != "" {
		line += "  → " + words
	}
	fmt.Fprintln(e.out, line)
	hidden := 0
	for _, child := range t.Children {
		if !child.True && t.Choice {
			hidden++
			continue
		}
		e.tree(child, indent+"  ")
	}
	if hidden > 0 && t.True {
		fmt.Fprintf(e.out, "%s  %s  %d others\n", indent, e.paint(red, "no "), hidden)
	}
}

func foundWords(words []rules.Word) string {
	var parts []string
	for _, w := range words {
		parts = append(parts, fmt.Sprintf("%s (%s)", printable(w.Text), w.Field))
	}
	return strings.Join(parts, ", ")
}

// shorten cuts a text to a number of characters.
func shorten(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	return string(letters[:most-1]) + "…"
}

// printMisses lists the items that should have alerted.
func printMisses(e explainer, set *rules.Set, rows []labelledItem) {
	for _, row := range rows {
		fmt.Fprintf(e.out, "missed  %s  %s  %s\n", row.ID, row.Lang, printable(row.Title))
		e.item(set, row.item())
	}
}

// printFalseAlarms lists the items that should have stayed silent.
func printFalseAlarms(e explainer, set *rules.Set, rows []labelledItem) {
	for _, row := range rows {
		fmt.Fprintf(e.out, "false alarm  %s  %s  %s\n", row.ID, row.Lang, printable(row.Title))
		for _, x := range set.Explain(row.item()) {
			if x.Matched {
				e.rule(x)
			}
		}
	}
}
