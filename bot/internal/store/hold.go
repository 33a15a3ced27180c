package store

import (
	"database/sql"
	"slices"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
)

// Why what is owed for an item is held back until an admin has looked, and what ends that by itself.

// held says why what is owed for an item is held back: its feed brought very many at once, or it is sensitive
// and nobody else tells it, or it repeats what the desk took back.
func (r *recorder) held(v Verdict, known alert.Story) (reason string, err error) {
	if v.Parked {
		return forBurst, nil
	}
	if v.Sensitive {
		confirmed, err := r.graveElsewhere(known.ID, v.Alert.Source)
		if err != nil || !confirmed {
			return forSensitive, err
		}
	}
	if known.ID == 0 {
		return "", nil
	}
	// Of a story that stands otherwise only what was taken back is: that it had come so far.
	var repeats bool
	err = r.tx.QueryRowContext(r.ctx, `
		SELECT EXISTS (SELECT 1 FROM alerts WHERE story = $1 AND retracted IS NOT NULL AND ($2 = 0 OR (stage = $3 AND severity = $4)))`,
		known.ID, flag(known.Told), v.Alert.Stage, v.Alert.Severity).Scan(&repeats)
	if repeats {
		reason = forRetraction
	}
	return reason, err
}

// graveElsewhere reports whether another outlet tells of a story what is as grave.
func (r *recorder) graveElsewhere(story int64, publisher string) (bool, error) {
	rows, err := r.tx.QueryContext(r.ctx, `
		SELECT t.judgement, `+itemColumns+` FROM tellings t JOIN items i ON i.id = t.item WHERE t.story = $1 AND i.publisher <> $2
			AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = t.alert AND a.retracted IS NOT NULL)`,
		story, publisher)
	told, err := collect(rows, err, func(r *sql.Rows) (alert.Alert, error) {
		var text string
		var item feeds.Item
		if err := scanItem(r, &item, &text); err != nil {
			return alert.Alert{}, err
		}
		return fromJudgement(text, item)
	})
	return slices.ContainsFunc(told, alert.Alert.Grave), err
}

// confirmed lets go out what was held back of an alert because one outlet alone told it.
func (r *recorder) confirmed(alertID int64) error {
	return r.exec(`UPDATE deliveries SET state = $1, due = $2, parked_for = '' WHERE alert = $3 AND state = $4 AND parked_for = $5`,
		waiting, millis(r.now), alertID, parked, forSensitive)
}

// overtaken lets go of what was held back of a story in the same way, if another alert tells it now.
func (r *recorder) overtaken(story, by int64) error {
	return r.exec(`
		UPDATE deliveries SET state = $1, error = 'another outlet told it, and the alert of that goes out', parked_for = ''
		WHERE state = $2 AND parked_for = $3 AND alert IN (SELECT id FROM alerts WHERE story = $4 AND id <> $5)`,
		declined, parked, forSensitive, story, by)
}
