package alert_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

// A labelledRow is a row of the labelled corpus.
type labelledRow struct {
	ID        string `json:"id"`
	Lang      string `json:"lang"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	URL       string `json:"url"`
	Published string `json:"published"`
	// Story is shared by the rows on one event, "" for one that is alone.
	Story string `json:"story"`

	when time.Time
}

const corpus = "../../../rules/testdata/corpus"

func labelledRows(t *testing.T, file string) []labelledRow {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []labelledRow
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r labelledRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func date(t *testing.T, day string) time.Time {
	when, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return when.Add(12 * time.Hour)
}

// dated gives every row its date. Four in ten have none: those of a story get one within two days of a dated
// row of it, as the labels say that they are of the same days; others are set 20 days apart, as a made-up
// nearness would make up an event.
func dated(t *testing.T, rows []labelledRow) {
	first := make(map[string]time.Time)
	for i, r := range rows {
		if r.Published != "" {
			rows[i].when = date(t, r.Published)
			if f := first[r.Story]; f.IsZero() || rows[i].when.Before(f) {
				first[r.Story] = rows[i].when
			}
		}
	}
	lone := date(t, "2011-01-01")
	for i, r := range rows {
		switch at, of := first[r.Story], crc32.ChecksumIEEE([]byte(r.ID)); {
		case !r.when.IsZero():
		case r.Story == "":
			lone = lone.AddDate(0, 0, 20)
			rows[i].when = lone
		case at.IsZero():
			lone = lone.AddDate(0, 0, 20)
			rows[i].when, first[r.Story] = lone, lone
		default:
			rows[i].when = at.AddDate(0, 0, int(of%3))
		}
	}
}

// A pairScore counts pairs of rows: joined rightly, joined wrongly, and missed.
type pairScore struct{ right, wrong, missed int }

func (p *pairScore) add(same, joined bool) {
	switch {
	case same && joined:
		p.right++
	case joined:
		p.wrong++
	case same:
		p.missed++
	}
}

func (p pairScore) precision() float64 { return float64(p.right) / float64(max(1, p.right+p.wrong)) }
func (p pairScore) recall() float64    { return float64(p.right) / float64(max(1, p.right+p.missed)) }

func (p pairScore) String() string {
	return fmt.Sprintf("precision %.3f, recall %.3f (%d pairs right, %d wrong, %d missed)",
		p.precision(), p.recall(), p.right, p.wrong, p.missed)
}

// A teller tells the alerts of rows to an index, one by one.
type teller struct {
	set     *rules.Set
	home    map[string]feeds.Feed
	index   *alert.Stories
	stories map[int64]alert.Story
	// steps count the stages that a law went through: the labels have an event for each.
	steps map[int64]int
}

// A told is a row that alerted, the event that it was joined to, and why.
type told struct {
	labelledRow
	event, why string
}

// tell returns false for a row that no rule matches.
func (l *teller) tell(r labelledRow) (told, bool) {
	item := feeds.Item{Title: r.Title, Summary: r.Summary, Link: r.URL, Language: r.Lang, Published: r.when, Seen: r.when}
	a, ok := alert.Judge(item, l.home[host(r.URL)], l.set.Match(item), r.when)
	if !ok {
		return told{}, false
	}
	j := l.index.Join(a, r.when)
	s, known := l.stories[j.Story]
	if known {
		s = s.With(a)
	} else {
		s = alert.NewStory(a, r.when)
		s.ID = int64(len(l.stories) + 1)
	}
	if j.Changed.Stage.From != "" && s.Topics[0] == rules.Legislation {
		l.steps[s.ID]++
	}
	l.stories[s.ID] = s
	l.index.Update(s)
	return told{r, fmt.Sprintf("%d.%d", s.ID, l.steps[s.ID]), j.Why}, true
}

// The floors are a little under what was measured: on the corpus 1.00 and 0.77 of 43 pairs, on the written stories
// 0.95 and 0.87 of 108. One story of the corpus, the closing of a broadcaster in two languages, makes ten
// pairs, of which seven hang on its name alone: a change of rules that loses it costs 0.16.
const (
	pairPrecisionFloor = 0.97
	pairRecallFloor    = 0.70

	writtenPrecisionFloor = 0.88
	writtenRecallFloor    = 0.80
)

// TestStoriesOnCorpus measures joining on the labelled items: of all pairs of rows that alert, how many
// that are joined are labelled as one event, and how many labelled as one are joined. The written items,
// all on different events, are told along with them and must join none. A row's feed is the shipped one
// of its host, if there is one.
//
// The last lines are for the record alone: all rows as if told on one day, though they are of twenty years.
// So many events of one country and kind in one day never are, and a draft of this year cannot be told
// from one of ten years ago by its words, but what remains apart there does so by its words alone.
func TestStoriesOnCorpus(t *testing.T) {
	set, err := rules.Parse(rules.Library())
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Concat(labelledRows(t, filepath.Join(corpus, "dev.jsonl")), labelledRows(t, filepath.Join(corpus, "written.jsonl")))
	dated(t, rows)
	all, held := scorePairs(t, set, rows, true)
	t.Logf("all stories: %s", all)
	t.Logf("a third of them: %s", held)
	if all.precision() < pairPrecisionFloor || all.recall() < pairRecallFloor {
		t.Errorf("want at least precision %.2f, recall %.2f", pairPrecisionFloor, pairRecallFloor)
	}
	for i := range rows {
		rows[i].when = now
	}
	all, _ = scorePairs(t, set, rows, false)
	t.Logf("all on one day: %s", all)
}

// TestStoriesWritten measures joining on stories that were written for it, each told two to four times in several
// languages, with look-alikes of the same country and week between them: another person arrested by the same police,
// another outlet closed by the same regulator, the same law at another stage, a review of the year. The points were
// fitted to them and to the corpus, so the figure says how well these can be told apart, and not yet how well others
// will be. Nobody is named in them: what tells most in the news is missing here.
func TestStoriesWritten(t *testing.T) {
	set, err := rules.Parse(rules.Library())
	if err != nil {
		t.Fatal(err)
	}
	rows := labelledRows(t, "testdata/stories-written.jsonl")
	dated(t, rows)
	all, _ := scorePairs(t, set, rows, true)
	t.Logf("written stories: %s", all)
	if all.precision() < writtenPrecisionFloor || all.recall() < writtenRecallFloor {
		t.Errorf("want at least precision %.2f, recall %.2f", writtenPrecisionFloor, writtenRecallFloor)
	}
}

// scorePairs tells the rows in the order of their dates.
func scorePairs(t *testing.T, set *rules.Set, rows []labelledRow, verbose bool) (all, held pairScore) {
	l := &teller{
		set: set, home: feedsByHost(t), index: alert.NewStories(),
		stories: make(map[int64]alert.Story), steps: make(map[int64]int),
	}
	var tellings []told
	for _, r := range slices.SortedStableFunc(slices.Values(rows), func(a, b labelledRow) int { return a.when.Compare(b.when) }) {
		x, ok := l.tell(r)
		if !ok {
			continue
		}
		for _, y := range tellings {
			same, joined := x.Story != "" && x.Story == y.Story, x.event == y.event
			all.add(same, joined)
			if thirdOfStories(x.labelledRow) || thirdOfStories(y.labelledRow) {
				held.add(same, joined)
			}
			if verbose && same != joined {
				t.Logf("joined %v: %s %q and %s %q (%s)", joined, y.ID, y.Title, x.ID, x.Title, x.why)
			}
		}
		tellings = append(tellings, x)
	}
	return all, held
}

// thirdOfStories reports whether a row is of the third of the stories that is reported apart.
func thirdOfStories(r labelledRow) bool { return r.Story != "" && (r.Story[len(r.Story)-1]-'0')%3 == 0 }

// host is that of an address, without www.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// feedsByHost are the shipped feeds, by the host of their address: an outlet leaves out of its texts the
// country that its feed is known to be of.
func feedsByHost(t *testing.T) map[string]feeds.Feed {
	catalogue, err := feeds.Parse(feeds.Library())
	if err != nil {
		t.Fatal(err)
	}
	byHost := make(map[string]feeds.Feed)
	for _, f := range catalogue.Feeds() {
		byHost[host(f.URL)] = f
	}
	return byHost
}
