package chattest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxTelegramUpdates is how many updates getUpdates gives at most, and if not told: getUpdates.limit.
const maxTelegramUpdates = 100

// A TelegramMessage is what somebody writes where the bot can read it.
type TelegramMessage struct {
	Channel string
	// Topic is the topic of a forum that it stands in, or "".
	Topic string
	Text  string
	// Sent is when it was written; zero means now.
	Sent time.Time
	// User is who writes, 0 for a reader; Language is the language that their app says.
	User     int64
	Language string
	// ReplyTo is the id of the message that it answers, "" for none.
	ReplyTo string
	// Forwarded, Edited, FromBot, ViaBot and Anonymous say what is peculiar about it. An anonymous message
	// is that of an administrator who writes in the group's own name. InNameOf is another chat in whose
	// name it is written.
	Forwarded, Edited, FromBot, ViaBot, Anonymous bool

	InNameOf string
}

// telegramUpdate is a message or a press on its way to the bot.
type telegramUpdate struct {
	id   int
	kind string
	body map[string]any
}

// Say queues a message for the bot's next getUpdates.
func (t *Telegram) Say(m TelegramMessage) {
	t.change(func() { t.queue(m) })
}

// queue adds an update and returns how many posts there were before it. It is called under the lock.
func (t *Telegram) queue(m TelegramMessage) (posts int) {
	t.lastUpdate++
	t.lastID++
	body := m.body(t.lastID)
	kind := "message"
	if _, ofPerson := body["from"]; !ofPerson {
		kind = "channel_post"
	}
	if m.Edited {
		kind = "edited_" + kind
	}
	t.messages[telegramPlace(m.Channel, strconv.Itoa(t.lastID))] = true
	t.updates = append(t.updates, telegramUpdate{t.lastUpdate, kind, map[string]any{
		"update_id": t.lastUpdate,
		kind:        body,
	}})
	return len(t.posts)
}

// body returns the message as the Bot API shows it.
func (m TelegramMessage) body(id int) map[string]any {
	place, ok := telegramChat(m.Channel)
	if !ok {
		panic("chattest: " + m.Channel + " is not a chat of Telegram")
	}
	sent := m.Sent
	if sent.IsZero() {
		sent = time.Now()
	}
	body := map[string]any{"message_id": id, "date": sent.Unix(), "chat": place, "text": m.Text}
	m.sign(body, place)
	if m.ViaBot {
		body["via_bot"] = map[string]any{"id": 77, "is_bot": true, "first_name": "Another bot"}
	}
	if n, err := strconv.Atoi(m.ReplyTo); err == nil {
		body["reply_to_message"] = map[string]any{"message_id": n, "date": sent.Unix(), "chat": place}
	}
	if m.Forwarded {
		body["forward_origin"] = map[string]any{"type": "hidden_user", "date": sent.Unix(), "sender_user_name": "A source"}
	}
	if n, err := strconv.Atoi(m.Topic); err == nil {
		body["message_thread_id"], body["is_topic_message"] = n, true
		if m.ReplyTo == "" { // In a topic everything answers at least the message that opened it.
			body["reply_to_message"] = map[string]any{"message_id": n, "date": sent.Unix(), "chat": place}
		}
	}
	return body
}

// sign writes into the message by whom it is. Posts of a channel name nobody.
func (m TelegramMessage) sign(body, place map[string]any) {
	if m.Anonymous || place["type"] == "channel" {
		body["sender_chat"] = place
	}
	if other, ok := telegramChat(m.InNameOf); ok {
		body["sender_chat"] = other
	}
	if place["type"] == "channel" {
		return
	}
	person := telegramPerson(m.User, m.Language)
	if _, masked := body["sender_chat"]; masked || m.FromBot {
		person["is_bot"] = true // Telegram puts a bot of its own in the place of who wrote.
	}
	body["from"] = person
}

// Ask writes line in a channel and returns the visible text of the next message that the bot posts
// there. A topic may follow the channel after a slash. Two calls at once need two channels.
func (t *Telegram) Ask(ctx context.Context, channel, line string) (string, error) {
	id, topic, _ := strings.Cut(channel, "/")
	var before int
	t.change(func() { before = t.queue(TelegramMessage{Channel: id, Topic: topic, Text: line}) })
	var text string
	err := t.wait(ctx, func() bool {
		i := slices.IndexFunc(t.posts[before:], func(p telegramPost) bool { return p.Channel == id && p.Topic == topic })
		if i < 0 {
			return false
		}
		text = t.posts[before+i].Text
		return true
	})
	return text, err
}

// Unconfirmed counts the updates that a bot which starts now would get.
func (t *Telegram) Unconfirmed() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.updates)
}

// SetWebhook says whether the bot has a webhook, which bars getUpdates.
func (t *Telegram) SetWebhook(on bool) {
	t.change(func() { t.webhook = on })
}

// telegramAllows returns which kinds of updates a getUpdates asks for: getUpdates.allowed_updates, all if it names
// none.
func telegramAllows(r *http.Request) func(kind string) bool {
	var kinds []string
	if json.Unmarshal([]byte(r.Form.Get("allowed_updates")), &kinds) != nil || len(kinds) == 0 {
		return func(string) bool { return true }
	}
	return func(kind string) bool { return slices.Contains(kinds, kind) }
}

// getUpdates confirms what lies before offset, and answers with the rest as soon as there is any.
// A newer call ends one that still waits, as the real server does.
func (t *Telegram) getUpdates(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.Form.Get("offset"))
	seconds, _ := strconv.Atoi(r.Form.Get("timeout"))
	limit, err := strconv.Atoi(r.Form.Get("limit"))
	if err != nil {
		limit = maxTelegramUpdates
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(seconds)*time.Second)
	defer cancel()
	var number int
	allows := telegramAllows(r)
	t.change(func() {
		t.poll++
		number = t.poll
		if offset > 0 && !t.webhook {
			t.updates = slices.DeleteFunc(t.updates, func(u telegramUpdate) bool { return u.id < offset })
		}
	})
	var replaced, barred bool
	updates := []map[string]any{}
	look := func() bool {
		replaced, barred = t.poll != number, t.webhook
		if replaced || barred {
			return true
		}
		t.updates = slices.DeleteFunc(t.updates, func(u telegramUpdate) bool { return !allows(u.kind) })
		for _, u := range t.updates[:min(len(t.updates), limit)] {
			updates = append(updates, u.body)
		}
		return len(updates) > 0 || seconds == 0
	}
	if err := t.wait(ctx, look); err != nil && r.Context().Err() != nil {
		return
	}
	switch {
	case replaced:
		writeFailure(w, http.StatusConflict, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", nil)
	case barred:
		writeFailure(w, http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", nil)
	default:
		writeResult(w, updates)
	}
}
