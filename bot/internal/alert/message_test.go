package alert_test

import (
	"testing"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

// sample is an alert with everything.
func sample() alert.Alert {
	return alert.Alert{
		ID: 12,
		Item: feeds.Item{
			Title:     "US to help develop Kingdom's cybercrime law",
			Summary:   "The ministry said on Monday that a foreign government will help. The law was shelved in 2014. Critics fear for speech. A fourth sentence.",
			Link:      "https://courier.example/1",
			Language:  "km",
			Published: now,
			Seen:      now,
		},
		Source: "Mekong Courier", SourceCountry: "KH",
		Topics: []rules.Topic{rules.Legislation}, Laws: []rules.Law{"cybercrime"}, Countries: []string{"KH"},
		Stage: "drafted", Severity: rules.Medium,
		Reasons: []alert.Reason{{Rule: "kh-cybercrime-law", Title: "Cambodia's cybercrime law", Words: []string{"Kingdom's", "cybercrime law"}}},
	}
}

func TestMessage(t *testing.T) {
	bare := alert.Alert{
		Item:   feeds.Item{Summary: "No title, no date. Only this.", Seen: now},
		Source: "Wire", Topics: []rules.Topic{rules.Attack}, Severity: rules.Critical,
		Reasons: []alert.Reason{{Rule: "attack", Words: []string{"a", "b", "c", "d", "e", "f", "g"}}},
	}
	twoCountries := sample()
	twoCountries.Countries = []string{"KH", "TH"}
	twoCountries.Item.Language = "en"
	twoCountries.Item.Summary = twoCountries.Item.Title
	for _, c := range []struct {
		name  string
		alert alert.Alert
		want  string
		level chat.Level
	}{
		{"everything", sample(), `🇰🇭 Cambodia · Legislation · Cybercrime law · Drafted
US to help develop Kingdom's cybercrime law
The ministry said on Monday that a foreign government will help. The law was shelved in 2014. Critics fear for speech.
Matched: Kingdom's, cybercrime law (rule kh-cybercrime-law)
Mekong Courier (Cambodia) · in Khmer · reported 3 Nov 2026
https://courier.example/1`, chat.Medium},
		{"as little as can be", bare, `Attack on the press
No title, no date.
No title, no date. Only this.
Matched: a, b, c, d, e, f … (rule attack)
Wire · no date given, seen 3 Nov 2026`, chat.Critical},
		{"two countries, summary repeats title", twoCountries, `🇰🇭 Cambodia, 🇹🇭 Thailand · Legislation · Cybercrime law · Drafted
US to help develop Kingdom's cybercrime law
Matched: Kingdom's, cybercrime law (rule kh-cybercrime-law)
Mekong Courier (Cambodia) · reported 3 Nov 2026
https://courier.example/1`, chat.Medium},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := alert.Message(c.alert)
			if got := m.PlainText(); got != c.want {
				t.Errorf("message:\n%s\nwant:\n%s", got, c.want)
			}
			if m.Level != c.level {
				t.Errorf("level = %v, want %v", m.Level, c.level)
			}
		})
	}
}

func BenchmarkMessage(b *testing.B) {
	a := sample()
	for b.Loop() {
		alert.Message(a)
	}
}
