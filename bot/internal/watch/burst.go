package watch

import (
	"time"

	"pressalert/bot/internal/store"
)

const (
	// defaultBurst is more than any outlet of the shipped lists publishes between two polls, and about
	// what a feed document holds: a new site whose guids and links all changed looks like this.
	defaultBurst = 40
	// burstTimes is how many times more than expected a burst is. Big events double or treble the news.
	burstTimes = 3
)

// isBurst reports whether so many new items at once are more than news, for a feed in the state before,
// read at now: more than limit, and much more than it would have published since its newest item.
func isBurst(fresh, limit int, before store.FeedState, now time.Time) bool {
	if before.FirstRead.IsZero() || fresh <= limit {
		return false
	}
	if before.Cadence <= 0 || before.Newest.IsZero() {
		return true
	}
	expected := float64(now.Sub(before.Newest)) / float64(before.Cadence)
	return float64(fresh) > burstTimes*expected
}
