package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pressalert/bot/internal/chat"
)

// Forget deletes all that is known of a destination, and of the topics in it if it is a whole channel: what
// it asked for, what it was sent and is owed, its votes and mutes. In the audit its id, and that of the
// person whose direct chat it is, are blotted out. When it returns without an error the id is nowhere in the
// database's files.
func (s *Store) Forget(ctx context.Context, d chat.Destination) error {
	topics := sql.NullString{String: d.String() + "/", Valid: true}
	err := s.transact(ctx, func(tx *sql.Tx) error { return forget(ctx, tx, d.String(), topics) })
	if err == nil {
		err = s.scrub(ctx)
	}
	if err != nil {
		return fmt.Errorf("forget %s: %w", d, err)
	}
	return nil
}

// forget deletes what is known of a destination, and of those whose text form begins with a prefix, if there
// is one.
func forget(ctx context.Context, tx *sql.Tx, exact string, prefix sql.NullString) error {
	of := func(column string) string {
		return ` (` + column + ` = $1 OR substr(` + column + `, 1, length($2)) = $2)`
	}
	for _, query := range []string{
		`DELETE FROM deliveries WHERE` + of("destination"),
		`DELETE FROM destinations WHERE` + of("destination"),
		`DELETE FROM pins WHERE` + of("destination"),
		`DELETE FROM subscriptions WHERE` + of("destination"),
		`DELETE FROM places WHERE` + of("destination"),
		`DELETE FROM mutes WHERE` + of("destination"),
		`DELETE FROM votes WHERE` + of("destination"),
		`DELETE FROM moves WHERE` + of("destination") + ` OR` + of("moved_to"),
		`UPDATE audit SET place = '' WHERE` + of("place"),
		`UPDATE audit SET person = '' WHERE` + of("person"),
		`UPDATE audit SET details = '' WHERE instr(details, $1) > 0 OR instr(details, $2) > 0`,
	} {
		if _, err := tx.ExecContext(ctx, query, exact, prefix); err != nil {
			return err
		}
	}
	return nil
}

const (
	// sweepEvery is the least time between two deletions by ForgetSuspended: each rebuilds the whole file, and
	// nothing else is written meanwhile.
	sweepEvery = 24 * time.Hour
	// swept is the setting that holds when it last deleted something, in milliseconds, and unscrubbed the one
	// that stands as long as the file may still hold what it deleted.
	swept, unscrubbed = "swept", "unscrubbed"
)

// ForgetSuspended deletes for good all that is known of the destinations that have been suspended since before
// a time, as Forget does, and returns them. The topics of a channel are destinations of their own: they stay
// unless they are suspended too. It deletes at most once a day, all of them together; between, it does nothing.
// With an error, those that it returns are deleted all the same, and what is left of them in the file goes with
// the next day's.
func (s *Store) ForgetSuspended(ctx context.Context, before, now time.Time) (forgotten []chat.Destination, err error) {
	var left bool
	err = s.transact(ctx, func(tx *sql.Tx) error {
		forgotten, left, err = forgetSuspended(ctx, tx, before, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("forget the suspended: %w", err)
	}
	if !left {
		return nil, nil
	}
	if err = s.scrub(ctx); err == nil {
		_, err = s.write.ExecContext(ctx, `DELETE FROM settings WHERE name = $1`, unscrubbed)
	}
	if err != nil {
		return forgotten, fmt.Errorf("forget the suspended: %w", err)
	}
	return forgotten, nil
}

// forgetSuspended deletes, and reports whether the file is left with something that was deleted.
func forgetSuspended(ctx context.Context, tx *sql.Tx, before, now time.Time) (forgotten []chat.Destination, left bool, err error) {
	var resting bool
	err = tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM settings WHERE name = $1 AND CAST(value AS BIGINT) > $2),
			EXISTS (SELECT 1 FROM settings WHERE name = $3)`, swept, now.Add(-sweepEvery).UnixMilli(), unscrubbed).Scan(&resting, &left)
	if err != nil || resting {
		return nil, false, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT destination FROM destinations WHERE suspended <= $1 ORDER BY destination`, before.UnixMilli())
	if forgotten, err = collect(rows, err, scanDestination); err != nil || len(forgotten) == 0 && !left {
		return nil, false, err
	}
	for _, d := range forgotten {
		if err := forget(ctx, tx, d.String(), sql.NullString{}); err != nil {
			return nil, false, err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2), ($3, 'yes')
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, swept, strconv.FormatInt(now.UnixMilli(), 10), unscrubbed)
	return forgotten, true, err
}

// scrub writes the log into the database, where what was deleted is overwritten with zeros, and empties the
// log, which still had it. Then it rebuilds the file: pages that were split or joined long ago may hold
// what has moved to other pages since.
func (s *Store) scrub(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	return s.checkpoint(ctx)
}

// errBusy means that somebody was reading for so long that the log could not be emptied.
var errBusy = errors.New("database is being read")

// checkpoint empties the log into the database, waiting for those who read.
func (s *Store) checkpoint(ctx context.Context) error {
	var busy, log, moved int
	err := s.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved)
	if err == nil && busy != 0 {
		err = errBusy
	}
	return err
}
