package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pressalert/bot/internal/chat"
)

// Forget deletes all that is known of a destination, and of the topics in it if it is a whole channel: what
// it asked for, what it was sent and is owed, its votes and mutes. In the audit its id, and that of the
// person whose direct chat it is, are blotted out. When it returns without an error the id is nowhere in the
// database's files.
func (s *Store) Forget(ctx context.Context, d chat.Destination) error {
	exact, topics := d.String(), d.String()+"/"
	if d.Topic != "" {
		topics = exact
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		of := func(column string) string {
			return ` (` + column + ` = $1 OR substr(` + column + `, 1, length($2)) = $2)`
		}
		for _, query := range []string{
			`DELETE FROM deliveries WHERE` + of("destination"),
			`DELETE FROM destinations WHERE` + of("destination"),
			`DELETE FROM subscriptions WHERE` + of("destination"),
			`DELETE FROM mutes WHERE` + of("destination"),
			`DELETE FROM votes WHERE` + of("destination"),
			`DELETE FROM moves WHERE` + of("destination") + ` OR` + of("moved_to"),
			`UPDATE audit SET place = '' WHERE` + of("place"),
			`UPDATE audit SET person = '' WHERE` + of("person"),
			`UPDATE audit SET details = '' WHERE instr(details, $1) > 0 OR instr(details, $2) > 0`,
		} {
			if _, err := tx.ExecContext(ctx, query, exact, topics); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = s.scrub(ctx)
	}
	if err != nil {
		return fmt.Errorf("forget %s: %w", d, err)
	}
	return nil
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
