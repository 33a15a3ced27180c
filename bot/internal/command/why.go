package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func whyMenu() chat.Command {
	return chat.Command{
		Name: "why", Description: "Why an item alerted, or why it did not",
		Args: []chat.Arg{{Name: "item", Description: "The item's link, or the number of its alert", Required: true}},
	}
}

func (t *Table) why(ctx context.Context, r chat.Request) (chat.Message, error) {
	word := strings.Trim(r.Args["item"], "<># ")
	link := feeds.CanonicalLink(word)
	id, err := strconv.ParseInt(word, 10, 64)
	if link == "" && err != nil {
		return usage(whyMenu(), fmt.Sprintf("“%s” is neither a link nor a number.", word)), nil
	}
	trace, found, err := t.Store.Trace(ctx, link, id)
	switch {
	case err != nil:
		return chat.Message{}, err
	case !found && link != "":
		return chat.Message{Title: "No feed has shown me that link.", Body: []chat.Paragraph{chat.Text(
			"Either no feed that I read carries it, or it appeared before I began to read. /status says how the feeds are.")}}, nil
	case !found:
		return chat.Message{Title: fmt.Sprintf("There is no alert %d.", id)}, nil
	}
	return t.explain(trace, r.From), nil
}

// explain says when and where an item was seen, what was decided, and what became of it.
func (t *Table) explain(trace store.Trace, from chat.Destination) chat.Message {
	m := chat.Message{Title: trace.Item.Title, Link: trace.Item.Link}
	m.Fields = append(m.Fields, chat.Field{Name: "Seen", Value: moment(trace.Item.Seen) + " in the feed " + t.feedName(trace.Item.Feed)})
	switch {
	case trace.Alert != nil:
		m.Kicker = fmt.Sprintf("Alert %d", trace.Alert.ID)
		m.Fields = append(m.Fields, reasons(*trace.Alert)...)
		m.Fields = append(m.Fields, chat.Field{Name: "Delivery", Value: t.posts(trace.Posts, from)})
	case trace.Told != nil:
		m.Kicker = "No alert of its own"
		m.Body = []chat.Paragraph{chat.Text(fmt.Sprintf("It tells the story of alert %d again: the same headline within two days.", trace.Told.ID))}
		m.Fields = append(m.Fields, reasons(*trace.Told)...)
	default:
		m.Kicker = "No alert"
		m.Body = []chat.Paragraph{chat.Text(t.unmatched(trace.Item))}
	}
	return m
}

// unmatched says why an item without an alert has none, judged by the rules in force now: they may
// have changed since the item was seen.
func (t *Table) unmatched(item feeds.Item) string {
	var ids []string
	for _, match := range t.Rules.Get().Match(item) {
		ids = append(ids, match.Rule.ID)
	}
	if len(ids) == 0 {
		return "No rule matches its title and summary."
	}
	return "No rule matched when it was seen, but the rules have changed since: " + strings.Join(ids, ", ") + " would match it now."
}

func reasons(a alert.Alert) []chat.Field {
	var fields []chat.Field
	for _, r := range a.Reasons {
		fields = append(fields, chat.Field{Name: "Rule " + r.Rule, Value: r.Title + ": " + strings.Join(r.Words, ", ")})
	}
	if stage := stageLine(a); stage != "" {
		fields = append(fields, chat.Field{Name: "Stage", Value: stage})
	}
	return append(fields, chat.Field{Name: "Severity", Value: a.Severity.String()})
}

// stageLine says the stage and the words that prove it, if any.
func stageLine(a alert.Alert) string {
	for _, r := range a.Reasons {
		if a.Stage != "" && r.Stage == a.Stage && len(r.StageWords) > 0 {
			return alert.StageName(a.Stage) + ": " + strings.Join(r.StageWords, ", ")
		}
	}
	return alert.StageName(a.Stage)
}

// posts says what became of the deliveries. Only admins see where others are posted to.
func (t *Table) posts(posts []store.Post, from chat.Destination) string {
	if len(posts) == 0 {
		return "to nobody: no subscription asked for it, or the feed was read for the first time"
	}
	var lines []string
	for _, p := range posts {
		if p.To != from && !slices.Contains(t.Admins, from) {
			continue
		}
		lines = append(lines, p.To.String()+" "+postState(p))
	}
	if len(lines) == 0 {
		return "to " + counted(len(posts), "other channel")
	}
	return strings.Join(lines, "; ")
}

func postState(p store.Post) string {
	state := p.State
	switch {
	case !p.Sent.IsZero():
		state = "posted " + moment(p.Sent)
	case p.Error != "":
		state += ", " + counted(p.Tries, "send") + " failed, the last: " + p.Error
	}
	if p.Unknown > 0 {
		state += fmt.Sprintf(" (%d with unknown outcome, so it may stand there twice)", p.Unknown)
	}
	return state
}

func (t *Table) feedName(id string) string {
	if f, ok := t.Feeds.Get().Feed(id); ok {
		return f.Title
	}
	return id
}
