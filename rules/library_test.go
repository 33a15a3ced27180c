package rules

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

func TestLibraryIsClean(t *testing.T) {
	if _, err := Parse(Library()); err != nil {
		t.Fatal(strict.Detail(err))
	}
}

// TestReadmeRule holds that the rule an editor copies from README.md works.
func TestReadmeRule(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```toml\n")
	rule, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no example in README.md")
	}
	mustParse(t, fstest.MapFS{"readme.toml": {Data: []byte(rule)}})
}

// libraryEntries are the shipped rules as they stand in their files.
func libraryEntries(t testing.TB) []ruleEntry {
	t.Helper()
	sources, err := strict.ReadDir(Library(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var entries []ruleEntry
	for _, src := range newVocabularyParser().read(sources) {
		var v ruleFile
		if _, problems := strict.Decode(src, &v); len(problems) > 0 {
			t.Fatal(problems)
		}
		entries = append(entries, v.Rule...)
	}
	return entries
}

func TestLibraryHasExamples(t *testing.T) {
	for _, e := range libraryEntries(t) {
		if len(e.Hit) < 2 || len(e.Miss) < 2 {
			t.Errorf("rule %s has %d hits and %d misses, want two of each", e.ID, len(e.Hit), len(e.Miss))
		}
	}
}

// TestLibraryCases holds what the library as a whole says: which rules an item matches, by id.
func TestLibraryCases(t *testing.T) {
	const founding = "The Ministry of Interior said a foreign government will help draft Cambodia's cybercrime law, shelved in 2014."
	tests := []struct{ name, title, summary, want string }{
		{"founding case", "US to help develop Kingdom's cybercrime law", founding, "cybercrime-law kh-cybercrime-law kh-cybercrime-law-drafted speech-law-step"},
		{"founding case without summary", "US to help develop Kingdom's cybercrime law", "", "cybercrime-law"},
		{"later stage", "Cambodia's Council of Ministers approves draft cybercrime law", "", "cybercrime-law kh-cybercrime-law speech-law-step"},
		{"site of a prime minister", "Hackers deface prime minister's website", "A group posted slogans on the page for an hour.", ""},
		{"scam compounds", "Prime minister hails raids on scam compounds", "Hundreds were arrested, police told reporters.", ""},
		{"ransomware", "Ransomware wave hits hospitals", "Hackers demand payment for stolen data.", ""},
		{"boxing", "Boxing: title bout ends in a draw", "The champion keeps his belt.", ""},
		{"football", "Cup final draft: who plays whom", "The fixture list is out.", ""},
		{"railway", "New railway line to the border opens", "The minister cut the ribbon.", ""},
		{"gastronomy", "Where to eat noodles in Phnom Penh", "", ""},
		{"most viewed", "Most viewed stories of the week", "Boxing, a railway, and the prime minister on cybercrime.", ""},
		{"shutdown and arrest", "Internet shutdown as journalists are detained", "", "internet-shutdown press-prosecuted"},
		{"khmer", "តុលាការឃុំខ្លួនអ្នកសារព័ត៌មានម្នាក់", "", "press-prosecuted press-taken"},
	}
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ids []string
			for _, m := range set.Match(feeds.Item{Title: tt.title, Summary: tt.summary}) {
				ids = append(ids, m.Rule.ID)
			}
			slices.Sort(ids)
			if got := strings.Join(ids, " "); got != tt.want {
				t.Errorf("got rules %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFoundingCaseFacts(t *testing.T) {
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	r, ok := set.Rule("kh-cybercrime-law-drafted")
	if !ok || r.Topic != Legislation || r.Law != "cybercrime" || r.Stage != "drafted" || len(r.Countries) != 1 || r.Countries[0] != "KH" {
		t.Errorf("got %+v", r)
	}
}

func TestMatchConcurrently(t *testing.T) {
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	item := feeds.Item{Title: "Journalist detained over Facebook post insulting the king"}
	want := describe(item, set.Match(item))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := describe(item, set.Match(item)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkMatch matches the examples of the shipped rules, in nine languages, against these rules:
//
//	go test -run '^$' -bench Match ./rules
func BenchmarkMatch(b *testing.B) {
	set, err := Parse(Library())
	if err != nil {
		b.Fatal(err)
	}
	var items []feeds.Item
	size := 0
	for _, e := range libraryEntries(b) {
		for _, x := range append(e.Hit, e.Miss...) {
			items = append(items, x.item())
			size += len(x.Title) + len(x.Summary)
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, item := range items {
			set.Match(item)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(items)), "µs/item")
}
