package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// An entry is an item of TestIdentity, written "feed guid link title hours": guid and link may be "-".
func entry(text string) feeds.Item {
	f := strings.Fields(text)
	i := feeds.Item{Feed: f[0], Title: strings.ReplaceAll(f[3], "_", " "), Seen: now}
	if f[1] != "-" {
		i.GUID = feeds.Key(f[0] + "/" + f[1])
		i.Keys = append(i.Keys, i.GUID)
	}
	if f[2] != "-" {
		i.Link = "https://courier.example/" + f[2]
		i.Keys = append(i.Keys, feeds.Key(f[2]))
	}
	if f[4] != "-" {
		hours, err := time.ParseDuration(f[4])
		if err != nil {
			panic(err)
		}
		i.Published = now.Add(hours)
	}
	return i
}

// TestIdentity gives the store documents, divided by "|", whose entries are divided by ";".
func TestIdentity(t *testing.T) {
	const protest, court = "Police_disperse_protest", "Court_frees_blogger"
	for _, c := range []struct {
		name      string
		documents string
		items     int
		edited    int
	}{
		{"the same again", "a 1 x " + protest + " 1h | a 1 x " + protest + " 1h", 1, 0},
		{"title changed", "a 1 x " + protest + " 1h | a 1 x Police_disperse_big_protest 1h", 1, 1},
		{"title and date changed", "a 1 x " + protest + " 1h | a 1 x " + court + " 2h", 1, 1},
		{"guid rewritten", "a 1 x " + protest + " 1h | a 2 x " + protest + " 1h | a 2 - " + protest + " 1h", 1, 0},
		{"guid rewritten, title changed", "a 1 x " + protest + " 1h | a 2 x Police_disperse_protests 1h", 1, 1},
		{"guid rewritten, republished", "a 1 x " + protest + " 1h | a 2 x " + protest + " 2h", 1, 0},
		{"live page", "a 1 live " + protest + " 1h | a 2 live Police_disperse_protests 2h | a 3 live " + court + " 3h", 3, 0},
		{"live page without dates", "a 1 live " + protest + " - | a 2 live " + court + " -", 2, 0},
		{"live page, the first slides back in", "a 1 live " + protest + " 1h | a 2 live " + court + " 2h | a 1 live " + protest + " 1h", 2, 0},
		{"shared link without guids", "a - front " + protest + " 1h | a - front " + court + " 2h | a - front " + court + " 2h | a - front " + protest + " 1h", 2, 0},
		{"title changed without guids", "a - x " + protest + " 1h | a - x Police_disperse_protests 2h", 1, 1},
		{"another headline at the same time", "a - x " + protest + " 1h | a - x " + court + " 1h", 1, 1},
		{"in another feed", "a 1 x " + protest + " 1h | b 7 x " + protest + " 1h | b 7 x " + protest + " 1h", 1, 0},
		{"with another headline in another feed", "a 1 x " + protest + " 1h | b 7 x Protest_dispersed_by_police 1h", 1, 0},
		{"another article in another feed", "a 1 front " + protest + " 1h | b - front " + court + " 2h | b - front " + court + " 2h", 2, 0},
		{"guids that count", "a 1 x " + protest + " 1h | b 1 y " + court + " 1h", 2, 0},
		{"twice in one document", "a 1 x " + protest + " 1h | a - x " + protest + " 1h ; a 1 - " + court + " 1h", 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			var items, edited int
			for document := range strings.SplitSeq(c.documents, " | ") {
				var list []feeds.Item
				for text := range strings.SplitSeq(document, " ; ") {
					list = append(list, entry(text))
				}
				news, err := s.News(t.Context(), list)
				if err != nil {
					t.Fatal(err)
				}
				seen := make(map[string]int)
				tally := record(t, s, func(i feeds.Item) store.Verdict {
					seen[string(i.Keys[0])]++
					return store.Verdict{}
				}, news.Items...)
				if tally.Items != len(news.New) {
					t.Errorf("%s: %d new items, %d announced", document, tally.Items, len(news.New))
				}
				items += tally.Items
				edited += tally.Edited
				if again, err := s.News(t.Context(), list); err != nil || len(again.New) > 0 {
					t.Errorf("%s: %d items are new twice, %v", document, len(again.New), err)
				}
			}
			if items != c.items || edited != c.edited {
				t.Errorf("%d items and %d edits, want %d and %d", items, edited, c.items, c.edited)
			}
		})
	}
}

func TestUnchangedDocumentIsNoNews(t *testing.T) {
	s := fresh(t)
	var list []feeds.Item
	for n := range 300 { // more than one query
		list = append(list, item(n))
	}
	record(t, s, owed(), list...)
	news, err := s.News(t.Context(), append(list, item(5000)))
	if err != nil || len(news.Items) != 1 || len(news.New) != 1 {
		t.Errorf("news = %d items, %d new, %v, want the one that is", len(news.Items), len(news.New), err)
	}
}

