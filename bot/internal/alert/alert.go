// Package alert decides what subscribers hear: which items make an alert, which items tell one story,
// who is to get an alert, and in which words. All of it is pure: functions of values and of now.
package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pressalert/feeds"
	"pressalert/rules"
)

// An Alert is what a subscriber hears of a story.
type Alert struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	// Item is the entry that gave rise to the alert.
	Item feeds.Item
	// Source is the publisher's name, and SourceCountry its ISO 3166 code or "": where it publishes,
	// not where the event happened.
	Source, SourceCountry string
	// Topics are what it is about, the main one first.
	Topics []rules.Topic
	// Laws are the families of laws concerned, if known.
	Laws []rules.Law
	// Countries are where it happens, as far as the rules know; ISO 3166-1 alpha-2.
	Countries []string
	// Stage is how far it has come, or "".
	Stage    rules.Stage
	Severity rules.Severity
	// Direction is what the event does to speech, or "" if it is not known.
	Direction rules.Direction
	// Dossiers are the ids of the laws and cases that the rules follow and the item is about.
	Dossiers []string
	// Reasons say why the item matched, the weightiest rule first.
	Reasons []Reason
	// Trial is true if only rules on trial matched: the alert is for the admins alone.
	Trial bool
	// Created is when the bot decided on it.
	Created time.Time
	// Corrections are what the desk said of it since, in the order of their coming.
	Corrections []Correction
}

// A Reason is one rule that matched and the words in the item that made it match.
type Reason struct {
	Rule  string   `json:"rule"`
	Title string   `json:"title"`
	Words []string `json:"words"`
	// Stage is the stage that this rule's match has come to, with the words that prove it; none if the
	// rule itself states it.
	Stage      rules.Stage `json:"stage,omitempty"`
	StageWords []string    `json:"stage_words,omitempty"`
}

// Judge makes an alert of an item that matched rules. It reports false if none did. Rules on trial count
// only if no other rule matched; then the alert is marked as a trial.
func Judge(item feeds.Item, feed feeds.Feed, matches []rules.Match, now time.Time) (Alert, bool) {
	onTrial := func(m rules.Match) bool { return m.Rule.Status == rules.Test }
	stable := slices.DeleteFunc(slices.Clone(matches), onTrial)
	trial := len(stable) == 0
	if trial {
		stable = slices.Clone(matches)
	}
	if len(stable) == 0 {
		return Alert{}, false
	}
	slices.SortStableFunc(stable, func(a, b rules.Match) int { return cmp.Compare(b.Severity, a.Severity) })
	a := Alert{
		Item: item, Source: feed.Publisher, SourceCountry: feed.Country,
		Severity: stable[0].Severity, Created: now, Trial: trial,
	}
	for _, m := range stable {
		a.Topics = addNew(a.Topics, m.Topic)
		if m.Law != "" {
			a.Laws = addNew(a.Laws, m.Law)
		}
		if m.Rule.Dossier != "" {
			a.Dossiers = addNew(a.Dossiers, m.Rule.Dossier)
		}
		for _, c := range m.Countries {
			a.Countries = addNew(a.Countries, c)
		}
		a.Reasons = append(a.Reasons, Reason{
			Rule: m.Rule.ID, Title: m.Rule.Title, Words: words(item, m.Spans),
			Stage: m.Stage, StageWords: words(item, m.StageSpans),
		})
	}
	if len(a.Countries) == 0 {
		a.Countries = assumedCountries(item, feed)
	}
	a.Topics = mainFirst(a.Topics, stable)
	a.Stage = stage(a.Topics[0], stable)
	a.Direction = direction(a.Topics[0], stable)
	return a, true
}

// homeOf are the languages that nearly all who write them write in one country.
var homeOf = map[string]string{
	"am": "ET", "az": "AZ", "bg": "BG", "cs": "CZ", "el": "GR", "fil": "PH", "he": "IL", "hu": "HU", "hy": "AM",
	"id": "ID", "it": "IT", "ja": "JP", "ka": "GE", "kk": "KZ", "km": "KH", "lo": "LA", "my": "MM", "ne": "NP",
	"pl": "PL", "si": "LK", "sk": "SK", "th": "TH", "tr": "TR", "uk": "UA", "uz": "UZ", "vi": "VN",
}

