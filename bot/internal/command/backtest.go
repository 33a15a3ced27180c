package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/backtest"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/rules"
)

const (
	// usualBacktest and longestBacktest bound how many days are looked back.
	usualBacktest   = 7
	longestBacktest = 365
	// backtestItems and backtestTime bound the items that are looked at, so that the answer comes within a
	// second: the shipped rules match some thousands of items in one.
	backtestItems = 5000
	backtestTime  = 600 * time.Millisecond
	// backtestSamples is how many items are told that gained, and lost, an alert.
	backtestSamples = 10
)

// errEnough ends a look through the archive.
var errEnough = errors.New("enough was looked at")

func backtestMenu() chat.Command {
	return chat.Command{
		Name: "backtest", Description: "For admins: what the rules in force make of the archive", Private: true,
		Args: []chat.Arg{
			{Name: "days", Description: "How many days back, 1 to 365; 7 if you name none", Kind: chat.Number, Min: 1, Max: longestBacktest},
			{Name: "rule", Description: "The id of one rule, as /rules lists it"},
		},
	}
}

// A look is how far a backtest came.
type look struct {
	backtest.Test
	// oldest is when the last item was seen, and cut is true if there are older ones that were not looked at.
	oldest time.Time
	cut    bool
}

// backtest runs the rules in force over the archive, and says what they would alert that was not alerted, and
// the other way round.
func (t *Table) backtest(ctx context.Context, r chat.Request) (chat.Message, error) {
	id := strings.ToLower(r.Args["rule"])
	if _, ok := t.Rules.Get().Rule(id); id != "" && !ok {
		return usage(backtestMenu(), t.noRule(spoken.Words{}, id)), nil
	}
	days := usualBacktest
	if n, err := strconv.Atoi(r.Args["days"]); err == nil {
		days = min(max(n, 1), longestBacktest)
	}
	set := t.Rules.Get()
	l, err := t.lookBack(ctx, set, id, days)
	if err != nil {
		return chat.Message{}, err
	}
	about := "The rules in force"
	if id != "" {
		about = "The rule " + id
	}
	m := chat.Message{
		Title: fmt.Sprintf("%s would alert %d of %s", about, l.Alerts(), counted(l.Items, "item")),
		Fields: []chat.Field{
			{Name: "New", Value: fmt.Sprintf("%d that did not alert then", l.Gained)},
			{Name: "Gone", Value: fmt.Sprintf("%d that did", l.Lost)},
			{Name: "The same", Value: strconv.Itoa(l.Unchanged)},
		},
		Footer: l.bounds(days) + " Rules: version " + set.Version() + ".",
	}
	for _, s := range l.New {
		m.Body = append(m.Body, sampleLine("+ ", s, newBecause(set, s)))
	}
	for _, s := range l.Gone {
		m.Body = append(m.Body, sampleLine("- ", s, goneBecause(set, s)))
	}
	return m, nil
}

// lookBack holds the newest items of so many days against the rules, or against the one with an id.
func (t *Table) lookBack(ctx context.Context, set *rules.Set, id string, days int) (look, error) {
	l := look{Test: backtest.Test{Samples: backtestSamples}}
	other := func(rule string) bool { return id != "" && rule != id }
	now := time.Now()
	err := t.Store.EachJudged(ctx, now.AddDate(0, 0, -days), backtestItems+1, func(item feeds.Item, before []string) error {
		if l.Items == backtestItems || time.Since(now) > backtestTime {
			l.cut = true
			return errEnough
		}
		if feed, ok := t.Feeds.Get().Feed(item.Feed); ok {
			item.Kind = feed.Kind
		}
		l.Add(item, slices.DeleteFunc(before, other), slices.DeleteFunc(backtest.IDs(set.Match(item)), other))
		l.oldest = item.Seen
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return l, err
}

// bounds says what was looked at.
func (l look) bounds(days int) string {
	if !l.cut {
		return fmt.Sprintf("All items of %s; alerts on trial count too.", counted(days, "day"))
	}
	return fmt.Sprintf("To answer at once I looked at the newest %d items only, back to %s. pressalert backtest --since %dd looks at all.",
		l.Items, moment(l.oldest), days)
}

func sampleLine(sign string, s backtest.Sample, why string) chat.Paragraph {
	return chat.Paragraph{
		{Text: sign + s.Item.When().UTC().Format("2 Jan") + "  "},
		{Text: cmp.Or(s.Item.Title, s.Item.Summary), Link: s.Item.Link},
		{Text: " — " + why},
	}
}

// newBecause says which rule matches an item, and by which words.
func newBecause(set *rules.Set, s backtest.Sample) string {
	matches := slices.DeleteFunc(set.Match(s.Item), func(m rules.Match) bool { return m.Rule.ID != s.Rules[0] })
	a, ok := alert.Judge(s.Item, feeds.Feed{}, matches, time.Time{})
	if !ok {
		return s.Rules[0]
	}
	return a.Reasons[0].Rule + ": " + strings.Join(a.Reasons[0].Words, ", ") + moreRules(s)
}

// goneBecause says what the rule misses that matched an item then.
func goneBecause(set *rules.Set, s backtest.Sample) string {
	id := s.Rules[0]
	if rule, ok := set.Rule(id); !ok || rule.Status == rules.Off {
		return id + ", which is not in force any more" + moreRules(s)
	}
	for _, x := range set.Explain(s.Item) {
		if x.Rule.ID == id {
			return id + ": " + strings.TrimSuffix(x.Missing, ".") + moreRules(s)
		}
	}
	return id + ": none of its words" + moreRules(s)
}

func moreRules(s backtest.Sample) string {
	if n := len(s.Rules) - 1; n > 0 {
		return fmt.Sprintf(" (and %s)", counted(n, "more rule"))
	}
	return ""
}
