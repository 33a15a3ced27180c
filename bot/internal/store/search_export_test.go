package store

import "testing"

// Unindex empties the index, as in a database of a version without search.
func Unindex(t *testing.T, s *Store) {
	t.Helper()
	exec(t, s, `DELETE FROM item_words`)
	exec(t, s, `UPDATE settings SET value = (SELECT MAX(id) + 1 FROM items) WHERE name = $1`, indexedDownTo)
}

// DeleteItem deletes an item and its alert.
func DeleteItem(t *testing.T, s *Store, id int64) {
	t.Helper()
	exec(t, s, `DELETE FROM tellings WHERE item = $1`, id)
	exec(t, s, `DELETE FROM alerts WHERE item = $1`, id)
	exec(t, s, `DELETE FROM items WHERE id = $1`, id)
}

// IndexSize is what the words take in the database, in bytes, once they are merged.
func IndexSize(t *testing.T, s *Store) (n int64) {
	t.Helper()
	exec(t, s, `INSERT INTO item_words (item_words) VALUES ('optimize')`)
	err := s.write.QueryRowContext(t.Context(), `SELECT (SELECT SUM(LENGTH(block)) FROM item_words_data) + (SELECT SUM(LENGTH(sz)) FROM item_words_docsize)`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func exec(t *testing.T, s *Store, query string, args ...any) {
	t.Helper()
	if _, err := s.write.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}
