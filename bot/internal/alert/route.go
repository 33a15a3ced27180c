package alert

import (
	"cmp"
	"slices"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/rules"
)

// A Delivery is one alert owed to one destination.
type Delivery struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	To chat.Destination
	// Due is when it may go out.
	Due time.Time
	// Digest is true if it goes out together with what else is due there then. One that is alone is sent as
	// the alert that it is.
	Digest bool
	// Quiet is true if it makes no sound.
	Quiet bool
	// Subscription is the id of the one that asked for it, or 0: its language, time zone and discretion
	// shape the message.
	Subscription int64
}

// Route gives the deliveries of an alert that is told for the first time: one for each destination,
// however many of its subscriptions ask for it; the earliest of them wins, then the loudest, then the
// first. An alert of rules on trial goes to the admins and to nobody else.
func Route(a Alert, subscriptions []Subscription, admins []chat.Destination, now time.Time) []Delivery {
	if a.Trial {
		var deliveries []Delivery
		for _, to := range admins {
			deliveries = add(deliveries, Delivery{To: to, Due: now, Quiet: a.isQuiet()})
		}
		return deliveries
	}
	return route(a, subscriptions, now, func(s Subscription) bool { return s.Confirmed(a, 1) })
}

// RouteConfirmed gives the deliveries of an alert whose story one more source has told, the so manieth, at
// least the second: to those who waited for that many. Who has the story already is for the caller to know.
func RouteConfirmed(a Alert, sources int, subscriptions []Subscription, now time.Time) []Delivery {
	if a.Trial {
		return nil
	}
	return route(a, subscriptions, now, func(s Subscription) bool {
		return s.Confirmed(a, sources) && !s.Confirmed(a, sources-1)
	})
}

func route(a Alert, subscriptions []Subscription, now time.Time, enough func(Subscription) bool) []Delivery {
	var deliveries []Delivery
	for _, s := range subscriptions {
		if s.Matches(a) && enough(s) {
			deliveries = add(deliveries, s.deliver(a, now))
		}
	}
	return deliveries
}

// deliver says when and how the subscription wants the alert: at once, in the next digest, or, if that is
// in its quiet hours, in a digest at their end. Critical alerts know no quiet hours.
func (s Subscription) deliver(a Alert, now time.Time) Delivery {
	d := Delivery{To: s.To, Due: now, Quiet: a.isQuiet(), Subscription: s.ID}
	if a.Severity < cmp.Or(s.Instant, rules.High) {
		d.Due, d.Digest = s.NextDigest(now), true
	}
	if a.Severity >= rules.Critical {
		return d
	}
	if end := s.afterQuiet(d.Due); end.After(d.Due) {
		d.Due, d.Digest = end, true
	}
	return d
}

// isQuiet reports whether an alert is worth no sound.
func (a Alert) isQuiet() bool { return a.Severity <= rules.Low }

// add takes a delivery in, if its destination has none that wins.
func add(deliveries []Delivery, d Delivery) []Delivery {
	i := slices.IndexFunc(deliveries, func(other Delivery) bool { return other.To == d.To })
	switch {
	case i < 0:
		return append(deliveries, d)
	case d.wins(deliveries[i]):
		deliveries[i] = d
	}
	return deliveries
}

func (d Delivery) wins(other Delivery) bool {
	switch {
	case !d.Due.Equal(other.Due):
		return d.Due.Before(other.Due)
	case d.Digest != other.Digest:
		return other.Digest
	}
	return other.Quiet && !d.Quiet
}
