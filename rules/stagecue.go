package rules

import (
	"fmt"
	"maps"
	"slices"

	"pressalert/feeds/strict"
)

// stageDir is the directory below the rules directory whose files hold the cues of stages.
const stageDir = "stages"

// standIns are the names of all cues, and the concepts that stand in for one in the languages whose file
// of stages does not have it.
var standIns = map[string][]string{
	// Laws.
	"drafted": {"proposed"}, "bill": {"bill-draft"}, "consultation": nil, "introduced": nil,
	"approves": {"passed"}, "passes": nil, "issues": {"passed"}, "promulgated": nil, "in-force": nil,
	"amended": {"amendment"}, "shelved": nil, "withdrawn": nil, "struck-down": nil, "unconstitutional": nil, "repealed": nil,
	"law-used": nil, "decree": {"decree"}, "lower-body": nil, "legislature": {"parliament"},
	"signs": nil, "treaty": nil, "act": {"law", "bill-draft"},
	// Cases and suits.
	"summoned": {"summoned"}, "detained": {"arrested", "detained", "expelled"}, "charged": {"charged"},
	"tried": {"tried"}, "convicted": {"convicted"}, "sentenced": {"sentenced"}, "jailed": {"jailed"},
	"fined": {"fined"}, "acquitted": {"acquitted"}, "released": {"released"}, "sued": {"sued"},
	"settled": nil, "term": nil, "appealed": nil, "sought": nil, "dropped": nil, "drops": nil,
	"accusation": {"charged"}, "gets": nil, "rejects": nil, "court": nil,
	// Measures and attacks.
	"orders": nil, "licence-revoked": {"licence-revoked"}, "suspended": {"banned"}, "blocked": {"blocked"},
	"closed": {"closed-outlet"}, "removed": {"takedown"}, "expelled": {"expelled"}, "seized": {"seized"},
	"cut": {"shutdown-internet", "throttled"}, "lifted": nil, "partly-lifted": nil, "denied": nil,
	"spyware": {"spyware"}, "spied": {"surveillance", "wiretap"}, "investigated": nil, "impunity": nil,
	"culprit": nil, "required": nil, "unlawful": nil, "killed": {"killed"}, "abducted": nil,
	"attacked": {"attacked"}, "raided": {"raided"}, "ends": nil, "stops": nil, "denies": nil, "remains": nil, "continuing": nil,
	"threatened": {"threatened"}, "harassed": {"harassed"}, "hacked": {"hacker"},
	// Words that change what others mean.
	"not-yet": nil, "not-yet-after": nil, "called-for": nil, "review": nil, "statement": nil,
	// Facts of severity.
	"year": nil, "number": nil, "life": nil, "prison": {"jailed"}, "nationwide": nil, "injured": nil,
	"tightened": nil, "shut-down": nil, "election": nil, "emergency": nil, "first-use": nil, "five": nil,
	"accreditation": {"accreditation"}, "authority": {"authority"},
	"person": {"journalist", "blogger", "activist"},
}

// checkCue checks the name of a cue.
func (p *vocabularyParser) checkCue(f wordFile, name string) bool {
	if _, known := standIns[name]; known {
		return true
	}
	hint := strict.DidYouMean(name, slices.Sorted(maps.Keys(standIns)))
	p.bad(f, hint, fmt.Sprintf("unknown cue %q", name), name)
	return false
}

// spareName is the name of the list of the concepts that stand in for a cue in all languages.
func spareName(cue string) string { return "spare " + cue }

// allCues returns the lists of cues, each completed by the concepts that stand in for it, and the lists of
// those concepts alone.
func (p *vocabularyParser) allCues() map[string]*list {
	all := make(map[string]*list, len(standIns))
	for _, name := range slices.Sorted(maps.Keys(standIns)) {
		l, spare := p.lexicon.list("stage:"+name), p.lexicon.list("stage:"+spareName(name))
		own := make(map[uint8]bool)
		if known := p.cues[name]; known != nil {
			l.terms = slices.Clone(known.terms)
			for _, t := range known.terms {
				own[p.lexicon.termLanguages[t]] = true
			}
		}
		for _, concept := range standIns[name] {
			if known := p.concepts[concept]; known != nil {
				spare.terms = append(spare.terms, known.terms...)
				for _, t := range known.terms {
					if language := p.lexicon.termLanguages[t]; language == anyLanguageNumber || !own[language] {
						l.terms = append(l.terms, t)
					}
				}
			}
		}
		all[name] = l
		if len(spare.terms) > 0 {
			all[spareName(name)] = spare
		}
	}
	return all
}
