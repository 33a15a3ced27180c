package store

import (
	"context"
	"database/sql"
	"fmt"

	"pressalert/bot/internal/chat"
)

// Moved writes a channel's new place in the place of the old one everywhere. What is owed there stays owed;
// the messages in the old place can be edited and answered no more, because a service numbers those of the
// new one afresh. The config still names the old place, which is remembered.
func (s *Store) Moved(ctx context.Context, from, to chat.Destination) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		for _, query := range []string{
			// Whoever has, or is owed, an alert in the new place already needs it no second time.
			`DELETE FROM deliveries WHERE destination = $1 AND alert IN (SELECT alert FROM deliveries WHERE destination = $2)`,
			`UPDATE deliveries SET destination = $2, edit_due = NULL, message_id = '', begun = NULL WHERE destination = $1`,
			`DELETE FROM destinations WHERE destination = $1 AND $2 <> ''`,
			`DELETE FROM pins WHERE destination = $1 AND $2 <> ''`,
			`DELETE FROM subscriptions WHERE destination = $1 AND EXISTS
				(SELECT 1 FROM subscriptions o WHERE o.destination = $2 AND o.wish = subscriptions.wish)`,
			`UPDATE subscriptions SET destination = $2 WHERE destination = $1`,
			`DELETE FROM places WHERE destination = $1 AND EXISTS (SELECT 1 FROM places o WHERE o.destination = $2)`,
			`UPDATE places SET destination = $2 WHERE destination = $1`,
			`DELETE FROM mutes WHERE destination = $1 AND EXISTS
				(SELECT 1 FROM mutes o WHERE o.destination = $2 AND o.kind = mutes.kind AND o.what = mutes.what)`,
			`UPDATE mutes SET destination = $2 WHERE destination = $1`,
			`UPDATE votes SET destination = $2 WHERE destination = $1`,
			`UPDATE audit SET place = $2 WHERE place = $1`,
			`UPDATE moves SET moved_to = $2 WHERE moved_to = $1`,
			`INSERT INTO moves (destination, moved_to) VALUES ($1, $2)
				ON CONFLICT (destination) DO UPDATE SET moved_to = excluded.moved_to`,
		} {
			if _, err := tx.ExecContext(ctx, query, from.String(), to.String()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note that %s has moved to %s: %w", from, to, err)
	}
	return nil
}

// readMoves returns where destinations have moved to.
func readMoves(ctx context.Context, q querier) (map[string]string, error) {
	moves := make(map[string]string)
	rows, err := q.QueryContext(ctx, `SELECT destination, moved_to FROM moves`)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var from, to string
		err = r.Scan(&from, &to)
		moves[from] = to
		return none, err
	})
	return moves, err
}

// moved is where a destination is now.
func moved(moves map[string]string, d chat.Destination) string {
	if to, ok := moves[d.String()]; ok {
		return to
	}
	return d.String()
}
