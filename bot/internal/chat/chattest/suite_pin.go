package chattest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

// A Pinner is a service that can hold messages at the head of a channel.
type Pinner interface {
	Service
	// Pins returns the ids of the messages that are pinned in a channel, in the order in which they were.
	Pins(channel string) []string
	// ForbidPins takes from the bot the right to pin messages in a channel, or gives it back.
	ForbidPins(channel string, forbidden bool)
}

// testPin pins messages, one of them of several posts.
func testPin(t *testing.T, b Bench) {
	platform, can := b.Platform.(chat.Pinner)
	service, does := b.Service.(Pinner)
	if !can || !does {
		t.Skip("the platform pins nothing")
	}
	long := sample()
	long.Body = slices.Repeat([]chat.Paragraph{chat.Text(strings.Repeat("word ", 500))}, 3)
	var ids []string
	for key, m := range map[string]chat.Message{"key-1": sample(), "key-2": long} {
		id, err := b.Platform.Send(t.Context(), b.To, key, m)
		if err != nil {
			t.Fatalf("Send: %v", err)
		}
		ids = append(ids, id)
	}
	channel := b.To.Channel
	expect := func(step string, err, want error, pinned ...string) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("%s = %v, want %v", step, err, want)
		}
		var first []string // of the posts of each
		for _, id := range pinned {
			post, _, _ := strings.Cut(id, ",")
			first = append(first, post)
		}
		if got := service.Pins(channel); !slices.Equal(got, first) {
			t.Errorf("after %s pinned are %q, want %q", step, got, first)
		}
		checkSecrets(t, b, err)
	}
	expect("Pin", platform.Pin(t.Context(), b.To, ids[0]), nil, ids[0])
	expect("Pin of a second", platform.Pin(t.Context(), b.To, ids[1]), nil, ids...)
	expect("Unpin", platform.Unpin(t.Context(), b.To, ids[0]), nil, ids[1])
	expect("Unpin again", platform.Unpin(t.Context(), b.To, ids[0]), nil, ids[1])
	expect("Pin of what is not there", platform.Pin(t.Context(), b.To, "999999"), chat.ErrRejected, ids[1])
	service.ForbidPins(channel, true)
	expect("Pin without the right", platform.Pin(t.Context(), b.To, ids[0]), chat.ErrGone, ids[1])
	expect("Unpin without the right", platform.Unpin(t.Context(), b.To, ids[1]), chat.ErrGone, ids[1])
	checkSpec(t, b)
}
