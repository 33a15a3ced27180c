package rules

// The tables of clues, one for each kind of stage. In a field the first clue that holds decides, so the
// newest event of a story stands before what led to it. Weak clues count only if no field has a strong one,
// and the concepts that stand in for cues only if neither holds.

// cluesOf returns the clues of a topic.
func cluesOf(t Topic) (strong, weak []clue) {
	switch t {
	case Legislation:
		return lawClues, weakLawClues
	case Prosecution:
		return caseClues, weakCaseClues
	case Lawsuit:
		return suitClues, nil
	case Censorship:
		return censorshipClues, weakCensorshipClues
	case Shutdown:
		return shutdownClues, weakShutdownClues
	case Surveillance:
		return surveillanceClues, weakSurveillanceClues
	}
	return attackClues, weakAttackClues
}

// lawClues follow part 7.3: who acted decides whether a text is approved or passed. A vote whose rank is
// not told is approved.
var lawClues = []clue{
	{stage: "struck_down", cue: "struck-down"},
	{stage: "struck_down", cue: "repealed", with: "court", near: true},
	{stage: "struck_down", cue: "withdrawn", with: "court", near: true},
	{stage: "repealed", cue: "repealed"},
	{stage: "withdrawn", cue: "withdrawn"},
	{stage: "shelved", cue: "shelved"},
	{stage: "promulgated", cue: "promulgated"},
	{stage: "in_force", cue: "in-force"},
	{stage: "passed", cue: "issues", with: "decree"},
	{stage: "approved", cue: "signs", with: "treaty"},
	{stage: "promulgated", cue: "signs", with: "act"},
	{stage: "approved", cue: "approves", with: "lower-body"},
	{stage: "approved", cue: "passes", with: "lower-body"},
	{stage: "passed", cue: "passes"},
	{stage: "passed", cue: "approves", with: "legislature"},
	{stage: "approved", cue: "approves"},
	{stage: "introduced", cue: "introduced"},
	{stage: "consultation", cue: "consultation"},
	{stage: "amended", cue: "amended", without: "bill"},
}

var weakLawClues = []clue{
	{stage: "drafted", cue: "drafted", thing: true},
	{stage: "drafted", cue: "bill", thing: true},
	{stage: "in_force", cue: "law-used", without: "bill", thing: true},
	{stage: "in_force", cue: "repealed", called: true},
	{stage: "in_force", cue: "amended", called: true},
}

// caseClues follow part 7.4.
var caseClues = []clue{
	{stage: "acquitted", cue: "acquitted"},
	{stage: "released", cue: "released"},
	{stage: "released", cue: "dropped"},
	{stage: "released", cue: "drops", with: "accusation", near: true},
	{stage: "tried", cue: "appealed"},
	{stage: "tried", cue: "sought"},
	{stage: "sentenced", cue: "sentenced"},
	{stage: "sentenced", cue: "jailed", with: "term"},
	{stage: "sentenced", cue: "gets", with: "term", near: true},
	{stage: "sentenced", cue: "fined"},
	{stage: "convicted", cue: "convicted"},
	{stage: "tried", cue: "tried"},
	{stage: "charged", cue: "charged"},
	{stage: "detained", cue: "detained"},
	{stage: "summoned", cue: "summoned"},
}

// weakCaseClues has the word jailed, which some newsrooms write of an arrest, others of a sentence, and
// what a call tells by the way: who asks to drop charges says that there are some.
var weakCaseClues = []clue{
	{stage: "charged", cue: "dropped", called: true},
	{stage: "detained", cue: "released", called: true},
	{stage: "detained", cue: "jailed"},
}

// suitClues use the stages of cases for civil suits: sentenced is ordered to pay, acquitted is dismissed,
// released is settled, charged is filed.
var suitClues = []clue{
	{stage: "acquitted", cue: "acquitted"},
	{stage: "acquitted", cue: "rejects", with: "sued", near: true},
	{stage: "released", cue: "settled"},
	{stage: "released", cue: "drops", with: "sued", near: true},
	{stage: "sentenced", cue: "fined"},
	{stage: "convicted", cue: "convicted"},
	{stage: "tried", cue: "tried"},
	{stage: "charged", cue: "sued"},
}

// The clues of measures: an order or a licence revoked is ordered, its effect ongoing.
var (
	censorshipClues = []clue{
		{stage: "partly-lifted", cue: "partly-lifted"},
		{stage: "lifted", cue: "lifted"},
		{stage: "lifted", cue: "unlawful"},
		{stage: "denied", cue: "denied"},
		{stage: "ordered", cue: "orders"},
		{stage: "ordered", cue: "licence-revoked"},
		{stage: "ordered", cue: "suspended"},
		{stage: "ongoing", cue: "blocked"},
		{stage: "ordered", cue: "closed", with: "authority", near: true},
		{stage: "ongoing", cue: "closed"},
		{stage: "ordered", cue: "removed"},
		{stage: "ordered", cue: "expelled"},
		{stage: "ordered", cue: "seized"},
	}
	shutdownClues = []clue{
		{stage: "partly-lifted", cue: "partly-lifted"},
		{stage: "lifted", cue: "lifted"},
		{stage: "lifted", cue: "unlawful"},
		{stage: "denied", cue: "denied"},
		{stage: "ordered", cue: "orders"},
		{stage: "ongoing", cue: "cut"},
		{stage: "ongoing", cue: "blocked"},
		{stage: "ordered", cue: "suspended"},
	}
	// weakCensorshipClues have what a call tells by the way: who asks to lift a ban says that there is one.
	weakCensorshipClues = []clue{{stage: "ordered", cue: "lifted", called: true}}
	weakShutdownClues   = []clue{{stage: "ongoing", cue: "lifted", called: true}}
	surveillanceClues   = []clue{
		{stage: "denied", cue: "denied"},
		{stage: "justice", cue: "unlawful"},
		{stage: "under-investigation", cue: "investigated"},
	}
	weakSurveillanceClues = []clue{
		{stage: "ordered", cue: "required", thing: true},
		{stage: "reported", cue: "spyware"},
		{stage: "reported", cue: "spied"},
		{stage: "ordered", cue: "orders"},
	}
	attackClues = []clue{
		{stage: "impunity", cue: "impunity"},
		{stage: "justice", cue: "sentenced", with: "culprit"},
		{stage: "justice", cue: "convicted", with: "culprit"},
		{stage: "justice", cue: "unlawful"},
		{stage: "suspect-held", cue: "detained", with: "culprit"},
		{stage: "suspect-held", cue: "charged", with: "culprit"},
		{stage: "suspect-held", cue: "tried", with: "culprit"},
		{stage: "under-investigation", cue: "investigated"},
		{stage: "reported", cue: "killed"},
		{stage: "reported", cue: "abducted"},
		{stage: "reported", cue: "attacked"},
		{stage: "reported", cue: "raided"},
	}
	weakAttackClues = []clue{
		{stage: "reported", cue: "threatened"},
		{stage: "reported", cue: "harassed"},
		{stage: "reported", cue: "hacked"},
	}
)
