package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	// EditEvery is the least time between two edits of one message: readers see it change, and the services
	// count edits like posts.
	EditEvery = 10 * time.Minute
	// editTriesMax is how often an edit is tried that the service neither takes nor refuses.
	editTriesMax = 6
)

// MarkEdits has all posts of a story edited, as soon as their last edit is long enough ago. Digests and
// bulletins stay as they are.
func (s *Store) MarkEdits(ctx context.Context, story int64, now time.Time) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		return markEdits(ctx, tx, now, `alert IN (SELECT id FROM alerts WHERE story = $3)`, story)
	})
	if err != nil {
		return fmt.Errorf("mark the posts of story %d to be edited: %w", story, err)
	}
	return nil
}

// markEdits marks the deliveries for which a condition on $3 holds. Those that were not posted yet are
// marked too: they may be on their way in an older form.
func markEdits(ctx context.Context, tx *sql.Tx, now time.Time, where string, arg any) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE deliveries SET version = version + 1, edit_tries = 0, edit_due = COALESCE(edit_due,
			CASE WHEN edited + $1 > $2 THEN edited + $1 ELSE $2 END)
		WHERE state NOT IN ('`+dropped+`', '`+declined+`') AND digest = 0 AND bulletin = '' AND `+where,
		EditEvery.Milliseconds(), now.UnixMilli(), arg)
	return err
}

// BeginEdit notes that a post is about to be edited. Should the program be killed meanwhile, it is edited
// again at the next turn.
func (s *Store) BeginEdit(ctx context.Context, p Pending, now time.Time) error {
	return s.note(ctx, "the begin of an edit", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `UPDATE deliveries SET edited = $1, edit_due = $2 WHERE id = $3`,
			now.UnixMilli(), now.Add(EditEvery).UnixMilli())
	})
}

// Edited notes that a post shows what p says. If that has changed meanwhile it is to be edited again: at once
// if the desk has corrected it.
func (s *Store) Edited(ctx context.Context, p Pending, now time.Time) error {
	return s.note(ctx, "an edit", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET edited = $1, edit_tries = 0, edit_due = CASE WHEN version = $2 THEN NULL WHEN notice_due IS NOT NULL THEN edit_due ELSE $3 END
			WHERE id = $4`, now.UnixMilli(), p.version, now.Add(EditEvery).UnixMilli(), p.ID)
		return err
	})
}

// EditFailed has an edit tried again later, a few times at most.
func (s *Store) EditFailed(ctx context.Context, p Pending, reason string, now time.Time) error {
	return s.note(ctx, "an edit that failed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET edited = $1, edit_tries = edit_tries + 1, error = $2,
				edit_due = CASE WHEN edit_tries + 1 >= $3 THEN NULL ELSE $4 END
			WHERE id = $5`, now.UnixMilli(), reason, editTriesMax, now.Add(EditEvery).UnixMilli(), p.ID)
		return err
	})
}

// EditEnded notes that a post can be edited no more.
func (s *Store) EditEnded(ctx context.Context, p Pending, reason string) error {
	return s.note(ctx, "that a post cannot be edited", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `UPDATE deliveries SET edit_due = NULL, error = $1 WHERE id = $2`, reason)
	})
}
