package alert_test

import (
	"archive/zip"
	"iter"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/rules"
)

// digestAt is a subscription with a digest in a zone.
func digestAt(t *testing.T, text string, zone *time.Location) alert.Subscription {
	t.Helper()
	schedule, err := alert.ParseDigest(text)
	if err != nil {
		t.Fatal(err)
	}
	return alert.Subscription{Digest: schedule, Zone: zone}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return zone
}

func TestNextDigest(t *testing.T) {
	for _, c := range []struct{ name, digest, zone, now, want string }{
		{"later today", "daily 08:00", "Asia/Phnom_Penh", "2026-11-03T07:59:59+07:00", "2026-11-03T08:00:00+07:00"},
		{"just now is past", "daily 08:00", "Asia/Phnom_Penh", "2026-11-03T08:00:00+07:00", "2026-11-04T08:00:00+07:00"},
		{"on weekdays, from Friday", "weekdays 08:00", "Asia/Phnom_Penh", "2026-11-06T09:00:00+07:00", "2026-11-09T08:00:00+07:00"},
		{"a cron expression", "30 6,18 * * *", "Asia/Kolkata", "2026-11-03T07:00:00+05:30", "2026-11-03T18:30:00+05:30"},
		{"in an hour that the clock skips: right behind it", "daily 02:30", "Europe/Paris", "2026-03-29T00:00:00+01:00", "2026-03-29T03:30:00+02:00"},
		{"in an hour that it shows twice: the first time", "daily 02:30", "Europe/Paris", "2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"and not a second time", "daily 02:30", "Europe/Paris", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		{"midnight that does not exist", "daily 00:00", "America/Santiago", "2026-09-05T23:00:00-04:00", "2026-09-06T01:00:00-03:00"},
		{"a day that was left out", "daily 08:00", "Pacific/Apia", "2011-12-29T09:00:00-10:00", "2011-12-31T08:00:00+14:00"},
		{"no such date: a day from now", "0 8 30 2 *", "Asia/Phnom_Penh", "2026-11-03T07:00:00+07:00", "2026-11-04T07:00:00+07:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			got := digestAt(t, c.digest, location(t, c.zone)).NextDigest(now).Format(time.RFC3339)
			if got != c.want {
				t.Errorf("next = %s, want %s", got, c.want)
			}
		})
	}
	if got, want := (alert.Subscription{}).NextDigest(now), time.Date(2026, 11, 4, 8, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("default = %v, want daily at 08:00 UTC", got)
	}
}

// zones are the names of all time zones that Go ships.
func zones(t *testing.T) []string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	if len(names) < 300 {
		t.Fatalf("only %d zones", len(names))
	}
	return names
}

// jumps yields every jump of the clocks of every zone since 1975, each kind once: jumps from one offset to
// another at one time of day are alike, whatever the date and the place.
func jumps(t *testing.T) iter.Seq2[*time.Location, time.Time] {
	t.Helper()
	names := zones(t)
	return func(yield func(*time.Location, time.Time) bool) {
		end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		seen := make(map[[3]int]bool)
		for _, name := range names {
			zone := location(t, name)
			jump := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC).In(zone)
			for {
				if _, jump = jump.ZoneBounds(); jump.IsZero() || jump.After(end) {
					break
				}
				_, before := jump.Add(-time.Second).Zone()
				_, after := jump.Zone()
				kind := [3]int{int(jump.Unix() % 86400), before, after}
				if !seen[kind] && !yield(zone, jump) {
					return
				}
				seen[kind] = true
			}
		}
	}
}

// TestADigestADay walks over every jump of every clock: whatever it does, there is one digest for each date,
// when the clock first shows its time, or as long after a jump over it as it would have taken from before it.
func TestADigestADay(t *testing.T) {
	count := 0
	for zone, jump := range jumps(t) {
		count++
		for _, clock := range []string{"00:00", "01:30", "02:30", "08:00", "23:45"} {
			if aroundJump(t, zone, jump, clock); t.Failed() {
				return
			}
		}
	}
	if count < 200 {
		t.Errorf("only %d jumps", count)
	}
}

func aroundJump(t *testing.T, zone *time.Location, jump time.Time, clock string) {
	t.Helper()
	s := digestAt(t, "daily "+clock, zone)
	at := jump.Add(-72 * time.Hour)
	got := s.NextDigest(at)
	for _, date := range dates(at, 6) {
		target, _ := time.Parse(time.DateTime, date.Format(time.DateOnly)+" "+clock+":00")
		first := firstShown(zone, jump, target)
		if !first.After(at) {
			continue
		}
		if got.Equal(at) || got.Before(first) {
			t.Errorf("%s %s: digest at %v, want one of %v first", zone, clock, got, first)
			return
		}
		_, before := jump.Add(-time.Second).Zone()
		missed := target.Sub(jump.UTC().Add(time.Duration(before) * time.Second))
		if late := got.Sub(first); late > 0 && (late != missed || !first.Equal(jump)) {
			t.Errorf("%s %s: digest at %v, want %v", zone, clock, got, first)
			return
		}
		// A date that the clock left out has its digest together with the next.
		if next := target.AddDate(0, 0, 1); firstShown(zone, jump, next).After(got) {
			at, got = got, s.NextDigest(got)
		}
	}
}

