package command

import (
	"context"
	"fmt"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

func quietMenu() chat.Command {
	return chat.Command{
		Name: "quiet", Description: "Hours in which only critical alerts are sent here", Private: true,
		Args: []chat.Arg{{Name: "hours", Description: "Such as 22:00-07:00, or off", Complete: true}},
	}
}

func (t *Table) quiet(ctx context.Context, r chat.Request) (chat.Message, error) {
	text := r.Args["hours"]
	switch text {
	case "":
		return t.tell(ctx, r, quietLine)
	case "off":
		return t.set(ctx, r, func(m *alert.Manner) { m.Quiet = alert.Hours{} }, quietLine)
	}
	hours, err := alert.ParseHours(text)
	if err != nil {
		w := t.words(ctx, r)
		return usageIn(w, quietMenu(), w.Text(spoken.SettingQuietWrong, "hours", text)), nil
	}
	return t.set(ctx, r, func(m *alert.Manner) { m.Quiet = hours }, quietLine)
}

func quietLine(w spoken.Words, m alert.Manner) string {
	hours := m.Quiet
	if hours.String() == "" {
		return w.Text(spoken.SettingQuietNone)
	}
	return w.Text(spoken.SettingQuietIs, "from", clock(hours.From), "to", clock(hours.To), "zone", zoneName(m.Zone))
}

// clock writes minutes since midnight as a time of day.
func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
