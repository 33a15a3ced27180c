package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// statsWeeks is the period of /stats if none is asked for.
	statsWeeks = 12
	// mostBars bounds the bars of a chart to what can be told apart on a phone; of a longer period a bar is
	// several weeks.
	mostBars = 53
	week     = 7 * 24 * time.Hour
)

func statsMenu() chat.Command {
	return chat.Command{
		Name: "stats", Description: "A chart of alerts by week and topic, of a country or of all",
		Args: []chat.Arg{
			{Name: "country", Description: "A country's code or name; all if you name none", Complete: true},
			{Name: "period", Description: "How far back, such as 12w, 6m, 1y or 2026-03; 12 weeks if you do not say"},
		},
	}
}

// stats draws how many alerts there were.
func (t *Table) stats(ctx context.Context, r chat.Request) (chat.Message, error) {
	w, now := t.words(ctx, r), time.Now()
	s, complaint := scopeOf(w, now, r.Args["country"], r.Args["period"])
	if complaint == "" && s.topic != "" {
		complaint = w.Text(spoken.ArchiveStatsTopics)
	}
	if complaint != "" {
		return usageIn(w, statsMenu(), complaint), nil
	}
	if s.since.IsZero() {
		s.since = now.Add(-statsWeeks * week)
	}
	s.since = monday(s.since)
	ticks, err := t.Store.Weekly(ctx, s.country, s.since)
	if err != nil {
		return chat.Message{}, err
	}
	about := scope{country: s.country}.about(w)
	if len(ticks) == 0 {
		return chat.Message{Title: narrowed(w, about, spoken.ArchiveStatsNone, spoken.ArchiveStatsNoneAbout, "date", dated(w, s.since))}, nil
	}
	c := newCount(ticks, s.since, now)
	picture, err := c.draw(cmp.Or(s.country, "ALL"))
	if err != nil {
		return chat.Message{}, fmt.Errorf("draw chart: %w", err)
	}
	m := chat.Message{
		Title: w.Text(spoken.ArchiveStats,
			"about", cmp.Or(about, w.Text(spoken.SubscriptionAllCountries)), "from", dated(w, s.since), "to", dated(w, now)),
		Body: []chat.Paragraph{chat.Text(c.said(w))},
		File: &chat.File{Name: "stats-" + strings.ToLower(cmp.Or(s.country, "all")) + ".png", Alt: c.alt(w), Data: picture},
	}
	for i, topic := range c.topics {
		m.Fields = append(m.Fields, chat.Field{Name: w.Topic(string(topic)), Value: strconv.Itoa(sum(c.counts[i]))})
	}
	return m, nil
}

// monday is the beginning of the week of a day, UTC.
func monday(t time.Time) time.Time {
	t = t.UTC().Truncate(24 * time.Hour)
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
}

// A count is how many alerts there were in each span of time, by topic.
type count struct {
	// starts are the beginnings of the spans, and weeks is how long each is.
	starts []time.Time
	weeks  int
	// topics are those with alerts, in the order of the taxonomy, and counts theirs, by span.
	topics []rules.Topic
	counts [][]float64
}

// newCount sorts counts by week into spans from a Monday to now.
func newCount(ticks []store.Tick, since, now time.Time) count {
	all := int(now.Sub(since)/week) + 1
	c := count{weeks: (all + mostBars - 1) / mostBars}
	for at := since; !at.After(now); at = at.Add(time.Duration(c.weeks) * week) {
		c.starts = append(c.starts, at)
	}
	for _, topic := range rules.Topics() {
		counts := make([]float64, len(c.starts))
		for _, tick := range ticks {
			// An item may bear a date to come.
			span := min(int(tick.Week.Sub(since)/week)/c.weeks, len(counts)-1)
			if tick.Topic == topic && span >= 0 {
				counts[span] += float64(tick.Count)
			}
		}
		if sum(counts) > 0 {
			c.topics, c.counts = append(c.topics, topic), append(c.counts, counts)
		}
	}
	return c
}

func sum(counts []float64) int {
	total := 0.0
	for _, n := range counts {
		total += n
	}
	return int(total)
}

// totals are the alerts of all topics, by span.
func (c count) totals() []float64 {
	totals := make([]float64, len(c.starts))
	for _, counts := range c.counts {
		for i, n := range counts {
			totals[i] += n
		}
	}
	return totals
}

// said says in a line how many there were, and when most.
func (c count) said(w spoken.Words) string {
	totals := c.totals()
	at := slices.Index(totals, slices.Max(totals))
	date, number := dated(w, c.starts[at]), strconv.Itoa(int(totals[at]))
	most := w.Text(spoken.ArchiveStatsMost, "date", date, "number", number)
	if c.weeks > 1 {
		most = w.Count(spoken.ArchiveStatsMostWeeks, c.weeks, "date", date, "number", number)
	}
	return sentences(w.Count(spoken.ArchiveStatsAll, sum(totals)), most)
}

// alt tells in words what the chart shows, for those who do not see it.
func (c count) alt(w spoken.Words) string {
	var topics []string
	for i, topic := range c.topics {
		topics = append(topics, fmt.Sprintf("%s %d", w.Topic(string(topic)), sum(c.counts[i])))
	}
	var spans []string
	for i, n := range c.totals() {
		if n > 0 {
			spans = append(spans, fmt.Sprintf("%s %d", c.starts[i].Format("2006-01-02"), int(n)))
		}
	}
	return sentences(
		w.Text(spoken.ArchiveStatsBars), c.said(w), w.Text(spoken.ArchiveStatsDates, "list", strings.Join(spans, ", ")),
		strings.Join(topics, " · "),
	)
}
