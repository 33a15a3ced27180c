package command

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pressalert/bot/internal/alert"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

// How arguments are read that people type: in any order, by code, by name or by a word for it, in any of the
// bot's languages.

// A scope is what an answer is narrowed to; the zero value is everything.
type scope struct {
	country string
	topic   rules.Topic
	// since is the beginning of the period, and period how it was written, such as "30d".
	since  time.Time
	period string
}

// longestName is how many words the name of a country has at most: "Democratic Republic of the Congo" five,
// and some more in French.
const longestName = 7

// scopeOf reads a country, a topic and a period, in any order. It returns what is none of them, with the hint
// "did you mean", or "".
func scopeOf(w spoken.Words, now time.Time, texts ...string) (s scope, complaint string) {
	words := strings.Fields(strings.ReplaceAll(strings.Join(texts, " "), ",", " "))
	var unknown []string
	for len(words) > 0 {
		n := min(longestName, len(words))
		for n > 0 && !s.take(strings.Join(words[:n], " "), now) {
			n--
		}
		if n == 0 {
			unknown = append(unknown, words[0])
			n = 1
		}
		words = words[n:]
	}
	if len(unknown) == 0 {
		return s, ""
	}
	word := strings.Join(unknown, " ")
	return s, sentences(w.Text(spoken.UnknownScope, "word", word), nearestName(w, word))
}

// take reads one argument. It reports false for what is none, or is given twice.
func (s *scope) take(text string, now time.Time) bool {
	if code, ok := alert.Country(text); ok && s.country == "" {
		s.country = code
		return true
	}
	if topic, ok := topicOf(text); ok && s.topic == "" {
		s.topic = topic
		return true
	}
	if since, ok := periodOf(text, now); ok && s.since.IsZero() {
		s.since, s.period = since, text
		return true
	}
	return false
}

// words are the scope as it can be typed again, for the buttons of pages.
func (s scope) words() []string {
	all := []string{s.country, string(s.topic), s.period}
	return slices.DeleteFunc(all, func(w string) bool { return w == "" })
}

// about says in words what an answer was narrowed to, such as "Cambodia, since 3 January 2026"; "" for nothing.
func (s scope) about(w spoken.Words) string {
	var parts []string
	if s.topic != "" {
		parts = append(parts, strings.ToLower(w.Topic(string(s.topic))))
	}
	if s.country != "" {
		parts = append(parts, w.Country(s.country))
	}
	if !s.since.IsZero() {
		parts = append(parts, w.Text(spoken.ArchiveSince, "date", dated(w, s.since)))
	}
	return strings.Join(parts, w.Text(spoken.ListSeparator))
}

// dated writes a day of UTC.
func dated(w spoken.Words, t time.Time) string { return w.Day(t.UTC()) }

// periodForm is a number and a unit, as in 30d, 12 weeks, 6m, 1y.
var periodForm = regexp.MustCompile(`^(?i:(?:last |past )?(\d{1,4}) ?(d|days?|w|weeks?|m|months?|y|years?))$`)

// longestPeriod bounds a period to more than the archive will hold, in years.
const longestPeriod = 20

// periodOf reads a period up to now, such as 30d, week, 2026, 2026-03 or 2026-03-01, with "since" before it or
// not, and returns its beginning at midnight UTC.
func periodOf(text string, now time.Time) (since time.Time, ok bool) {
	year, month, day := now.UTC().Date()
	back := func(years, months, days int) time.Time {
		return time.Date(year-years, month-time.Month(months), day-days, 0, 0, 0, 0, time.UTC)
	}
	text = strings.ToLower(text)
	text = strings.TrimPrefix(strings.TrimPrefix(text, "since "), "since:")
	for _, form := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > year-longestPeriod && t.Before(now) {
			return t, true
		}
	}
	switch text {
	case "today":
		return back(0, 0, 0), true
	case "week":
		return back(0, 0, 7), true
	case "month":
		return back(0, 1, 0), true
	case "year":
		return back(1, 0, 0), true
	}
	found := periodForm.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(found[1])
	switch found[2][0] {
	case 'd':
		since = back(0, 0, n)
	case 'w':
		since = back(0, 0, 7*n)
	case 'm':
		since = back(0, n, 0)
	default:
		since = back(n, 0, 0)
	}
	return since, n > 0 && since.Year() > year-longestPeriod
}

