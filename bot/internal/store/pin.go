package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pressalert/bot/internal/chat"
)

// PutPin notes that a message is pinned in a destination, and returns the one that was before, "" for none.
func (s *Store) PutPin(ctx context.Context, to chat.Destination, messageID string) (former string, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT message_id FROM pins WHERE destination = $1`, to.String()).Scan(&former)
		if err != nil && err != sql.ErrNoRows {
			return err
		}
		// Nothing is kept of a destination that was forgotten while the message was being sent there.
		_, err = tx.ExecContext(ctx, `
			INSERT INTO pins (destination, message_id) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM deliveries WHERE destination = $1)
			ON CONFLICT (destination) DO UPDATE SET message_id = excluded.message_id, refused = NULL`, to.String(), messageID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("note what is pinned in %s: %w", to, err)
	}
	return former, nil
}

// RefusePin notes that the bot may not pin messages in a destination, and reports whether that is news since
// it last could.
func (s *Store) RefusePin(ctx context.Context, to chat.Destination, now time.Time) (news bool, err error) {
	done, err := s.write.ExecContext(ctx, `
		INSERT INTO pins (destination, message_id, refused) SELECT $1, '', $2 WHERE EXISTS (SELECT 1 FROM deliveries WHERE destination = $1)
		ON CONFLICT (destination) DO UPDATE SET refused = excluded.refused WHERE pins.refused IS NULL`, to.String(), now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("note that nothing can be pinned in %s: %w", to, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
