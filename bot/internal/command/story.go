package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

func storyMenu() chat.Command {
	return chat.Command{
		Name: "story", Description: "Every source of an event, in the order of their coming",
		Args: []chat.Arg{{Name: "item", Description: "The number of one of its alerts, or the link of one of its items", Required: true}},
	}
}

// story lists what told a story. It is asked for by an alert, since those are the numbers that people see, or
// with an s before it by its own number.
func (t *Table) story(ctx context.Context, r chat.Request) (chat.Message, error) {
	word := strings.Trim(r.Args["item"], "<># ")
	id, problem, err := t.storyNumber(ctx, word)
	if err != nil {
		return chat.Message{}, err
	}
	if problem != "" {
		return usage(storyMenu(), problem), nil
	}
	heard, err := t.Store.Heard(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	if !heard {
		return chat.Message{Title: fmt.Sprintf("There is no story of “%s”.", word)}, nil
	}
	list, err := t.Store.Tellings(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	part, page, pages := pageOf(list, r, pageSize)
	m := chat.Message{
		Kicker: fmt.Sprintf("Story s%d", id), Title: part[0].Title,
		Footer: "Why they are one story: /why and the number or the link",
	}
	if pages > 1 {
		m.Footer = fmt.Sprintf("Page %d of %d. %s", page, pages, m.Footer)
	}
	m.Fields = []chat.Field{{Name: "Sources", Value: fmt.Sprintf("%s of %s", counted(len(list), "item"), counted(outlets(list), "outlet"))}}
	for _, telling := range part {
		m.Body = append(m.Body, sourceLine(telling))
	}
	m.Buttons = t.pager(page, pages, "story", fmt.Sprintf("s%d", id))
	return m, nil
}

// storyNumber finds the story that a number or a link means. It says what is wrong if there is none.
func (t *Table) storyNumber(ctx context.Context, word string) (id int64, problem string, err error) {
	if number, found := strings.CutPrefix(strings.ToLower(word), "s"); found {
		if id, err := strconv.ParseInt(number, 10, 64); err == nil {
			return id, "", nil
		}
	}
	if id, err := strconv.ParseInt(word, 10, 64); err == nil {
		story, err := t.Store.StoryOf(ctx, id)
		if err == nil && story == 0 {
			problem = fmt.Sprintf("There is no alert %d.", id)
		}
		return story, problem, err
	}
	link := feeds.CanonicalLink(word)
	if link == "" {
		return 0, fmt.Sprintf("“%s” is neither a link nor a number.", word), nil
	}
	trace, _, err := t.Store.Trace(ctx, link, 0)
	if err == nil && trace.Story == 0 {
		problem = "That link tells no story that I know of."
	}
	return trace.Story, problem, err
}

// sourceLine is one source of a story: date, the number of the alert that it gave rise to, stage, headline.
func sourceLine(t store.Telling) chat.Paragraph {
	p := chat.Paragraph{{Text: t.When.UTC().Format("2 Jan 2006 15:04") + "  "}}
	if t.Relation != alert.Again.String() && t.Alert != 0 {
		p = append(p, chat.Span{Text: fmt.Sprintf("alert %d  ", t.Alert), Style: chat.Bold})
	}
	if t.Stage != "" {
		p = append(p, chat.Span{Text: alert.StageName(t.Stage) + " — "})
	}
	return append(p, chat.Span{Text: t.Title, Link: t.Link}, chat.Span{Text: " (" + t.Publisher + ")"})
}

// outlets counts the publishers.
func outlets(list []store.Telling) int {
	names := make(map[string]bool)
	for _, t := range list {
		names[t.Publisher] = true
	}
	return len(names)
}
