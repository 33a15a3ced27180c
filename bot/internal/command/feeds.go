package command

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// listedFeeds bounds the feeds of one answer to what a phone shows.
const listedFeeds = 20

// The feeds that /feeds can be narrowed to.
const (
	brokenFeeds = "broken"
	quietFeeds  = "quiet"
)

func feedsMenu() chat.Command {
	return chat.Command{
		Name: "feeds", Description: "The feeds that are read and how they are",
		Args: []chat.Arg{{
			Name: "state", Description: "Only those that are broken, or quiet for long", Kind: chat.Choice,
			Choices: []string{brokenFeeds, quietFeeds},
		}},
	}
}

func (t *Table) feeds(ctx context.Context, r chat.Request) (chat.Message, error) {
	states, err := t.Store.FeedStates(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	now := time.Now()
	counts := make(map[store.Health]int)
	var listed []feeds.Feed
	for _, f := range t.Feeds.Get().On() {
		health := states[f.ID].Health(now)
		counts[health]++
		if want := r.Args["state"]; want == "" || want == string(health) {
			listed = append(listed, f)
		}
	}
	// What needs a person stands first.
	slices.SortStableFunc(listed, func(a, b feeds.Feed) int {
		return cmp.Compare(rank(states[a.ID].Health(now)), rank(states[b.ID].Health(now)))
	})
	m := chat.Message{Title: "Feeds: " + healthCounts(counts)}
	for _, f := range listed[:min(len(listed), listedFeeds)] {
		m.Body = append(m.Body, t.feedLine(f, states[f.ID], now))
	}
	m.Footer = "One in full: /feed and its id"
	if more := len(listed) - listedFeeds; more > 0 {
		m.Footer = fmt.Sprintf("%d more. %s", more, m.Footer)
	}
	return m, nil
}

// rank orders feeds by how much they need a person.
func rank(h store.Health) int {
	return slices.Index([]store.Health{store.Broken, store.Quiet, store.Unread, store.OK}, h)
}

// healthCounts says how many feeds are in each state.
func healthCounts(counts map[store.Health]int) string {
	var parts []string
	for _, h := range []store.Health{store.OK, store.Broken, store.Quiet, store.Unread} {
		if counts[h] > 0 || h == store.OK {
			parts = append(parts, fmt.Sprintf("%d %s", counts[h], h))
		}
	}
	return strings.Join(parts, ", ")
}

// feedLine is one feed in a list: id, state, what it brings.
func (t *Table) feedLine(f feeds.Feed, s store.FeedState, now time.Time) chat.Paragraph {
	var facts []string
	switch s.Health(now) {
	case store.Unread:
		facts = append(facts, "not read yet")
	case store.Broken:
		facts = append(facts, "broken"+since(s.Failing, now), string(s.Class))
	case store.Quiet:
		facts = append(facts, "quiet")
	}
	if s.Via != "" {
		facts = append(facts, "read through "+through(s.Via))
	}
	if !s.Newest.IsZero() {
		facts = append(facts, "last news "+ago(s.Newest, now))
	}
	facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" })
	return chat.Paragraph{{Text: f.ID, Style: chat.Code}, {Text: " " + strings.Join(facts, ", ")}}
}

// since says for how long something has been so, or nothing if that is not known.
func since(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " for " + span(now.Sub(t))
}

// span writes a length of time as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// through names a fallback without what its address may hold beyond the host, such as a key.
func through(via string) string {
	if u, err := url.Parse(via); err == nil && u.Host != "" {
		return u.Host
	}
	return via
}

func feedMenu() chat.Command {
	return chat.Command{
		Name: "feed", Description: "One feed in full: how it is, how often it is read and why",
		Args: []chat.Arg{{Name: "id", Description: "The feed's id, as /feeds lists it", Required: true, Complete: true}},
	}
}

func (t *Table) feed(ctx context.Context, r chat.Request) (chat.Message, error) {
	f, known := t.Feeds.Get().Feed(strings.ToLower(r.Args["id"]))
	if !known {
		return usage(feedMenu(), fmt.Sprintf("There is no feed “%s”.", r.Args["id"])), nil
	}
	states, err := t.Store.FeedStates(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	s, now := states[f.ID], time.Now()
	m := chat.Message{Title: f.Title}
	fact := func(name, value string) {
		if value != "" {
			m.Fields = append(m.Fields, chat.Field{Name: name, Value: value})
		}
	}
	fact("State", stateLine(f, s, now))
	if t.inAdminPlace(r) {
		// Reasons and addresses may tell of the network that the bot runs in, or hold a key.
		fact("Reason", s.Error)
		fact("Address", f.URL)
		fact("Moved for good to", movedLine(s))
	}
	fact("Read through", through(s.Via))
	fact("Last news", momentOrNone(s.Newest))
	fact("Last read", momentOrNone(s.Succeeded))
	fact("Next read", nextRead(f, s))
	fact("Pace", t.pace(f, s))
	fact("Certificate", s.Issuer)
	return m, nil
}

func stateLine(f feeds.Feed, s store.FeedState, now time.Time) string {
	switch {
	case f.Off:
		return "off"
	case !s.Paused.IsZero():
		return "paused since " + moment(s.Paused) + ": its server says that it is gone; change its url, or set off = true"
	case s.Health(now) == store.Broken:
		return fmt.Sprintf("broken%s (%s, %s)", since(s.Failing, now), s.Class, times(s.Failures))
	}
	return string(s.Health(now))
}

func times(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

// movedLine says where permanent redirects lead, once they were believed.
func movedLine(s store.FeedState) string {
	if s.Moved == "" {
		return ""
	}
	return fmt.Sprintf("%s (said %d times)", s.Moved, s.MovedTimes)
}

func momentOrNone(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return moment(t)
}

func nextRead(f feeds.Feed, s store.FeedState) string {
	if f.Off || s.NextCheck.IsZero() {
		return ""
	}
	return moment(s.NextCheck)
}

// pace says why the feed is read as often as it is.
func (t *Table) pace(f feeds.Feed, s store.FeedState) string {
	parts := []string{"schedule " + cmp.Or(f.Schedule.String(), t.Schedule.String())}
	if s.Cadence > 0 {
		parts = append(parts, "about one item every "+span(s.Cadence))
	}
	if s.Pace.Every > 0 {
		parts = append(parts, "its publisher asks for "+span(s.Pace.Every)+" between two reads")
	}
	if s.Pace.SkipHours != 0 || s.Pace.SkipDays != 0 {
		parts = append(parts, "its publisher names hours or days to skip")
	}
	return strings.Join(parts, "; ")
}
