package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

// The states of a delivery.
const (
	waiting  = "waiting"  // owed
	sent     = "sent"     // posted; the service said so
	dropped  = "dropped"  // given up; the admins were told
	parked   = "parked"   // held back until an admin has looked
	declined = "declined" // an admin has looked and let it go
)

// A Pending is a delivery that is due, with what is to be sent.
type Pending struct {
	alert.Delivery
	// Key names the message for ever.
	Key   string
	Alert alert.Alert
	// Tries counts the sends so far, and FirstTry is when the first was made; zero if none was.
	Tries    int
	FirstTry time.Time
}

// DueDestinations returns the destinations that are owed something that may go out now, the one that
// has waited longest first. Destinations on hold are left out.
func (s *Store) DueDestinations(ctx context.Context, now time.Time) ([]chat.Destination, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT d.destination FROM deliveries d
		LEFT JOIN destinations x ON x.destination = d.destination
		WHERE d.state = $1 AND d.due <= $2 AND (x.hold_until IS NULL OR x.hold_until <= $2)
		GROUP BY d.destination ORDER BY MIN(d.id)`, waiting, now.UnixMilli())
	due, err := collect(rows, err, func(r *sql.Rows) (to chat.Destination, err error) {
		text, err := scanOne[string](r)
		if err != nil {
			return to, err
		}
		return to, to.UnmarshalText([]byte(text))
	})
	if err != nil {
		return nil, fmt.Errorf("read due destinations: %w", err)
	}
	return due, nil
}

// Due returns what a destination is owed and may get now, oldest first, at most limit.
func (s *Store) Due(ctx context.Context, to chat.Destination, now time.Time, limit int) ([]Pending, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT d.id, d.due, d.tries, d.first_try, d.alert, a.item_key FROM deliveries d
		JOIN alerts a ON a.id = d.alert
		LEFT JOIN destinations x ON x.destination = d.destination
		WHERE d.destination = $1 AND d.state = $2 AND d.due <= $3
			AND (x.hold_until IS NULL OR x.hold_until <= $3)
		ORDER BY d.id LIMIT $4`, to.String(), waiting, now.UnixMilli(), limit)
	due, err := collect(rows, err, func(r *sql.Rows) (Pending, error) {
		p := Pending{Delivery: alert.Delivery{To: to}}
		var itemKey string
		var at, first sql.NullInt64
		err := r.Scan(&p.ID, &at, &p.Tries, &first, &p.Alert.ID, &itemKey)
		p.Due, p.FirstTry = fromMillis(at), fromMillis(first)
		p.Key = itemKey + " " + to.String()
		return p, err
	})
	for i := 0; err == nil && i < len(due); i++ {
		var alerts []alert.Alert
		if alerts, err = s.alerts(ctx, `a.id = $1`, due[i].Alert.ID); err == nil {
			due[i].Alert = alerts[0]
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read what is due to %s: %w", to, err)
	}
	return due, nil
}

// Sent notes that a delivery was posted and lifts any hold or suspension of its destination.
func (s *Store) Sent(ctx context.Context, d alert.Delivery, messageID string, now time.Time) error {
	return s.deliver(ctx, d, "note sent", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $1, message_id = $2, sent = $3, tries = tries + 1,
				first_try = COALESCE(first_try, $3), error = ''
			WHERE id = $4`, sent, messageID, now.UnixMilli(), d.ID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM destinations WHERE destination = $1`, d.To.String())
		return err
	})
}

// A Setback is why a delivery did not go out and what follows.
type Setback struct {
	// At is when it was tried, and Until is when its destination may be tried again.
	At, Until time.Time
	// Reason is the error in words, without any secret.
	Reason string
	// Unknown is true if it may have been posted all the same.
	Unknown bool
	// Suspend is true if the channel is not ours to post in.
	Suspend bool
}

// Retry keeps a delivery waiting and holds its destination, so that what is owed there stays in order.
// With Suspend the destination is marked until a send succeeds; Retry then reports whether that is new.
func (s *Store) Retry(ctx context.Context, d alert.Delivery, b Setback) (newlySuspended bool, err error) {
	err = s.deliver(ctx, d, "note retry", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET tries = tries + 1, first_try = COALESCE(first_try, $1),
				unknown = unknown + $2, error = $3
			WHERE id = $4`, b.At.UnixMilli(), flag(b.Unknown), b.Reason, d.ID)
		if err != nil {
			return err
		}
		var since sql.NullInt64
		err = tx.QueryRowContext(ctx, `SELECT suspended FROM destinations WHERE destination = $1`, d.To.String()).Scan(&since)
		if err != nil && err != sql.ErrNoRows {
			return err
		}
		if b.Suspend && !since.Valid {
			since, newlySuspended = millis(b.At), true
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO destinations (destination, hold_until, suspended, reason) VALUES ($1, $2, $3, $4)
			ON CONFLICT (destination) DO UPDATE SET hold_until = excluded.hold_until,
				suspended = excluded.suspended, reason = excluded.reason`,
			d.To.String(), b.Until.UnixMilli(), since, b.Reason)
		return err
	})
	return newlySuspended, err
}

// Drop gives a delivery up. It stays on record with its reason.
func (s *Store) Drop(ctx context.Context, d alert.Delivery, reason string, now time.Time) error {
	return s.deliver(ctx, d, "note drop", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $1, tries = tries + 1, first_try = COALESCE(first_try, $2), error = $3
			WHERE id = $4`, dropped, now.UnixMilli(), reason, d.ID)
		return err
	})
}

func (s *Store) deliver(ctx context.Context, d alert.Delivery, doing string, do func(*sql.Tx) error) error {
	if err := s.transact(ctx, do); err != nil {
		return fmt.Errorf("%s of delivery %d: %w", doing, d.ID, err)
	}
	return nil
}

// A Queue is what one destination is owed.
type Queue struct {
	To      chat.Destination
	Waiting int
	// Until is when it will be tried again; zero if nothing holds it.
	Until time.Time
	// Suspended is since when the channel is not ours to post in; zero if it is.
	Suspended time.Time
	Reason    string
}

// Queues returns every destination that is owed something or is suspended.
func (s *Store) Queues(ctx context.Context) ([]Queue, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT n.destination, SUM(n.waiting), x.hold_until, x.suspended, COALESCE(x.reason, '') FROM (
			SELECT destination, 1 AS waiting FROM deliveries WHERE state = $1
			UNION ALL SELECT destination, 0 FROM destinations WHERE suspended IS NOT NULL
		) AS n LEFT JOIN destinations x ON x.destination = n.destination
		GROUP BY n.destination, x.hold_until, x.suspended, x.reason ORDER BY n.destination`, waiting)
	queues, err := collect(rows, err, func(r *sql.Rows) (Queue, error) {
		var q Queue
		var to string
		var until, since sql.NullInt64
		if err := r.Scan(&to, &q.Waiting, &until, &since, &q.Reason); err != nil {
			return q, err
		}
		q.Until, q.Suspended = fromMillis(until), fromMillis(since)
		return q, q.To.UnmarshalText([]byte(to))
	})
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	return queues, nil
}
