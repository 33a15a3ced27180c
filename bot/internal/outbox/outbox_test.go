package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/outbox"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// A scripted platform answers each send to a channel with the next of the errors laid out for it.
type scripted struct {
	mu     sync.Mutex
	errs   map[string][]error // by channel
	slow   map[string]time.Duration
	posted []string // channel: title
	// messages are those that were posted, in their order; their ids are their places, from 1.
	messages []chat.Message
	edits    []string // id: time since the start
	editErrs []error
	start    time.Time
	tries    map[string]int
}

func newScripted() *scripted {
	return &scripted{errs: make(map[string][]error), slow: make(map[string]time.Duration), tries: make(map[string]int), start: time.Now()}
}

func (p *scripted) Send(_ context.Context, to chat.Destination, _ string, m chat.Message) (string, error) {
	p.mu.Lock()
	delay := p.slow[to.Channel]
	p.mu.Unlock()
	time.Sleep(delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries[to.Channel]++
	if m.Title == "panic" {
		panic("a message that we cannot write")
	}
	if queue := p.errs[to.Channel]; len(queue) > 0 {
		p.errs[to.Channel] = queue[1:]
		if queue[0] != nil {
			return "", queue[0]
		}
	}
	p.posted, p.messages = append(p.posted, to.Channel+": "+m.Title), append(p.messages, m)
	return fmt.Sprint(len(p.posted)), nil
}

func (p *scripted) Edit(_ context.Context, _ chat.Destination, id string, m chat.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.edits = append(p.edits, id+": "+time.Since(p.start).Round(time.Minute).String())
	n, err := strconv.Atoi(id)
	if err != nil {
		return err
	}
	if len(p.editErrs) > 0 {
		err := p.editErrs[0]
		p.editErrs = p.editErrs[1:]
		return err
	}
	p.messages[n-1] = m
	return nil
}

func (p *scripted) Listen(ctx context.Context, _ []chat.Command, _ func(context.Context, chat.Request) chat.Answer) error {
	<-ctx.Done()
	return nil
}

// on returns what was posted to a channel, joined by spaces, and forgets nothing.
func (p *scripted) on(channel string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var titles []string
	for _, line := range p.posted {
		if title, ok := strings.CutPrefix(line, channel+": "); ok {
			titles = append(titles, title)
		}
	}
	return strings.Join(titles, " ")
}

func (p *scripted) triesOf(channel string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries[channel]
}

func to(channel string) chat.Destination {
	return chat.Destination{Platform: "telegram", Channel: channel}
}

// bench is an outbox over a real store with one scripted platform; the channel "admin" is told of trouble.
func bench(t *testing.T, titles []string, channels ...string) (*outbox.Outbox, *store.Store, *scripted) {
	t.Helper()
	return benchAt(t, filepath.Join(t.TempDir(), "bot.db"), titles, channels...)
}

// benchAt is bench with the database at a path.
func benchAt(t *testing.T, path string, titles []string, channels ...string) (*outbox.Outbox, *store.Store, *scripted) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var items []feeds.Item
	for _, title := range titles {
		items = append(items, feeds.Item{Feed: "f", Keys: []feeds.Key{feeds.Key(title)}, Title: title, Seen: time.Now()})
	}
	_, err = s.Record(t.Context(), store.FeedState{Feed: "f", Checked: time.Now(), NextCheck: time.Now()}, items, func(i feeds.Item) store.Verdict {
		a := alert.Alert{Item: i, Created: time.Now(), Topics: []rules.Topic{rules.Attack}, Reasons: []alert.Reason{{Rule: "r"}}}
		v := store.Verdict{Alert: &a}
		for _, c := range channels {
			v.Deliveries = append(v.Deliveries, alert.Delivery{To: to(c), Due: time.Now()})
		}
		return v
	})
	if err != nil {
		t.Fatal(err)
	}
	p := newScripted()
	o := outbox.New(s, map[string]chat.Platform{"telegram": p}, []chat.Destination{to("admin")}, slog.New(slog.DiscardHandler))
	t.Cleanup(o.Wait)
	return o, s, p
}

// run flushes again and again for so long: every second, as the bot's schedule does, or a hundred times
// if that is less often.
func run(t *testing.T, o *outbox.Outbox, d time.Duration) {
	t.Helper()
	pause := max(time.Second, d/100)
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(pause) {
		if _, err := o.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSendsInOrderOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a", "b", "c"}, "1", "2")
		run(t, o, 10*time.Second)
		for _, channel := range []string{"1", "2"} {
			if got := p.on(channel); got != "a b c" {
				t.Errorf("channel %s got %q, want %q", channel, got, "a b c")
			}
		}
	})
}

