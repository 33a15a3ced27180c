package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// matrix says for whoever asks what a place is to them: "manages" if they may manage it, "reads" if not. The
// rows are permissions as Discord works them out for the channel; those of a server's owner are all.
const matrix = `
                                 server   thread   direct   chat-of-others
0                                reads    reads    manages  reads
2048                             reads    reads    manages  reads
32                               reads    reads    manages  reads
16                               manages  manages  manages  reads
8                                manages  manages  manages  reads
2251799813685247                 manages  manages  manages  reads
-1                               reads    reads    manages  reads
16.0                             reads    reads    manages  reads
0x10                             reads    reads    manages  reads
none                             reads    reads    manages  reads
99999999999999999999999999       reads    reads    manages  reads
`

// matrixPlaces are the columns: the part of an interaction that tells where it happened and by whom.
var matrixPlaces = []string{
	`"channel":{"type":0},"guild_id":"9","context":0,"member":{"user":{"id":"7"},"permissions":"%s"}`,
	`"channel":{"type":11,"parent_id":"33"},"guild_id":"9","context":0,"member":{"user":{"id":"7"},"permissions":"%s"}`,
	`"channel":{"type":1},"context":1,"user":{"id":"7"},"locale":"%s"`,
	`"channel":{"type":3},"context":2,"user":{"id":"7"},"locale":"%s"`,
}

// TestMatrix has everybody call a command, press a button and type an argument everywhere.
func TestMatrix(t *testing.T) {
	_, rows, _ := strings.Cut(strings.TrimSpace(matrix), "\n")
	for line := range strings.Lines(rows) {
		words := strings.Fields(line)
		for n, place := range matrixPlaces {
			place = fmt.Sprintf(place, words[0])
			for kind, data := range map[int]string{
				2: `{"name":"help"}`, 3: `{"custom_id":"what anybody can send"}`, 4: `{"name":"help","options":[{"name":"q","value":"x","focused":true}]}`,
			} {
				i, err := parseInteraction(fmt.Appendf(nil, `{"id":"1","application_id":"2","channel_id":"3","token":"t","type":%d,"data":%s,%s}`, kind, data, place))
				if err != nil {
					t.Fatal(err)
				}
				r := i.request()
				got := "reads"
				if yes, err := r.Manages(t.Context()); yes && err == nil {
					got = "manages"
				}
				if got != words[n+1] || r.User != "discord:7" || r.Direct != (n == 2) {
					t.Errorf("permissions %s in place %d, interaction %d: %s, %+v, want %s", words[0], n, kind, got, r, words[n+1])
				}
				if isPress := r.Press == "what anybody can send"; isPress != (kind == 3) || (r.Completing == "q") != (kind == 4) {
					t.Errorf("interaction %d asks %+v", kind, r)
				}
			}
		}
	}
}

// TestReplayed sends an interaction several times, as a gateway may when a session is taken up again: what it
// asks for is done once.
func TestReplayed(t *testing.T) {
	for name, data := range map[string]string{"command": `{"name":"help"}`, "press": `{"custom_id":"toggle"}`} {
		t.Run(name, func(t *testing.T) {
			service := chattest.NewDiscord(t)
			var calls atomic.Int32
			stop, done := listening(t, quick(service), func(context.Context, chat.Request) chat.Answer {
				calls.Add(1)
				return chat.Answer{Message: chat.Message{Title: "done"}}
			})
			if _, err := service.Ask(t.Context(), "55", "/help"); err != nil { // The bot is there.
				t.Fatal(err)
			}
			before := calls.Load()
			event := map[string]any{
				"id": "1", "application_id": "2", "channel_id": "55", "token": "t", "type": map[string]int{"command": 2, "press": 3}[name],
				"guild_id": "9", "member": map[string]any{"user": map[string]any{"id": "7"}, "permissions": "0"}, "data": json.RawMessage(data),
			}
			service.Flood(5, "INTERACTION_CREATE", event)
			if _, err := service.Ask(t.Context(), "55", "/help"); err != nil { // It has heard them all.
				t.Fatal(err)
			}
			stop()
			if err := <-done; err != nil {
				t.Errorf("Listen = %v", err)
			}
			if n := calls.Load() - before; n != 2 {
				t.Errorf("answered %d times, want 2: what was sent five times, and /help", n)
			}
		})
	}
}
