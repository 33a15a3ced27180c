package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

// The states of a delivery.
const (
	waiting  = "waiting"  // owed
	sent     = "sent"     // posted; the service said so
	dropped  = "dropped"  // given up; the admins were told
	parked   = "parked"   // held back, for one of the reasons below
	declined = "declined" // let go: by an admin, because of a mute, or because nobody asks for it any more
)

// Why a delivery is parked.
const (
	forBurst      = "burst"      // until an admin has looked, because its feed brought very many at once
	forRetraction = "retraction" // the same, because the desk took back what was told of its story
	forSensitive  = "sensitive"  // the same, until another outlet confirms it
	forSeverity   = "severity"   // until an admin gives its alert, which is held back, a higher severity
	forConfig     = "config"     // until the config has its destination again
)

// A Pending is a delivery that may go out, or that was posted and is to be edited, with what there is to say.
type Pending struct {
	alert.Delivery
	// Key names the message for ever.
	Key   string
	Alert alert.Alert
	// Story is the number of the alert's story.
	Story int64
	// Tries counts the sends so far, Failures those among them that were not merely told to wait, and FirstTry
	// is when the first was made; zero if none was.
	Tries    int
	Failures int
	FirstTry time.Time
	// Urgent is true if it goes before what is not.
	Urgent bool
	// Ceiling is the posts a day for which it was too much, 0 if it was not.
	Ceiling int
	// Muted says by what its destination has muted it, "" if it has not.
	Muted string
	// Sources are the outlets that tell the alert, its own among them, in the order of their coming.
	Sources []alert.Source
	// Changed is when the alert last said something new after it was made; zero if it did not.
	Changed time.Time
	// Previous is the story's alert before this one that the destination has, nil if there is none, and
	// ReplyTo the id of its message.
	Previous *alert.Previous
	ReplyTo  string
	// MessageID is the service's id of the posted message, and Posted when it was; of edits only.
	MessageID string
	Posted    time.Time
	// Edits is true if the post is to be edited now.
	Edits bool

	version int64
	further bool
}

// DueDestinations returns the destinations that are owed something that may go out now, the one that
// has waited longest first, and then those where only messages are to be edited. Destinations on hold are
// left out.
func (s *Store) DueDestinations(ctx context.Context, now time.Time) ([]chat.Destination, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT n.destination FROM (
			SELECT destination, 0 AS edits, MIN(id) AS id FROM deliveries WHERE state = $1 AND due <= $2 GROUP BY destination
			UNION ALL
			SELECT destination, 0, MIN(id) FROM deliveries WHERE notice_due <= $2 AND state = $3 GROUP BY destination
			UNION ALL
			SELECT destination, 1, MIN(id) FROM deliveries WHERE edit_due <= $2 AND state = $3 GROUP BY destination
		) AS n LEFT JOIN destinations x ON x.destination = n.destination
		WHERE x.hold_until IS NULL OR x.hold_until <= $2
		GROUP BY n.destination ORDER BY MIN(n.edits), MIN(n.id)`, waiting, now.UnixMilli(), sent)
	due, err := collect(rows, err, scanDestination)
	if err != nil {
		return nil, fmt.Errorf("read due destinations: %w", err)
	}
	return due, nil
}

func scanDestination(r *sql.Rows) (to chat.Destination, err error) {
	text, err := scanOne[string](r)
	if err != nil {
		return to, err
	}
	return to, to.UnmarshalText([]byte(text))
}

// notHeld holds for a delivery d whose destination is not on hold at $2.
const notHeld = ` AND NOT EXISTS (SELECT 1 FROM destinations x WHERE x.destination = d.destination AND x.hold_until > $2)`

// Due returns the posts that a destination is owed and may get now, at most limit: urgent ones first, and
// then in the order in which they were made. What goes out in a digest or a bulletin is not among them.
func (s *Store) Due(ctx context.Context, to chat.Destination, now time.Time, limit int) ([]Pending, error) {
	due, err := readPending(ctx, s.read, to, now, `d.state = $3 AND d.due <= $2 AND d.digest = 0 AND d.bulletin = ''`+notHeld+`
		ORDER BY d.urgent DESC, d.id LIMIT $4`, waiting, limit)
	if err != nil {
		return nil, fmt.Errorf("read what is due to %s: %w", to, err)
	}
	return due, nil
}

// UrgentDue reports whether an urgent post may go to a destination now, or what the desk said of one that stands
// there.
func (s *Store) UrgentDue(ctx context.Context, to chat.Destination, now time.Time) (due bool, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM deliveries WHERE destination = $1 AND state = $2 AND digest = 0 AND urgent = 1
			AND bulletin = '' AND due <= $3)
			OR EXISTS (SELECT 1 FROM deliveries WHERE notice_due <= $3 AND destination = $1 AND state = $4)`,
		to.String(), waiting, now.UnixMilli(), sent).Scan(&due)
	if err != nil {
		return false, fmt.Errorf("read what is urgent to %s: %w", to, err)
	}
	return due, nil
}

