package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

// ErrNoCorrection means that there is nothing to correct: no such alert, or it was taken back already, or it
// stands already.
var ErrNoCorrection = errors.New("nothing to correct")

// A Reach says whom a correction concerns.
type Reach struct {
	// Posts counts the deliveries that were posted, and Waiting those that were not yet.
	Posts, Waiting int
}

// retractedReason is why what was owed of an alert that was taken back is let go.
const retractedReason = "withdrawn by this desk"

// Correct keeps what the desk says of an alert. Every post that shows the alert is edited at once, in a digest
// or a bulletin too, and answered; what is owed shows it, or is let go if the alert is taken back. It reports
// ErrNoCorrection.
func (s *Store) Correct(ctx context.Context, alertID int64, c alert.Correction) (reach Reach, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		r := &recorder{ctx: ctx, tx: tx, now: c.At, tally: &Tally{}}
		if err := r.mayCorrect(alertID, c.Kind); err != nil {
			return err
		}
		if c.Kind == alert.Reinstated { // what was let go is counted before it is owed again
			if reach, err = r.reach(alertID); err != nil {
				return err
			}
		}
		err := errors.Join(
			r.exec(`INSERT INTO corrections (alert, at, kind, text) VALUES ($1, $2, $3, $4)`, alertID, c.At.UnixMilli(), c.Kind, c.Text),
			r.exec(`UPDATE alerts SET changed = $1 WHERE id = $2`, c.At.UnixMilli(), alertID),
			r.markNotices(alertID),
		)
		switch {
		case err != nil:
			return err
		case c.Kind == alert.Reinstated:
			return r.reinstate(alertID)
		case c.Kind == alert.Retracted:
			err = r.retract(alertID)
		}
		if err == nil {
			reach, err = r.reach(alertID)
		}
		return err
	})
	if err != nil {
		return Reach{}, fmt.Errorf("correct alert %d: %w", alertID, err)
	}
	return reach, nil
}

// mayCorrect reports ErrNoCorrection of an alert that is not there, or is already as it is to be.
func (r *recorder) mayCorrect(alertID int64, kind alert.CorrectionKind) error {
	var retracted bool
	err := r.tx.QueryRowContext(r.ctx, `SELECT retracted IS NOT NULL FROM alerts WHERE id = $1`, alertID).Scan(&retracted)
	if err == sql.ErrNoRows || err == nil && retracted != (kind == alert.Reinstated) {
		return ErrNoCorrection
	}
	return err
}

func (r *recorder) reach(alertID int64) (reach Reach, err error) {
	err = r.tx.QueryRowContext(r.ctx, `
		SELECT COALESCE(SUM(CASE WHEN state = $1 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state IN ($2, $3) OR (state = $4 AND error = $5) THEN 1 ELSE 0 END), 0)
		FROM deliveries WHERE alert = $6`, sent, waiting, parked, declined, retractedReason, alertID).Scan(&reach.Posts, &reach.Waiting)
	return reach, err
}

// markNotices has the posts of an alert edited and answered. What was not posted yet is marked too: it may be
// on its way in an older form.
func (r *recorder) markNotices(alertID int64) error {
	return r.exec(`
		UPDATE deliveries SET version = version + 1, edit_tries = 0, edit_due = $1, notice_tries = 0, notice_due = $1
		WHERE state <> $2 AND alert = $3`, millis(r.now), dropped, alertID)
}

// retract takes an alert back: what is owed of it is let go, and its story is what else was told of it. What may
// stand somewhere although nobody told us counts as posted: it cannot be edited, but its readers are told.
func (r *recorder) retract(alertID int64) error {
	return errors.Join(
		r.exec(`UPDATE alerts SET retracted = $1 WHERE id = $2`, millis(r.now), alertID),
		r.exec(`UPDATE deliveries SET state = $1, error = $2, batch = NULL, edit_due = NULL WHERE alert = $3 AND state IN ($4, $5) AND unknown > 0`,
			sent, retractedReason, alertID, waiting, parked),
		r.exec(`UPDATE deliveries SET state = $1, error = $2, batch = NULL WHERE alert = $3 AND state IN ($4, $5)`,
			declined, retractedReason, alertID, waiting, parked),
		r.rebuildOf(alertID),
	)
}

// reinstate undoes that.
func (r *recorder) reinstate(alertID int64) error {
	return errors.Join(
		r.exec(`UPDATE alerts SET retracted = NULL WHERE id = $1`, alertID),
		r.exec(`UPDATE deliveries SET state = CASE WHEN parked_for = '' THEN $1 ELSE $2 END, error = ''
			WHERE alert = $3 AND state = $4 AND error = $5`, waiting, parked, alertID, declined, retractedReason),
		r.rebuildOf(alertID),
	)
}

// rebuildOf works the story of an alert out anew.
func (r *recorder) rebuildOf(alertID int64) error {
	var story int64
	if err := r.tx.QueryRowContext(r.ctx, `SELECT story FROM alerts WHERE id = $1`, alertID).Scan(&story); err != nil {
		return err
	}
	_, err := r.rebuild(story)
	return err
}

