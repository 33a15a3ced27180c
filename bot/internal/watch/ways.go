package watch

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// movedAfter is how often in a row a feed's address must lead to the same other one for good before that
// one is asked instead. One slip of a publisher's server moves nothing.
const movedAfter = 3

// An attempt is one of the ways to a feed, as it is tried in one poll.
type attempt struct {
	way feeds.Way
	// via is how the feed list writes a fallback, "" of the feed's own address.
	via string
	// moved is true of the place that the feed's own address has moved to.
	moved bool
}

// own reports whether it is the feed's own address that is asked.
func (a attempt) own() bool { return a.via == "" }

// attempts are the ways to try at now, in order: the feed's own address, the fallback that served last, the
// other fallbacks. Those that are to be left alone for some time are left out.
func attempts(f feeds.Feed, s store.FeedState, now time.Time) []attempt {
	own := attempt{way: f.Ways()[0]}
	var list []attempt
	if ready(s, s.OwnNext, now) {
		if s.MovedTimes >= movedAfter {
			list = append(list, attempt{way: feeds.Way{URL: s.Moved, Proxy: f.Proxy}, moved: true})
		}
		list = append(list, own)
	}
	for i, way := range f.Ways()[1:] {
		a := attempt{way: way, via: f.Fallbacks[i]}
		switch {
		case !ready(s, s.Fallbacks[a.via].Next, now):
		case a.via == s.Via:
			served := slices.IndexFunc(list, func(a attempt) bool { return !a.own() })
			if served < 0 {
				served = len(list)
			}
			list = slices.Insert(list, served, a)
		default:
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return []attempt{own}
	}
	return list
}

// ready reports whether a wait is over. One that was begun in the future is no wait: the clock was wrong
// then, and the feed would not be read for years.
func ready(s store.FeedState, next, now time.Time) bool {
	return !next.After(now) || s.Checked.After(now)
}

// current is the state of a feed as it is listed now. What was learned of other addresses says nothing
// about these: the feed is asked at once, by the whole ladder. What it published stays known, and so
// does what the admins were told.
func current(f feeds.Feed, s store.FeedState) store.FeedState {
	mark := waysMark(f)
	if s.Ways == mark {
		return s
	}
	known := s
	s = store.FeedState{Feed: f.ID, Ways: mark, FirstRead: known.FirstRead, Succeeded: known.Succeeded,
		Newest: known.Newest, Cadence: known.Cadence, Pace: known.Pace, Told: known.Told, Validators: known.Validators}
	if known.Ways == "" { // kept by a version that knew no other ways
		s.Checked, s.NextCheck, s.Failures, s.Error = known.Checked, known.NextCheck, known.Failures, known.Error
	}
	return s
}

// waysMark is a mark that changes with the ways to a feed.
func waysMark(f feeds.Feed) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", f.Ways())
	return fmt.Sprintf("%x", h.Sum64())
}

// validators are those to send on an attempt. Package fetch sends them to the very address that gave them
// and to no other.
func validators(s store.FeedState, a attempt) feeds.Validators {
	if a.own() {
		return s.Validators
	}
	return s.Fallbacks[a.via].Validators
}

// withFallback returns the state with what is known of a fallback replaced. States share their maps, so
// the old one is left as it is.
func withFallback(s store.FeedState, via string, way store.WayState) store.FeedState {
	s.Fallbacks = maps.Clone(s.Fallbacks)
	if s.Fallbacks == nil {
		s.Fallbacks = make(map[string]store.WayState)
	}
	s.Fallbacks[via] = way
	return s
}