// dates are those of the calendar from a day after t on.
func dates(t time.Time, n int) []time.Time {
	var list []time.Time
	for i := range n {
		y, m, d := t.Date()
		list = append(list, time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC))
	}
	return list
}

// shown is what the calendar and clock of t show, as a time in UTC.
func shown(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// firstShown finds, second by second at last, when the clocks of a zone around a jump first show a time or
// a later one.
func firstShown(zone *time.Location, jump, target time.Time) time.Time {
	_, before := jump.Add(-time.Second).Zone()
	_, after := jump.Zone()
	at := target.Add(-time.Duration(max(before, after)) * time.Second).Add(-time.Minute).In(zone)
	for _, step := range []time.Duration{time.Minute, time.Second} {
		for shown(at.Add(step)).Before(target) {
			at = at.Add(step)
		}
	}
	return at.Add(time.Second)
}

func TestParseDigest(t *testing.T) {
	for _, text := range []string{"daily 08:00", "weekdays 17:30", "0 8 * * 1", "*/30 * * * *"} {
		if _, err := alert.ParseDigest(text); err != nil {
			t.Errorf("ParseDigest(%q): %v", text, err)
		}
	}
	for _, text := range []string{"", "daily", "daily 8", "daily 25:00", "@every 1m", "@daily", "TZ=UTC 0 8 * * *", "0 8 * *", "weekly 08:00"} {
		if s, err := alert.ParseDigest(text); err == nil {
			t.Errorf("ParseDigest(%q) = %v, want an error", text, s)
		}
	}
}

func TestHours(t *testing.T) {
	for _, c := range []struct {
		text, at string
		want     bool
	}{
		{"22:00-07:00", "21:59", false}, {"22:00-07:00", "22:00", true}, {"22:00-07:00", "00:00", true},
		{"22:00-07:00", "06:59", true}, {"22:00-07:00", "07:00", false}, {"13:00-14:00", "13:59", true},
		{"13:00-14:00", "14:00", false}, {"13:00 - 14:00", "12:59", false}, {"08:00-08:00", "08:00", false},
	} {
		h, err := alert.ParseHours(c.text)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse("15:04", c.at)
		if got := h.Contains(at); got != c.want {
			t.Errorf("%s contains %s = %v, want %v", c.text, c.at, got, c.want)
		}
	}
	for _, text := range []string{"", "22:00", "22-07", "22:00-24:00", "x-y", "22:00-07:00-08:00"} {
		if h, err := alert.ParseHours(text); err == nil {
			t.Errorf("ParseHours(%q) = %v, want an error", text, h)
		}
	}
}

func FuzzParseHours(f *testing.F) {
	f.Add("22:00-07:00")
	f.Add("-")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := alert.ParseHours(text)
		if err != nil || h.String() == "" {
			return
		}
		if again, err := alert.ParseHours(h.String()); err != nil || again != h {
			t.Errorf("ParseHours(%q) = %v, again %v, %v", text, h, again, err)
		}
	})
}

// TestQuietHoursEnd holds over every jump of every clock that what is held back goes out when the quiet
// hours are over, and no later than a day and the longest jump of an hour or three.
func TestQuietHoursEnd(t *testing.T) {
	quiet := []alert.Hours{{From: 22 * 60, To: 7 * 60}, {From: 60, To: 150}, {From: 0, To: 30}}
	a := alert.Alert{Severity: rules.High}
	for zone, jump := range jumps(t) {
		for _, h := range quiet {
			s := alert.Subscription{Zone: zone, Quiet: h}
			for minutes := -1500; minutes < 1500; minutes += 197 {
				checkQuiet(t, s, a, jump.Add(time.Duration(minutes)*time.Minute))
			}
		}
		if t.Failed() {
			return
		}
	}
}

func checkQuiet(t *testing.T, s alert.Subscription, a alert.Alert, at time.Time) {
	t.Helper()
	d := alert.Route(a, []alert.Subscription{s}, nil, at)[0]
	switch held := s.Quiet.Contains(at.In(s.Zone)); {
	case !held && !d.Due.Equal(at), held && !d.Due.After(at), held && d.Due.After(at.Add(27*time.Hour)):
		t.Errorf("%s, quiet %s: at %v due %v", s.Zone, s.Quiet, at.In(s.Zone), d.Due)
	case held && s.Quiet.Contains(d.Due) && !repeats(d.Due):
		t.Errorf("%s, quiet %s: at %v due %v, which is quiet", s.Zone, s.Quiet, at.In(s.Zone), d.Due)
	}
}

// repeats reports whether the clock jumped less than three hours before or after t, so that it may show the
// end of the quiet hours and then an hour of them again.
func repeats(t time.Time) bool {
	start, end := t.ZoneBounds()
	return t.Sub(start) < 3*time.Hour || !end.IsZero() && end.Sub(t) < 3*time.Hour
}
