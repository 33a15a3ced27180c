package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

func timezoneMenu() chat.Command {
	return chat.Command{
		Name: "timezone", Description: "The time zone of digests, quiet hours and dates here", Private: true,
		Args: []chat.Arg{{Name: "zone", Description: "A city such as Phnom Penh, a zone such as Asia/Bangkok, or UTC+7"}},
	}
}

func (t *Table) timezone(ctx context.Context, r chat.Request) (chat.Message, error) {
	text := r.Args["zone"]
	if text == "" {
		return t.tell(ctx, r, clockLine)
	}
	zone, ok := findZone(text)
	if !ok {
		w := t.words(ctx, r)
		return usageIn(w, timezoneMenu(), w.Text(spoken.SettingZoneWrong, "zone", text)), nil
	}
	return t.set(ctx, r, func(m *alert.Manner) { m.Zone = zone }, clockLine)
}

func clockLine(w spoken.Words, m alert.Manner) string {
	at := time.Now().UTC()
	if m.Zone != nil {
		at = at.In(m.Zone)
	}
	return w.Text(spoken.SettingZoneIs, "zone", zoneName(m.Zone), "time", at.Format("15:04"))
}

// offsetZone begins the names of the zones that are an offset from UTC and nothing else.
const offsetZone = "Etc/GMT"

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
		zone, err := time.LoadLocation(fmt.Sprintf("%s%+d", offsetZone, -hours)) // named the other way round, as POSIX does
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
