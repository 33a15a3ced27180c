package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
)

// A Verdict is what was decided about an item.
type Verdict struct {
	// Alert is what the rules made of the item, nil if none matched. All the rest is ignored then.
	Alert *alert.Alert
	// Joint says which story it tells; the zero value opens one.
	Joint alert.Joint
	// Deliveries are owed if the alert is told, and not only adds a source to one that was.
	Deliveries []alert.Delivery
	// Confirm gives what is owed, beyond Deliveries, for an alert that so many sources tell by now, at least
	// 2; nil gives nothing. Destinations that have the alert already are passed over.
	Confirm func(a alert.Alert, sources int) []alert.Delivery
	// Parked is true if all that is owed is held back until an admin has looked.
	Parked bool
	// Sensitive is true if what is owed is held back until an admin has looked, or another outlet tells it.
	Sensitive bool
	// Silent is true if the item is news to nobody, because it was there before we looked. It has no
	// Deliveries, and brings no story further.
	Silent bool
	// Kept, if not nil, is called with the story as it stands then, with its number. Record may fail
	// after that.
	Kept func(alert.Story)
}

// A Decide judges an item. It must be quick and change nothing.
type Decide = func(item feeds.Item) Verdict

// A Tally counts what Record kept.
type Tally struct {
	Items, Edited, Matched, Alerts, Deliveries int
	// Held counts the alerts among them that wait for an admin because they are sensitive, or repeat what the desk
	// took back.
	Held int
}

// Add adds what another Record kept.
func (t *Tally) Add(o Tally) {
	t.Items += o.Items
	t.Edited += o.Edited
	t.Matched += o.Matched
	t.Alerts += o.Alerts
	t.Deliveries += o.Deliveries
	t.Held += o.Held
}

// Record keeps a poll that brought items, all or nothing: the feed's state, the new items, their
// stories and alerts, and what is owed. Past this line an alert cannot be lost.
//
// It calls decide with one new item at a time, oldest first. Items with a known key are not new; they teach
// us further keys. One whose publisher changed its title or summary is updated, and so are the posts that
// show it; it is decided again if neither it nor its story was an alert. So is one that was known from
// another feed only, where it was read in silence. What was an alert once never becomes a second one.
// decide runs inside the transaction.
func (s *Store) Record(ctx context.Context, state FeedState, items []feeds.Item, decide Decide) (Tally, error) {
	var tally Tally
	args, err := feedArgs(state)
	if err != nil {
		return Tally{}, fmt.Errorf("record feed %s: %w", state.Feed, err)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		r := recorder{ctx: ctx, tx: tx, tally: &tally, decide: decide, now: state.Checked}
		if err := r.exec(saveFeedState, args...); err != nil {
			return err
		}
		return r.items(items)
	})
	if err != nil {
		return Tally{}, fmt.Errorf("record feed %s: %w", state.Feed, err)
	}
	return tally, nil
}

// A recorder writes the items of one poll. It lives as long as its transaction, which is why it may
// hold the context.
type recorder struct {
	ctx    context.Context
	tx     *sql.Tx
	tally  *Tally
	decide Decide
	now    time.Time
	known  knowledge
}

func (r *recorder) items(items []feeds.Item) (err error) {
	if r.known, err = lookUp(r.ctx, r.tx, items); err != nil {
		return err
	}
	for _, item := range items {
		item, found, standing := r.known.meet(item)
		switch standing {
		case unseen:
			err = r.add(item)
		case edited:
			err = errors.Join(r.keys(found, item.Keys), r.edit(found, item), r.again(found, item), r.index(found.id))
		case elsewhere:
			err = errors.Join(r.keys(found, item.Keys), r.again(found, item), r.index(found.id))
		case rekeyed:
			err = r.keys(found, item.Keys)
		case same:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add keeps a new item and what it gives rise to.
func (r *recorder) add(item feeds.Item) error {
	found := &seen{
		feed: item.Feed, guid: item.GUID, title: item.Title, summary: item.Summary, published: item.Published,
		seen: item.Seen, met: true,
	}
	categories, err := toJSON(item.Categories, false)
	if err != nil {
		return err
	}
	found.id, err = r.insert(`
		INSERT INTO items (feed, kind, guid_key, title, summary, link, language, author, categories, image, published, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
		item.Feed, item.Kind, item.GUID, item.Title, item.Summary, item.Link, item.Language, item.Author, categories,
		item.Image, millis(item.Published), millis(item.Seen))
	if err != nil {
		return err
	}
	r.tally.Items++
	if slices.ContainsFunc(item.Keys, func(k feeds.Key) bool { return r.known[k] != nil }) {
		// Other articles have led to the same page, as all do of running coverage: that they share their link
		// does not make them one story.
		item.Link = ""
	}
	if err := r.keys(found, item.Keys); err != nil {
		return err
	}
	v := r.decide(item)
	if v.Alert == nil {
		return r.index(found.id)
	}
	r.tally.Matched++
	if err := r.tell(v, found); err != nil {
		return err
	}
	return r.index(found.id)
}

// keys notes the keys of an item; those that are known already stay with their item.
func (r *recorder) keys(found *seen, keys []feeds.Key) error {
	for _, k := range keys {
		if r.known[k] != nil {
			continue
		}
		r.known[k] = found
		if err := r.exec(`INSERT INTO item_keys (item_key, item) VALUES ($1, $2) ON CONFLICT DO NOTHING`, k, found.id); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) insert(query string, args ...any) (id int64, err error) {
	err = r.tx.QueryRowContext(r.ctx, query, args...).Scan(&id)
	return id, err
}

func (r *recorder) exec(query string, args ...any) error {
	_, err := r.tx.ExecContext(r.ctx, query, args...)
	return err
}
