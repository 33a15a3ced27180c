package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"pressalert/bot/internal/chat"
)

// Notes are what is written down of one send after another, for many destinations at the same time. Each
// has to be on disk before its destination may go on, and the disk is slow: those that come while another
// is being written wait for it and are then written together, in one transaction.
type notes struct {
	mu      sync.Mutex // guards waiting
	waiting []*note
	turn    sync.Mutex // is held by the one who writes
}

// A note is one change, which may be made twice if the first time is undone, and once done is true what
// became of it.
type note struct {
	do   func(*sql.Tx) error
	done bool // guarded by turn
	err  error
}

// note makes a change and returns when it is on disk. One that fails undoes itself alone.
func (s *Store) note(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	n := &note{do: do}
	s.notes.mu.Lock()
	s.notes.waiting = append(s.notes.waiting, n)
	s.notes.mu.Unlock()

	s.notes.turn.Lock()
	defer s.notes.turn.Unlock()
	if !n.done {
		s.notes.mu.Lock()
		all := s.notes.waiting
		s.notes.waiting = nil
		s.notes.mu.Unlock()
		s.writeNotes(ctx, all)
	}
	if n.err != nil {
		return fmt.Errorf("note %s: %w", doing, n.err)
	}
	return nil
}

// writeNotes writes notes in one transaction, or, if one of them fails, each in its own.
func (s *Store) writeNotes(ctx context.Context, all []*note) {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		for _, n := range all {
			if err := n.do(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, n := range all {
		if n.done = true; err != nil {
			n.err = s.transact(ctx, n.do)
		}
	}
}

// Begin notes that deliveries are about to be sent, all in one message. If the program is killed before the
// outcome is noted, Interrupted finds them.
func (s *Store) Begin(ctx context.Context, list []Pending, now time.Time) error {
	return s.note(ctx, "the begin of a send", func(tx *sql.Tx) error {
		return each(ctx, tx, list, `UPDATE deliveries SET begun = $1 WHERE id = $2`, now.UnixMilli())
	})
}

// each executes a query for every delivery, whose number is the last of its parameters.
func each(ctx context.Context, tx *sql.Tx, list []Pending, query string, args ...any) error {
	for _, p := range list {
		if _, err := tx.ExecContext(ctx, query, append(args[:len(args):len(args)], p.ID)...); err != nil {
			return err
		}
	}
	return nil
}

// Interrupted counts the sends that an earlier run of the program began and did not live to see the end of,
// as tries of unknown outcome, and returns to where they went. Call it before the first send.
func (s *Store) Interrupted(ctx context.Context) ([]chat.Destination, error) {
	var to []chat.Destination
	err := s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			UPDATE deliveries SET unknown = unknown + 1, tries = tries + 1, first_try = COALESCE(first_try, begun), begun = NULL,
				error = 'the bot was stopped while it was being sent'
			WHERE begun IS NOT NULL RETURNING destination`)
		to, err = collect(rows, err, scanDestination)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for interrupted sends: %w", err)
	}
	return to, nil
}

// Sent notes that deliveries were posted, all in one message, and lifts any hold or suspension of their
// destination. If what they say has changed since they were read, the message is to be edited.
func (s *Store) Sent(ctx context.Context, list []Pending, messageID string, now time.Time) error {
	return s.note(ctx, "a post", func(tx *sql.Tx) error { return noteSent(ctx, tx, list, messageID, now) })
}

func noteSent(ctx context.Context, tx *sql.Tx, list []Pending, messageID string, now time.Time) error {
	for _, p := range list {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $1, message_id = $2, sent = $3, tries = tries + 1,
				first_try = COALESCE(first_try, $3), error = '', begun = NULL, aside = 0,
				edit_due = CASE WHEN version = $4 THEN NULL ELSE COALESCE(edit_due, $3) END,
				notice_due = CASE WHEN version = $4 THEN NULL ELSE notice_due END
			WHERE id = $5`, sent, messageID, now.UnixMilli(), p.version, p.ID)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM destinations WHERE destination = $1`, list[0].To.String())
	return err
}

// A Setback is why a message did not go out and what follows.
type Setback struct {
	// At is when it was tried, and Until is when it may be tried again.
	At, Until time.Time
	// Reason is the error in words, without any secret.
	Reason string
	// Unknown is true if it may have been posted all the same.
	Unknown bool
	// Suspend is true if the channel is not ours to post in.
	Suspend bool
	// Failed is true unless the service only told us to wait.
	Failed bool
	// Alone asks that the others of the destination go on without it.
	Alone bool
}

// A Wait is what Retry has made of a setback.
type Wait struct {
	// Aside is true if only the message waits, and not its destination.
	Aside bool
	// Suspended is true if the destination was suspended and was not before.
	Suspended bool
}

// Retry keeps deliveries waiting, all of one message, and holds their destination, so that what is owed
// there stays in order. With Suspend the destination is marked until a send succeeds.
//
// With Alone they are put aside instead, unless others are aside already: if two messages fail one after
// the other, the fault is the place's and not theirs. Whenever the destination is held, what was put aside
// goes back into the order.
func (s *Store) Retry(ctx context.Context, list []Pending, b Setback) (w Wait, err error) {
	to := list[0].To
	err = s.note(ctx, "a setback", func(tx *sql.Tx) error {
		w = Wait{}
		err := each(ctx, tx, list, `
			UPDATE deliveries SET tries = tries + 1, first_try = COALESCE(first_try, $1), unknown = unknown + $2, error = $3,
				failures = failures + $4, begun = NULL, aside = 0
			WHERE id = $5`, b.At.UnixMilli(), flag(b.Unknown), b.Reason, flag(b.Failed))
		if err != nil {
			return err
		}
		back, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET aside = 0, due = $1 WHERE destination = $2 AND state = $3 AND aside = 1`,
			b.At.UnixMilli(), to.String(), waiting)
		if err != nil {
			return err
		}
		others, err := back.RowsAffected()
		if err != nil {
			return err
		}
		if w.Aside = b.Alone && others == 0; w.Aside {
			return each(ctx, tx, list, `UPDATE deliveries SET aside = 1, due = $1 WHERE id = $2`, b.Until.UnixMilli())
		}
		w.Suspended, err = hold(ctx, tx, to, b)
		return err
	})
	return w, err
}

