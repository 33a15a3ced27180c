package alert

import (
	"net/url"
	"time"

	"pressalert/rules"
)

// rank orders the stages of one kind of event, so that a later one is news: a law climbs from draft to
// force, a case from summons to sentence. Stages of one rank tell the same event: a block that is
// ordered is soon ongoing, and who is found guilty is sentenced. "" has rank 0.
func rank(s rules.Stage) int {
	switch s {
	case "drafted", "summoned", "ordered", "ongoing", "denied", "reported", "under-investigation":
		return 1
	case "consultation", "detained", "suspect-held", "partly-lifted":
		return 2
	case "introduced", "charged", "impunity", "justice", "lifted":
		return 3
	case "approved", "tried":
		return 4
	case "passed", "convicted", "sentenced":
		return 5
	case "promulgated", "acquitted", "released":
		return 6
	case "in_force", "amended":
		return 7
	case "shelved", "withdrawn", "struck_down", "repealed":
		return 8
	}
	return 0
}

// furthers reports whether the second stage comes after the first.
func furthers(from, to rules.Stage) bool { return rank(to) > rank(from) }

// movedBy reports whether an alert tells of a later stage than the story has come to, or of a fall back
// after good news: who was released is held again.
func (s Story) movedBy(a Alert) bool {
	if a.Stage == "" || a.Stage == s.Stage {
		return false
	}
	again := s.Direction == rules.Better && a.Direction == rules.Worse && a.Item.When().Sub(s.Updated) > 24*time.Hour
	return furthers(s.Stage, a.Stage) || again
}

// resumeAfter is how long an outlet must have been silent on a story before what it writes of it counts as
// a development: within two days it repeats itself.
const resumeAfter = 48 * time.Hour

// resumed reports whether an outlet that told the story before comes back to it days later. Another
// outlet confirms what happened; the same one has something to add, even where no rule knows a later stage.
func (s *Stories) resumed(e *entry, a Alert) bool {
	return a.Item.When().Sub(e.when()) >= resumeAfter && s.toldBy(e, a.Item.Link)
}

// host returns the server of a link, or "".
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
