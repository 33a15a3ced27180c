package feeds

import "time"

// A Pace is how often a publisher wants a feed to be read, as the feed itself says: ttl, skipHours and
// skipDays of RSS 2.0, updatePeriod and updateFrequency of the syndication module of RSS 1.0. The zero
// value asks for nothing.
type Pace struct {
	// Every is the shortest time between two reads, at most a day.
	Every time.Duration `json:",omitempty"`
	// SkipHours has bit n set for an hour of the day in UTC, 0 to 23, and SkipDays for a day of the week,
	// Sunday is 0, in which the feed need not be read.
	SkipHours uint32 `json:",omitempty"`
	SkipDays  uint8  `json:",omitempty"`
}

// Next returns the first time, not before t, that the publisher does not want skipped. A feed that
// wants every hour or every day skipped is not believed.
func (p Pace) Next(t time.Time) time.Time {
	const hoursAWeek = 7 * 24
	next := t.UTC()
	for range hoursAWeek {
		if p.SkipHours&(1<<next.Hour()) == 0 && p.SkipDays&(1<<next.Weekday()) == 0 {
			return next
		}
		next = next.Truncate(time.Hour).Add(time.Hour)
	}
	return t
}
