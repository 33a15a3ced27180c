package alert

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pressalert/feeds"
)

func TestRead(t *testing.T) {
	names := [...]string{
		common: "common", pair: "pair", plain: "plain", role: "role", number: "number", famed: "famed", name: "name",
	}
	for _, c := range []struct {
		name, text, want string
	}{
		{"names in a sentence", "Court in Kampot jails editor", "common:Court common:in name:Kampot plain:jails role:editor"},
		{"capitals that say nothing", "Court Jails Editor Over Kampot Report", "common:Court common:Over plain:Jails plain:Kampot plain:Report role:Editor"},
		{"acronyms, numbers, years", "police of MCMC shut 15 sites since 2019", "common:2019 common:of common:police common:shut name:MCMC number:15 plain:since plain:sites"},
		{"one number however written", "7,500 and 7.500", "common:and number:7,500"},
		{"digits of other scripts", "១៥ 15", "number:១៥"},
		{"numbers and roles in words", "seven teachers", "number:seven role:teachers"},
		{"cut endings", "arrested arrests", "plain:arrested"},
		{"accents and strokes", "Đồng đong Erdoğan ERDOGAN", "common:Dong name:Erdogan"},
		{"quotations", "said: “Nobody knew”", "common:knew common:said plain:Nobody"},
		{"letters in pairs", "新闻网站", "pair:新闻 pair:网站 pair:闻网"},
		{"letters with their marks", "ព័ត៌មាន", "pair:ព័ត៌ pair:ត៌មា pair:មាន"},
		{"nothing", "?! ...", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := make(map[string]bool)
			for _, w := range read(Alert{Item: feeds.Item{Title: c.text, Language: "en"}}).words {
				found[names[w.class()]+":"+w.text] = true
			}
			got := strings.Join(slices.Sorted(maps.Keys(found)), " ")
			if want := strings.Join(slices.Sorted(slices.Values(strings.Fields(c.want))), " "); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestReadReasons sees that what a rule matched, and the country's name, are common.
func TestReadReasons(t *testing.T) {
	a := Alert{
		Item:      feeds.Item{Title: "In Cambodia, Facebook and Kampot"},
		Countries: []string{"KH"}, Reasons: []Reason{{Words: []string{"Facebook"}}},
	}
	for _, w := range read(a).words {
		if (w.class() == name) != (w.text == "Kampot") {
			t.Errorf("%s is of class %d", w.text, w.class())
		}
	}
}

func TestFrequency(t *testing.T) {
	f := newFrequency(10)
	rare, frequent := newTerm(16, name), newTerm(32, name)
	g, other := countryGroup("KH"), languageGroup("KH")
	weigh := func(t term, g group) float64 { return weight(t, f.greatest(t, f.scales([]group{g}), 0)) }
	unseen := weigh(frequent, g)
	for range 50 {
		f.add([]term{frequent}, nil, []group{g})
	}
	if w := weigh(frequent, g); w != 0 {
		t.Errorf("a term of every story weighs %f", w)
	}
	if w := weigh(rare, g); w <= unseen || w > weightMax {
		t.Errorf("a term of none of 50 stories weighs %f, of none of no story %f", w, unseen)
	}
	if weigh(frequent, other) != unseen {
		t.Error("a country's stories count for a language")
	}
}