// topicWords are what people call the topics, beside their ids and names.
var topicWords = map[string]rules.Topic{
	"law": rules.Legislation, "laws": rules.Legislation, "bill": rules.Legislation, "bills": rules.Legislation,
	"arrest": rules.Prosecution, "arrests": rules.Prosecution, "arrested": rules.Prosecution, "jail": rules.Prosecution,
	"prison": rules.Prosecution, "case": rules.Prosecution, "cases": rules.Prosecution, "trial": rules.Prosecution, "trials": rules.Prosecution,
	"block": rules.Censorship, "blocks": rules.Censorship, "blocked": rules.Censorship, "blocking": rules.Censorship, "ban": rules.Censorship, "bans": rules.Censorship,
	"shutdowns": rules.Shutdown, "outage": rules.Shutdown, "outages": rules.Shutdown, "blackout": rules.Shutdown, "internet": rules.Shutdown,
	"spyware": rules.Surveillance, "spying": rules.Surveillance, "monitoring": rules.Surveillance,
	"attacks": rules.Attack, "violence": rules.Attack, "killing": rules.Attack, "killings": rules.Attack, "threats": rules.Attack,
	"lawsuits": rules.Lawsuit, "suit": rules.Lawsuit, "slapp": rules.Lawsuit, "slapps": rules.Lawsuit,
}

// topicNames are all words for the topics, plain, in all languages.
var topicNames = sync.OnceValue(func() map[string]rules.Topic {
	names := make(map[string]rules.Topic)
	for word, topic := range topicWords {
		names[plain(word)] = topic
	}
	for _, lang := range spoken.Languages() {
		for _, topic := range rules.Topics() {
			names[plain(spoken.For(lang).Topic(string(topic)))] = topic
			names[plain(string(topic))] = topic
		}
	}
	return names
})

// topicOf finds the topic that a person means.
func topicOf(word string) (rules.Topic, bool) {
	topic, ok := topicNames()[plain(word)]
	return topic, ok
}

// plain leaves of a name what people agree on: its letters, without case and Latin accents.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 0x300 <= r && r <= 0x36f:
			return -1
		case unicode.In(r, unicode.L, unicode.M, unicode.N):
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(name))
}

// argumentNames are the names of all countries and topics in all languages, for "did you mean".
var argumentNames = sync.OnceValue(func() []string {
	var names []string
	for _, lang := range spoken.Languages() {
		w := spoken.For(lang)
		for i := range 26 * 26 {
			code := string([]byte{'A' + byte(i/26), 'A' + byte(i%26)})
			if name := w.Country(code); name != code {
				names = append(names, name)
			}
		}
	}
	for word := range topicWords {
		names = append(names, word)
	}
	for _, topic := range rules.Topics() {
		names = append(names, string(topic))
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return names
})

// nearestName is the hint `Did you mean "Cambodia"?`, or "" if no country or topic is near.
func nearestName(w spoken.Words, word string) string {
	return nearestOf(w, word, argumentNames())
}

// nearestOf is the hint of the name that is near, or "" if none is.
func nearestOf(w spoken.Words, word string, names []string) string {
	if len([]rune(word)) < shortestGuess {
		return ""
	}
	return guess(w, strict.Nearest(word, names))
}

// shortestGuess is from how many letters on a typing error is guessed at: anything is near a shorter word.
const shortestGuess = 4

// guess is the hint that a name is meant, or "" for none.
func guess(w spoken.Words, name string) string {
	if name == "" {
		return ""
	}
	return w.Text(spoken.UnknownNear, "name", name)
}