// Hold has nothing go to a destination for a while, as Retry does, after an edit that failed.
func (s *Store) Hold(ctx context.Context, to chat.Destination, b Setback) error {
	return s.note(ctx, "a hold", func(tx *sql.Tx) error {
		_, err := hold(ctx, tx, to, b)
		return err
	})
}

// hold keeps nothing of a destination that was forgotten while it was being sent to.
func hold(ctx context.Context, tx *sql.Tx, to chat.Destination, b Setback) (newlySuspended bool, err error) {
	var since sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT suspended FROM destinations WHERE destination = $1`, to.String()).Scan(&since)
	if err != nil && err != sql.ErrNoRows {
		return false, err
	}
	if b.Suspend && !since.Valid {
		since, newlySuspended = millis(b.At), true
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO destinations (destination, hold_until, suspended, reason)
		SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM deliveries WHERE destination = $1)
		ON CONFLICT (destination) DO UPDATE SET hold_until = excluded.hold_until,
			suspended = excluded.suspended, reason = excluded.reason`,
		to.String(), b.Until.UnixMilli(), since, b.Reason)
	return newlySuspended, err
}

// Drop gives deliveries up. They stay on record with the reason.
func (s *Store) Drop(ctx context.Context, list []Pending, reason string, now time.Time) error {
	return s.note(ctx, "that a post is given up", func(tx *sql.Tx) error {
		return each(ctx, tx, list, `
			UPDATE deliveries SET state = $1, tries = tries + 1, first_try = COALESCE(first_try, $2), error = $3,
				begun = NULL, aside = 0 WHERE id = $4`, dropped, now.UnixMilli(), reason)
	})
}

// Decline lets deliveries go that nobody wants any more. They stay on record with the reason.
func (s *Store) Decline(ctx context.Context, list []Pending, reason string) error {
	return s.note(ctx, "that a post is not wanted", func(tx *sql.Tx) error {
		return each(ctx, tx, list, `UPDATE deliveries SET state = $1, error = $2 WHERE id = $3`, declined, reason)
	})
}

// Postpone puts a delivery into the digest of what is above a ceiling of posts a day, due at its Due.
func (s *Store) Postpone(ctx context.Context, p Pending, ceiling int) error {
	return s.note(ctx, "that a post is postponed", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `UPDATE deliveries SET digest = 1, urgent = 0, due = $1, ceiling = $2 WHERE id = $3`,
			p.Due.UnixMilli(), ceiling)
	})
}
