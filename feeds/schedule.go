package feeds

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A Schedule says when feeds may be read: a cron expression of five fields in UTC, or "@every 10m".
// The zero value is no schedule.
type Schedule struct {
	text string
	cron cron.Schedule
}

// ParseSchedule reads a schedule. It takes no time zone: one would skip reads when clocks change, and the
// parser panics at one with nothing behind it.
func ParseSchedule(text string) (Schedule, error) {
	if strings.Contains(text, "TZ=") {
		return Schedule{}, fmt.Errorf("%q names a time zone; schedules are in UTC", text)
	}
	parsed, err := cron.ParseStandard(text)
	if err != nil {
		return Schedule{}, fmt.Errorf("%q is not a cron expression", text)
	}
	return Schedule{text, parsed}, nil
}

// String returns the expression, "" of no schedule.
func (s Schedule) String() string { return s.text }

// IsZero reports whether it is no schedule.
func (s Schedule) IsZero() bool { return s.cron == nil }

// Next returns the first time after t at which feeds may be read, in UTC. Without a schedule, and of an
// expression that no date fulfils (30 February), it returns t.
func (s Schedule) Next(t time.Time) time.Time {
	if s.IsZero() {
		return t
	}
	if next := s.cron.Next(t.UTC()); !next.IsZero() {
		return next
	}
	return t
}
