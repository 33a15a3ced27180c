package discord

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// TestCloseCodes goes through the codes with which the gateway closes a connection (topics/opcodes-and-status-
// codes, Gateway Close Event Codes): after some the session goes on, after some a new one begins, and after the
// others it would be useless to come back.
func TestCloseCodes(t *testing.T) {
	const resumed, anew, over = "resumed", "anew", "over"
	for code, want := range map[int]string{
		1000: resumed, // normal closure, which by the gateway is none
		1012: resumed, // service restart
		4000: resumed, // unknown error
		4001: resumed, // unknown opcode
		4002: resumed, // decode error
		4003: anew,    // not authenticated
		4004: over,    // authentication failed
		4005: resumed, // already authenticated
		4006: resumed, // session no longer valid, which Discord lists no more
		4007: anew,    // invalid seq
		4008: resumed, // rate limited
		4009: anew,    // session timed out
		4010: over,    // invalid shard
		4011: over,    // sharding required
		4012: over,    // invalid API version
		4013: over,    // invalid intents
		4014: over,    // disallowed intents
		4999: resumed, // not known
	} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			service := chattest.NewDiscord(t)
			stop, done := listening(t, quick(service), echo)
			if _, err := service.Ask(t.Context(), "55", "/help"); err != nil {
				t.Fatal(err)
			}
			service.CloseGateway(code)
			if want == over {
				select {
				case err := <-done:
					if err == nil || errors.Is(err, chat.ErrToken) != (code == badToken) || !strings.Contains(err.Error(), strconv.Itoa(code)) {
						t.Errorf("Listen = %v, want an error that names the code", err)
					}
				case <-time.After(10 * time.Second):
					t.Error("Listen goes on")
				}
				return
			}
			identified, again := 1, 1
			if want == anew {
				identified, again = 2, 0
			}
			if err := service.WaitGateway(t.Context(), identified, again); err != nil {
				t.Fatal(err)
			}
			if got, err := service.Ask(t.Context(), "55", "/latest law"); err != nil || !strings.Contains(got, "law") {
				t.Errorf("answer = %q, %v, want one with law", got, err)
			}
			stop()
			if err := <-done; err != nil {
				t.Errorf("Listen = %v, want nil", err)
			}
		})
	}
}
