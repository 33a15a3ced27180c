package watch

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// ladder writes attempts as own, moved, mirror and tor.
func ladder(list []attempt) string {
	names := map[string]string{"": "own", mirror: "mirror", tor: "tor"}
	var parts []string
	for _, a := range list {
		name := names[a.via]
		if a.moved {
			name = "moved"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " ")
}

func TestAttempts(t *testing.T) {
	hour := now.Add(time.Hour)
	past := now.Add(-time.Hour)
	for _, c := range []struct {
		name  string
		state store.FeedState
		want  string
	}{
		{"never read", store.FeedState{}, "own mirror tor"},
		{"its own address waits", store.FeedState{Checked: past, OwnNext: hour}, "mirror tor"},
		{"its own address is due again", store.FeedState{Checked: past, OwnNext: now}, "own mirror tor"},
		{"the second fallback served", store.FeedState{Checked: past, OwnNext: hour, Via: tor}, "tor mirror"},
		{"the second fallback served, own is due", store.FeedState{Checked: past, Via: tor}, "own tor mirror"},
		{"a fallback waits", store.FeedState{Checked: past, Fallbacks: map[string]store.WayState{mirror: {Next: hour}}}, "own tor"},
		{"all wait", store.FeedState{Checked: past, OwnNext: hour, Fallbacks: map[string]store.WayState{mirror: {Next: hour}, tor: {Next: hour}}}, "own"},
		{"the clock was ahead", store.FeedState{Checked: hour, OwnNext: hour}, "own mirror tor"},
		{"said twice that it moved", store.FeedState{Moved: newHome, MovedTimes: 2}, "own mirror tor"},
		{"said thrice that it moved", store.FeedState{Moved: newHome, MovedTimes: 3}, "moved own mirror tor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := attempts(courier, c.state, now)
			if got := ladder(list); got != c.want {
				t.Errorf("ways = %s, want %s", got, c.want)
			}
			if list[0].moved && list[0].way.URL != newHome {
				t.Errorf("moved to %s, want %s", list[0].way.URL, newHome)
			}
		})
	}
}

func TestCurrent(t *testing.T) {
	s := store.FeedState{Feed: "courier", Ways: waysMark(courier), Checked: now, NextCheck: now, FirstRead: now, Succeeded: now,
		Failures: 3, Class: feeds.Gone, Paused: now, Told: "gone", Newest: now, Cadence: time.Hour, Moved: newHome, MovedTimes: 3}
	if got := current(courier, s); !reflect.DeepEqual(got, s) {
		t.Errorf("unchanged ways: state = %+v, want %+v", got, s)
	}
	edited := courier
	edited.URL = newHome
	want := store.FeedState{Feed: "courier", Ways: waysMark(edited), FirstRead: now, Succeeded: now, Told: "gone", Newest: now, Cadence: time.Hour}
	if got := current(edited, s); !reflect.DeepEqual(got, want) {
		t.Errorf("another address: state = %+v, want %+v", got, want)
	}
	s.Ways = ""
	if got := current(courier, s); got.Failures != 3 || !got.NextCheck.Equal(now) || got.Ways == "" {
		t.Errorf("kept by an older version: state = %+v, want its waits kept", got)
	}
}

func TestReady(t *testing.T) {
	for _, c := range []struct {
		name          string
		checked, next time.Time
		want          bool
	}{
		{"never read", time.Time{}, time.Time{}, true},
		{"its wait is over", now.Add(-time.Hour), now, true},
		{"its wait is not over", now.Add(-time.Hour), now.Add(time.Second), false},
		{"read when the clock was years ahead", now.AddDate(9, 0, 0), now.AddDate(9, 0, 1), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ready(store.FeedState{Checked: c.checked}, c.next, now); got != c.want {
				t.Errorf("ready = %v, want %v", got, c.want)
			}
		})
	}
}

func TestValidators(t *testing.T) {
	own, other := feeds.Validators{URL: ownURL, ETag: "1"}, feeds.Validators{URL: mirror, ETag: "2"}
	s := store.FeedState{Validators: own, Fallbacks: map[string]store.WayState{mirror: {Validators: other}}}
	for via, want := range map[string]feeds.Validators{"": own, mirror: other, tor: {}} {
		if got := validators(s, attempt{via: via}); got != want {
			t.Errorf("validators of %q = %v, want %v", via, got, want)
		}
	}
}
