//go:build unix

package rules

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	ahocorasick "github.com/BobuSumisu/aho-corasick"

	"pressalert/feeds"
)

// The benchmarks of the engine. BENCHMARKS.md has what was measured. All of them, with the medians of
// six short runs each, as work of others on the machine comes and goes:
//
//	go test -run '^$' -bench 'Rules|Contains|AhoCorasick|Regexp' -benchtime 200ms -count 6 ./rules
//	go test -run '^$' -bench 'Cut' -benchtime 200ms -count 6 ./rules      # words only, by language
//	go test -run '^$' -bench 'Compile|Heap' -benchtime 1x -count 6 ./rules
//
// MB/cpu-s is megabytes of text by second of CPU time, which tells more than MB/s where others run too.

// benchSizes are how many rules are measured.
var benchSizes = []int{100, 1000, 10_000, 50_000}

// cpuTime is what the process has used of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// overCorpus runs f on one item after the other.
func overCorpus(b *testing.B, items []feeds.Item, f func(feeds.Item) int) (hits, n int) {
	bytes := 0
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		item := items[n%len(items)]
		hits += f(item)
		bytes += sizeOf(item)
		n++
	}
	used := cpuTime() - start
	b.SetBytes(int64(bytes / n))
	b.ReportMetric(float64(used.Nanoseconds())/1e3/float64(n), "cpu-us/op")
	b.ReportMetric(float64(bytes)/1e6/used.Seconds(), "MB/cpu-s")
	b.ReportMetric(float64(hits)/float64(n), "hits/op")
	return hits, n
}

// BenchmarkRules measures the whole of Match: an op is an item.
func BenchmarkRules(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			set := madeSet(n)
			overCorpus(b, corpus(), func(item feeds.Item) int { return len(set.Match(item)) })
			woken, evaluated, hits := effort(set)
			b.ReportMetric(woken/hits, "woken/hit")
			b.ReportMetric(evaluated/hits, "evaluated/hit")
		})
	}
}

// BenchmarkRulesNone measures items that match no rule, for the allocations.
func BenchmarkRulesNone(b *testing.B) {
	set := madeSet(10_000)
	var none []feeds.Item
	for _, item := range corpus() {
		if len(set.Match(item)) == 0 {
			none = append(none, item)
		}
	}
	overCorpus(b, none, func(item feeds.Item) int { return len(set.Match(item)) })
}

// effort counts how many rules of a set are woken, evaluated and true over some of the items.
func effort(set *Set) (woken, evaluated, hits float64) {
	s := newSearch(set.index)
	for i, item := range corpus() {
		if i%4 != 0 {
			continue
		}
		s.read(item)
		woken += float64(len(s.woken))
		for _, r := range s.woken {
			if s.mayHold(r) {
				evaluated++
			}
		}
		hits += float64(len(set.Match(item)))
	}
	return woken, evaluated, max(hits, 1)
}

// writtenTerms are the terms of the first n rules in small letters, each once.
func writtenTerms(n int) []string {
	var all []string
	known := make(map[string]bool)
	words := madeSet(n).index.lexicon
	for t := range words.termEnds {
		var b strings.Builder
		for i, u := range words.wordsOf(int32(t)) {
			if i > 0 && !u.glued() {
				b.WriteByte(' ')
			}
			folded, _, _ := words.forms(u.word())
			b.WriteString(folded)
		}
		if written := b.String(); !known[written] {
			known[written] = true
			all = append(all, written)
		}
	}
	return all
}

func textOfItem(item feeds.Item) string {
	return strings.ToLower(item.Title + "\n" + item.Summary + "\n" + item.Body)
}

// BenchmarkContains looks for the terms of the rules one after the other: no words, no scripts, no queries.
func BenchmarkContains(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			terms := writtenTerms(n)
			overCorpus(b, corpus(), func(item feeds.Item) (hits int) {
				text := textOfItem(item)
				for _, t := range terms {
					if strings.Contains(text, t) {
						hits++
					}
				}
				return hits
			})
		})
	}
}

// BenchmarkAhoCorasick looks for the same terms with the fastest library for Go that was found. With the
// terms of 50,000 rules it takes more than 3 GB.
func BenchmarkAhoCorasick(b *testing.B) {
	for _, n := range benchSizes[:3] {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			trie := ahocorasick.NewTrieBuilder().AddStrings(writtenTerms(n)).Build()
			overCorpus(b, corpus(), func(item feeds.Item) int { return len(trie.MatchString(textOfItem(item))) })
		})
	}
}

// BenchmarkRegexp looks for 10,000 terms with one regular expression.
func BenchmarkRegexp(b *testing.B) {
	var quoted []string
	for _, t := range writtenTerms(10_000)[:10_000] {
		quoted = append(quoted, regexp.QuoteMeta(t))
	}
	re := regexp.MustCompile(strings.Join(quoted, "|"))
	overCorpus(b, corpus(), func(item feeds.Item) int { return len(re.FindAllStringIndex(textOfItem(item), -1)) })
}

// BenchmarkLabelled measures the whole of Match of the shipped rules on the labelled items, of which most match: an
// op is an item.
func BenchmarkLabelled(b *testing.B) {
	set, err := Parse(Library())
	if err != nil {
		b.Fatal(err)
	}
	var items []feeds.Item
	for _, name := range []string{"dev", "written"} {
		data, err := os.ReadFile("testdata/corpus/" + name + ".jsonl")
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var row struct{ Title, Summary, Lang string }
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				b.Fatal(err)
			}
			items = append(items, feeds.Item{Title: row.Title, Summary: row.Summary, Language: row.Lang})
		}
	}
	overCorpus(b, items, func(item feeds.Item) int { return len(set.Match(item)) })
}

// BenchmarkCompile measures reading rule files into a set.
func BenchmarkCompile(b *testing.B) {
	measure := func(b *testing.B, files fs.FS) {
		start, runs := cpuTime(), 0
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(files); err != nil {
				b.Fatal(err)
			}
			runs++
		}
		b.ReportMetric(float64((cpuTime()-start).Milliseconds())/float64(runs), "cpu-ms/op")
	}
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) { measure(b, ruleFiles(n)) })
	}
	b.Run("library", func(b *testing.B) { measure(b, Library()) })
}

// BenchmarkHeap measures what a set keeps in memory, with what a search needs.
func BenchmarkHeap(b *testing.B) {
	measure := func(b *testing.B, parse func() (*Set, error)) {
		for b.Loop() {
			before := heap()
			set, err := parse()
			if err != nil {
				b.Fatal(err)
			}
			set.Match(feeds.Item{Title: "x"})
			b.ReportMetric(float64(heap()-before)/1e6, "heap-MB")
			runtime.KeepAlive(set)
		}
	}
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			files := ruleFiles(n)
			measure(b, func() (*Set, error) { return Parse(files) })
		})
	}
	b.Run("library", func(b *testing.B) { measure(b, func() (*Set, error) { return Parse(Library()) }) })
}

// heap is the memory in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkCut measures only the cutting of text into words, by language.
func BenchmarkCut(b *testing.B) {
	for _, l := range readTongues() {
		b.Run(l.code, func(b *testing.B) {
			var items []feeds.Item
			for _, item := range corpus() {
				if item.Language == l.code {
					items = append(items, item)
				}
			}
			c, w := newCutter(), waysOf(l.code)
			overCorpus(b, items, func(item feeds.Item) int {
				return len(c.cut(Title, item.Title, w)) + len(c.cut(Summary, item.Summary, w)) + len(c.cut(Body, item.Body, w))
			})
		})
	}
}
