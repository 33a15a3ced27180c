package watch

import (
	"errors"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
)

const (
	// firstBackOff and longestBackOff bound the growing waits for a feed that fails.
	firstBackOff   = 5 * time.Minute
	longestBackOff = 6 * time.Hour
)

// readState is the state of a feed after an answer that was good. It may be asked again at the next
// tick of the schedule.
func readState(s store.FeedState, url string, v feeds.Validators) store.FeedState {
	s.URL, s.Validators = url, v
	s.Succeeded, s.NextCheck = s.Checked, s.Checked
	s.Failures, s.Error = 0, ""
	if s.FirstRead.IsZero() {
		s.FirstRead = s.Checked
	}
	return s
}

// failedState is the state of a feed after a failure: it is left alone for as long as its server asks,
// or for a wait that doubles with each failure. It is never given up.
func failedState(s store.FeedState, err error) store.FeedState {
	s.Failures++
	s.Error = err.Error()
	wait := longestBackOff
	if s.Failures < 10 { // beyond, the shift only overflows
		wait = min(longestBackOff, firstBackOff<<(s.Failures-1))
	}
	if known, ok := errors.AsType[*fetch.Error](err); ok {
		s.Error = string(known.Class) + ": " + known.Detail
		wait = max(wait, known.RetryAfter)
	}
	s.NextCheck = s.Checked.Add(wait)
	return s
}
