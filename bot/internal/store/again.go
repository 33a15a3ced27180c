package store

import (
	"database/sql"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
)

// edit gives a stored item the text that its publisher changed it to, and has its posts edited. Its link and
// the time when it was seen stay; so do the deliveries of its alert, and those that wait show the new text.
func (r *recorder) edit(found *seen, item feeds.Item) error {
	r.tally.Edited++
	if err := r.rewrite(found, item, millis(r.now)); err != nil {
		return err
	}
	rows, err := r.tx.QueryContext(r.ctx, `SELECT id FROM alerts WHERE item = $1`, found.id)
	alerts, err := collect(rows, err, scanOne[int64])
	if err != nil {
		return err
	}
	for _, id := range alerts {
		if err := r.markChanged(id); err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces the text of a stored item. changed is when its publisher changed it, if that is so.
func (r *recorder) rewrite(found *seen, item feeds.Item, changed sql.NullInt64) error {
	categories, err := toJSON(item.Categories, false)
	if err != nil {
		return err
	}
	if item.GUID == "" {
		item.GUID = found.guid
	}
	return r.exec(`
		UPDATE items SET feed = $1, guid_key = $2, title = $3, summary = $4, language = $5, author = $6, categories = $7,
			image = $8, published = COALESCE(published, $9), edited = COALESCE($10, edited)
		WHERE id = $11`,
		item.Feed, item.GUID, item.Title, item.Summary, item.Language, item.Author, categories, item.Image,
		millis(item.Published), changed, found.id)
}

// newsFor is how long after it was first seen an item may still become an alert. Later changes of its
// text are tidying up, by its publisher or by a newer version of this program.
const newsFor = 3 * 24 * time.Hour

// again decides once more about a stored item, which may be an alert now if nobody was told of it or of
// its story.
func (r *recorder) again(found *seen, item feeds.Item) error {
	if r.now.Sub(found.seen) > newsFor {
		return nil
	}
	before, err := r.before(found)
	if err != nil || before.told {
		return err
	}
	// In its own feed an alert that went to nobody stays so: the item was there when the feed was first
	// read, or no subscription asked for it. In another feed it is news.
	if before.alert != 0 && found.feed == item.Feed {
		return nil
	}
	v := r.decide(item)
	switch {
	case v.Alert == nil, found.story.Valid && len(v.Deliveries) == 0:
		return nil
	case before.alert != 0:
		if v.Alert.Trial != before.trial {
			return nil
		}
		a := *v.Alert
		a.ID = before.alert
		held, err := r.held(v, alert.Story{})
		if err != nil {
			return err
		}
		return r.owe(a, v.Deliveries, held)
	case found.story.Valid:
		v.Joint = alert.Joint{Story: found.story.Int64, Why: v.Joint.Why}
	default:
		r.tally.Matched++
	}
	if found.feed != item.Feed { // the words that made it match are those of this feed
		if err := r.rewrite(found, item, sql.NullInt64{}); err != nil {
			return err
		}
	}
	return r.tell(v, found)
}

// past is what became of an item so far.
type past struct {
	// alert is the id of its alert, 0 if there is none, and trial is true if only admins get it.
	alert int64
	trial bool
	// told is true if anybody was, or will be, told of the item or of its story.
	told bool
}

func (r *recorder) before(found *seen) (past, error) {
	var p past
	var owed bool
	err := r.tx.QueryRowContext(r.ctx, `
		SELECT a.id, a.trial, EXISTS (SELECT 1 FROM deliveries d WHERE d.alert = a.id)
		FROM alerts a WHERE a.item = $1 ORDER BY a.id LIMIT 1`, found.id).Scan(&p.alert, &p.trial, &owed)
	if err != nil && err != sql.ErrNoRows {
		return p, err
	}
	p.told = owed
	if p.told || !found.story.Valid {
		return p, nil
	}
	err = r.tx.QueryRowContext(r.ctx, `SELECT `+toldStory+` FROM stories s WHERE s.id = $1`, found.story).Scan(&p.told)
	return p, err
}
