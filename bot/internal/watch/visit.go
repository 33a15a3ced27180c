package watch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/fetch"
)

const (
	// maxPages bounds the pages that are read for one feed in one poll, and pagesTime the time that
	// they take: an alert that needs no page must not wait longer for them.
	maxPages  = 20
	pagesTime = 2 * time.Minute
)

// A visit is the reading of one feed in one poll. It is handed from task to task, never shared.
type visit struct {
	feed feeds.Feed
	// before is the state of the feed before, and state what it has become so far.
	before, state store.FeedState
	// ways are those still to be tried; way is the one that is tried or that served.
	ways []attempt
	way  attempt
	// answer, doc and news are what the way that served said. items are those of doc, oldest first.
	answer fetch.Answer
	doc    document.Document
	items  []feeds.Item
	news   store.News
	// prints are those of items, for the memory of what the feed holds.
	prints []fingerprint
	// pages are the places in news.Items of the items whose pages are still to be read, until a time.
	pages []int
	until time.Time
	// got is when the last answer, or failure, came.
	got time.Time
	// err is why no way served, and broken what the store said when it was asked what is new.
	err, broken error
	// released is true once other polls may read the feed.
	released bool
}

// forget lets go of what is not needed once only the state is to be saved.
func (v *visit) forget() {
	v.answer, v.doc, v.items, v.news = fetch.Answer{}, document.Document{}, nil, store.News{}
}

// start gives the first task of a visit to its host; out gets the visit at the end.
func (w *Watch) start(ctx context.Context, v *visit, out chan<- *visit) {
	w.lanes.add(hostOf(v.ways[0].way.URL), func() { w.try(ctx, v, out) })
}

// try goes the first of the ways that are left, and has the next one tried if that fails.
func (w *Watch) try(ctx context.Context, v *visit, out chan<- *visit) {
	v.way, v.ways = v.ways[0], v.ways[1:]
	if v.state.Checked.IsZero() {
		v.state = begun(v.feed, v.before)
	}
	v.state.Checked = time.Now()
	v.err = ctx.Err()
	if v.err == nil {
		v.err = w.survive(v.feed, func() error { return w.fetch(ctx, v) })
	}
	v.got = time.Now()
	switch {
	case v.err == nil:
		w.readPages(ctx, v, out)
	case ctx.Err() != nil:
		out <- v
	default:
		v.state = failed(v.state, v.way, v.err, v.got)
		if len(v.ways) > 0 {
			w.start(ctx, v, out)
			return
		}
		out <- v
	}
}

// fetch asks for the feed and finds out what is new in it.
func (w *Watch) fetch(ctx context.Context, v *visit) (err error) {
	r := fetch.Request{Feed: v.feed, Way: v.way.way, Validators: validators(v.state, v.way), Now: v.state.Checked}
	if v.answer, err = w.Fetcher.Fetch(ctx, r); err != nil || v.answer.NotModified {
		return err
	}
	if v.doc, err = w.parse(ctx, v.answer.Source, v.feed, v.state.Checked); err != nil {
		return err
	}
	if v.doc.Cut {
		v.answer.Validators = feeds.Validators{} // what is missing would never come, were the answer "not changed"
	}
	v.answer.Source = document.Source{} // the text is no longer needed, and many visits may wait
	if !v.way.own() {
		v.doc.Items = withoutSource(v.doc.Items, v.feed)
	}
	v.items = oldestFirst(v.doc.Items)
	v.prints = w.memory.of(v.items)
	v.news, v.broken = w.Store.News(ctx, w.memory.unknown(v.feed.ID, v.items, v.prints))
	return nil
}

// parse parses a document when there is a parser free.
func (w *Watch) parse(ctx context.Context, src document.Source, f feeds.Feed, now time.Time) (document.Document, error) {
	select {
	case w.parsers <- struct{}{}:
	case <-ctx.Done():
		return document.Document{}, ctx.Err()
	}
	defer func() { <-w.parsers }()
	return document.Parse(src, f, now)
}

// readPages has the pages of the new items read, if the feed wants it, and ends the visit.
func (w *Watch) readPages(ctx context.Context, v *visit, out chan<- *visit) {
	if v.feed.FullText && !v.before.FirstRead.IsZero() {
		v.pages = pagesOf(v.news)
		v.until = time.Now().Add(pagesTime)
	}
	w.nextPage(ctx, v, out)
}

// pagesOf are the places in n.Items of the newest new items that have a page.
func pagesOf(n store.News) []int {
	pages := slices.DeleteFunc(slices.Clone(n.New), func(i int) bool { return n.Items[i].Link == "" })
	return pages[max(0, len(pages)-maxPages):]
}

// nextPage gives the reading of the next page to the page's host, so that it too is asked by one at a time.
func (w *Watch) nextPage(ctx context.Context, v *visit, out chan<- *visit) {
	if len(v.pages) == 0 || ctx.Err() != nil || time.Now().After(v.until) {
		out <- v
		return
	}
	item := &v.news.Items[v.pages[0]]
	v.pages = v.pages[1:]
	w.lanes.add(hostOf(item.Link), func() {
		err := w.survive(v.feed, func() (err error) {
			item.Body, err = w.page(ctx, v.feed, item.Link)
			return err
		})
		if err != nil {
			w.Log.Info("page not read", "feed", v.feed.ID, "err", err)
		}
		w.nextPage(ctx, v, out)
	})
}

// page returns the main text of an article's page. It is used for matching and kept nowhere.
func (w *Watch) page(ctx context.Context, f feeds.Feed, address string) (string, error) {
	src, err := w.Fetcher.Page(ctx, f, address)
	if err != nil {
		return "", err
	}
	w.parsers <- struct{}{}
	defer func() { <-w.parsers }()
	return document.MainText(src)
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
