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

// libraryCues is an index of the cues of the library, without rules.
var libraryCues = sync.OnceValues(func() (*index, error) {
	sources, err := strict.ReadDir(Library(), ".")
	if err != nil {
		return nil, err
	}
	words := newVocabularyParser()
	words.read(sources)
	cues := words.allCues()
	return newIndex(words.lexicon.build(), nil, nil, cues), words.problems.Err()
})

// TestStages reads cases from testdata/stage/cases.txt.
func TestStages(t *testing.T) {
	cues, err := libraryCues()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/stage/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "|")
		if len(c) != 6 {
			t.Fatalf("%q has %d parts, want 6", line, len(c))
		}
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		t.Run(c[4], func(t *testing.T) {
			item := feeds.Item{Language: c[0], Title: c[4], Summary: c[5]}
			matches := []Match{{Topic: Topic(c[1])}}
			s := cues.search(item)
			defer s.release()
			s.judge(matches)
			got := matches[0]
			if want := Stage(strings.TrimPrefix(c[2], "-")); got.Stage != want {
				t.Errorf("%s: stage %q, want %q, by %v", c[0], got.Stage, want, got.StageSpans)
			}
			if c[3] != "-" && got.Severity.String() != c[3] {
				t.Errorf("%s: severity %q, want %q", c[0], got.Severity, c[3])
			}
			if (got.Stage == "") != (len(got.StageSpans) == 0) || (got.Stage == "") != (got.Direction == "") {
				t.Errorf("%s: stage %q has direction %q and spans %v", c[0], got.Stage, got.Direction, got.StageSpans)
			}
		})
	}
}

// TestCluesAreSound holds the tables to the taxonomy: a clue proves a stage of its topic by a known cue.
func TestCluesAreSound(t *testing.T) {
	for _, topic := range Topics() {
		strong, weak := cluesOf(topic)
		for _, c := range slices.Concat(strong, weak) {
			if !slices.Contains(StagesOf(topic), c.stage) {
				t.Errorf("%s: %q is not one of its stages", topic, c.stage)
			}
			for _, cue := range []string{c.cue, c.with, c.without} {
				if _, known := standIns[cue]; cue != "" && !known {
					t.Errorf("%s, %s: cue %q has no list", topic, c.stage, cue)
				}
			}
		}
	}
}

// TestRuleStageStands keeps what a rule states, without words that prove it.
func TestRuleStageStands(t *testing.T) {
	dir := fstest.MapFS{
		"a.toml": {Data: []byte(`[[rule]]
id = "a"
title = "A"
topic = "legislation"
severity = "low"
stage = "drafted"
match = "law"
[[rule]]
id = "b"
title = "B"
topic = "legislation"
severity = "low"
match = "law"
[[rule]]
id = "c"
title = "C"
topic = "censorship"
severity = "low"
stage = "ordered"
match = "law"
`)},
		"stages/en.toml": {Data: []byte(`passes = ["passes"]`)},
	}
	set, err := Parse(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := set.Match(feeds.Item{Title: "Parliament passes law", Language: "en"})
	if len(got) != 3 || got[2].Stage != "ordered" || got[2].Severity != Medium || got[0].Stage != "passed" || got[0].Severity != High || got[1].Stage != "drafted" || got[1].StageSpans != nil {
		t.Errorf("got %+v, want rule b passed and high before rules a drafted and c ordered", got)
	}
}

// TestUnknownCue names a list that no table asks for, with a guess.
func TestUnknownCue(t *testing.T) {
	words := newVocabularyParser()
	words.read([]strict.Source{{Name: "stages/en.toml", Data: []byte(`sentensed = ["sentenced"]`)}})
	if err := words.problems.Err(); err == nil || !strings.Contains(err.Error(), `unknown cue "sentensed"`) {
		t.Errorf("got %v, want an unknown cue", err)
	}
}
