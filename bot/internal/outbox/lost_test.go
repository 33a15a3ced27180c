package outbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

// TestLostForGood: what belongs to a channel that is not ours to post in is kept for 90 days and then deleted,
// of which the admins are told in one line. Within them it comes back by itself.
func TestLostForGood(t *testing.T) {
	const days = 24 * time.Hour
	for _, c := range []struct {
		name string
		back time.Duration // after which the channel is ours again
		kept bool
	}{
		{"comes back in time", 88 * days, true},
		{"never comes back", 1000 * days, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := bench(t, []string{"a"}, "1", "2", "3")
				for _, channel := range []string{"1", "2", "3"} {
					if _, err := s.PutSubscription(t.Context(), alert.Subscription{To: to(channel)}); err != nil {
						t.Fatal(err)
					}
				}
				gone := fmt.Errorf("bot was kicked: %w", chat.ErrGone)
				p.errs["1"], p.errs["2"] = slices.Repeat([]error{gone}, 10_000), slices.Repeat([]error{gone}, 10_000)
				for _, pass := range []time.Duration{0, min(c.back, 89*days), 2 * days} {
					time.Sleep(pass)
					if pass == c.back {
						p.mu.Lock()
						p.errs["1"], p.errs["2"] = nil, nil
						p.mu.Unlock()
					}
					run(t, o, 90*time.Minute)
					o.Wait()
				}
				told := ""
				for _, line := range strings.Split(p.on("admin"), "Deleted after ")[1:] {
					told += line
				}
				want := map[bool]string{false: "90 days without the right to post: telegram:1, telegram:2"}[c.kept]
				if !strings.HasPrefix(told, want) || c.kept && told != "" || strings.Count(told, "telegram:1") > 1 {
					t.Errorf("the admins were told %q, want %q", told, want)
				}
				for channel, kept := range map[string]bool{"1": c.kept, "2": c.kept, "3": true} {
					if got := p.on(channel) == "a"; got != kept {
						t.Errorf("channel %s got %q", channel, p.on(channel))
					}
					list, err := s.SubscriptionsOf(t.Context(), to(channel))
					if len(list) == 1 != kept || err != nil {
						t.Errorf("subscriptions of channel %s = %v, %v", channel, list, err)
					}
				}
			})
		})
	}
}

// TestLostTopic: those around a lost topic are told, once, in its language.
func TestLostTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, nil)
		topic := to("1")
		topic.Topic = "7"
		if _, err := s.PutSubscription(t.Context(), alert.Subscription{To: topic, Language: "fr"}); err != nil {
			t.Fatal(err)
		}
		owes(t, s, "one", func(v *store.Verdict) { v.Deliveries[0].To = topic })
		gone := fmt.Errorf("topic closed: %w", chat.ErrGone)
		p.errs["1"] = []error{gone, nil, gone, gone}
		run(t, o, 4*time.Hour)
		o.Wait()
		if got := p.on("1"); strings.Count(got, "Les alertes ne peuvent plus être publiées") != 1 || !strings.HasSuffix(got, "one") {
			t.Errorf("the chat got %q, want one note, and the alert once the topic is open again", got)
		}
		if got := p.messages[1].PlainText(); !strings.Contains(got, "90") {
			t.Errorf("the note is %q", got)
		}
	})
}
