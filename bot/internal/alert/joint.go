package alert

import (
	"hash/maphash"
	"time"

	"pressalert/rules"
)

// A Relation says how an alert stands to the story it tells.
type Relation int

const (
	// New opens a story of its own.
	New Relation = iota
	// Again is another telling of the same event: the posted message is edited.
	Again
	// Further is a new stage, a higher severity or good news: a new post that replies to the first.
	Further
)

// String returns the relation as a word.
func (r Relation) String() string {
	return [...]string{New: "new", Again: "again", Further: "further"}[r]
}

// A Joint says which story an alert tells.
type Joint struct {
	// Story is the ID of the story, or 0 for a new one.
	Story    int64
	Relation Relation
	// Why says in half a sentence why the alert tells that story, for admins.
	Why     string
	Changed Changes
}

// Changes are what an alert adds to a story.
type Changes struct {
	Stage     Change[rules.Stage]
	Severity  Change[rules.Severity]
	Direction Change[rules.Direction]
}

// A Change is from one value to another, or zero if nothing changed.
type Change[T comparable] struct{ From, To T }

// Happened reports whether the value changed.
func (c Change[T]) Happened() bool { return c.From != c.To }

// A candidate is a story that an alert may tell, and the strongest reason for it.
type candidate struct {
	*entry
	// points are what speaks for it and against it: from 0 on it is told.
	points float64
	why    func() string
}

// Join finds the story that an alert tells at now, of those in the index, which it leaves as it is.
func (s *Stories) Join(a Alert, now time.Time) Joint {
	if a.Item.Link != "" {
		if e, ok := s.links[maphash.String(s.seed, a.Item.Link)]; ok && s.open(e, now) {
			return s.relate(e, a, "same link")
		}
	}
	q := s.ask(a, now)
	var best candidate
	consider := func(c candidate) {
		if c.entry != nil && c.points >= 0 && (best.entry == nil || c.points > best.points) {
			best = c
		}
	}
	for _, n := range s.candidates(q) {
		consider(q.judge(s.compare(q, n)))
	}
	for _, e := range q.lawful {
		consider(q.judgeLaw(e))
	}
	if best.entry == nil {
		return Joint{}
	}
	return s.relate(best.entry, a, best.why())
}

// relate says how an alert stands to the story that it tells. A stage that the story has left behind
// changes nothing: outlets are late.
func (s *Stories) relate(e *entry, a Alert, why string) Joint {
	told := s.story(e)
	j := Joint{Story: told.ID, Relation: Again, Why: why}
	moved := told.movedBy(a)
	if moved {
		j.Changed.Stage = Change[rules.Stage]{told.Stage, a.Stage}
	}
	if a.Severity > told.Severity {
		j.Changed.Severity = Change[rules.Severity]{told.Severity, a.Severity}
	}
	if a.Direction != "" && a.Direction != told.Direction && (moved || rank(a.Stage) >= rank(told.Stage)) {
		j.Changed.Direction = Change[rules.Direction]{told.Direction, a.Direction}
	}
	better := j.Changed.Direction.To == rules.Better && told.Direction != ""
	if moved && told.Stage != "" || j.Changed.Severity.Happened() || better || s.resumed(e, a) {
		j.Relation = Further
	}
	return j
}
