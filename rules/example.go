package rules

import (
	"fmt"
	"slices"
	"strings"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

// An example is an item in a rule file that the rule must match, or must not.
type example struct {
	Title   string `toml:"title"`
	Summary string `toml:"summary"`
	Body    string `toml:"body"`
	Lang    string `toml:"lang"`
	Feed    string `toml:"feed"`
	Kind    string `toml:"kind"`
}

func (e example) item() feeds.Item {
	return feeds.Item{
		Title: e.Title, Summary: e.Summary, Body: e.Body, Language: e.Lang, Feed: e.Feed, Kind: feeds.Kind(e.Kind),
	}
}

// titles checks that each example has a title and a language that exists.
func (r *ruleParser) titles(key string, examples []example) {
	for n, e := range examples {
		if strings.TrimSpace(e.Title) == "" {
			r.problems = append(r.problems, r.badExample(key, n, "title", "%s without title", key))
		}
		if e.Lang != "" && baseLanguage(e.Lang) == "" {
			r.problems = append(r.problems, r.badExample(key, n, "lang", "unknown language %q", e.Lang))
		}
	}
}

func (r *ruleParser) badExample(key string, n int, part, format string, args ...any) *strict.Problem {
	return r.file.Problem(r.file.At("rule", r.i, key, n, part), "", format, args...)
}

// examples runs the examples of every rule with queries that can be run, those that are off included.
func (p *fileParser) examples(x *index) strict.Problems {
	var problems strict.Problems
	s := newSearch(x)
	matches := func(c *compiled, e example) bool {
		s.read(e.item())
		return s.reading.matches(c)
	}
	for i, r := range p.ready {
		c := x.rule(i)
		for n, e := range r.entry.Hit {
			if !matches(c, e) {
				problems = append(problems, r.badExample("hit", n, "title", "this hit does not match: %s", whyNot(&s.reading, c)))
			}
		}
		for n, e := range r.entry.Miss {
			if matches(c, e) {
				problems = append(problems, r.badExample("miss", n, "title", "this miss matches: it has %s", termList(s.reading.spans(c.match))))
			}
		}
	}
	return problems
}

// whyNot says what keeps a rule from matching an item.
func whyNot(r *reading, c *compiled) string {
	miss := explainer{r}.miss(c)
	has := termList(r.anySpans(c.match))
	switch {
	case r.holds(c.match):
		return miss
	case has == "":
		return "it has none of the rule's words"
	}
	return fmt.Sprintf("%s; it has %s", miss, has)
}

// anySpans returns where any term of a query that speaks for a text stands, whether or not the query
// is true.
func (r *reading) anySpans(n node) []Span {
	s := spanner{reading: r}
	for n := range walkWanted(n) {
		switch n.(type) {
		case *termNode, *listNode:
			s.query(n)
		}
	}
	return bounded(s.spans)
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
