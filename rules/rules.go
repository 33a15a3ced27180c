// Package rules decides what matters: it reads rule files, and matches items against them. Matching
// is pure: it looks at nothing but the item and the rules.
//
// The words (topics, families of laws, stages, severity) are the ids of one taxonomy, used alike in
// rule files, storage, filters and messages.
package rules

// A Rule says which items matter and what they are about.
type Rule struct {
	// ID names the rule for ever: lower-case words joined by hyphens, unique in the set.
	ID string
	// Title says in a reader's words what the rule looks for.
	Title string
	Topic Topic
	// Law is the family of laws it is about, or "".
	Law Law
	// Countries are the ISO 3166-1 alpha-2 codes of the countries that a matching item is about,
	// empty if the rule does not say.
	Countries []string
	Severity  Severity
	// Stage is the stage that the rule's words prove, or "".
	Stage Stage
}

// A Match says that and why an item matched a rule.
type Match struct {
	Rule Rule
	// Spans are the places in the item that made the query true, in the order of the text.
	Spans []Span
}

// A Span is a place in an item's text.
type Span struct {
	Field Field
	// Start and End are byte offsets in the field, End excluded.
	Start, End int
	// Term is the term as it is written in the rule, without quotes.
	Term string
}

// A Field is a part of an item that rules look at.
type Field int

const (
	// Title is the item's headline.
	Title Field = iota
	// Summary is the item's summary.
	Summary
)
