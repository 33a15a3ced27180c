package alert

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pressalert/rules"
)

// Whether a text is a telling of a story is weighed in points: what speaks for it adds some, what speaks against it
// takes some away, and from 0 on it is one. The points are the odds of one event against two, as logarithms,
// roundly: they were fitted to the labelled pairs, some by hand (TestStoriesOnCorpus and TestStoriesWritten measure
// them), in one language and in two apart, as words do not translate.
const (
	// startPoints are what a story of the same country has to make up for.
	startPoints        = -2.2
	startPointsForeign = -3.1

	// perScore is for each point of the score of the words in common, perName for the weight of the names among
	// them, and perCover for the shares of each headline that the other text has. perAnchor is for the weight of
	// what two languages have in common: names, numbers and roles. Beyond scoreMax and namesMax more says no more.
	perScore      = 0.23
	perName       = 0.45
	perCover      = 1.2
	perOtherCover = 1.0
	perAnchor     = 0.77
	scoreMax      = 8
	namesMax      = 6

	// perResemblance takes away what is of the form that one office writes on all its cases.
	perResemblance = -2.9

	// sameStagePoints are for two texts that tell of one stage, or of which one tells none, and sameLawPoints for
	// a family of laws in common.
	sameStagePoints        = 1.7
	sameStagePointsForeign = 1.2
	sameLawPoints          = 0.4

	// What one headline says and the other text does not, and the other way round: whom, how many, which names.
	otherRolePoints   = -4
	otherNumberPoints = -1
	otherNamesPoints  = -0.7
	// otherFiguresPoints is for texts with numbers of which they share none, otherCasePoints for two laws,
	// ownNamesPoints for texts that share one name at most, and each have another.
	otherFiguresPoints    = -0.5
	otherCasePoints       = -1.2
	ownNamesPoints        = -1.5
	ownNamesPointsForeign = -0.5
	// otherWeightPoints is for one that is two steps of severity below the other: a threat is no killing.
	otherWeightPoints = -1.5
	// noCountryPoints is for a text that names no country.
	noCountryPoints = -1.9

	// latePoints is for one that comes more than nearDays later.
	latePoints = -5
	// perDayForeign is for each day between them, perRival and perRivalForeign for each other story of the country
	// that would fit as well but for the words, up to rivalsMax.
	perDayForeign   = -0.25
	perRival        = -1.2
	perRivalForeign = -0.5
	rivalsMax       = 3

	// copyPoints is for the share of words that a copy with edits has in common, lawPoints for one on a law of the
	// same kind and stage, and dossierPoints on the same law: they come before what the words alone say, and never
	// is for what cannot be.
	copyPoints    = 10
	lawPoints     = 1
	dossierPoints = 2
	never         = -1

	// needAnchors is what texts on one law in two languages have to share, if no stage says that they are of one event.
	needAnchors = 1

	// needScore is the score, and needForeign the weight of the anchors, without which nothing else counts: two
	// short headlines of one country and day are of one kind of event and yet of two.
	needScore   = 0.5
	needForeign = 3

	// needLate is the score for a story that shares a dossier and several names, within DossierDays, needLaw for
	// one on the same law, if both are in one language, needEarlier for a stage that it has left behind, and
	// needAgain for the same one some days later.
	needLate    = 5
	needLaw     = 0.2
	needEarlier = 0.8
	needAgain   = 5

	// apartNames is how many names of its own each text must have to be on someone else: a first and a
	// last name.
	apartNames = 2

	// copyAlike is the share of words in common of a copy with edits, and templateAlike of what one
	// office writes on all its cases: if the names differ, so do the cases.
	copyAlike     = 0.5
	templateAlike = 0.32

	// closeDays is within how many days outlets tell one event, most of the time.
	closeDays = 3

	// nearDays is within how many days they tell what came of it.
	nearDays = 7
)

