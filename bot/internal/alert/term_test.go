package alert

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pressalert/feeds"
)

func TestWordsOf(t *testing.T) {
	names := map[class]string{common: "common", pair: "pair", plain: "plain", name: "name"}
	for _, c := range []struct {
		name, text, want string
	}{
		{"names in a sentence", "Court in Kampot jails editor", "common:in name:Kampot plain:Court plain:editor plain:jails"},
		{"capitals that say nothing", "Court Jails Editor Over Kampot Report", "common:Over plain:Court plain:Editor plain:Jails plain:Kampot plain:Report"},
		{"acronyms, numbers, years", "police of MCMC shut 15 sites since 2019", "common:2019 common:of common:shut name:15 name:MCMC plain:police plain:since plain:sites"},
		{"one number however written", "7,500 and 7.500", "common:and name:7,500"},
		{"digits of other scripts", "១៥ 15", "name:១៥"},
		{"cut endings", "arrested arrests", "plain:arrested"},
		{"accents and strokes", "Đồng đong Erdoğan ERDOGAN", "common:Dong name:Erdogan"},
		{"quotations", "said: “Nobody knew”", "common:knew common:said plain:Nobody"},
		{"letters in pairs", "新闻网站", "pair:新闻 pair:网站 pair:闻网"},
		{"letters with their marks", "ព័ត៌មាន", "pair:ព័ត៌ pair:ត៌មា pair:មាន"},
		{"nothing", "?! ...", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := make(map[string]bool)
			for _, w := range wordsOf(Alert{Item: feeds.Item{Title: c.text}}) {
				found[names[w.class()]+":"+w.text] = true
			}
			got := strings.Join(slices.Sorted(maps.Keys(found)), " ")
			if want := strings.Join(slices.Sorted(slices.Values(strings.Fields(c.want))), " "); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestWordsOfReasons sees that what a rule matched, and the country's name, are common.
func TestWordsOfReasons(t *testing.T) {
	a := Alert{
		Item:      feeds.Item{Title: "In Cambodia, Facebook and Kampot"},
		Countries: []string{"KH"}, Reasons: []Reason{{Words: []string{"Facebook"}}},
	}
	for _, w := range wordsOf(a) {
		if (w.class() == name) != (w.text == "Kampot") {
			t.Errorf("%s is of class %d", w.text, w.class())
		}
	}
}

func TestFrequency(t *testing.T) {
	f := newFrequency(10)
	rare, frequent := newTerm(4, name), newTerm(8, name)
	g, other := countryGroup("KH"), languageGroup("KH")
	unseen := f.weight(frequent, g, 0)
	for range 50 {
		f.add([]term{frequent}, g)
	}
	if f.weight(frequent, g, 0) != 0 {
		t.Errorf("a term of every story weighs %f", f.weight(frequent, g, 0))
	}
	if w := f.weight(rare, g, 0); w <= unseen || w > weightMax {
		t.Errorf("a term of none of 50 stories weighs %f, of none of no story %f", w, unseen)
	}
	if f.weight(frequent, other, 0) != unseen {
		t.Error("a country's stories count for a language")
	}
}
