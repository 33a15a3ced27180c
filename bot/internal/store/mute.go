package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/rules"
)

// A MuteKind says what is muted.
type MuteKind string

const (
	// MuteRule silences the alerts that only muted rules matched.
	MuteRule MuteKind = "rule"
	// MuteCountry silences the alerts that are of muted countries only.
	MuteCountry MuteKind = "country"
	// MuteStory silences what is yet to come of a story.
	MuteStory MuteKind = "story"
)

// A Mute keeps something from a destination for a while. Critical alerts are not kept from it unless their
// story is muted.
type Mute struct {
	To   chat.Destination
	Kind MuteKind
	// What is the id of a rule, the ISO 3166-1 alpha-2 code of a country, or the number of a story.
	What  string
	Until time.Time
}

// PutMute keeps a mute, in the place of an earlier one of the same.
func (s *Store) PutMute(ctx context.Context, m Mute) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO mutes (destination, kind, what, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (destination, kind, what) DO UPDATE SET until = excluded.until`,
		m.To.String(), m.Kind, m.What, m.Until.UnixMilli())
	if err != nil {
		return fmt.Errorf("mute %s %s at %s: %w", m.Kind, m.What, m.To, err)
	}
	return nil
}

// RemoveMute ends a mute, and reports whether there was one.
func (s *Store) RemoveMute(ctx context.Context, to chat.Destination, kind MuteKind, what string) (bool, error) {
	done, err := s.write.ExecContext(ctx, `DELETE FROM mutes WHERE destination = $1 AND kind = $2 AND what = $3`, to.String(), kind, what)
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	if err != nil {
		return false, fmt.Errorf("end the mute of %s %s at %s: %w", kind, what, to, err)
	}
	return n > 0, nil
}

// Mutes returns the mutes of a destination in force at now, the one that ends first in front.
func (s *Store) Mutes(ctx context.Context, to chat.Destination, now time.Time) ([]Mute, error) {
	list, err := readMutes(ctx, s.read, to, now)
	if err != nil {
		return nil, fmt.Errorf("read mutes of %s: %w", to, err)
	}
	return list, nil
}

func readMutes(ctx context.Context, q querier, to chat.Destination, now time.Time) ([]Mute, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT kind, what, until FROM mutes WHERE destination = $1 AND until > $2 ORDER BY until, kind, what`, to.String(), now.UnixMilli())
	return collect(rows, err, func(r *sql.Rows) (Mute, error) {
		m := Mute{To: to}
		var until sql.NullInt64
		err := r.Scan(&m.Kind, &m.What, &until)
		m.Until = fromMillis(until)
		return m, err
	})
}

// mutedBy says which of the mutes silence an alert of a story, "" if they do not.
func mutedBy(mutes []Mute, a alert.Alert, story int64) string {
	muted := func(kind MuteKind, what string) bool {
		return slices.ContainsFunc(mutes, func(m Mute) bool { return m.Kind == kind && m.What == what })
	}
	loud := func(r alert.Reason) bool { return !muted(MuteRule, r.Rule) }
	abroad := func(c string) bool { return !muted(MuteCountry, c) }
	switch {
	case len(mutes) == 0:
		return ""
	case muted(MuteStory, strconv.FormatInt(story, 10)):
		return "its story is muted here"
	case a.Severity >= rules.Critical:
		return ""
	case len(a.Reasons) > 0 && !slices.ContainsFunc(a.Reasons, loud):
		return "its rule is muted here"
	case len(a.Countries) > 0 && !slices.ContainsFunc(a.Countries, abroad):
		return "its country is muted here"
	}
	return ""
}
