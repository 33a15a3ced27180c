package watch

import (
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// FirstContact says which of the items that a feed already carries when we first read it are posted.
// The others are stored, so that they can be looked up, but are news to nobody. The zero value posts none.
type FirstContact struct {
	// Backfill posts this many of the newest items.
	Backfill int
	// Since posts the items that are younger than this.
	Since time.Duration
}

// lateNews is how long after the date that they bear items may still appear in a feed and be news, when
// the feed is read in another way than before. Items that are older were there all the time.
const lateNews = 2 * time.Hour

// oldestFirst sorts items by date; those of one time, or without one, keep their order from the bottom
// of the document to its top, because feeds put the newest first.
func oldestFirst(items []feeds.Item) []feeds.Item {
	items = slices.Clone(items)
	slices.Reverse(items)
	slices.SortStableFunc(items, func(a, b feeds.Item) int { return a.When().Compare(b.When()) })
	return items
}

// silence says which items of a document, oldest first, are posted to nobody: the old ones when a feed is
// first read, or when it is read in another way, where they may bear other keys.
func silence(items []feeds.Item, before, after store.FeedState, first FirstContact) map[feeds.Key]bool {
	switch {
	case before.FirstRead.IsZero():
		return silent(items, first, after.Checked)
	case before.Via == after.Via:
		return nil
	}
	known := before.Succeeded
	if after.Via == "" && !before.Failing.IsZero() {
		known = before.Failing
	}
	quiet := make(map[feeds.Key]bool)
	for _, item := range items {
		quiet[mark(item)] = !item.Published.IsZero() && item.Published.Before(known.Add(-lateNews))
	}
	return quiet
}

// silent returns the items, by their mark, that are not posted on first contact.
func silent(items []feeds.Item, first FirstContact, now time.Time) map[feeds.Key]bool {
	quiet := make(map[feeds.Key]bool)
	for i, item := range items {
		newest := i >= len(items)-first.Backfill
		young := first.Since > 0 && !item.Published.IsZero() && now.Sub(item.Published) <= first.Since
		quiet[mark(item)] = !newest && !young
	}
	return quiet
}

// mark tells the items of one document apart. It is the last of the keys, since the store may put one in
// front of them.
func mark(item feeds.Item) feeds.Key { return item.Keys[len(item.Keys)-1] }

// withoutSource cuts the name of the outlet off the headlines of a fallback: news searches put it there,
// and the headline would not be recognised as the one that the outlet's own feed has.
func withoutSource(items []feeds.Item, f feeds.Feed) []feeds.Item {
	items = slices.Clone(items)
	for i := range items {
		for _, name := range []string{f.Title, f.Publisher} {
			if title, found := strings.CutSuffix(items[i].Title, " - "+name); found && title != "" {
				items[i].Title = title
				break
			}
		}
	}
	return items
}

// A judge decides about the new items of one feed.
type judge struct {
	feed          feeds.Feed
	set           *rules.Set
	stories       *alert.Stories
	subscriptions []alert.Subscription
	admins        []chat.Destination
	silent        map[feeds.Key]bool
	parked        bool
	// sensitive is true if what is grave and told by one outlet is held back.
	sensitive bool
	now       time.Time
}

func (j judge) decide(item feeds.Item) store.Verdict {
	a, matched := alert.Judge(item, j.feed, j.set.Match(item), j.now)
	if !matched {
		return store.Verdict{}
	}
	v := store.Verdict{
		Alert: &a, Joint: j.stories.Join(a, j.now), Parked: j.parked, Silent: j.silent[mark(item)],
		Kept: j.stories.Update,
		Confirm: func(told alert.Alert, sources int) []alert.Delivery {
			return alert.RouteConfirmed(told, sources, j.subscriptions, j.now)
		},
	}
	v.Sensitive = j.sensitive && a.Sensitive()
	if !v.Silent {
		v.Deliveries = alert.Route(a, j.subscriptions, j.admins, j.now)
	}
	return v
}
