package rules

import (
	"slices"
	"strconv"
)

// A Direction says what an event does to speech; "" is unknown.
type Direction string

const (
	// Worse is an event that takes freedom.
	Worse Direction = "worse"
	// Better is an event that gives some back.
	Better Direction = "better"
	// Neutral is an event without an effect of its own.
	Neutral Direction = "neutral"
)

// directionOf follows part 7.3, 7.4 and 7.7 of the taxonomy.
func directionOf(s Stage) Direction {
	switch s {
	case "":
		return ""
	case "acquitted", "released", "struck_down", "repealed", "withdrawn", "shelved", "lifted", "partly-lifted", "justice":
		return Better
	case "denied", "under-investigation", "suspect-held":
		return Neutral
	}
	return Worse
}

// severity is how much a match matters. The rule says the least that an event is worth, facts raise that;
// an item without an event of its own, such as a review, an appeal or a denial, is low, whatever the rule
// says.
func (e event) severity(m *Match, p proof) Severity {
	if p.stage == "denied" {
		return Low
	}
	if p.weak && (e.tells("review") || len(e.hits(Title, "statement")) > 0 || len(e.hits(Title, "called-for")) > 0) {
		return Low
	}
	return max(m.Severity, e.level(m.Topic, p))
}

// level is the level of part 7.5 of the taxonomy, or 0 where the words do not tell. Facts that are
// missing mean the lower row.
func (e event) level(t Topic, p proof) Severity {
	switch {
	case p.stage == "":
		return 0
	case directionOf(p.stage) == Better:
		return e.reliefSeverity(p.stage)
	}
	s := e.eventSeverity(t, p)
	if s > Low && s < Critical && e.aggravated() {
		s++
	}
	return s
}

// eventSeverity is the row of the table that an event fits.
func (e event) eventSeverity(t Topic, p proof) Severity {
	switch t {
	case Legislation:
		return e.lawSeverity(p.stage)
	case Prosecution, Lawsuit:
		return e.caseSeverity(p.stage)
	case Censorship:
		return e.censorshipSeverity(p)
	case Shutdown:
		return e.first(level{Critical, "nationwide"}, level{High, ""})
	case Surveillance:
		return e.first(level{High, "spyware"}, level{Medium, ""})
	}
	return e.first(level{Critical, "killed"}, level{Critical, "abducted"}, level{High, "injured"}, level{High, "raided"},
		level{High, "seized"}, level{Medium, ""})
}

// reliefSeverity is one level under what ends, and medium at least.
func (e event) reliefSeverity(s Stage) Severity {
	switch s {
	case "struck_down", "repealed":
		return e.first(level{High, "prison"}, level{Medium, ""})
	case "lifted", "partly-lifted":
		return e.first(level{High, "nationwide"}, level{Medium, ""})
	case "released", "acquitted":
		if e.tells("life") || e.tellsYears() {
			return High
		}
	}
	return Medium
}

// aggravated reports whether the text states what makes an event one level graver: an election, an
// emergency, the first use of a law, or a group of five or more persons.
func (e event) aggravated() bool {
	return e.tells("election") || e.tells("emergency") || e.tells("first-use") || e.tellsGroup()
}

func (e event) lawSeverity(s Stage) Severity {
	switch s {
	case "drafted", "consultation":
		return Medium
	case "amended":
		return e.first(level{High, "tightened"}, level{Medium, ""})
	case "promulgated", "in_force":
		return e.first(level{Critical, "prison"}, level{High, ""})
	}
	return High
}

func (e event) caseSeverity(s Stage) Severity {
	switch s {
	case "summoned", "tried":
		return Medium
	case "sentenced":
		return e.sentenceSeverity()
	case "charged":
		if e.tells("sued") && !e.tells("detained") && !e.tells("charged") {
			return Medium
		}
	}
	return High
}

// sentenceSeverity is critical from a year of prison on, and medium for no more than a fine.
func (e event) sentenceSeverity() Severity {
	switch {
	case e.tells("life") || e.tellsYears():
		return Critical
	case e.tells("fined") && !e.tells("sentenced") && !e.tells("jailed"):
		return Medium
	}
	return High
}

