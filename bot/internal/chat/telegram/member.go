package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// manages returns the answer to chat.Request.Manages for whoever wrote m. Who writes in the name of the
// place itself is one of its administrators: an anonymous one of a group, or the author of a post in a
// channel. In the name of another chat anybody can write.
func (l *listener) manages(m message) func(context.Context) (bool, error) {
	switch {
	case m.SenderChat != nil:
		return always(m.SenderChat.ID == m.Chat.ID)
	case m.From == nil:
		return always(m.Chat.isChannel())
	}
	return l.managedBy(m.Chat, *m.From)
}

func always(yes bool) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) { return yes, nil }
}

// managedBy returns the answer to chat.Request.Manages for a person.
func (l *listener) managedBy(at place, who person) func(context.Context) (bool, error) {
	if at.isDirect() {
		return always(true)
	}
	return func(ctx context.Context) (bool, error) {
		status, err := l.membership(ctx, at.ID, who.ID)
		return err == nil && (status == "creator" || status == "administrator"), err
	}
}

// membership returns the status of a person in a chat: ChatMember.status.
func (l *listener) membership(ctx context.Context, chat, user int64) (string, error) {
	if err := l.pace.call(ctx); err != nil {
		return "", fmt.Errorf("getChatMember: wait for a turn: %w", err)
	}
	got, err := l.call(ctx, callTimeout, "getChatMember", tgbotapi.Params{
		"chat_id": strconv.FormatInt(chat, 10), "user_id": strconv.FormatInt(user, 10),
	})
	if err != nil {
		return "", err
	}
	var member struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(got.result, &member); err != nil {
		return "", fmt.Errorf("getChatMember: result: %w", err)
	}
	return member.Status, nil
}
