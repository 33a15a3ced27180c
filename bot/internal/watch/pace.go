package watch

import (
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

const (
	// firstBackOff and longestBackOff bound the growing waits for an address that fails.
	firstBackOff   = 5 * time.Minute
	longestBackOff = 6 * time.Hour
	// goneWait is how long an address that says it is gone (410) is left alone: it is never given up.
	goneWait = 24 * time.Hour
	// defaultSlowest is the longest wait that a feed's own cadence leads to. Alerts are news.
	defaultSlowest = 2 * time.Hour
	// longestJitter and the tenth part of a wait bound what is added to spread feeds out; waits of less
	// than jitterFrom are shorter than the ticks between polls.
	longestJitter = 5 * time.Minute
	jitterFrom    = time.Minute
	// cadenceItems is of how many of the newest items the gaps are looked at.
	cadenceItems = 12
)

// A pacing says how often feeds are read.
type pacing struct {
	schedule feeds.Schedule // of feeds without one
	slowest  time.Duration
}

func (p pacing) scheduleOf(f feeds.Feed) feeds.Schedule {
	if f.Schedule.IsZero() {
		return p.schedule
	}
	return f.Schedule
}

// afterAnswer is when a feed may be asked again after a good answer, which came at got and stays true for
// fresh: not before its schedule, its server and its publisher allow it, nor much more often than it
// publishes.
func (p pacing) afterAnswer(f feeds.Feed, s store.FeedState, fresh time.Duration, got time.Time) time.Time {
	asked := paceOf(s)
	wait := max(min(s.Cadence/4, p.slowest), asked.Every)
	next := later(p.scheduleOf(f).Next(s.Checked), s.Checked.Add(wait))
	next = later(next, got.Add(min(fresh, p.slowest)))
	return asked.Next(jittered(f, s.Checked, next))
}

// afterFailure is when a feed may be asked again after all its ways failed at s.Checked: when the first
// of them may be tried again.
func (p pacing) afterFailure(f feeds.Feed, s store.FeedState) time.Time {
	first := s.OwnNext
	for _, via := range f.Fallbacks {
		if next := s.Fallbacks[via].Next; next.Before(first) || first.IsZero() {
			first = next
		}
	}
	next := later(p.scheduleOf(f).Next(s.Checked), first)
	if asked := paceOf(s); !s.Succeeded.IsZero() {
		next = asked.Next(later(next, s.Succeeded.Add(asked.Every)))
	}
	return jittered(f, s.Checked, next)
}

// paceOf is what the publisher asks for of the way that served last.
func paceOf(s store.FeedState) feeds.Pace {
	if s.Via == "" {
		return s.Pace
	}
	return s.Fallbacks[s.Via].Pace
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// jittered puts a time off a little, for each feed by an amount of its own that never changes.
func jittered(f feeds.Feed, from, next time.Time) time.Time {
	wait := next.Sub(from)
	if wait < jitterFrom {
		return next
	}
	h := fnv.New32a()
	h.Write([]byte(f.ID))
	const parts = 1000
	return next.Add(min(wait/10, longestJitter) / parts * time.Duration(h.Sum32()%parts))
}

// backOff is how long an address is left alone after so many failures in a row, the last of them err.
func backOff(failures int, err error) time.Duration {
	wait := longestBackOff
	if failures < 10 { // beyond, the shift only overflows
		wait = min(longestBackOff, firstBackOff<<(failures-1))
	}
	known, ok := errors.AsType[*feeds.Error](err)
	if !ok {
		return wait
	}
	if known.Class == feeds.Gone {
		wait = goneWait
	}
	return max(wait, known.RetryAfter)
}

// cadence is the usual time between two items of a document: the median of the gaps between the dates
// of its newest, to the second. Publishers that put out many at once have a median of nothing; then the
// mean is taken. It is 0 if there are too few dates.
func cadence(items []feeds.Item) time.Duration {
	var dates []time.Time
	for _, i := range items {
		if !i.Published.IsZero() {
			dates = append(dates, i.Published)
		}
	}
	slices.SortFunc(dates, func(a, b time.Time) int { return b.Compare(a) })
	dates = dates[:min(len(dates), cadenceItems)]
	const fewest = 4
	if len(dates) < fewest {
		return 0
	}
	var gaps []time.Duration
	for i := range len(dates) - 1 {
		gaps = append(gaps, dates[i].Sub(dates[i+1]))
	}
	slices.Sort(gaps)
	median := gaps[len(gaps)/2]
	if median == 0 {
		median = dates[0].Sub(dates[len(dates)-1]) / time.Duration(len(gaps))
	}
	return median.Truncate(time.Second)
}

// arrivals is the cadence of a feed without dates after fresh new items: what it was, moved by a quarter
// towards the time that passed for each since the last.
func arrivals(s store.FeedState, fresh int) time.Duration {
	if fresh == 0 || s.Newest.IsZero() {
		return s.Cadence
	}
	gap := max(s.Checked.Sub(s.Newest), 0) / time.Duration(fresh)
	if s.Cadence > 0 {
		gap = (3*s.Cadence + gap) / 4
	}
	return gap.Truncate(time.Second)
}
