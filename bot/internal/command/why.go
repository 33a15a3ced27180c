package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
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
	w, word := t.words(ctx, r), strings.Trim(r.Args["item"], "<># ")
	if word == "" {
		number, complaint, err := t.answered(ctx, w, r)
		if err != nil {
			return chat.Message{}, err
		}
		if complaint != "" {
			return usageIn(w, whyMenu(), complaint), nil
		}
		word = number
	}
	link := feeds.CanonicalLink(word)
	id, err := strconv.ParseInt(word, 10, 64)
	if link == "" && err != nil {
		return usageIn(w, whyMenu(), w.Text(spoken.ArchiveNeither, "word", word)), nil
	}
	trace, found, err := t.Store.Trace(ctx, link, id)
	switch {
	case err != nil:
		return chat.Message{}, err
	case !found && link != "":
		return chat.Message{Title: w.Text(spoken.WhyLinkUnknown), Body: []chat.Paragraph{chat.Text(w.Text(spoken.WhyLinkUnknownNote))}}, nil
	case !found:
		return chat.Message{Title: w.Text(spoken.ArchiveNoAlert, "number", strconv.FormatInt(id, 10))}, nil
	}
	return t.explain(ctx, trace, r)
}

// answered finds the number of the alert that a command answers, or says why there is none.
func (t *Table) answered(ctx context.Context, w spoken.Words, r chat.Request) (number, complaint string, err error) {
	if r.Message == "" {
		return "", w.Text(spoken.UsageMissing, "name", "item"), nil
	}
	post, found, err := t.Store.FindPost(ctx, r.From, r.Message)
	switch {
	case err != nil:
		return "", "", err
	case !found:
		return "", w.Text(spoken.WhyNotMine), nil
	case post.Several:
		return "", w.Text(spoken.WhySeveral), nil
	}
	return strconv.FormatInt(post.Alert, 10), "", nil
}

// explain says when and where an item was seen, what was decided, who told its story, and what became of it.
func (t *Table) explain(ctx context.Context, trace store.Trace, r chat.Request) (chat.Message, error) {
	m := chat.Message{Title: trace.Item.Title, Link: trace.Item.Link}
	w := t.words(ctx, r)
	at, feed := w.Moment(trace.Item.Seen.UTC()), t.feedName(trace.Item.Feed)
	seen := w.Text(spoken.WhySeenIn, "time", at, "feed", feed)
	if !trace.Edited.IsZero() {
		seen = w.Text(spoken.WhySeenChanged, "time", at, "feed", feed, "changed", w.Moment(trace.Edited.UTC()))
	}
	m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.WhySeen), Value: seen})
	switch about := aboutOf(trace); {
	case about != nil && about.Trial && !t.isAdmin(r):
		m.Kicker = w.Text(spoken.WhyNone)
		m.Body = []chat.Paragraph{chat.Text(w.Text(spoken.WhyTrial))}
		return m, nil
	case about != nil && takenBack(*about) && !t.isAdmin(r):
		c, _ := about.Retraction()
		return hidden(w, w.Text(spoken.ArchiveAlert, "number", strconv.FormatInt(about.ID, 10)), c), nil
	case trace.Alert != nil:
		m.Kicker, m.Title = w.Text(spoken.ArchiveAlert, "number", strconv.FormatInt(trace.Alert.ID, 10)), trace.Alert.Headline()
		m.Fields = append(m.Fields, reasons(w, *trace.Alert)...)
		m.Fields = append(m.Fields, chat.Field{Name: w.Text(spoken.WhyDelivery), Value: t.posts(w, trace.Posts, r)})
	case trace.Told != nil:
		m.Kicker = w.Text(spoken.WhyTold)
		m.Title = likeTold(trace.Item.Title, *trace.Told)
		m.Body = []chat.Paragraph{chat.Text(again(w, trace.Told.ID, trace.Why))}
		m.Fields = append(m.Fields, reasons(w, *trace.Told)...)
	default:
		m.Kicker = w.Text(spoken.WhyNone)
		m.Body = []chat.Paragraph{chat.Text(t.unmatched(w, trace.Item))}
	}
	if about := aboutOf(trace); about != nil {
		m.Fields = append(m.Fields, corrections(w, *about)...)
	}
	return t.timeline(ctx, w, m, trace, r)
}

// again says that an item tells the story of an alert again, and why they are one.
func again(w spoken.Words, id int64, why string) string {
	number := strconv.FormatInt(id, 10)
	if why == "" {
		return w.Text(spoken.WhyAgain, "number", number)
	}
	return w.Text(spoken.WhyAgainWhy, "number", number, "why", why)
}

// aboutOf is the alert that an item made or tells again, nil if there is none.
func aboutOf(trace store.Trace) *alert.Alert { return cmp.Or(trace.Alert, trace.Told) }

