package store

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/rules"
)

// A telling is an item that is told as part of a story.
type telling struct {
	verdict Verdict
	item    *seen
	// story is as it is with the item, and before is how many tellings it had without.
	story  alert.Story
	before int
	// relation is New or Further for an item that is an alert of its own, and Again for one that is not.
	relation alert.Relation
	// source is true of an item that is a further source of the story's last alert.
	source bool
	// held is why what is owed for it is held back, "" if it is not.
	held string
}

// place decides what an item adds to the story that it tells, of which known is known; the zero value is a
// story of its own.
func place(v Verdict, item *seen, known alert.Story, now time.Time) telling {
	a := *v.Alert
	t := telling{verdict: v, item: item, before: len(known.Tellings)}
	switch owed := len(v.Deliveries) > 0 && !a.Trial; {
	case known.ID == 0:
		t.story, t.relation = alert.NewStory(a, now), alert.New
	case !known.Told && owed:
		// What the story was before counts for nothing, as nobody knows of it.
		begun := alert.Story{ID: known.ID, Title: known.Title, Opened: known.Opened, Updated: known.Updated, Tellings: known.Tellings}
		t.story, t.relation = begun.With(a), alert.New
	case a.Trial, v.Silent && v.Joint.Relation == alert.Further:
		t.story, t.relation = known, alert.Again
	case known.Told && v.Joint.Relation == alert.Further:
		t.story, t.relation = known.With(a), alert.Further
	case v.Silent:
		t.story, t.relation, t.source = known, alert.Again, true
	default:
		t.story, t.relation, t.source = known.With(a), alert.Again, true
	}
	return t
}

// tell keeps what a matched item tells: a story of its own, one that nobody was told so far, one that goes
// further, or once more what was told.
func (r *recorder) tell(v Verdict, item *seen) error {
	known, err := r.story(v.Joint.Story)
	if err != nil {
		return err
	}
	last, err := r.lastAlert(known.ID)
	if err != nil {
		return err
	}
	t := place(v, item, known, r.now)
	if t.held, err = r.held(v, known); err != nil {
		return err
	}
	if t.held == forRetraction && !known.Told {
		t.story.Title = alert.NewStory(*v.Alert, r.now).Title // the old one is no longer shown
	}
	if t.story, err = r.saveStory(t.story); err != nil {
		return err
	}
	switch {
	case t.relation == alert.New:
		return r.tellAlert(t, 0)
	case t.relation == alert.Further:
		return r.tellAlert(t, last)
	case !t.source || last == 0:
		return r.keepTelling(t, 0)
	}
	if err := r.keepTelling(t, last); err != nil {
		return err
	}
	return r.joined(last, t)
}

// lastAlert is the number of the newest alert of a story that stands, 0 if it has none. Those on trial are
// another matter.
func (r *recorder) lastAlert(story int64) (id int64, err error) {
	err = r.tx.QueryRowContext(r.ctx, `
		SELECT COALESCE(MAX(id), 0) FROM alerts WHERE story = $1 AND trial = 0 AND retracted IS NULL`, story).Scan(&id)
	return id, err
}

// tellAlert keeps a telling that is an alert of its own, after the story's alert of the number previous.
func (r *recorder) tellAlert(t telling, previous int64) error {
	id, err := r.alert(t, previous)
	if err != nil {
		return err
	}
	if err := r.keepTelling(t, id); err != nil || t.before == 0 {
		return err
	}
	if t.held == "" && t.verdict.Alert.Grave() {
		if err := r.overtaken(t.story.ID, id); err != nil {
			return err
		}
	}
	if t.relation == alert.Further {
		return nil
	}
	// What told it in silence is a source now; what told an alert that was taken back confirms nothing.
	err = r.exec(`UPDATE tellings SET alert = $1 WHERE story = $2 AND NOT EXISTS (
		SELECT 1 FROM alerts a WHERE a.id = tellings.alert AND a.retracted IS NOT NULL)`, id, t.story.ID)
	if err != nil {
		return err
	}
	return r.confirm(id, t)
}