// censorshipSeverity goes by what was done: an outlet closed or its licence revoked is critical, but the
// card of one reporter is not a licence.
func (e event) censorshipSeverity(p proof) Severity {
	if e.tells("accreditation") {
		return Medium
	}
	if len(p.cues) == 0 { // the rule states the stage
		return e.first(level{Critical, "licence-revoked"}, level{High, "suspended"}, level{High, "blocked"}, level{High, "closed"},
			level{High, "seized"}, level{Medium, ""})
	}
	switch cue := p.cues[0]; {
	case cue == "licence-revoked", cue == "closed" && e.tells("shut-down"):
		return Critical
	case cue == "removed", cue == "denied":
		return Medium
	case cue == "orders":
		return e.first(level{High, "blocked"}, level{High, "suspended"}, level{High, "closed"}, level{Medium, ""})
	}
	return High
}

// A level is what an event is worth whose item has a cue; "" stands for any item.
type level struct {
	severity Severity
	cue      string
}

// first returns the first level that the item fits, or 0.
func (e event) first(levels ...level) Severity {
	for _, l := range levels {
		if l.cue == "" || e.tells(l.cue) {
			return l.severity
		}
	}
	return 0
}

// toldFields are the fields whose facts count.
var toldFields = []Field{Title, Summary}

// tells reports whether a cue stands in title or summary.
func (e event) tells(cue string) bool {
	return slices.ContainsFunc(toldFields, func(f Field) bool { return len(e.hits(f, cue)) > 0 })
}

// tellsYears reports whether title or summary tell of a number of years in a sentence that tells of
// prison or a sentence too: "two years in prison", "ចំនួន ២ឆ្នាំ", "三年".
func (e event) tellsYears() bool {
	return slices.ContainsFunc(toldFields, func(f Field) bool {
		verdicts := slices.Concat(e.hits(f, "sentenced"), e.hits(f, "jailed"), e.hits(f, "prison"), e.hits(f, "gets"))
		return slices.ContainsFunc(e.hits(f, "year"), func(year place) bool {
			return e.counted(year) && slices.ContainsFunc(verdicts, func(v place) bool {
				return e.passages[f].oneSentence(v.first, year.first)
			})
		})
	})
}

// groupSize is how many persons make an event graver.
const groupSize = 5

// tellsGroup reports whether a number of persons, five or more, stands in title or summary.
func (e event) tellsGroup() bool {
	return slices.ContainsFunc(toldFields, func(f Field) bool {
		numbers := e.hits(f, "five")
		return slices.ContainsFunc(e.hits(f, "person"), func(p place) bool {
			return e.figures(p.field, p.first-1) >= groupSize || e.figures(p.field, p.last+1) >= groupSize ||
				slices.ContainsFunc(numbers, func(n place) bool { return n.last < p.first && e.beside(n, p) })
		})
	})
}

// beside reports whether not more than a word stands between the first of two places and the second.
func (e event) beside(first, second place) bool {
	return e.passages[first.field].between(first.last, second.first) <= wordUnits
}

// maxFigures is the largest number that counts something in a headline; above are years and sums.
const maxFigures = 999

// figures returns the number that a word is, or 0.
func (e event) figures(f Field, i int) int {
	tokens := e.passages[f].tokens
	if i < 0 || i >= len(tokens) {
		return 0
	}
	word := tokens[i].word
	if word < "0" || ":" <= word { // as nearly all, of which Atoi would make an error each
		return 0
	}
	n, err := strconv.Atoi(word)
	if err != nil || n > maxFigures {
		return 0
	}
	return n
}

// counted reports whether a number stands next to a place, in figures or as a word.
func (e event) counted(p place) bool {
	if e.figures(p.field, p.first-1) > 0 || e.figures(p.field, p.last+1) > 0 {
		return true
	}
	return slices.ContainsFunc(e.hits(p.field, "number"), func(n place) bool {
		return n.last < p.first && p.first-n.last <= 1 || n.first > p.last && n.first-p.last <= 1 || n.first >= p.first && n.last <= p.last
	})
}
