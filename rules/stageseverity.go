package rules

import "slices"

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

// severity is the level of part 7.5 of the taxonomy, or 0 where the words do not tell. Facts that are
// missing mean the lower row.
func (e event) severity(t Topic, s Stage) Severity {
	if s == "" {
		return 0
	}
	if directionOf(s) == Better {
		return Medium
	}
	switch t {
	case Legislation:
		return e.lawSeverity(s)
	case Prosecution, Lawsuit:
		return e.caseSeverity(s)
	case Censorship:
		return e.censorshipSeverity()
	case Shutdown:
		return e.first(level{Critical, "nationwide"}, level{High, ""})
	case Surveillance:
		return e.first(level{High, "spyware"})
	}
	return e.first(level{Critical, "killed"}, level{Critical, "abducted"}, level{High, "injured"}, level{High, "raided"},
		level{High, "seized"}, level{Medium, ""})
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

// censorshipSeverity takes the first row of outlets that the words fit.
func (e event) censorshipSeverity() Severity {
	return e.first(level{Critical, "licence-revoked"}, level{Critical, "shut-down"}, level{High, "suspended"},
		level{High, "blocked"}, level{High, "closed"}, level{High, "seized"}, level{High, "expelled"}, level{Medium, ""})
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

// tells reports whether a cue stands in title or summary.
func (e event) tells(cue string) bool {
	return slices.ContainsFunc(stageFields, func(f Field) bool { return len(e.hits(f, cue)) > 0 })
}

// tellsYears reports whether title or summary tell of a number of years in a sentence that tells of
// prison or a sentence too: "two years in prison", "ចំនួន ២ឆ្នាំ", "三年".
func (e event) tellsYears() bool {
	return slices.ContainsFunc(stageFields, func(f Field) bool {
		verdicts := slices.Concat(e.hits(f, "sentenced"), e.hits(f, "jailed"), e.hits(f, "prison"))
		return slices.ContainsFunc(e.hits(f, "year"), func(year place) bool {
			return e.counted(year) && slices.ContainsFunc(verdicts, func(v place) bool {
				return e.passages[f].oneSentence(v.first, year.first)
			})
		})
	})
}

// counted reports whether a number stands next to a place, in figures or as a word.
func (e event) counted(p place) bool {
	tokens := e.passages[p.field].tokens
	figures := func(i int) bool {
		if i < 0 || i >= len(tokens) {
			return false
		}
		first := tokens[i].word[0]
		return '1' <= first && first <= '9'
	}
	if figures(p.first-1) || figures(p.last+1) {
		return true
	}
	return slices.ContainsFunc(e.hits(p.field, "number"), func(n place) bool {
		return n.last < p.first && p.first-n.last <= 1 || n.first > p.last && n.first-p.last <= 1 || n.first >= p.first && n.last <= p.last
	})
}