// keepTelling keeps an item as a telling of its story, among the sources of an alert, or with 0 of none.
func (r *recorder) keepTelling(t telling, alertID int64) error {
	a := *t.verdict.Alert
	text, err := toJudgement(a)
	if err != nil {
		return err
	}
	sketch := ""
	if n := len(t.story.Tellings); n > t.before {
		data, err := t.story.Tellings[n-1].Sketch.MarshalBinary()
		if err != nil {
			return err
		}
		sketch = base64.StdEncoding.EncodeToString(data)
	}
	t.item.story = sql.NullInt64{Int64: t.story.ID, Valid: true}
	err = r.exec(`UPDATE items SET story = $1, publisher = $2, publisher_country = $3, kind = $4 WHERE id = $5`,
		t.story.ID, a.Source, a.SourceCountry, a.Item.Kind, t.item.id)
	if err != nil {
		return err
	}
	err = r.exec(`
		INSERT INTO tellings (item, story, alert, relation, why, judgement, sketch) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (item) DO UPDATE SET story = excluded.story, alert = excluded.alert, relation = excluded.relation,
			why = excluded.why, judgement = excluded.judgement, sketch = excluded.sketch`,
		t.item.id, t.story.ID, sql.NullInt64{Int64: alertID, Valid: alertID != 0}, t.relation.String(), t.verdict.Joint.Why, text, sketch)
	if err == nil && t.verdict.Kept != nil {
		t.verdict.Kept(t.story)
	}
	return err
}

// joined adds a telling to the sources of an alert: the posts show it if its outlet is a new one, and those
// get the alert who waited for so many.
func (r *recorder) joined(alertID int64, t telling) error {
	var known bool
	err := r.tx.QueryRowContext(r.ctx, `
		SELECT EXISTS (SELECT 1 FROM tellings t JOIN items i ON i.id = t.item
			WHERE t.alert = $1 AND t.item <> $2 AND i.publisher = $3)`,
		alertID, t.item.id, t.verdict.Alert.Source).Scan(&known)
	if err != nil || known {
		return err
	}
	if err := r.markChanged(alertID); err != nil {
		return err
	}
	if t.verdict.Alert.Grave() {
		if err := r.confirmed(alertID); err != nil {
			return err
		}
	}
	return r.confirm(alertID, t)
}

// markChanged notes that an alert says something new, and has its posts edited.
func (r *recorder) markChanged(alertID int64) error {
	if err := r.exec(`UPDATE alerts SET changed = $1 WHERE id = $2`, millis(r.now), alertID); err != nil {
		return err
	}
	return markEdits(r.ctx, r.tx, r.now, `alert = $3`, alertID)
}

// confirm owes an alert to those who waited for as many sources as it has.
func (r *recorder) confirm(alertID int64, t telling) error {
	if t.verdict.Confirm == nil {
		return nil
	}
	var outlets int
	err := r.tx.QueryRowContext(r.ctx, `
		SELECT COUNT(*) FROM (SELECT DISTINCT i.publisher FROM tellings t JOIN items i ON i.id = t.item WHERE t.alert = $1 LIMIT $2) AS n`,
		alertID, alert.MostConfirmations).Scan(&outlets)
	if err != nil {
		return err
	}
	alerts, err := readAlerts(r.ctx, r.tx, `a.id = $1`, alertID)
	if err != nil || len(alerts) == 0 {
		return err
	}
	for n := 2; n <= outlets; n++ {
		if err := r.owe(alerts[0], t.verdict.Confirm(alerts[0], n), t.held); err != nil {
			return err
		}
	}
	return nil
}

// alert keeps the alert of a telling and what is owed for it, and returns its number.
func (r *recorder) alert(t telling, previous int64) (int64, error) {
	a := *t.verdict.Alert
	var texts [3]string
	for i, list := range []any{a.Laws, a.Reasons, a.Dossiers} {
		text, err := json.Marshal(list)
		if err != nil {
			return 0, err
		}
		texts[i] = string(text)
	}
	var err error
	a.ID, err = r.insert(`
		INSERT INTO alerts (story, item, item_key, source, source_country, laws, stage, severity, reasons, trial, created,
			direction, dossiers, relation, previous)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`,
		t.story.ID, t.item.id, a.Item.Keys[0], a.Source, a.SourceCountry, texts[0], a.Stage, a.Severity, texts[1],
		flag(a.Trial), millis(a.Created), a.Direction, texts[2], t.relation.String(),
		sql.NullInt64{Int64: previous, Valid: previous != 0})
	if err != nil {
		return 0, err
	}
	r.tally.Alerts++
	if (t.held == forRetraction || t.held == forSensitive) && len(t.verdict.Deliveries) > 0 {
		r.tally.Held++
	}
	for i, topic := range a.Topics {
		if err := r.exec(`INSERT INTO alert_topics (alert, place, topic) VALUES ($1, $2, $3)`, a.ID, i, topic); err != nil {
			return 0, err
		}
	}
	for i, c := range a.Countries {
		if err := r.exec(`INSERT INTO alert_countries (alert, place, country) VALUES ($1, $2, $3)`, a.ID, i, c); err != nil {
			return 0, err
		}
	}
	return a.ID, r.owe(a, t.verdict.Deliveries, t.held)
}