// timeline adds who told the story of an item, in the order of their coming. Admins see the numbers that
// /split and /merge take.
func (t *Table) timeline(ctx context.Context, w spoken.Words, m chat.Message, trace store.Trace, r chat.Request) (chat.Message, error) {
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
		m.Body = append(m.Body, chat.Text(w.Count(spoken.WhyToldBy, len(list), "number", strconv.FormatInt(trace.Story, 10))))
		for _, told := range list[:min(len(list), toldItems)] {
			m.Body = append(m.Body, toldLine(w, told, *about, admin))
		}
	}
	if more := len(list) - toldItems; more > 0 {
		m.Body = append(m.Body, chat.Text(w.Count(spoken.ListRest, more)))
	}
	return m, nil
}

// toldLine is an item of a story: its date, its publisher, its headline, and how far things had come.
func toldLine(w spoken.Words, told store.Telling, about alert.Alert, admin bool) chat.Paragraph {
	if told.Retracted && !admin {
		return sourceLine(w, told)
	}
	line := chat.Paragraph{
		{Text: facts(w.ShortDay(told.When.UTC()), w.Isolate(told.Publisher)) + " — "},
		{Text: w.Isolate(likeTold(told.Title, about)), Link: told.Link},
	}
	facts := prefixed(" · ", w.Stage("", string(told.Stage)))
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
func (t *Table) unmatched(w spoken.Words, item feeds.Item) string {
	var ids []string
	for _, match := range t.Rules.Get().Match(item) {
		ids = append(ids, match.Rule.ID)
	}
	if len(ids) == 0 {
		return sentences(w.Text(spoken.WhyUnmatched), t.closest(w, item))
	}
	return w.Text(spoken.WhyRulesChanged, "rules", strings.Join(ids, ", "))
}

// closest says which rule came closest to an item that none matches.
func (t *Table) closest(w spoken.Words, item feeds.Item) string {
	for _, x := range t.Rules.Get().Explain(item) {
		if !x.Matched {
			return w.Text(spoken.WhyClosest, "rule", x.Rule.ID, "missing", strings.TrimSuffix(x.Missing, "."))
		}
	}
	return ""
}

func reasons(w spoken.Words, a alert.Alert) []chat.Field {
	var fields []chat.Field
	for _, r := range a.Reasons {
		fields = append(fields, chat.Field{
			Name: w.Text(spoken.WhyRule, "id", r.Rule), Value: w.Isolate(r.Title) + ": " + w.Isolate(strings.Join(r.Words, ", ")),
		})
	}
	if stage := stageLine(w, a); stage != "" {
		fields = append(fields, chat.Field{Name: w.Text(spoken.WhyStage), Value: stage})
	}
	return append(fields, chat.Field{Name: w.Text(spoken.WhySeverity), Value: severityIn(w, a.Severity)})
}

// topicName is the id of the first topic of an alert, or "".
func topicName(a alert.Alert) string {
	if len(a.Topics) == 0 {
		return ""
	}
	return string(a.Topics[0])
}

// stageLine says the stage and the words that prove it, if any.
func stageLine(w spoken.Words, a alert.Alert) string {
	name := w.Stage(topicName(a), string(a.Stage))
	for _, r := range a.Reasons {
		if a.Stage != "" && r.Stage == a.Stage && len(r.StageWords) > 0 {
			return name + ": " + w.Isolate(strings.Join(r.StageWords, ", "))
		}
	}
	return name
}

// posts says what became of the deliveries. Only admins see where others are posted to.
func (t *Table) posts(w spoken.Words, posts []store.Post, r chat.Request) string {
	if len(posts) == 0 {
		return w.Text(spoken.WhyNobody)
	}
	var lines []string
	for _, p := range posts {
		if p.To != r.From && !t.inAdminPlace(r) {
			continue
		}
		lines = append(lines, p.To.String()+" "+postState(w, p))
	}
	if len(lines) > 0 {
		return strings.Join(lines, "; ")
	}
	// What is held back or was let go has come to nobody.
	others := slices.DeleteFunc(slices.Clone(posts), func(p store.Post) bool { return p.Sent.IsZero() && p.State != "waiting" })
	if len(others) == 0 {
		return w.Text(spoken.WhyNobodyYet)
	}
	return w.Count(spoken.WhyOthers, len(others))
}

func postState(w spoken.Words, p store.Post) string {
	state := p.State
	switch p.State {
	case "waiting":
		state = w.Text(spoken.WhyWaiting)
	case "declined":
		state = w.Text(spoken.WhyDeclined)
	}
	switch {
	case !p.Sent.IsZero():
		state = w.Text(spoken.WhyPosted, "time", w.Moment(p.Sent.UTC()))
	case p.State == "sent": // but nobody said so
		state = "perhaps posted"
	case p.ParkedFor == "severity":
		state = w.Text(spoken.WhyHeldSeverity)
	case p.ParkedFor == "sensitive":
		state = w.Text(spoken.WhyHeldSensitive)
	case p.ParkedFor == "burst", p.ParkedFor == "retraction":
		state = w.Text(spoken.WhyHeld)
	case p.ParkedFor == "config":
		state = w.Text(spoken.WhyKept)
	case p.State == "waiting" && p.Tries == 0 && p.Digest:
		state = w.Text(spoken.WhyWaitingDigest, "time", w.Moment(p.Due.UTC()))
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