// judge weighs the text of an item for and against that it is a telling of a story.
func (q *query) judge(found evidence) candidate {
	e := q.stories.tellings[found.telling].owner
	apart := days(e.when(), q.when)
	switch {
	case !q.mayTell(e), found.resemblance >= templateAlike && q.isTemplate(found):
		return candidate{}
	case found.resemblance >= copyAlike && apart <= StoryDays:
		return candidate{e, copyPoints * found.resemblance, func() string {
			return fmt.Sprintf("the same text with edits: %.0f %% of the words of both", 100*found.resemblance)
		}}
	case q.looksBack() != q.storyLooksBack(e), q.topics&e.topics == 0, !found.foreign && found.score < needScore, found.foreign && found.anchors < needForeign:
		return candidate{}
	}
	points := q.points(e, found, apart)
	if apart > StoryDays {
		points = never
		if found.names > 1 && overlap(q.Dossiers, q.dossiersOf(e)) && apart <= DossierDays {
			points = found.score - needLate
		}
	}
	return candidate{e, points, func() string {
		return fmt.Sprintf("%s, %s; %s", q.alike(e), ago(apart), q.sharedWords(found.telling))
	}}
}

// isTemplate reports whether two texts that share much are of one form, filled in for two cases.
func (q *query) isTemplate(found evidence) bool {
	return found.otherRole || found.otherNames || q.namesOthers(found) || !found.bare && found.covers[0] < 0.5
}

// points adds up what speaks for and against it.
func (q *query) points(e *entry, found evidence, apart float64) float64 {
	p := q.pointsOfWords(e, found)
	if found.foreign {
		p = q.pointsForeign(e, found) + perDayForeign*apart
	}
	add := func(points float64, holds bool) {
		if holds {
			p += points
		}
	}
	sameCountry, dossiers := overlap(q.Countries, q.countriesOf(e)), q.dossiersOf(e)
	add(latePoints, apart > nearDays)
	add(noCountryPoints, !sameCountry)
	add(sameLawPoints, q.laws&e.laws != 0)
	add(otherCasePoints, len(q.Dossiers) > 0 && len(dossiers) > 0 && !overlap(q.Dossiers, dossiers))
	add(otherWeightPoints, max(int(q.Severity)-int(e.severity), int(e.severity)-int(q.Severity)) > 1)
	add(otherRolePoints, found.otherRole)
	add(otherNumberPoints, found.otherNumber)
	add(otherNamesPoints, found.otherNames)
	add(otherFiguresPoints, found.otherFigures)
	return p
}

// pointsOfWords weighs what two texts in one language have in common.
func (q *query) pointsOfWords(e *entry, found evidence) float64 {
	p := startPoints + perRival*float64(q.rivals(e)) + perResemblance*found.resemblance +
		perScore*min(found.score, scoreMax) + perName*min(found.named, namesMax) +
		perCover*found.covers[0] + perOtherCover*found.covers[1]
	if q.sameStage(e) {
		p += sameStagePoints
	}
	if found.names < 2 && found.own > 0 {
		p += ownNamesPoints
	}
	return p
}

// pointsForeign weighs what two texts in two languages have in common: names, numbers and roles.
func (q *query) pointsForeign(e *entry, found evidence) float64 {
	p := startPointsForeign + perRivalForeign*float64(q.rivals(e)) + perAnchor*min(found.anchors, scoreMax)
	if q.sameStage(e) {
		p += sameStagePointsForeign
	}
	if found.names < 2 && found.own > 0 {
		p += ownNamesPointsForeign
	}
	return p
}

// mayTell reports whether nothing but the words stands against a story: it is of another country, or of
// another law.
func (q *query) mayTell(e *entry) bool {
	countries, dossiers := q.countriesOf(e), q.dossiersOf(e)
	otherCountry := len(q.Countries) > 0 && len(countries) > 0 && !overlap(q.Countries, countries)
	otherLaw := q.family == familyOfLaws && e.family == familyOfLaws &&
		len(q.Dossiers) > 0 && len(dossiers) > 0 && !overlap(q.Dossiers, dossiers)
	return !otherCountry && !otherLaw
}

