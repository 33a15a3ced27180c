package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// An instant service takes every message at once.
type instant struct{ posts atomic.Int64 }

func (s *instant) Send(context.Context, chat.Destination, string, chat.Message) (string, error) {
	return fmt.Sprint(s.posts.Add(1)), nil
}

func (s *instant) Edit(context.Context, chat.Destination, string, chat.Message) error { return nil }

func (s *instant) Listen(context.Context, []chat.Command, func(context.Context, chat.Request) chat.Answer) error {
	return nil
}

// BenchmarkFlush sends 500 alerts to 100 destinations, every outcome on disk before the next send there:
//
//	go test ./bot/internal/outbox -bench Flush -benchtime 1x -run '^$'
func BenchmarkFlush(b *testing.B) {
	const alerts, destinations = 500, 100
	for b.Loop() {
		b.StopTimer()
		s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bot.db"))
		if err != nil {
			b.Fatal(err)
		}
		owePlenty(b, s, alerts, destinations)
		service := &instant{}
		o := New(s, map[string]chat.Platform{"telegram": service}, nil, slog.New(slog.DiscardHandler))
		stop := watchMemory()
		b.StartTimer()
		start := time.Now()
		if err := o.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(service.posts.Load())/time.Since(start).Seconds(), "sends/s")
		b.ReportMetric(float64(stop())/(1<<20), "peak-MB")
		if got := service.posts.Load(); got != alerts*destinations {
			b.Errorf("posts = %d, want %d", got, alerts*destinations)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// watchMemory looks at the heap again and again; stop returns the most it saw, in bytes.
func watchMemory() (stop func() uint64) {
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var peak uint64
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-done:
				most <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-most
	}
}

// owePlenty owes alerts of no country, so that they make no bulletin, to destinations without a ceiling.
func owePlenty(b *testing.B, s *store.Store, alerts, destinations int) {
	b.Helper()
	now := time.Now()
	var wishes []alert.Subscription
	var deliveries []alert.Delivery
	for n := range destinations {
		to := chat.Destination{Platform: "telegram", Channel: fmt.Sprint(n + 1)}
		wishes = append(wishes, alert.Subscription{To: to, Ceiling: -1})
		deliveries = append(deliveries, alert.Delivery{To: to, Due: now})
	}
	var items []feeds.Item
	for n := range alerts {
		title := fmt.Sprintf("Reporter number %d was arrested at a protest", n)
		items = append(items, feeds.Item{
			Feed: "f", Keys: []feeds.Key{feeds.Key(title)}, Title: title, Link: fmt.Sprintf("https://courier.example/%d", n),
			Summary: "Police took the reporter from the square. Colleagues say that the camera was seized.", Seen: now,
		})
	}
	if err := s.ReplaceConfig(b.Context(), wishes, nil); err != nil {
		b.Fatal(err)
	}
	_, err := s.Record(b.Context(), store.FeedState{Feed: "f", Checked: now, NextCheck: now}, items, func(i feeds.Item) store.Verdict {
		a := alert.Alert{Item: i, Source: "Courier", Created: now, Topics: []rules.Topic{rules.Prosecution}, Severity: rules.High, Reasons: []alert.Reason{{Rule: "r"}}}
		return store.Verdict{Alert: &a, Deliveries: deliveries}
	})
	if err != nil {
		b.Fatal(err)
	}
}
