package watch

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/fetch"
)

var now = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

const (
	ownURL  = "https://courier.example/rss"
	mirror  = "https://mirror.example/rss"
	tor     = "proxy:tor"
	newHome = "https://new.example/rss"
)

var courier = feeds.Feed{ID: "courier", Title: "Courier", Publisher: "Courier Ltd", URL: ownURL, Fallbacks: []string{mirror, tor}}

func TestFailedOwn(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		err      error
		wait     time.Duration
		text     string
		paused   bool
	}{
		{"first", 0, errors.New("x"), 5 * time.Minute, "x", false},
		{"third", 2, errors.New("x"), 20 * time.Minute, "x", false},
		{"hundredth", 99, errors.New("x"), 6 * time.Hour, "x", false},
		{"class and detail", 0, &feeds.Error{Class: feeds.DNS, Detail: "no such host"}, 5 * time.Minute, "dns: no such host", false},
		{"asked to stay away longer", 0, &feeds.Error{Class: feeds.Busy, RetryAfter: 2 * time.Hour}, 2 * time.Hour, "busy: ", false},
		{"asked to stay away for a day", 99, &feeds.Error{Class: feeds.Busy, RetryAfter: 24 * time.Hour}, 24 * time.Hour, "busy: ", false},
		{"asked to come back sooner than we would", 4, &feeds.Error{Class: feeds.Busy, RetryAfter: time.Minute}, 80 * time.Minute, "busy: ", false},
		{"gone", 0, &feeds.Error{Class: feeds.Gone}, 24 * time.Hour, "gone: ", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := store.FeedState{Checked: now, Succeeded: now.Add(-time.Hour), Failures: c.failures}
			got := failed(before, attempt{}, c.err, now)
			if wait := got.OwnNext.Sub(now); wait != c.wait {
				t.Errorf("wait = %s, want %s", wait, c.wait)
			}
			if got.Error != c.text || got.Failures != c.failures+1 || !got.Succeeded.Equal(before.Succeeded) || !got.Failing.Equal(now) {
				t.Errorf("state = %+v", got)
			}
			if !got.Paused.IsZero() != c.paused {
				t.Errorf("paused = %v, want %v", got.Paused, c.paused)
			}
		})
	}
}

func TestFailingIsSinceTheFirst(t *testing.T) {
	s := failed(store.FeedState{Checked: now}, attempt{}, &feeds.Error{Class: feeds.Gone}, now)
	s.Checked = now.Add(time.Hour)
	s = failed(s, attempt{}, &feeds.Error{Class: feeds.Gone}, now)
	if !s.Failing.Equal(now) || !s.Paused.Equal(now) {
		t.Errorf("failing since %v and paused since %v, want %v", s.Failing, s.Paused, now)
	}
}

func TestFailedFallback(t *testing.T) {
	before := store.FeedState{Checked: now, Failures: 1, Fallbacks: map[string]store.WayState{mirror: {Failures: 1, Validators: feeds.Validators{ETag: "e"}}}}
	got := failed(before, attempt{via: mirror}, errors.New("x"), now)
	want := store.WayState{Failures: 2, Validators: feeds.Validators{ETag: "e"}, Next: now.Add(10 * time.Minute)}
	if got.Failures != 1 || got.Error != "" || !reflect.DeepEqual(got.Fallbacks[mirror], want) {
		t.Errorf("state = %+v, want its own address untouched and the fallback %+v", got, want)
	}
	if before.Fallbacks[mirror].Failures != 1 {
		t.Error("the state before was changed")
	}
}

func TestFailedMove(t *testing.T) {
	got := failed(store.FeedState{Checked: now, Moved: newHome, MovedTimes: 5}, attempt{moved: true}, errors.New("x"), now)
	if got.Moved != "" || got.MovedTimes != 0 || got.Failures != 0 {
		t.Errorf("state = %+v, want the move forgotten and no failure of its own address", got)
	}
}

func TestAnsweredOwn(t *testing.T) {
	v := feeds.Validators{URL: ownURL, ETag: `"1"`}
	before := store.FeedState{Checked: now, Failures: 3, Class: feeds.Gone, Error: "x", Failing: now, OwnNext: now, Paused: now, Via: mirror}
	got := answered(before, attempt{}, fetch.Answer{Validators: v, URL: ownURL, Issuer: "CA"})
	want := store.FeedState{Validators: v, Checked: now, Succeeded: now, FirstRead: now, Host: "courier.example", Issuer: "CA"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("state = %+v, want %+v", got, want)
	}
	got.Checked = now.Add(time.Hour)
	if second := answered(got, attempt{}, fetch.Answer{}); !second.FirstRead.Equal(now) {
		t.Errorf("first read = %v, want it kept", second.FirstRead)
	}
}