// assumedCountries says where an event happened whose text names no country: at the home of a national
// outlet, because an outlet leaves out what its readers know, or else of the language. It is empty for
// organisations and aggregators, whose own country says nothing, and for languages of many countries.
func assumedCountries(item feeds.Item, feed feeds.Feed) []string {
	switch feed.Kind {
	case feeds.Newspaper, feeds.IndependentMedia, feeds.Broadcaster, feeds.Wire, feeds.Official:
		if feed.Country != "" {
			return []string{feed.Country}
		}
	}
	language, _, _ := strings.Cut(item.Language, "-")
	if home, ok := homeOf[language]; ok {
		return []string{home}
	}
	return nil
}

// topicOrder is the order in which one of several topics is the main one (taxonomy, part 7.1). An
// attack comes first there only if someone was killed or abducted, which rules do not tell yet.
var topicOrder = []rules.Topic{
	rules.Shutdown, rules.Prosecution, rules.Legislation, rules.Censorship, rules.Surveillance,
	rules.Attack, rules.Lawsuit,
}

// mainFirst puts the topics first that the headline speaks of, as it says what the story is about: the
// more places of it made a topic's rules match, the more the story is about that topic. A place that
// several topics share, such as the word for a journalist, counts for each of them as its part. Topics
// that only rules of little weight know, reviews above all, come last; those that the headline speaks of
// alike, or not at all, keep the order of the taxonomy.
func mainFirst(topics []rules.Topic, matches []rules.Match) []rules.Topic {
	weights := titleWeights(matches)
	minor := make(map[rules.Topic]int)
	for _, t := range topics {
		minor[t] = 1
	}
	for _, m := range matches {
		if m.Rule.Severity > rules.Low {
			minor[m.Topic] = 0
		}
	}
	if slices.ContainsFunc(matches, ofCulprits) {
		minor[rules.Attack] = -1
	}
	return slices.SortedStableFunc(slices.Values(topics), func(a, b rules.Topic) int {
		return cmp.Or(cmp.Compare(minor[a], minor[b]), cmp.Compare(weights[b], weights[a]),
			cmp.Compare(slices.Index(topicOrder, a), slices.Index(topicOrder, b)))
	})
}

// ofCulprits reports whether the headline tells what became of those who attacked the press: a trial then
// is theirs, and no prosecution over speech.
func ofCulprits(m rules.Match) bool {
	switch m.Stage {
	case "justice", "suspect-held", "impunity":
		return m.Topic == rules.Attack && len(m.StageSpans) > 0 && m.StageSpans[0].Field == rules.Title
	}
	return false
}

// wholePlace is what one place of a headline counts for, and can be shared by any number of topics up to 7.
const wholePlace = 420

// titleWeights shares out the places of the headline among the topics whose rules matched there.
func titleWeights(matches []rules.Match) map[rules.Topic]int {
	topics := make(map[int][]rules.Topic) // by where the place starts
	for _, m := range matches {
		for _, s := range m.Spans {
			if s.Field == rules.Title {
				topics[s.Start] = addNew(topics[s.Start], m.Topic)
			}
		}
	}
	weights := make(map[rules.Topic]int)
	for _, sharers := range topics {
		for _, t := range sharers {
			weights[t] += wholePlace / len(sharers)
		}
	}
	return weights
}

// stage is that of the main topic. Rules that prove different stages prove none: an item is never
// credited with a stage it may not have reached.
func stage(topic rules.Topic, matches []rules.Match) rules.Stage {
	var found rules.Stage
	for _, m := range matches {
		switch {
		case m.Topic != topic || m.Stage == "":
		case found == "":
			found = m.Stage
		case found != m.Stage:
			return ""
		}
	}
	return found
}

// direction is that of the main topic. Rules that differ tell of a mixed event, which is neutral
// (taxonomy, part 7.7); rules that know no direction say nothing against those that do.
func direction(topic rules.Topic, matches []rules.Match) rules.Direction {
	var found rules.Direction
	for _, m := range matches {
		switch {
		case m.Topic != topic || m.Direction == "":
		case found == "":
			found = m.Direction
		case found != m.Direction:
			return rules.Neutral
		}
	}
	return found
}

// words are the distinct matched texts as they stand in the item, in order.
func words(item feeds.Item, spans []rules.Span) []string {
	var found []string
	for _, s := range spans {
		found = addNew(found, textOf(item, s.Field)[s.Start:s.End])
	}
	return found
}

func textOf(item feeds.Item, f rules.Field) string {
	switch f {
	case rules.Title:
		return item.Title
	case rules.Summary:
		return item.Summary
	}
	return item.Body
}

func addNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
