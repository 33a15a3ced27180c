package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

var _ chat.Pinner = (*Platform)(nil)

// kindPin is the kind of calls that pin and unpin.
const kindPin = "pins"

// Pin holds the first post of a message among the pinned ones of its channel or thread. A message in a forum
// is a thread of its own, of which it is the head already: there is nothing to pin.
func (p *Platform) Pin(ctx context.Context, to chat.Destination, id string) error {
	return p.pin(ctx, http.MethodPut, to, id)
}

// Unpin lets go of a message that Pin holds.
func (p *Platform) Unpin(ctx context.Context, to chat.Destination, id string) error {
	err := p.pin(ctx, http.MethodDelete, to, id)
	if errors.Is(err, chat.ErrRejected) {
		return nil // It is not there any more.
	}
	return err
}

func (p *Platform) pin(ctx context.Context, method string, to chat.Destination, id string) error {
	a, ok := parseAddress(id)
	switch {
	case !ok:
		return fmt.Errorf("pin in %s: %w: %q is not the id of a message", to, chat.ErrRejected, id)
	case a.thread != "":
		return nil
	}
	// discordgo knows only the older address, which Discord calls deprecated (resources/message, Pin Message).
	_, err := p.paced(ctx, route{kindPin, channel(to)},
		request{method: method, url: discordgo.EndpointChannelMessages(channel(to)) + "/pins/" + a.ids[0]})
	if err != nil {
		return fmt.Errorf("pin in %s: %w", to, err)
	}
	return nil
}
