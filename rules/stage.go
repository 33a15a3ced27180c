package rules

import (
	"cmp"
	"slices"
)

// The stage of an event is judged from the words of an item that matched a rule: from lists of cues, in
// the order of tables that follow part 7 of the taxonomy. The title is judged before the summary, as it
// tells the newest event; the body is not, as it tells the old ones. A word that a cue of doubt stands
// before ("to be arrested", "could pass") proves nothing, so that no stage is named before it came.

// judge sets stage, severity and direction of the matches of the item that was read, and sorts them anew.
func (s *search) judge(matches []Match) {
	if len(matches) == 0 {
		return
	}
	s.readCues()
	e := event{reading: &s.reading}
	for i := range matches {
		e.judge(&matches[i])
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(b.Severity, a.Severity) })
}

// An event is what an item tells, in cues.
type event struct {
	*reading
	// spare is true if the concepts that stand in for cues count instead of the cues.
	spare bool
}

// judge sets the stage and what follows from it. What a rule states stands.
func (e event) judge(m *Match) {
	p := proof{stage: m.Stage}
	if m.Stage == "" {
		p = e.stage(m.Topic)
		m.Stage, m.StageSpans = p.stage, e.proofSpans(p)
	}
	m.Direction = directionOf(m.Stage)
	m.Severity = e.severity(m, p)
}

// A clue says which stage a cue proves.
type clue struct {
	stage Stage
	cue   string
	// with is a cue that must stand in the same field, without one that must not, or "".
	with, without string
	// near is true if with must stand near: "gets two years".
	near bool
	// thing is true if the cue names a thing, such as a bill, which is there whatever is doubted of it.
	thing bool
	// called is true if what the cue tells is called for, so that it has not come: who is to be freed is held.
	called bool
	// after is the stage that must be proved already, or "": what was lifted and remains in part.
	after Stage
}

// A proof is a stage and the words that prove it.
type proof struct {
	stage Stage
	field Field
	// cues are the names of the lists that decided.
	cues []string
	// weak is true if only weak clues hold, so that the item tells of no new event. spare is true if it
	// was concepts that decided, where the cues are silent.
	weak, spare bool
}

// An area is a part of an item: a field, or only its first sentence.
type area struct {
	field Field
	lead  bool
}

// stageAreas are the parts that tell a stage, the first to be believed first: later sentences of a summary
// tell what led to the event.
var stageAreas = []area{{Title, false}, {Summary, true}, {Summary, false}}

// stage returns the stage that the item proves for a topic. A review of many events has none.
func (e event) stage(topic Topic) proof {
	strong, weak := cluesOf(topic)
	found, ok := e.earliest(strong)
	switch {
	case e.reviews(found):
		return proof{weak: true}
	case !ok:
		if found, ok = e.earliest(weak); ok {
			found.weak = true
			break
		}
		e.spare = true
		found, ok = e.earliest(strong)
		found.weak, found.spare = !ok, true
	}
	return e.furthered(found, strong)
}

// reviews reports whether the item looks back on many events, in the title or where the title proves none.
func (e event) reviews(p proof) bool {
	return len(e.hits(Title, "review")) > 0 || len(e.hits(Summary, "review")) > 0 && (p.stage == "" || p.field == Summary)
}

// earliest judges one area after the other.
func (e event) earliest(clues []clue) (proof, bool) {
	for _, a := range stageAreas {
		for _, c := range clues {
			if c.after == "" && e.proves(a, c, clues) {
				return proofBy(c, a.field), true
			}
		}
	}
	return proof{}, false
}

func proofBy(c clue, f Field) proof {
	cues := []string{c.cue}
	if c.with != "" {
		cues = append(cues, c.with)
	}
	return proof{stage: c.stage, field: f, cues: cues}
}

// proves reports whether a clue, one of several, holds in an area.
func (e event) proves(a area, c clue, clues []clue) bool {
	if len(e.hits(a.field, c.cue)) == 0 { // as of most clues, so that nothing else need be asked
		return false
	}
	var at []place
	with := e.within(a, e.asserted(a.field, c.with, c.stage))
	switch {
	case c.with != "" && len(with) == 0,
		c.without != "" && e.tells(c.without):
		return false
	case c.called:
		at = e.called(a.field, c.cue)
	case c.thing:
		at = e.hits(a.field, c.cue)
	default:
		at = e.asserted(a.field, c.cue, c.stage)
	}
	return slices.ContainsFunc(e.within(a, at), func(p place) bool {
		return !e.swallowed(p, c.stage, clues) &&
			(!c.near || slices.ContainsFunc(with, func(w place) bool { return e.shortly(p, w, nearReach) || e.shortly(w, p, nearReach) }))
	})
}

