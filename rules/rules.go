// Package rules decides what matters: it reads rule files, and matches items against them. Matching
// is pure: it looks at nothing but the item and the rules.
//
// The words (topics, families of laws, stages, severity) are the ids of one taxonomy, used alike in
// rule files, storage, filters and messages.
package rules

import "time"

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
	// Dossier is the id of the law or case that the rule follows, or "".
	Dossier string
	Status  Status
	// Owner is who answers for the rule, in the editors' own words, or "".
	Owner string
	// Since is the day from which the rule stands in this form, at midnight UTC, or zero.
	Since time.Time
	// Note is for other editors.
	Note string
	// References are http and https addresses of what the rule rests on.
	References []string
}

// A Status says how far a rule is trusted.
type Status string

const (
	// Stable is a rule for everyone.
	Stable Status = "stable"
	// Test is a rule whose matches are for the admins only, until it has proved itself.
	Test Status = "test"
	// Off is a rule that is kept and checked, and not in force.
	Off Status = "off"
)

// Statuses returns every status.
func Statuses() []Status { return []Status{Stable, Test, Off} }

// A Match says that and why an item matched a rule.
type Match struct {
	Rule Rule
	// Countries are ISO 3166-1 alpha-2 codes: the rule's, or else those that the text names, in the
	// order of the text. They are empty if neither says.
	Countries []string
	// Stage is how far the event has come, or "".
	Stage    Stage
	Severity Severity
	Topic    Topic
	// Law is the family of laws that it is about, or "".
	Law Law
	// StageSpans are the places in the item that prove the stage, each with the name of its cue as its
	// term. They are empty if the stage is the rule's own.
	StageSpans []Span
	// Direction is what the event does to speech, or "" if the stage is unknown.
	Direction Direction
	// Spans are the places in the item that made the query true, in the order of the text, and of each
	// term the first few.
	Spans []Span
}

// A Span is a place in an item's text.
type Span struct {
	Field Field
	// Start and End are byte offsets in the field, End excluded.
	Start, End int
	// Term is the term as it is written in the rule, without quotes. A concept or a place is one
	// term, such as @journalist or place:KH, whatever word of it was found.
	Term string
}

// A Field is a part of an item that rules look at.
type Field int

const (
	// Title is the item's headline.
	Title Field = iota
	// Summary is the item's summary.
	Summary
	// Body is the main text of the item's page.
	Body
)

// fieldCount is how many fields there are.
const fieldCount = 3

// String returns the name of the field in queries.
func (f Field) String() string {
	return [fieldCount]string{Title: "title", Summary: "summary", Body: "body"}[f]
}
