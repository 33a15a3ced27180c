package document

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	rssfeed "github.com/mmcdole/gofeed/rss"

	"pressalert/feeds"
)

// maxEvery bounds what a feed may ask for, so that none silences itself.
const maxEvery = 24 * time.Hour

// paceOf reads how often the publisher wants to be asked. The longest of what it says counts.
func paceOf(parsed *gofeed.Feed) feeds.Pace {
	pace := feeds.Pace{Every: syndication(parsed.Extensions["sy"])}
	channel, ok := parsed.OriginalFeed().(*rssfeed.Feed)
	if !ok {
		return pace
	}
	if minutes, err := strconv.Atoi(strings.TrimSpace(channel.TTL)); err == nil && minutes > 0 {
		pace.Every = max(pace.Every, bounded(minutes, time.Minute))
	}
	for _, hour := range channel.SkipHours {
		// RSS 0.91 counts from 1 to 24, RSS 2.0 from 0 to 23.
		if h, err := strconv.Atoi(strings.TrimSpace(hour)); err == nil && 0 <= h && h <= 24 {
			pace.SkipHours |= 1 << (h % 24)
		}
	}
	for _, day := range channel.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(day), d.String()) {
				pace.SkipDays |= 1 << d
			}
		}
	}
	return pace
}

// bounded returns n units, at most a day.
func bounded(n int, unit time.Duration) time.Duration {
	return unit * time.Duration(min(n, int(maxEvery/unit)))
}

// periods are those of the syndication module of RSS 1.0.
var periods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
	"monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// syndication reads updatePeriod and updateFrequency, how often in a period the feed changes: once if it
// does not say.
func syndication(elements map[string][]ext.Extension) time.Duration {
	if len(elements) == 0 {
		return 0
	}
	values := make(map[string]string, len(elements))
	for name, list := range elements {
		if len(list) > 0 {
			values[strings.ToLower(name)] = strings.TrimSpace(list[0].Value)
		}
	}
	period := periods[strings.ToLower(values["updateperiod"])]
	frequency, err := strconv.Atoi(values["updatefrequency"])
	if err != nil || frequency < 1 {
		frequency = 1
	}
	return min(period/time.Duration(frequency), maxEvery)
}
