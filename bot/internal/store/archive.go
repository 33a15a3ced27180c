package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

// A Filter says which alerts to look up; zero values take all.
type Filter struct {
	Country string
	Topic   rules.Topic
	// Limit bounds the answer.
	Limit int
}

// Latest returns the newest alerts, by the date of the item, newest first; those of rules on trial,
// those that were taken back, and those that wait for an admin or were let go by one are left out.
func (s *Store) Latest(ctx context.Context, f Filter) ([]alert.Alert, error) {
	alerts, err := readAlerts(ctx, s.read, `a.trial = 0 AND a.retracted IS NULL AND `+fitToTell+` AND
		($1 = '' OR EXISTS (SELECT 1 FROM alert_countries c WHERE c.alert = a.id AND c.country = $1)) AND
		($2 = '' OR EXISTS (SELECT 1 FROM alert_topics t WHERE t.alert = a.id AND t.topic = $2))
		ORDER BY COALESCE(i.published, i.seen) DESC, a.id DESC LIMIT $3`, f.Country, f.Topic, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("look up latest alerts: %w", err)
	}
	return alerts, nil
}

// readAlerts reads the alerts that satisfy a condition on a (alerts) and i (items).
func readAlerts(ctx context.Context, q querier, where string, args ...any) ([]alert.Alert, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT a.id, a.source, a.source_country, a.laws, a.stage, a.severity, a.reasons, a.trial, a.created,
			a.direction, a.dossiers, `+itemColumns+`
		FROM alerts a JOIN items i ON i.id = a.item WHERE `+where, args...)
	alerts, err := collect(rows, err, scanAlert)
	if err != nil || len(alerts) == 0 {
		return nil, err
	}
	byID := make(map[int64]*alert.Alert, len(alerts))
	ids := make([]any, len(alerts))
	for i := range alerts {
		byID[alerts[i].ID], ids[i] = &alerts[i], alerts[i].ID
	}
	for chunk := range slices.Chunk(ids, keysAtOnce) {
		if err := fillAlerts(ctx, q, byID, chunk); err != nil {
			return nil, err
		}
	}
	return alerts, nil
}

func scanAlert(r *sql.Rows) (alert.Alert, error) {
	var a alert.Alert
	var laws, reasons, dossiers string
	var created sql.NullInt64
	err := scanItem(r, &a.Item, &a.ID, &a.Source, &a.SourceCountry, &laws, &a.Stage, &a.Severity, &reasons, &a.Trial,
		&created, &a.Direction, &dossiers)
	if err != nil {
		return a, err
	}
	a.Created = fromMillis(created)
	return a, errors.Join(fromJSON(laws, &a.Laws), fromJSON(reasons, &a.Reasons), fromJSON(dossiers, &a.Dossiers))
}

// itemColumns are the columns of an item i, in the order of scanItem.
const itemColumns = `i.feed, i.kind, i.title, i.summary, i.link, i.language, i.author, i.categories, i.image, i.published, i.seen`

// scanItem scans a row that ends in itemColumns; before are the places for what stands before them.
func scanItem(r interface{ Scan(...any) error }, item *feeds.Item, before ...any) error {
	var categories string
	var published, seen sql.NullInt64
	err := r.Scan(append(before, &item.Feed, &item.Kind, &item.Title, &item.Summary, &item.Link, &item.Language, &item.Author,
		&categories, &item.Image, &published, &seen)...)
	if err != nil {
		return err
	}
	item.Published, item.Seen = fromMillis(published), fromMillis(seen)
	return fromJSON(categories, &item.Categories)
}

// fillAlerts reads the topics, countries and corrections of the alerts with some ids.
func fillAlerts(ctx context.Context, q querier, byID map[int64]*alert.Alert, ids []any) error {
	rows, err := q.QueryContext(ctx, `
		SELECT alert, topic FROM alert_topics WHERE alert IN (`+places(len(ids))+`) ORDER BY alert, place`, ids...)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id int64
		var topic rules.Topic
		if err = r.Scan(&id, &topic); err == nil {
			byID[id].Topics = append(byID[id].Topics, topic)
		}
		return none, err
	})
	if err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `
		SELECT alert, country FROM alert_countries WHERE alert IN (`+places(len(ids))+`) ORDER BY alert, place`, ids...)
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id int64
		var country string
		if err = r.Scan(&id, &country); err == nil {
			byID[id].Countries = append(byID[id].Countries, country)
		}
		return none, err
	})
	if err != nil {
		return err
	}
	return fillCorrections(ctx, q, byID, ids)
}

func scanOne[T any](r *sql.Rows) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// A Trace is all that the bot knows about one item.
type Trace struct {
	Item feeds.Item
	// Edited is when its publisher last changed its text; zero if that was not seen.
	Edited time.Time
	// Alert is the alert that it gave rise to, nil if none.
	Alert *alert.Alert
	// Told is the alert whose story the item tells again, nil unless it does.
	Told *alert.Alert
	// Story is the number of the story that the item tells, 0 if none, and Why says in half a sentence why it
	// tells that one; "" if it opened it.
	Story int64
	Why   string
	// Posts say what became of the alert's deliveries.
	Posts []Post
}

// A Post is what became of one delivery.
type Post struct {
	To chat.Destination
	// State is waiting, sent, dropped, parked (held back) or declined (by an admin, or by a mute).
	State string
	// ParkedFor says why it is held back: burst, retraction or sensitive, until an admin has looked; severity, until
	// an admin raises that; or config, until the config has its destination again; "" if it is not.
	ParkedFor string
	// Digest is true if it goes, or went, out in a digest, and Bulletin if in a running bulletin.
	Digest, Bulletin bool
	// Due is when it may go out.
	Due time.Time
	// Sent is when it was posted; zero if it was not.
	Sent  time.Time
	Tries int
	// Unknown counts the tries of which nobody told us the outcome.
	Unknown int
	Error   string
}

// Trace looks an item up by its link, or with "" by the number of its alert. It reports false if there is none.
func (s *Store) Trace(ctx context.Context, link string, alertID int64) (Trace, bool, error) {
	var item, story sql.NullInt64
	query, arg := `SELECT i.id, i.story FROM alerts a JOIN items i ON i.id = a.item WHERE a.id = $1`, any(alertID)
	if link != "" {
		// Of several items with one link the ones that alerted come first.
		query, arg = `SELECT i.id, i.story FROM items i LEFT JOIN alerts a ON a.item = i.id WHERE i.link = $1
			ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, i.id LIMIT 1`, link
	}
	err := s.read.QueryRowContext(ctx, query, arg).Scan(&item, &story)
	if err == sql.ErrNoRows {
		return Trace{}, false, nil
	}
	var t Trace
	if err == nil {
		t, err = s.trace(ctx, item.Int64, story)
	}
	if err != nil {
		return Trace{}, false, fmt.Errorf("look up item: %w", err)
	}
	return t, true, nil
}

func (s *Store) trace(ctx context.Context, item int64, story sql.NullInt64) (Trace, error) {
	var t Trace
	var edited sql.NullInt64
	row := s.read.QueryRowContext(ctx, `SELECT i.edited, `+itemColumns+` FROM items i WHERE i.id = $1`, item)
	if err := scanItem(row, &t.Item, &edited); err != nil {
		return t, err
	}
	t.Edited = fromMillis(edited)
	t.Story = story.Int64
	err := s.read.QueryRowContext(ctx, `SELECT why FROM tellings WHERE item = $1`, item).Scan(&t.Why)
	if err != nil && err != sql.ErrNoRows {
		return t, err
	}
	own, err := readAlerts(ctx, s.read, `a.item = $1`, item)
	if err != nil {
		return t, err
	}
	if len(own) > 0 {
		t.Alert = &own[0]
		t.Posts, err = s.posts(ctx, own[0].ID)
		return t, err
	}
	if story.Valid {
		told, err := readAlerts(ctx, s.read, `a.story = $1 ORDER BY
			CASE WHEN a.id = (SELECT t.alert FROM tellings t WHERE t.item = $2) THEN 0 ELSE 1 END, a.id LIMIT 1`, story.Int64, item)
		if err != nil || len(told) == 0 {
			return t, err
		}
		t.Told = &told[0]
	}
	return t, nil
}

func (s *Store) posts(ctx context.Context, alertID int64) ([]Post, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT destination, state, parked_for, digest, bulletin <> '', due, sent, tries, unknown, error
		FROM deliveries WHERE alert = $1 ORDER BY id`, alertID)
	return collect(rows, err, func(r *sql.Rows) (Post, error) {
		var p Post
		var to string
		var due, at sql.NullInt64
		err := r.Scan(&to, &p.State, &p.ParkedFor, &p.Digest, &p.Bulletin, &due, &at, &p.Tries, &p.Unknown, &p.Error)
		if err != nil {
			return p, err
		}
		p.Due, p.Sent = fromMillis(due), fromMillis(at)
		return p, p.To.UnmarshalText([]byte(to))
	})
}

