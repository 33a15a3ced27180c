package feeds

import (
	"testing"
	"time"
)

func TestPaceNext(t *testing.T) {
	at := time.Date(2026, 11, 27, 22, 30, 0, 0, time.UTC) // a Friday
	const all = 1<<24 - 1
	for _, c := range []struct {
		name string
		pace Pace
		want time.Duration
	}{
		{"asks for nothing", Pace{}, 0},
		{"skips another hour", Pace{SkipHours: 1 << 21}, 0},
		{"skips this hour", Pace{SkipHours: 1 << 22}, 30 * time.Minute},
		{"skips the night", Pace{SkipHours: 1<<22 | 1<<23 | 1<<0 | 1<<1}, 3*time.Hour + 30*time.Minute},
		{"skips this day", Pace{SkipDays: 1 << time.Friday}, 90 * time.Minute},
		{"skips the weekend and this hour", Pace{SkipHours: 1<<22 | 1<<23, SkipDays: 1<<time.Saturday | 1<<time.Sunday}, 49*time.Hour + 30*time.Minute},
		{"skips all hours", Pace{SkipHours: all}, 0},
		{"skips all days", Pace{SkipDays: 1<<7 - 1}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.pace.Next(at).Sub(at); got != c.want {
				t.Errorf("waits %s, want %s", got, c.want)
			}
		})
	}
}
