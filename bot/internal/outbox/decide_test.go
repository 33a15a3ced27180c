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
	place := chat.Destination{Platform: "telegram", Channel: "1"}
	plain := errors.New("connection refused")
	for _, c := range []struct {
		name     string
		err      error
		tries    int // that failed before
		firstTry time.Time
		act      act
		least    time.Duration // of the wait
		most     time.Duration
		suspend  bool
		unknown  bool
		alone    bool
		edit     bool // of a post
		bulletin bool // that is edited
	}{
		{name: "sent", act: done},
		{name: "rejected", err: fmt.Errorf("x: %w", chat.ErrRejected), act: drop},
		{name: "told to wait", err: fmt.Errorf("x: %w", &chat.RetryError{After: 7 * time.Second}), act: retry, least: 7 * time.Second, most: 7 * time.Second},
		{name: "told to wait for days", err: &chat.RetryError{After: 100 * time.Hour}, firstTry: now.Add(-200 * time.Hour), tries: 9, act: retry, least: 100 * time.Hour, most: 100 * time.Hour},
		{name: "gone", err: chat.ErrGone, act: retry, least: goneWait, most: goneWait, suspend: true},
		{name: "gone for weeks", err: chat.ErrGone, firstTry: now.Add(-1000 * time.Hour), tries: 1000, act: retry, least: goneWait, most: goneWait, suspend: true},
		{name: "token", err: chat.ErrToken, firstTry: now.Add(-1000 * time.Hour), tries: 1000, act: retry, least: tokenWait, most: tokenWait},
		{name: "not sent", err: plain, act: retry, least: firstWait, most: firstWait * 6 / 5},
		{name: "unknown", err: fmt.Errorf("x: %w", chat.ErrUnknown), act: retry, least: firstWait, most: firstWait * 6 / 5, unknown: true},
		{name: "second time", err: plain, tries: 1, firstTry: now, act: retry, least: 2 * firstWait, most: 2 * firstWait * 6 / 5},
		{name: "third time", err: plain, tries: 2, firstTry: now, act: retry, alone: true, least: 4 * firstWait, most: 4 * firstWait * 6 / 5},
		{name: "hundredth time", err: plain, tries: 99, firstTry: now, act: retry, alone: true, least: longestWait, most: longestWait * 6 / 5},
		{name: "three days and a minute", err: plain, tries: 99, firstTry: now.Add(-giveUpAfter - time.Minute), act: drop},
		{name: "no such platform", err: fmt.Errorf("x: %w", errNotSetUp), tries: 9, firstTry: now, act: retry, least: 1024 * time.Second, most: 1024 * 2 * time.Second},
		{name: "moved", err: fmt.Errorf("x: %w", &chat.MovedError{To: chat.Destination{Platform: "telegram", Channel: "-1002"}}), act: move},
		{name: "moved to where it is", err: &chat.MovedError{To: place}, act: retry, least: firstWait, most: firstWait * 6 / 5},
		{name: "edited", edit: true, act: done},
		{name: "edit refused", edit: true, err: chat.ErrRejected, act: end},
		{name: "edit of a message that is gone", edit: true, err: chat.ErrGone, act: end},
		{name: "edit that failed", edit: true, err: chat.ErrUnknown, act: later},
		{name: "edit told to wait", edit: true, err: &chat.RetryError{After: time.Second}, act: retry, least: time.Second, most: time.Second},
		{name: "edit with a bad token", edit: true, err: chat.ErrToken, act: retry, least: tokenWait, most: tokenWait},
		{name: "bulletin that is gone", bulletin: true, err: chat.ErrGone, act: end},
		{name: "bulletin that failed", bulletin: true, err: chat.ErrUnknown, act: retry, least: firstWait, most: firstWait * 6 / 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parcel{to: place, list: []store.Pending{{Failures: c.tries, FirstTry: c.firstTry}}}
			if c.edit || c.bulletin {
				p.messageID = "m"
			}
			if c.bulletin {
				p.bulletin = &store.Batch{}
			}
			got := decide(p, c.err, now)
			if got.act != c.act {
				t.Fatalf("act = %v, want %v", got.act, c.act)
			}
			if got.act != retry {
				return
			}
			if wait := got.setback.Until.Sub(now); wait < c.least || wait > c.most {
				t.Errorf("wait = %s, want %s to %s", wait, c.least, c.most)
			}
			if b := got.setback; b.Suspend != c.suspend || b.Unknown != c.unknown || b.Alone != c.alone {
				t.Errorf("suspend, unknown, alone = %v, %v, %v, want %v, %v, %v", b.Suspend, b.Unknown, b.Alone, c.suspend, c.unknown, c.alone)
			}
			if got.setback.Reason == "" {
				t.Error("no reason is noted")
			}
		})
	}
}