// nothing matches no item.
func nothing(feeds.Item) store.Verdict { return store.Verdict{} }

func TestEdit(t *testing.T) {
	s := fresh(t)
	record(t, s, nothing, item(1))
	record(t, s, owed(tg), item(2))
	changed := func(n int) feeds.Item {
		i := item(n)
		i.Title += " (updated)"
		i.Author, i.Categories, i.Image = "Desk", []string{"law", "press"}, "https://courier.example/p.jpg"
		return i
	}
	// The one that was no alert becomes one; the other has its alert already, and shows the new text.
	got := record(t, s, owed(tg, dc), changed(1), changed(2))
	if want := (store.Tally{Edited: 2, Matched: 1, Alerts: 1, Deliveries: 2}); got != want {
		t.Errorf("record = %+v, want %+v", got, want)
	}
	list := due(t, s, now)
	if got := titles(list); got != "2 (updated)→telegram 1 (updated)→telegram 1 (updated)→discord" {
		t.Errorf("due = %s", got)
	}
	if i := list[0].Alert.Item; i.Author != "Desk" || fmt.Sprint(i.Categories) != "[law press]" || i.Image == "" {
		t.Errorf("item = %+v, want its author, categories and picture", i)
	}
	if got := record(t, s, owed(tg, dc), changed(1), changed(2)); got != (store.Tally{}) {
		t.Errorf("the same again = %+v, want nothing", got)
	}
	trace, _, err := s.Trace(t.Context(), item(1).Link, 0)
	if err != nil || !trace.Edited.Equal(now) {
		t.Errorf("edited = %v, %v, want %v", trace.Edited, err, now)
	}
	// A second change makes no second alert.
	again := changed(1)
	again.Summary = "More."
	if got := record(t, s, owed(tg, dc), again); got != (store.Tally{Edited: 1}) {
		t.Errorf("a second change = %+v, want an edit only", got)
	}
}

func TestEditThatIsNoNews(t *testing.T) {
	retold := item(1)
	retold.Title = "Told otherwise"
	for _, c := range []struct {
		name   string
		before store.Decide
		after  time.Duration
	}{
		{"its alert went to nobody on first contact", owed(), 0},
		{"days later", nothing, 4 * 24 * time.Hour},
		{"its story was told", func(i feeds.Item) store.Verdict {
			v := owed(tg)(i)
			if i.Title == "Title 1" {
				v.Joint = alert.Joint{Story: 1, Relation: alert.Again}
			}
			return v
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			record(t, s, c.before, item(0), item(1))
			later := state
			later.Checked = now.Add(c.after)
			got, err := s.Record(t.Context(), later, []feeds.Item{retold}, owed(tg))
			if err != nil || got != (store.Tally{Edited: 1}) {
				t.Errorf("record = %+v, %v, want an edit only", got, err)
			}
		})
	}
}

// TestOtherFeedIsNews: an item that a feed brought in silence, when it was read for the first time, is
// news when a feed that we knew before brings it.
func TestOtherFeedIsNews(t *testing.T) {
	for _, c := range []struct {
		name   string
		before store.Decide
		want   store.Tally
		due    string
	}{
		{"silent", owed(), store.Tally{Deliveries: 1}, "1→telegram"},
		{"no match there", nothing, store.Tally{Matched: 1, Alerts: 1, Deliveries: 1}, "Other words→telegram"},
		{"told", owed(dc), store.Tally{}, "1→discord"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			record(t, s, c.before, item(1))
			other := item(1)
			other.Feed, other.GUID, other.Title = "gazette", "g", "Other words"
			other.Keys = []feeds.Key{"g", "link1"}
			if got := record(t, s, join(owed(tg)), other); got != c.want {
				t.Errorf("record = %+v, want %+v", got, c.want)
			}
			if got := record(t, s, join(owed(tg)), other); got != (store.Tally{}) {
				t.Errorf("record again = %+v, want nothing", got)
			}
			if got := titles(due(t, s, now)); got != c.due {
				t.Errorf("due = %s, want %s", got, c.due)
			}
		})
	}
}

// join puts every item into the first story.
func join(decide store.Decide) store.Decide {
	return func(i feeds.Item) store.Verdict {
		v := decide(i)
		v.Joint = alert.Joint{Story: 1, Relation: alert.Again}
		return v
	}
}

// parking holds back what decide gives.
func parking(decide store.Decide) store.Decide {
	return func(i feeds.Item) store.Verdict {
		v := decide(i)
		v.Parked = true
		return v
	}
}