// DueEdits returns the posts of a destination that are to be edited now, at most limit, those that have
// waited longest first.
func (s *Store) DueEdits(ctx context.Context, to chat.Destination, now time.Time, limit int) ([]Pending, error) {
	due, err := readPending(ctx, s.read, to, now, `d.state = $3 AND d.edit_due <= $2`+notHeld+`
		ORDER BY d.edit_due, d.id LIMIT $4`, sent, limit)
	if err != nil {
		return nil, fmt.Errorf("read what is to be edited at %s: %w", to, err)
	}
	return due, nil
}

// readPending reads the deliveries d to a destination for which a condition holds; $1 is the destination, $2
// now, and args are from $3 on.
func readPending(ctx context.Context, q querier, to chat.Destination, now time.Time, where string, args ...any) ([]Pending, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT d.id, d.due, d.tries, d.failures, d.first_try, d.alert, d.digest, d.silent, d.subscription, d.urgent, d.ceiling, d.version,
			d.message_id, d.sent, CASE WHEN d.edit_due <= $2 THEN 1 ELSE 0 END, a.item_key, a.story, a.relation = 'further', a.changed
		FROM deliveries d JOIN alerts a ON a.id = d.alert WHERE d.destination = $1 AND $2 >= 0 AND `+where,
		append([]any{to.String(), now.UnixMilli()}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (Pending, error) {
		p := Pending{Delivery: alert.Delivery{To: to}}
		var itemKey string
		var due, first, posted, changed sql.NullInt64
		err := r.Scan(&p.ID, &due, &p.Tries, &p.Failures, &first, &p.Alert.ID, &p.Digest, &p.Quiet, &p.Subscription, &p.Urgent, &p.Ceiling,
			&p.version, &p.MessageID, &posted, &p.Edits, &itemKey, &p.Story, &p.further, &changed)
		p.Due, p.FirstTry, p.Posted, p.Changed = fromMillis(due), fromMillis(first), fromMillis(posted), fromMillis(changed)
		p.Key = itemKey + " " + to.String()
		return p, err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, fillPending(ctx, q, to, now, list)
}

// fillPending reads what there is to say.
func fillPending(ctx context.Context, q querier, to chat.Destination, now time.Time, list []Pending) error {
	mutes, err := readMutes(ctx, q, to, now)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(list, keysAtOnce) {
		ids := make([]any, len(chunk))
		for i, p := range chunk {
			ids[i] = p.Alert.ID
		}
		alerts, err := readAlerts(ctx, q, `a.id IN (`+places(len(ids))+`)`, ids...)
		if err != nil {
			return err
		}
		sources, err := readTellings(ctx, q, `t.alert IN (`+places(len(ids))+`)`, ids...)
		if err != nil {
			return err
		}
		for i := range chunk {
			p := &chunk[i]
			p.Alert = alerts[slices.IndexFunc(alerts, func(a alert.Alert) bool { return a.ID == p.Alert.ID })]
			for _, t := range sources {
				if t.Alert == p.Alert.ID {
					p.Sources = append(p.Sources, t.Source)
				}
			}
			p.Muted = mutedBy(mutes, p.Alert, p.Story)
			if err := p.answer(ctx, q); err != nil {
				return err
			}
		}
	}
	return nil
}

// Answer finds anew the message that a delivery answers, which may have been posted since it was read.
func (s *Store) Answer(ctx context.Context, p Pending) (Pending, error) {
	if err := p.answer(ctx, s.read); err != nil {
		return p, fmt.Errorf("look for what alert %d answers: %w", p.Alert.ID, err)
	}
	return p, nil
}

// answer finds the message that the alert answers, if it brings a story further. One that was taken back is
// answered by nothing.
func (p *Pending) answer(ctx context.Context, q querier) error {
	if !p.further {
		return nil
	}
	rows, err := q.QueryContext(ctx, `
		SELECT d.message_id, a.stage, a.severity FROM deliveries d JOIN alerts a ON a.id = d.alert
		WHERE d.destination = $1 AND a.story = $2 AND a.id < $3 AND d.state = $4 AND d.message_id <> '' AND a.retracted IS NULL
		ORDER BY a.id DESC LIMIT 1`, p.To.String(), p.Story, p.Alert.ID, sent)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		p.Previous = &alert.Previous{}
		return none, r.Scan(&p.ReplyTo, &p.Previous.Stage, &p.Previous.Severity)
	})
	return err
}

// A Posted is where a message of ours belongs.
type Posted struct {
	// Alert is the number of the alert that it says; of a digest or a bulletin, of its first.
	Alert int64
	Story int64
	// Several is true of a digest or a bulletin.
	Several bool
}

// FindPost finds what a message of ours says, by the service's id of it or of any part of it: the id of a
// message of several parts holds theirs, separated by commas. It reports false if there is none.
func (s *Store) FindPost(ctx context.Context, to chat.Destination, messageID string) (Posted, bool, error) {
	var p Posted
	err := s.read.QueryRowContext(ctx, `
		SELECT MIN(d.alert), MIN(a.story), COUNT(*) > 1 FROM deliveries d JOIN alerts a ON a.id = d.alert
		WHERE d.destination = $1 AND d.state = $2 AND (d.message_id = $3 OR
			(d.message_id LIKE '%,%' AND ',' || d.message_id || ',' LIKE '%,' || $3 || ',%'))
		HAVING COUNT(*) > 0`, to.String(), sent, messageID).Scan(&p.Alert, &p.Story, &p.Several)
	if err == sql.ErrNoRows {
		return Posted{}, false, nil
	}
	if err != nil {
		return Posted{}, false, fmt.Errorf("look up a message in %s: %w", to, err)
	}
	return p, true, nil
}

// A Queue is what one destination is owed.
type Queue struct {
	To      chat.Destination
	Waiting int
	// Parked counts what is held back because the config has no such destination any more, and Edits the
	// posts that are to be edited.
	Parked, Edits int
	// Unknown counts the sends there of which nobody told us the outcome, over all time.
	Unknown int
	// Until is when it will be tried again; zero if nothing holds it.
	Until time.Time
	// Suspended is since when the channel is not ours to post in; zero if it is.
	Suspended time.Time
	Reason    string
}

// Queues returns every destination that is owed something, is suspended, or has had a send whose outcome
// is unknown. Alerts that wait for an admin are counted by Parked.
func (s *Store) Queues(ctx context.Context) ([]Queue, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT n.destination, SUM(n.waiting), SUM(n.parked), SUM(n.edits), SUM(n.unknown),
			x.hold_until, x.suspended, COALESCE(x.reason, '')
		FROM (
			SELECT destination, CASE WHEN state = $1 THEN 1 ELSE 0 END AS waiting,
				CASE WHEN state = $2 AND parked_for = $4 THEN 1 ELSE 0 END AS parked,
				CASE WHEN state = $3 AND edit_due IS NOT NULL THEN 1 ELSE 0 END AS edits, unknown
			FROM deliveries WHERE state = $1 OR (state = $2 AND parked_for = $4) OR unknown > 0
				OR (state = $3 AND edit_due IS NOT NULL)
			UNION ALL SELECT destination, 0, 0, 0, 0 FROM destinations WHERE suspended IS NOT NULL
		) AS n LEFT JOIN destinations x ON x.destination = n.destination
		GROUP BY n.destination, x.hold_until, x.suspended, x.reason ORDER BY n.destination`, waiting, parked, sent, forConfig)
	queues, err := collect(rows, err, func(r *sql.Rows) (Queue, error) {
		var q Queue
		var to string
		var until, since sql.NullInt64
		err := r.Scan(&to, &q.Waiting, &q.Parked, &q.Edits, &q.Unknown, &until, &since, &q.Reason)
		if err != nil {
			return q, err
		}
		q.Until, q.Suspended = fromMillis(until), fromMillis(since)
		return q, q.To.UnmarshalText([]byte(to))
	})
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	return queues, nil
}

// PostsSince counts the posts to a destination since a time, digests left out.
func (s *Store) PostsSince(ctx context.Context, to chat.Destination, since time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(DISTINCT message_id) FROM deliveries WHERE destination = $1 AND sent >= $2 AND digest = 0`,
		to.String(), since.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count posts to %s: %w", to, err)
	}
	return n, nil
}
