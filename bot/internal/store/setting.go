package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
)

// keySize is that of the keys that the bot makes for itself, in bytes: as long as what HMAC-SHA-256 gives.
const keySize = 32

// ButtonKey returns the key by which the data of buttons is signed. It is made when it is first asked for
// and stays the same as long as there is the database.
func (s *Store) ButtonKey(ctx context.Context) ([]byte, error) { return s.secret(ctx, "buttons") }

// secret returns the key of that name, making it if there is none.
func (s *Store) secret(ctx context.Context, name string) ([]byte, error) {
	name = "key of " + name
	text, err := s.setting(ctx, name)
	if err == sql.ErrNoRows {
		fresh := make([]byte, keySize)
		rand.Read(fresh) // never fails
		_, err = s.write.ExecContext(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, hex.EncodeToString(fresh))
		if err == nil { // somebody else may have been faster
			text, err = s.setting(ctx, name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", name, err)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("the %s in the database is damaged", name)
	}
	return key, nil
}

func (s *Store) setting(ctx context.Context, name string) (value string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&value)
	return value, err
}
