package command

import (
	"context"
	"fmt"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
)

func quietMenu() chat.Command {
	return chat.Command{
		Name: "quiet", Description: "Hours in which only critical alerts are sent here", Private: true,
		Args: []chat.Arg{{Name: "hours", Description: "Such as 22:00-07:00, or off"}},
	}
}

func (t *Table) quiet(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, none, ok, err := t.settings(ctx, r)
	if err != nil || !ok {
		return none, err
	}
	text := r.Args["hours"]
	switch text {
	case "":
		return chat.Message{Title: quietLine(now.Quiet, now)}, nil
	case "off":
		return t.set(ctx, r, quietLine(alert.Hours{}, now), func(s *alert.Subscription) { s.Quiet = alert.Hours{} })
	}
	hours, err := alert.ParseHours(text)
	if err != nil {
		return usage(quietMenu(), fmt.Sprintf("“%s” is not hours.", text)), nil
	}
	return t.set(ctx, r, quietLine(hours, now), func(s *alert.Subscription) { s.Quiet = hours })
}

func quietLine(hours alert.Hours, s alert.Subscription) string {
	if hours.String() == "" {
		return "There are no quiet hours here."
	}
	return fmt.Sprintf("Quiet from %02d:%02d to %02d:%02d, by the clock of %s: only critical alerts are sent then, the rest comes at the end.",
		hours.From/60, hours.From%60, hours.To/60, hours.To%60, zoneName(s.Zone))
}
