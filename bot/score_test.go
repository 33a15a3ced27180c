package main

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"pressalert/bot/internal/alert"
	"pressalert/rules"
)

func TestScore(t *testing.T) {
	s := newScore()
	legislation := alert.Alert{Topics: []rules.Topic{rules.Legislation}, Countries: []string{"KH"}, Stage: "drafted"}
	right := labelledItem{Lang: "en", Relevant: relevant, Topics: []rules.Topic{rules.Legislation, rules.Prosecution}, Countries: []string{"KH"}, Stage: "drafted"}
	elsewhere := right
	elsewhere.Countries, elsewhere.Stage = []string{"KH", "TH"}, "passed"
	s.add(right, legislation, true)
	s.add(elsewhere, legislation, true)
	s.add(labelledItem{Lang: "km", Relevant: relevant, Topics: []rules.Topic{rules.Attack}}, alert.Alert{}, false)
	s.add(labelledItem{Lang: "en", Relevant: irrelevant, Topics: []rules.Topic{rules.Attack}}, legislation, true)
	s.add(labelledItem{Lang: "en", Relevant: irrelevant}, alert.Alert{}, false)
	s.add(labelledItem{Lang: "en", Relevant: borderline}, legislation, true)

	for _, c := range []struct {
		name      string
		got, want tally
	}{
		{"overall", s.overall, tally{2, 1, 1}},
		{"English", s.lang["en"], tally{2, 1, 0}},
		{"Khmer", s.lang["km"], tally{0, 0, 1}},
		{"legislation", s.topic["legislation"], tally{2, 1, 0}},
		{"prosecution", s.topic["prosecution"], tally{0, 0, 2}},
		{"attack", s.topic["attack"], tally{0, 0, 1}},
		{"Cambodia", s.country["KH"], tally{2, 1, 0}},
		{"Thailand", s.country["TH"], tally{0, 0, 1}},
	} {
		if c.got != c.want {
			t.Errorf("%s = %+v, want %+v", c.name, c.got, c.want)
		}
	}
	if s.topicRight != (ratio{2, 2}) || s.countriesRight != (ratio{1, 2}) || s.stageRight != (ratio{1, 2}) {
		t.Errorf("topic, countries, stage = %v %v %v, want 2/2 1/2 1/2", s.topicRight, s.countriesRight, s.stageRight)
	}
	if s.borderline != 1 || len(s.misses) != 1 || len(s.falseAlarms) != 1 {
		t.Errorf("borderline, misses, false alarms = %d %d %d, want 1 each", s.borderline, len(s.misses), len(s.falseAlarms))
	}
}

func TestTally(t *testing.T) {
	c := tally{TP: 6, FP: 2, FN: 4}
	for name, v := range map[string][2]float64{
		"precision": {c.precision(), 0.75}, "recall": {c.recall(), 0.6}, "F1": {c.f1(), 2.0 / 3},
		"of nothing": {tally{}.f1(), 0},
	} {
		if math.Abs(v[0]-v[1]) > 1e-9 {
			t.Errorf("%s = %v, want %v", name, v[0], v[1])
		}
	}
}

// TestInterval checks the edges, and values worked out by hand from Wilson's formula.
func TestInterval(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{
		{0, 0, "0.000–1.000"},
		{0, 10, "0.000–0.278"},
		{10, 10, "0.722–1.000"},
		{5, 10, "0.237–0.763"},
		{95, 100, "0.888–0.978"},
	} {
		low, high := interval(c.part, c.whole)
		if got := fmt.Sprintf("%.3f–%.3f", low, high); got != c.want {
			t.Errorf("interval(%d, %d) = %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestLabel(t *testing.T) {
	for text, want := range map[string]label{`true`: relevant, `false`: irrelevant, `"borderline"`: borderline, `"maybe"`: "", `1`: ""} {
		var row labelledItem
		err := json.Unmarshal([]byte(`{"relevant":`+text+`}`), &row)
		if (err == nil) != (want != "") || err == nil && row.Relevant != want {
			t.Errorf("relevant %s = %q, %v, want %q", text, row.Relevant, err, want)
		}
	}
}
