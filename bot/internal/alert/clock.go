package alert

import (
	"fmt"
	"strings"
	"time"

	"pressalert/feeds"
)

// Readers live by the clock on their wall, which jumps twice a year in many places, and once by a whole
// day in some. Times of digests and quiet hours are therefore told in wall time, which is kept as a time in
// UTC that shows the same date and clock, and made into an instant only at the end: an hour that the clock
// skips is met right behind the jump, and one that it shows twice is met once, the first time.

const (
	// overflowHours is every how many hours of the day what is above a ceiling is sent together: late
	// enough to be few posts, and soon enough for a warning.
	overflowHours = 3
	// defaultDigest is before the working day.
	defaultDigest = "0 8 * * *"
)

// ParseDigest reads when a digest is sent: "daily 08:00", "weekdays 08:00", or a cron expression of five
// fields, all as the clocks of the reader show it.
func ParseDigest(text string) (feeds.Schedule, error) {
	days := "*"
	clock, daily := strings.CutPrefix(text, "daily ")
	if !daily {
		if clock, daily = strings.CutPrefix(text, "weekdays "); daily {
			days = "1-5"
		}
	}
	if !daily {
		if strings.HasPrefix(text, "@") {
			return feeds.Schedule{}, fmt.Errorf("%q names no time of day", text)
		}
		return feeds.ParseSchedule(text)
	}
	at, err := time.Parse("15:04", strings.TrimSpace(clock))
	if err != nil {
		return feeds.Schedule{}, fmt.Errorf("%q is not a time of day such as 08:00", strings.TrimSpace(clock))
	}
	return feeds.ParseSchedule(fmt.Sprintf("%d %d * * %s", at.Minute(), at.Hour(), days))
}

// Hours are a part of every day, in minutes after midnight from 0 to 1439, To excluded. If To is before
// From they go over midnight. If both are the same there are none.
type Hours struct{ From, To int }

// ParseHours reads hours such as "22:00-07:00".
func ParseHours(text string) (Hours, error) {
	from, to, _ := strings.Cut(text, "-")
	start, err := time.Parse("15:04", strings.TrimSpace(from))
	if err != nil {
		return Hours{}, fmt.Errorf("%q is not hours such as 22:00-07:00", text)
	}
	end, err := time.Parse("15:04", strings.TrimSpace(to))
	if err != nil {
		return Hours{}, fmt.Errorf("%q is not hours such as 22:00-07:00", text)
	}
	return Hours{start.Hour()*60 + start.Minute(), end.Hour()*60 + end.Minute()}, nil
}

// String returns the hours as ParseHours reads them, or "" of none.
func (h Hours) String() string {
	if h.From == h.To {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// Contains reports whether the clock of t shows one of the hours.
func (h Hours) Contains(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	if h.From <= h.To {
		return h.From <= minute && minute < h.To
	}
	return minute >= h.From || minute < h.To
}

// NextDigest returns the first time after now at which the digest is due.
func (s Subscription) NextDigest(now time.Time) time.Time {
	schedule := s.Digest
	if schedule.IsZero() {
		schedule, _ = feeds.ParseSchedule(defaultDigest)
	}
	zone := s.zone()
	for wall := wallOf(now.In(zone)); ; {
		next := schedule.Next(wall)
		if !next.After(wall) { // no such date, as 30 February: a digest must come all the same
			return instant(wall.AddDate(0, 0, 1), zone)
		}
		if t := instant(next, zone); t.After(now) {
			return t
		}
		wall = next
	}
}

// nextOverflow returns when what is above the ceiling is sent next.
func (s Subscription) nextOverflow(now time.Time) time.Time {
	zone := s.zone()
	for wall := wallOf(now.In(zone)).Truncate(overflowHours * time.Hour); ; {
		wall = wall.Add(overflowHours * time.Hour)
		if t := instant(wall, zone); t.After(now) {
			return t
		}
	}
}

// afterQuiet returns t, or the end of the quiet hours that it falls in.
func (s Subscription) afterQuiet(t time.Time) time.Time {
	zone := s.zone()
	if s.Quiet.From == s.Quiet.To || !s.Quiet.Contains(t.In(zone)) {
		return t
	}
	wall := wallOf(t.In(zone))
	end := wall.Truncate(24 * time.Hour).Add(time.Duration(s.Quiet.To) * time.Minute)
	for !end.After(wall) || !instant(end, zone).After(t) {
		end = end.AddDate(0, 0, 1)
	}
	return instant(end, zone)
}

func (s Subscription) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// wallOf returns what the calendar and clock of t show.
func wallOf(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant returns when the clocks of a zone show wall: the first time if they do so twice, and if they
// never do, as long after the jump as they would have needed from before it.
func instant(wall time.Time, zone *time.Location) time.Time {
	year, month, day := wall.Date()
	t := time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	shown := wallOf(t)
	if shown.Before(wall) { // a jump lies between, and t is before it
		return t.Add(wall.Sub(shown))
	}
	start, _ := t.ZoneBounds()
	if start.IsZero() || shown.After(wall) {
		return t
	}
	_, offset := start.Add(-time.Nanosecond).Zone()
	first := wall.Add(-time.Duration(offset) * time.Second)
	if first.Before(start) && wallOf(first.In(zone)).Equal(wall) {
		return first.In(zone)
	}
	return t
}
