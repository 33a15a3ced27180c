package rules

// The tables of clues, one for each kind of stage. In a field the first clue that holds decides, so the
// newest event of a story stands before what led to it. Weak clues count only if no field has a strong one.

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
		return censorshipClues, nil
	case Shutdown:
		return shutdownClues, nil
	case Surveillance:
		return surveillanceClues, weakSurveillanceClues
	}
	return attackClues, weakAttackClues
}

// lawClues follow part 7.3: who acted decides whether a text is approved or passed. A vote whose rank is
// not told is approved.
var lawClues = []clue{
	{stage: "struck_down", cue: "struck-down"},
	{stage: "repealed", cue: "repealed"},
	{stage: "withdrawn", cue: "withdrawn"},
	{stage: "shelved", cue: "shelved"},
	{stage: "promulgated", cue: "promulgated"},
	{stage: "in_force", cue: "in-force"},
	{stage: "passed", cue: "issues", with: "decree"},
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
}

// caseClues follow part 7.4.
var caseClues = []clue{
	{stage: "acquitted", cue: "acquitted"},
	{stage: "released", cue: "released"},
	{stage: "tried", cue: "appealed"},
	{stage: "sentenced", cue: "sentenced"},
	{stage: "sentenced", cue: "jailed", with: "term"},
	{stage: "sentenced", cue: "fined"},
	{stage: "convicted", cue: "convicted"},
	{stage: "tried", cue: "tried"},
	{stage: "charged", cue: "charged"},
	{stage: "detained", cue: "detained"},
	{stage: "summoned", cue: "summoned"},
}

// weakCaseClues has the word jailed, which some newsrooms write of an arrest, others of a sentence.
var weakCaseClues = []clue{{stage: "detained", cue: "jailed"}}

// suitClues use the stages of cases for civil suits: sentenced is ordered to pay, acquitted is dismissed,
// released is settled, charged is filed.
var suitClues = []clue{
	{stage: "acquitted", cue: "acquitted"},
	{stage: "released", cue: "settled"},
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
		{stage: "denied", cue: "denied"},
		{stage: "ordered", cue: "orders"},
		{stage: "ordered", cue: "licence-revoked"},
		{stage: "ordered", cue: "suspended"},
		{stage: "ongoing", cue: "blocked"},
		{stage: "ongoing", cue: "closed"},
		{stage: "ordered", cue: "removed"},
		{stage: "ordered", cue: "expelled"},
		{stage: "ordered", cue: "seized"},
	}
	shutdownClues = []clue{
		{stage: "partly-lifted", cue: "partly-lifted"},
		{stage: "lifted", cue: "lifted"},
		{stage: "denied", cue: "denied"},
		{stage: "ordered", cue: "orders"},
		{stage: "ongoing", cue: "cut"},
		{stage: "ongoing", cue: "blocked"},
		{stage: "ordered", cue: "suspended"},
	}
	surveillanceClues = []clue{
		{stage: "denied", cue: "denied"},
		{stage: "under-investigation", cue: "investigated"},
		{stage: "ordered", cue: "orders"},
	}
	weakSurveillanceClues = []clue{
		{stage: "reported", cue: "spyware", without: "review"},
		{stage: "reported", cue: "spied", without: "review"},
	}
	attackClues = []clue{
		{stage: "impunity", cue: "impunity"},
		{stage: "justice", cue: "sentenced", with: "culprit"},
		{stage: "justice", cue: "convicted", with: "culprit"},
		{stage: "suspect-held", cue: "detained", with: "culprit"},
		{stage: "under-investigation", cue: "investigated"},
		{stage: "reported", cue: "killed", without: "review"},
		{stage: "reported", cue: "abducted", without: "review"},
		{stage: "reported", cue: "attacked", without: "review"},
		{stage: "reported", cue: "raided", without: "review"},
	}
	weakAttackClues = []clue{
		{stage: "reported", cue: "threatened", without: "review"},
		{stage: "reported", cue: "harassed", without: "review"},
		{stage: "reported", cue: "hacked", without: "review"},
	}
)
