package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// The ledger test lets the bot be killed at every boundary between two steps, and the services lose answers,
// fail and throttle, and then holds what stands in the channels against what was owed.

const (
	ledgerAlerts   = 30 // in waves, so that old and new ones meet
	ledgerWaves    = 2
	ledgerChannels = 2 // of each service
)

// faults say how badly the world behaves: each is a chance of a call, or of a step for kills.
type faults struct{ lost, unavailable, throttled, refused, killed float64 }

// A service is a chat service that fails as it is told. One with keys refuses to post a key twice.
type service struct {
	name  string
	keyed bool

	mu       sync.Mutex
	faults   faults
	random   *rand.Rand
	keys     map[string]string
	posts    []posted
	byID     map[string]int // places in posts
	failures map[string]int // by channel and alert
	edits    int
	broken   []string // promises that were broken
}

// A posted is a message that stands in a channel.
type posted struct {
	channel string
	alerts  []string
	digest  bool
	urgent  bool
	at      time.Time // when it was posted or last edited
	edited  bool
}

func newService(name string, keyed bool, f faults, seed uint64) *service {
	return &service{
		name: name, keyed: keyed, faults: f, random: rand.New(rand.NewPCG(seed, uint64(len(name)))),
		keys: make(map[string]string), byID: make(map[string]int), failures: make(map[string]int),
	}
}

var alertName = regexp.MustCompile(`alert-[0-9]+`)

func (s *service) chance(p float64) bool { return s.random.Float64() < p }

