package alert_test

import (
	"testing"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

func TestSensitive(t *testing.T) {
	for _, c := range []struct {
		name        string
		change      func(*alert.Alert)
		grave, want bool
	}{
		{"killed", func(*alert.Alert) {}, true, true},
		{"assaulted", func(a *alert.Alert) { a.Severity = rules.High }, false, false},
		{"sentenced for life", func(a *alert.Alert) { a.Topics = []rules.Topic{rules.Prosecution} }, false, false},
		{"a trial in which a killing is told", func(a *alert.Alert) { a.Topics = []rules.Topic{rules.Prosecution, rules.Attack} }, false, false},
		{"found alive", func(a *alert.Alert) { a.Direction = rules.Better }, false, false},
		{"checked by an organisation", func(a *alert.Alert) { a.Item.Kind = feeds.PressFreedomOrg }, true, false},
		{"told by a court", func(a *alert.Alert) { a.Item.Kind = feeds.Official }, true, false},
		{"on trial", func(a *alert.Alert) { a.Trial = true }, true, false},
		{"of no topic", func(a *alert.Alert) { a.Topics = nil }, false, false},
	} {
		a := alert.Alert{Topics: []rules.Topic{rules.Attack}, Severity: rules.Critical, Direction: rules.Worse}
		a.Item.Kind = feeds.Newspaper
		c.change(&a)
		if a.Grave() != c.grave || a.Sensitive() != c.want {
			t.Errorf("%s: grave %t, sensitive %t, want %t, %t", c.name, a.Grave(), a.Sensitive(), c.grave, c.want)
		}
	}
}
