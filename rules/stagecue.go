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
	"amended": {"amendment"}, "shelved": nil, "withdrawn": nil, "struck-down": nil, "repealed": nil,
	"law-used": nil, "decree": {"decree"}, "lower-body": nil, "legislature": {"parliament"},
	// Cases and suits.
	"summoned": {"summoned"}, "detained": {"arrested", "detained", "expelled"}, "charged": {"charged"},
	"tried": {"tried"}, "convicted": {"convicted"}, "sentenced": {"sentenced"}, "jailed": {"jailed"},
	"fined": {"fined"}, "acquitted": {"acquitted"}, "released": {"released"}, "sued": {"sued"},
	"settled": nil, "term": nil, "appealed": nil,
	// Measures and attacks.
	"orders": nil, "licence-revoked": {"licence-revoked"}, "suspended": {"banned"}, "blocked": {"blocked"},
	"closed": {"closed-outlet"}, "removed": {"takedown"}, "expelled": {"expelled"}, "seized": {"seized"},
	"cut": {"shutdown-internet", "throttled"}, "lifted": nil, "partly-lifted": nil, "denied": nil,
	"spyware": {"spyware"}, "spied": {"surveillance", "wiretap"}, "investigated": nil, "impunity": nil,
	"culprit": nil, "killed": {"killed"}, "abducted": nil, "attacked": {"attacked"}, "raided": {"raided"},
	"threatened": {"threatened"}, "harassed": {"harassed"}, "hacked": {"hacker"},
	// Words that change what others mean.
	"not-yet": nil, "called-for": nil, "review": nil,
	// Facts of severity.
	"year": nil, "number": nil, "life": nil, "prison": {"jailed"}, "nationwide": nil, "injured": nil,
	"tightened": nil, "shut-down": nil,
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

// allCues returns the lists of cues, each completed by the concepts that stand in for it.
func (p *vocabularyParser) allCues() map[string]*list {
	all := make(map[string]*list, len(standIns))
	for name, concepts := range standIns {
		l := &list{name: "stage:" + name}
		own := make(map[string]bool)
		if known := p.cues[name]; known != nil {
			l.terms = slices.Clone(known.terms)
			for _, t := range known.terms {
				own[t.language] = true
			}
		}
		for _, concept := range concepts {
			if known := p.concepts[concept]; known != nil {
				for _, t := range known.terms {
					if t.language == "" || !own[t.language] {
						l.terms = append(l.terms, t)
					}
				}
			}
		}
		all[name] = l
	}
	return all
}
