package chattest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"pressalert/bot/internal/chat"
)

const (
	// maxTelegramData is the length of a button's data in bytes: InlineKeyboardButton.callback_data.
	maxTelegramData = 64
	// maxTelegramButtons is how many buttons the servers are known to take; it is not published.
	maxTelegramButtons = 100
	// maxTelegramToast is the length of a line shown in passing: answerCallbackQuery.text.
	maxTelegramToast = 200
)

// telegramReader is the person who writes and presses if nobody else is named.
const telegramReader = 4242

// A TelegramPress is a button that somebody presses.
type TelegramPress struct {
	Channel, Topic string
	// ID is the message's.
	ID   string
	Data string
	// User is who presses, 0 for a reader; Language is the language that their app says.
	User     int64
	Language string
	// Inaccessible and Inline say that the bot cannot see the message any more, and that it was posted
	// by somebody else through the bot.
	Inaccessible, Inline bool
}

// A TelegramToast is what a person sees in passing who pressed a button.
type TelegramToast struct {
	Text string
	// Stays is true if it goes only when the person says so.
	Stays bool
}

// telegramKeyboard reads the reply_markup of a call, or says in Telegram's words what is wrong with it.
func telegramKeyboard(markup string) ([][]chat.Button, error) {
	if markup == "" {
		return nil, nil
	}
	var keyboard struct {
		Rows [][]struct {
			Text string
			URL  string
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	if err := json.Unmarshal([]byte(markup), &keyboard); err != nil {
		return nil, errors.New("can't parse reply keyboard markup JSON object")
	}
	var rows [][]chat.Button
	total := 0
	for _, keys := range keyboard.Rows {
		var row []chat.Button
		for _, k := range keys {
			b := chat.Button{Text: k.Text, Link: k.URL, Data: k.Data}
			if err := checkTelegramButton(b); err != nil {
				return nil, err
			}
			row = append(row, b)
		}
		rows = append(rows, row)
		total += len(row)
	}
	if total > maxTelegramButtons {
		return nil, errors.New("REPLY_MARKUP_TOO_LONG")
	}
	return rows, nil
}

func checkTelegramButton(b chat.Button) error {
	switch {
	case strings.TrimSpace(b.Text) == "":
		return errors.New("inline keyboard button text must be non-empty")
	case b.Link == "" && b.Data == "":
		return errors.New("inline keyboard button is invalid: Text buttons are unallowed in the inline keyboard")
	case len(b.Data) > maxTelegramData:
		return errors.New("BUTTON_DATA_INVALID")
	case b.Link == "":
		return nil
	}
	// check_link of TDLib's LinkManager.cpp.
	wrong := func(why string) error {
		return fmt.Errorf("inline keyboard button URL '%s' is invalid: %s", b.Link, why)
	}
	u, err := url.Parse(b.Link)
	switch {
	case err != nil:
		return wrong("Wrong HTTP URL")
	case u.Scheme == "tg":
		return nil
	case u.Scheme != "http" && u.Scheme != "https":
		return wrong("Unsupported URL protocol")
	case !strings.ContainsAny(u.Hostname(), ".:"):
		return wrong("Wrong HTTP URL")
	}
	return nil
}

// Buttons returns the buttons of a post in rows, nil if there are none.
func (t *Telegram) Buttons(id string) [][]chat.Button {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.posts {
		if p.ID == id {
			rows, err := telegramKeyboard(p.markup)
			if err != nil {
				panic("chattest: keyboard of a post: " + err.Error())
			}
			return rows
		}
	}
	return nil
}

// Press presses a button of a post as a reader, and waits until the press is acknowledged.
func (t *Telegram) Press(ctx context.Context, channel, id, button string) (toast string, err error) {
	for _, row := range t.Buttons(id) {
		for _, b := range row {
			if b.Text == button && b.Data != "" {
				shown, err := t.Acknowledged(ctx, t.PressRaw(TelegramPress{Channel: channel, ID: id, Data: b.Data}))
				return shown.Text, err
			}
		}
	}
	return "", fmt.Errorf("message %s has no button %q to press", id, button)
}

// PressRaw queues a press for the bot's next getUpdates and returns its id.
func (t *Telegram) PressRaw(p TelegramPress) (query string) {
	t.change(func() {
		t.lastUpdate++
		query = fmt.Sprint("query-", t.lastUpdate)
		t.updates = append(t.updates, telegramUpdate{t.lastUpdate, "callback_query", map[string]any{
			"update_id": t.lastUpdate, "callback_query": p.body(query),
		}})
	})
	return query
}

// body returns the press as the Bot API shows it.
func (p TelegramPress) body(query string) map[string]any {
	place, ok := telegramChat(p.Channel)
	if !ok {
		panic("chattest: " + p.Channel + " is not a chat of Telegram")
	}
	body := map[string]any{"id": query, "from": telegramPerson(p.User, p.Language), "chat_instance": "1"}
	if p.Data != "" {
		body["data"] = p.Data
	}
	if p.Inline {
		body["inline_message_id"] = "AAAA"
		return body
	}
	id, err := strconv.Atoi(p.ID)
	if err != nil {
		panic("chattest: id of a message: " + err.Error())
	}
	message := map[string]any{
		"message_id": id, "chat": place, "date": time.Now().Unix(),
		"from": map[string]any{"id": 123456789, "is_bot": true, "first_name": "Press alert"},
	}
	if place["type"] == "channel" {
		message["sender_chat"] = place
	}
	if p.Inaccessible {
		message = map[string]any{"message_id": id, "chat": place, "date": 0}
	}
	if n, err := strconv.Atoi(p.Topic); err == nil {
		message["message_thread_id"], message["is_topic_message"] = n, true
	}
	body["message"] = message
	return body
}

// telegramPerson returns a user as the Bot API shows it.
func telegramPerson(id int64, language string) map[string]any {
	if id == 0 {
		id = telegramReader
	}
	person := map[string]any{"id": id, "is_bot": false, "first_name": "A reader"}
	if language != "" {
		person["language_code"] = language
	}
	return person
}

// Acknowledged waits until a press is acknowledged, and returns what the person sees.
func (t *Telegram) Acknowledged(ctx context.Context, query string) (TelegramToast, error) {
	var toast TelegramToast
	err := t.wait(ctx, func() (ok bool) {
		toast, ok = t.toasts[query]
		return ok
	})
	return toast, err
}

func (t *Telegram) answerCallback(w http.ResponseWriter, form url.Values) {
	query, text := form.Get("callback_query_id"), form.Get("text")
	if len(utf16.Encode([]rune(text))) > maxTelegramToast {
		writeFailure(w, http.StatusBadRequest, "Bad Request: MESSAGE_TOO_LONG", nil)
		return
	}
	var twice bool
	t.change(func() {
		if _, twice = t.toasts[query]; !twice {
			t.toasts[query] = TelegramToast{text, form.Get("show_alert") == "true"}
		}
	})
	if twice {
		t.violate("answerCallbackQuery: " + query + " was answered before")
		writeFailure(w, http.StatusBadRequest, "Bad Request: query is too old and response timeout expired or query ID is invalid", nil)
		return
	}
	writeResult(w, true)
}

// SetMember says what a person is in a chat: creator, administrator, member, restricted, left or kicked.
// Who is nothing else is a member.
func (t *Telegram) SetMember(channel string, user int64, status string) {
	t.change(func() { t.members[telegramPlace(channel, strconv.FormatInt(user, 10))] = status })
}

func (t *Telegram) getChatMember(w http.ResponseWriter, form url.Values) {
	id, err := strconv.ParseInt(form.Get("user_id"), 10, 64)
	if err != nil {
		writeFailure(w, http.StatusBadRequest, "Bad Request: invalid user_id specified", nil)
		return
	}
	t.mu.Lock()
	status, known := t.members[telegramPlace(form.Get("chat_id"), form.Get("user_id"))]
	t.mu.Unlock()
	member := map[string]any{"user": telegramPerson(id, "")}
	if !known {
		status = "member"
	}
	if place, _ := telegramChat(form.Get("chat_id")); !known && id == telegramBotID && place["type"] == "channel" {
		status, member["can_post_messages"] = "administrator", true
	}
	member["status"] = status
	writeResult(w, t.standing(form.Get("chat_id"), form.Get("user_id"), member))
}
