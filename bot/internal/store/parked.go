package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A ParkedFeed is a feed whose alerts are held back, because it brought more new items at once than
// news makes: an admin is to look first.
type ParkedFeed struct {
	Feed string
	// Alerts counts the alerts that are held back, and Deliveries to how many places in all.
	Alerts, Deliveries int
	// Since is when the first of them was made.
	Since time.Time
}

// Parked returns the feeds with deliveries that are held back, the longest first.
func (s *Store) Parked(ctx context.Context) ([]ParkedFeed, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT i.feed, COUNT(DISTINCT a.id), COUNT(*), MIN(a.created)
		FROM deliveries d JOIN alerts a ON a.id = d.alert JOIN items i ON i.id = a.item
		WHERE d.state = $1 AND d.parked_for = $2 GROUP BY i.feed ORDER BY MIN(a.created), i.feed`, parked, forBurst)
	list, err := collect(rows, err, func(r *sql.Rows) (ParkedFeed, error) {
		var p ParkedFeed
		var since sql.NullInt64
		err := r.Scan(&p.Feed, &p.Alerts, &p.Deliveries, &since)
		p.Since = fromMillis(since)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is held back: %w", err)
	}
	return list, nil
}

// letGo begins the reason of a delivery that an admin let go.
const letGo = "let go by an admin on "

func droppedBy(now time.Time) string { return letGo + now.UTC().Format("2 Jan 2006 15:04 UTC") }

// fitToTell holds for an alert a that is neither held back for an admin nor was let go by one. What the config
// holds back it holds back from a place, and not from people who ask. The few that are not fit are looked up
// once, by the index of states, and not for each alert.
const fitToTell = `a.id NOT IN (SELECT d.alert FROM deliveries d WHERE
	d.state = '` + parked + `' AND d.parked_for NOT IN ('` + forConfig + `', '` + forSeverity + `')
	OR d.state = '` + declined + `' AND d.error LIKE '` + letGo + `%')`

// Release lets go out what is held back of a feed, and returns how many deliveries are due at now.
func (s *Store) Release(ctx context.Context, feed string, now time.Time) (int, error) {
	return s.unpark(ctx, feed, `state = $1, due = $2, parked_for = ''`, waiting, now.UnixMilli())
}

// DropParked lets go of what is held back of a feed, and returns how many deliveries that were. They stay
// on record, and hide no later news of the same stories.
func (s *Store) DropParked(ctx context.Context, feed string, now time.Time) (int, error) {
	return s.unpark(ctx, feed, `state = $1, error = $2, parked_for = ''`, declined, droppedBy(now))
}

// unpark changes the parked deliveries of a feed as set says.
func (s *Store) unpark(ctx context.Context, feed, set string, to string, value any) (n int, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET `+set+` WHERE state = $3 AND parked_for = $5 AND alert IN (
				SELECT a.id FROM alerts a JOIN items i ON i.id = a.item WHERE i.feed = $4)`, to, value, parked, feed, forBurst)
		if err != nil {
			return err
		}
		changed, err := done.RowsAffected()
		if n = int(changed); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $1, error = $2, parked_for = '' WHERE state = $3 AND parked_for = $5 AND alert IN (
				SELECT a.id FROM alerts a JOIN items i ON i.id = a.item WHERE i.feed = $4)`, declined, tooLight, parked, feed, forSeverity)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("decide what is held back of feed %s: %w", feed, err)
	}
	return n, nil
}