// owe keeps what is owed for an alert, parked for the reason held unless that is "". Those who have it, or are
// owed it, get it no second time.
func (r *recorder) owe(a alert.Alert, deliveries []alert.Delivery, held string) error {
	if len(deliveries) == 0 {
		return nil
	}
	state := waiting
	if held != "" {
		state = parked
	}
	bulletin, err := r.bulletin(a)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		own := bulletin
		if d.Digest || a.Severity >= rules.Critical {
			own = "" // a digest is one message already, and what is critical must be heard
		}
		urgent := a.Severity >= rules.High && !d.Digest
		done, err := r.tx.ExecContext(r.ctx, `
			INSERT INTO deliveries (alert, destination, state, due, tries, unknown, error, message_id, digest, bulletin,
				silent, urgent, subscription, parked_for)
			VALUES ($1, $2, $3, $4, 0, 0, '', '', $5, $6, $7, $8, $9, $10)
			ON CONFLICT (alert, destination) DO NOTHING`,
			a.ID, d.To.String(), state, millis(d.Due), flag(d.Digest), own, flag(d.Quiet), flag(urgent), d.Subscription, held)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		r.tally.Deliveries += int(n)
		if urgent && n > 0 {
			if err := r.hurry(a.ID, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// hurry makes urgent what a destination still waits for of the story of an urgent alert: a story is told in
// its order.
func (r *recorder) hurry(alertID int64, d alert.Delivery) error {
	return r.exec(`
		UPDATE deliveries SET urgent = 1 WHERE destination = $1 AND state = $2 AND digest = 0 AND urgent = 0 AND alert IN (
			SELECT a.id FROM alerts a JOIN alerts b ON b.story = a.story WHERE b.id = $3)`, d.To.String(), waiting, alertID)
}

// bulletin is the key of the running bulletin that an alert belongs to, or "".
func (r *recorder) bulletin(a alert.Alert) (string, error) {
	var failed error
	beat, burst := alert.Burst(a, func(b alert.Beat) alert.Rate {
		rate, err := r.rate(b)
		if err != nil {
			failed = err
		}
		return rate
	})
	if failed != nil || !burst || a.Trial {
		return "", failed
	}
	return beat.BulletinKey(r.now), nil
}

// rate counts the alerts of a beat. What was read in silence is no sign of a burst: every feed that is new
// brings old items.
func (r *recorder) rate(b alert.Beat) (alert.Rate, error) {
	recent := r.now.Add(-alert.BurstHours * time.Hour)
	usual := recent.AddDate(0, 0, -alert.UsualDays)
	var rate alert.Rate
	var before int
	err := r.tx.QueryRowContext(r.ctx, `
		SELECT COALESCE(SUM(CASE WHEN a.created > $1 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN a.created > $1 THEN 0 ELSE 1 END), 0)
		FROM alerts a JOIN alert_topics t ON t.alert = a.id AND t.place = 0
		JOIN alert_countries c ON c.alert = a.id
		WHERE a.created > $2 AND t.topic = $3 AND c.country = $4 AND a.trial = 0
			AND EXISTS (SELECT 1 FROM deliveries d WHERE d.alert = a.id)`,
		recent.UnixMilli(), usual.UnixMilli(), b.Topic, b.Country).Scan(&rate.Recent, &before)
	rate.Recent++ // the one that is being recorded
	rate.Usual = float64(before) * alert.BurstHours / (24 * alert.UsualDays)
	return rate, err
}