func TestConcurrentFlushesSendOnce(t *testing.T) {
	o, _, p := bench(t, strings.Fields("a b c d e f g h"), "1", "2", "3")
	var flushing sync.WaitGroup
	for range 4 {
		flushing.Go(func() {
			for range 20 {
				if _, err := o.Flush(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	flushing.Wait()
	if err := o.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, channel := range []string{"1", "2", "3"} {
		if got := p.on(channel); got != "a b c d e f g h" {
			t.Errorf("channel %s got %q, want each once, in order", channel, got)
		}
	}
}

func TestWaitHoldsOnlyItsChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a", "b"}, "1", "2")
		p.errs["1"] = []error{nil, &chat.RetryError{After: 30 * time.Second}}
		run(t, o, 20*time.Second)
		if got := p.on("1"); got != "a" {
			t.Errorf("channel 1 within its wait got %q, want %q", got, "a")
		}
		if got := p.on("2"); got != "a b" {
			t.Errorf("channel 2 got %q, want %q", got, "a b")
		}
		if got := p.triesOf("1"); got != 2 {
			t.Errorf("tries to channel 1 within its wait = %d, want 2", got)
		}
		run(t, o, 20*time.Second)
		if got := p.on("1"); got != "a b" {
			t.Errorf("channel 1 after its wait got %q, want %q", got, "a b")
		}
	})
}

func TestWaitEverywhereHoldsThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a", "b", "c"}, "1", "2")
		p.errs["1"] = []error{&chat.RetryError{After: 30 * time.Second, Everywhere: true}}
		p.slow["1"] = time.Second
		p.slow["2"] = 5 * time.Second // its first send is under way when the wait is told
		run(t, o, 20*time.Second)
		if got := p.on("1") + "|" + p.on("2"); got != "|a" {
			t.Errorf("within the wait = %q, want only the send that was under way", got)
		}
		run(t, o, 60*time.Second)
		if got := p.on("1") + "|" + p.on("2"); got != "a b c|a b c" {
			t.Errorf("after the wait = %q", got)
		}
	})
}

func TestSlowChannelDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a", "b", "c"}, "1", "2")
		p.slow["1"] = 20 * time.Second
		run(t, o, 2*time.Second)
		if got := p.on("2"); got != "a b c" {
			t.Errorf("channel 2 after 2 s got %q, want everything", got)
		}
		run(t, o, 70*time.Second)
		if got := p.on("1"); got != "a b c" {
			t.Errorf("the slow channel got %q, want %q", got, "a b c")
		}
	})
}

func TestLostChannelIsSuspendedAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, []string{"a", "b"}, "1")
		gone := fmt.Errorf("bot was kicked: %w", chat.ErrGone)
		p.errs["1"] = []error{gone, gone}
		run(t, o, 90*time.Minute)
		queues, err := s.Queues(t.Context())
		if err != nil || len(queues) != 1 || queues[0].Waiting != 2 || queues[0].Suspended.IsZero() {
			t.Errorf("queues = %+v, %v, want one suspended with both alerts", queues, err)
		}
		if got := p.on("admin"); strings.Count(got, "Cannot post in telegram:1") != 1 {
			t.Errorf("admin was told %q, want once", got)
		}
		run(t, o, time.Hour)
		if got := p.on("1"); got != "a b" {
			t.Errorf("after the channel came back it got %q, want %q", got, "a b")
		}
	})
}

func TestRejectedIsDroppedAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, []string{"a", "b"}, "1")
		p.errs["1"] = []error{fmt.Errorf("too strange: %w", chat.ErrRejected)}
		run(t, o, 5*time.Second)
		if got := p.on("1"); got != "b" {
			t.Errorf("channel got %q, want the one behind", got)
		}
		if got := p.on("admin"); !strings.Contains(got, "given up") {
			t.Errorf("admin was told %q", got)
		}
		totals, err := s.Totals(t.Context())
		if err != nil || totals.Dropped != 1 || totals.Sent != 1 {
			t.Errorf("totals = %+v, %v, want one dropped, one sent", totals, err)
		}
	})
}

func TestBadTokenTellsOnceAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, p := bench(t, []string{"a"}, "1", "2")
		refused := slices.Repeat([]error{fmt.Errorf("unauthorized: %w", chat.ErrToken)}, 20)
		p.errs["1"], p.errs["2"] = refused, refused
		run(t, o, time.Hour)
		if got := strings.Count(p.on("admin"), "refuses the bot's token"); got != 1 {
			t.Errorf("admin was told %d times, want once", got)
		}
		run(t, o, 24*time.Hour)
		if got := p.on("1") + "|" + p.on("2"); got != "a|a" {
			t.Errorf("after the token was mended = %q, want everything", got)
		}
	})
}

func TestFailuresBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, []string{"a"}, "1")
		p.errs["1"] = slices.Repeat([]error{fmt.Errorf("reset: %w", chat.ErrUnknown)}, 5)
		run(t, o, time.Hour)
		if got := p.on("1"); got != "a" {
			t.Errorf("channel got %q, want %q", got, "a")
		}
		if got := p.triesOf("1"); got != 6 {
			t.Errorf("tries = %d, want 6", got)
		}
		totals, err := s.Totals(t.Context())
		if err != nil || totals.Unknown != 5 {
			t.Errorf("totals = %+v, %v, want 5 unknown outcomes", totals, err)
		}
	})
}

func TestShutdownFinishesWhatWasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, s, p := bench(t, []string{"a", "b"}, "1")
		p.slow["1"] = 5 * time.Second
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := o.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		cancel()
		o.Wait()
		if got := p.on("1"); got != "a" {
			t.Errorf("after the stop channel has %q, want the one that was under way", got)
		}
		totals, err := s.Totals(t.Context())
		if err != nil || totals.Sent != 1 || totals.Waiting != 1 {
			t.Errorf("totals = %+v, %v, want one sent, one waiting", totals, err)
		}
	})
}

func TestUnknownPlatformWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s, _ := bench(t, []string{"a"}, "1")
		o := outbox.New(s, nil, nil, slog.New(slog.DiscardHandler))
		if err := o.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		queues, err := s.Queues(t.Context())
		if err != nil || len(queues) != 1 || !strings.Contains(queues[0].Reason, "not set up") {
			t.Errorf("queues = %+v, %v, want one that says the platform is not set up", queues, err)
		}
	})
}

func TestStoreErrorIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, _ := bench(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := o.Flush(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Flush = %v, want the store's error", err)
		}
	})
}
