package alert

import (
	"slices"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/rules"
)

// A Subscription is a destination's wish. An empty list takes everything of its sort.
type Subscription struct {
	To     chat.Destination
	Topics []rules.Topic
	// Countries are ISO 3166-1 alpha-2 codes. An alert whose country is not known passes: better one
	// too many than one missed.
	Countries []string
	// Floor is the least severity; the zero value takes all.
	Floor rules.Severity
}

// A Delivery is one alert owed to one destination.
type Delivery struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	To chat.Destination
	// Due is when it may go out.
	Due time.Time
}

// Wants reports whether the subscription asks for the alert.
func (s Subscription) Wants(a Alert) bool {
	return a.Severity >= s.Floor &&
		(len(s.Topics) == 0 || overlap(s.Topics, a.Topics)) &&
		(len(s.Countries) == 0 || len(a.Countries) == 0 || overlap(s.Countries, a.Countries))
}

// Route gives the deliveries of an alert: one for each destination, however many of its subscriptions
// ask for it. An alert of rules on trial goes to the admins and to nobody else.
func Route(a Alert, subscriptions []Subscription, admins []chat.Destination, now time.Time) []Delivery {
	var deliveries []Delivery
	if a.Trial {
		for _, to := range admins {
			deliveries = append(deliveries, Delivery{To: to, Due: now})
		}
		return deliveries
	}
	for _, s := range subscriptions {
		known := slices.ContainsFunc(deliveries, func(d Delivery) bool { return d.To == s.To })
		if !known && s.Wants(a) {
			deliveries = append(deliveries, Delivery{To: s.To, Due: now})
		}
	}
	return deliveries
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}
