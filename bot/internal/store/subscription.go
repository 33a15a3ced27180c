package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

// ErrNoSubscription means that there is no such subscription, or that it stands in the config, where alone
// it can be changed.
var ErrNoSubscription = errors.New("no such subscription")

// A wish is a subscription as it is stored: all but number, destination and origin.
type wish struct {
	Topics       []rules.Topic     `json:"topics,omitempty"`
	Countries    []string          `json:"countries,omitempty"`
	Laws         []rules.Law       `json:"laws,omitempty"`
	Floor        rules.Severity    `json:"floor,omitempty"`
	Languages    []string          `json:"languages,omitempty"`
	Rules        []string          `json:"rules,omitempty"`
	Directions   []rules.Direction `json:"directions,omitempty"`
	Confirmation int               `json:"confirmation,omitempty"`
	Instant      rules.Severity    `json:"instant,omitempty"`
	Digest       string            `json:"digest,omitempty"`
	Zone         string            `json:"zone,omitempty"`
	Quiet        alert.Hours       `json:"quiet,omitzero"`
	Ceiling      int               `json:"ceiling,omitempty"`
	Language     string            `json:"language,omitempty"`
	Discreet     bool              `json:"discreet,omitempty"`
	Preview      bool              `json:"preview,omitempty"`
	Pin          bool              `json:"pin,omitempty"`
	Mentions     []alert.Mention   `json:"mentions,omitempty"`
}

func toWish(s alert.Subscription) (string, error) {
	w := wish{
		s.Topics, s.Countries, s.Laws, s.Floor, s.Languages, s.Rules, s.Directions, s.Confirmation, s.Instant,
		s.Digest.String(), "", s.Quiet, s.Ceiling, s.Language, s.Discreet, s.Preview, s.Pin, s.Mentions,
	}
	if s.Zone != nil {
		w.Zone = s.Zone.String()
	}
	text, err := json.Marshal(w)
	return string(text), err
}

// fromWish fills in a subscription. A time zone that this system does not know is UTC: a digest at another
// hour is better than none.
func fromWish(text string, s *alert.Subscription) error {
	var w wish
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return err
	}
	s.Topics, s.Countries, s.Laws, s.Floor, s.Languages, s.Rules = w.Topics, w.Countries, w.Laws, w.Floor, w.Languages, w.Rules
	s.Directions, s.Confirmation, s.Instant, s.Quiet, s.Ceiling = w.Directions, w.Confirmation, w.Instant, w.Quiet, w.Ceiling
	s.Language, s.Discreet, s.Preview, s.Pin, s.Mentions = w.Language, w.Discreet, w.Preview, w.Pin, w.Mentions
	if w.Zone != "" {
		if zone, err := time.LoadLocation(w.Zone); err == nil {
			s.Zone = zone
		}
	}
	var err error
	if w.Digest != "" {
		s.Digest, err = feeds.ParseSchedule(w.Digest)
	}
	return err
}

// Subscriptions returns all subscriptions, those of the config and those asked for in chats, in the order
// in which they were made.
func (s *Store) Subscriptions(ctx context.Context) ([]alert.Subscription, error) {
	list, err := readSubscriptions(ctx, s.read, `1 = 1`)
	if err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	return list, nil
}

// SubscriptionsOf returns the subscriptions of one destination, in the order in which they were made.
func (s *Store) SubscriptionsOf(ctx context.Context, to chat.Destination) ([]alert.Subscription, error) {
	list, err := readSubscriptions(ctx, s.read, `destination = $1`, to.String())
	if err != nil {
		return nil, fmt.Errorf("read subscriptions of %s: %w", to, err)
	}
	return list, nil
}

