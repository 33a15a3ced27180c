package rules

// A Topic is what kind of event an item reports.
type Topic string

const (
	// Legislation is a law, bill, decree, treaty, or a ruling on one.
	Legislation Topic = "legislation"
	// Prosecution is a person summoned, arrested, tried, sentenced or released over speech.
	Prosecution Topic = "prosecution"
	// Censorship is a block, takedown, closure, ban, or a licence or accreditation refused.
	Censorship Topic = "censorship"
	// Shutdown is a network cut, throttled, or a whole platform cut off, by order of an authority.
	Shutdown Topic = "shutdown"
	// Surveillance is spyware, interception, real-name rules, searched devices.
	Surveillance Topic = "surveillance"
	// Attack is a person or outlet killed, hurt, abducted, threatened, raided or hacked.
	Attack Topic = "attack"
	// Lawsuit is a civil suit over what was published.
	Lawsuit Topic = "lawsuit"
)

// Topics returns every topic.
func Topics() []Topic {
	return []Topic{Legislation, Prosecution, Censorship, Shutdown, Surveillance, Attack, Lawsuit}
}

// A Law is a family of laws.
type Law string

// Laws returns every family of laws.
func Laws() []Law {
	return []Law{
		"cybercrime", "false-news", "defamation-insult", "lese-majeste", "sedition-security", "religion",
		"foreign-agent", "media-licensing", "platform-online-safety", "surveillance-data",
		"information-access", "emergency-assembly", "civil-society", "retaliatory", "none-disclosed",
	}
}

// A Stage is how far a law, a case or a measure has come; "" is unknown.
type Stage string

// LawStages returns the stages of a law, from first draft to repeal.
func LawStages() []Stage {
	return []Stage{
		"drafted", "consultation", "introduced", "approved", "passed", "promulgated", "in_force",
		"amended", "shelved", "withdrawn", "struck_down", "repealed",
	}
}

// CaseStages returns the stages of a case against a person, of civil suits too.
func CaseStages() []Stage {
	return []Stage{
		"summoned", "detained", "charged", "tried", "convicted", "sentenced", "acquitted", "released",
	}
}

// States returns the states of blocks, shutdowns, surveillance and attacks.
func States() []Stage {
	return []Stage{
		"ordered", "ongoing", "partly-lifted", "lifted", "denied", "reported", "under-investigation",
		"suspect-held", "impunity", "justice",
	}
}

// StagesOf returns the stages that an event of topic t can have.
func StagesOf(t Topic) []Stage {
	switch t {
	case Legislation:
		return LawStages()
	case Prosecution, Lawsuit:
		return CaseStages()
	}
	return States()
}

// A Severity says how much an event matters; the zero value is below all levels.
type Severity int

const (
	// Low is a statement, an analysis, an order not confirmed.
	Low Severity = iota + 1
	// Medium is a draft, a summons, a takedown order, a threat.
	Medium
	// High is a bill before parliament, an arrest, a blocked site, a raid.
	High
	// Critical is a law in force with prison for speech, a killing, a nationwide shutdown.
	Critical
)

// severityNames are the words of rule files and filters, by level.
var severityNames = [...]string{Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// Severities returns every level, lowest first.
func Severities() []Severity { return []Severity{Low, Medium, High, Critical} }

// String returns the word for s, or "" for no level.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return ""
	}
	return severityNames[s]
}

// ParseSeverity returns the level that a word names.
func ParseSeverity(word string) (Severity, bool) {
	for _, s := range Severities() {
		if severityNames[s] == word {
			return s, true
		}
	}
	return 0, false
}
