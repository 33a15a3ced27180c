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
	"pressalert/rules"
)

// ErrNotHeld means that no alert of that number waits for an admin.
var ErrNotHeld = errors.New("alert does not wait for anybody")

// trialDays is for how many days an alert of rules on trial waits for a verdict. Older ones are news to nobody.
const trialDays = 30

// A Reason is why an alert waits for an admin.
type Reason string

const (
	// HeldTrial is said of an alert of rules on trial, which admins alone were sent.
	HeldTrial Reason = "trial"
	// HeldBurst is said of one whose feed brought very many at once.
	HeldBurst Reason = forBurst
	// HeldSensitive is said of a grave one that a single outlet tells.
	HeldSensitive Reason = forSensitive
	// HeldRetraction is said of one that repeats what the desk took back.
	HeldRetraction Reason = forRetraction
)

// A Held is an alert that waits until an admin decides.
type Held struct {
	alert.Alert
	Reason Reason
	// Deliveries counts the places where it is to be posted, so far as that is known.
	Deliveries int
}

// A Route gives what is owed of an alert that so many sources tell, at least 1.
type Route = func(a alert.Alert, sources int) []alert.Delivery

// heldAlerts are the alerts that wait at $1: number, reason, places.
const heldAlerts = `
	SELECT d.alert AS id, MAX(CASE WHEN d.parked_for = '` + forSeverity + `' THEN '` + forBurst + `' ELSE d.parked_for END) AS reason,
			SUM(CASE WHEN d.parked_for = '` + forSeverity + `' THEN 0 ELSE 1 END) AS n
		FROM deliveries d JOIN alerts a ON a.id = d.alert
		WHERE d.state = '` + parked + `' AND d.parked_for <> '` + forConfig + `' AND a.trial = 0 GROUP BY d.alert
	UNION ALL
	SELECT a.id, 'trial', 0 FROM alerts a
		WHERE a.trial = 1 AND a.reviewed IS NULL AND a.retracted IS NULL AND a.created >= $1
			AND EXISTS (SELECT 1 FROM deliveries d WHERE d.alert = a.id)`

// tooLight is why what was owed of an alert is let go whose severity an admin has lowered.
const tooLight = "an admin gave it a severity that is not asked for"

func trialSince(now time.Time) int64 { return now.AddDate(0, 0, -trialDays).UnixMilli() }

