package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

// Manner returns how a place wants what it is sent: as it said, or else as its first subscription has it. It
// reports false if it has said nothing and has none.
func (s *Store) Manner(ctx context.Context, to chat.Destination) (alert.Manner, bool, error) {
	m, ok, err := readManner(ctx, s.read, to)
	if err != nil {
		return m, false, fmt.Errorf("read the settings of %s: %w", to, err)
	}
	return m, ok, nil
}

func readManner(ctx context.Context, q querier, to chat.Destination) (alert.Manner, bool, error) {
	rows, err := q.QueryContext(ctx, `SELECT manner FROM places WHERE destination = $1`, to.String())
	said, err := collect(rows, err, func(r *sql.Rows) (alert.Manner, error) {
		text, err := scanOne[string](r)
		if err != nil {
			return alert.Manner{}, err
		}
		var s alert.Subscription
		err = fromWish(text, &s)
		return s.Manner(), err
	})
	if err != nil || len(said) > 0 {
		return append(said, alert.Manner{})[0], err == nil, err
	}
	list, err := readSubscriptions(ctx, q, `destination = $1`, to.String())
	if err != nil || len(list) == 0 {
		return alert.Manner{}, false, err
	}
	return list[0].Manner(), true, nil
}

// ChangeManner changes how a place wants what it is sent, in all of its subscriptions that were asked for in
// the chat and in those to come, and returns what it is then. Those of the config stay as they are.
func (s *Store) ChangeManner(ctx context.Context, to chat.Destination, change func(*alert.Manner)) (m alert.Manner, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if m, _, err = readManner(ctx, tx, to); err != nil {
			return err
		}
		change(&m)
		if err := putManner(ctx, tx, to, m); err != nil {
			return err
		}
		list, err := readSubscriptions(ctx, tx, `destination = $1 AND from_config = 0`, to.String())
		for _, sub := range list {
			text, wrong := toWish(sub.In(m))
			if wrong == nil {
				_, wrong = tx.ExecContext(ctx, `UPDATE subscriptions SET wish = $1 WHERE id = $2`, text, sub.ID)
			}
			err = errors.Join(err, wrong)
		}
		return err
	})
	if err != nil {
		return m, fmt.Errorf("keep the settings of %s: %w", to, err)
	}
	return m, nil
}

// putManner keeps how a place wants what it is sent.
func putManner(ctx context.Context, tx *sql.Tx, to chat.Destination, m alert.Manner) error {
	text, err := toWish(alert.Subscription{}.In(m))
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO places (destination, manner) VALUES ($1, $2)
			ON CONFLICT (destination) DO UPDATE SET manner = excluded.manner`, to.String(), text)
	}
	return err
}
