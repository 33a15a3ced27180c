package watch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/rules"
)

const (
	// saveAtOnce and saveEvery bound how many states of unchanged feeds wait to be saved, and how long: a
	// crash has so many feeds asked twice, and each saving waits for the disk.
	saveAtOnce = 256
	saveEvery  = 2 * time.Second
)

// A poll takes the outcomes of visits one by one. It belongs to one goroutine.
type poll struct {
	watch  *Watch
	set    *rules.Set
	report Report
	// waiting are the visits that brought nothing new, whose states are still to be saved.
	waiting []*visit
	notices []Notice // of waiting
}

// read makes the visits and takes down what came of them.
func (p *poll) read(ctx context.Context, visits []*visit) error {
	out := make(chan *visit)
	for _, v := range visits {
		p.watch.start(ctx, v, out)
	}
	var errs []error
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for left := len(visits); left > 0; {
		select {
		case v := <-out:
			left--
			if ctx.Err() == nil {
				errs = append(errs, p.take(ctx, v))
			}
		case <-tick.C:
			errs = append(errs, p.save(ctx))
		}
	}
	return errors.Join(append(errs, p.save(ctx))...)
}

// take writes down what became of one feed.
func (p *poll) take(ctx context.Context, v *visit) error {
	p.report.Feeds++
	if v.broken != nil {
		return v.broken
	}
	if v.err == nil {
		err := p.watch.survive(v.feed, func() error { return p.keep(ctx, v) })
		if !errors.Is(err, errPanic) {
			return err
		}
		v.err = err
		checked := v.state.Checked
		v.state = begun(v.feed, v.before)
		v.state.Checked = checked
		v.state = failed(v.state, attempt{}, err, v.got)
	}
	p.report.Failed++
	v.state.NextCheck = p.watch.pacing().afterFailure(v.feed, v.state)
	p.watch.Log.Warn("feed not read", "feed", v.feed.ID, "failures", v.state.Failures,
		"again", v.state.NextCheck.UTC().Format(time.RFC3339), "err", v.err)
	return p.later(ctx, v)
}

// keep takes down a good answer.
func (p *poll) keep(ctx context.Context, v *visit) error {
	w := p.watch
	v.state = answered(v.state, v.way, v.answer)
	if !v.answer.NotModified {
		v.state = described(v.state, v.doc, len(v.news.New))
	}
	v.state.NextCheck = w.pacing().afterAnswer(v.feed, v.state, v.answer.Fresh, v.got)
	if v.state.Via != "" {
		w.Log.Info("feed read through a fallback", "feed", v.feed.ID, "via", v.state.Via, "failures", v.state.Failures, "err", v.state.Error)
	}
	if len(v.news.Items) == 0 {
		return p.later(ctx, v)
	}
	return p.record(ctx, v)
}

// record keeps new and changed items, what they give rise to, and the feed's state.
func (p *poll) record(ctx context.Context, v *visit) error {
	w := p.watch
	w.recording.Lock()
	defer w.recording.Unlock()
	now := v.state.Checked
	stories, err := w.index(ctx, now)
	if err != nil {
		return err
	}
	subscriptions, err := w.Store.Subscriptions(ctx)
	if err != nil {
		return err
	}
	var news []Notice
	news, v.state = notices(v.before, v.state)
	j := judge{
		feed: v.feed, set: p.set, stories: stories, subscriptions: subscriptions, admins: w.Admins, now: now,
		silent:    silence(v.items, v.before, v.state, w.First),
		sensitive: w.HoldSensitive,
		parked:    isBurst(len(v.news.New), cmp.Or(w.Burst, defaultBurst), v.before, now),
	}
	w.stories = nil // what Record does not commit must not stay in the index
	tally, err := w.Store.Record(ctx, v.state, v.news.Items, j.decide)
	if err != nil {
		return err
	}
	w.stories = stories
	w.saved(v)
	v.forget()
	p.report.Add(tally)
	p.report.Notices = append(p.report.Notices, news...)
	if j.parked && tally.Deliveries > 0 {
		w.Log.Warn("burst held back", "feed", v.feed.ID, "items", tally.Items, "alerts", tally.Alerts)
		p.report.Parked = append(p.report.Parked, store.ParkedFeed{
			Feed: v.feed.ID, Alerts: tally.Alerts, Deliveries: tally.Deliveries, Since: now,
		})
	}
	return nil
}

// later puts the state of a feed that brought nothing new on the pile of those to be saved together.
func (p *poll) later(ctx context.Context, v *visit) error {
	var news []Notice
	news, v.state = notices(v.before, v.state)
	p.notices = append(p.notices, news...)
	v.forget()
	p.waiting = append(p.waiting, v)
	if len(p.waiting) < saveAtOnce {
		return nil
	}
	return p.save(ctx)
}

// save saves the states on the pile. If that fails the feeds are asked again by the next poll, and what
// was to be told of them is told then.
func (p *poll) save(ctx context.Context) error {
	if len(p.waiting) == 0 {
		return nil
	}
	var states []store.FeedState
	for _, v := range p.waiting {
		states = append(states, v.state)
	}
	err := p.watch.Store.SaveFeedStates(ctx, states)
	if err == nil {
		p.watch.saved(p.waiting...)
		p.report.Notices = slices.Concat(p.report.Notices, p.notices)
	}
	p.waiting, p.notices = nil, nil
	return err
}
