package rules

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pressalert/feeds"
)

const (
	// headlinesPerLanguage makes 24,000 of twelve languages; issue 4 asks for 20,000 at least.
	headlinesPerLanguage = 2000
	// headlinesPerAlert is the base rate that issue 4 allows: under one alert in so many headlines.
	headlinesPerAlert = 1000
	// headlineSeed is any number: it holds the headlines the same from run to run.
	headlineSeed = 4
	// drawsPerHeadline bounds the search for a headline that was not made before.
	drawsPerHeadline = 50
)

// A headlineFile is what testdata/headlines holds for one language; its form is told in en.txt.
type headlineFile struct {
	slots    map[string][]string
	sections []headlineSection
}

// A headlineSection is one desk of a newspaper; weight is its share in per cent.
type headlineSection struct {
	name      string
	weight    int
	templates []headlineTemplate
}

// A headlineTemplate has slots in braces in its title and its summary.
type headlineTemplate struct {
	line           int
	title, summary string
}

// A headline is an ordinary item, with the section and the line of the template that it was made of.
type headline struct {
	item    feeds.Item
	section string
	line    int
}

var (
	headlineSlot    = regexp.MustCompile(`\{([a-z0-9]+)\}`)
	headlineDesk    = regexp.MustCompile(`^\[([a-z]+) ([0-9]+)\]$`)
	headlineSlotDef = regexp.MustCompile(`^([a-z0-9]+) = (.+)$`)
)

// TestHeadlines holds the base rate: how seldom ordinary news alerts. With -v it lists what fired.
func TestHeadlines(t *testing.T) {
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/headlines/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	made, alerts := 0, 0
	byRule := make(map[string]int)
	for _, path := range files {
		lang := strings.TrimSuffix(filepath.Base(path), ".txt")
		inLanguage := 0
		for _, h := range readHeadlines(t, path).make(t, lang) {
			made++
			fired := stableMatches(set.Match(h.item))
			if len(fired) == 0 {
				continue
			}
			inLanguage++
			t.Logf("%s:%d [%s] %s | %s", path, h.line, h.section, h.item.Title, h.item.Summary)
			for _, m := range fired {
				byRule[m.Rule.ID]++
				t.Logf("  %s: %s", m.Rule.ID, strings.Join(matchedWords(h.item, m), ", "))
			}
		}
		alerts += inLanguage
		t.Logf("%s: %d alerts in %d headlines", lang, inLanguage, headlinesPerLanguage)
	}
	for _, id := range slices.Sorted(maps.Keys(byRule)) {
		t.Logf("rule %s: %d", id, byRule[id])
	}
	t.Logf("all: %d alerts in %d headlines", alerts, made)
	if made < 20_000 {
		t.Errorf("made %d headlines, want 20000 at least", made)
	}
	if alerts*headlinesPerAlert >= made {
		t.Errorf("%d alerts in %d ordinary headlines, want under 1 in %d; run with -v to see them",
			alerts, made, headlinesPerAlert)
	}
}

// stableMatches are those that would alert subscribers.
func stableMatches(matches []Match) []Match {
	return slices.DeleteFunc(matches, func(m Match) bool { return m.Rule.Status != Stable })
}

// matchedWords are the words of the item that made the query true.
func matchedWords(item feeds.Item, m Match) []string {
	var words []string
	for _, s := range m.Spans {
		text := item.Title
		if s.Field == Summary {
			text = item.Summary
		}
		words = append(words, text[s.Start:s.End])
	}
	return words
}

// make draws different headlines, always the same ones.
func (f headlineFile) make(t *testing.T, lang string) []headline {
	t.Helper()
	r := rand.New(rand.NewPCG(headlineSeed, 0))
	seen := make(map[string]bool)
	var made []headline
	for range headlinesPerLanguage * drawsPerHeadline {
		if len(made) == headlinesPerLanguage {
			return made
		}
		s := f.section(r)
		template := s.templates[r.IntN(len(s.templates))]
		text := f.fill(r, template.title+"\n"+template.summary)
		if seen[text] {
			continue
		}
		seen[text] = true
		title, summary, _ := strings.Cut(text, "\n")
		item := feeds.Item{Title: title, Summary: summary, Language: lang}
		made = append(made, headline{item: item, section: s.name, line: template.line})
	}
	t.Fatalf("%s: only %d different headlines, want %d: add templates", lang, len(made), headlinesPerLanguage)
	return nil
}

// section draws one by weight.
func (f headlineFile) section(r *rand.Rand) headlineSection {
	n := r.IntN(f.weight())
	for _, s := range f.sections {
		if n -= s.weight; n < 0 {
			return s
		}
	}
	panic("the weights do not add up")
}

func (f headlineFile) weight() int {
	sum := 0
	for _, s := range f.sections {
		sum += s.weight
	}
	return sum
}

// fill puts a word into each slot; a slot that stands twice has the same word twice.
func (f headlineFile) fill(r *rand.Rand, text string) string {
	drawn := make(map[string]string)
	return headlineSlot.ReplaceAllStringFunc(text, func(slot string) string {
		name := strings.Trim(slot, "{}")
		if _, found := drawn[name]; !found {
			words := f.slots[name]
			drawn[name] = words[r.IntN(len(words))]
		}
		return drawn[name]
	})
}

// readHeadlines reads a file and holds that every slot is known and the weights make a hundred.
func readHeadlines(t *testing.T, path string) headlineFile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := headlineFile{slots: make(map[string][]string)}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if err := f.add(n, strings.TrimSpace(line)); err != nil {
			t.Fatalf("%s:%d: %v", path, n, err)
		}
	}
	if w := f.weight(); w != 100 {
		t.Fatalf("%s: the weights of the sections make %d, want 100", path, w)
	}
	for _, s := range f.sections {
		if len(s.templates) == 0 {
			t.Fatalf("%s: section %s has no templates", path, s.name)
		}
	}
	return f
}

// add takes one line: a comment, a slot, the head of a section or a template.
func (f *headlineFile) add(n int, line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	if m := headlineDesk.FindStringSubmatch(line); m != nil {
		weight, err := strconv.Atoi(m[2])
		f.sections = append(f.sections, headlineSection{name: m[1], weight: weight})
		return err
	}
	if m := headlineSlotDef.FindStringSubmatch(line); m != nil && len(f.sections) == 0 {
		f.slots[m[1]] = strings.Split(m[2], " | ")
		return nil
	}
	if len(f.sections) == 0 {
		return fmt.Errorf("template %q before the first section", line)
	}
	for _, slot := range headlineSlot.FindAllStringSubmatch(line, -1) {
		if f.slots[slot[1]] == nil {
			return fmt.Errorf("unknown slot {%s}", slot[1])
		}
	}
	title, summary, _ := strings.Cut(line, " || ")
	last := &f.sections[len(f.sections)-1]
	last.templates = append(last.templates, headlineTemplate{line: n, title: title, summary: summary})
	return nil
}
