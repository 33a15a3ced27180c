package outbox

import (
	"context"
	"errors"
	"time"

	"pressalert/bot/internal/chat"
)

// pin holds a message that was just posted at the head of its chat, in the place of the one before it. It is
// a convenience: whatever goes wrong costs no alert, holds nothing up, and is not tried again before the next
// message. That the bot lacks the right is told once.
func (o *Outbox) pin(ctx context.Context, to chat.Destination, messageID string) {
	pinner, ok := o.platforms[to.Platform].(chat.Pinner)
	if !ok {
		return
	}
	calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	switch err := pinner.Pin(calling, to, messageID); {
	case errors.Is(err, chat.ErrGone):
		o.cannotPin(ctx, to, err)
		return
	case err != nil:
		o.log.Warn("message not pinned", "to", to, "message", messageID, "err", err)
		return
	}
	// The old pin goes last: a chat with two is better off than one with none.
	former, err := o.store.PutPin(context.WithoutCancel(ctx), to, messageID)
	if err == nil && former != "" && former != messageID {
		err = pinner.Unpin(calling, to, former)
	}
	if err != nil {
		o.log.Warn("earlier message stays pinned", "to", to, "message", former, "err", err)
	}
}

// cannotPin tells that the bot lacks the right to pin, unless that is known since it last had it.
func (o *Outbox) cannotPin(ctx context.Context, to chat.Destination, refusal error) {
	news, err := o.store.RefusePin(context.WithoutCancel(ctx), to, time.Now())
	switch {
	case err != nil:
		o.log.Error("store failed", "to", to, "err", err)
	case news:
		o.log.Warn("the bot may not pin messages", "to", to, "err", refusal)
		o.TellAdmins(ctx, pinNote(to, refusal))
	}
}