// swallowed reports whether a place is part of a longer cue for another stage, which tells what is meant:
// "charges dropped" is no charge, "damages suit" no damages.
func (e event) swallowed(p place, stage Stage, clues []clue) bool {
	return slices.ContainsFunc(clues, func(c clue) bool {
		return c.stage != stage && slices.ContainsFunc(e.hits(p.field, c.cue), func(long place) bool {
			return long.first <= p.first && p.last <= long.last && long.last-long.first > p.last-p.first
		})
	})
}

// within returns those of places in the field of an area that the area has.
func (e event) within(a area, places []place) []place {
	if !a.lead {
		return places
	}
	return without(places, func(p place) bool { return e.passages[a.field].tokens[p.first].sentence > 0 })
}

// further are the stages that a summary adds to what the title tells of the same event: who is held and
// charged is charged, who is guilty and sentenced is sentenced (taxonomy, part 7.4), what an authority
// ended was a law in force, if that is told too, and of an attack the newest is what became of the culprits.
var further = map[Stage][]Stage{
	"detained":  {"charged"},
	"convicted": {"sentenced"},
	"withdrawn": {"repealed"},
	"reported":  {"justice", "suspect-held", "under-investigation"},
}

// furthered returns the proof of the further stage, if title or summary have it.
func (e event) furthered(p proof, clues []clue) proof {
	for _, c := range clues {
		if c.after == "" && !slices.Contains(further[p.stage], c.stage) || c.after != "" && c.after != p.stage {
			continue
		}
		for _, f := range toldFields {
			if e.proves(area{field: f}, c, clues) {
				return proofBy(c, f)
			}
		}
	}
	return p
}

// hits returns where a cue stands in a field, in order.
func (e event) hits(f Field, cue string) []place {
	if e.spare && len(standIns[cue]) > 0 {
		cue = spareName(cue)
	}
	l, known := e.search.index.cues[cue]
	if !known {
		return nil
	}
	all := e.search.listPlaces(l)
	from := slices.IndexFunc(all, func(p place) bool { return p.field == f })
	if from < 0 {
		return nil
	}
	to := from
	for to < len(all) && all[to].field == f {
		to++
	}
	return all[from:to:to]
}

const (
	// doubtReach is how far a cue of doubt stands from what it doubts at most, as NEAR measures it: with
	// two words between, "plans to quickly now approve".
	doubtReach = 2 * wordUnits
	// nearReach is how far a cue stands at most from one that must be near it: "ends four-week Facebook ban".
	nearReach = 3 * wordUnits
)

// asserted returns where a cue for a stage stands and is told as a fact.
func (e event) asserted(f Field, cue string, stage Stage) []place {
	all := e.hits(f, cue)
	if len(all) == 0 {
		return nil
	}
	better := directionOf(stage) == Better
	before, after := e.hits(f, "not-yet"), e.hits(f, "not-yet-after")
	return without(all, func(p place) bool {
		return slices.ContainsFunc(before, func(d place) bool { return e.shortly(d, p, doubtReach) }) ||
			slices.ContainsFunc(after, func(d place) bool { return e.shortly(p, d, doubtReach) }) ||
			(better || stage == "amended") && e.isCalled(p)
	})
}

// called returns where a cue stands in a sentence that calls for something.
func (e event) called(f Field, cue string) []place {
	return without(e.hits(f, cue), func(p place) bool { return !e.isCalled(p) })
}

func (e event) isCalled(p place) bool {
	return slices.ContainsFunc(e.hits(p.field, "called-for"), func(c place) bool {
		return e.passages[p.field].oneSentence(c.first, p.first)
	})
}

// shortly reports whether the first of two places stands before the second in one sentence, within reach.
func (e event) shortly(first, second place, reach int) bool {
	p := &e.passages[first.field]
	return first.last < second.first && p.between(first.last, second.first) <= reach && p.oneSentence(first.last, second.first)
}

// proofSpans returns the places of the cues that decided.
func (e event) proofSpans(p proof) []Span {
	var spans []Span
	e.spare = p.spare
	for _, cue := range p.cues {
		tokens := e.passages[p.field].tokens
		for _, at := range e.hits(p.field, cue) {
			spans = append(spans, Span{Field: p.field, Start: tokens[at.first].start, End: tokens[at.last].end, Term: cue})
		}
	}
	return bounded(spans)
}
