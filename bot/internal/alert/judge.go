package alert

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pressalert/rules"
)

// How much evidence a text must give to be the telling of a story depends on what else speaks for it:
// two headlines on an arrest in one country on one day, which has no other story like them, need few
// words in common; a fortnight apart they need most. The numbers are set by hand on the labelled
// stories (TestStoriesOnCorpus measures them).
const (
	// needClose is for a story of the same country, kind of event and stage, told within closeDays, and
	// needStage for one that the item would bring further.
	needClose = 0.8
	needStage = 2
	// needForeign is for one like needClose whose country one of the texts does not name, if they are in
	// two languages and share a name.
	needForeign = 0.9
	// needNear is for one that shares country and topic, told within nearDays.
	needNear = 3
	// needFar is for any other that shares the topic, within StoryDays.
	needFar = 4
	// needLate is for one that shares a dossier and several names, within DossierDays.
	needLate = 5
	// needLaw is for one on the same law, if both are in one language.
	needLaw = 0.2
	// needRival is added for each other story of the country that would fit as well but for the words,
	// up to rivalsMax.
	needRival = 0.4
	rivalsMax = 6

	// doubtApart multiplies what is needed, if each text names people or outlets of its own.
	doubtApart = 2.5

	// apartNames is how many names of its own each text must have to be on someone else: a first and a
	// last name.
	apartNames = 2

	// copyAlike is the share of words in common of a copy with edits, and templateAlike of what one
	// office writes on all its cases: if the names differ, so do the cases.
	copyAlike     = 0.5
	templateAlike = 0.35

	closeDays = 3
	nearDays  = 7
)

// judge weighs the text of an item against what is needed to make it a telling of a story.
func (q *query) judge(e *entry, found evidence) candidate {
	apart, others := days(e.Updated, q.when), q.namesOthers(found)
	switch {
	case !q.mayTell(e), others && found.resemblance >= templateAlike:
		return candidate{}
	case found.resemblance >= copyAlike && apart <= StoryDays:
		why := fmt.Sprintf("the same text with edits: %.0f %% of the words of both", 100*found.resemblance)
		return candidate{e, 2 * found.resemblance / copyAlike, why}
	case q.looksBack() != e.looksBack():
		return candidate{}
	}
	need := q.need(e, found, apart)
	if others {
		need *= doubtApart
	}
	return candidate{e, found.score / need, ""}.because(func() string {
		return fmt.Sprintf("%s, %s; %s", q.alike(e), ago(apart), q.sharedWords(found))
	})
}

// mayTell reports whether nothing but the words stands against a story: it is of another country, or of
// another law.
func (q *query) mayTell(e *entry) bool {
	otherCountry := len(q.Countries) > 0 && len(e.Countries) > 0 && !overlap(q.Countries, e.Countries)
	otherLaw := q.family() == familyOfLaws && e.family() == familyOfLaws &&
		len(q.Dossiers) > 0 && len(e.Dossiers) > 0 && !overlap(q.Dossiers, e.Dossiers)
	return !otherCountry && !otherLaw
}

// namesOthers reports whether each text has several names of its own. An outlet goes by many names, its
// owner and its ministry among them, so that two in common are enough; a person by one.
func (q *query) namesOthers(found evidence) bool {
	ofPersons := q.family() == familyOfPersons || q.family() == familyOfAttacks
	return found.own >= apartNames && (found.names < apartNames || ofPersons && found.own >= found.names)
}

// because fills in why, if the margin is enough.
func (c candidate) because(why func() string) candidate {
	if c.margin >= 1 {
		c.why = why()
	}
	return c
}

// need is the least score of a text for the story to be its own.
func (q *query) need(e *entry, found evidence, apart float64) float64 {
	sameCountry, sameStage := overlap(q.Countries, e.Countries), sameStage(q.Stage, e.Stage)
	isClose := apart <= closeDays && q.family() == e.family()
	switch rivals := needRival * float64(q.rivals(e)); {
	case !overlap(q.Topics, e.Topics):
		return math.Inf(1)
	case isClose && sameCountry && sameStage:
		return needClose + rivals
	case isClose && sameStage && found.foreign && found.names > 0:
		return needForeign + rivals
	case isClose && sameCountry && furthers(e.Stage, q.Stage):
		return needStage + rivals
	case sameCountry && apart <= nearDays:
		return needNear + rivals
	case apart <= StoryDays:
		return needFar + rivals
	case found.names > 1 && overlap(q.Dossiers, e.Dossiers) && apart <= DossierDays:
		return needLate
	}
	return math.Inf(1)
}

