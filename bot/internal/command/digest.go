package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
)

const (
	// digestPause is the least time between two digests. More often they are posts, and no digests.
	digestPause = time.Hour
	// digestsChecked is how many digests are looked at for that: two days of hourly ones.
	digestsChecked = 48
)

func digestMenu() chat.Command {
	return chat.Command{
		Name: "digest", Description: "When the digest is sent here", Private: true,
		Args: []chat.Arg{{Name: "when", Description: "A time such as 08:00, or daily 08:00, or weekdays 08:00, or a cron expression"}},
	}
}

func (t *Table) digest(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, none, ok, err := t.settings(ctx, r)
	if err != nil || !ok {
		return none, err
	}
	if r.Args["when"] == "" {
		return chat.Message{Title: "The digest is sent " + digestTime(now.Digest) + ", by the clock of " + zoneName(now.Zone) + "."}, nil
	}
	schedule, err := parseDigest(r.Args["when"])
	if err != nil {
		return usage(digestMenu(), "That is no time for a digest: "+err.Error()+"."), nil
	}
	done := fmt.Sprintf("The digest is sent %s, by the clock of %s.", digestTime(schedule), zoneName(now.Zone))
	return t.set(ctx, r, done, func(s *alert.Subscription) { s.Digest = schedule })
}

// parseDigest reads when a digest is sent; a time of day alone means daily.
func parseDigest(text string) (feeds.Schedule, error) {
	if !strings.Contains(text, " ") {
		text = "daily " + text
	}
	schedule, err := alert.ParseDigest(text)
	if err != nil {
		return schedule, err
	}
	at := time.Now().UTC()
	for n := range digestsChecked {
		next := schedule.Next(at)
		if !next.After(at) {
			return schedule, errors.New("there is no such date")
		}
		if n > 0 && next.Sub(at) < digestPause {
			return schedule, errors.New("at most one an hour")
		}
		at = next
	}
	return schedule, nil
}

func zoneName(zone *time.Location) string {
	if zone == nil {
		return "UTC"
	}
	return zone.String()
}