func readSubscriptions(ctx context.Context, q querier, where string, args ...any) ([]alert.Subscription, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, destination, from_config, wish FROM subscriptions WHERE `+where+` ORDER BY id`, args...)
	return collect(rows, err, func(r *sql.Rows) (alert.Subscription, error) {
		var s alert.Subscription
		var to, text string
		if err := r.Scan(&s.ID, &to, &s.FromConfig, &text); err != nil {
			return s, err
		}
		return s, errors.Join(s.To.UnmarshalText([]byte(to)), fromWish(text, &s))
	})
}

// PutSubscription keeps a subscription that was asked for in a chat, a new one if its ID is 0, and returns
// its number. How it is sent is how its place wants what it is sent from now on. It reports ErrNoSubscription if the one to be replaced is not there, is another
// destination's, or stands in the config.
func (s *Store) PutSubscription(ctx context.Context, sub alert.Subscription) (id int64, err error) {
	text, err := toWish(sub)
	if err != nil {
		return 0, fmt.Errorf("keep subscription: %w", err)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if err := putManner(ctx, tx, sub.To, sub.Manner()); err != nil {
			return err
		}
		if sub.ID == 0 {
			return tx.QueryRowContext(ctx, `INSERT INTO subscriptions (destination, from_config, wish) VALUES ($1, 0, $2) RETURNING id`,
				sub.To.String(), text).Scan(&id)
		}
		id = sub.ID
		done, err := tx.ExecContext(ctx, `UPDATE subscriptions SET wish = $1 WHERE id = $2 AND destination = $3 AND from_config = 0`,
			text, id, sub.To.String())
		return oneRow(done, err)
	})
	if err != nil {
		return 0, fmt.Errorf("keep subscription of %s: %w", sub.To, err)
	}
	return id, nil
}

func oneRow(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		err = ErrNoSubscription
	}
	return err
}

// RemoveSubscription ends a subscription that was asked for in a chat. What is still owed to a destination
// without any other is let go. It reports ErrNoSubscription as PutSubscription does.
func (s *Store) RemoveSubscription(ctx context.Context, to chat.Destination, id int64) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM subscriptions WHERE id = $1 AND destination = $2 AND from_config = 0`, id, to.String())
		if err := oneRow(done, err); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $1, error = 'unsubscribed' WHERE destination = $2 AND state IN ($3, $4)
				AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.destination = $2)`, declined, to.String(), waiting, parked)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove subscription of %s: %w", to, err)
	}
	return nil
}

// ReplaceConfig puts the subscriptions of the config in the place of the earlier ones; those asked for in
// chats stay. Destinations that have moved are looked for where they are now. What is owed to a
// destination that neither a subscription nor the admins name any more is parked, and released when it is
// named again.
func (s *Store) ReplaceConfig(ctx context.Context, list []alert.Subscription, admins []chat.Destination) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		moves, err := readMoves(ctx, tx)
		if err != nil {
			return err
		}
		if err := replaceConfig(ctx, tx, list, moves); err != nil {
			return err
		}
		return parkUnnamed(ctx, tx, admins, moves)
	})
	if err != nil {
		return fmt.Errorf("keep the subscriptions of the config: %w", err)
	}
	return nil
}

// replaceConfig writes the subscriptions of the config. Those that did not change keep their numbers, by
// which deliveries know them.
func replaceConfig(ctx context.Context, tx *sql.Tx, list []alert.Subscription, moves map[string]string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE subscriptions SET from_config = 2 WHERE from_config = 1`); err != nil {
		return err
	}
	for _, sub := range list {
		text, err := toWish(sub)
		if err != nil {
			return err
		}
		to := moved(moves, sub.To)
		done, err := tx.ExecContext(ctx, `UPDATE subscriptions SET from_config = 1 WHERE id =
			(SELECT MIN(id) FROM subscriptions WHERE from_config = 2 AND destination = $1 AND wish = $2)`, to, text)
		if err = oneRow(done, err); errors.Is(err, ErrNoSubscription) {
			_, err = tx.ExecContext(ctx, `INSERT INTO subscriptions (destination, from_config, wish) VALUES ($1, 1, $2)`, to, text)
		}
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM subscriptions WHERE from_config = 2`)
	return err
}

// parkUnnamed parks what is owed to destinations that nobody names, and releases what is owed to those that
// somebody names again.
func parkUnnamed(ctx context.Context, tx *sql.Tx, admins []chat.Destination, moves map[string]string) error {
	args := []any{waiting, parked, forConfig}
	for _, a := range admins {
		args = append(args, moved(moves, a))
	}
	named := `(destination IN (SELECT destination FROM subscriptions)`
	for i := range admins {
		named += fmt.Sprintf(` OR destination = $%d`, i+4)
	}
	named += `)`
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = $2, parked_for = $3 WHERE state = $1 AND NOT `+named, args...)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET state = $1, parked_for = '' WHERE state = $2 AND parked_for = $3 AND `+named, args...)
	return err
}
