package command_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
)

func TestTwentyRequestsAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		ask := func(who asker) string {
			return table.Answer(t.Context(), chat.Request{Command: "mutes", From: who.from, User: who.user}).Title
		}
		one, two := askers["member"], askers["manager"]
		for range 10 {
			ask(one)
		}
		time.Sleep(30 * time.Second)
		for n := range 10 {
			if got := ask(one); got != "Nothing is muted here." {
				t.Fatalf("request %d: answer = %q", 11+n, got)
			}
		}
		const tooMany = "That is more than 20 requests in a minute. Please go on in 30 s."
		if got := ask(one); got != tooMany {
			t.Errorf("request 21: answer = %q, want %q", got, tooMany)
		}
		if got := table.Answer(t.Context(), one.press("x")).Toast; got != tooMany {
			t.Errorf("press 22: line = %q, want %q", got, tooMany)
		}
		if got := ask(two); got == tooMany {
			t.Error("somebody else must wait too")
		}
		elsewhere := one
		elsewhere.from = stranger
		if got := ask(elsewhere); got != tooMany {
			t.Error("the same person in another place need not wait")
		}
		time.Sleep(30 * time.Second)
		for range 10 {
			if got := ask(one); got != "Nothing is muted here." {
				t.Fatalf("after the wait: answer = %q", got)
			}
		}
		if got := ask(one); got != tooMany {
			t.Errorf("10 more requests after the wait: answer = %q, want %q", got, tooMany)
		}
	})
}

// TestAnonymousIsLimited asks in the name of a channel, and as somebody else in another one.
func TestAnonymousIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		ask := func(from chat.Destination) bool {
			return strings.HasPrefix(table.Answer(t.Context(), chat.Request{Command: "mutes", From: from}).Title, "That is more")
		}
		for range 20 {
			ask(channel)
		}
		if !ask(channel) || ask(group) {
			t.Error("a channel is not counted as one that asks")
		}
	})
}

func TestManyAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		var mu sync.Mutex
		answered := 0
		var asking sync.WaitGroup
		for range 50 {
			asking.Go(func() {
				a := table.Answer(t.Context(), chat.Request{Command: "mutes", From: group, User: "telegram:8"})
				mu.Lock()
				defer mu.Unlock()
				if a.Title == "Nothing is muted here." {
					answered++
				}
			})
		}
		asking.Wait()
		if answered != 20 {
			t.Errorf("answered = %d of 50 requests at once, want 20", answered)
		}
	})
}
