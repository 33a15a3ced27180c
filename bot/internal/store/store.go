// Package store keeps what the bot must not forget: which items were seen, which alerts came of them,
// what is owed to whom, and what was posted. It is the only package that knows SQL.
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver, in Go without cgo
)

//go:embed schema/*.sql
var schema embed.FS

// A Store is the bot's database. It is safe for concurrent use.
type Store struct {
	write *sql.DB // one connection: SQLite has one writer, and queueing here is fair
	read  *sql.DB
	notes notes
}

// Open opens the database file at path, creating it and its directory if need be, readable by their
// owner only, and brings its schema up to date. The caller closes the store.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := private(path); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{}
	var err error
	if s.write, err = sql.Open("sqlite", source(path, "immediate")); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", source(path, "deferred")); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.Close())
	}
	s.read.SetMaxOpenConns(readers)
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.Close())
	}
	return s, nil
}

// readers bounds the connections that read at the same time.
const readers = 4

// Close closes the database.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != nil {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// source is the data source name: a write-ahead log, so that readers and the writer do not block each
// other; every commit on disk before it counts; and deleted text overwritten, because a subscriber who
// leaves must be gone from the file too.
func source(path, lock string) string {
	q := url.Values{
		"_pragma": {
			"journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "foreign_keys(ON)",
			"busy_timeout(10000)",
		},
		"_txlock": {lock},
	}
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return (&url.URL{Scheme: "file", Opaque: escaped, RawQuery: q.Encode()}).String()
}

// private creates the database file for its owner only; SQLite gives its log the same mode.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	// An older file may have been made, or copied, with a wider mode.
	return errors.Join(f.Chmod(0o600), f.Close())
}

// migrate runs the schema files that this database has not seen, each in one transaction. Files are
// append-only: once released they never change.
func (s *Store) migrate(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_files (name TEXT PRIMARY KEY)`); err != nil {
		return err
	}
	files, err := schema.ReadDir("schema")
	if err != nil {
		return err
	}
	for _, f := range files {
		err := s.transact(ctx, func(tx *sql.Tx) error {
			added, err := tx.ExecContext(ctx, `INSERT INTO schema_files (name) VALUES ($1) ON CONFLICT DO NOTHING`, f.Name())
			if err != nil {
				return err
			}
			if n, err := added.RowsAffected(); err != nil || n == 0 {
				return err
			}
			text, err := schema.ReadFile("schema/" + f.Name())
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, string(text))
			return err
		})
		if err != nil {
			return fmt.Errorf("schema %s: %w", f.Name(), err)
		}
	}
	return nil
}

// Changes counts the rows that this store has inserted, changed or deleted since it was opened.
func (s *Store) Changes(ctx context.Context) (n int64, err error) {
	if err := s.write.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count changes: %w", err)
	}
	return n, nil
}

// transact runs do in one transaction: all of it is kept, or nothing.
func (s *Store) transact(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	// After a commit this does nothing. A panic in do must not keep the one connection that writes.
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// millis is how times are kept; NULL for the zero time.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// flag is how yes and no are kept, since not every database has a type for it.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func fromMillis(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// toJSON is how values without columns of their own are kept; "" for an empty one.
func toJSON(v any, empty bool) (string, error) {
	if empty {
		return "", nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func fromJSON(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}

// collect scans every row and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
