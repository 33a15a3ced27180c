package watch

import (
	"context"
	"time"

	"pressalert/bot/internal/alert"
)

// forgetEvery is how often stories that are too old to be told again are dropped from the index.
const forgetEvery = 24 * time.Hour

// index returns the index of the stories that an item may tell at now, reading them from the store if need
// be: what an admin took back has changed them there. The caller holds recording.
func (w *Watch) index(ctx context.Context, now time.Time) (*alert.Stories, error) {
	retractions, err := w.Store.Retractions(ctx)
	if err != nil {
		return nil, err
	}
	if w.stories != nil && now.Sub(w.swept) < forgetEvery && retractions == w.retractions {
		return w.stories, nil
	}
	list, err := w.Store.LoadStories(ctx, now)
	if err != nil {
		return nil, err
	}
	w.stories, w.swept, w.retractions = alert.NewStories(), now, retractions
	for _, s := range list {
		w.stories.Add(s)
	}
	return w.stories, nil
}

// Split takes an item out of its story, as store.Split does, and has it posted to those who ask for it. No
// poll records anything meanwhile.
func (w *Watch) Split(ctx context.Context, item int64) error {
	w.recording.Lock()
	defer w.recording.Unlock()
	subscriptions, err := w.Store.Subscriptions(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	w.stories = nil // it is read anew
	_, _, err = w.Store.Split(ctx, item, now, func(a alert.Alert) []alert.Delivery {
		return alert.Route(a, subscriptions, w.Admins, now)
	})
	return err
}

// Merge puts two stories together, as store.Merge does. No poll records anything meanwhile.
func (w *Watch) Merge(ctx context.Context, into, from int64) error {
	w.recording.Lock()
	defer w.recording.Unlock()
	w.stories = nil
	_, err := w.Store.Merge(ctx, into, from, time.Now())
	return err
}
