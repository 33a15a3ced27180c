package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A Deed is something that a person had the bot do and that changed something for others.
type Deed struct {
	At time.Time
	// Person is an id such as telegram:123, and Place a destination; "" if they are not known, or were
	// forgotten.
	Person, Place string
	// What is the command, and Details what it was told.
	What, Details string
}

// Note keeps a deed in the audit.
func (s *Store) Note(ctx context.Context, d Deed) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO audit (at, person, place, what, details) VALUES ($1, $2, $3, $4, $5)`,
		d.At.UnixMilli(), d.Person, d.Place, d.What, d.Details)
	if err != nil {
		return fmt.Errorf("keep the audit: %w", err)
	}
	return nil
}

// Deeds returns the newest deeds of the audit, at most limit, the newest first.
func (s *Store) Deeds(ctx context.Context, limit int) ([]Deed, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT at, person, place, what, details FROM audit ORDER BY id DESC LIMIT $1`, limit)
	list, err := collect(rows, err, func(r *sql.Rows) (Deed, error) {
		var d Deed
		var at sql.NullInt64
		err := r.Scan(&at, &d.Person, &d.Place, &d.What, &d.Details)
		d.At = fromMillis(at)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return list, nil
}
