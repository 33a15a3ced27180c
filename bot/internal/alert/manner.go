package alert

import (
	"time"

	"pressalert/feeds"
)

// A Manner is how a place wants to be sent what it is sent, whatever that is. Its fields are those of a
// Subscription of the same names, and the zero value means the same.
type Manner struct {
	Digest   feeds.Schedule
	Zone     *time.Location
	Quiet    Hours
	Ceiling  int
	Language string
	Discreet bool
	Preview  bool
}

// Manner returns how the subscription is sent.
func (s Subscription) Manner() Manner {
	return Manner{s.Digest, s.Zone, s.Quiet, s.Ceiling, s.Language, s.Discreet, s.Preview}
}

// In returns the subscription as it is sent in a manner.
func (s Subscription) In(m Manner) Subscription {
	s.Digest, s.Zone, s.Quiet, s.Ceiling = m.Digest, m.Zone, m.Quiet, m.Ceiling
	s.Language, s.Discreet, s.Preview = m.Language, m.Discreet, m.Preview
	return s
}

// PostsADay is the ceiling that holds, and whether there is one.
func (m Manner) PostsADay() (ceiling int, ok bool) { return Subscription{}.In(m).PostsADay() }
