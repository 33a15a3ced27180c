package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pressalert/feeds"
)

// A FeedState is what we know of a feed from reading it.
type FeedState struct {
	Feed string
	// URL is the address that the validators belong to.
	URL        string
	Validators feeds.Validators
	// FirstRead is when the feed first gave us its items; zero if it never did.
	FirstRead time.Time
	Checked   time.Time
	// Succeeded is the last answer that was a feed or "not modified"; zero if there was none.
	Succeeded time.Time
	// NextCheck is when it may be asked again.
	NextCheck time.Time
	// Failures counts the tries that failed since it last succeeded, and Error says why the last did.
	Failures int
	Error    string
}

// FeedStates returns the state of every feed that was ever asked, by feed id.
func (s *Store) FeedStates(ctx context.Context) (map[string]FeedState, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT feed, url, etag, last_modified, first_read, checked, succeeded, next_check, failures, error
		FROM feed_states`)
	list, err := collect(rows, err, func(r *sql.Rows) (FeedState, error) {
		var f FeedState
		var first, checked, succeeded, next sql.NullInt64
		err := r.Scan(&f.Feed, &f.URL, &f.Validators.ETag, &f.Validators.LastModified, &first, &checked,
			&succeeded, &next, &f.Failures, &f.Error)
		f.FirstRead, f.Checked = fromMillis(first), fromMillis(checked)
		f.Succeeded, f.NextCheck = fromMillis(succeeded), fromMillis(next)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("read feed states: %w", err)
	}
	states := make(map[string]FeedState, len(list))
	for _, f := range list {
		states[f.Feed] = f
	}
	return states, nil
}

// SaveFeedState keeps the outcome of a poll that brought no items: not modified, or failed.
func (s *Store) SaveFeedState(ctx context.Context, f FeedState) error {
	err := s.transact(ctx, func(tx *sql.Tx) error { return saveFeedState(ctx, tx, f) })
	if err != nil {
		return fmt.Errorf("save state of feed %s: %w", f.Feed, err)
	}
	return nil
}

func saveFeedState(ctx context.Context, tx *sql.Tx, f FeedState) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO feed_states (feed, url, etag, last_modified, first_read, checked, succeeded, next_check, failures, error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (feed) DO UPDATE SET url = excluded.url, etag = excluded.etag,
			last_modified = excluded.last_modified, first_read = excluded.first_read,
			checked = excluded.checked, succeeded = excluded.succeeded,
			next_check = excluded.next_check, failures = excluded.failures, error = excluded.error`,
		f.Feed, f.URL, f.Validators.ETag, f.Validators.LastModified, millis(f.FirstRead), millis(f.Checked),
		millis(f.Succeeded), millis(f.NextCheck), f.Failures, f.Error)
	return err
}
