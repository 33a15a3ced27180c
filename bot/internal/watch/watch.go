// Package watch turns feeds into what is owed: it reads the feeds that are due, judges their new items
// by the rules in force, and records items, alerts and deliveries in one transaction a feed.
package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

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
	Store         *store.Store
	Fetcher       *fetch.Fetcher
	Feeds         *live.Dir[feeds.Catalogue]
	Rules         *live.Dir[rules.Set]
	Subscriptions []alert.Subscription
	// Admins get the alerts of rules on trial.
	Admins []chat.Destination
	// Workers is how many hosts are read at the same time, at least 1.
	Workers int
	// First says which items are posted when a feed is read for the first time.
	First FirstContact
	Log   *slog.Logger
}

// FirstContact says which of the items that a feed already carries when we first read it are posted.
// The others are stored, so that they can be looked up, but are news to nobody. The zero value posts none.
type FirstContact struct {
	// Backfill posts this many of the newest items.
	Backfill int
	// Since posts the items that are younger than this.
	Since time.Duration
}

// A Watch reads feeds. Poll must not be called by two goroutines at the same time.
type Watch struct {
	Options
}

// New returns a Watch.
func New(o Options) *Watch { return &Watch{Options: o} }

// A Report sums up one poll.
type Report struct {
	// Feeds counts the feeds that were asked, and Failed those that could not be read.
	Feeds, Failed int
	store.Tally
}

// outcome is what became of one feed.
type outcome struct {
	feed   feeds.Feed
	state  store.FeedState
	result fetch.Result
	err    error
}

// Poll reads every feed that is due, a few hosts at a time and each host's feeds one after the other.
// A feed that fails costs only itself; the error of Poll is the store's. When ctx ends, the feeds not yet
// read are left for the next poll.
func (w *Watch) Poll(ctx context.Context) (Report, error) {
	states, err := w.Store.FeedStates(ctx)
	if err != nil {
		return Report{}, err
	}
	set := w.Rules.Get()
	// Feeds that are read for the first time come last. Their items are stored in silence, and what a
	// feed that we knew before brings in the same poll is news.
	known, fresh := split(due(w.Feeds.Get().On(), states, time.Now()), states)
	var report Report
	err = errors.Join(w.read(ctx, set, known, states, &report), w.read(ctx, set, fresh, states, &report))
	return report, err
}