// Held returns the alerts that wait for an admin at now: those that are held back first, then those on trial;
// of each the weightiest first, and of these the newest. limit and offset choose among them; total counts all.
func (s *Store) Held(ctx context.Context, now time.Time, limit, offset int) (list []Held, total int, err error) {
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (`+heldAlerts+`) AS h`, trialSince(now)).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count what waits for an admin: %w", err)
	}
	rows, err := s.read.QueryContext(ctx, `
		SELECT h.id, h.reason, h.n FROM (`+heldAlerts+`) AS h JOIN alerts a ON a.id = h.id
		ORDER BY a.trial, a.severity DESC, a.id DESC LIMIT $2 OFFSET $3`, trialSince(now), limit, offset)
	var ids []any
	list, err = collect(rows, err, func(r *sql.Rows) (h Held, err error) {
		err = r.Scan(&h.ID, &h.Reason, &h.Deliveries)
		ids = append(ids, h.ID)
		return h, err
	})
	if err == nil && len(ids) > 0 {
		var alerts []alert.Alert
		alerts, err = readAlerts(ctx, s.read, `a.id IN (`+places(len(ids))+`)`, ids...)
		for i := range list {
			list[i].Alert = alerts[slices.IndexFunc(alerts, func(a alert.Alert) bool { return a.ID == list[i].ID })]
		}
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read what waits for an admin: %w", err)
	}
	return list, total, nil
}

// Publish lets an alert go out that waits for an admin, and returns to how many places. One of rules on trial
// is from now on an alert like any other, owed as route says. It reports ErrNotHeld.
func (s *Store) Publish(ctx context.Context, alertID int64, now time.Time, route Route) (n int, err error) {
	err = s.decide(ctx, alertID, now, func(r *recorder, h Held) error {
		if h.Reason == HeldTrial {
			if err := r.endTrial(&h.Alert, route); err != nil {
				return err
			}
		}
		done, err := r.tx.ExecContext(r.ctx, `
			UPDATE deliveries SET state = $1, due = $2, parked_for = '' WHERE alert = $3 AND state = $4 AND parked_for NOT IN ($5, $6)`,
			waiting, millis(now), alertID, parked, forSeverity, forConfig)
		if err != nil {
			return err
		}
		released, err := done.RowsAffected()
		n = r.tally.Deliveries + int(released)
		return errors.Join(err, r.decline(alertID, tooLight))
	})
	if err != nil {
		return 0, fmt.Errorf("publish alert %d: %w", alertID, err)
	}
	return n, nil
}

// DropHeld lets go of an alert that waits for an admin. It stays on record. It reports ErrNotHeld.
func (s *Store) DropHeld(ctx context.Context, alertID int64, now time.Time) error {
	err := s.decide(ctx, alertID, now, func(r *recorder, _ Held) error { return r.decline(alertID, droppedBy(now)) })
	if err != nil {
		return fmt.Errorf("drop alert %d: %w", alertID, err)
	}
	return nil
}

// decide reads an alert that waits, has do change it, and notes that an admin decided.
func (s *Store) decide(ctx context.Context, alertID int64, now time.Time, do func(*recorder, Held) error) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		r := &recorder{ctx: ctx, tx: tx, now: now, tally: &Tally{}}
		h, err := r.heldAlert(alertID)
		if err != nil {
			return err
		}
		if err := do(r, h); err != nil {
			return err
		}
		return r.exec(`UPDATE alerts SET reviewed = $1 WHERE id = $2`, millis(now), alertID)
	})
}

func (r *recorder) heldAlert(alertID int64) (h Held, err error) {
	err = r.tx.QueryRowContext(r.ctx, `SELECT h.reason, h.n FROM (`+heldAlerts+`) AS h WHERE h.id = $2`,
		trialSince(r.now), alertID).Scan(&h.Reason, &h.Deliveries)
	if err == sql.ErrNoRows {
		return h, ErrNotHeld
	}
	if err != nil {
		return h, err
	}
	alerts, err := readAlerts(r.ctx, r.tx, `a.id = $1`, alertID)
	if err == nil {
		h.Alert = alerts[0]
	}
	return h, err
}

// decline lets go of what is held back of an alert.
func (r *recorder) decline(alertID int64, reason string) error {
	return r.exec(`UPDATE deliveries SET state = $1, error = $2, parked_for = '' WHERE alert = $3 AND state = $4 AND parked_for <> $5`,
		declined, reason, alertID, parked, forConfig)
}

// endTrial makes an alert of rules on trial one like any other. Admins have it already, and their copies are
// edited.
func (r *recorder) endTrial(a *alert.Alert, route Route) error {
	a.Trial = false
	if err := r.exec(`UPDATE alerts SET trial = 0 WHERE id = $1`, a.ID); err != nil {
		return err
	}
	item, err := r.rejudge(*a)
	if err != nil {
		return err
	}
	list, err := readTellings(r.ctx, r.tx, `t.alert = $1`, a.ID)
	if err != nil {
		return err
	}
	return errors.Join(r.index(item), r.markChanged(a.ID), r.owe(*a, route(*a, max(publishers(list), 1)), ""))
}

// rejudge keeps what was decided of an alert in the telling of its own item, which is what its story is made of,
// and returns the item's number.
func (r *recorder) rejudge(a alert.Alert) (item int64, err error) {
	var story int64
	var text string
	err = r.tx.QueryRowContext(r.ctx, `
		SELECT t.item, t.story, t.judgement FROM tellings t JOIN alerts a ON a.item = t.item WHERE a.id = $1`, a.ID).
		Scan(&item, &story, &text)
	if err != nil {
		return 0, err
	}
	told, err := fromJudgement(text, feeds.Item{})
	if err != nil {
		return 0, err
	}
	told.Trial, told.Severity = a.Trial, a.Severity
	if text, err = toJudgement(told); err != nil {
		return 0, err
	}
	if err := r.exec(`UPDATE tellings SET judgement = $1 WHERE item = $2`, text, item); err != nil {
		return 0, err
	}
	_, err = r.rebuild(story)
	return item, err
}

// SetSeverity gives an alert that waits for an admin another severity. To whom it is to go, and how, follows
// from that: who does not want it that light keeps a delivery that waits for nothing but a higher severity. It
// reports ErrNotHeld.
func (s *Store) SetSeverity(ctx context.Context, alertID int64, severity rules.Severity, now time.Time, route Route) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		r := &recorder{ctx: ctx, tx: tx, now: now, tally: &Tally{}}
		h, err := r.heldAlert(alertID)
		if err != nil {
			return err
		}
		a := h.Alert
		a.Severity = severity
		if err := r.exec(`UPDATE alerts SET severity = $1 WHERE id = $2`, severity, alertID); err != nil {
			return err
		}
		if _, err := r.rejudge(a); err != nil {
			return err
		}
		if h.Reason == HeldTrial {
			return r.markChanged(alertID)
		}
		return r.reroute(a, string(h.Reason), route)
	})
	if err != nil {
		return fmt.Errorf("set the severity of alert %d: %w", alertID, err)
	}
	return nil
}

// reroute works out anew to whom an alert that is held back is to go.
func (r *recorder) reroute(a alert.Alert, held string, route Route) error {
	list, err := readTellings(r.ctx, r.tx, `t.alert = $1`, a.ID)
	if err != nil {
		return err
	}
	err = r.exec(`UPDATE deliveries SET parked_for = $1 WHERE alert = $2 AND state = $3 AND parked_for <> $4`,
		forSeverity, a.ID, parked, forConfig)
	if err != nil {
		return err
	}
	wanted := route(a, max(publishers(list), 1))
	for _, d := range wanted {
		err := r.exec(`
			UPDATE deliveries SET parked_for = $1, due = $2, digest = $3, silent = $4, urgent = $5, subscription = $6
			WHERE alert = $7 AND destination = $8 AND state = $9 AND parked_for = $10`,
			held, millis(d.Due), flag(d.Digest), flag(d.Quiet), flag(a.Severity >= rules.High && !d.Digest), d.Subscription,
			a.ID, d.To.String(), parked, forSeverity)
		if err != nil {
			return err
		}
	}
	return r.owe(a, wanted, held)
}