// rivals counts the other stories that fit as well, but for the words.
func (q *query) rivals(e *entry) int {
	n := len(q.kin)
	if slices.Contains(q.kin, e) {
		n--
	}
	return min(n, rivalsMax)
}

// judgeLaw joins what tells of one law: by its dossier, or else by country, family and stage.
func (q *query) judgeLaw(e *entry, compare func(*entry) evidence) candidate {
	apart := days(e.Updated, q.when)
	sameCountry, shared := overlap(q.Countries, e.Countries), inBoth(q.Dossiers, e.Dossiers)
	switch {
	case e.family() != familyOfLaws, !q.mayTell(e):
		return candidate{}
	case len(shared) > 0:
	case apart > closeDays, !sameCountry, !overlap(q.Laws, e.Laws),
		q.Stage != e.Stage, rank(q.Stage) < rank("introduced"):
		return candidate{}
	}
	found := compare(e)
	switch {
	case !found.foreign && found.score < needLaw:
		return candidate{}
	case len(shared) == 0:
		why := fmt.Sprintf("same country, kind of law and stage (%s), %s", q.Stage, ago(apart))
		return candidate{e, 1 + found.score, why}
	case !q.followsLaw(e, found, apart):
		return candidate{}
	}
	return candidate{e, 2 + found.score, fmt.Sprintf("same law (%s), %s", strings.Join(shared, ", "), ago(apart))}
}

// followsLaw reports whether an item that shares a dossier with a story tells it again or further. A
// dossier may be of several laws of a country, so that an earlier stage needs words that say so.
func (q *query) followsLaw(e *entry, found evidence, apart float64) bool {
	later, earlier := furthers(e.Stage, q.Stage), q.Stage != "" && furthers(q.Stage, e.Stage)
	switch {
	case apart <= StoryDays:
		return !earlier || found.score >= needClose
	case apart <= DossierDays:
		return later
	}
	return false
}

// sameStage reports whether two stages may be told of one event: they are as far, or one is not known.
func sameStage(a, b rules.Stage) bool { return a == "" || b == "" || rank(a) == rank(b) }

// looksBack reports whether an alert is of an item without an event of its own, such as a review.
func (a Alert) looksBack() bool { return a.Stage == "" && a.Severity <= rules.Low }

func (s Story) looksBack() bool { return s.Stage == "" && s.Severity <= rules.Low }

// A family is a kind of event. Outlets call one event by any topic of a family.
type family int

const (
	familyUnknown family = iota
	familyOfLaws
	familyOfPersons
	familyOfAttacks
	familyOfOutlets
	familyOfWatching
)

func (a Alert) family() family { return familyOf(a.Topics) }

func (s Story) family() family { return familyOf(s.Topics) }

// familyOf is that of the main topic.
func familyOf(topics []rules.Topic) family {
	if len(topics) == 0 {
		return familyUnknown
	}
	switch topics[0] {
	case rules.Legislation:
		return familyOfLaws
	case rules.Prosecution, rules.Lawsuit:
		return familyOfPersons
	case rules.Attack:
		return familyOfAttacks
	case rules.Censorship, rules.Shutdown:
		return familyOfOutlets
	}
	return familyOfWatching
}

// alike says what an alert and a story have in common but the words.
func (q *query) alike(e *entry) string {
	var parts []string
	if overlap(q.Countries, e.Countries) {
		parts = append(parts, "country")
	}
	if q.family() == e.family() {
		parts = append(parts, "topic")
	}
	if q.Stage != "" && q.Stage == e.Stage {
		parts = append(parts, "stage")
	}
	if len(parts) == 0 {
		return "close words"
	}
	return "same " + strings.Join(parts, ", ")
}

func ago(d float64) string {
	if d < 1 {
		return "within a day"
	}
	return fmt.Sprintf("%.0f days apart", math.Ceil(d))
}

// sharedWords lists some of the words that both have, names first.
func (q *query) sharedWords(found evidence) string {
	const most = 5
	var texts []string
	for _, kind := range []class{name, plain} {
		for _, t := range found.shared {
			i, ok := slices.BinarySearchFunc(q.words, t, func(w word, t term) int { return compareTerms(w.term, t) })
			if ok && t.class() == kind && len(texts) < most {
				texts = append(texts, q.words[i].text)
			}
		}
	}
	if len(texts) == 0 {
		return fmt.Sprintf("%d terms in common", len(found.shared))
	}
	return fmt.Sprintf("%d terms in common: %s", len(found.shared), strings.Join(texts, ", "))
}

// inBoth is what two lists have in common.
func inBoth[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(v T) bool { return !slices.Contains(b, v) })
}
