package watch

import (
	"fmt"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// loud lists the items that are not silent, by their marks.
func loud(items []feeds.Item, quiet map[feeds.Key]bool) string {
	list := ""
	for _, i := range items {
		if !quiet[mark(i)] {
			list += string(mark(i))
		}
	}
	return list
}

// hourly returns items 0 to 3, as Record takes them: the first without a date, the others an hour apart,
// the last an hour old.
func hourly() []feeds.Item {
	var items []feeds.Item
	for n := range 4 {
		items = append(items, feeds.Item{Keys: []feeds.Key{"guid", feeds.Key(fmt.Sprint(n))}, Published: now.Add(time.Duration(n-4) * time.Hour)})
	}
	items[0].Published = time.Time{}
	return items
}

func TestSilent(t *testing.T) {
	for _, c := range []struct {
		name  string
		first FirstContact
		loud  string
	}{
		{"nothing by default", FirstContact{}, ""},
		{"the newest two", FirstContact{Backfill: 2}, "23"},
		{"more than there are", FirstContact{Backfill: 9}, "0123"},
		{"the last two hours", FirstContact{Since: 2 * time.Hour}, "23"},
		{"either", FirstContact{Backfill: 1, Since: 3 * time.Hour}, "123"},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := hourly()
			if got := loud(items, silence(items, store.FeedState{}, store.FeedState{Checked: now}, c.first)); got != c.loud {
				t.Errorf("posted = %q, want %q", got, c.loud)
			}
		})
	}
}

func TestSilenceOfAnotherWay(t *testing.T) {
	half := now.Add(-30 * time.Minute)
	for _, c := range []struct {
		name          string
		before, after store.FeedState
		loud          string
	}{
		{"the same way", store.FeedState{FirstRead: now, Succeeded: now}, store.FeedState{}, "0123"},
		{"a fallback: what is older than the last answer was there", store.FeedState{FirstRead: now, Succeeded: half}, store.FeedState{Via: mirror}, "023"},
		{"its own again: what is older than its failure was there", store.FeedState{FirstRead: now, Via: mirror, Failing: now.Add(-5 * time.Minute), Succeeded: now.AddDate(0, 0, -1)}, store.FeedState{}, "023"},
		{"its own again after long", store.FeedState{FirstRead: now, Via: mirror, Failing: now.AddDate(0, 0, -1), Succeeded: now}, store.FeedState{}, "0123"},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := hourly()
			c.after.Checked = now
			if got := loud(items, silence(items, c.before, c.after, FirstContact{})); got != c.loud {
				t.Errorf("posted = %q, want %q", got, c.loud)
			}
		})
	}
}

func TestOldestFirst(t *testing.T) {
	items := []feeds.Item{ // as feeds have them: newest first, dates missing
		{Title: "c", Published: now.Add(time.Hour)}, {Title: "b2", Seen: now}, {Title: "b1", Seen: now}, {Title: "a", Published: now.Add(-time.Hour)},
	}
	got := ""
	for _, i := range oldestFirst(items) {
		got += i.Title
	}
	if got != "ab1b2c" {
		t.Errorf("order = %q, want %q", got, "ab1b2c")
	}
}

func TestWithoutSource(t *testing.T) {
	for title, want := range map[string]string{
		"Blogger held - Courier":     "Blogger held",
		"Blogger held - Courier Ltd": "Blogger held",
		"Blogger held - Gazette":     "Blogger held - Gazette",
		" - Courier":                 " - Courier",
	} {
		if got := withoutSource([]feeds.Item{{Title: title}}, courier)[0].Title; got != want {
			t.Errorf("title %q became %q, want %q", title, got, want)
		}
	}
}

func TestPagesOf(t *testing.T) {
	var n store.News
	for i := range 30 {
		n.Items = append(n.Items, feeds.Item{Link: "https://courier.example/a"})
		if i%2 == 0 || i > 5 {
			n.New = append(n.New, i)
		}
	}
	n.Items[29].Link = ""
	if got, want := fmt.Sprint(pagesOf(n)), "[9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28]"; got != want {
		t.Errorf("pages = %s, want %s", got, want)
	}
}