func TestAnsweredFallback(t *testing.T) {
	v := feeds.Validators{URL: mirror, ETag: `"m"`}
	own := feeds.Validators{URL: ownURL, ETag: `"1"`}
	before := store.FeedState{Checked: now, FirstRead: now, Validators: own, Failures: 3, Class: feeds.DNS, Error: "x", Failing: now,
		Fallbacks: map[string]store.WayState{mirror: {Failures: 2, Next: now, Pace: feeds.Pace{Every: time.Hour}}}}
	got := answered(before, attempt{via: mirror}, fetch.Answer{Validators: v, URL: mirror})
	want := before
	want.Succeeded, want.Via = now, mirror
	want.Fallbacks = map[string]store.WayState{mirror: {Validators: v, Pace: feeds.Pace{Every: time.Hour}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("state = %+v, want %+v", got, want)
	}
}

func TestAnsweredMoves(t *testing.T) {
	moved := store.FeedState{Checked: now, Moved: newHome, MovedTimes: 2}
	for _, c := range []struct {
		name   string
		before store.FeedState
		way    attempt
		moved  string // of the answer
		want   string
		times  int
	}{
		{"stays", store.FeedState{}, attempt{}, "", "", 0},
		{"first time", store.FeedState{}, attempt{}, newHome, newHome, 1},
		{"third time", moved, attempt{}, newHome, newHome, 3},
		{"elsewhere", moved, attempt{}, mirror, mirror, 1},
		{"no longer", moved, attempt{}, "", "", 0},
		{"asked at its new place", store.FeedState{Moved: newHome, MovedTimes: 3}, attempt{moved: true}, "", newHome, 3},
		{"by a fallback", moved, attempt{via: mirror}, ownURL, newHome, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := answered(c.before, c.way, fetch.Answer{Moved: c.moved})
			if got.Moved != c.want || got.MovedTimes != c.times {
				t.Errorf("moved = %q, %d times, want %q, %d times", got.Moved, got.MovedTimes, c.want, c.times)
			}
		})
	}
}

// dated returns items with the given ages in hours; -1 is no date.
func dated(ages ...float64) []feeds.Item {
	var items []feeds.Item
	for _, age := range ages {
		i := feeds.Item{Keys: []feeds.Key{"k"}, Seen: now}
		if age >= 0 {
			i.Published = now.Add(-time.Duration(age * float64(time.Hour)))
		}
		items = append(items, i)
	}
	return items
}

func TestDescribed(t *testing.T) {
	long := now.Add(-48 * time.Hour)
	pace := feeds.Pace{Every: time.Hour}
	for _, c := range []struct {
		name    string
		before  store.FeedState
		doc     document.Document
		fresh   int
		newest  time.Time
		cadence time.Duration
	}{
		{"first read", store.FeedState{FirstRead: now}, document.Document{Items: dated(5, 3, 4, 6)}, 4, now.Add(-3 * time.Hour), time.Hour},
		{"first read without items", store.FeedState{FirstRead: now}, document.Document{}, 0, now, 0},
		{"nothing new", store.FeedState{FirstRead: long, Newest: long, Cadence: time.Minute}, document.Document{Items: dated(5, 3)}, 0, long, time.Minute},
		{"new without dates", store.FeedState{FirstRead: long, Newest: long}, document.Document{Items: dated(-1)}, 2, now, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.before.Checked, c.doc.Pace = now, pace
			got := described(c.before, c.doc, c.fresh)
			if !got.Newest.Equal(c.newest) || got.Cadence != c.cadence || got.Pace != pace {
				t.Errorf("newest %v, cadence %s, pace %v, want %v, %s, %v", got.Newest, got.Cadence, got.Pace, c.newest, c.cadence, pace)
			}
		})
	}
}

func TestDescribedByFallback(t *testing.T) {
	own := feeds.Pace{Every: time.Hour}
	got := described(store.FeedState{Checked: now, FirstRead: now, Via: mirror, Pace: own}, document.Document{}, 0)
	if got.Pace != own || got.Fallbacks[mirror].Pace != (feeds.Pace{}) || paceOf(got) != (feeds.Pace{}) {
		t.Errorf("state = %+v, want its own pace kept for its own address", got)
	}
}
