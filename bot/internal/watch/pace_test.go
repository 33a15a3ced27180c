package watch

import (
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func schedule(t *testing.T, text string) feeds.Schedule {
	t.Helper()
	s, err := feeds.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// still has an id whose waits are put off by nothing.
var still = feeds.Feed{ID: "still-277"}

func TestAfterAnswer(t *testing.T) {
	p := pacing{schedule: schedule(t, "@every 10m"), slowest: 2 * time.Hour}
	own := still
	own.Schedule = schedule(t, "0 * * * *")
	for _, c := range []struct {
		name  string
		feed  feeds.Feed
		state store.FeedState
		fresh time.Duration
		want  time.Duration
	}{
		{"schedule", still, store.FeedState{}, 0, 10 * time.Minute},
		{"its own schedule", own, store.FeedState{}, 0, time.Hour},
		{"publishes hourly", still, store.FeedState{Cadence: time.Hour}, 0, 15 * time.Minute},
		{"publishes each minute", still, store.FeedState{Cadence: time.Minute}, 0, 10 * time.Minute},
		{"publishes weekly", still, store.FeedState{Cadence: 7 * 24 * time.Hour}, 0, 2 * time.Hour},
		{"fresh for an hour", still, store.FeedState{}, time.Hour, time.Hour},
		{"fresh for a day", still, store.FeedState{}, 24 * time.Hour, 2 * time.Hour},
		{"fresh for a minute", still, store.FeedState{}, time.Minute, 10 * time.Minute},
		{"ttl of three hours", still, store.FeedState{Pace: feeds.Pace{Every: 3 * time.Hour}}, 0, 3 * time.Hour},
		{"skips noon", still, store.FeedState{Pace: feeds.Pace{SkipHours: 1 << 12}}, 0, time.Hour},
		{"ttl of its own, read through a fallback", still, store.FeedState{Via: mirror, Pace: feeds.Pace{Every: 3 * time.Hour}}, 0, 10 * time.Minute},
		{"ttl of the fallback", still, store.FeedState{Via: mirror, Fallbacks: map[string]store.WayState{mirror: {Pace: feeds.Pace{Every: time.Hour}}}}, 0, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.state.Checked = now
			if got := p.afterAnswer(c.feed, c.state, c.fresh, now).Sub(now); got != c.want {
				t.Errorf("next check after %s, want %s", got, c.want)
			}
		})
	}
}

func TestAfterAnswerAtOnce(t *testing.T) {
	p := pacing{slowest: time.Nanosecond}
	if got := p.afterAnswer(still, store.FeedState{Checked: now, Cadence: time.Hour}, time.Hour, now).Sub(now); got > time.Nanosecond {
		t.Errorf("without schedule and pace: next check after %s, want none", got)
	}
}

func TestAfterFailure(t *testing.T) {
	p := pacing{schedule: schedule(t, "@every 10m"), slowest: 2 * time.Hour}
	in := func(d time.Duration) time.Time { return now.Add(d) }
	ladder := still
	ladder.Fallbacks = []string{mirror}
	for _, c := range []struct {
		name  string
		feed  feeds.Feed
		state store.FeedState
		want  time.Duration
	}{
		{"sooner than the schedule", still, store.FeedState{OwnNext: in(5 * time.Minute)}, 10 * time.Minute},
		{"later than the schedule", still, store.FeedState{OwnNext: in(time.Hour)}, time.Hour},
		{"the fallback first", ladder, store.FeedState{OwnNext: in(time.Hour), Fallbacks: map[string]store.WayState{mirror: {Next: in(20 * time.Minute)}}}, 20 * time.Minute},
		{"its own address first", ladder, store.FeedState{OwnNext: in(20 * time.Minute), Fallbacks: map[string]store.WayState{mirror: {Next: in(time.Hour)}}}, 20 * time.Minute},
		{"ttl runs on from the last success", still, store.FeedState{Succeeded: in(-time.Hour), OwnNext: in(10 * time.Minute), Pace: feeds.Pace{Every: 2 * time.Hour}}, time.Hour},
		{"ttl is over", still, store.FeedState{Succeeded: in(-2 * time.Hour), OwnNext: in(10 * time.Minute), Pace: feeds.Pace{Every: 2 * time.Hour}}, 10 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.state.Checked = now
			if got := p.afterFailure(c.feed, c.state).Sub(now); got != c.want {
				t.Errorf("next check after %s, want %s", got, c.want)
			}
		})
	}
}

