package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pressalert/feeds/strict"
)

// minExamples is how many examples of each kind a stable rule should have.
const minExamples = 2

// A lint is what is no error in the files of a set but most likely a mistake.
type lint struct {
	warnings strict.Problems
	// used are the concepts that some rule uses, by name.
	used map[string]*origin
}

// Warnings returns what is no error but most likely a mistake, in the order of files and lines, and of
// each file the first few hundred: rules that can never match or match nearly everything, terms that
// find nothing new, the same query twice, stable rules with too few examples, concepts without a use.
// The languages are the BCP 47 codes of those that the feeds write in; a concept in use that has no
// terms in one of them is among the warnings.
func (s *Set) Warnings(languages []string) []*strict.Problem {
	wanted := make(map[string]bool)
	for _, code := range languages {
		if base := baseLanguage(code); base != "" {
			wanted[base] = true
		}
	}
	all := slices.Clone(s.lint.warnings)
	for _, name := range slices.Sorted(maps.Keys(s.lint.used)) {
		o := s.lint.used[name]
		var missing []string
		for _, code := range slices.Sorted(maps.Keys(wanted)) {
			if !o.languages[code] && !o.languages[anyLanguage] {
				missing = append(missing, code)
			}
		}
		if len(missing) > 0 {
			all = append(all, o.warning(fmt.Sprintf("concept %q has no terms in %s, in which feeds write", name, strings.Join(missing, ", ")),
				fmt.Sprintf("add it to %s/%s.toml", conceptDir, missing[0])))
		}
	}
	sorted, _ := all.Err().(strict.Problems)
	return sorted
}

// warning is a problem at the concept's first definition.
func (o *origin) warning(what, hint string) *strict.Problem {
	p := *o.first
	p.What, p.Hint = what, hint
	return &p
}

// newLint looks at rules without an error, each with where it stands.
func newLint(words *vocabularyParser, x *index, ready []*ruleParser) lint {
	l := linter{
		lint: lint{used: make(map[string]*origin)}, critic: critic{x.lexicon},
		count: make(map[string]int), queries: make(map[string]*ruleParser),
	}
	for _, p := range words.warnings {
		l.add(p)
	}
	for i, r := range ready {
		l.rule(r, x.rule(i))
	}
	used := make(map[*list]bool)
	for _, c := range x.rules {
		for n := range walk(c.match, c.unless) {
			if n, ok := n.(*listNode); ok {
				for _, l := range n.lists {
					used[l] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(words.origins)) {
		if o := words.origins[name]; used[words.concepts[name]] {
			l.used[name] = o
		} else {
			l.add(o.warning(fmt.Sprintf("no rule uses concept %q", name), "take it out, or write @"+name+" in a rule"))
		}
	}
	return l.lint
}

// A linter collects warnings.
type linter struct {
	lint
	critic
	// count is how many warnings each file has.
	count map[string]int
	// queries are the rules by the normal form of what they ask.
	queries map[string]*ruleParser
}

func (l *linter) add(p *strict.Problem) {
	if l.count[p.Pos.File]++; l.count[p.Pos.File] <= maxProblems {
		l.warnings = append(l.warnings, p)
	}
}

// rule looks at one rule.
func (l *linter) rule(r *ruleParser, c *compiled) {
	if hits, misses := len(r.entry.Hit), len(r.entry.Miss); c.rule.Status == Stable && (hits < minExamples || misses < minExamples) {
		l.add(r.file.Problem(r.file.At("rule", r.i, "id"), `give two of each at least, or status = "test"`,
			"stable rule %q has %s and %s", c.rule.ID, counted(hits, "hit", "hits"), counted(misses, "miss", "misses")))
	}
	for f := range l.findings(c.match) {
		l.at(r, "match", f)
	}
	for f := range l.findings(c.unless) {
		l.at(r, "unless", f)
	}
	if what := tooWide(c.match); what != "" {
		l.at(r, "match", finding{c.match, what + " alone is in too much news", "pair an act with its object: who did what, to whom"})
	}
	if l.contradicts(partsOf(conjuncts(c.match)), c.unless) {
		l.at(r, "unless", finding{c.unless, "this is true whenever match is, so the rule can never match", ""})
	}
	form := normalForm(c.match) + " unless " + normalForm(c.unless)
	if first := l.queries[form]; first != nil {
		l.at(r, "match", finding{c.match, fmt.Sprintf("rule %q asks the same as %q at %s", c.rule.ID, first.entry.ID,
			first.file.At("rule", first.i, "match")), "keep one of them"})
		return
	}
	l.queries[form] = r
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// at adds a finding in the query of a key.
func (l *linter) at(r *ruleParser, key string, f finding) {
	l.add(r.file.Problem(r.file.Inside(int(f.at.where().from), "rule", r.i, key), f.hint, "%s", f.what))
}