// read reads the feeds of a list and adds what came of it to the report.
func (w *Watch) read(ctx context.Context, set *rules.Set, list []feeds.Feed, states map[string]store.FeedState, report *Report) error {
	outcomes := make(chan outcome)
	var group errgroup.Group
	group.SetLimit(w.Workers)
	go func() {
		defer close(outcomes)
		for _, host := range byHost(list) {
			group.Go(func() error {
				for _, feed := range host {
					outcomes <- w.fetch(ctx, feed, states[feed.ID])
				}
				return nil
			})
		}
		group.Wait() // the functions return no errors
	}()
	// Outcomes are taken one by one: joining and writing know no races.
	var failed error
	for o := range outcomes {
		if ctx.Err() != nil {
			continue
		}
		if err := w.take(ctx, set, o, report); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// due picks the feeds that may be asked now. A wait that was begun in the future is no wait: the clock
// was wrong then, and the feed would not be read for years.
func due(list []feeds.Feed, states map[string]store.FeedState, now time.Time) []feeds.Feed {
	return slices.DeleteFunc(list, func(f feeds.Feed) bool {
		s := states[f.ID]
		return s.NextCheck.After(now) && !s.Checked.After(now)
	})
}

// split divides feeds into those that have given us items before and those that have not.
func split(list []feeds.Feed, states map[string]store.FeedState) (known, fresh []feeds.Feed) {
	for _, f := range list {
		if states[f.ID].FirstRead.IsZero() {
			fresh = append(fresh, f)
		} else {
			known = append(known, f)
		}
	}
	return known, fresh
}

// byHost groups feeds by their server, the servers in the order of the list.
func byHost(list []feeds.Feed) [][]feeds.Feed {
	var groups [][]feeds.Feed
	place := make(map[string]int)
	for _, f := range list {
		host := f.URL
		if u, err := url.Parse(f.URL); err == nil {
			host = u.Hostname()
		}
		i, known := place[host]
		if !known {
			i = len(groups)
			place[host] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

func (w *Watch) fetch(ctx context.Context, feed feeds.Feed, state store.FeedState) outcome {
	if ctx.Err() != nil {
		return outcome{feed: feed, state: state, err: ctx.Err()}
	}
	state.Feed = feed.ID
	validators := state.Validators
	if state.URL != feed.URL {
		validators = feeds.Validators{}
	}
	o := outcome{feed: feed, state: state}
	o.state.Checked = time.Now()
	o.err = w.survive(feed, func() (err error) {
		o.result, err = w.Fetcher.Fetch(ctx, feed, validators, o.state.Checked)
		return err
	})
	return o
}

// errPanic marks an error that was a panic of our own code.
var errPanic = errors.New("this bot has a bug that the feed brings out")

// survive turns a panic of do into an error: what one feed holds must not cost the others.
func (w *Watch) survive(feed feeds.Feed, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("panic", "feed", feed.ID, "value", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return do()
}

// take writes down what became of one feed.
func (w *Watch) take(ctx context.Context, set *rules.Set, o outcome, report *Report) error {
	report.Feeds++
	if o.err == nil {
		err := w.survive(o.feed, func() error { return w.keep(ctx, set, o, report) })
		if !errors.Is(err, errPanic) {
			return err
		}
		o.err = err
	}
	report.Failed++
	o.state = failedState(o.state, o.err)
	w.Log.Warn("feed not read", "feed", o.feed.ID, "failures", o.state.Failures,
		"again", o.state.NextCheck.UTC().Format(time.RFC3339), "err", o.err)
	return w.Store.SaveFeedState(ctx, o.state)
}

// keep records a good answer: new items, what they give rise to, and the feed's state.
func (w *Watch) keep(ctx context.Context, set *rules.Set, o outcome, report *Report) error {
	first := o.state.FirstRead.IsZero()
	o.state = readState(o.state, o.feed.URL, o.result.Validators)
	if o.result.NotModified {
		return w.Store.SaveFeedState(ctx, o.state)
	}
	items := oldestFirst(o.result.Items)
	j := judge{feed: o.feed, set: set, subscriptions: w.Subscriptions, admins: w.Admins, now: o.state.Checked}
	if first {
		j.silent = silent(items, w.First, o.state.Checked)
	}
	tally, err := w.Store.Record(ctx, o.state, items, j.decide)
	report.Items += tally.Items
	report.Matched += tally.Matched
	report.Alerts += tally.Alerts
	report.Deliveries += tally.Deliveries
	return err
}

// oldestFirst sorts items by date; those of one time, or without one, keep their order from the bottom
// of the document to its top, because feeds put the newest first.
func oldestFirst(items []feeds.Item) []feeds.Item {
	items = slices.Clone(items)
	slices.Reverse(items)
	slices.SortStableFunc(items, func(a, b feeds.Item) int { return a.When().Compare(b.When()) })
	return items
}

// silent returns the items, by their first key, that are not posted on first contact.
func silent(items []feeds.Item, first FirstContact, now time.Time) map[feeds.Key]bool {
	quiet := make(map[feeds.Key]bool)
	for i, item := range items {
		newest := i >= len(items)-first.Backfill
		young := first.Since > 0 && !item.Published.IsZero() && now.Sub(item.Published) <= first.Since
		quiet[item.Keys[0]] = !newest && !young
	}
	return quiet
}

// A judge decides about the new items of one feed.
type judge struct {
	feed          feeds.Feed
	set           *rules.Set
	subscriptions []alert.Subscription
	admins        []chat.Destination
	silent        map[feeds.Key]bool
	now           time.Time
}

func (j judge) decide(item feeds.Item, recent []alert.Story) store.Verdict {
	v := store.Verdict{Item: item}
	a, matched := alert.Judge(item, j.feed, j.set.Match(item), j.now)
	if !matched {
		return v
	}
	v.Matched = true
	if !j.silent[item.Keys[0]] {
		v.Deliveries = alert.Route(a, j.subscriptions, j.admins, j.now)
	}
	story, joined := alert.Join(item, recent, j.now)
	if !joined {
		story = alert.Story{Title: cmp.Or(item.Title, item.Summary), Opened: j.now}
	}
	v.Story = story
	// A story that no subscriber was told hides no item that is owed: the first contact with a feed is
	// silent, and a rule on trial tells the admins alone.
	if !joined || !story.Told && len(v.Deliveries) > 0 && !a.Trial {
		v.Alert = &a
	}
	return v
}
