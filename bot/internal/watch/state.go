package watch

import (
	"errors"
	"slices"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/fetch"
)

// begun is the state of a feed that is to be asked.
func begun(f feeds.Feed, s store.FeedState) store.FeedState {
	s = current(f, s)
	s.Feed = f.ID
	return s
}

// answered is the state of a feed after one of its ways gave a good answer.
func answered(s store.FeedState, a attempt, answer fetch.Answer) store.FeedState {
	s.Succeeded = s.Checked
	if s.FirstRead.IsZero() {
		s.FirstRead = s.Checked
	}
	s.Via = a.via
	if !a.own() {
		pace := s.Fallbacks[a.via].Pace
		return withFallback(s, a.via, store.WayState{Validators: answer.Validators, Pace: pace})
	}
	s.Validators = answer.Validators
	s.Failures, s.Class, s.Error, s.Failing, s.OwnNext, s.Paused = 0, "", "", time.Time{}, time.Time{}, time.Time{}
	s.Host, s.Issuer = hostOf(answer.URL), answer.Issuer
	if a.moved {
		return s
	}
	if answer.Moved != s.Moved {
		s.Moved, s.MovedTimes = answer.Moved, 0
	}
	if s.Moved != "" {
		s.MovedTimes++
	}
	return s
}

// described is the state of a feed after a document of it was read that has so many fresh items.
func described(s store.FeedState, doc document.Document, fresh int) store.FeedState {
	if s.Via == "" {
		s.Pace = doc.Pace
	} else {
		way := s.Fallbacks[s.Via]
		way.Pace = doc.Pace
		s = withFallback(s, s.Via, way)
	}
	if learned := cadence(doc.Items); learned > 0 {
		s.Cadence = learned
	} else {
		s.Cadence = arrivals(s, fresh)
	}
	switch first := s.FirstRead.Equal(s.Checked); {
	case first && len(doc.Items) > 0: // what it has is not of today
		newest := slices.MaxFunc(doc.Items, func(a, b feeds.Item) int { return a.When().Compare(b.When()) })
		s.Newest = newest.When()
	case first, fresh > 0:
		s.Newest = s.Checked
	}
	return s
}

// failed is the state of a feed after one of its ways failed, which was known at got. Each way has its own waits, which double,
// and no way is ever given up.
func failed(s store.FeedState, a attempt, err error, got time.Time) store.FeedState {
	switch {
	case a.moved: // its old address is asked next, and has to prove again that it moved
		s.Moved, s.MovedTimes = "", 0
		return s
	case !a.own():
		way := s.Fallbacks[a.via]
		way.Failures++
		way.Next = got.Add(backOff(way.Failures, err))
		return withFallback(s, a.via, way)
	}
	s.Failures++
	s.OwnNext = got.Add(backOff(s.Failures, err))
	if s.Failing.IsZero() {
		s.Failing = s.Checked
	}
	s.Class, s.Error = "", err.Error()
	if known, ok := errors.AsType[*feeds.Error](err); ok {
		s.Class, s.Error = known.Class, string(known.Class)+": "+known.Detail
	}
	if s.Class == feeds.Gone && s.Paused.IsZero() {
		s.Paused = s.Checked
	}
	return s
}
