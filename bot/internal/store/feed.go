package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pressalert/feeds"
)

// A FeedState is what we know of a feed from reading it.
type FeedState struct {
	Feed string
	// Ways is a mark of the addresses and proxies that all of this is about. A feed whose ways were edited
	// starts anew.
	Ways string
	// Validators are those of its own address, or of the one that it moved to.
	Validators feeds.Validators
	// Pace is how often the publisher wants the feed to be read.
	Pace feeds.Pace
	// FirstRead is when the feed first gave us its items; zero if it never did.
	FirstRead time.Time
	// Checked is when it was last asked.
	Checked time.Time
	// Succeeded is the last answer that was a feed or "not modified"; zero if there was none.
	Succeeded time.Time
	// NextCheck is when it may be asked again.
	NextCheck time.Time
	// Failures counts the tries of its own address that failed since one last succeeded. Class and Error
	// say why the last did, and Failing is since when they fail.
	Failures int
	Class    feeds.Class
	Error    string
	Failing  time.Time
	// OwnNext is when its own address may be tried again; zero if it works.
	OwnNext time.Time
	// Via is the fallback that served last, as the feed list writes it; "" if its own address did.
	Via string
	// Fallbacks are the states of the fallbacks that were tried, by how the feed list writes them.
	Fallbacks map[string]WayState
	// Moved is where permanent redirects of its own address lead, MovedTimes how often in a row.
	Moved      string
	MovedTimes int
	// Paused is since when the feed waits for an admin; zero if it does not.
	Paused time.Time
	// Newest is when it last had a new item, and Cadence the usual time between two of them; 0 if unknown.
	Newest  time.Time
	Cadence time.Duration
	// Host is the host that answered last, Issuer who vouches for its certificate.
	Host, Issuer string
	// Known are the hosts and issuers that the admins know of, the last first.
	Known []string
	// Told is the trouble that the admins know of, "" if none.
	Told string
}

// A WayState is what we know of a fallback.
type WayState struct {
	Validators feeds.Validators
	// Pace is how often its publisher wants it to be read.
	Pace feeds.Pace `json:",omitzero"`
	// Failures counts the tries that failed since one last succeeded; Next is when it may be tried again.
	Failures int       `json:",omitempty"`
	Next     time.Time `json:",omitzero"`
}

// Health is how a feed does, in a word for people.
type Health string

const (
	// OK is a feed that one of its ways serves.
	OK Health = "ok"
	// Broken is a feed that no way served when it was last asked.
	Broken Health = "broken"
	// Quiet is a feed that has had nothing new for much longer than is usual.
	Quiet Health = "quiet"
	// Unread is a feed that was not asked yet.
	Unread Health = "not read yet"
)

const (
	// quietGaps is how many of its usual gaps a feed may miss, and quietLeast the shortest silence that
	// says anything: outlets rest over a weekend with a holiday.
	quietGaps  = 7
	quietLeast = 3 * 24 * time.Hour
	// quietUnknown is the silence of a feed whose cadence is not known that says something.
	quietUnknown = 7 * 24 * time.Hour
)

// Health returns how the feed does at now.
func (f FeedState) Health(now time.Time) Health {
	switch {
	case f.Checked.IsZero():
		return Unread
	case f.Failures > 0 && !f.Succeeded.Equal(f.Checked):
		return Broken
	case !f.Newest.IsZero() && now.Sub(f.Newest) > f.patience():
		return Quiet
	}
	return OK
}

// patience is the silence after which a feed is quiet.
func (f FeedState) patience() time.Duration {
	if f.Cadence <= 0 {
		return quietUnknown
	}
	return max(quietLeast, quietGaps*f.Cadence)
}

// feedColumns are the columns of a state, in the order of scanFeedState and saveFeedState.
const feedColumns = `feed, ways, url, etag, last_modified, body_hash, pace, first_read, checked, succeeded, next_check,
	failures, class, error, failing, own_next, via, fallbacks, moved, moved_times, paused, newest, cadence,
	host, issuer, known, told`

