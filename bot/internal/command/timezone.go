package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

func timezoneMenu() chat.Command {
	return chat.Command{
		Name: "timezone", Description: "The time zone of digests, quiet hours and dates here", Private: true,
		Args: []chat.Arg{{Name: "zone", Description: "A city such as Phnom Penh, a zone such as Asia/Bangkok, or UTC+7"}},
	}
}

func (t *Table) timezone(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, none, ok, err := t.settings(ctx, r)
	if err != nil || !ok {
		return none, err
	}
	text := r.Args["zone"]
	if text == "" {
		return chat.Message{Title: clockLine(now.Zone)}, nil
	}
	zone, ok := findZone(text)
	if !ok {
		return usage(timezoneMenu(), fmt.Sprintf("I know no time zone “%s”.", text)), nil
	}
	return t.set(ctx, r, clockLine(zone), func(s *alert.Subscription) { s.Zone = zone })
}

func clockLine(zone *time.Location) string {
	at := time.Now().UTC()
	if zone != nil {
		at = at.In(zone)
	}
	return fmt.Sprintf("The time zone here is %s, where it is %s now.", zoneName(zone), at.Format("15:04"))
}

const (
	// longestZone bounds the names that are looked up, in bytes; the longest there is has 32.
	longestZone = 64
	// westernmost and easternmost are the offsets from UTC that the time zone database has, in hours.
	westernmost, easternmost = -12, 14
)

// findZone finds a time zone by its name, by that of its city, or by its offset in whole hours. Only zones
// that have a name can be stored.
func findZone(text string) (*time.Location, bool) {
	text = strings.TrimSpace(text)
	if len(text) > longestZone || strings.EqualFold(text, "local") {
		return nil, false
	}
	if strings.EqualFold(text, "UTC") {
		return time.UTC, true
	}
	if rest, ok := strings.CutPrefix(strings.ToUpper(text), "UTC"); ok {
		hours, err := strconv.Atoi(rest)
		if err != nil || hours < westernmost || hours > easternmost {
			return nil, false
		}
		zone, err := time.LoadLocation(fmt.Sprintf("Etc/GMT%+d", -hours)) // named the other way round, as POSIX does
		return zone, err == nil
	}
	name := strings.ReplaceAll(text, " ", "_")
	city := titled(name)
	for _, try := range []string{
		name, "Asia/" + city, "Europe/" + city, "Africa/" + city, "America/" + city, "Pacific/" + city, "Australia/" + city,
		"Atlantic/" + city, "Indian/" + city,
	} {
		if zone, err := time.LoadLocation(try); err == nil {
			return zone, true
		}
	}
	return nil, false
}

// titled begins every word with a capital, as the names of zones do.
func titled(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "_")
}
