package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

var _ chat.Pinner = (*Platform)(nil)

// Pin holds the first post of a message at the head of its chat. Telegram writes a line into the chat that
// says so, which counts like a message but makes no sound.
func (p *Platform) Pin(ctx context.Context, to chat.Destination, id string) error {
	return p.pin(ctx, "pinChatMessage", to, id, tgbotapi.Params{"disable_notification": "true"})
}

// Unpin lets go of a message that Pin holds.
func (p *Platform) Unpin(ctx context.Context, to chat.Destination, id string) error {
	err := p.pin(ctx, "unpinChatMessage", to, id, tgbotapi.Params{})
	if errors.Is(err, chat.ErrRejected) {
		return nil // It is not there any more.
	}
	return err
}

func (p *Platform) pin(ctx context.Context, method string, to chat.Destination, id string, params tgbotapi.Params) error {
	first, _, _ := strings.Cut(id, idSeparator)
	params["chat_id"], params["message_id"] = to.Channel, first
	done, err := p.pace.message(ctx, to.Channel)
	if err != nil {
		return fmt.Errorf("%s: wait for a turn: %w", method, err)
	}
	defer done()
	_, err = p.call(ctx, callTimeout, method, params)
	return err
}
