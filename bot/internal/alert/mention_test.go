package alert_test

import (
	"testing"

	"pressalert/bot/internal/alert"
)

func TestRole(t *testing.T) {
	desk := []alert.Mention{{Rules: "kh-*", Role: "1"}, {Rules: "shutdown", Role: "2"}, {Rules: "*-jailed", Role: "3"}}
	of := func(rules ...string) alert.Alert {
		var a alert.Alert
		for _, r := range rules {
			a.Reasons = append(a.Reasons, alert.Reason{Rule: r})
		}
		return a
	}
	trial := of("shutdown")
	trial.Trial = true
	for _, c := range []struct {
		name string
		s    alert.Subscription
		a    alert.Alert
		want string
	}{
		{"nothing asked for", alert.Subscription{}, of("shutdown"), ""},
		{"by its id", alert.Subscription{Mentions: desk}, of("shutdown"), "2"},
		{"not by a part of its id", alert.Subscription{Mentions: desk}, of("shutdowns"), ""},
		{"by a pattern", alert.Subscription{Mentions: desk}, of("kh-law-drafted"), "1"},
		{"the rule that weighs most", alert.Subscription{Mentions: desk}, of("blogger-jailed", "kh-law-drafted"), "3"},
		{"the first of two", alert.Subscription{Mentions: desk}, of("kh-jailed"), "1"},
		{"the next rule", alert.Subscription{Mentions: desk}, of("other", "shutdown"), "2"},
		{"on trial", alert.Subscription{Mentions: desk}, trial, ""},
		{"discreet", alert.Subscription{Mentions: desk, Discreet: true}, of("shutdown"), ""},
		{"a pattern that is none", alert.Subscription{Mentions: []alert.Mention{{Rules: "[", Role: "1"}}}, of("["), ""},
	} {
		if got := c.s.Role(c.a); got != c.want {
			t.Errorf("%s: role %q, want %q", c.name, got, c.want)
		}
	}
	for pattern, want := range map[string]bool{"kh-*": true, "shutdown": true, "": false, "[": false} {
		if got := (alert.Mention{Rules: pattern}).Valid(); got != want {
			t.Errorf("%q is valid: %t, want %t", pattern, got, want)
		}
	}
}
