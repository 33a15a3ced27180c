package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

// defaultCeiling is how many posts a day a destination gets on its own: more than a handful kill a channel
// (taxonomy, part 5), and a bad day must still fit.
const defaultCeiling = 20

// MostConfirmations bounds how many outlets a subscription may wait for: more than that tell few stories.
const MostConfirmations = 10

// A Subscription is a destination's wish. An empty list takes everything of its sort. What is not known of
// an alert passes a filter: better one too many than one missed.
type Subscription struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	To chat.Destination
	// FromConfig is true if it stands in the config, and false if it was asked for in the chat.
	FromConfig bool

	Topics []rules.Topic
	// Countries are ISO 3166-1 alpha-2 codes.
	Countries []string
	// Laws are families. An alert without one passes only if its topic is one of laws or of courts.
	Laws []rules.Law
	// Floor is the least severity; the zero value takes all.
	Floor rules.Severity
	// Languages are BCP 47 codes of the languages that items are written in.
	Languages []string
	// Rules are ids.
	Rules      []string
	Directions []rules.Direction
	// Confirmation is the least number of outlets that must tell a story. A publisher that answers for it in
	// its own right, such as a court, is enough. At most MostConfirmations.
	Confirmation int

	// Instant is the severity from which an alert is sent at once; the zero value is High. What is below
	// waits for the digest.
	Instant rules.Severity
	// Digest is when the digest is sent, as the clocks of Zone show it; the zero value is daily at 08:00.
	Digest feeds.Schedule
	// Zone is where the reader lives; nil is UTC.
	Zone *time.Location
	// Quiet is when only critical alerts are sent.
	Quiet Hours
	// Ceiling is how many posts a day are sent before the rest comes as digests: 0 is 20, and less is no
	// ceiling.
	Ceiling int

	// Language is the BCP 47 code of the language that the bot speaks there, or "" for English.
	Language string
	// Discreet messages tell nothing but that there is news.
	Discreet bool
	// Preview lets the service show pictures of publishers' pages.
	Preview bool
	// Pin holds the newest digest or running bulletin at the head of the chat, where a service can do that.
	Pin bool
	// Mentions say for which rules which roles are called.
	Mentions []Mention
}

// Matches reports whether the subscription asks for the alert, however well it is confirmed.
func (s Subscription) Matches(a Alert) bool {
	return a.Severity >= s.Floor &&
		(len(s.Topics) == 0 || overlap(s.Topics, a.Topics)) &&
		passes(s.Countries, a.Countries) &&
		s.matchesLaw(a) &&
		(len(s.Languages) == 0 || a.Item.Language == "" || slices.ContainsFunc(s.Languages, sameLanguage(a.Item.Language))) &&
		(len(s.Rules) == 0 || slices.ContainsFunc(a.Reasons, func(r Reason) bool { return slices.Contains(s.Rules, r.Rule) })) &&
		(len(s.Directions) == 0 || a.Direction == "" || slices.Contains(s.Directions, a.Direction))
}

func (s Subscription) matchesLaw(a Alert) bool {
	if len(s.Laws) == 0 || len(a.Laws) > 0 {
		return passes(s.Laws, a.Laws)
	}
	return overlap(a.Topics, []rules.Topic{rules.Legislation, rules.Prosecution, rules.Lawsuit})
}

// sameLanguage compares by the base language: "pt" asks for "pt-BR" too.
func sameLanguage(lang string) func(string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return func(other string) bool {
		wanted, _, _ := strings.Cut(other, "-")
		return strings.EqualFold(base, wanted)
	}
}

// Confirmed reports whether as many sources as tell the alert's story, at least 1, are enough.
func (s Subscription) Confirmed(a Alert, sources int) bool {
	return sources >= s.Confirmation || confirmedBy(a.Item.Kind) != ""
}

// PostsADay is the ceiling that holds, and whether there is one.
func (s Subscription) PostsADay() (ceiling int, ok bool) {
	ceiling = cmp.Or(s.Ceiling, defaultCeiling)
	return ceiling, ceiling > 0
}

// WithinCeiling returns a delivery as it may go out when so many posts went to its destination in the last
// 24 hours: as it is, or, once the ceiling is reached, in the next digest of what is too much; then it
// reports true, and the digest says why (View.Ceiling). Critical alerts are never held back.
func (s Subscription) WithinCeiling(d Delivery, severity rules.Severity, posted int, now time.Time) (Delivery, bool) {
	ceiling, ok := s.PostsADay()
	if d.Digest || severity >= rules.Critical || !ok || posted < ceiling {
		return d, false
	}
	d.Digest, d.Due = true, s.afterQuiet(s.nextOverflow(now))
	return d, true
}

func passes[T comparable](wanted, found []T) bool {
	return len(wanted) == 0 || len(found) == 0 || overlap(wanted, found)
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}
