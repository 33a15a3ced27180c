package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// sketchesMax is how many tellings of a story are read for the index; alert.Story keeps no more.
const sketchesMax = 8

// storyColumns are the columns of a story s, in the order of scanStory.
const storyColumns = `s.id, s.title, s.opened, COALESCE(s.updated, s.opened), s.topics, s.countries, s.laws, s.dossiers,
	s.stage, s.severity, s.direction, ` + toldStory

// toldStory holds for a story s of which subscribers were, or will be, told.
const toldStory = `EXISTS (SELECT 1 FROM alerts a JOIN deliveries d ON d.alert = a.id
	WHERE a.story = s.id AND a.trial = 0 AND a.retracted IS NULL AND d.state <> '` + declined + `'
		AND (d.state <> '` + parked + `' OR d.parked_for = '` + forConfig + `'))`

func scanStory(r *sql.Rows) (alert.Story, error) {
	var s alert.Story
	var opened, updated sql.NullInt64
	var topics, countries, laws, dossiers string
	err := r.Scan(&s.ID, &s.Title, &opened, &updated, &topics, &countries, &laws, &dossiers, &s.Stage, &s.Severity,
		&s.Direction, &s.Told)
	if err != nil {
		return s, err
	}
	s.Opened, s.Updated = fromMillis(opened), fromMillis(updated)
	return s, errors.Join(fromJSON(topics, &s.Topics), fromJSON(countries, &s.Countries), fromJSON(laws, &s.Laws),
		fromJSON(dossiers, &s.Dossiers))
}

// LoadStories returns the stories that an item may tell at now, the ones heard of longest ago first.
func (s *Store) LoadStories(ctx context.Context, now time.Time) ([]alert.Story, error) {
	stories, err := readStories(ctx, s.read, `COALESCE(s.updated, s.opened) >= $1
		OR s.opened >= $1 OR (s.dossiers <> '[]' AND COALESCE(s.updated, s.opened) >= $2)`,
		now.AddDate(0, 0, -alert.StoryDays).UnixMilli(), now.AddDate(0, 0, -alert.DossierDays).UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("load stories: %w", err)
	}
	return stories, nil
}

// readStories reads the stories s for which a condition holds, with their first tellings.
func readStories(ctx context.Context, q querier, where string, args ...any) ([]alert.Story, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+storyColumns+` FROM stories s WHERE `+where+`
		ORDER BY COALESCE(s.updated, s.opened), s.id`, args...)
	stories, err := collect(rows, err, scanStory)
	if err != nil || len(stories) == 0 {
		return nil, err
	}
	byID := make(map[int64]*alert.Story, len(stories))
	for i := range stories {
		byID[stories[i].ID] = &stories[i]
	}
	rows, err = q.QueryContext(ctx, `
		SELECT t.story, t.sketch, t.judgement, `+itemColumns+` FROM tellings t JOIN items i ON i.id = t.item
		JOIN stories s ON s.id = t.story WHERE t.sketch <> '' AND (`+where+`) ORDER BY t.story, t.item`, args...)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		id, telling, err := scanTelling(r)
		if story := byID[id]; err == nil && story != nil && len(story.Tellings) < sketchesMax {
			story.Tellings = append(story.Tellings, telling)
		}
		return none, err
	})
	return stories, err
}

// scanTelling reads what is compared of a telling. A sketch of another version of the program is made anew.
func scanTelling(r *sql.Rows) (story int64, t alert.Telling, err error) {
	var sketch, judgement string
	var item feeds.Item
	if err := scanItem(r, &item, &story, &sketch, &judgement); err != nil {
		return 0, t, err
	}
	t.Link, t.Language = item.Link, item.Language
	data, err := base64.StdEncoding.DecodeString(sketch)
	if err == nil && t.Sketch.UnmarshalBinary(data) == nil {
		return story, t, nil
	}
	a, err := fromJudgement(judgement, item)
	t.Sketch = alert.SketchOf(a)
	return story, t, err
}

// A judgement is an alert as a telling keeps it: all but the item and the store's number.
type judgement struct {
	Source        string          `json:"source"`
	SourceCountry string          `json:"source_country,omitempty"`
	Topics        []rules.Topic   `json:"topics"`
	Laws          []rules.Law     `json:"laws,omitempty"`
	Countries     []string        `json:"countries,omitempty"`
	Stage         rules.Stage     `json:"stage,omitempty"`
	Severity      rules.Severity  `json:"severity"`
	Direction     rules.Direction `json:"direction,omitempty"`
	Dossiers      []string        `json:"dossiers,omitempty"`
	Reasons       []alert.Reason  `json:"reasons"`
	Trial         bool            `json:"trial,omitempty"`
	Created       time.Time       `json:"created"`
}

