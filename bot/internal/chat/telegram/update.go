package telegram

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/chat"
)

// helpCommand answers people who call a command that we do not have.
const helpCommand = "help"

// An update is what getUpdates tells; no other kinds are asked for.
type update struct {
	ID          int64    `json:"update_id"`
	Message     *message `json:"message"`
	ChannelPost *message `json:"channel_post"`
	Press       *press   `json:"callback_query"`
}

// A message is what somebody wrote, as far as commands need to know.
type message struct {
	ID int64 `json:"message_id"`
	// Date is in seconds since 1970; 0 if the bot cannot see the message.
	Date int64  `json:"date"`
	Text string `json:"text"`
	Chat place  `json:"chat"`
	// From is nil of a post in a channel.
	From *person `json:"from"`
	// SenderChat is set if somebody wrote in the name of a chat.
	SenderChat *place `json:"sender_chat"`
	// Forward is set if the message was written elsewhere, Via if a bot wrote it for the sender.
	Forward json.RawMessage `json:"forward_origin"`
	Via     json.RawMessage `json:"via_bot"`
	// Reply is the message that this one answers.
	Reply *struct {
		ID int64 `json:"message_id"`
	} `json:"reply_to_message"`
	// Thread is a topic only if InTopic is true; else it is the thread of a reply, which takes no messages.
	Thread  int64 `json:"message_thread_id"`
	InTopic bool  `json:"is_topic_message"`
}

// A place is a chat.
type place struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

// isDirect reports whether the place is a chat of the bot with one person.
func (p place) isDirect() bool { return p.Type == "private" }

// isChannel reports whether the place is a channel, where only administrators write and anybody may press.
func (p place) isChannel() bool { return p.Type == "channel" }

// A person is a user of Telegram.
type person struct {
	ID    int64 `json:"id"`
	IsBot bool  `json:"is_bot"`
	// Language is an IETF language tag, as the person's app says.
	Language string `json:"language_code"`
}

// user returns the person as a chat.Request names them.
func (p person) user() string {
	if p.ID == 0 {
		return ""
	}
	return platform + ":" + strconv.FormatInt(p.ID, 10)
}

// localeForm is that of a language tag, by its letters only.
var localeForm = regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`)

// locale returns the person's language, "" if it is not the tag of one.
func (p person) locale() string {
	if !localeForm.MatchString(p.Language) {
		return ""
	}
	return p.Language
}

// A press is a callback query: somebody pressed a button.
type press struct {
	ID   string `json:"id"`
	From person `json:"from"`
	// Message is the one under which the button stands, nil if it was not posted by us.
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

// parseUpdate reads one update. With an error comes the update's id if that can be read, or 0.
func parseUpdate(raw []byte) (update, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) != nil {
			only.ID = 0
		}
		return update{ID: only.ID}, fmt.Errorf("read update: %w", err)
	}
	return u, nil
}

// A call is a command as it was typed: /name@bot words.
type call struct {
	name  string
	bot   string
	words []string
}

// command reads the command that m is, if it is one from a person. The anonymous administrators of a
// group count as bots to Telegram, but write in the name of the group.
func (m message) command() (call, bool) {
	if m.Forward != nil || m.Via != nil || m.From != nil && m.From.IsBot && m.SenderChat == nil {
		return call{}, false
	}
	words := strings.Fields(m.Text)
	if len(words) == 0 || !strings.HasPrefix(words[0], "/") {
		return call{}, false
	}
	name, bot, _ := strings.Cut(words[0][1:], "@")
	return call{name: strings.ToLower(name), bot: bot, words: words[1:]}, true
}

// request fits a call to the menu. What the menu does not have is a call for help in a private chat,
// and nobody's business in a group, where other bots may have it.
func (c call) request(menu []chat.Command, m message) (chat.Request, bool) {
	find := func(name string) int {
		return slices.IndexFunc(menu, func(c chat.Command) bool { return c.Name == name })
	}
	r := chat.Request{From: m.destination(), Direct: m.Chat.isDirect(), Message: m.replied()}
	if m.From != nil && m.SenderChat == nil {
		r.User, r.Locale = m.From.user(), m.From.locale()
	}
	if i := find(c.name); i >= 0 {
		r.Command = c.name
		r.Args, r.Rest = menu[i].ParseWords(c.words)
		return r, true
	}
	if !r.Direct || find(helpCommand) < 0 {
		return chat.Request{}, false
	}
	r.Command, r.Args = helpCommand, map[string]string{}
	return r, true
}

// destination returns where m stands.
func (m message) destination() chat.Destination {
	at := chat.Destination{Platform: platform, Channel: strconv.FormatInt(m.Chat.ID, 10)}
	if m.InTopic && m.Thread != 0 {
		at.Topic = strconv.FormatInt(m.Thread, 10)
	}
	return at
}

// replied returns the id of the message that m answers, or "". In a topic, what answers nothing answers
// the message that opened the topic.
func (m message) replied() string {
	if m.Reply == nil || m.Reply.ID == 0 || m.InTopic && m.Reply.ID == m.Thread {
		return ""
	}
	return strconv.FormatInt(m.Reply.ID, 10)
}
