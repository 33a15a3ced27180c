package telegram

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/chat"
)

// helpCommand answers people who call a command that we do not have.
const helpCommand = "help"

// An update is what getUpdates tells; only messages are asked for.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
}

// A message is what somebody wrote, as far as commands need to know.
type message struct {
	// Date is in seconds since 1970.
	Date int64  `json:"date"`
	Text string `json:"text"`
	Chat struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
	From *struct {
		IsBot bool `json:"is_bot"`
	} `json:"from"`
	// SenderChat is set if somebody wrote in the name of a chat.
	SenderChat json.RawMessage `json:"sender_chat"`
	// Forward is set if the message was written elsewhere.
	Forward json.RawMessage `json:"forward_origin"`
	// Thread is a topic only if InTopic is true; else it is the thread of a reply, which takes no messages.
	Thread  int64 `json:"message_thread_id"`
	InTopic bool  `json:"is_topic_message"`
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
	if m.Forward != nil || m.From != nil && m.From.IsBot && m.SenderChat == nil {
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
	from := chat.Destination{Platform: "telegram", Channel: strconv.FormatInt(m.Chat.ID, 10)}
	if m.InTopic && m.Thread != 0 {
		from.Topic = strconv.FormatInt(m.Thread, 10)
	}
	if i := find(c.name); i >= 0 {
		args, rest := menu[i].ParseWords(c.words)
		return chat.Request{Command: c.name, Args: args, Rest: rest, From: from}, true
	}
	if m.Chat.Type != "private" || find(helpCommand) < 0 {
		return chat.Request{}, false
	}
	return chat.Request{Command: helpCommand, Args: map[string]string{}, From: from}, true
}
