// Package watch turns feeds into what is owed: it reads the feeds that are due, by the first of their
// ways that works, judges their new items by the rules in force, and records items, alerts and
// deliveries in one transaction a feed. It decides how often a feed is asked, and what of a feed's
// health is news to the admins.
package watch

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

// Options are the settings of a Watch.
type Options struct {
	Store   *store.Store
	Fetcher *fetch.Fetcher
	Feeds   *live.Dir[feeds.Catalogue]
	Rules   *live.Dir[rules.Set]
	// Admins get the alerts of rules on trial.
	Admins []chat.Destination
	// Workers is how many hosts are read at the same time, at least 1, and PerHost how many requests one
	// host gets at the same time; 0 means 1. Both hold over all polls.
	Workers, PerHost int
	// Schedule is that of the feeds that have none of their own. Without one they may be read by every poll.
	Schedule feeds.Schedule
	// Slowest is the longest that a feed is left alone for publishing rarely, or because its server says
	// that its answer stays true. 0 means 2 hours; less than the schedule's time switches both off.
	Slowest time.Duration
	// Burst is how many new items at once may be too many for news; 0 means 40. See Report.Parked.
	Burst int
	// HoldSensitive holds back what alert.Alert.Sensitive is true of, until an admin has looked or another outlet
	// tells it.
	HoldSensitive bool
	// First says which items are posted when a feed is read for the first time.
	First FirstContact
	Log   *slog.Logger
}

// A Watch reads feeds. It is safe for concurrent use.
type Watch struct {
	Options
	lanes *lanes
	// parsers bounds the documents that are parsed at the same time: more only take memory.
	parsers chan struct{}
	// memory is what the feeds held, so that the store is asked for new items only.
	memory *memory
	// planning is held while a poll chooses its feeds. It guards states, which are those of the store (only
	// a Watch changes them there, and they are read once), and reading, the feeds that a poll reads now,
	// from their choice to the moment when their states are saved.
	planning sync.Mutex
	states   map[string]store.FeedState
	reading  map[string]bool
	// recording is held while the outcome of a feed is recorded, so that they are one by one. It guards
	// stories, the index of those that may be told again, nil if it is to be read, and swept, when it was.
	recording sync.Mutex
	stories   *alert.Stories
	swept     time.Time
	// retractions is how many the stories know of.
	retractions int
}

// New returns a Watch.
func New(o Options) *Watch {
	return &Watch{
		Options: o, lanes: newLanes(o.Workers, o.PerHost),
		parsers: make(chan struct{}, runtime.GOMAXPROCS(0)), reading: make(map[string]bool),
		memory: newMemory(),
	}
}

func (w *Watch) pacing() pacing {
	return pacing{schedule: w.Schedule, slowest: cmp.Or(w.Slowest, defaultSlowest)}
}

// A Report sums up one poll.
type Report struct {
	// Feeds counts the feeds that were asked, and Failed those that could not be read in any way.
	Feeds, Failed int
	store.Tally
	// Notices are news about feeds for the admins. They are on record as told.
	Notices []Notice
	// Parked are the feeds that brought so much at once that its alerts are held back until an admin
	// has looked.
	Parked []store.ParkedFeed
}

// Poll reads every feed that is due, many hosts at a time and each host's feeds one after the other. A
// feed that fails costs only itself; the error of Poll is the store's. When ctx ends, the feeds not yet
// read are left for the next poll.
//
// Several polls may run at the same time, so a slow feed holds up no others: what one poll reads the
// others leave alone.
func (w *Watch) Poll(ctx context.Context) (Report, error) {
	known, fresh, err := w.plan(ctx)
	if err != nil {
		return Report{}, err
	}
	defer w.release(known)
	defer w.release(fresh)
	p := &poll{watch: w, set: w.Rules.Get()}
	// Feeds that are read for the first time come last. Their items are stored in silence, and what a
	// feed that we knew before brings in the same poll is news.
	err = errors.Join(p.read(ctx, known), p.read(ctx, fresh))
	return p.report, err
}

// plan chooses the feeds that are due, takes them for this poll, and divides them into those that have
// given us items before and those that have not.
func (w *Watch) plan(ctx context.Context) (known, fresh []*visit, err error) {
	w.planning.Lock()
	defer w.planning.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if w.states == nil {
		if w.states, err = w.Store.FeedStates(ctx); err != nil {
			return nil, nil, err
		}
	}
	now := time.Now()
	for _, f := range w.Feeds.Get().On() {
		s := current(f, w.states[f.ID])
		if w.reading[f.ID] || !ready(s, s.NextCheck, now) {
			continue
		}
		w.reading[f.ID] = true
		v := &visit{feed: f, before: s, ways: attempts(f, s, now)}
		if s.FirstRead.IsZero() {
			fresh = append(fresh, v)
		} else {
			known = append(known, v)
		}
	}
	return known, fresh, nil
}

// saved notes that the states of the visits are in the store, and lets other polls read their feeds.
func (w *Watch) saved(visits ...*visit) {
	w.planning.Lock()
	for _, v := range visits {
		w.states[v.feed.ID] = v.state
		if v.prints != nil {
			w.memory.keep(v.feed.ID, v.prints)
		}
	}
	w.planning.Unlock()
	w.release(visits)
}

// release lets other polls read the feeds again.
func (w *Watch) release(visits []*visit) {
	w.planning.Lock()
	defer w.planning.Unlock()
	for _, v := range visits {
		if !v.released {
			v.released = true
			delete(w.reading, v.feed.ID)
		}
	}
}
