package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
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
		Args: []chat.Arg{{Name: "when", Description: "A time such as 08:00, or daily 08:00, or weekdays 08:00, or a cron expression", Complete: true}},
	}
}

func (t *Table) digest(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, err := t.manner(ctx, r)
	if err != nil {
		return chat.Message{}, err
	}
	if r.Args["when"] == "" {
		return t.tell(ctx, r, digestLine)
	}
	schedule, err := parseDigest(r.Args["when"])
	if err != nil {
		w := t.wordsOf(now, r)
		return usageIn(w, digestMenu(), sentences(w.Text(spoken.SettingDigestWrong, "when", r.Args["when"]), notADigest(w, err))), nil
	}
	return t.set(ctx, r, func(m *alert.Manner) { m.Digest = schedule }, digestLine)
}

func digestLine(w spoken.Words, m alert.Manner) string {
	return w.Text(spoken.SettingDigestIs, "when", digestIn(w, m.Digest), "zone", zoneName(m.Zone))
}

var (
	errNoDate   = errors.New("there is no such date")
	errTooOften = errors.New("at most one an hour")
)

// notADigest says why a digest cannot be sent at a time, or "" if it is no time at all.
func notADigest(w spoken.Words, err error) string {
	switch {
	case errors.Is(err, errNoDate):
		return w.Text(spoken.SettingDigestNever)
	case errors.Is(err, errTooOften):
		return w.Text(spoken.SettingDigestOften)
	}
	return ""
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
			return schedule, errNoDate
		}
		if n > 0 && next.Sub(at) < digestPause {
			return schedule, errTooOften
		}
		at = next
	}
	return schedule, nil
}

// zoneName is what people call a time zone. Those of an offset have names with the sign turned round.
func zoneName(zone *time.Location) string {
	if zone == nil {
		return "UTC"
	}
	if hours, err := strconv.Atoi(strings.TrimPrefix(zone.String(), offsetZone)); err == nil {
		return fmt.Sprintf("UTC%+d", -hours)
	}
	return zone.String()
}
