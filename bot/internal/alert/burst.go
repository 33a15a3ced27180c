package alert

import (
	"cmp"
	"slices"
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// BurstHours is the time over which a burst is counted, and UsualDays that over which the usual is.
	BurstHours = 6
	UsualDays  = 28

	// burstLeast is the least number of alerts that is a burst: fewer are read one by one.
	burstLeast = 8
	// burstTimes is how many times more than usual a burst is. Big events double or treble the news.
	burstTimes = 4
	// bulletinLines is how many alerts a bulletin names, the newest: about one post.
	bulletinLines = 15
)

// A Beat is what bursts are counted by.
type Beat struct {
	// Country is an ISO 3166-1 alpha-2 code.
	Country string
	Topic   rules.Topic
}

// A Rate is how many alerts of a beat there are.
type Rate struct {
	// Recent counts those of the last BurstHours, with the newest one.
	Recent int
	// Usual is how many there are in BurstHours on average, over the UsualDays before them.
	Usual float64
}

// IsBurst reports whether that is far more than usual.
func (r Rate) IsBurst() bool {
	return r.Recent >= burstLeast && float64(r.Recent) > burstTimes*r.Usual
}

// Burst returns the beat of an alert that is in a burst, if one is: the alert then belongs to the beat's
// running bulletin. The rate is asked of each country with the main topic.
func Burst(a Alert, rate func(Beat) Rate) (Beat, bool) {
	if len(a.Topics) == 0 {
		return Beat{}, false
	}
	for _, c := range a.Countries {
		if b := (Beat{c, a.Topics[0]}); rate(b).IsBurst() {
			return b, true
		}
	}
	return Beat{}, false
}

// BulletinKey names the running bulletin of a beat at t. There is one a day, in UTC, so that what goes on
// for days is heard of again each day.
func (b Beat) BulletinKey(t time.Time) string {
	return "bulletin " + b.Country + " " + string(b.Topic) + " " + t.UTC().Format(time.DateOnly)
}

// Bulletin is the running bulletin of a beat as its alerts, at least one, make it: the newest first. It is
// edited as more come in; v.Updated is then the present time.
func Bulletin(b Beat, alerts []Alert, v View) chat.Message {
	alerts = newestFirst(alerts)
	w, n := v.Words, len(alerts)
	first := alerts[n-1].Created
	m := chat.Message{Footer: v.updated(first)}
	if v.Discreet {
		m.Title = w.Count(spoken.DiscreetDigest, n)
		m.Body, m.Buttons = v.links(alerts)
		return m
	}
	m.Level, m.LevelName = v.level(worst(alerts))
	m.Kicker = dotted(v.countries([]string{b.Country}), w.Topic(string(b.Topic)))
	m.Title = w.Text(spoken.BulletinTitle)
	m.Tags = []string{w.Topic(string(b.Topic))}
	m.Body = append(m.Body, chat.Paragraph{{
		Text: w.Count(spoken.BulletinCount, n, "time", v.moment(first, alerts[0].Created)), Style: chat.Bold,
	}})
	for _, a := range alerts[:min(n, bulletinLines)] {
		m.Body = append(m.Body, v.line(a, v.moment(a.Created, first)))
	}
	if n > bulletinLines {
		m.Body = append(m.Body, chat.Text(w.Count(spoken.BulletinEarlier, n-bulletinLines)))
	}
	return m
}

func newestFirst(alerts []Alert) []Alert {
	return slices.SortedStableFunc(slices.Values(alerts), func(a, b Alert) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
}

// worst is the severity of the weightiest alert that stands.
func worst(alerts []Alert) rules.Severity {
	var most rules.Severity
	for _, a := range alerts {
		if _, retracted := a.Retraction(); !retracted {
			most = max(most, a.Severity)
		}
	}
	return most
}
