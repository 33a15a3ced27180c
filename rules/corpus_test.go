package rules

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"pressalert/feeds"
)

// The benchmark corpus: items of about 2 KB in 22 languages and rules over the same words, made of the
// short word lists of testdata/bench/words.txt, the same on every run. Words are drawn by Zipf's law, as
// in real text; three items in ten get the words of some rule, so that rules have hits.

const (
	corpusBytes    = 10 << 20
	itemBytes      = 2 << 10
	vocabularySize = 8000
	// rareFrom is the rank from which words are drawn for rules: an editor seldom asks for "the".
	rareFrom   = 60
	mostRules  = 50_000
	conceptsOf = 40
)

// A tongue is a language with its vocabulary, the most frequent word first.
type tongue struct {
	code  string
	words []string
	// space stands between words.
	space string
}

func (l tongue) draw(z *rand.Zipf) string {
	return l.words[min(int(z.Uint64()), len(l.words)-1)]
}

func (l tongue) rare(r *rand.Rand) string {
	return l.words[rareFrom+r.IntN(len(l.words)-rareFrom)]
}

// readTongues reads the word lists and adds made-up words, of the head of one word and the tail of
// another.
var readTongues = sync.OnceValue(func() []tongue {
	data, err := os.ReadFile("testdata/bench/words.txt")
	if err != nil {
		panic(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	var all []tongue
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		l := tongue{code: words[0], words: words[1:], space: " "}
		if strings.Contains("th km my zh ja", l.code) {
			l.space = ""
		}
		l.make(r)
		all = append(all, l)
	}
	return all
})

// make adds words until there are enough: of syllables where no spaces are written, elsewhere of the
// head of one word and the tail of another.
func (l *tongue) make(r *rand.Rand) {
	known := make(map[string]bool)
	listed := l.words
	var syllables []string
	for _, word := range listed {
		for _, t := range tokenise(Title, word, l.code) {
			syllables = append(syllables, word[t.start:t.end])
		}
	}
	any := func(from []string) string { return from[r.IntN(len(from))] }
	for len(l.words) < vocabularySize {
		word := ""
		if l.space == "" {
			for range 2 + r.IntN(4) {
				word += any(syllables)
			}
		} else {
			head, tail := []rune(any(listed)), []rune(any(listed))
			word = string(head[:(len(head)+1)/2]) + string(tail[r.IntN(len(tail)):])
			if r.IntN(2) == 0 {
				word += string(tail[r.IntN(len(tail)):])
			}
		}
		if !known[word] {
			known[word] = true
			l.words = append(l.words, word)
		}
	}
}

// A madeRule is a rule of the corpus, and words that make it true.
type madeRule struct {
	query, words string
	tongue       int
}

// madeRules are the most rules that a benchmark uses; fewer are the first of them.
var madeRules = sync.OnceValue(func() []madeRule {
	r := rand.New(rand.NewPCG(2, 2))
	tongues := readTongues()
	all := make([]madeRule, mostRules)
	for i := range all {
		n := r.IntN(len(tongues))
		all[i] = makeRule(r, tongues[n], i)
		all[i].tongue = n
	}
	return all
})

func makeRule(r *rand.Rand, l tongue, i int) madeRule {
	w := func() string { return l.rare(r) }
	a, b, c, d := w(), w(), w(), w()
	join := func(words ...string) string { return strings.Join(words, l.space) }
	q := func(words ...string) string { return `"` + join(words...) + `"` }
	switch i % 7 {
	case 0:
		return madeRule{query: fmt.Sprintf("%q AND %q", a, b), words: join(a, c, b)}
	case 1:
		return madeRule{query: fmt.Sprintf("%s AND (%q OR %q)", q(a, b), c, d), words: join(a, b, d)}
	case 2:
		return madeRule{query: fmt.Sprintf("%s AND (%q OR %s)", starred(l, a), b, q(c, d)), words: join(a, b)}
	case 3:
		return madeRule{query: fmt.Sprintf("%q NEAR/5 (%q OR %q)", a, b, c), words: join(b, d, a)}
	case 4:
		return madeRule{query: fmt.Sprintf("@c%d AND %q AND %s", r.IntN(conceptsOf), a, q(b, c)), words: join(a, b, c)}
	case 5:
		return madeRule{query: fmt.Sprintf("%s OR %s", q(a, b, c), q(c, d)), words: join(a, b, c)}
	}
	return madeRule{query: fmt.Sprintf("(%q OR %q) AND (%q OR %s) AND NOT %q", a, b, c, starred(l, d), w()), words: join(b, c)}
}

// starred is a word as a prefix, where that makes sense.
func starred(l tongue, word string) string {
	runes := []rune(word)
	prefix := runes[:len(runes)*2/3]
	if l.space == "" || len(runes) < 6 || !unicode.IsLetter(prefix[len(prefix)-1]) && !unicode.IsMark(prefix[len(prefix)-1]) {
		return `"` + word + `"`
	}
	return string(prefix) + "*"
}

// corpus is about 10 MB of items.
var corpus = sync.OnceValue(func() []feeds.Item {
	r := rand.New(rand.NewPCG(3, 3))
	z := rand.NewZipf(r, 1.1, 8, vocabularySize-1)
	tongues, rules := readTongues(), madeRules()
	var items []feeds.Item
	for size := 0; size < corpusBytes; {
		rule := rules[r.IntN(len(rules))]
		n := r.IntN(len(tongues))
		planted := r.IntN(10) < 3
		if planted {
			n = rule.tongue
		}
		l := tongues[n]
		item := feeds.Item{Language: l.code, Title: l.text(z, itemBytes/20), Summary: l.text(z, itemBytes/5)}
		if planted {
			item.Summary += l.space + rule.words
		}
		item.Body = l.text(z, itemBytes-len(item.Title)-len(item.Summary))
		size += sizeOf(item)
		items = append(items, item)
	}
	return items
})

// text is of about as many bytes, in sentences.
func (l tongue) text(z *rand.Zipf, size int) string {
	var b strings.Builder
	for n := 1; b.Len() < size; n++ {
		word := l.draw(z)
		if n%15 == 1 && b.Len() > 0 {
			b.WriteString(". ")
			word = capital(word)
		} else if b.Len() > 0 {
			b.WriteString(l.space)
		}
		b.WriteString(word)
	}
	return b.String()
}

func capital(word string) string {
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToTitle(r)) + word[size:]
}

