package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
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
	// Parked is true if they are held back until an admin has looked.
	Parked bool
}

// tells reports whether subscribers are told of the story.
func (v Verdict) tells() bool {
	return v.Alert != nil && !v.Alert.Trial && len(v.Deliveries) > 0 && !v.Parked
}

// A Decide judges an item, knowing the recent stories. It must be quick and pure.
type Decide = func(item feeds.Item, recent []alert.Story) Verdict

// A Tally counts what Record kept.
type Tally struct {
	Items, Edited, Matched, Alerts, Deliveries int
}

// Add adds what another Record kept.
func (t *Tally) Add(o Tally) {
	t.Items += o.Items
	t.Edited += o.Edited
	t.Matched += o.Matched
	t.Alerts += o.Alerts
	t.Deliveries += o.Deliveries
}

// Record keeps a poll that brought items, all or nothing: the feed's state, the new items, their
// stories and alerts, and what is owed. Past this line an alert cannot be lost.
//
// It calls decide with one new item at a time, oldest first, and the recent stories, those that were
// opened moments ago included. Items with a known key are not new; they teach us further keys. One whose
// publisher changed its title or summary is updated, and decided again if neither it nor its story was an
// alert. So is one that was known from another feed only, where it was read in silence. What was an alert
// once never becomes a second one. decide runs inside the transaction.
func (s *Store) Record(ctx context.Context, state FeedState, items []feeds.Item, decide Decide) (Tally, error) {
	var tally Tally
	args, err := feedArgs(state)
	if err != nil {
		return Tally{}, fmt.Errorf("record feed %s: %w", state.Feed, err)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		r := recorder{ctx: ctx, tx: tx, tally: &tally, decide: decide, now: state.Checked}
		if err := r.exec(saveFeedState, args...); err != nil {
			return err
		}
		return r.items(items)
	})
	if err != nil {
		return Tally{}, fmt.Errorf("record feed %s: %w", state.Feed, err)
	}
	return tally, nil
}

// toldStory holds for a story s of which subscribers were, or will be, told.
const toldStory = `EXISTS (SELECT 1 FROM alerts a JOIN deliveries d ON d.alert = a.id
	WHERE a.story = s.id AND a.trial = 0 AND d.state NOT IN ('` + parked + `', '` + declined + `'))`

func recentStories(ctx context.Context, tx *sql.Tx, now time.Time) ([]alert.Story, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT s.id, s.title, s.opened, `+toldStory+` FROM stories s WHERE s.opened >= $1 ORDER BY s.id`,
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
	decide  Decide
	now     time.Time
	known   knowledge
	stories []alert.Story // the recent ones; nil until they are needed
}

func (r *recorder) items(items []feeds.Item) (err error) {
	if r.known, err = lookUp(r.ctx, r.tx, items); err != nil {
		return err
	}
	for _, item := range items {
		item, found, standing := r.known.meet(item)
		switch standing {
		case unseen:
			err = r.add(item)
		case edited:
			err = errors.Join(r.keys(found, item.Keys), r.edit(found, item), r.again(found, item))
		case elsewhere:
			err = errors.Join(r.keys(found, item.Keys), r.again(found, item))
		case rekeyed:
			err = r.keys(found, item.Keys)
		case same:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// judge decides about an item.
func (r *recorder) judge(item feeds.Item) (v Verdict, err error) {
	if r.stories == nil {
		if r.stories, err = recentStories(r.ctx, r.tx, r.now); err != nil {
			return Verdict{}, err
		}
	}
	return r.decide(item, r.stories), nil
}

// add keeps a new item and what it gives rise to.
func (r *recorder) add(item feeds.Item) error {
	v, err := r.judge(item)
	if err != nil {
		return err
	}
	found := &seen{
		feed: item.Feed, guid: item.GUID, title: item.Title, summary: item.Summary, published: item.Published,
		seen: item.Seen, met: true,
	}
	if v.Matched {
		if found.story.Int64, err = r.story(v.Story, v.tells()); err != nil {
			return err
		}
		found.story.Valid = true
		r.tally.Matched++
	}
	categories, err := toJSON(item.Categories, false)
	if err != nil {
		return err
	}
	found.id, err = r.insert(`
		INSERT INTO items (feed, guid_key, title, summary, link, language, author, categories, image, published, seen, story)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
		item.Feed, item.GUID, item.Title, item.Summary, item.Link, item.Language, item.Author, categories, item.Image,
		millis(item.Published), millis(item.Seen), found.story)
	if err != nil {
		return err
	}
	r.tally.Items++
	if err := r.keys(found, item.Keys); err != nil || v.Alert == nil {
		return err
	}
	return r.alert(v, found)
}

// keys notes the keys of an item; those that are known already stay with their item.
func (r *recorder) keys(found *seen, keys []feeds.Key) error {
	for _, k := range keys {
		if r.known[k] != nil {
			continue
		}
		r.known[k] = found
		if err := r.exec(`INSERT INTO item_keys (item_key, item) VALUES ($1, $2) ON CONFLICT DO NOTHING`, k, found.id); err != nil {
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

func (r *recorder) alert(v Verdict, item *seen) error {
	a := *v.Alert
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
		item.story, item.id, a.Item.Keys[0], a.Source, a.SourceCountry, string(laws), a.Stage, a.Severity, string(reasons),
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
	return r.deliveries(v, id)
}

func (r *recorder) deliveries(v Verdict, alertID int64) error {
	state := waiting
	if v.Parked {
		state = parked
	}
	for _, d := range v.Deliveries {
		err := r.exec(`
			INSERT INTO deliveries (alert, destination, state, due, tries, unknown, error, message_id)
			VALUES ($1, $2, $3, $4, 0, 0, '', '')`, alertID, d.To.String(), state, millis(d.Due))
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
