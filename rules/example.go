package rules

import (
	"fmt"
	"slices"
	"strings"

	"pressalert/feeds"
)

// An example is an item in a rule file that the rule must match, or must not.
type example struct {
	Title   string `toml:"title"`
	Summary string `toml:"summary"`
	Lang    string `toml:"lang"`
}

func (e example) item() feeds.Item {
	return feeds.Item{Title: e.Title, Summary: e.Summary, Language: e.Lang}
}

// examples runs the examples of a rule. If its query is broken there is nothing to run.
func (r *ruleParser) examples(c compiled) {
	r.titles("hit", r.entry.Hit)
	r.titles("miss", r.entry.Miss)
	if c.match == nil || c.unless == nil && strings.TrimSpace(r.entry.Unless) != "" {
		return
	}
	x := newIndex([]compiled{c})
	for n, e := range r.entry.Hit {
		if len(x.match(e.item())) == 0 {
			r.badExample("hit", n, "this hit does not match: %s", whyNot(c, e.item()))
		}
	}
	for n, e := range r.entry.Miss {
		for _, m := range x.match(e.item()) {
			r.badExample("miss", n, "this miss matches: it has %s", termList(m.Spans))
		}
	}
}

func (r *ruleParser) titles(key string, examples []example) {
	for n, e := range examples {
		if strings.TrimSpace(e.Title) == "" {
			r.badExample(key, n, "%s without title", key)
		}
	}
}

func (r *ruleParser) badExample(key string, n int, format string, args ...any) {
	pos := r.file.At("rule", r.i, key, n, "title")
	r.problems = append(r.problems, r.file.Problem(pos, "", format, args...))
}

// whyNot says what keeps a rule from matching an item.
func whyNot(c compiled, item feeds.Item) string {
	if c.unless != nil {
		if terms := found(c.unless, item); terms != "" {
			return fmt.Sprintf("unless finds %s", terms)
		}
	}
	var wanted, excluded orNode
	sortTerms(c.match, &wanted, &excluded)
	why := "it has none of the rule's words"
	if terms := found(&wanted, item); terms != "" {
		why = fmt.Sprintf("of the rule's words it has only %s", terms)
	}
	if terms := found(&excluded, item); terms != "" {
		why += fmt.Sprintf(", and NOT excludes %s", terms)
	}
	return why
}

// found lists the terms that make a query true of an item, or "" if it is not true.
func found(query node, item feeds.Item) string {
	for _, m := range newIndex([]compiled{{match: query}}).match(item) {
		return termList(m.Spans)
	}
	return ""
}

// sortTerms adds the terms of a query that speak for a text to wanted, those behind a NOT to excluded.
func sortTerms(n node, wanted, excluded *orNode) {
	switch n := n.(type) {
	case *termNode:
		wanted.any = append(wanted.any, n)
	case *notNode:
		sortTerms(n.of, excluded, wanted)
	case *andNode:
		for _, operand := range n.all {
			sortTerms(operand, wanted, excluded)
		}
	case *orNode:
		for _, operand := range n.any {
			sortTerms(operand, wanted, excluded)
		}
	}
}

// termList lists the terms of spans, each once.
func termList(spans []Span) string {
	var terms []string
	for _, s := range spans {
		if term := fmt.Sprintf("%q", s.Term); !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, ", ")
}