// namesOthers reports whether each text has several names of its own. An outlet goes by many names, its
// owner and its ministry among them, so that two in common are enough; a person by one.
func (q *query) namesOthers(found evidence) bool {
	ofPersons := q.family == familyOfPersons || q.family == familyOfAttacks
	return found.own >= apartNames && (found.names < apartNames || ofPersons && found.own >= found.names)
}

// rivals counts the other stories that fit as well, but for the words, up to rivalsMax.
func (q *query) rivals(e *entry) int {
	n := len(q.kin)
	if slices.Contains(q.kin, e) {
		n--
	}
	return min(n, rivalsMax)
}

// judgeLaw joins what tells of one law: by its dossier, or else by country, family and stage.
func (q *query) judgeLaw(e *entry) candidate {
	apart, stage := days(e.when(), q.when), q.stories.stage(e)
	shared := inBoth(q.Dossiers, q.dossiersOf(e))
	switch {
	case e.family != familyOfLaws, !q.mayTell(e):
		return candidate{}
	case len(shared) > 0:
	case apart > closeDays, !overlap(q.Countries, q.countriesOf(e)), q.laws&e.laws == 0,
		q.Stage != stage, rank(q.Stage) < rank("introduced"):
		return candidate{}
	}
	found := q.bestOf(e)
	switch {
	case !found.foreign && found.score < needLaw, found.foreign && q.Stage == "" && found.anchors < needAnchors:
		return candidate{}
	case len(shared) == 0:
		return candidate{e, lawPoints + found.score, func() string {
			return fmt.Sprintf("same country, kind of law and stage (%s), %s", q.Stage, ago(apart))
		}}
	case !q.followsLaw(e, found, apart):
		return candidate{}
	}
	return candidate{e, dossierPoints + found.score, func() string {
		return fmt.Sprintf("same law (%s), %s", strings.Join(shared, ", "), ago(apart))
	}}
}

// followsLaw reports whether an item that shares a dossier with a story tells it again or further. A
// dossier may be of several laws of a country, so that an earlier stage, and the same one some days later,
// needs words that say so, or an outlet that told of it before.
func (q *query) followsLaw(e *entry, found evidence, apart float64) bool {
	stage := q.stories.stage(e)
	later, earlier := furthers(stage, q.Stage), q.Stage != "" && furthers(q.Stage, stage)
	switch {
	case apart > StoryDays:
		return later && apart <= DossierDays
	case earlier:
		return found.score >= needEarlier
	case later, apart <= closeDays, q.stories.resumed(e, q.Alert):
		return true
	}
	return found.score >= needAgain && !found.otherNumber
}

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
	if overlap(q.Countries, q.countriesOf(e)) {
		parts = append(parts, "country")
	}
	if q.sameKind(e) {
		parts = append(parts, "topic")
	}
	if q.Stage != "" && q.Stage == q.stories.stage(e) {
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

// sharedWords lists some of the words that an item shares with a telling, names first, and names that sound alike.
func (q *query) sharedWords(n int32) string {
	const most = 5
	count := 0
	var found [name + 1][]string
	theirs := q.stories.termsOf(n)
	for _, w := range q.words {
		if i, ok := slices.BinarySearchFunc(theirs, w.term, compareTerms); ok {
			count++
			kind := sharedClass(w.class(), theirs[i].class())
			found[kind] = append(found[kind], w.text)
		}
	}
	texts := slices.Concat(found[name], found[famed], found[number], found[role], found[plain])
	said := fmt.Sprintf("%d terms in common", count)
	if len(texts) > 0 {
		said += ": " + strings.Join(texts[:min(most, len(texts))], ", ")
	}
	if q.language != q.stories.tellings[n].language {
		if _, alike := q.stories.echo(q, n); alike > 0 {
			said += fmt.Sprintf("; %d names that sound alike", alike)
		}
	}
	return said
}

// inBoth is what two lists have in common.
func inBoth[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(v T) bool { return !slices.Contains(b, v) })
}
