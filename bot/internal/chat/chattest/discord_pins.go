package chattest

import (
	"net/http"
	"slices"
)

// Pins returns the ids of the messages that are pinned in a channel or thread, in the order in which they were.
func (d *Discord) Pins(channel string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.pins[channel])
}

// ForbidPins takes from the bot the right to pin messages in a channel or thread, or gives it back.
func (d *Discord) ForbidPins(channel string, forbidden bool) {
	d.change(func() { d.noPins[channel] = forbidden })
}

func (d *Discord) pinMessage(r *http.Request, _ discordBody) discordAnswer {
	return d.changePins(r, func(channel, id string) bool {
		if !slices.ContainsFunc(d.posts, func(p Post) bool { return p.ID == id && (p.Topic == channel || p.Topic == "" && p.Channel == channel) }) {
			return false
		}
		d.pins[channel] = append(d.pins[channel], id)
		return true
	})
}

func (d *Discord) unpinMessage(r *http.Request, _ discordBody) discordAnswer {
	return d.changePins(r, func(channel, id string) bool {
		at := slices.Index(d.pins[channel], id)
		if at < 0 {
			return false
		}
		d.pins[channel] = slices.Delete(d.pins[channel], at, at+1)
		return true
	})
}

// changePins changes what is pinned. Change is called under the lock and reports false if there is no such
// message.
func (d *Discord) changePins(r *http.Request, change func(channel, id string) bool) (a discordAnswer) {
	channel := r.PathValue("channel_id")
	d.change(func() {
		switch {
		case d.noPins[channel]:
			a = discordError(http.StatusForbidden, 50013, "Missing Permissions")
		case !change(channel, r.PathValue("message_id")):
			a = discordError(http.StatusNotFound, 10008, "Unknown Message")
		default:
			a = discordAnswer{status: http.StatusNoContent}
		}
	})
	return a
}
