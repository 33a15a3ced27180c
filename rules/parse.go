package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"pressalert/feeds/strict"
)

// ruleFile is the form of a rule file.
type ruleFile struct {
	Rule []ruleEntry `toml:"rule"`
}

type ruleEntry struct {
	ID        string    `toml:"id"`
	Title     string    `toml:"title"`
	Topic     string    `toml:"topic"`
	Law       string    `toml:"law"`
	Countries []string  `toml:"countries"`
	Severity  string    `toml:"severity"`
	Stage     string    `toml:"stage"`
	Match     string    `toml:"match"`
	Unless    string    `toml:"unless"`
	Status    string    `toml:"status"`
	Note      string    `toml:"note"`
	Hit       []example `toml:"hit"`
	Miss      []example `toml:"miss"`
}

// The words of the key status.
const (
	statusStable = "stable"
	statusOff    = "off"
)

// Parse reads every .toml file of dir and runs the examples of every rule. If there is any error, a
// failing example included, it returns no set, and the error holds all of them as strict.Problems.
func Parse(dir fs.FS) (*Set, error) {
	sources, err := strict.ReadDir(dir, ".")
	var problems strict.Problems
	errors.As(err, &problems)
	p := &fileParser{byID: make(map[string]*ruleParser)}
	for _, src := range sources {
		p.file(src)
	}
	if len(p.byID) == 0 && len(problems) == 0 && len(p.problems) == 0 {
		p.problems = strict.Problems{{Pos: strict.Pos{File: "."}, What: "no file holds a [[rule]]"}}
	}
	if err := append(problems, p.problems...).Err(); err != nil {
		return nil, err
	}
	return newSet(p.rules, sources), nil
}

// maxProblems bounds the errors of one file, give or take those of one rule. More are one mistake made
// everywhere, and nobody reads them.
const maxProblems = 200

// A fileParser collects the rules of all files.
type fileParser struct {
	rules    []compiled
	byID     map[string]*ruleParser
	problems strict.Problems
}

func (p *fileParser) file(src strict.Source) {
	var v ruleFile
	f, problems := strict.Decode(src, &v)
	p.problems = append(p.problems, problems...)
	if f == nil {
		return
	}
	start := len(p.problems)
	for i, entry := range v.Rule {
		r := &ruleParser{fileParser: p, file: f, i: i, entry: entry}
		if len(p.problems)-start >= maxProblems {
			r.bad("id", "mend those above first", "too many errors, this rule and those below were not checked")
			return
		}
		r.parse()
	}
}

// A ruleParser reads one rule.
type ruleParser struct {
	*fileParser
	file  *strict.File
	i     int
	entry ruleEntry
}

func (r *ruleParser) parse() {
	before := len(r.problems)
	e := r.entry
	severity, known := ParseSeverity(e.Severity)
	r.id()
	r.required("title", e.Title)
	r.oneOf("topic", e.Topic, names(Topics()))
	r.optional("law", e.Law, names(Laws()))
	if r.required("severity", e.Severity) && !known {
		r.unknown("severity", e.Severity, wordsOf(Severities()))
	}
	if slices.Contains(Topics(), Topic(e.Topic)) {
		r.stage()
	}
	r.countries()
	r.optional("status", e.Status, []string{statusStable, statusOff})
	c := compiled{
		rule: Rule{
			ID: e.ID, Title: e.Title, Topic: Topic(e.Topic), Law: Law(e.Law), Countries: e.Countries,
			Severity: severity, Stage: Stage(e.Stage),
		},
		match: r.query("match", e.Match),
	}
	r.required("match", e.Match)
	c.unless = r.query("unless", e.Unless)
	r.examples(c)
	if len(r.problems) == before && e.Status != statusOff {
		r.rules = append(r.rules, c)
	}
}

// bad notes a problem with the value of a key.
func (r *ruleParser) bad(key, hint, format string, args ...any) {
	r.problems = append(r.problems, r.file.Problem(r.file.At("rule", r.i, key), hint, format, args...))
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (r *ruleParser) id() {
	id := r.entry.ID
	if !r.required("id", id) {
		return
	}
	if !idForm.MatchString(id) {
		r.bad("id", `write it like "draft-law"`, "rule id %q is not of lower-case letters, digits and hyphens", id)
	}
	if first, known := r.byID[id]; known {
		r.bad("id", "", "rule id %q is already used at %s", id, first.file.At("rule", first.i, "id"))
		return
	}
	r.byID[id] = r
}

// required reports whether a key has a value, and a problem if not.
func (r *ruleParser) required(key, value string) bool {
	if strings.TrimSpace(value) != "" {
		return true
	}
	r.bad(key, fmt.Sprintf(`add %s = "..."`, key), "rule %swithout %s", quoted(r.entry.ID), key)
	return false
}

func quoted(id string) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("%q ", id)
}

func (r *ruleParser) oneOf(key, value string, known []string) {
	if r.required(key, value) && !slices.Contains(known, value) {
		r.unknown(key, value, known)
	}
}

func (r *ruleParser) optional(key, value string, known []string) {
	if value != "" && !slices.Contains(known, value) {
		r.unknown(key, value, known)
	}
}

func (r *ruleParser) unknown(key, value string, known []string) {
	hint := strict.DidYouMean(value, known)
	if hint == "" {
		hint = "one of " + strings.Join(known, ", ")
	}
	r.bad(key, hint, "unknown %s %q", key, value)
}

// names turns ids into words.
func names[T ~string](ids []T) []string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return words
}

func wordsOf(levels []Severity) []string {
	words := make([]string, len(levels))
	for i, s := range levels {
		words[i] = s.String()
	}
	return words
}

func (r *ruleParser) stage() {
	topic, stage := Topic(r.entry.Topic), Stage(r.entry.Stage)
	known := StagesOf(topic)
	if stage == "" || slices.Contains(known, stage) {
		return
	}
	hint := strict.DidYouMean(string(stage), names(known))
	if hint == "" {
		hint = "one of " + strings.Join(names(known), ", ")
	}
	r.bad("stage", hint, "%q is not a stage of %s", stage, topic)
}

func (r *ruleParser) countries() {
	for n, code := range r.entry.Countries {
		region, err := language.ParseRegion(code)
		if err == nil && region.IsCountry() && region.Canonicalize().String() == code {
			continue
		}
		hint := `two capitals such as "KH"`
		if err == nil && region.IsCountry() {
			hint = fmt.Sprintf("did you mean %q?", region.Canonicalize())
		}
		pos := r.file.At("rule", r.i, "countries", n)
		r.problems = append(r.problems, r.file.Problem(pos, hint, "country %q is not an ISO 3166 code", code))
	}
}

// query parses the query of a key. It returns nil for none, or if there is an error.
func (r *ruleParser) query(key, query string) node {
	if strings.TrimSpace(query) == "" {
		return nil
	}
	n, errors := parseQuery(query)
	for _, e := range errors {
		pos := r.file.Inside(e.at, "rule", r.i, key)
		r.problems = append(r.problems, r.file.Problem(pos, e.hint, "%s", e.what))
	}
	return n
}
