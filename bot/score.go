package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// A labelledItem is a row of a labelled file: an item, and what careful editors say about it.
type labelledItem struct {
	ID       string `json:"id"`
	Lang     string `json:"lang"`
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	Body     string `json:"body"`
	URL      string `json:"url"`
	Relevant label  `json:"relevant"`
	// Topics are right, the main one first.
	Topics    []rules.Topic `json:"topics"`
	Countries []string      `json:"countries"`
	// Stage is "" if the text tells none.
	Stage rules.Stage `json:"stage"`
	Why   string      `json:"why"`
}

// A label says whether an item is to alert.
type label string

const (
	relevant   label = "true"
	irrelevant label = "false"
	borderline label = "borderline" // careful editors disagree: not scored
)

// UnmarshalJSON reads true, false or "borderline".
func (l *label) UnmarshalJSON(data []byte) error {
	var word string
	if json.Unmarshal(data, &word) != nil {
		word = string(data)
	}
	switch *l = label(word); *l {
	case relevant, irrelevant, borderline:
		return nil
	}
	return fmt.Errorf(`relevant is %s, must be true, false or "borderline"`, data)
}

func (r labelledItem) item() feeds.Item {
	return feeds.Item{Title: r.Title, Summary: r.Summary, Body: r.Body, Link: r.URL, Language: r.Lang}
}

// check says what is missing in a row.
func (r labelledItem) check() error {
	if r.Relevant == "" {
		return errors.New("row without relevant")
	}
	if r.Title == "" && r.Summary == "" {
		return errors.New("row without title and summary")
	}
	return nil
}

// A tally counts decisions: true positives, false positives, false negatives.
type tally struct {
	TP int `json:"tp"`
	FP int `json:"fp"`
	FN int `json:"fn"`
}

func (t *tally) add(predicted, labelled bool) {
	switch {
	case predicted && labelled:
		t.TP++
	case predicted:
		t.FP++
	case labelled:
		t.FN++
	}
}

// precision is the share of alerts that are right, recall the share of what should alert that does, f1
// their harmonic mean. A share of nothing is 0.
func (t tally) precision() float64 { return share(t.TP, t.TP+t.FP) }
func (t tally) recall() float64    { return share(t.TP, t.TP+t.FN) }
func (t tally) f1() float64        { return share(2*t.TP, 2*t.TP+t.FP+t.FN) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// interval is the 95 % confidence interval of a share, after Wilson: it holds for small numbers too.
func interval(part, whole int) (low, high float64) {
	if whole == 0 {
		return 0, 1
	}
	const z = 1.96
	n, p := float64(whole), share(part, whole)
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, centre-half), min(1, centre+half)
}

// A score is how a set of rules does on labelled items.
type score struct {
	overall              tally
	lang, topic, country map[string]tally
	// stage counts, of the alerts that are right and whose label tells a stage, the stages.
	stage map[string]tally
	// borderline counts the rows that were left out.
	borderline int
	// Of the alerts that are right: how many have a labelled topic as their main one, exactly the
	// labelled countries, and, of those whose label tells a stage, that stage.
	topicRight, countriesRight ratio
	stageRight                 ratio
	// misses and falseAlarms are the rows that went wrong, in the order of the files.
	misses, falseAlarms []labelledItem
}

// A ratio is a share that keeps both its numbers.
type ratio struct{ part, whole int }

func (s *ratio) add(right bool) {
	s.whole++
	if right {
		s.part++
	}
}

func newScore() *score {
	return &score{lang: make(map[string]tally), topic: make(map[string]tally), country: make(map[string]tally), stage: make(map[string]tally)}
}

// add scores one row by the alert that the rules make of it, if any.
func (s *score) add(row labelledItem, a alert.Alert, alerted bool) {
	if row.Relevant == borderline {
		s.borderline++
		return
	}
	wanted := row.Relevant == relevant
	s.overall.add(alerted, wanted)
	bump(s.lang, row.Lang, alerted, wanted)
	switch {
	case alerted && !wanted:
		s.falseAlarms = append(s.falseAlarms, row)
	case wanted && !alerted:
		s.misses = append(s.misses, row)
	}
	if !alerted {
		a = alert.Alert{}
	}
	if !wanted {
		row.Topics, row.Countries = nil, nil
	}
	each(s.topic, a.Topics, row.Topics)
	each(s.country, a.Countries, row.Countries)
	if alerted && wanted {
		s.topicRight.add(slices.Contains(row.Topics, a.Topics[0]))
		s.countriesRight.add(sameSet(a.Countries, row.Countries))
		if row.Stage != "" {
			s.stageRight.add(a.Stage == row.Stage)
			each(s.stage, known(a.Stage), known(row.Stage))
		}
	}
}

func bump(counts map[string]tally, key string, predicted, labelled bool) {
	t := counts[key]
	t.add(predicted, labelled)
	counts[key] = t
}

// each counts every id that was predicted or labelled.
func each[T ~string](counts map[string]tally, predicted, labelled []T) {
	for _, id := range predicted {
		bump(counts, string(id), true, slices.Contains(labelled, id))
	}
	for _, id := range labelled {
		if !slices.Contains(predicted, id) {
			bump(counts, string(id), false, true)
		}
	}
}

// known is a stage as a list, empty if it is unknown.
func known(s rules.Stage) []rules.Stage {
	if s == "" {
		return nil
	}
	return []rules.Stage{s}
}

func sameSet[T comparable](a, b []T) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(v T) bool { return !slices.Contains(b, v) })
}

// judge is what the rules make of an item.
func judge(set *rules.Set, item feeds.Item) (alert.Alert, bool) {
	return alert.Judge(item, feeds.Feed{}, set.Match(item), item.Seen)
}