// FeedStates returns the state of every feed that was ever asked, by feed id.
func (s *Store) FeedStates(ctx context.Context) (map[string]FeedState, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+feedColumns+` FROM feed_states`)
	list, err := collect(rows, err, scanFeedState)
	if err != nil {
		return nil, fmt.Errorf("read feed states: %w", err)
	}
	states := make(map[string]FeedState, len(list))
	for _, f := range list {
		states[f.Feed] = f
	}
	return states, nil
}

func scanFeedState(r *sql.Rows) (FeedState, error) {
	var f FeedState
	var pace, fallbacks, known string
	var cadence int64
	var first, checked, succeeded, next, failing, ownNext, paused, newest sql.NullInt64
	err := r.Scan(&f.Feed, &f.Ways, &f.Validators.URL, &f.Validators.ETag, &f.Validators.LastModified, &f.Validators.Body,
		&pace, &first, &checked, &succeeded, &next, &f.Failures, &f.Class, &f.Error, &failing, &ownNext, &f.Via,
		&fallbacks, &f.Moved, &f.MovedTimes, &paused, &newest, &cadence, &f.Host, &f.Issuer, &known, &f.Told)
	if err != nil {
		return f, err
	}
	f.FirstRead, f.Checked, f.Succeeded = fromMillis(first), fromMillis(checked), fromMillis(succeeded)
	f.NextCheck, f.Failing, f.OwnNext = fromMillis(next), fromMillis(failing), fromMillis(ownNext)
	f.Paused, f.Newest, f.Cadence = fromMillis(paused), fromMillis(newest), time.Duration(cadence)*time.Millisecond
	return f, errors.Join(fromJSON(pace, &f.Pace), fromJSON(fallbacks, &f.Fallbacks), fromJSON(known, &f.Known))
}

// SaveFeedStates keeps the outcomes of polls that brought no items, in one transaction.
func (s *Store) SaveFeedStates(ctx context.Context, states []FeedState) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		save, err := tx.PrepareContext(ctx, saveFeedState)
		if err != nil {
			return err
		}
		defer save.Close()
		for _, f := range states {
			args, err := feedArgs(f)
			if err != nil {
				return fmt.Errorf("feed %s: %w", f.Feed, err)
			}
			if _, err := save.ExecContext(ctx, args...); err != nil {
				return fmt.Errorf("feed %s: %w", f.Feed, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save states of feeds: %w", err)
	}
	return nil
}

const saveFeedState = `
	INSERT INTO feed_states (` + feedColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
		$24, $25, $26, $27)
	ON CONFLICT (feed) DO UPDATE SET ways = excluded.ways, url = excluded.url, etag = excluded.etag,
		last_modified = excluded.last_modified, body_hash = excluded.body_hash, pace = excluded.pace,
		first_read = excluded.first_read, checked = excluded.checked, succeeded = excluded.succeeded,
		next_check = excluded.next_check, failures = excluded.failures, class = excluded.class,
		error = excluded.error, failing = excluded.failing, own_next = excluded.own_next, via = excluded.via,
		fallbacks = excluded.fallbacks, moved = excluded.moved, moved_times = excluded.moved_times,
		paused = excluded.paused, newest = excluded.newest, cadence = excluded.cadence, host = excluded.host,
		issuer = excluded.issuer, known = excluded.known, told = excluded.told`

// feedArgs are the values of feedColumns.
func feedArgs(f FeedState) ([]any, error) {
	pace, err := toJSON(f.Pace, f.Pace == feeds.Pace{})
	fallbacks, err2 := toJSON(f.Fallbacks, len(f.Fallbacks) == 0)
	known, err3 := toJSON(f.Known, len(f.Known) == 0)
	return []any{
		f.Feed, f.Ways, f.Validators.URL, f.Validators.ETag, f.Validators.LastModified, f.Validators.Body, pace,
		millis(f.FirstRead), millis(f.Checked), millis(f.Succeeded), millis(f.NextCheck), f.Failures, f.Class, f.Error,
		millis(f.Failing), millis(f.OwnNext), f.Via, fallbacks, f.Moved, f.MovedTimes, millis(f.Paused), millis(f.Newest),
		f.Cadence.Milliseconds(), f.Host, f.Issuer, known, f.Told,
	}, errors.Join(err, err2, err3)
}
