package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// paced is a platform with Telegram's limits, joined to a fake inside a bubble of time.
func paced() (*Platform, *chattest.Telegram) {
	fake := chattest.TelegramHandler(chattest.TelegramToken)
	return New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: inProcess(fake)}}), fake
}

// chats returns the names of n groups, or of n people.
func chats(n int, groups bool) []string {
	var names []string
	for i := range n {
		name := fmt.Sprint(1000 + i)
		if groups {
			name = "-100" + name
		}
		names = append(names, name)
	}
	return names
}

// TestPace sends to each chat its messages one after another, all chats at once, and measures at the
// fake: nobody gets more than Telegram allows, and nothing takes longer than it must. To see the figures:
//
//	go test ./bot/internal/chat/discord ./bot/internal/chat/telegram -run 'TestPace$' -v
func TestPace(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels []string
		messages int
		// want is the shortest time in which Telegram's limits allow the last message.
		want time.Duration
	}{
		{"one person, a burst", chats(1, false), 3, 2 * time.Second / 30},
		{"one person", chats(1, false), 30, 27 * time.Second},
		{"one group", chats(1, true), 100, 4*time.Minute + 17*time.Second},
		{"the channel", []string{"@example_news"}, 21, time.Minute},
		{"many people", chats(300, false), 1, 299 * time.Second / 30},
		{"many people, some messages", chats(100, false), 10, 999 * time.Second / 30},
		{"many groups", chats(100, true), 40, 3999 * time.Second / 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, fake := paced()
				start := time.Now()
				var all sync.WaitGroup
				for _, channel := range c.channels {
					all.Go(func() {
						for range c.messages {
							to := chat.Destination{Platform: "telegram", Channel: channel}
							if _, err := p.Send(t.Context(), to, "", chat.Message{Title: "A title"}); err != nil {
								t.Error(err)
							}
						}
					})
				}
				all.Wait()
				took := time.Since(start)
				if least, most := c.want-time.Millisecond, c.want+c.want/20; took < least || took > most {
					t.Errorf("took %s, want %s to %s", took, c.want, most)
				}
				t.Logf("%d messages to %d chats took %s, %+.2f %% of the shortest time", c.messages*len(c.channels), len(c.channels),
					took, 100*(took.Seconds()/c.want.Seconds()-1))
				checkPace(t, fake, c.channels)
			})
		})
	}
}

// checkPace holds the times at which messages came in against Telegram's limits.
func checkPace(t *testing.T, fake *chattest.Telegram, channels []string) {
	t.Helper()
	var all []time.Time
	for _, channel := range channels {
		times := fake.Arrivals(channel)
		all = append(all, times...)
		if got := most(times, time.Minute); isGroup(channel) && got > 20 {
			t.Errorf("%s got %d messages in a minute, want 20 at most", channel, got)
		}
		// Three at once, and one more for each second.
		if got := most(times, 10*time.Second); got > 3+10 {
			t.Errorf("%s got %d messages in ten seconds, want 13 at most", channel, got)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	if got := most(all, time.Second); got > 30 {
		t.Errorf("%d messages in a second, want 30 at most", got)
	}
}

// most returns how many of the sorted times lie at most within a span, its end not included.
func most(times []time.Time, span time.Duration) int {
	best, first := 0, 0
	for i := range times {
		for times[i].Sub(times[first]) >= span {
			first++
		}
		best = max(best, i-first+1)
	}
	return best
}

// TestFullChatDelaysNobody fills a group, and then posts elsewhere.
func TestFullChatDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := paced()
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range 60 {
			waiting.Go(func() { p.Send(ctx, group, "", chat.Message{Title: "A title"}) })
		}
		time.Sleep(30 * time.Second)
		start := time.Now()
		if _, err := p.Send(ctx, chat.Destination{Platform: "telegram", Channel: "-5"}, "", chat.Message{Title: "A title"}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 100*time.Millisecond {
			t.Errorf("another group waited %s, want no more than its turn", took)
		}
		cancel()
		waiting.Wait()
	})
}

// TestAnswersComeFirst asks while a thousand chats have a message waiting, in a group that is full.
func TestAnswersComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, fake := paced()
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range 20 {
			if _, err := p.Send(ctx, group, "", chat.Message{Title: "A title"}); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(3 * time.Second)
		for _, channel := range chats(1000, false) {
			waiting.Go(func() {
				p.Send(ctx, chat.Destination{Platform: "telegram", Channel: channel}, "", chat.Message{Title: "A title"})
			})
		}
		waiting.Go(func() {
			if err := p.Listen(ctx, menu, echo); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		start := time.Now()
		ask, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		query := fake.PressRaw(chattest.TelegramPress{Channel: "-7", ID: "1", Data: "x"})
		if _, err := fake.Ask(ask, group.Channel, "/latest KH"); err != nil {
			t.Error(err)
		}
		if _, err := fake.Acknowledged(ask, query); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 200*time.Millisecond {
			t.Errorf("the answers took %s, want them before the others", took)
		}
		cancel()
		waiting.Wait()
	})
}

// TestTurnTooLate gives a message less time than its turn takes: it is told at once when to come again.
func TestTurnTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, fake := paced()
		for range 20 {
			if _, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title"}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		_, err := p.Send(ctx, group, "", chat.Message{Title: "A title"})
		var retry *chat.RetryError
		if !errors.As(err, &retry) || retry.Everywhere || retry.After < 40*time.Second || retry.After > 43*time.Second {
			t.Fatalf("Send = %v, want that it waits for the rest of the minute", err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("that took %s, want it at once", took)
		}
		time.Sleep(retry.After)
		if _, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title"}); err != nil || time.Since(start) > time.Minute {
			t.Errorf("Send then = %v after %s", err, time.Since(start))
		}
		if got := fake.Requests(); got != 21 {
			t.Errorf("requests = %d, want 21", got)
		}
	})
}

func TestNoLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := chattest.TelegramHandler(chattest.TelegramToken)
		p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: inProcess(fake)}, Limits: new(Limits)})
		start := time.Now()
		for range 100 {
			if _, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title"}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %s, want no waiting", took)
		}
	})
}
