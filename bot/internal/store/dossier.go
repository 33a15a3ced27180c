package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// A Report is an item about a law or a case that the rules follow.
type Report struct {
	Item      feeds.Item
	Publisher string
	// Stage is how far the item says that it has come, or "".
	Stage rules.Stage
	// Topics are what the item is about, the main one first.
	Topics []rules.Topic
	// Alert is the number of the alert whose source it is, 0 if it is of none, and Story that of its story.
	Alert, Story int64
}

// Dossier returns what was reported of a law or case, by the id that rules give it, in the order of the items'
// dates. Rules on trial do not count, nor do alerts that were taken back, wait for an admin or were let go by one.
func (s *Store) Dossier(ctx context.Context, id string) ([]Report, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT t.judgement, i.publisher, COALESCE(t.alert, 0), t.story, `+itemColumns+`
		FROM stories s JOIN tellings t ON t.story = s.id JOIN items i ON i.id = t.item LEFT JOIN alerts a ON a.id = t.alert
		WHERE instr(s.dossiers, $1) > 0 AND a.retracted IS NULL AND (a.id IS NULL OR `+fitToTell+`)`, inList(id))
	reports, err := collect(rows, err, func(r *sql.Rows) (*Report, error) {
		var report Report
		var text string
		err := scanItem(r, &report.Item, &text, &report.Publisher, &report.Alert, &report.Story)
		if err != nil {
			return nil, err
		}
		a, err := fromJudgement(text, report.Item)
		if err != nil || a.Trial || !slices.Contains(a.Dossiers, id) {
			return nil, err
		}
		report.Stage, report.Topics = a.Stage, a.Topics
		return &report, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read dossier %s: %w", id, err)
	}
	var list []Report
	for _, r := range reports {
		if r != nil {
			list = append(list, *r)
		}
	}
	slices.SortStableFunc(list, func(a, b Report) int { return a.Item.When().Compare(b.Item.When()) })
	return list, nil
}

// inList is how an id stands in a list that is kept as JSON.
func inList(id string) string { return `"` + strings.NewReplacer(`"`, "", `\`, "").Replace(id) + `"` }

// A Standing of a law says how far it has come.
type Standing struct {
	// Stage is the stage that its newest story with one has come to, or "".
	Stage rules.Stage
	// Updated is the date of the newest item about it.
	Updated time.Time
	// Stories counts what was told of it.
	Stories int
}

// Standings returns how far every law has come that was reported of, by the id of its dossier. Stories of
// people who were charged under a law say nothing of its own stage.
func (s *Store) Standings(ctx context.Context) (map[string]Standing, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+knownColumns+` FROM stories s WHERE s.dossiers <> '[]' AND `+heard+`
		ORDER BY COALESCE(s.updated, s.opened)`)
	stories, err := collect(rows, err, scanStory)
	if err != nil {
		return nil, fmt.Errorf("look up laws: %w", err)
	}
	all := make(map[string]Standing)
	for _, story := range stories {
		for _, id := range story.Dossiers {
			known := all[id]
			known.Stories++
			known.Updated = story.Updated
			if slices.Contains(story.Topics, rules.Legislation) && slices.Contains(rules.LawStages(), story.Stage) {
				known.Stage = story.Stage
			}
			all[id] = known
		}
	}
	return all, nil
}

// knownColumns are those of a story s that scanStory scans, but for whether it was told, which takes longest to
// find out: it is put down as told.
const knownColumns = `s.id, s.title, s.opened, COALESCE(s.updated, s.opened), s.topics, s.countries, s.laws, s.dossiers,
	s.stage, s.severity, s.direction, 1`

// shown holds for an alert a that people who ask are shown: neither on trial, nor taken back, nor held back.
const shown = `a.trial = 0 AND a.retracted IS NULL AND ` + fitToTell

// heard holds for a story s of which there is an alert that people who ask are shown.
const heard = `EXISTS (SELECT 1 FROM alerts a WHERE a.story = s.id AND ` + shown + `)`

// StoriesOf returns the stories of a country of which there was news since a time, the newest first, without
// their tellings. Those of which no alert is shown are left out.
func (s *Store) StoriesOf(ctx context.Context, country string, since time.Time) ([]alert.Story, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+knownColumns+` FROM stories s
		WHERE s.updated >= $1 AND s.id IN (
			SELECT a.story FROM alert_countries c JOIN alerts a ON a.id = c.alert
			WHERE c.country = $2 AND `+shown+`)
		ORDER BY s.updated DESC, s.id DESC`, since.UnixMilli(), country)
	stories, err := collect(rows, err, scanStory)
	if err != nil {
		return nil, fmt.Errorf("look up stories of %s: %w", country, err)
	}
	return stories, nil
}

// LastAlerts returns the newest alert of each of some stories, by the number of the story. Stories without
// one that is shown are left out.
func (s *Store) LastAlerts(ctx context.Context, stories []alert.Story) (map[int64]alert.Alert, error) {
	last := make(map[int64]alert.Alert)
	if len(stories) == 0 {
		return last, nil
	}
	ids := make([]any, len(stories))
	for i, story := range stories {
		ids[i] = story.ID
	}
	rows, err := s.read.QueryContext(ctx, `
		SELECT a.story, MAX(a.id) FROM alerts a WHERE a.story IN (`+places(len(ids))+`) AND `+shown+`
		GROUP BY a.story`, ids...)
	pairs, err := collect(rows, err, func(r *sql.Rows) (pair [2]int64, err error) {
		err = r.Scan(&pair[0], &pair[1])
		return pair, err
	})
	if err != nil || len(pairs) == 0 {
		return last, wrapped("look up alerts of stories", err)
	}
	storyOf := make(map[int64]int64)
	numbers := make([]any, len(pairs))
	for i, pair := range pairs {
		storyOf[pair[1]], numbers[i] = pair[0], pair[1]
	}
	alerts, err := readAlerts(ctx, s.read, `a.id IN (`+places(len(numbers))+`)`, numbers...)
	for _, a := range alerts {
		last[storyOf[a.ID]] = a
	}
	return last, wrapped("look up alerts of stories", err)
}

// wrapped says what was being done when an error came, nil if none did.
func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// StoryOf returns the number of the story that an alert tells, 0 if there is no such alert.
func (s *Store) StoryOf(ctx context.Context, alertID int64) (story int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT story FROM alerts WHERE id = $1`, alertID).Scan(&story)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	return story, wrapped(fmt.Sprintf("look up alert %d", alertID), err)
}

// Heard reports whether there is a story of that number with an alert that is shown.
func (s *Store) Heard(ctx context.Context, story int64) (yes bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stories s WHERE s.id = $1 AND `+heard+`)`, story).Scan(&yes)
	return yes, wrapped(fmt.Sprintf("look up story %d", story), err)
}
