package alert_test

import (
	"slices"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

func TestMatches(t *testing.T) {
	a := alert.Alert{
		Item:   feeds.Item{Language: "pt-BR"},
		Topics: []rules.Topic{rules.Prosecution, rules.Legislation}, Countries: []string{"KH"}, Severity: rules.Medium,
		Laws: []rules.Law{"cybercrime"}, Direction: rules.Worse, Reasons: []alert.Reason{{Rule: "one"}, {Rule: "two"}},
	}
	unknown := alert.Alert{Topics: []rules.Topic{rules.Prosecution}, Severity: rules.Medium}
	shutdown := alert.Alert{Topics: []rules.Topic{rules.Shutdown}}
	for _, c := range []struct {
		name  string
		sub   alert.Subscription
		alert alert.Alert
		want  bool
	}{
		{"everything", alert.Subscription{}, a, true},
		{"second topic", alert.Subscription{Topics: []rules.Topic{rules.Legislation}}, a, true},
		{"other topic", alert.Subscription{Topics: []rules.Topic{rules.Shutdown}}, a, false},
		{"country", alert.Subscription{Countries: []string{"TH", "KH"}}, a, true},
		{"other country", alert.Subscription{Countries: []string{"TH"}}, a, false},
		{"country not known passes", alert.Subscription{Countries: []string{"TH"}}, unknown, true},
		{"floor reached", alert.Subscription{Floor: rules.Medium}, a, true},
		{"below the floor", alert.Subscription{Floor: rules.High}, a, false},
		{"law", alert.Subscription{Laws: []rules.Law{"religion", "cybercrime"}}, a, true},
		{"other law", alert.Subscription{Laws: []rules.Law{"religion"}}, a, false},
		{"law of a court case not known passes", alert.Subscription{Laws: []rules.Law{"religion"}}, unknown, true},
		{"a shutdown is under no law", alert.Subscription{Laws: []rules.Law{"religion"}}, shutdown, false},
		{"language", alert.Subscription{Languages: []string{"pt"}}, a, true},
		{"language of a country", alert.Subscription{Languages: []string{"pt-PT"}}, a, true},
		{"other language", alert.Subscription{Languages: []string{"en"}}, a, false},
		{"language not known passes", alert.Subscription{Languages: []string{"en"}}, unknown, true},
		{"second rule", alert.Subscription{Rules: []string{"two"}}, a, true},
		{"other rule", alert.Subscription{Rules: []string{"three"}}, a, false},
		{"direction", alert.Subscription{Directions: []rules.Direction{rules.Better, rules.Worse}}, a, true},
		{"other direction", alert.Subscription{Directions: []rules.Direction{rules.Better}}, a, false},
		{"direction not known passes", alert.Subscription{Directions: []rules.Direction{rules.Better}}, unknown, true},
		{"all must hold", alert.Subscription{Rules: []string{"two"}, Countries: []string{"TH"}}, a, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.sub.Matches(c.alert); got != c.want {
				t.Errorf("Matches = %v, want %v", got, c.want)
			}
		})
	}
}

var (
	telegram = chat.Destination{Platform: "telegram", Channel: "1"}
	topic    = chat.Destination{Platform: "telegram", Channel: "1", Topic: "2"}
	discord  = chat.Destination{Platform: "discord", Channel: "3"}
)

