package chattest

import (
	"net/http"
	"net/url"
	"slices"
)

// Pins returns the ids of the messages that are pinned in a chat, in the order in which they were.
func (t *Telegram) Pins(channel string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.pins[channel])
}

// ForbidPins takes from the bot the right to pin messages in a chat, or gives it back.
func (t *Telegram) ForbidPins(channel string, forbidden bool) {
	t.change(func() { t.noPins[channel] = forbidden })
}

func (t *Telegram) pinMessage(w http.ResponseWriter, form url.Values) {
	if form.Get("disable_notification") != "true" {
		t.violate("a pin that makes a sound")
	}
	t.changePins(w, form, "message to pin not found", func(id string, pins []string) ([]string, bool) {
		if t.find(form.Get("chat_id"), id) == nil {
			return nil, false
		}
		return append(pins, id), true
	})
}

func (t *Telegram) unpinMessage(w http.ResponseWriter, form url.Values) {
	t.changePins(w, form, "message to unpin not found", func(id string, pins []string) ([]string, bool) {
		at := slices.Index(pins, id)
		if at < 0 {
			return nil, false
		}
		return slices.Delete(pins, at, at+1), true
	})
}

// changePins changes what is pinned in a chat. Change is called under the lock and reports false if there is no
// such message.
func (t *Telegram) changePins(w http.ResponseWriter, form url.Values, missing string, change func(id string, pins []string) ([]string, bool)) {
	refusal := ""
	t.change(func() {
		channel := form.Get("chat_id")
		if t.noPins[channel] {
			refusal = "not enough rights to manage pinned messages in the chat"
			return
		}
		pins, ok := change(form.Get("message_id"), slices.Clone(t.pins[channel]))
		if !ok {
			refusal = missing
			return
		}
		t.pins[channel] = pins
	})
	if refusal != "" {
		telegramRefusal(refusal).write(w)
		return
	}
	writeResult(w, true)
}
