package alert_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// TestStoriesJoin reads pairs of items that are easily taken for one story, or for two: each file tells in its
// comment what is tricky, and in "want" how the second stands to the first.
func TestStoriesJoin(t *testing.T) {
	files, err := filepath.Glob("testdata/join/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil || len(archive.Files) != 3 {
				t.Fatalf("%d files, want 3: %v", len(archive.Files), err)
			}
			first, second := readAlert(t, archive.Files[0].Data), readAlert(t, archive.Files[1].Data)
			index := busyIndex()
			story := alert.NewStory(first, first.Item.Published)
			story.ID = 1
			index.Add(story)
			got := index.Join(second, second.Item.Published)
			if text, want := describe(got), strings.TrimSpace(string(archive.Files[2].Data)); text != want {
				t.Errorf("%s\ngot  %s (story %d: %s)\nwant %s", archive.Comment, text, got.Story, got.Why, want)
			}
			if (got.Relation != alert.New) != (got.Story == 1) || (got.Why == "") != (got.Story == 0) {
				t.Errorf("story %d, %s, %q", got.Story, got.Relation, got.Why)
			}
		})
	}
}

// busyIndex has stories of other countries, so that the frequencies of common words are known.
func busyIndex() *alert.Stories {
	index := alert.NewStories()
	for i, country := range []string{"MX", "RU", "IN", "NG", "BR", "EG", "PK", "US"} {
		for j, text := range []string{
			"Police on Monday arrested a reporter over a report about the government, his lawyer said.",
			"A court on Thursday sentenced a blogger to prison over a video, according to rights groups.",
			"The regulator ordered internet providers to block the site of an outlet after an article on officials.",
			"The bill goes to the assembly, and press-freedom groups called on lawmakers to vote against it on Tuesday.",
		} {
			s := alert.NewStory(alert.Alert{
				Item: feeds.Item{Title: text[:20], Summary: text, Language: "en", Published: now}, Countries: []string{country},
				Topics: []rules.Topic{rules.Prosecution},
			}, now)
			s.ID = int64(100 + 10*i + j)
			index.Add(s)
		}
	}
	return index
}

// readAlert reads an alert from lines of a name and a value.
func readAlert(t *testing.T, data []byte) alert.Alert {
	a := alert.Alert{Item: feeds.Item{Published: now}}
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "day":
			day, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			a.Item.Published = now.AddDate(0, 0, day)
		case "language":
			a.Item.Language = value
		case "topics":
			for _, w := range strings.Fields(value) {
				a.Topics = append(a.Topics, rules.Topic(w))
			}
		case "countries":
			a.Countries = strings.Fields(value)
		case "laws":
			for _, w := range strings.Fields(value) {
				a.Laws = append(a.Laws, rules.Law(w))
			}
		case "dossiers":
			a.Dossiers = strings.Fields(value)
		case "stage":
			a.Stage = rules.Stage(value)
		case "severity":
			a.Severity, _ = rules.ParseSeverity(value)
		case "direction":
			a.Direction = rules.Direction(value)
		case "link":
			a.Item.Link = value
		case "title":
			a.Item.Title = value
		case "summary":
			a.Item.Summary = value
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	return a
}

// describe is a joint in words: its relation and, of a new post, what changed.
func describe(j alert.Joint) string {
	if j.Relation != alert.Further {
		return j.Relation.String()
	}
	var changes []string
	if c := j.Changed.Stage; c.Happened() {
		changes = append(changes, fmt.Sprintf("stage %s -> %s", c.From, c.To))
	}
	if c := j.Changed.Severity; c.Happened() {
		changes = append(changes, fmt.Sprintf("severity %s -> %s", c.From, c.To))
	}
	if c := j.Changed.Direction; c.Happened() {
		changes = append(changes, fmt.Sprintf("direction %s -> %s", c.From, c.To))
	}
	return strings.TrimSuffix(j.Relation.String()+": "+strings.Join(changes, ", "), ": ")
}

func TestStoryWith(t *testing.T) {
	first := readAlert(t, []byte("topics: prosecution\ncountries: KH\nstage: detained\nseverity: high\ndirection: worse\ntitle: Reporter held in Kampot"))
	second := readAlert(t, []byte("day: 3\ntopics: prosecution lawsuit\ncountries: KH TH\nstage: released\nseverity: medium\ndirection: better\ntitle: Reporter freed"))
	late := readAlert(t, []byte("topics: prosecution\ncountries: KH\nstage: charged\nseverity: critical\ndirection: worse\ntitle: Reporter charged"))
	opened := alert.NewStory(first, now)
	after := opened.With(second).With(late)
	if after.Stage != "released" || after.Direction != rules.Better {
		t.Errorf("stage %s, direction %s: a stage left behind came back", after.Stage, after.Direction)
	}
	if after.Severity != rules.Critical || !after.Updated.Equal(second.Item.Published) {
		t.Errorf("severity %s, updated %s, want the highest and the newest", after.Severity, after.Updated)
	}
	if !slices.Equal(after.Countries, []string{"KH", "TH"}) || len(after.Topics) != 2 || len(after.Tellings) != 3 {
		t.Errorf("countries %v, topics %v, %d tellings", after.Countries, after.Topics, len(after.Tellings))
	}
	if len(opened.Tellings) != 1 || len(opened.Countries) != 1 || opened.Stage != "detained" {
		t.Errorf("the story before was changed: %+v", opened)
	}
	for range 20 {
		after = after.With(second)
	}
	if len(after.Tellings) != 8 {
		t.Errorf("%d tellings kept, want 8", len(after.Tellings))
	}
}
