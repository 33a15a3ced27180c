package rules

import (
	"cmp"
	"slices"

	"pressalert/feeds"
)

// The stage of an event is judged from the words of an item that matched a rule: from lists of cues, in
// the order of tables that follow part 7 of the taxonomy. The title is judged before the summary, as it
// tells the newest event; the body is not, as it tells the old ones. A word that a cue of doubt stands
// before ("to be arrested", "could pass") proves nothing, so that no stage is named before it came.

// A stager judges how far events have come. It is immutable, and safe for concurrent use.
type stager struct {
	// cues finds the lists of cues, which it has by their names as if they were countries. It reads only
	// items that matched, so that the index of the rules need not know any cue.
	cues *index
}

func newStager(cues map[string]*list) *stager { return &stager{newIndex(nil, cues)} }

// judge sets stage, severity and direction of the matches of an item, and sorts them anew.
func (s *stager) judge(item feeds.Item, matches []Match) {
	if len(matches) == 0 {
		return
	}
	found := s.cues.searches.Get().(*search)
	defer found.release()
	found.read(item)
	e := event{&found.reading}
	for i := range matches {
		e.judge(&matches[i])
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(b.Severity, a.Severity) })
}

// An event is what an item tells, in cues.
type event struct{ *reading }

// judge sets the stage and what follows from it. What a rule states stands.
func (e event) judge(m *Match) {
	if m.Stage == "" {
		p := e.stage(m.Topic)
		m.Stage, m.StageSpans = p.stage, e.proofSpans(p)
	}
	m.Direction = directionOf(m.Stage)
	// The editor of a rule may know better how much it matters; facts only raise that.
	m.Severity = max(m.Severity, e.severity(m.Topic, m.Stage))
}

// A clue says which stage a cue proves.
type clue struct {
	stage Stage
	cue   string
	// with is a cue that must stand in the same field, without one that must not, or "".
	with, without string
	// thing is true if the cue names a thing, such as a bill, which is there whatever is doubted of it.
	thing bool
}

// A proof is a stage and the words that prove it.
type proof struct {
	stage Stage
	field Field
	// cues are the names of the lists that decided.
	cues []string
}

// stageFields are the fields that tell a stage, the first to be believed first.
var stageFields = []Field{Title, Summary}

// stage returns the stage that the item proves for a topic.
func (e event) stage(topic Topic) proof {
	strong, weak := cluesOf(topic)
	found, ok := e.earliest(strong)
	if !ok {
		found, _ = e.earliest(weak)
	}
	return e.furthered(found, strong)
}

// earliest judges one field after the other.
func (e event) earliest(clues []clue) (proof, bool) {
	for _, f := range stageFields {
		for _, c := range clues {
			if e.proves(f, c) {
				cues := []string{c.cue}
				if c.with != "" {
					cues = append(cues, c.with)
				}
				return proof{c.stage, f, cues}, true
			}
		}
	}
	return proof{}, false
}

func (e event) proves(f Field, c clue) bool {
	return (c.with == "" || len(e.asserted(f, c.with, c.stage)) > 0) &&
		(c.without == "" || len(e.hits(f, c.without)) == 0) &&
		(c.thing && len(e.hits(f, c.cue)) > 0 || len(e.asserted(f, c.cue, c.stage)) > 0)
}

// further are the stages that a summary adds to what the title tells of the same event: who is held and
// charged is charged, who is guilty and sentenced is sentenced (taxonomy, part 7.4), and an attack that
// the police look into is under investigation.
var further = map[Stage]Stage{"detained": "charged", "convicted": "sentenced", "reported": "under-investigation"}

// furthered returns the proof of the further stage, if the summary has it.
func (e event) furthered(p proof, clues []clue) proof {
	next, ok := further[p.stage]
	if !ok || p.field != Title {
		return p
	}
	for _, c := range clues {
		if c.stage == next && e.proves(Summary, c) {
			return proof{next, Summary, []string{c.cue}}
		}
	}
	return p
}

// hits returns where a cue stands in a field, in order.
func (e event) hits(f Field, cue string) []place {
	l := e.search.index.places[cue]
	if l == nil {
		return nil
	}
	var all []place
	for _, id := range e.search.termsOf(l) {
		for _, p := range e.search.placesOf(id) {
			if p.field == f {
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, comparePlaces)
	return slices.Compact(all)
}

// doubtReach is how many words a cue of doubt stands before what it doubts at most: "plans to quickly
// approve".
const doubtReach = 3

// asserted returns where a cue for a stage stands and is told as a fact.
func (e event) asserted(f Field, cue string, stage Stage) []place {
	doubts, calls := e.hits(f, "not-yet"), []place(nil)
	if directionOf(stage) == Better {
		calls = e.hits(f, "called-for")
	}
	return slices.DeleteFunc(e.hits(f, cue), func(p place) bool {
		return slices.ContainsFunc(doubts, func(d place) bool { return e.doubted(d, p) }) ||
			slices.ContainsFunc(calls, func(c place) bool { return e.passages[f].oneSentence(c.first, p.first) })
	})
}

// doubted reports whether a cue of doubt stands shortly before a place in its sentence.
func (e event) doubted(doubt, p place) bool {
	return doubt.last < p.first && p.first-doubt.last <= doubtReach && e.passages[p.field].oneSentence(doubt.last, p.first)
}

// proofSpans returns the places of the cues that decided.
func (e event) proofSpans(p proof) []Span {
	var spans []Span
	for _, cue := range p.cues {
		tokens := e.passages[p.field].tokens
		for _, at := range e.hits(p.field, cue) {
			spans = append(spans, Span{Field: p.field, Start: tokens[at.first].start, End: tokens[at.last].end, Term: cue})
		}
	}
	return bounded(spans)
}