func sizeOf(item feeds.Item) int { return len(item.Title) + len(item.Summary) + len(item.Body) }

// ruleFiles are the first n rules as an editor's directory.
func ruleFiles(n int) fstest.MapFS {
	dir := make(fstest.MapFS)
	severities := []string{"low", "medium", "high", "critical"}
	const perFile = 500
	var b strings.Builder
	for i, rule := range madeRules()[:n] {
		fmt.Fprintf(&b, "[[rule]]\nid = \"rule-%d\"\ntitle = \"Made up to measure\"\ntopic = \"attack\"\nstatus = \"test\"\nseverity = %q\n", i, severities[i%len(severities)])
		if i%2 == 0 {
			b.WriteString("countries = [\"KH\"]\n")
		}
		fmt.Fprintf(&b, "match = '''%s'''\n\n", rule.query)
		if i%perFile == perFile-1 || i == n-1 {
			dir[fmt.Sprintf("rules-%d.toml", i)] = &fstest.MapFile{Data: []byte(b.String())}
			b.Reset()
		}
	}
	r := rand.New(rand.NewPCG(4, 4))
	for _, l := range readTongues() {
		for c := range conceptsOf {
			fmt.Fprintf(&b, "c%d = [%q, %q, %q, %q]\n", c, l.rare(r), l.rare(r), l.rare(r)+l.space+l.rare(r), strings.Trim(starred(l, l.rare(r)), `"`))
		}
		dir["concepts/"+l.code+".toml"] = &fstest.MapFile{Data: []byte(b.String())}
		b.Reset()
	}
	dir["places/any.toml"] = &fstest.MapFile{Data: []byte("KH = [\"Cambodia\"]\nTH = [\"Thailand\"]\n")}
	return dir
}

// madeSets are sets of the first n rules, compiled once.
var madeSets sync.Map

func madeSet(n int) *Set {
	if set, ok := madeSets.Load(n); ok {
		return set.(*Set)
	}
	set, err := Parse(ruleFiles(n))
	if err != nil {
		panic(err)
	}
	madeSets.Store(n, set)
	return set
}
