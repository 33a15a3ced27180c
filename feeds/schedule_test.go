package feeds

import (
	"testing"
	"time"
)

func TestSchedule(t *testing.T) {
	at := time.Date(2026, 11, 27, 22, 33, 10, 0, time.FixedZone("", 7*3600)) // 15:33:10 UTC
	for _, c := range []struct {
		text string
		want time.Duration // 0: an error
	}{
		{"*/10 * * * *", 6*time.Minute + 50*time.Second},
		{"0 16 * * *", 26*time.Minute + 50*time.Second},
		{"@every 10m", 10 * time.Minute},
		{"@daily", 8*time.Hour + 26*time.Minute + 50*time.Second},
		{"10 minutes", 0},
		{"", 0},
		{"TZ=Asia/Phnom_Penh 0 6 * * *", 0},
		{"CRON_TZ=UTC", 0},
	} {
		t.Run(c.text, func(t *testing.T) {
			s, err := ParseSchedule(c.text)
			if (err != nil) != (c.want == 0) {
				t.Fatalf("error = %v", err)
			}
			if got := s.Next(at).Sub(at); got != c.want || s.String() != c.text && err == nil {
				t.Errorf("%q waits %s, want %s", s, got, c.want)
			}
		})
	}
	if never, err := ParseSchedule("0 0 30 2 *"); err != nil || !never.Next(at).Equal(at) {
		t.Errorf("a date that never comes: %v, %v, want no wait", never.Next(at), err)
	}
}
