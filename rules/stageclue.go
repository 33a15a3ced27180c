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
	{stage: "struck_down", cue: "unconstitutional", with: "court"},
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
// released is settled, charged is filed. A title names the suit, and the summary what became of it.
var suitClues = []clue{
	{stage: "acquitted", cue: "acquitted"},
	{stage: "acquitted", cue: "rejects", with: "sued", near: true},
	{stage: "released", cue: "settled"},
	{stage: "released", cue: "drops", with: "sued", near: true},
	{stage: "sentenced", cue: "fined"},
	{stage: "convicted", cue: "convicted"},
	{stage: "tried", cue: "appealed"},
	{stage: "tried", cue: "tried"},
	{stage: "charged", cue: "sued"},
	{stage: "acquitted", cue: "acquitted", after: "charged"},
	{stage: "acquitted", cue: "rejects", with: "sued", near: true, after: "charged"},
	{stage: "released", cue: "settled", after: "charged"},
	{stage: "released", cue: "drops", with: "sued", near: true, after: "charged"},
	{stage: "convicted", cue: "convicted", after: "charged"},
	{stage: "sentenced", cue: "fined", with: "court", after: "charged"},
	{stage: "tried", cue: "appealed", after: "charged"},
}

// The clues of measures: an order or a licence revoked is ordered, its effect ongoing. A word such as
// ends lifts what stands beside it, and denies denies what the same part of the item tells.
var (
	censorshipClues = []clue{
		{stage: "partly-lifted", cue: "partly-lifted"},
		{stage: "partly-lifted", cue: "remains", with: "blocked", near: true, after: "lifted"},
		{stage: "partly-lifted", cue: "remains", with: "suspended", near: true, after: "lifted"},
		{stage: "partly-lifted", cue: "remains", with: "closed", near: true, after: "lifted"},
		{stage: "lifted", cue: "lifted"},
		{stage: "lifted", cue: "unlawful"},
		{stage: "lifted", cue: "ends", with: "orders", near: true},
		{stage: "lifted", cue: "ends", with: "suspended", near: true},
		{stage: "lifted", cue: "ends", with: "blocked", near: true},
		{stage: "lifted", cue: "ends", with: "closed", near: true},
		{stage: "denied", cue: "denied"},
		{stage: "denied", cue: "denies", with: "blocked"},
		{stage: "denied", cue: "denies", with: "closed"},
		{stage: "denied", cue: "denies", with: "suspended"},
		{stage: "ordered", cue: "orders"},
		{stage: "ordered", cue: "licence-revoked"},
		{stage: "ongoing", cue: "remains", with: "suspended", near: true},
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
		{stage: "partly-lifted", cue: "remains", with: "blocked", near: true, after: "lifted"},
		{stage: "partly-lifted", cue: "remains", with: "cut", near: true, after: "lifted"},
		{stage: "partly-lifted", cue: "remains", with: "suspended", near: true, after: "lifted"},
		{stage: "partly-lifted", cue: "remains", with: "closed", near: true, after: "lifted"},
		{stage: "lifted", cue: "lifted"},
		{stage: "lifted", cue: "unlawful"},
		{stage: "lifted", cue: "ends", with: "cut", near: true},
		{stage: "lifted", cue: "ends", with: "blocked", near: true},
		{stage: "lifted", cue: "ends", with: "suspended", near: true},
		{stage: "denied", cue: "denied"},
		{stage: "denied", cue: "denies", with: "cut"},
		{stage: "denied", cue: "denies", with: "blocked"},
		{stage: "ordered", cue: "orders"},
		{stage: "ongoing", cue: "cut"},
		{stage: "ongoing", cue: "blocked"},
		{stage: "ordered", cue: "suspended"},
	}
	// weakCensorshipClues have what a call tells by the way: who asks to lift a ban says that there is one.
	weakCensorshipClues = []clue{{stage: "ordered", cue: "lifted", called: true}}
	weakShutdownClues   = []clue{{stage: "ongoing", cue: "lifted", called: true}}
	surveillanceClues   = []clue{
		{stage: "lifted", cue: "ends", with: "spied", near: true},
		{stage: "lifted", cue: "stops", with: "spied", near: true},
		{stage: "justice", cue: "unlawful"},
		{stage: "under-investigation", cue: "investigated"},
	}
	weakSurveillanceClues = []clue{
		{stage: "denied", cue: "denied"},
		{stage: "denied", cue: "denies", with: "spyware"},
		{stage: "denied", cue: "denies", with: "spied"},
		{stage: "ordered", cue: "required", thing: true},
		{stage: "reported", cue: "spyware"},
		{stage: "ongoing", cue: "spied", with: "continuing"},
		{stage: "reported", cue: "spied"},
		{stage: "ordered", cue: "orders"},
	}
	// attackClues name what became of the culprits before the attack: who is freed of it leaves it unpunished.
	attackClues = []clue{
		{stage: "impunity", cue: "impunity"},
		{stage: "impunity", cue: "acquitted", with: "culprit"},
		{stage: "impunity", cue: "dropped", with: "culprit"},
		{stage: "justice", cue: "sentenced", with: "culprit"},
		{stage: "justice", cue: "life", with: "culprit"},
		{stage: "justice", cue: "convicted", with: "culprit"},
		{stage: "justice", cue: "fined", with: "culprit"},
		{stage: "justice", cue: "unlawful"},
		{stage: "impunity", cue: "released", with: "culprit", near: true},
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
