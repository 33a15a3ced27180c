package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"pressalert/feeds/strict"
)

// ruleFile is the form of a rule file.
type ruleFile struct {
	Rule []ruleEntry `toml:"rule"`
}

type ruleEntry struct {
	ID         string    `toml:"id"`
	Title      string    `toml:"title"`
	Topic      string    `toml:"topic"`
	Law        string    `toml:"law"`
	Countries  []string  `toml:"countries"`
	Severity   string    `toml:"severity"`
	Stage      string    `toml:"stage"`
	Dossier    string    `toml:"dossier"`
	Match      string    `toml:"match"`
	Unless     string    `toml:"unless"`
	Status     string    `toml:"status"`
	Owner      string    `toml:"owner"`
	Since      any       `toml:"since"`
	Note       string    `toml:"note"`
	References []string  `toml:"references"`
	Hit        []example `toml:"hit"`
	Miss       []example `toml:"miss"`
}

// Parse reads every .toml file of dir and runs the examples of every rule. Files below concepts,
// places and stages hold words, all others rules. If there is any error, a failing example included, it returns
// no set, and the error holds all of them as strict.Problems.
func Parse(dir fs.FS) (*Set, error) {
	sources, err := strict.ReadDir(dir, ".")
	var problems strict.Problems
	errors.As(err, &problems)
	words := newVocabularyParser()
	p := &fileParser{vocabulary: &words.vocabulary, byID: make(map[string]*ruleParser)}
	decodeAhead(words.read(sources), p.file)
	problems = slices.Concat(problems, words.problems, p.problems)
	if len(p.byID) == 0 && len(problems) == 0 {
		problems = strict.Problems{{Pos: strict.Pos{File: "."}, What: "no file holds a [[rule]]"}}
	}
	cues := words.allCues()
	x := newIndex(words.lexicon.build(), p.rules, words.places, cues)
	problems = append(problems, p.examples(x)...)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	set := newSet(x, sources, newLint(words, x, p.ready))
	set.regions = words.regions
	return set, nil
}

// maxProblems bounds the errors of one file, give or take those of one rule. More are one mistake made
// everywhere, and nobody reads them.
const maxProblems = 200

// A fileParser collects the rules of all files.
type fileParser struct {
	vocabulary *vocabulary
	// rules are those with queries that can be run, and ready is where each stands.
	rules    []compiled
	ready    []*ruleParser
	byID     map[string]*ruleParser
	problems strict.Problems
}

func (p *fileParser) file(d decoded[ruleFile]) {
	p.problems = append(p.problems, d.problems...)
	if d.file == nil {
		return
	}
	start := len(p.problems)
	for i, entry := range d.value.Rule {
		r := &ruleParser{fileParser: p, file: d.file, i: i, entry: entry}
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
	r.optional("status", e.Status, names(Statuses()))
	r.dossier()
	if _, err := e.since(); err != nil {
		r.bad("since", "write it like since = 2026-11-26", "since is no day")
	}
	r.references()
	r.titles("hit", e.Hit)
	r.titles("miss", e.Miss)
	r.required("match", e.Match)
	c := compiled{rule: e.rule(severity), query: e.Match, exception: e.Unless}
	c.match, c.unless = r.match(), r.unless()
	if c.match != nil && (c.unless != nil || strings.TrimSpace(e.Unless) == "") {
		r.rules = append(r.rules, c)
		r.ready = append(r.ready, r)
	}
}

// rule is the rule that an entry without mistakes stands for.
func (e ruleEntry) rule(severity Severity) Rule {
	r := Rule{
		ID: e.ID, Title: e.Title, Topic: Topic(e.Topic), Law: Law(e.Law), Countries: e.Countries,
		Severity: severity, Stage: Stage(e.Stage), Dossier: e.Dossier, Status: Status(e.Status),
		Owner: e.Owner, Note: e.Note, References: e.References,
	}
	if r.Status == "" {
		r.Status = Stable
	}
	r.Since, _ = e.since()
	return r
}

// since is the day of the key since, written as a TOML date or as text, or zero if there is none.
func (e ruleEntry) since() (time.Time, error) {
	if e.Since == nil {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, fmt.Sprint(e.Since))
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
		if !isCountry(code) {
			pos := r.file.At("rule", r.i, "countries", n)
			r.problems = append(r.problems, r.file.Problem(pos, codeHint(code), "country %q is not an ISO 3166 code", code))
		}
	}
}

func (r *ruleParser) dossier() {
	if id := r.entry.Dossier; id != "" && !idForm.MatchString(id) {
		r.bad("dossier", `write it like "kh-cybercrime-law"`, "dossier %q is not of lower-case letters, digits and hyphens", id)
	}
}

func (r *ruleParser) references() {
	for n, address := range r.entry.References {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			pos := r.file.At("rule", r.i, "references", n)
			r.problems = append(r.problems, r.file.Problem(pos, "write the whole address, with https://", "reference %q is no address", address))
		}
	}
}

// match parses the query that must be true, which cannot be true of a text without any of its words.
func (r *ruleParser) match() node {
	n := r.query("match", r.entry.Match)
	if n == nil {
		return nil
	}
	switch blame, ok := needsTerm(n); blame := blame.(type) {
	case *factNode:
		r.badQuery("match", queryError{int(blame.from), "this is true of any text whatever its words", "add words: AND ..."})
		return nil
	default:
		if !ok {
			r.badQuery("match", queryError{int(blame.where().from), "this is true of any text without these words", "write what must be there, then AND NOT what must not"})
			return nil
		}
	}
	return n
}

// unless parses the query that vetoes. It may rest on facts alone, but not on what is missing.
func (r *ruleParser) unless() node {
	n := r.query("unless", r.entry.Unless)
	if n == nil {
		return nil
	}
	if blame, ok := needsTerm(n); !ok {
		if not, isNot := blame.(*notNode); isNot {
			r.badQuery("unless", queryError{int(not.from), "this is true of any text without these words", "write in match what must be there"})
			return nil
		}
	}
	return n
}

// query parses the query of a key. It returns nil for none, or if there is an error.
func (r *ruleParser) query(key, query string) node {
	if strings.TrimSpace(query) == "" {
		return nil
	}
	n, errors := parseQuery(query, r.vocabulary)
	for _, e := range errors {
		r.badQuery(key, e)
	}
	return n
}

// badQuery notes an error inside the query of a key.
func (r *ruleParser) badQuery(key string, e queryError) {
	pos := r.file.Inside(e.at, "rule", r.i, key)
	r.problems = append(r.problems, r.file.Problem(pos, e.hint, "%s", e.what))
}
