package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
)

// An Exported is an alert with what an export tells of it beyond the alert.
type Exported struct {
	alert.Alert
	// Story is the number of its story, and Publishers counts the outlets that told it.
	Story      int64
	Publishers int
}

// Export returns the alerts of a country, "" for all, whose items are of since or later, the newest first, and
// at most limit. Alerts on trial, those that were taken back, and those that wait for an admin or were let go by one are
// left out.
func (s *Store) Export(ctx context.Context, country string, since time.Time, limit int) ([]Exported, error) {
	// What is of since or later cannot have been decided on before.
	alerts, err := readAlerts(ctx, s.read, `a.created >= $1 AND COALESCE(i.published, i.seen) >= $1
		AND a.trial = 0 AND a.retracted IS NULL AND `+fitToTell+`
		AND `+ofCountry(country)+`
		ORDER BY COALESCE(i.published, i.seen) DESC, a.id DESC LIMIT $3`, since.UnixMilli(), country, limit)
	if err != nil {
		return nil, fmt.Errorf("export alerts: %w", err)
	}
	all := make([]Exported, len(alerts))
	byID := make(map[int64]*Exported, len(alerts))
	ids := make([]any, len(alerts))
	for i, a := range alerts {
		all[i].Alert = a
		byID[a.ID], ids[i] = &all[i], a.ID
	}
	for chunk := range slices.Chunk(ids, keysAtOnce) {
		rows, err := s.read.QueryContext(ctx, `
			SELECT a.id, a.story, (SELECT COUNT(DISTINCT i.publisher) FROM tellings t JOIN items i ON i.id = t.item WHERE t.alert = a.id)
			FROM alerts a WHERE a.id IN (`+places(len(chunk))+`)`, chunk...)
		_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
			var id, story int64
			var publishers int
			if err = r.Scan(&id, &story, &publishers); err == nil {
				byID[id].Story, byID[id].Publishers = story, max(publishers, 1)
			}
			return none, err
		})
		if err != nil {
			return nil, fmt.Errorf("export alerts: %w", err)
		}
	}
	return all, nil
}