// CountItems counts the items seen since a time.
func (s *Store) CountItems(ctx context.Context, since time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM items WHERE seen >= $1`, since.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count items: %w", err)
	}
	return n, nil
}

// EachItem passes every item seen since a time to do, the newest first, and stops at the first error.
// The items come without keys.
func (s *Store) EachItem(ctx context.Context, since time.Time, do func(feeds.Item) error) error {
	rows, err := s.read.QueryContext(ctx, `
		SELECT `+itemColumns+` FROM items i WHERE i.seen >= $1 ORDER BY i.id DESC`, since.UnixMilli())
	if err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var item feeds.Item
		if err := scanItem(rows, &item); err != nil {
			return fmt.Errorf("read items: %w", err)
		}
		if err := do(item); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	return nil
}

// Totals count what the bot has done since its database was made.
type Totals struct {
	Items, Matched, Alerts int
	Sent, Waiting, Dropped int
	// Unknown counts the sends whose outcome nobody told us.
	Unknown int
}

// Totals returns the counts.
func (s *Store) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	err := s.read.QueryRowContext(ctx, `
		SELECT (SELECT COUNT(*) FROM items), (SELECT COUNT(*) FROM items WHERE story IS NOT NULL),
			(SELECT COUNT(*) FROM alerts),
			(SELECT COUNT(*) FROM deliveries WHERE state = $1),
			(SELECT COUNT(*) FROM deliveries WHERE state = $2),
			(SELECT COUNT(*) FROM deliveries WHERE state = $3),
			(SELECT COALESCE(SUM(unknown), 0) FROM deliveries)`, sent, waiting, dropped).
		Scan(&t.Items, &t.Matched, &t.Alerts, &t.Sent, &t.Waiting, &t.Dropped, &t.Unknown)
	if err != nil {
		return Totals{}, fmt.Errorf("count: %w", err)
	}
	return t, nil
}

// Counts are what the bot did in a span of time.
type Counts struct {
	// Items counts the new items, Matched those among them that a rule matched, and Sent the posts.
	Items, Matched, Sent int
}

// CountsSince returns the counts since a time.
func (s *Store) CountsSince(ctx context.Context, since time.Time) (Counts, error) {
	var c Counts
	err := s.read.QueryRowContext(ctx, `
		SELECT (SELECT COUNT(*) FROM items WHERE seen >= $1),
			(SELECT COUNT(*) FROM items WHERE seen >= $1 AND story IS NOT NULL),
			(SELECT COUNT(*) FROM deliveries WHERE state = $2 AND sent >= $1)`, since.UnixMilli(), sent).
		Scan(&c.Items, &c.Matched, &c.Sent)
	if err != nil {
		return Counts{}, fmt.Errorf("count since %s: %w", since.UTC().Format(time.RFC3339), err)
	}
	return c, nil
}

// LastItems returns when each feed last had a new item, by feed id.
func (s *Store) LastItems(ctx context.Context) (map[string]time.Time, error) {
	last := make(map[string]time.Time)
	rows, err := s.read.QueryContext(ctx, `SELECT feed, MAX(seen) FROM items GROUP BY feed`)
	_, err = collect(rows, err, func(r *sql.Rows) (string, error) {
		var feed string
		var seen sql.NullInt64
		err := r.Scan(&feed, &seen)
		last[feed] = fromMillis(seen)
		return feed, err
	})
	if err != nil {
		return nil, fmt.Errorf("look up last items: %w", err)
	}
	return last, nil
}