func TestJitterIsLaterAndBounded(t *testing.T) {
	amounts := make(map[time.Duration]bool)
	for n := range 200 {
		f := feeds.Feed{ID: "feed-" + string(rune('a'+n%26)) + string(rune('a'+n/26))}
		for _, wait := range []time.Duration{0, time.Second, 10 * time.Minute, 6 * time.Hour} {
			got := jittered(f, now, now.Add(wait)).Sub(now) - wait
			most := min(wait/10, 5*time.Minute)
			if wait < time.Minute {
				most = 0
			}
			if got < 0 || got > most {
				t.Errorf("%s: %s is put off by %s, want 0 to %s", f.ID, wait, got, most)
			}
			if again := jittered(f, now, now.Add(wait)).Sub(now) - wait; again != got {
				t.Errorf("%s: put off by %s, then by %s", f.ID, got, again)
			}
			if wait == 6*time.Hour {
				amounts[got] = true
			}
		}
	}
	if len(amounts) < 100 {
		t.Errorf("%d different amounts for 200 feeds", len(amounts))
	}
}

func TestCadence(t *testing.T) {
	for _, c := range []struct {
		name string
		ages []float64
		want time.Duration
	}{
		{"no items", nil, 0},
		{"too few dates", []float64{1, 2, 3, -1}, 0},
		{"hourly", []float64{1, 2, 3, 4}, time.Hour},
		{"in any order", []float64{4, 1, 3, 2}, time.Hour},
		{"a gap over night", []float64{1, 2, 3, 15, 16, 17}, time.Hour},
		{"many at once", []float64{1, 1, 1, 1, 1, 7}, 72 * time.Minute},
		{"all at once", []float64{1, 1, 1, 1}, 0},
		{"the newest count", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1000, 2000, 3000}, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cadence(dated(c.ages...)); got != c.want {
				t.Errorf("cadence = %s, want %s", got, c.want)
			}
		})
	}
}

func TestArrivals(t *testing.T) {
	for _, c := range []struct {
		name   string
		before time.Duration
		since  time.Duration
		fresh  int
		want   time.Duration
	}{
		{"nothing new", time.Hour, time.Hour, 0, time.Hour},
		{"the first gap", 0, 4 * time.Hour, 2, 2 * time.Hour},
		{"moved by a quarter", time.Hour, 5 * time.Hour, 1, 2 * time.Hour},
		{"the clock went back", time.Hour, -time.Hour, 1, 45 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := store.FeedState{Checked: now, Newest: now.Add(-c.since), Cadence: c.before}
			if got := arrivals(s, c.fresh); got != c.want {
				t.Errorf("cadence = %s, want %s", got, c.want)
			}
		})
	}
}

func TestIsBurst(t *testing.T) {
	read := store.FeedState{FirstRead: now.AddDate(-1, 0, 0), Newest: now.Add(-10 * time.Hour), Cadence: time.Hour}
	for _, c := range []struct {
		name  string
		fresh int
		state store.FeedState
		want  bool
	}{
		{"never read", 500, store.FeedState{}, false},
		{"at the limit", 40, read, false},
		{"beyond", 41, read, true},
		{"after a long silence of ours", 41, store.FeedState{FirstRead: read.FirstRead, Newest: now.Add(-14 * time.Hour), Cadence: time.Hour}, false},
		{"cadence unknown", 41, store.FeedState{FirstRead: read.FirstRead}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := isBurst(c.fresh, 40, c.state, now); got != c.want {
				t.Errorf("burst = %v, want %v", got, c.want)
			}
		})
	}
}