// Retractions counts what was taken back or reinstated so far: with each the stories change.
func (s *Store) Retractions(ctx context.Context) (n int, err error) {
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM corrections WHERE kind <> $1`, alert.Corrected).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what was taken back: %w", err)
	}
	return n, nil
}

// Retraction returns why a story of which no alert stands any more was taken back, and false if that is not so.
func (s *Store) Retraction(ctx context.Context, story int64) (alert.Correction, bool, error) {
	var c alert.Correction
	var at sql.NullInt64
	err := s.read.QueryRowContext(ctx, `
		SELECT c.kind, c.at, c.text FROM corrections c JOIN alerts a ON a.id = c.alert
		WHERE a.story = $1 AND a.trial = 0 AND c.kind = $2
			AND NOT EXISTS (SELECT 1 FROM alerts b WHERE b.story = $1 AND b.trial = 0 AND b.retracted IS NULL)
		ORDER BY c.id DESC LIMIT 1`, story, alert.Retracted).Scan(&c.Kind, &at, &c.Text)
	c.At = fromMillis(at)
	switch {
	case err == sql.ErrNoRows:
		return c, false, nil
	case err != nil:
		return c, false, fmt.Errorf("look up what became of story %d: %w", story, err)
	}
	return c, true, nil
}

// fillCorrections reads what the desk said of the alerts with some ids.
func fillCorrections(ctx context.Context, q querier, byID map[int64]*alert.Alert, ids []any) error {
	rows, err := q.QueryContext(ctx, `
		SELECT alert, kind, at, text FROM corrections WHERE alert IN (`+places(len(ids))+`) ORDER BY alert, id`, ids...)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id int64
		var at sql.NullInt64
		var c alert.Correction
		if err = r.Scan(&id, &c.Kind, &at, &c.Text); err == nil {
			c.At = fromMillis(at)
			byID[id].Corrections = append(byID[id].Corrections, c)
		}
		return none, err
	})
	return err
}

// DueNotices returns the posts of a destination of which the desk has said something that is not shown yet, at
// most limit, those that have waited longest first. Edits says which are to be edited before they are
// answered.
func (s *Store) DueNotices(ctx context.Context, to chat.Destination, now time.Time, limit int) ([]Pending, error) {
	due, err := readPending(ctx, s.read, to, now, `d.state = $3 AND d.notice_due <= $2`+notHeld+`
		ORDER BY d.notice_due, d.id LIMIT $4`, sent, limit)
	if err != nil {
		return nil, fmt.Errorf("read what is to be corrected at %s: %w", to, err)
	}
	return due, nil
}

// Noticed notes that a post was answered.
func (s *Store) Noticed(ctx context.Context, p Pending) error {
	return s.note(ctx, "an answer to a post", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `UPDATE deliveries SET notice_due = NULL, notice_tries = 0 WHERE version = $1 AND id = $2`, p.version)
	})
}

// NoticeFailed has the answer to a post tried again later, a few times at most.
func (s *Store) NoticeFailed(ctx context.Context, p Pending, reason string, now time.Time) error {
	return s.note(ctx, "an answer that failed", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `
			UPDATE deliveries SET notice_tries = notice_tries + 1, error = $1,
				notice_due = CASE WHEN notice_tries + 1 >= $2 THEN NULL ELSE $3 END WHERE id = $4`,
			reason, editTriesMax, now.Add(EditEvery).UnixMilli())
	})
}

// NoticeEnded notes that a post cannot be answered.
func (s *Store) NoticeEnded(ctx context.Context, p Pending, reason string) error {
	return s.note(ctx, "that a post cannot be answered", func(tx *sql.Tx) error {
		return each(ctx, tx, []Pending{p}, `UPDATE deliveries SET notice_due = NULL, error = $1 WHERE id = $2`, reason)
	})
}

// Shown returns the digest or bulletin that a post is part of: p as its List, and the other alerts that it says
// as Told. It reports false if the post is that of one alert.
func (s *Store) Shown(ctx context.Context, p Pending) (b Batch, several bool, err error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT d.alert, d.bulletin, d.ceiling FROM deliveries d
		WHERE d.destination = $1 AND d.state = $2 AND d.message_id = $3 ORDER BY d.id`, p.To.String(), sent, p.MessageID)
	var others []any
	var bulletin string
	ceiling := 0
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id int64
		var most int
		if err = r.Scan(&id, &bulletin, &most); err == nil && id != p.Alert.ID {
			others = append(others, id)
		}
		ceiling = max(ceiling, most)
		return none, err
	})
	b = batchOf([]Pending{p}, bulletin)
	b.Ceiling, b.MessageID = ceiling, p.MessageID
	if err == nil && len(others) > 0 {
		b.Told, err = readAlerts(ctx, s.read, `a.id IN (`+places(len(others))+`) ORDER BY a.id`, others...)
	}
	if err != nil {
		return b, false, fmt.Errorf("look up a message in %s: %w", p.To, err)
	}
	return b, len(others) > 0 || ceiling > 0 || b.Beat != (alert.Beat{}), nil
}
