package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pressalert/feeds"
)

// randomCases is how many random rules a normal test run tries; fuzzing tries more.
const randomCases = 3000

// TestRandomRules holds the index equal to the reference, for random rules over few words, so that most
// parts of a query are true by half.
func TestRandomRules(t *testing.T) {
	for seed := range uint64(randomCases) {
		randomRules(t, seed)
	}
}

// FuzzRandomRules is TestRandomRules with other seeds.
func FuzzRandomRules(f *testing.F) {
	f.Add(uint64(randomCases))
	f.Fuzz(randomRules)
}

// randomRules tries a few rules at once on one item.
func randomRules(t *testing.T, seed uint64) {
	g := generator{rand.New(rand.NewPCG(seed, 0))}
	words := testVocabulary()
	var rules []compiled
	var queries []string
	for i := range 1 + g.IntN(4) {
		query, exception := g.query(3), ""
		c := compiled{rule: Rule{ID: fmt.Sprintf("r%d", i), Severity: Severity(1 + g.IntN(4)), Status: g.status()}}
		if g.IntN(3) == 0 {
			c.rule.Countries = []string{"FR"}
		}
		if g.IntN(3) == 0 {
			exception = g.query(1)
		}
		queries = append(queries, query+" unless "+exception)
		c.match = mustQuery(t, query, words)
		if exception != "" {
			c.unless = mustQuery(t, exception, words)
		}
		c.query, c.exception = query, exception
		if _, ok := needsTerm(c.match); ok {
			rules = append(rules, c)
		}
	}
	item := feeds.Item{
		Title: g.text(8), Summary: g.text(20), Body: g.text(20), Feed: g.pick("cpj", "wire"),
		Kind: feeds.Kind(g.pick("wire", "official", "")), Language: g.pick("", "en", "fr", "pt-BR", "km", "en-GB"),
	}
	holdEqual(t, newIndex(words.lexicon.build(), rules, words.places, nil), rules, item)
	if t.Failed() {
		t.Fatalf("seed %d: %s", seed, strings.Join(queries, "\n"))
	}
}

func mustQuery(t *testing.T, query string, words *vocabulary) node {
	t.Helper()
	n, errors := parseQuery(query, words)
	if len(errors) > 0 {
		t.Fatalf("%s: %v", query, errors)
	}
	return n
}

// testVocabulary is a small vocabulary for queries of tests.
func testVocabulary() *vocabulary {
	v := &vocabulary{regions: map[string][]string{"asean": {"KH", "PG"}}}
	words := func(language string, terms ...string) []int32 {
		var all []int32
		for _, written := range terms {
			r := termReader{cutter: newCutter(), ways: waysOf(language), errors: new(queryErrors)}
			all = append(all, v.lexicon.term(r.read(written, listLexeme(written)), language))
		}
		return all
	}
	named := func(name string, terms ...[]int32) *list {
		l := v.lexicon.list(name)
		l.terms = slices.Concat(terms...)
		return l
	}
	v.concepts = map[string]*list{
		"press": named("@press", words("en", "press", "journalis*", "the media"), words("fr", "presse"), words("", "law")),
	}
	v.places = map[string]*list{
		"GN": named("place:GN", words("", "Guinea")),
		"PG": named("place:PG", words("en", "Papua New Guinea", "PNG"), words("fr", "Papouasie")),
		"KH": named("place:KH", words("en", "Cambodia*"), words("km", "កម្ពុជា")),
	}
	return v
}

// A generator makes queries and texts.
type generator struct{ *rand.Rand }

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

func (g generator) status() Status {
	return Status(g.pick(string(Stable), string(Stable), string(Test), string(Off)))
}

// query makes a query of at most so many levels.
func (g generator) query(levels int) string {
	if levels == 0 {
		return g.leaf()
	}
	a, b := g.query(levels-1), g.query(levels-1)
	switch g.IntN(7) {
	case 0, 1:
		return fmt.Sprintf("(%s AND %s)", a, b)
	case 2:
		return fmt.Sprintf("(%s OR %s)", a, b)
	case 3:
		return fmt.Sprintf("(%s AND NOT %s)", a, b)
	case 4:
		return g.pick("title", "summary", "body") + ":" + g.near(levels)
	case 5:
		return g.near(levels)
	}
	return fmt.Sprintf("(%s AND %s)", a, g.pick("lang:en", "lang:pt", "feed:cpj", "kind:official", "NOT lang:fr"))
}

// near makes a query that may stand beside a NEAR.
func (g generator) near(levels int) string {
	if levels == 0 {
		return g.leaf()
	}
	a, b := g.near(levels-1), g.near(levels-1)
	switch g.IntN(4) {
	case 0:
		return fmt.Sprintf("(%s OR %s)", a, b)
	case 1:
		return fmt.Sprintf("(%s %s/s %s)", a, g.pick("NEAR", "BEFORE"), b)
	}
	return fmt.Sprintf("(%s %s/%d %s)", a, g.pick("NEAR", "BEFORE"), g.IntN(5), b)
}

func (g generator) leaf() string {
	return g.pick("press", "law", "police", "journalis*", `"press law"`, `"law press"`, "=Law", `="The Law"`, "résumé", "resume",
		"@press", "place:KH", "place:PG", "place:GN", "place:@asean", "កម្ពុជា", "ពុ", "新闻", "闻自", `"law* police"`)
}

// text makes a text of at most so many words.
func (g generator) text(most int) string {
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteString(g.pick("press", "Press", "law", "Law", "The Law", "LAW", "police", "journalist", "journalism", "résumé", "Resume",
			"RESUME", "the media", "presse", "Papua New Guinea", "Guinea", "Cambodia", "Cambodian", "កម្ពុជា", "新闻自由", "x", "y"))
		b.WriteString(g.pick(" ", " ", " ", " ", ", ", ". ", ". ", "-", ""))
	}
	return b.String()
}