func TestWhenAnAlertIsSent(t *testing.T) {
	phnomPenh := time.FixedZone("+07", 7*3600)
	night := alert.Hours{From: 22 * 60, To: 7 * 60}
	hour := func(day, h int) time.Time { return time.Date(2026, 11, day, h, 0, 0, 0, phnomPenh) }
	for _, c := range []struct {
		name     string
		sub      alert.Subscription
		severity rules.Severity
		now      time.Time
		want     alert.Delivery // without To and Subscription
	}{
		{"high at once", alert.Subscription{}, rules.High, hour(3, 12), alert.Delivery{Due: hour(3, 12)}},
		{"medium in the digest", alert.Subscription{}, rules.Medium, hour(3, 12), alert.Delivery{Due: hour(4, 8), Digest: true}},
		{"low in the digest, without a sound", alert.Subscription{}, rules.Low, hour(3, 12), alert.Delivery{Due: hour(4, 8), Digest: true, Quiet: true}},
		{"low at once, if asked for", alert.Subscription{Instant: rules.Low}, rules.Low, hour(3, 12), alert.Delivery{Due: hour(3, 12), Quiet: true}},
		{"high in the digest, if asked for", alert.Subscription{Instant: rules.Critical}, rules.High, hour(3, 7), alert.Delivery{Due: hour(3, 8), Digest: true}},
		{"high in the night waits for its end", alert.Subscription{Quiet: night}, rules.High, hour(3, 23), alert.Delivery{Due: hour(4, 7), Digest: true}},
		{"high after midnight too", alert.Subscription{Quiet: night}, rules.High, hour(4, 3), alert.Delivery{Due: hour(4, 7), Digest: true}},
		{"critical breaks through", alert.Subscription{Quiet: night}, rules.Critical, hour(3, 23), alert.Delivery{Due: hour(3, 23)}},
		{"high in the day", alert.Subscription{Quiet: night}, rules.High, hour(3, 8), alert.Delivery{Due: hour(3, 8)}},
		{"a digest in the night waits for its end", alert.Subscription{Quiet: alert.Hours{From: 22 * 60, To: 9 * 60}}, rules.Medium, hour(3, 12), alert.Delivery{Due: hour(4, 9), Digest: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.sub.To, c.sub.ID, c.sub.Zone = telegram, 5, phnomPenh
			c.want.To, c.want.Subscription = telegram, 5
			got := alert.Route(alert.Alert{Severity: c.severity}, []alert.Subscription{c.sub}, nil, c.now)
			if len(got) != 1 || !same(got[0], c.want) {
				t.Errorf("Route = %+v, want %+v", got, c.want)
			}
		})
	}
}

// same compares two deliveries, of times what they are and not how they are told.
func same(a, b alert.Delivery) bool {
	due := a.Due.Equal(b.Due)
	a.Due, b.Due = time.Time{}, time.Time{}
	return due && a == b
}

func TestRouteOncePerDestination(t *testing.T) {
	digest := alert.Subscription{To: telegram, ID: 1, Instant: rules.Critical}
	instant := alert.Subscription{To: telegram, ID: 2}
	later := alert.Subscription{To: telegram, ID: 3}
	other := alert.Subscription{To: topic, ID: 4}
	high := alert.Subscription{To: discord, ID: 5, Floor: rules.Critical}
	a := alert.Alert{Severity: rules.High}
	for _, c := range []struct {
		name string
		subs []alert.Subscription
		want []int64
	}{
		{"the earliest wins", []alert.Subscription{digest, instant}, []int64{2}},
		{"in any order", []alert.Subscription{instant, digest}, []int64{2}},
		{"the first of two alike", []alert.Subscription{instant, later}, []int64{2}},
		{"a topic is a destination of its own", []alert.Subscription{digest, other}, []int64{1, 4}},
		{"who does not ask gets none", []alert.Subscription{high}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []int64
			for _, d := range alert.Route(a, c.subs, nil, now) {
				got = append(got, d.Subscription)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("subscriptions = %v, want %v", got, c.want)
			}
		})
	}
}

func TestAdminsOnceForATrial(t *testing.T) {
	admins := []chat.Destination{telegram, discord, telegram}
	got := alert.Route(alert.Alert{Trial: true, Severity: rules.Low}, []alert.Subscription{{To: topic}}, admins, now)
	want := []alert.Delivery{{To: telegram, Due: now, Quiet: true}, {To: discord, Due: now, Quiet: true}}
	if !slices.Equal(got, want) {
		t.Errorf("Route = %+v, want %+v", got, want)
	}
}

