package outbox

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

func TestDecide(t *testing.T) {
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	plain := errors.New("connection refused")
	for _, c := range []struct {
		name     string
		err      error
		tries    int
		firstTry time.Time
		act      act
		least    time.Duration // of the wait
		most     time.Duration
		suspend  bool
		unknown  bool
	}{
		{name: "sent", act: sent},
		{name: "rejected", err: fmt.Errorf("x: %w", chat.ErrRejected), act: drop},
		{name: "told to wait", err: fmt.Errorf("x: %w", &chat.RetryError{After: 7 * time.Second}), act: retry, least: 7 * time.Second, most: 7 * time.Second},
		{name: "told to wait for days", err: &chat.RetryError{After: 100 * time.Hour}, firstTry: now.Add(-200 * time.Hour), tries: 9, act: retry, least: 100 * time.Hour, most: 100 * time.Hour},
		{name: "gone", err: chat.ErrGone, act: retry, least: goneWait, most: goneWait, suspend: true},
		{name: "gone for weeks", err: chat.ErrGone, firstTry: now.Add(-1000 * time.Hour), tries: 1000, act: retry, least: goneWait, most: goneWait, suspend: true},
		{name: "token", err: chat.ErrToken, firstTry: now.Add(-1000 * time.Hour), tries: 1000, act: retry, least: tokenWait, most: tokenWait},
		{name: "not sent", err: plain, act: retry, least: firstWait, most: firstWait * 6 / 5},
		{name: "unknown", err: fmt.Errorf("x: %w", chat.ErrUnknown), act: retry, least: firstWait, most: firstWait * 6 / 5, unknown: true},
		{name: "third time", err: plain, tries: 2, firstTry: now, act: retry, least: 4 * firstWait, most: 4 * firstWait * 6 / 5},
		{name: "hundredth time", err: plain, tries: 99, firstTry: now, act: retry, least: longestWait, most: longestWait * 6 / 5},
		{name: "three days and a minute", err: plain, tries: 99, firstTry: now.Add(-giveUpAfter - time.Minute), act: drop},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := decide(store.Pending{Tries: c.tries, FirstTry: c.firstTry}, c.err, now)
			if got.act != c.act {
				t.Fatalf("act = %v, want %v", got.act, c.act)
			}
			if got.act != retry {
				return
			}
			if wait := got.setback.Until.Sub(now); wait < c.least || wait > c.most {
				t.Errorf("wait = %s, want %s to %s", wait, c.least, c.most)
			}
			if got.setback.Suspend != c.suspend || got.setback.Unknown != c.unknown {
				t.Errorf("suspend, unknown = %v, %v, want %v, %v", got.setback.Suspend, got.setback.Unknown, c.suspend, c.unknown)
			}
			if got.setback.Reason == "" {
				t.Error("no reason is noted")
			}
		})
	}
}
