package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"pressalert/bot/internal/chat"
)

// Vote notes that a person finds an alert not relevant, once a person and alert, and reports whether that is
// new. Of the person nothing is kept but a hash, which cannot be made without the bot's key and is another
// one for each alert.
func (s *Store) Vote(ctx context.Context, alertID int64, to chat.Destination, user string, now time.Time) (counted bool, err error) {
	key, err := s.secret(ctx, "votes")
	if err != nil {
		return false, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strconv.FormatInt(alertID, 10) + " " + user))
	done, err := s.write.ExecContext(ctx, `INSERT INTO votes (alert, voter, destination, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		alertID, hex.EncodeToString(mac.Sum(nil)), to.String(), now.UnixMilli())
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	if err != nil {
		return false, fmt.Errorf("count a vote on alert %d: %w", alertID, err)
	}
	return n > 0, nil
}

// Votes returns how many people found each alert not relevant since a time, by the alerts' numbers.
func (s *Store) Votes(ctx context.Context, since time.Time) (map[int64]int, error) {
	votes := make(map[int64]int)
	rows, err := s.read.QueryContext(ctx, `SELECT alert, COUNT(*) FROM votes WHERE at >= $1 GROUP BY alert`, since.UnixMilli())
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id int64
		var n int
		err = r.Scan(&id, &n)
		votes[id] = n
		return none, err
	})
	if err != nil {
		return nil, fmt.Errorf("count votes: %w", err)
	}
	return votes, nil
}