func TestParked(t *testing.T) {
	s := fresh(t)
	other := item(3)
	other.Feed = "gazette"
	record(t, s, parking(owed(tg, dc)), item(1), item(2), other)
	if got := due(t, s, now); len(got) != 0 {
		t.Errorf("due = %s, want nothing", titles(got))
	}
	list, err := s.Parked(t.Context())
	want := []store.ParkedFeed{{Feed: "courier", Alerts: 2, Deliveries: 4, Since: now}, {Feed: "gazette", Alerts: 1, Deliveries: 2, Since: now}}
	if err != nil || fmt.Sprint(list) != fmt.Sprint(want) {
		t.Errorf("parked = %v, %v, want %v", list, err, want)
	}
	if n, err := s.Release(t.Context(), "courier", now.Add(time.Hour)); n != 4 || err != nil {
		t.Errorf("released %d, %v, want 4", n, err)
	}
	if n, err := s.DropParked(t.Context(), "gazette", now); n != 2 || err != nil {
		t.Errorf("dropped %d, %v, want 2", n, err)
	}
	if n, err := s.Release(t.Context(), "gazette", now); n != 0 || err != nil {
		t.Errorf("released %d that were dropped, %v", n, err)
	}
	if got := titles(due(t, s, now)); got != "" {
		t.Errorf("due before the release = %s", got)
	}
	if got := titles(due(t, s, now.Add(time.Hour))); got != "1→telegram 2→telegram 1→discord 2→discord" {
		t.Errorf("due = %s", got)
	}
}

// TestParkedHidesNothing: a story whose only alert is held back, or was let go, is not told.
func TestParkedHidesNothing(t *testing.T) {
	for name, decide := range map[string]func(*store.Store) (int, error){
		"held back": func(*store.Store) (int, error) { return 0, nil },
		"let go":    func(s *store.Store) (int, error) { return s.DropParked(t.Context(), "courier", now) },
	} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			record(t, s, parking(owed(tg)), item(1))
			if _, err := decide(s); err != nil {
				t.Fatal(err)
			}
			record(t, s, join(owed(tg)), item(2))
			if got := titles(due(t, s, now)); got != "2→telegram" {
				t.Errorf("due = %s, want the second telling", got)
			}
		})
	}
}

func TestCountsSince(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1))
	record(t, s, nothing, item(2))
	if err := s.Sent(t.Context(), due(t, s, now)[:1], "m", now); err != nil {
		t.Fatal(err)
	}
	for since, want := range map[time.Duration]store.Counts{-time.Hour: {Items: 2, Matched: 1, Sent: 1}, time.Second: {}} {
		if got, err := s.CountsSince(t.Context(), now.Add(since)); err != nil || got != want {
			t.Errorf("counts since %s = %+v, %v, want %+v", since, got, err, want)
		}
	}
}

func TestChanges(t *testing.T) {
	s := fresh(t)
	before, err := s.Changes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveFeedStates(t.Context(), []store.FeedState{state, {Feed: "b", Checked: now, NextCheck: now}}); err != nil {
		t.Fatal(err)
	}
	if after, err := s.Changes(t.Context()); err != nil || after-before != 2 {
		t.Errorf("%d rows changed, %v, want 2", after-before, err)
	}
}

func TestHealth(t *testing.T) {
	const day = 24 * time.Hour
	read := store.FeedState{Checked: now, Succeeded: now, Newest: now.Add(-4 * day)}
	with := func(change func(*store.FeedState)) store.FeedState {
		s := read
		change(&s)
		return s
	}
	for _, c := range []struct {
		name  string
		state store.FeedState
		want  store.Health
	}{
		{"never asked", store.FeedState{}, store.Unread},
		{"well", read, store.OK},
		{"broken", with(func(s *store.FeedState) { s.Failures, s.Succeeded = 1, now.Add(-day) }), store.Broken},
		{"a fallback serves", with(func(s *store.FeedState) { s.Failures, s.Via = 1, "proxy:tor" }), store.OK},
		{"hourly, and silent for four days", with(func(s *store.FeedState) { s.Cadence = time.Hour }), store.Quiet},
		{"hourly, and silent for two days", with(func(s *store.FeedState) { s.Cadence, s.Newest = time.Hour, now.Add(-2*day) }), store.OK},
		{"weekly, and silent for four days", with(func(s *store.FeedState) { s.Cadence = 7 * day }), store.OK},
		{"unknown, and silent for eight days", with(func(s *store.FeedState) { s.Newest = now.Add(-8 * day) }), store.Quiet},
		{"nothing ever", with(func(s *store.FeedState) { s.Newest = time.Time{} }), store.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.state.Health(now); got != c.want {
				t.Errorf("health = %s, want %s", got, c.want)
			}
		})
	}
}
