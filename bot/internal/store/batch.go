package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/rules"
)

// batchMax bounds the alerts of one digest. What is above forms the next one, at once.
const batchMax = 60

// A Batch is several deliveries that go out as one message: a digest, or a running bulletin.
type Batch struct {
	// Key names the message for ever.
	Key string
	// List is what is owed, at least one, in the order in which it was made.
	List []Pending
	// Ceiling is the posts a day for which any of it was too much, 0 if none was.
	Ceiling int
	// Beat is what a bulletin is on; the zero value is that of a digest.
	Beat alert.Beat
	// MessageID is the service's id of the running bulletin that is to be edited, "" if the message is to be
	// posted, and Told are the alerts that it shows so far.
	MessageID string
	Told      []alert.Alert

	bulletin string
}

// Compose puts together the next bulletin or digest that may go to a destination now, and reports false if
// there is none. A message that is to be posted keeps what was put into it until it is sent, so that a
// second try says the same as the first.
func (s *Store) Compose(ctx context.Context, to chat.Destination, now time.Time) (b Batch, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM deliveries WHERE destination = $1 AND state = $2 AND due <= $3 AND (digest = 1 OR bulletin <> ''))`,
		to.String(), waiting, now.UnixMilli()).Scan(&ok)
	if err != nil {
		return Batch{}, false, fmt.Errorf("look for what to compose for %s: %w", to, err)
	}
	if !ok { // the usual case, in which nobody who writes has to wait
		return Batch{}, false, nil
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		c := composer{ctx, tx, to, now}
		for _, compose := range []func() (Batch, error){c.composed, c.bulletin, c.digest} {
			if b, err = compose(); err != nil || len(b.List) > 0 {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Batch{}, false, fmt.Errorf("compose for %s: %w", to, err)
	}
	return b, len(b.List) > 0, nil
}

// A composer lives as long as its transaction, which is why it may hold the context.
type composer struct {
	ctx context.Context
	tx  *sql.Tx
	to  chat.Destination
	now time.Time
}

// read reads waiting deliveries that may go out, and lets go of those that are muted.
func (c composer) read(where string, args ...any) ([]Pending, error) {
	list, err := readPending(c.ctx, c.tx, c.to, c.now, `d.state = $3 AND d.due <= $2 AND `+where+notHeld+` ORDER BY d.id LIMIT $4`,
		append([]any{waiting, batchMax}, args...)...)
	var wanted []Pending
	for _, p := range list {
		if p.Muted == "" {
			wanted = append(wanted, p)
			continue
		}
		err := each(c.ctx, c.tx, []Pending{p}, `UPDATE deliveries SET state = $1, error = $2 WHERE id = $3`, declined, p.Muted)
		if err != nil {
			return nil, err
		}
	}
	return wanted, err
}

// composed is what was put together before and is still to be sent.
func (c composer) composed() (Batch, error) {
	var id sql.NullInt64
	var bulletin string
	err := c.tx.QueryRowContext(c.ctx, `
		SELECT d.batch, d.bulletin FROM deliveries d WHERE d.destination = $1 AND d.state = $3 AND d.due <= $2
			AND d.batch IS NOT NULL`+notHeld+` ORDER BY d.batch LIMIT 1`, c.to.String(), c.now.UnixMilli(), waiting).Scan(&id, &bulletin)
	if err == sql.ErrNoRows {
		return Batch{}, nil
	}
	if err != nil {
		return Batch{}, err
	}
	list, err := readPending(c.ctx, c.tx, c.to, c.now, `d.state = $3 AND d.batch = $4 ORDER BY d.id`, waiting, id)
	return batchOf(list, bulletin), err
}

// digest is a new one of what is due.
func (c composer) digest() (Batch, error) {
	list, err := c.read(`d.digest = 1 AND d.batch IS NULL`)
	if err != nil || len(list) == 0 {
		return Batch{}, err
	}
	return batchOf(list, ""), c.fix(list)
}

// fix keeps the deliveries together.
func (c composer) fix(list []Pending) error {
	return each(c.ctx, c.tx, list, `UPDATE deliveries SET batch = $1 WHERE id = $2`, list[0].ID)
}

// bulletin is the bulletin that has waited longest: a new one, or the next edit of one that runs. If it
// was edited a moment ago it has to wait.
func (c composer) bulletin() (Batch, error) {
	var key string
	err := c.tx.QueryRowContext(c.ctx, `
		SELECT d.bulletin FROM deliveries d WHERE d.destination = $1 AND d.state = $3 AND d.due <= $2
			AND d.digest = 0 AND d.bulletin <> ''`+notHeld+` ORDER BY d.id LIMIT 1`,
		c.to.String(), c.now.UnixMilli(), waiting).Scan(&key)
	if err == sql.ErrNoRows {
		return Batch{}, nil
	}
	if err != nil {
		return Batch{}, err
	}
	messageID, touched, err := c.running(key)
	if err != nil {
		return Batch{}, err
	}
	if next := touched.Add(EditEvery); messageID != "" && next.After(c.now) {
		_, err := c.tx.ExecContext(c.ctx, `UPDATE deliveries SET due = $1 WHERE destination = $2 AND state = $3 AND bulletin = $4`,
			next.UnixMilli(), c.to.String(), waiting, key)
		return Batch{}, err
	}
	list, err := c.read(`d.digest = 0 AND d.bulletin = $5`, key)
	if err != nil || len(list) == 0 {
		return Batch{}, err
	}
	b := batchOf(list, key)
	if messageID == "" {
		return b, c.fix(list)
	}
	b.MessageID = messageID
	b.Told, err = readAlerts(c.ctx, c.tx, `a.id IN (SELECT alert FROM deliveries
		WHERE destination = $1 AND bulletin = $2 AND state = $3 AND message_id = $4) ORDER BY a.id`,
		c.to.String(), key, sent, messageID)
	return b, err
}

// running finds the message of a running bulletin, and when it last changed; "" if there is none.
func (c composer) running(key string) (messageID string, touched time.Time, err error) {
	var at sql.NullInt64
	err = c.tx.QueryRowContext(c.ctx, `
		SELECT message_id, MAX(COALESCE(edited, sent)) FROM deliveries
		WHERE destination = $1 AND bulletin = $2 AND state = $3 AND message_id <> ''
		GROUP BY message_id ORDER BY MAX(id) DESC LIMIT 1`, c.to.String(), key, sent).Scan(&messageID, &at)
	if err == sql.ErrNoRows {
		return "", time.Time{}, nil
	}
	return messageID, fromMillis(at), err
}

// batchOf makes a batch of deliveries; bulletin is the key of the one that they are in, or "".
func batchOf(list []Pending, bulletin string) Batch {
	b := Batch{List: list, bulletin: bulletin}
	if len(list) == 0 {
		return b
	}
	b.Key = "digest " + list[0].Key
	for _, p := range list {
		b.Ceiling = max(b.Ceiling, p.Ceiling)
	}
	if words := strings.Fields(bulletin); len(words) == 4 { // as alert.Beat.BulletinKey writes it
		b.Key = "bulletin " + list[0].Key
		b.Beat = alert.Beat{Country: words[1], Topic: rules.Topic(words[2])}
	}
	return b
}

// BulletinEdited notes that a running bulletin shows what a batch adds to it.
func (s *Store) BulletinEdited(ctx context.Context, b Batch, now time.Time) error {
	return s.note(ctx, "an edited bulletin", func(tx *sql.Tx) error {
		if err := noteSent(ctx, tx, b.List, b.MessageID, now); err != nil {
			return err
		}
		return each(ctx, tx, b.List, `UPDATE deliveries SET edited = $1 WHERE id = $2`, now.UnixMilli())
	})
}

// BulletinLost notes that a running bulletin can be edited no more: what it was to show is posted anew.
func (s *Store) BulletinLost(ctx context.Context, b Batch) error {
	return s.note(ctx, "a lost bulletin", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET bulletin = '' WHERE destination = $1 AND bulletin = $2 AND state = $3`,
			b.List[0].To.String(), b.bulletin, sent)
		return err
	})
}