func toJudgement(a alert.Alert) (string, error) {
	text, err := json.Marshal(judgement{
		a.Source, a.SourceCountry, a.Topics, a.Laws, a.Countries, a.Stage, a.Severity, a.Direction, a.Dossiers,
		a.Reasons, a.Trial, a.Created,
	})
	return string(text), err
}

func fromJudgement(text string, item feeds.Item) (alert.Alert, error) {
	var j judgement
	err := json.Unmarshal([]byte(text), &j)
	return alert.Alert{
		Item: item, Source: j.Source, SourceCountry: j.SourceCountry, Topics: j.Topics, Laws: j.Laws,
		Countries: j.Countries, Stage: j.Stage, Severity: j.Severity, Direction: j.Direction, Dossiers: j.Dossiers,
		Reasons: j.Reasons, Trial: j.Trial, Created: j.Created,
	}, err
}

// A Telling is an item that tells a story, as /story lists it.
type Telling struct {
	alert.Source
	// Item is the store's number of the item, which Split takes, and Title its headline.
	Item  int64
	Title string
	// Alert is the number of the alert whose source it is, 0 if it is of none.
	Alert int64
	// Retracted is true if that alert was taken back.
	Retracted bool
	// Relation is new, again or further, and Why says in half a sentence why it tells this story.
	Relation, Why string
	Stage         rules.Stage
}

// Tellings returns every item that tells a story, in the order of their coming.
func (s *Store) Tellings(ctx context.Context, story int64) ([]Telling, error) {
	list, err := readTellings(ctx, s.read, `t.story = $1`, story)
	if err != nil {
		return nil, fmt.Errorf("look up story %d: %w", story, err)
	}
	return list, nil
}

// Sources returns the outlets that told a story, in the order of their coming.
func (s *Store) Sources(ctx context.Context, story int64) ([]alert.Source, error) {
	list, err := s.Tellings(ctx, story)
	var sources []alert.Source
	for _, t := range list {
		sources = append(sources, t.Source)
	}
	return sources, err
}

// readTellings reads the tellings t for which a condition holds.
func readTellings(ctx context.Context, q querier, where string, args ...any) ([]Telling, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT t.item, COALESCE(t.alert, 0), EXISTS (SELECT 1 FROM alerts a WHERE a.id = t.alert AND a.retracted IS NOT NULL), t.relation, t.why, t.judgement, i.publisher, i.publisher_country, `+itemColumns+`
		FROM tellings t JOIN items i ON i.id = t.item WHERE `+where+` ORDER BY t.item`, args...)
	return collect(rows, err, func(r *sql.Rows) (t Telling, err error) {
		var text string
		var item feeds.Item
		err = scanItem(r, &item, &t.Item, &t.Alert, &t.Retracted, &t.Relation, &t.Why, &text, &t.Publisher, &t.Country)
		if err != nil {
			return t, err
		}
		t.Title, t.Link, t.When = cmp.Or(item.Title, item.Summary), item.Link, item.When()
		a, err := fromJudgement(text, item)
		t.Stage = a.Stage
		return t, err
	})
}

// publishers counts the outlets among the tellings.
func publishers(list []Telling) int {
	var names []string
	for _, t := range list {
		if !slices.Contains(names, t.Publisher) {
			names = append(names, t.Publisher)
		}
	}
	return len(names)
}

// saveStory writes a story, opening it if it is new, and returns it with its number.
func (r *recorder) saveStory(s alert.Story) (alert.Story, error) {
	var texts [4]string
	for i, list := range []any{s.Topics, s.Countries, s.Laws, s.Dossiers} {
		text, err := json.Marshal(list)
		if err != nil {
			return s, err
		}
		texts[i] = string(text)
		if texts[i] == "null" {
			texts[i] = "[]"
		}
	}
	if s.ID == 0 {
		id, err := r.insert(`INSERT INTO stories (title, opened) VALUES ($1, $2) RETURNING id`, s.Title, millis(s.Opened))
		if err != nil {
			return s, err
		}
		s.ID = id
	}
	return s, r.exec(`
		UPDATE stories SET title = $1, opened = $2, updated = $3, topics = $4, countries = $5, laws = $6, dossiers = $7,
			stage = $8, severity = $9, direction = $10 WHERE id = $11`,
		s.Title, millis(s.Opened), millis(s.Updated), texts[0], texts[1], texts[2], texts[3], s.Stage, s.Severity,
		s.Direction, s.ID)
}

// story reads the story of that number, or returns the zero value if there is none.
func (r *recorder) story(id int64) (alert.Story, error) {
	list, err := readStories(r.ctx, r.tx, `s.id = $1`, id)
	if err != nil || len(list) == 0 {
		return alert.Story{}, err
	}
	return list[0], nil
}
