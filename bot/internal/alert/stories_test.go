package alert_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// A newsroom makes up alerts that read like a year's: words of a language come as often as in one, each
// story has names of its own, and a story is of one country.
type newsroom struct {
	r     *rand.Rand
	words *rand.Zipf
}

func newNewsroom(seed uint64) newsroom {
	r := rand.New(rand.NewPCG(seed, 1))
	return newsroom{r, rand.NewZipf(r, 1.2, 20, 30_000)}
}

func (n newsroom) word() string { return fmt.Sprintf("w%xe", n.words.Uint64()*2654435761%0xfffff) }

func (n newsroom) name() string { return fmt.Sprintf("N%xo", n.r.IntN(1<<24)) }

func (n newsroom) alert(when time.Time) alert.Alert {
	sentence := func(length int) string {
		var b strings.Builder
		for range length {
			b.WriteString(n.word() + " ")
		}
		return b.String()
	}
	topics := rules.Topics()
	country := string(rune('A'+n.r.IntN(14))) + string(rune('A'+n.r.IntN(12)))
	return alert.Alert{
		Item: feeds.Item{
			Title:   sentence(8) + n.name() + " " + n.name(),
			Summary: sentence(25) + n.name() + " " + sentence(15), Language: "en", Published: when,
		},
		Topics: topics[n.r.IntN(len(topics)):], Countries: []string{country}, Stage: "detained", Severity: rules.High,
	}
}

// rewritten is the alert's item as another outlet edits it: every fifth word is its own.
func (n newsroom) rewritten(a alert.Alert) alert.Alert {
	words := strings.Fields(a.Item.Summary)
	for i := range words {
		if n.r.IntN(5) == 0 {
			words[i] = n.word()
		}
	}
	a.Item.Summary = strings.Join(words, " ")
	return a
}

// filled is an index of a number of stories of the last fortnight, and some of their alerts.
func filled(n newsroom, size int) (*alert.Stories, []alert.Alert) {
	index := alert.NewStories()
	var some []alert.Alert
	for i := range size {
		when := now.Add(-13*24*time.Hour + time.Duration(i)*13*24*time.Hour/time.Duration(size))
		a := n.alert(when)
		s := alert.NewStory(a, when)
		s.ID = int64(i + 1)
		index.Add(s)
		if i%(size/1000+1) == 0 {
			a.ID = s.ID
			some = append(some, a)
		}
	}
	return index, some
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkJoin finds the stories of copies with edits, and says what a story costs in memory, its own
// title and lists included, and which share of the copies is found.
func BenchmarkJoin(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			before := heap()
			n := newNewsroom(1)
			index, some := filled(n, size)
			memory := float64(heap()-before) / float64(size)
			copies := make([]alert.Alert, len(some))
			for i, a := range some {
				copies[i] = n.rewritten(a)
			}
			found, asked := 0, 0
			for b.Loop() {
				a := copies[asked%len(copies)]
				if index.Join(a, now).Story == a.ID {
					found++
				}
				asked++
			}
			b.ReportMetric(memory, "B/story")
			b.ReportMetric(float64(found)/float64(asked), "found")
		})
	}
}

// openStory is a story that an index knows by an ID.
func openStory(id int64, a alert.Alert) alert.Story {
	s := alert.NewStory(a, a.Item.Published)
	s.ID = id
	return s
}

func TestStoriesUpdateSplit(t *testing.T) {
	n := newNewsroom(2)
	first, second := n.alert(now), n.alert(now)
	second.Countries = first.Countries
	first.Item.Link, second.Item.Link = "https://news.example/1", "https://news.example/2"
	index := alert.NewStories()
	joined := openStory(1, first).With(second)
	index.Add(joined)
	if got := index.Join(n.rewritten(second), now); got.Story != 1 {
		t.Fatalf("%+v, want story 1", got)
	}
	index.Update(openStory(1, first)) // the second telling was split off
	for _, a := range []alert.Alert{n.rewritten(second), second} {
		if got := index.Join(a, now); got.Story != 0 {
			t.Errorf("%+v, want a new story after the split", got)
		}
	}
	index.Add(openStory(2, second))
	for id, a := range map[int64]alert.Alert{1: first, 2: second} {
		if got := index.Join(n.rewritten(a), now); got.Story != id {
			t.Errorf("%+v, want story %d", got, id)
		}
	}
	if index.Len() != 2 {
		t.Errorf("%d stories, want 2", index.Len())
	}
}

// TestStoriesWindow sees that a story takes in items for StoryDays, and one that a rule follows for DossierDays.
func TestStoriesWindow(t *testing.T) {
	n := newNewsroom(3)
	old, recent, law := n.alert(now.AddDate(0, 0, -15)), n.alert(now.AddDate(0, 0, -13)), n.alert(now.AddDate(0, 0, -300))
	law.Dossiers, law.Topics, law.Stage = []string{"kh-law"}, []rules.Topic{rules.Legislation}, "drafted"
	index := alert.NewStories()
	for i, a := range []alert.Alert{old, recent, law} {
		a.Item.Link = fmt.Sprintf("https://news.example/%d", i+1)
		index.Add(openStory(int64(i+1), a))
	}
	old.Item.Link, old.Item.Published = "https://news.example/1", now
	law.Item.Published, law.Stage = now, "passed"
	for id, a := range map[int64]alert.Alert{0: old, 2: n.rewritten(recent), 3: law} {
		if got := index.Join(a, now); got.Story != id {
			t.Errorf("%+v, want story %d", got, id)
		}
	}
}

// TestStoriesGrow fills an index beyond the room it began with: nothing is lost, and nothing joined that
// was made up apart.
func TestStoriesGrow(t *testing.T) {
	n := newNewsroom(4)
	index, some := filled(n, 3_000)
	lost, wrong := 0, 0
	for _, a := range some {
		if got := index.Join(n.rewritten(a), now); got.Story != a.ID {
			lost++
		}
		if index.Join(n.alert(now), now).Story != 0 {
			wrong++
		}
	}
	if lost > len(some)/100 || wrong > len(some)/100 {
		t.Errorf("of %d copies with edits %d were not found, of as many other items %d were joined", len(some), lost, wrong)
	}
}
