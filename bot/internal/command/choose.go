package command

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"pressalert/bot/internal/alert"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// What a subscription takes, as people write it: countries, regions, topics and families of laws by id, name or
// a word for it, in any of the bot's languages.

// choose adds what a text names, separated by commas or by spaces; of words without commas the longest that
// make a name count together. It returns the words from the first on that names nothing.
func (t *Table) choose(sub *alert.Subscription, text string) (unknown []string) {
	for part := range strings.SplitSeq(text, ",") {
		for words := strings.Fields(part); len(words) > 0; {
			n := min(longestName, len(words))
			for n > 0 && !t.chooseOne(sub, strings.Join(words[:n], " ")) {
				n--
			}
			if n == 0 {
				return words
			}
			words = words[n:]
		}
	}
	return nil
}

// chooseOne adds what a name stands for, and reports false if that is nothing.
func (t *Table) chooseOne(sub *alert.Subscription, name string) bool {
	if code, ok := alert.Country(name); ok {
		sub.Countries = joined(sub.Countries, code)
		return true
	}
	if id, ok := t.findRegion(name); ok {
		countries, _ := t.Rules.Get().Region(id)
		sub.Countries = union(sub.Countries, countries)
		return true
	}
	if topic, ok := topicOf(name); ok {
		sub.Topics = joined(sub.Topics, topic)
		return true
	}
	family, ok := familyOf(name)
	if ok {
		sub.Laws = joined(sub.Laws, family)
	}
	return ok
}

// findRegion finds a region that the rules in force have, by its id or by a name for it.
func (t *Table) findRegion(name string) (id string, ok bool) {
	regions := t.Rules.Get().Regions()
	id, _ = spoken.FindRegion(name)
	if slices.Contains(regions, id) {
		return id, true
	}
	id = strings.ToLower(strings.TrimPrefix(name, "@"))
	return id, slices.Contains(regions, id)
}

// notChosen says that words name nothing, and what may be meant: by all of them, or by the first.
func (t *Table) notChosen(w spoken.Words, words []string) string {
	var names []string
	for _, id := range t.Rules.Get().Regions() {
		title, _, _ := strings.Cut(spoken.For("en").Region(id), " (")
		names = append(names, "@"+id, title)
	}
	for word := range familyWords {
		names = append(names, word)
	}
	slices.Sort(names)
	names = slices.Concat(argumentNames(), names)
	if strings.Contains(words[0], "=") { // an argument by its name, with what it does not take
		return w.Text(spoken.UsageRest, "words", words[0])
	}
	unknown := strings.Join(words, " ")
	hint := nearestOf(w, unknown, names)
	if hint == "" {
		unknown = words[0]
		hint = nearestOf(w, unknown, names)
	}
	return sentences(w.Text(spoken.UnknownChoice, "word", unknown), hint)
}

// familyWords are what people call families of laws, beside their ids and names.
var familyWords = map[string]rules.Law{
	"cyber": "cybercrime", "computer crime": "cybercrime", "computer crimes": "cybercrime", "cybercrime": "cybercrime",
	"fake news": "false-news", "false news": "false-news", "disinformation": "false-news", "misinformation": "false-news",
	"defamation": "defamation-insult", "libel": "defamation-insult", "slander": "defamation-insult", "insult": "defamation-insult",
	"royal insult": "lese-majeste", "lèse-majesté": "lese-majeste", "monarchy": "lese-majeste",
	"sedition": "sedition-security", "treason": "sedition-security", "national security": "sedition-security", "terrorism": "sedition-security",
	"blasphemy": "religion", "foreign agents": "foreign-agent", "foreign influence": "foreign-agent",
	"licensing": "media-licensing", "media law": "media-licensing", "press law": "media-licensing", "broadcasting": "media-licensing",
	"online safety": "platform-online-safety", "platforms": "platform-online-safety", "privacy": "surveillance-data",
	"data protection": "surveillance-data", "freedom of information": "information-access", "secrecy": "information-access",
	"киберпреступность": "cybercrime", "киберпреступления": "cybercrime", "фейки": "false-news", "клевета": "defamation-insult",
	"иноагенты": "foreign-agent", "diffamation": "defamation-insult", "difamación": "defamation-insult", "injuria": "defamation-insult",
	"pencemaran nama baik": "defamation-insult", "phỉ báng": "defamation-insult", "หมิ่นประมาท": "defamation-insult",
	"état d'urgence": "emergency-assembly", "agents étrangers": "foreign-agent", "السب": "defamation-insult", "التشهير": "defamation-insult",
	"state of emergency": "emergency-assembly", "assembly": "emergency-assembly", "ngo law": "civil-society", "ngos": "civil-society",
}

// familyNames are all words for families of laws, plain, in all languages.
var familyNames = sync.OnceValue(func() map[string]rules.Law {
	names := make(map[string]rules.Law)
	for word, family := range familyWords {
		names[plain(word)] = family
	}
	for _, lang := range spoken.Languages() {
		for _, family := range rules.Laws() {
			names[plain(spoken.For(lang).Law(string(family)))] = family
			names[bare(spoken.For(lang).Law(string(family)))] = family
			names[plain(string(family))] = family
		}
	}
	return names
})

// familyOf finds the family of laws that a person means.
func familyOf(word string) (rules.Law, bool) {
	family, ok := familyNames()[plain(word)]
	return family, ok
}

// regionsIn names the regions that a list of countries has whole, the largest first, and returns the countries
// that are in none of them. Two countries in a row are no region that somebody asked for.
func (t *Table) regionsIn(countries []string) (ids, rest []string) {
	const fewest = 3
	set := t.Rules.Get()
	all := set.Regions()
	size := func(id string) int {
		list, _ := set.Region(id)
		return len(list)
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(size(b), size(a)) })
	rest = slices.Clone(countries)
	for _, id := range all {
		list, _ := set.Region(id)
		if len(list) < fewest || !containsAll(rest, list) {
			continue
		}
		ids = append(ids, id)
		rest = slices.DeleteFunc(rest, func(c string) bool { return slices.Contains(list, c) })
	}
	return ids, rest
}

func containsAll(list, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(list, w) })
}

// joined adds to a list what it has not.
func joined[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
