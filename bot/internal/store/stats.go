package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pressalert/rules"
)

// A Tick counts the alerts of one topic in one week.
type Tick struct {
	// Week is its Monday at midnight UTC.
	Week  time.Time
	Topic rules.Topic
	Count int
}

// ofCountry holds for the alerts a of the country that is the parameter $2, or for all if it is "".
func ofCountry(country string) string {
	if country == "" {
		return `$2 = ''`
	}
	return `a.id IN (SELECT c.alert FROM alert_countries c WHERE c.country = $2)`
}

// Weekly counts the alerts of a country, "" for all, by the week of their item and by their main topic, from a
// time on, the oldest week first. Weeks and topics without alerts are left out, as are alerts on trial, those
// that were taken back, and those that are held back.
func (s *Store) Weekly(ctx context.Context, country string, since time.Time) ([]Tick, error) {
	// Day 0 of Unix time was a Thursday, three days after a Monday.
	rows, err := s.read.QueryContext(ctx, `
		SELECT (COALESCE(i.published, i.seen) / 86400000 + 3) / 7 AS week, t.topic, COUNT(*)
		FROM alerts a JOIN items i ON i.id = a.item JOIN alert_topics t ON t.alert = a.id AND t.place = 0
		WHERE a.created >= $1 AND COALESCE(i.published, i.seen) >= $1 AND `+shown+`
			AND `+ofCountry(country)+`
		GROUP BY week, t.topic ORDER BY week, t.topic`, since.UnixMilli(), country)
	ticks, err := collect(rows, err, func(r *sql.Rows) (Tick, error) {
		var t Tick
		var week int64
		err := r.Scan(&week, &t.Topic, &t.Count)
		t.Week = time.Unix((week*7-3)*24*60*60, 0).UTC()
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("count alerts by week: %w", err)
	}
	return ticks, nil
}
