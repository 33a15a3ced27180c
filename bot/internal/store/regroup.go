package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
)

// ErrRegroup means that there is nothing to split or to merge: no such item or story, or the item is the one
// that opened its story.
var ErrRegroup = errors.New("nothing to split or to merge")

// Split takes an item out of its story, where it was put by mistake. It becomes a story of its own: with the
// alert that it made, if it made one, or else with a new one, for which what route gives is owed. It returns
// both stories as they are then, the old one first. It reports ErrRegroup of an item that opened its story:
// the others are to be split off.
func (s *Store) Split(ctx context.Context, item int64, now time.Time, route func(alert.Alert) []alert.Delivery) (old, fresh alert.Story, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		r := &recorder{ctx: ctx, tx: tx, now: now, tally: &Tally{}}
		t, err := r.member(item)
		if err != nil {
			return err
		}
		fresh, err = r.saveStory(alert.NewStory(t.alert, now))
		if err != nil {
			return err
		}
		if t.relation == alert.Further.String() {
			err = r.takeAlert(t, fresh.ID)
		} else {
			err = r.alertAnew(t, fresh, route(t.alert))
		}
		if err != nil {
			return err
		}
		if fresh, err = r.rebuild(fresh.ID); err != nil {
			return err
		}
		old, err = r.rebuild(t.story)
		return err
	})
	if err != nil {
		return old, fresh, fmt.Errorf("split item %d off: %w", item, err)
	}
	return old, fresh, nil
}

// A member is an item of a story that is to be taken out.
type member struct {
	item     int64
	story    int64
	alertID  sql.NullInt64 // whose source it is
	relation string
	alert    alert.Alert
}

func (r *recorder) member(item int64) (member, error) {
	rows, err := r.tx.QueryContext(r.ctx, `
		SELECT t.story, t.alert, t.relation, t.judgement, (SELECT MIN(k.item_key) FROM item_keys k WHERE k.item = i.id), `+itemColumns+`
		FROM tellings t JOIN items i ON i.id = t.item WHERE t.item = $1`, item)
	list, err := collect(rows, err, func(r *sql.Rows) (member, error) {
		m := member{item: item}
		var text string
		var key sql.NullString
		var i feeds.Item
		if err := scanItem(r, &i, &m.story, &m.alertID, &m.relation, &text, &key); err != nil {
			return m, err
		}
		i.Keys = []feeds.Key{feeds.Key(key.String)}
		a, err := fromJudgement(text, i)
		m.alert = a
		return m, err
	})
	switch {
	case err != nil:
		return member{}, err
	case len(list) == 0 || list[0].relation == alert.New.String():
		return member{}, ErrRegroup
	}
	return list[0], nil
}

// takeAlert moves the alert of an item, with its sources, to another story.
func (r *recorder) takeAlert(m member, story int64) error {
	return errors.Join(
		r.exec(`UPDATE items SET story = $1 WHERE id IN (SELECT item FROM tellings WHERE alert = $2)`, story, m.alertID),
		r.exec(`UPDATE tellings SET story = $1, relation = CASE WHEN item = $3 THEN 'new' ELSE relation END WHERE alert = $2`, story, m.alertID, m.item),
		r.exec(`UPDATE alerts SET story = $1, relation = 'new', previous = NULL, changed = $3 WHERE id = $2`, story, m.alertID, millis(r.now)),
		markEdits(r.ctx, r.tx, r.now, `alert = $3`, m.alertID),
	)
}

// alertAnew makes an alert of an item that was only a source, and has the posts edited that name it.
func (r *recorder) alertAnew(m member, story alert.Story, owed []alert.Delivery) error {
	t := telling{
		verdict: Verdict{Alert: &m.alert, Deliveries: owed}, item: &seen{id: m.item}, story: story,
		relation: alert.New,
	}
	if err := r.tellAlert(t, 0); err != nil || !m.alertID.Valid {
		return err
	}
	return r.markChanged(m.alertID.Int64)
}

// Merge puts two stories together that are one. Their posts stay; what is still owed of the second to those
// who have the first is let go, and the posts of the first name the sources of both. It returns the story as
// it is then. It reports ErrRegroup if one of them is not there.
func (s *Store) Merge(ctx context.Context, into, from int64, now time.Time) (whole alert.Story, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		r := &recorder{ctx: ctx, tx: tx, now: now}
		first, err := r.lastAlert(into)
		if err != nil {
			return err
		}
		if second, err := r.lastAlert(from); err != nil || first == 0 || second == 0 || into == from {
			return errors.Join(err, ErrRegroup)
		}
		err = r.exec(`
			UPDATE deliveries SET state = $1, error = 'told already: its story is one with another' WHERE state IN ($2, $3)
				AND alert IN (SELECT id FROM alerts WHERE story = $4)
				AND destination IN (SELECT d.destination FROM deliveries d JOIN alerts a ON a.id = d.alert WHERE a.story = $5
					AND d.state IN ($2, $6))`, declined, waiting, parked, from, into, sent)
		if err != nil {
			return err
		}
		err = errors.Join(
			r.exec(`UPDATE tellings SET alert = $1, relation = 'again', why = 'put together by an admin' WHERE story = $2`, first, from),
			r.exec(`UPDATE tellings SET story = $1 WHERE story = $2`, into, from),
			r.exec(`UPDATE items SET story = $1 WHERE story = $2`, into, from),
			r.exec(`UPDATE alerts SET story = $1 WHERE story = $2`, into, from),
			r.exec(`DELETE FROM stories WHERE id = $1`, from),
			r.markChanged(first),
		)
		if err != nil {
			return err
		}
		whole, err = r.rebuild(into)
		return err
	})
	if err != nil {
		return whole, fmt.Errorf("merge story %d into %d: %w", from, into, err)
	}
	return whole, nil
}

// rebuild works a story out anew from the items that tell it, but for those of alerts that were taken back.
func (r *recorder) rebuild(id int64) (alert.Story, error) {
	known, err := r.story(id)
	if err != nil {
		return known, err
	}
	rows, err := r.tx.QueryContext(r.ctx, `
		SELECT t.judgement, `+itemColumns+` FROM tellings t JOIN items i ON i.id = t.item
		JOIN alerts a ON a.id = t.alert WHERE t.story = $1 AND a.retracted IS NULL ORDER BY t.item`, id)
	told, err := collect(rows, err, func(r *sql.Rows) (alert.Alert, error) {
		var text string
		var item feeds.Item
		if err := scanItem(r, &item, &text); err != nil {
			return alert.Alert{}, err
		}
		return fromJudgement(text, item)
	})
	if err != nil || len(told) == 0 {
		return known, err
	}
	story := alert.NewStory(told[0], known.Opened)
	for a := range slices.Values(told[1:]) {
		story = story.With(a)
	}
	story.ID, story.Told = id, known.Told
	return r.saveStory(story)
}
