package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
)

// A Verdict is what was decided about a new item.
type Verdict struct {
	Item feeds.Item
	// Story is the story it tells; with ID 0 a new one is opened. It is ignored without a Matched.
	Story alert.Story
	// Matched is true if any rule matched.
	Matched bool
	// Alert is the alert that the item gives rise to, nil if it gives none: nothing matched, or its
	// story was told before. It may belong to a known story that nobody was told.
	Alert *alert.Alert
	// Deliveries are owed for the alert.
	Deliveries []alert.Delivery
}

// tells reports whether subscribers are told of the story.
func (v Verdict) tells() bool { return v.Alert != nil && !v.Alert.Trial && len(v.Deliveries) > 0 }

// A Tally counts what Record kept.
type Tally struct {
	Items, Matched, Alerts, Deliveries int
}

// Record keeps a poll that brought items, all or nothing: the feed's state, the new items, their
// stories and alerts, and what is owed. Past this line an alert cannot be lost.
//
// It calls decide with one new item at a time, oldest first, and the recent stories, those that were
// opened moments ago included. Items with a known key are not new; they only teach us further keys.
// decide runs inside the transaction, so it must be quick and pure.
func (s *Store) Record(ctx context.Context, state FeedState, items []feeds.Item, decide func(feeds.Item, []alert.Story) Verdict) (Tally, error) {
	var tally Tally
	err := s.transact(ctx, func(tx *sql.Tx) error {
		r := recorder{ctx: ctx, tx: tx, tally: &tally}
		if err := saveFeedState(ctx, tx, state); err != nil {
			return err
		}
		var err error
		if r.stories, err = recentStories(ctx, tx, state.Checked); err != nil {
			return err
		}
		for _, item := range items {
			if err := r.item(item, decide); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Tally{}, fmt.Errorf("record feed %s: %w", state.Feed, err)
	}
	return tally, nil
}

func recentStories(ctx context.Context, tx *sql.Tx, now time.Time) ([]alert.Story, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT s.id, s.title, s.opened, EXISTS (
			SELECT 1 FROM alerts a JOIN deliveries d ON d.alert = a.id WHERE a.story = s.id AND a.trial = 0)
		FROM stories s WHERE s.opened >= $1 ORDER BY s.id`,
		now.Add(-alert.JoinWindow).UnixMilli())
	return collect(rows, err, func(r *sql.Rows) (alert.Story, error) {
		var s alert.Story
		var opened sql.NullInt64
		err := r.Scan(&s.ID, &s.Title, &opened, &s.Told)
		s.Opened = fromMillis(opened)
		return s, err
	})
}

// A recorder writes the items of one poll. It lives as long as its transaction, which is why it may
// hold the context.
type recorder struct {
	ctx     context.Context
	tx      *sql.Tx
	tally   *Tally
	stories []alert.Story
}

func (r *recorder) item(item feeds.Item, decide func(feeds.Item, []alert.Story) Verdict) error {
	known, err := r.known(item.Keys)
	if err != nil {
		return err
	}
	if known != 0 {
		return r.keys(known, item.Keys)
	}
	v := decide(item, r.stories)
	var story sql.NullInt64
	if v.Matched {
		if story.Int64, err = r.story(v.Story, v.tells()); err != nil {
			return err
		}
		story.Valid = true
		r.tally.Matched++
	}
	id, err := r.insert(`
		INSERT INTO items (feed, title, summary, link, language, published, seen, story)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		item.Feed, item.Title, item.Summary, item.Link, item.Language, millis(item.Published), millis(item.Seen), story)
	if err != nil {
		return err
	}
	r.tally.Items++
	if err := r.keys(id, item.Keys); err != nil {
		return err
	}
	if v.Alert == nil {
		return nil
	}
	return r.alert(*v.Alert, id, story.Int64, v.Deliveries)
}

// known returns the id of the item that has one of the keys, or 0.
func (r *recorder) known(keys []feeds.Key) (int64, error) {
	for _, k := range keys {
		var id int64
		err := r.tx.QueryRowContext(r.ctx, `SELECT item FROM item_keys WHERE item_key = $1`, k).Scan(&id)
		if err != sql.ErrNoRows {
			return id, err
		}
	}
	return 0, nil
}

func (r *recorder) keys(item int64, keys []feeds.Key) error {
	for _, k := range keys {
		if err := r.exec(`INSERT INTO item_keys (item_key, item) VALUES ($1, $2) ON CONFLICT DO NOTHING`, k, item); err != nil {
			return err
		}
	}
	return nil
}

// story returns the id of the story, opening it if it is new, and remembers whether it is told now.
func (r *recorder) story(s alert.Story, told bool) (int64, error) {
	s.Told = s.Told || told
	if i := slices.IndexFunc(r.stories, func(known alert.Story) bool { return known.ID == s.ID }); i >= 0 {
		r.stories[i] = s
	}
	if s.ID != 0 {
		return s.ID, nil
	}
	id, err := r.insert(`INSERT INTO stories (title, opened) VALUES ($1, $2) RETURNING id`, s.Title, millis(s.Opened))
	s.ID = id
	r.stories = append(r.stories, s)
	return id, err
}

func (r *recorder) alert(a alert.Alert, item, story int64, deliveries []alert.Delivery) error {
	laws, err := json.Marshal(a.Laws)
	if err != nil {
		return err
	}
	reasons, err := json.Marshal(a.Reasons)
	if err != nil {
		return err
	}
	id, err := r.insert(`
		INSERT INTO alerts (story, item, item_key, source, source_country, laws, stage, severity, reasons, trial, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		story, item, a.Item.Keys[0], a.Source, a.SourceCountry, string(laws), a.Stage, a.Severity, string(reasons),
		flag(a.Trial), millis(a.Created))
	if err != nil {
		return err
	}
	r.tally.Alerts++
	for i, t := range a.Topics {
		if err := r.exec(`INSERT INTO alert_topics (alert, place, topic) VALUES ($1, $2, $3)`, id, i, t); err != nil {
			return err
		}
	}
	for i, c := range a.Countries {
		if err := r.exec(`INSERT INTO alert_countries (alert, place, country) VALUES ($1, $2, $3)`, id, i, c); err != nil {
			return err
		}
	}
	for _, d := range deliveries {
		err := r.exec(`
			INSERT INTO deliveries (alert, destination, state, due, tries, unknown, error, message_id)
			VALUES ($1, $2, $3, $4, 0, 0, '', '')`, id, d.To.String(), waiting, millis(d.Due))
		if err != nil {
			return err
		}
		r.tally.Deliveries++
	}
	return nil
}

func (r *recorder) insert(query string, args ...any) (id int64, err error) {
	err = r.tx.QueryRowContext(r.ctx, query, args...).Scan(&id)
	return id, err
}

func (r *recorder) exec(query string, args ...any) error {
	_, err := r.tx.ExecContext(r.ctx, query, args...)
	return err
}
