package store

import (
	"context"
	"fmt"
	"time"

	"pressalert/feeds"
)

// EachJudged passes every item seen since a time to do, the newest first and at most limit, with the ids of the
// rules that matched it when it was read, and stops at the first error. The items come without keys.
func (s *Store) EachJudged(ctx context.Context, since time.Time, limit int, do func(item feeds.Item, rules []string) error) error {
	rows, err := s.read.QueryContext(ctx, `
		SELECT COALESCE(t.judgement, ''), `+itemColumns+` FROM items i LEFT JOIN tellings t ON t.item = i.id
		WHERE i.seen >= $1 ORDER BY i.seen DESC, i.id DESC LIMIT $2`, since.UnixMilli(), limit)
	if err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var judged string
		var item feeds.Item
		if err := scanItem(rows, &item, &judged); err != nil {
			return fmt.Errorf("read items: %w", err)
		}
		matched, err := matchedRules(judged)
		if err != nil {
			return fmt.Errorf("read items: %w", err)
		}
		if err := do(item, matched); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	return nil
}

// matchedRules returns the ids of the rules of a telling's judgement, which is "" for an item that none matched.
func matchedRules(judged string) ([]string, error) {
	if judged == "" {
		return nil, nil
	}
	a, err := fromJudgement(judged, feeds.Item{})
	var ids []string
	for _, r := range a.Reasons {
		ids = append(ids, r.Rule)
	}
	return ids, err
}
