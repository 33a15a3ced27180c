package discord

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// quick returns a platform whose waits at the gateway are short.
func quick(service *chattest.Discord) *Platform {
	p := unpaced(service)
	p.timing.opening, p.timing.spacing = 3*time.Second, time.Millisecond
	p.timing.pause, p.timing.leastBeat = 20*time.Millisecond, 5*time.Millisecond
	return p
}

// TestGatewayFaults checks that the bot answers again after each way in which a gateway can fail, and that
// nothing hangs or ends the process.
func TestGatewayFaults(t *testing.T) {
	frame := func(frames ...string) func(*chattest.Discord) {
		return func(d *chattest.Discord) {
			for _, f := range frames {
				d.Frame([]byte(f))
			}
		}
	}
	const nested = 200_000
	for _, c := range []struct {
		name   string
		faults []chattest.GatewayFault
		then   func(*chattest.Discord)
		// identified and resumed are how often at least that must have happened before the bot is asked again.
		identified, resumed int
	}{
		{name: "invalid session at first", faults: []chattest.GatewayFault{{Invalid: true}}, identified: 1},
		{name: "session refused on coming back", then: func(d *chattest.Discord) {
			d.FailGateway(chattest.GatewayFault{Invalid: true})
			d.Drop()
		}, identified: 2},
		{name: "reconnect", then: frame(`{"op":7,"d":null}`), identified: 1, resumed: 1},
		{name: "session timed out", then: func(d *chattest.Discord) { d.CloseGateway(4009) }, identified: 2},
		{name: "decode error", then: func(d *chattest.Discord) { d.CloseGateway(4002) }, identified: 1, resumed: 1},
		{name: "going away", then: func(d *chattest.Discord) { d.CloseGateway(1001) }, identified: 1, resumed: 1},
		{name: "a hello that is none", faults: []chattest.GatewayFault{{Frame: `{"op":10,"d":[]}`}}, identified: 1},
		{name: "a hello in no time", faults: []chattest.GatewayFault{{Frame: `{"op":10,"d":{"heartbeat_interval":-1e308}}`, Close: 4008}}, identified: 1},
		{name: "not JSON", then: frame(`{"op":`), identified: 2},
		{name: "no object", then: frame(`[1,2,3]`), identified: 2},
		{name: "wrong types", then: frame(`{"op":"0","d":{}}`), identified: 2},
		{name: "packed", then: frame("\x00\x78\x9c"), identified: 2},
		{name: "too large", then: frame(`{"op":0,"d":"` + strings.Repeat("x", maxFrame) + `"}`), identified: 2},
		{name: "nested deeply", then: frame(`{"op":0,"d":` + strings.Repeat("[", nested) + strings.Repeat("]", nested) + `}`), identified: 2},
		{name: "a second READY without a session", then: frame(`{"op":0,"s":2,"t":"READY","d":{}}`), identified: 1, resumed: 1},
		{name: "a second hello", then: frame(`{"op":10,"d":{"heartbeat_interval":1}}`), identified: 1, resumed: 1},
		{name: "interactions with parts missing", then: frame(
			`{"op":0,"s":3,"t":"INTERACTION_CREATE","d":null}`,
			`{"op":0,"s":4,"t":"INTERACTION_CREATE","d":{"id":"1","type":2}}`,
			`{"op":0,"s":5,"t":"INTERACTION_CREATE","d":{"id":"1","application_id":"2","channel_id":"3","token":"t","type":2,"data":[]}}`,
			`{"op":0,"s":6,"t":"INTERACTION_CREATE","d":{"id":"1","application_id":"2","channel_id":"3","token":"t","type":99}}`,
		), identified: 1},
		{name: "events of other kinds", then: frame(
			`{"op":0,"s":3,"t":"MESSAGE_CREATE","d":{"embeds":[null],"components":[{"type":99}]}}`, `{"op":0}`, `{"op":11}`, `{"op":99,"d":1}`, `null`, `{}`,
		), identified: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			service := chattest.NewDiscord(t)
			service.FailGateway(c.faults...)
			stop, done := listening(t, quick(service), echo)
			if c.then != nil {
				if _, err := service.Ask(t.Context(), "55", "/help"); err != nil {
					t.Fatal(err)
				}
				c.then(service)
			}
			if err := service.WaitGateway(t.Context(), c.identified, c.resumed); err != nil {
				t.Fatal(err)
			}
			got, err := service.Ask(t.Context(), "55", "/latest law")
			if err != nil || !strings.Contains(got, "law") {
				t.Errorf("answer = %q, %v, want one with law", got, err)
			}
			stop()
			if err := <-done; err != nil {
				t.Errorf("Listen = %v, want nil", err)
			}
		})
	}
}

// TestZombie checks that a connection on which heartbeats are not answered is given up for another.
func TestZombie(t *testing.T) {
	service := chattest.NewDiscord(t)
	service.Beat(20*time.Millisecond, true)
	listening(t, quick(service), echo)
	if err := service.WaitGateway(t.Context(), 1, 1); err != nil {
		t.Fatal(err)
	}
	service.Beat(20*time.Millisecond, false)
	if got, err := service.Ask(t.Context(), "55", "/help"); err != nil || !strings.Contains(got, "help") {
		t.Errorf("answer = %q, %v", got, err)
	}
}

// TestFlood checks that ten thousand requests at once neither stop the bot nor run at the same time.
func TestFlood(t *testing.T) {
	service := chattest.NewDiscord(t)
	var running atomic.Int64
	listening(t, quick(service), func(ctx context.Context, r chat.Request) chat.Answer {
		if n := running.Add(1); n > maxAnswers {
			t.Errorf("%d answers are made at the same time, want at most %d", n, maxAnswers)
		}
		defer running.Add(-1)
		return echo(ctx, r)
	})
	if _, err := service.Ask(t.Context(), "55", "/help"); err != nil {
		t.Fatal(err)
	}
	for n := range 10_000 {
		service.Flood(1, "INTERACTION_CREATE", map[string]any{
			"id": strconv.Itoa(n + 1), "application_id": "2", "channel_id": "3", "token": "unknown", "type": 2, "data": map[string]any{"name": "help"},
		})
	}
	service.Flood(10_000, "PRESENCE_UPDATE", map[string]any{"user": nil})
	got, err := service.Ask(t.Context(), "55", "/latest law")
	for err != nil { // The last of the flood may hold all places yet.
		got, err = service.Ask(t.Context(), "55", "/latest law")
	}
	if !strings.Contains(got, "law") {
		t.Errorf("answer = %q, want one with law", got)
	}
	if err := service.WaitGateway(t.Context(), 1, 0); err != nil {
		t.Error(err)
	}
}

// TestTooManySessions checks that no session is begun when Discord would reset the token for it.
func TestTooManySessions(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"none left", `{"url":"ws://127.0.0.1:1","session_start_limit":{"remaining":0,"reset_after":3600000}}`},
		{"no address", `{"url":"","session_start_limit":{"remaining":999}}`},
		{"an address without cover", `{"url":"file:///etc/passwd"}`},
		{"not JSON", `<html>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := serving(t, says("", 500, c.body))
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			g := &gateway{Platform: p}
			if err := g.hold(ctx); err == nil || ctx.Err() != nil {
				t.Errorf("hold = %v, %v, want an error at once", err, ctx.Err())
			}
		})
	}
}
