package command

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// toldItems bounds the items of a story that are listed.
const toldItems = 12

func whyMenu() chat.Command {
	return chat.Command{
		Name: "why", Description: "Why an item alerted, or why it did not",
		Args: []chat.Arg{{Name: "item", Description: "The item's link, or the number of its alert; none if you answer an alert"}},
	}
}

func (t *Table) why(ctx context.Context, r chat.Request) (chat.Message, error) {
	word := strings.Trim(r.Args["item"], "<># ")
	if word == "" {
		number, complaint, err := t.answered(ctx, r)
		if err != nil {
			return chat.Message{}, err
		}
		if complaint != "" {
			return usage(whyMenu(), complaint), nil
		}
		word = number
	}
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
	return t.explain(ctx, trace, r)
}

// answered finds the number of the alert that a command answers, or says why there is none.
func (t *Table) answered(ctx context.Context, r chat.Request) (number, complaint string, err error) {
	if r.Message == "" {
		return "", "Something is missing: item.", nil
	}
	post, found, err := t.Store.FindPost(ctx, r.From, r.Message)
	switch {
	case err != nil:
		return "", "", err
	case !found:
		return "", "That message is no alert of mine.", nil
	case post.Several:
		return "", "That message holds several alerts: please name one.", nil
	}
	return strconv.FormatInt(post.Alert, 10), "", nil
}

// explain says when and where an item was seen, what was decided, who told its story, and what became of it.
func (t *Table) explain(ctx context.Context, trace store.Trace, r chat.Request) (chat.Message, error) {
	m := chat.Message{Title: trace.Item.Title, Link: trace.Item.Link}
	seen := moment(trace.Item.Seen) + " in the feed " + t.feedName(trace.Item.Feed)
	if !trace.Edited.IsZero() {
		seen += ", changed by its publisher " + moment(trace.Edited)
	}
	m.Fields = append(m.Fields, chat.Field{Name: "Seen", Value: seen})
	switch about := aboutOf(trace); {
	case about != nil && about.Trial && !t.isAdmin(r):
		m.Kicker = "No alert"
		m.Body = []chat.Paragraph{chat.Text("Only rules on trial match it. What they find is for the people who run this bot.")}
		return m, nil
	case trace.Alert != nil:
		m.Kicker, m.Title = fmt.Sprintf("Alert %d", trace.Alert.ID), trace.Alert.Headline()
		m.Fields = append(m.Fields, reasons(*trace.Alert)...)
		m.Fields = append(m.Fields, chat.Field{Name: "Delivery", Value: t.posts(trace.Posts, r)})
	case trace.Told != nil:
		m.Kicker = "No alert of its own"
		m.Title = likeTold(trace.Item.Title, *trace.Told)
		m.Body = []chat.Paragraph{chat.Text(fmt.Sprintf("It tells the story of alert %d again%s.", trace.Told.ID, prefixed(": ", trace.Why)))}
		m.Fields = append(m.Fields, reasons(*trace.Told)...)
	default:
		m.Kicker = "No alert"
		m.Body = []chat.Paragraph{chat.Text(t.unmatched(trace.Item))}
	}
	return t.timeline(ctx, m, trace, r)
}

// aboutOf is the alert that an item made or tells again, nil if there is none.
func aboutOf(trace store.Trace) *alert.Alert { return cmp.Or(trace.Alert, trace.Told) }

// timeline adds who told the story of an item, in the order of their coming. Admins see the numbers that
// /split and /merge take.
func (t *Table) timeline(ctx context.Context, m chat.Message, trace store.Trace, r chat.Request) (chat.Message, error) {
	about := aboutOf(trace)
	if trace.Story == 0 || about == nil {
		return m, nil
	}
	list, err := t.Store.Tellings(ctx, trace.Story)
	if err != nil {
		return m, err
	}
	admin := t.isAdmin(r)
	if admin {
		votes, err := t.Store.Votes(ctx, time.Time{})
		if err != nil {
			return m, err
		}
		if n := votes[about.ID]; n > 0 {
			m.Fields = append(m.Fields, chat.Field{Name: "Not relevant", Value: "pressed by " + counted(n, "reader")})
		}
	}
	if len(list) > 1 || admin {
		m.Body = append(m.Body, chat.Text(fmt.Sprintf("Story %d, told by %s:", trace.Story, counted(len(list), "item"))))
		for _, told := range list[:min(len(list), toldItems)] {
			m.Body = append(m.Body, toldLine(told, *about, admin))
		}
	}
	if more := len(list) - toldItems; more > 0 {
		m.Body = append(m.Body, chat.Text(fmt.Sprintf("and %d more", more)))
	}
	return m, nil
}

// toldLine is an item of a story: its date, its publisher, its headline, and how far things had come.
func toldLine(told store.Telling, about alert.Alert, admin bool) chat.Paragraph {
	line := chat.Paragraph{
		{Text: told.When.UTC().Format("2 Jan") + " · " + told.Publisher + " — "},
		{Text: likeTold(told.Title, about), Link: told.Link},
	}
	facts := prefixed(" · ", alert.StageName(told.Stage))
	if admin {
		facts += fmt.Sprintf(" · item %d%s", told.Item, prefixed(", ", told.Why))
	}
	return append(line, chat.Span{Text: facts})
}

// likeTold returns a headline as it may be shown of an item that tells of the same as an alert: where to
// repeat the words at issue may be an offence, without them.
func likeTold(title string, about alert.Alert) string {
	about.Item = feeds.Item{Title: title}
	return about.Headline()
}

// unmatched says why an item without an alert has none, judged by the rules in force now: they may
// have changed since the item was seen.
func (t *Table) unmatched(item feeds.Item) string {
	var ids []string
	for _, match := range t.Rules.Get().Match(item) {
		ids = append(ids, match.Rule.ID)
	}
	if len(ids) == 0 {
		return "No rule matches its title and summary." + t.closest(item)
	}
	return "No rule matched when it was seen, but the rules have changed since: " + strings.Join(ids, ", ") + " would match it now."
}

// closest says which rule came closest to an item that none matches.
func (t *Table) closest(item feeds.Item) string {
	for _, x := range t.Rules.Get().Explain(item) {
		if !x.Matched {
			return fmt.Sprintf(" The rule %s came closest: %s.", x.Rule.ID, strings.TrimSuffix(x.Missing, "."))
		}
	}
	return ""
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
func (t *Table) posts(posts []store.Post, r chat.Request) string {
	if len(posts) == 0 {
		return "to nobody: no subscription asked for it, or the feed was read for the first time"
	}
	var lines []string
	for _, p := range posts {
		if p.To != r.From && !t.inAdminPlace(r) {
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
	case p.ParkedFor == "burst":
		state = "held back until an admin has looked"
	case p.ParkedFor == "config":
		state = "kept until the config names it again"
	case p.State == "waiting" && p.Tries == 0 && p.Digest:
		state += " for the digest of " + moment(p.Due)
	case p.Error != "" && p.Tries == 0:
		state += ": " + p.Error
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
