package watch

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
)

var now = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

func TestFailedState(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		err      error
		wait     time.Duration
		text     string
	}{
		{"first", 0, errors.New("x"), 5 * time.Minute, "x"},
		{"third", 2, errors.New("x"), 20 * time.Minute, "x"},
		{"hundredth", 99, errors.New("x"), 6 * time.Hour, "x"},
		{"class and detail", 0, &fetch.Error{Class: fetch.DNS, Detail: "no such host"}, 5 * time.Minute, "dns: no such host"},
		{"asked to stay away longer", 0, &fetch.Error{Class: fetch.Status, RetryAfter: 2 * time.Hour}, 2 * time.Hour, "status: "},
		{"asked to come back sooner than we would", 4, &fetch.Error{Class: fetch.Status, RetryAfter: time.Minute}, 80 * time.Minute, "status: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := store.FeedState{Checked: now, Succeeded: now.Add(-time.Hour), Failures: c.failures}
			got := failedState(before, c.err)
			if wait := got.NextCheck.Sub(now); wait != c.wait {
				t.Errorf("wait = %s, want %s", wait, c.wait)
			}
			if got.Error != c.text || got.Failures != c.failures+1 || !got.Succeeded.Equal(before.Succeeded) {
				t.Errorf("state = %+v", got)
			}
		})
	}
}

func TestReadState(t *testing.T) {
	v := feeds.Validators{ETag: `"1"`}
	first := readState(store.FeedState{Checked: now, Failures: 3, Error: "x"}, "u", v)
	want := store.FeedState{URL: "u", Validators: v, Checked: now, Succeeded: now, NextCheck: now, FirstRead: now}
	if first != want {
		t.Errorf("state = %+v, want %+v", first, want)
	}
	first.Checked = now.Add(time.Hour)
	if second := readState(first, "u", v); !second.FirstRead.Equal(now) {
		t.Errorf("first read = %v, want it kept", second.FirstRead)
	}
}

func TestSilent(t *testing.T) {
	var items []feeds.Item // oldest first, as Record takes them
	for n := range 4 {
		items = append(items, feeds.Item{Keys: []feeds.Key{feeds.Key(fmt.Sprint(n))}, Published: now.Add(time.Duration(n-4) * time.Hour)})
	}
	items[0].Published = time.Time{}
	for _, c := range []struct {
		name  string
		first FirstContact
		loud  string
	}{
		{"nothing by default", FirstContact{}, ""},
		{"the newest two", FirstContact{Backfill: 2}, "23"},
		{"more than there are", FirstContact{Backfill: 9}, "0123"},
		{"the last two hours", FirstContact{Since: 2 * time.Hour}, "23"},
		{"either", FirstContact{Backfill: 1, Since: 3 * time.Hour}, "123"},
	} {
		t.Run(c.name, func(t *testing.T) {
			loud := ""
			quiet := silent(items, c.first, now)
			for _, i := range items {
				if !quiet[i.Keys[0]] {
					loud += string(i.Keys[0])
				}
			}
			if loud != c.loud {
				t.Errorf("posted = %q, want %q", loud, c.loud)
			}
		})
	}
}

func TestOldestFirst(t *testing.T) {
	items := []feeds.Item{ // as feeds have them: newest first, dates missing
		{Title: "c", Published: now.Add(time.Hour)}, {Title: "b2", Seen: now}, {Title: "b1", Seen: now}, {Title: "a", Published: now.Add(-time.Hour)},
	}
	got := ""
	for _, i := range oldestFirst(items) {
		got += i.Title
	}
	if got != "ab1b2c" {
		t.Errorf("order = %q, want %q", got, "ab1b2c")
	}
}

func TestByHost(t *testing.T) {
	groups := byHost([]feeds.Feed{{URL: "https://a/1"}, {URL: "https://b/1"}, {URL: "https://a:444/2"}})
	if len(groups) != 2 || len(groups[0]) != 2 || groups[1][0].URL != "https://b/1" {
		t.Errorf("groups = %v, want two feeds of a, then b", groups)
	}
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		name  string
		state store.FeedState
		want  bool
	}{
		{"never read", store.FeedState{}, true},
		{"its wait is over", store.FeedState{Checked: now.Add(-time.Hour), NextCheck: now}, true},
		{"its wait is not over", store.FeedState{Checked: now.Add(-time.Hour), NextCheck: now.Add(time.Second)}, false},
		{"read when the clock was years ahead", store.FeedState{Checked: now.AddDate(9, 0, 0), NextCheck: now.AddDate(9, 0, 1)}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := len(due([]feeds.Feed{{ID: "f"}}, map[string]store.FeedState{"f": c.state}, now)) == 1; got != c.want {
				t.Errorf("due = %v, want %v", got, c.want)
			}
		})
	}
}