func TestConfirmation(t *testing.T) {
	two, three := alert.Subscription{To: telegram, Confirmation: 2}, alert.Subscription{To: discord, Confirmation: 3}
	subs := []alert.Subscription{two, three, {To: topic}}
	a := alert.Alert{Severity: rules.High}
	official, trial := a, a
	official.Item.Kind, trial.Trial = feeds.Official, true
	places := func(list []alert.Delivery) []chat.Destination {
		var to []chat.Destination
		for _, d := range list {
			to = append(to, d.To)
		}
		return to
	}
	for _, c := range []struct {
		name string
		got  []alert.Delivery
		want []chat.Destination
	}{
		{"one source", alert.Route(a, subs, nil, now), []chat.Destination{topic}},
		{"a second", alert.RouteConfirmed(a, 2, subs, now), []chat.Destination{telegram}},
		{"a third", alert.RouteConfirmed(a, 3, subs, now), []chat.Destination{discord}},
		{"a fourth", alert.RouteConfirmed(a, 4, subs, now), nil},
		{"a court needs no second", alert.Route(official, subs, nil, now), []chat.Destination{telegram, discord, topic}},
		{"and is not told again", alert.RouteConfirmed(official, 2, subs, now), nil},
		{"a rule on trial tells nobody", alert.RouteConfirmed(trial, 2, subs, now), nil},
	} {
		if got := places(c.got); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWithinCeiling(t *testing.T) {
	at := time.Date(2026, 11, 3, 13, 20, 0, 0, time.UTC)
	d := alert.Delivery{To: telegram, Due: at}
	later := alert.Delivery{To: telegram, Due: time.Date(2026, 11, 3, 15, 0, 0, 0, time.UTC), Digest: true}
	morning := later
	morning.Due = time.Date(2026, 11, 4, 7, 0, 0, 0, time.UTC)
	digest := alert.Delivery{To: telegram, Due: at, Digest: true}
	for _, c := range []struct {
		name     string
		sub      alert.Subscription
		d        alert.Delivery
		severity rules.Severity
		posted   int
		want     alert.Delivery
		over     bool
	}{
		{"below the default", alert.Subscription{}, d, rules.High, 19, d, false},
		{"at the default", alert.Subscription{}, d, rules.High, 20, later, true},
		{"an own ceiling", alert.Subscription{Ceiling: 3}, d, rules.High, 3, later, true},
		{"none", alert.Subscription{Ceiling: -1}, d, rules.High, 500, d, false},
		{"critical is never held back", alert.Subscription{}, d, rules.Critical, 500, d, false},
		{"a digest is one already", alert.Subscription{}, digest, rules.High, 500, digest, false},
		{"not in quiet hours", alert.Subscription{Quiet: alert.Hours{From: 14 * 60, To: 7 * 60}}, d, rules.High, 20, morning, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, over := c.sub.WithinCeiling(c.d, c.severity, c.posted, at)
			if !same(got, c.want) || over != c.over {
				t.Errorf("%+v, %v, want %+v, %v", got, over, c.want, c.over)
			}
		})
	}
}

func TestBurst(t *testing.T) {
	for _, c := range []struct {
		name string
		rate alert.Rate
		want bool
	}{
		{"few are none, however rare", alert.Rate{Recent: 7}, false},
		{"eight from nothing", alert.Rate{Recent: 8}, true},
		{"four times the usual is not yet", alert.Rate{Recent: 12, Usual: 3}, false},
		{"more than that is", alert.Rate{Recent: 13, Usual: 3}, true},
	} {
		if got := c.rate.IsBurst(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	a := alert.Alert{Countries: []string{"TH", "KH"}, Topics: []rules.Topic{rules.Shutdown, rules.Attack}}
	beat := alert.Beat{Country: "KH", Topic: rules.Shutdown}
	rate := func(b alert.Beat) alert.Rate {
		if b == beat {
			return alert.Rate{Recent: 20}
		}
		return alert.Rate{Recent: 20, Usual: 10}
	}
	if got, ok := alert.Burst(a, rate); !ok || got != beat {
		t.Errorf("Burst = %v, %v, want the beat of the second country and the main topic", got, ok)
	}
	if got, ok := alert.Burst(alert.Alert{Countries: []string{"KH"}}, rate); ok {
		t.Errorf("an alert without topic is in the burst of %v", got)
	}
	today, tomorrow := beat.BulletinKey(now), beat.BulletinKey(now.AddDate(0, 0, 1))
	if want := "bulletin KH shutdown 2026-11-03"; today != want || today == tomorrow {
		t.Errorf("keys %q and %q, want %q and another", today, tomorrow, want)
	}
}
