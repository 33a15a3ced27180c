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
	// Reasons say why the item matched, the weightiest rule first.
	Reasons []Reason
	// Trial is true if only rules on trial matched: the alert is for the admins alone.
	Trial bool
	// Created is when the bot decided on it.
	Created time.Time
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

// A Story is one event, however many items tell it.
type Story struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	// Title is the headline of the item that opened it.
	Title string
	// Opened is when that item was seen.
	Opened time.Time
	// Told is true if an alert of it is, or was, owed to a subscriber.
	Told bool
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
// more places of it made a topic's rules match, the more the story is about that topic. Topics that it
// speaks of alike, or not at all, keep the order of the taxonomy.
func mainFirst(topics []rules.Topic, matches []rules.Match) []rules.Topic {
	places := make(map[rules.Topic]int)
	for _, t := range topics {
		places[t] = titlePlaces(t, matches)
	}
	return slices.SortedStableFunc(slices.Values(topics), func(a, b rules.Topic) int {
		return cmp.Or(cmp.Compare(places[b], places[a]), cmp.Compare(slices.Index(topicOrder, a), slices.Index(topicOrder, b)))
	})
}

// titlePlaces counts the places in the headline that made rules of a topic match.
func titlePlaces(t rules.Topic, matches []rules.Match) int {
	var starts []int
	for _, m := range matches {
		for _, s := range m.Spans {
			if m.Topic == t && s.Field == rules.Title {
				starts = addNew(starts, s.Start)
			}
		}
	}
	return len(starts)
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