func (s *service) Send(_ context.Context, to chat.Destination, key string, m chat.Message) (string, error) {
	s.mu.Lock()
	delay := time.Duration(s.random.IntN(1500)) * time.Millisecond
	s.mu.Unlock()
	time.Sleep(delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	names := alertName.FindAllString(m.PlainText(), -1)
	slices.Sort(names)
	names = slices.Compact(names)
	failed := func(err error) (string, error) {
		for _, n := range names {
			s.failures[to.Channel+" "+n]++
		}
		return "", err
	}
	switch f := s.faults; {
	case s.chance(f.throttled):
		return "", &chat.RetryError{After: time.Duration(1+s.random.IntN(20)) * time.Second, Everywhere: s.chance(0.1)}
	case s.chance(f.unavailable):
		return failed(fmt.Errorf("502: %w", chat.ErrUnknown))
	case s.chance(f.refused):
		return failed(errors.New("connection refused"))
	}
	id, known := s.keys[key]
	if !known || !s.keyed {
		id = fmt.Sprint(len(s.posts) + 1)
		s.keys[key], s.byID[id] = id, len(s.posts)
		s.posts = append(s.posts, posted{channel: to.Channel, alerts: names, digest: len(names) > 1, urgent: m.Level >= chat.High, at: time.Now()})
	}
	if s.chance(s.faults.lost) {
		return failed(fmt.Errorf("reset: %w", chat.ErrUnknown))
	}
	return id, nil
}

func (s *service) Edit(_ context.Context, to chat.Destination, id string, m chat.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.byID[id]
	if !ok || s.posts[i].channel != to.Channel {
		s.broken = append(s.broken, "edit of a message that was never posted: "+id)
		return chat.ErrRejected
	}
	p := &s.posts[i]
	if p.edited && time.Since(p.at) < store.EditEvery-time.Second {
		s.broken = append(s.broken, fmt.Sprintf("message %s edited after %s", id, time.Since(p.at)))
	}
	if s.chance(s.faults.throttled) {
		return &chat.RetryError{After: time.Second}
	}
	p.at, p.edited = time.Now(), true
	s.edits++
	if s.chance(s.faults.lost) {
		return chat.ErrUnknown
	}
	return nil
}

func (s *service) Listen(context.Context, []chat.Command, func(context.Context, chat.Request) chat.Answer) error {
	return nil
}

// A run is one life of the program after another over one database.
type ledgerRun struct {
	path      string
	platforms map[string]chat.Platform
	random    *rand.Rand
	killed    float64
	kills     int
}

// live runs the program until it is killed or the time is up, flushing again and again, and editing now and then.
func (r *ledgerRun) live(t *testing.T, until time.Time, pause time.Duration) {
	s, err := store.Open(t.Context(), r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := New(s, r.platforms, nil, slog.New(slog.DiscardHandler))
	var mu sync.Mutex
	dead := false
	o.step = func(string) {
		mu.Lock()
		if !dead && r.random.Float64() < r.killed {
			dead = true
			r.kills++
		}
		gone := dead
		mu.Unlock()
		if gone {
			runtime.Goexit()
		}
	}
	for time.Now().Before(until) {
		mu.Lock()
		gone := dead
		mu.Unlock()
		if gone {
			break
		}
		if _, err := o.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(pause)
		if time.Now().Unix()%397 < int64(pause/time.Second) {
			if err := s.MarkEdits(t.Context(), int64(1+time.Now().Unix()%ledgerAlerts), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.Wait()
}

// owe records one wave of alerts, owed to every channel; every fifth goes into a digest.
func owe(t *testing.T, path string, wave int) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if wave == 0 {
		var wishes []alert.Subscription
		for _, to := range channels() {
			wish := alert.Subscription{To: to, Ceiling: -1}
			if to.Channel == "1" {
				wish.Ceiling = 0 // the usual one, which is below what is owed
			}
			wishes = append(wishes, wish)
		}
		if err := s.ReplaceConfig(t.Context(), wishes, nil); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	var items []feeds.Item
	for n := range ledgerAlerts / ledgerWaves {
		title := fmt.Sprintf("alert-%03d", wave*ledgerAlerts/ledgerWaves+n)
		items = append(items, feeds.Item{Feed: "f", Keys: []feeds.Key{feeds.Key(title)}, Title: title, Seen: now})
	}
	n := 0
	_, err = s.Record(t.Context(), store.FeedState{Feed: "f", Checked: now, NextCheck: now}, items, func(i feeds.Item) store.Verdict {
		n++
		a := alert.Alert{Item: i, Created: now, Topics: []rules.Topic{rules.Attack}, Severity: rules.Medium + rules.Severity(n%2), Reasons: []alert.Reason{{Rule: "r"}}}
		v := store.Verdict{Alert: &a}
		for _, to := range channels() {
			d := alert.Delivery{To: to, Due: now}
			if n%5 == 0 {
				d.Digest, d.Due = true, now.Add(30*time.Minute)
			}
			v.Deliveries = append(v.Deliveries, d)
		}
		return v
	})
	if err != nil {
		t.Fatal(err)
	}
}

func channels() []chat.Destination {
	var list []chat.Destination
	for _, platform := range []string{"telegram", "discord"} {
		for n := range ledgerChannels {
			list = append(list, chat.Destination{Platform: platform, Channel: fmt.Sprint(n + 1)})
		}
	}
	return list
}

// check holds what stands in the channels of a service against what was owed.
func (s *service) check(t *testing.T) (lost, doubles int) {
	t.Helper()
	for n := range ledgerChannels {
		channel := fmt.Sprint(n + 1)
		seen := make(map[string]int)
		last := map[bool]string{}
		for _, p := range s.posts {
			if p.channel != channel {
				continue
			}
			for _, a := range p.alerts {
				seen[a]++
			}
			name := strings.Join(p.alerts, " ")
			// A message that failed three times is put aside, and a double comes late by its nature.
			if p.digest || s.failures[channel+" "+name] >= aloneAfter || seen[name] > 1 {
				continue
			}
			if isDigest(name) { // one that was alone in its digest
				continue
			}
			if name < last[p.urgent] {
				t.Errorf("%s %s: %s came after %s", s.name, channel, name, last[p.urgent])
			}
			last[p.urgent] = name
		}
		for n := range ledgerAlerts {
			switch count := seen[fmt.Sprintf("alert-%03d", n)]; {
			case count == 0:
				lost++
				t.Errorf("%s %s: alert-%03d is lost", s.name, channel, n)
			case count > 1:
				doubles += count - 1
			}
		}
	}
	for _, b := range s.broken {
		t.Errorf("%s: %s", s.name, b)
	}
	return lost, doubles
}

// isDigest reports whether an alert goes into a digest.
func isDigest(name string) bool {
	var n int
	fmt.Sscanf(name, "alert-%d", &n)
	return (n%(ledgerAlerts/ledgerWaves)+1)%5 == 0
}

func TestLedger(t *testing.T) {
	calm := faults{}
	storm := faults{lost: 0.1, unavailable: 0.15, throttled: 0.15, refused: 0.05, killed: 0.01}
	kills := faults{killed: 0.03}
	for i, c := range []struct {
		name string
		faults
		seed uint64
	}{
		{"calm", calm, 1}, {"kills", kills, 1}, {"kills", kills, 2}, {"storm", storm, 1}, {"storm", storm, 2},
		{"lost answers", faults{lost: 0.3}, 1}, {"throttled", faults{throttled: 0.5}, 1}, {"502", faults{unavailable: 0.5}, 1},
		{"any", storm, rand.Uint64()},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.name, c.seed), func(t *testing.T) {
			if testing.Short() && i%3 != 1 {
				t.Skip("with -short, as under the race detector, one case of three")
			}
			synctest.Test(t, func(t *testing.T) { ledger(t, c.faults, c.seed) })
		})
	}
}

func ledger(t *testing.T, f faults, seed uint64) {
	telegram, discord := newService("telegram", false, f, seed), newService("discord", true, f, seed)
	r := ledgerRun{
		path: filepath.Join(t.TempDir(), "bot.db"), random: rand.New(rand.NewPCG(seed, 7)), killed: f.killed,
		platforms: map[string]chat.Platform{"telegram": telegram, "discord": discord},
	}
	for wave := range ledgerWaves {
		owe(t, r.path, wave)
		for until := time.Now().Add(3 * time.Minute); time.Now().Before(until); {
			r.live(t, until, time.Second)
		}
	}
	// Then the world behaves, and what is left goes out: a message that failed waits half an hour at most.
	r.killed, telegram.faults, discord.faults = 0, faults{}, faults{}
	r.live(t, time.Now().Add(4*time.Hour), time.Minute)
	s, err := store.Open(t.Context(), r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	totals, err := s.Totals(t.Context())
	if err != nil || totals.Waiting > 0 || totals.Dropped > 0 {
		t.Errorf("totals = %+v, %v, want nothing waiting or given up", totals, err)
	}
	queues, err := s.Queues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unknown := make(map[string]int)
	for _, q := range queues {
		unknown[q.To.Platform] += q.Unknown
	}
	tgLost, tgDoubles := telegram.check(t)
	dcLost, dcDoubles := discord.check(t)
	if tgDoubles > unknown["telegram"] || dcDoubles > 0 {
		t.Errorf("doubles = %d on telegram, %d on discord, want at most %d and 0", tgDoubles, dcDoubles, unknown["telegram"])
	}
	t.Logf("seed %d: %d kills, %d alerts owed to %d channels, %d+%d edits; lost %d; telegram: %d unknown outcomes, %d doubles; discord: %d unknown outcomes, %d doubles",
		seed, r.kills, ledgerAlerts, 2*ledgerChannels, telegram.edits, discord.edits, tgLost+dcLost, unknown["telegram"], tgDoubles, unknown["discord"], dcDoubles)
}
