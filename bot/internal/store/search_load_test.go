package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

const (
	// searchP95 is how long 19 of 20 searches may take on 1,000,000 items (issue 7).
	searchP95 = 200 * time.Millisecond
	// rareWords is how many words there are that the corpus has not; they make the index as large as one of
	// real texts.
	rareWords = 300_000
)

// TestSearchLoad measures searches in a made-up archive of as many items as SEARCH_LOAD says:
//
//	SEARCH_LOAD=1000000 go test ./bot/internal/store -run SearchLoad -v -timeout 60m
//
// With SEARCH_LOAD_DIR the archive is kept there for the next time.
func TestSearchLoad(t *testing.T) {
	size, err := strconv.Atoi(os.Getenv("SEARCH_LOAD"))
	if err != nil {
		t.Skip("SEARCH_LOAD is not set to a number of items")
	}
	dir := os.Getenv("SEARCH_LOAD_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	s, err := Open(t.Context(), filepath.Join(dir, fmt.Sprintf("load-%d.db", size)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var have int
	if err := s.read.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM items`).Scan(&have); err != nil {
		t.Fatal(err)
	}
	if have < size {
		makeArchive(t, s, size)
	}
	start, first := time.Now(), int64(0)
	err = s.IndexArchive(t.Context(), func(left int64) { first = max(first, left) })
	if err != nil {
		t.Fatal(err)
	}
	if first > 0 {
		t.Logf("indexed in %s", time.Since(start).Round(time.Second))
	}
	logSizes(t, s)
	measure(t, s)
	measureLists(t, s)
}

// answerTime is how long an answer may take (issue 7).
const answerTime = time.Second

// measureLists times what the other commands of readers look up.
func measureLists(t *testing.T, s *Store) {
	year := loadEnd.AddDate(-1, 0, 0)
	for _, lookup := range []struct {
		name string
		do   func() error
	}{
		{"stories of a country", func() error { _, err := s.StoriesOf(t.Context(), "KH", year); return err }},
		{"laws", func() error { _, err := s.Standings(t.Context()); return err }},
		{"one law", func() error { _, err := s.Dossier(t.Context(), "kh-law-1"); return err }},
		{"weeks of a year", func() error { _, err := s.Weekly(t.Context(), "", year); return err }},
		{"weeks of a country", func() error { _, err := s.Weekly(t.Context(), "KH", loadEnd.AddDate(0, -3, 0)); return err }},
		{"export of a country", func() error { _, err := s.Export(t.Context(), "KH", loadEnd.AddDate(0, -3, 0), 5000); return err }},
	} {
		start := time.Now()
		if err := lookup.do(); err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		t.Logf("%-20s %4d ms", lookup.name, took.Milliseconds())
		if took > answerTime {
			t.Errorf("%s took %s, want at most %s", lookup.name, took, answerTime)
		}
	}
}

// logSizes tells how large the index is, as it is while it is used.
func logSizes(t *testing.T, s *Store) {
	var index, text, items int64
	err := s.read.QueryRowContext(t.Context(), `
		SELECT (SELECT SUM(LENGTH(block)) FROM item_words_data) + (SELECT SUM(LENGTH(sz)) FROM item_words_docsize),
			SUM(LENGTH(CAST(title AS BLOB)) + LENGTH(CAST(summary AS BLOB))), COUNT(*) FROM items`).Scan(&index, &text, &items)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d items, %d MB of text, %d MB of index: %.2f bytes a byte of text", items, text>>20, index>>20, float64(index)/float64(text))
}

// measure runs searches of several kinds and compares how long they take with the goal.
func measure(t *testing.T, s *Store) {
	words := loadWords(t)
	random := rand.New(rand.NewPCG(7, 7))
	pick := func() string { return words[random.IntN(len(words))] }
	common := []string{"the", "de", "в", "of law", "journalist", "law", "ข่าว", "法", "ច្បាប់", "में", "ဥပဒေ", "記者", "في"}
	kinds := []struct {
		name string
		next func() Query
	}{
		{"one word", func() Query { return Query{Words: pick()} }},
		{"two words", func() Query { return Query{Words: pick() + " " + pick()} }},
		{"very common", func() Query { return Query{Words: common[random.IntN(len(common))]} }},
		{"two very common", func() Query {
			return Query{Words: common[random.IntN(len(common))] + " " + common[random.IntN(len(common))]}
		}},
		{"common in a country", func() Query { return Query{Words: common[random.IntN(len(common))], Country: "KH"} }},
		{"any of three", func() Query { return Query{Words: pick() + " OR " + pick() + " OR " + pick()} }},
		{"rare", func() Query { return Query{Words: rareWord(random)} }},
		{"since", func() Query { return Query{Words: pick(), Since: loadEnd.AddDate(0, -1, 0)} }},
		{"without", func() Query { return Query{Words: pick() + " -" + pick()} }},
		{"beginning", func() Query { w := []rune(pick()); return Query{Words: string(w[:min(3, len(w))]) + "*"} }},
		{"second page", func() Query { return Query{Words: pick(), Offset: 10} }},
	}
	var all []time.Duration
	for _, kind := range kinds {
		var took []time.Duration
		for range 60 {
			q := kind.next()
			q.Limit = 10
			start := time.Now()
			if _, err := s.Search(t.Context(), q); err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			took = append(took, time.Since(start))
			if d := took[len(took)-1]; d > searchP95 {
				t.Logf("%+v took %s", q, d.Round(time.Millisecond))
			}
		}
		all = append(all, took...)
		slices.Sort(took)
		t.Logf("%-20s median %4d ms, p95 %4d ms, longest %4d ms", kind.name, took[30].Milliseconds(), took[56].Milliseconds(), took[59].Milliseconds())
	}
	slices.Sort(all)
	p95 := all[len(all)*95/100]
	t.Logf("%-20s median %4d ms, p95 %4d ms", "all", all[len(all)/2].Milliseconds(), p95.Milliseconds())
	if p95 > searchP95 {
		t.Errorf("p95 is %s, want at most %s", p95, searchP95)
	}
}

// loadWords are the words of testdata/words.txt and all words of the corpus that are written with spaces.
func loadWords(t *testing.T) []string {
	data, err := os.ReadFile("testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)[1:]...)
		}
	}
	for _, text := range loadTexts(t)["en"] {
		words = append(words, strings.Fields(joinWords(text))...)
	}
	return words
}

// loadTexts are the titles and summaries of the corpus, by language.
func loadTexts(t *testing.T) map[string][]string {
	texts := make(map[string][]string)
	for _, name := range []string{"dev", "written"} {
		f, err := os.Open("../../../rules/testdata/corpus/" + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var row struct{ Lang, Title, Summary string }
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			texts[row.Lang] = append(texts[row.Lang], row.Title+" "+row.Summary)
		}
	}
	return texts
}

// loadEnd is the date of the newest item of the made-up archive.
var loadEnd = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func rareWord(random *rand.Rand) string {
	return "q" + strconv.FormatInt(int64(float64(rareWords)*random.Float64()*random.Float64()), 36)
}

// A writer makes texts up out of scraps of the corpus.
type writer struct {
	random *rand.Rand
	langs  []string
	texts  map[string][]string
}

// text is scraps of a language, about n letters of them, and rare words.
func (w *writer) text(lang string, n int) string {
	var b strings.Builder
	for b.Len() < n {
		texts := w.texts[lang]
		words := strings.Fields(texts[w.random.IntN(len(texts))])
		at := w.random.IntN(len(words))
		scrap := strings.Join(words[at:min(at+3, len(words))], " ")
		if runes := []rune(scrap); len(runes) > 30 { // no spaces
			at := w.random.IntN(len(runes) - 12)
			scrap = string(runes[at : at+12])
		}
		b.WriteString(scrap + " ")
	}
	return b.String() + rareWord(w.random)
}

// makeArchive fills the tables but the index: feeds of 25 languages over a year, one item in twenty an alert.
func makeArchive(t *testing.T, s *Store, size int) {
	w := &writer{random: rand.New(rand.NewPCG(1, 2)), texts: loadTexts(t)}
	for lang, texts := range w.texts {
		if len(texts) > 1 {
			w.langs = append(w.langs, lang)
		}
	}
	slices.Sort(w.langs)
	const batch = 20_000
	for from := 0; from < size; from += batch {
		err := s.transact(t.Context(), func(tx *sql.Tx) error {
			for n := from; n < min(from+batch, size); n++ {
				if err := w.item(t.Context(), tx, n, size); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.write.ExecContext(t.Context(), `UPDATE settings SET value = (SELECT MAX(id) + 1 FROM items) WHERE name = $1`, indexedDownTo)
	if err != nil {
		t.Fatal(err)
	}
}

func (w *writer) item(ctx context.Context, tx *sql.Tx, n, size int) error {
	lang := w.langs[w.random.IntN(len(w.langs))]
	when := loadEnd.Add(-time.Duration(365*24*60*60*(size-n)/size) * time.Second)
	item := feeds.Item{Feed: fmt.Sprintf("feed-%d", w.random.IntN(500)), Title: w.text(lang, 60), Summary: w.text(lang, 220), Keys: []feeds.Key{feeds.Key(fmt.Sprint("key ", n))}, Language: lang, Published: when, Seen: when}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO items (id, feed, title, summary, link, language, published, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		n+1, item.Feed, item.Title, item.Summary, fmt.Sprintf("https://example.org/%d", n+1), lang, when.UnixMilli())
	if err != nil || n%20 != 0 {
		return err
	}
	topic, country := rules.Topics()[w.random.IntN(7)], []string{"KH", "TH", "VN", "MM", "CN", "JP", "IN", "RU", "TR", "MX"}[w.random.IntN(10)]
	a := alert.Alert{Item: item, Source: item.Feed, Topics: []rules.Topic{topic}, Countries: []string{country}, Severity: rules.High, Created: when}
	a.Stage = rules.StagesOf(topic)[w.random.IntN(8)]
	if topic == rules.Legislation {
		a.Dossiers = []string{fmt.Sprintf("%s-law-%d", strings.ToLower(country), w.random.IntN(20))}
	}
	r := &recorder{ctx: ctx, tx: tx, now: when, tally: &Tally{}}
	return r.tell(Verdict{Alert: &a}, &seen{id: int64(n + 1)})
}
