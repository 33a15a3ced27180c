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
	spoken "pressalert/bot/internal/words"
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
	w, word := t.words(ctx, r), strings.Trim(r.Args["item"], "<># ")
	id, problem, err := t.storyNumber(ctx, w, word)
	if err != nil {
		return chat.Message{}, err
	}
	if problem != "" {
		return usageIn(w, storyMenu(), problem), nil
	}
	heard, err := t.Store.Heard(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	if !heard {
		if c, found, err := t.Store.Retraction(ctx, id); err != nil || found {
			return hidden(w, storyName(w, id), c), err
		}
		return chat.Message{Title: w.Text(spoken.ArchiveStoryNone, "word", word)}, nil
	}
	list, err := t.Store.Tellings(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	part, page, pages := pageOf(list, r, pageSize)
	m := chat.Message{
		Kicker: storyName(w, id), Title: firstStanding(list).Title,
		Footer: paged(w, page, pages, w.Text(spoken.ArchiveStoryNote)),
		Fields: []chat.Field{{
			Name:  w.Text(spoken.ArchiveSources),
			Value: facts(w.Count(spoken.ArchiveItems, len(list)), w.Count(spoken.ArchiveOutlets, outlets(list))),
		}},
	}
	for _, telling := range part {
		m.Body = append(m.Body, sourceLine(w, telling))
	}
	m.Buttons = t.pager(w, page, pages, "story", fmt.Sprintf("s%d", id))
	return m, nil
}

// storyName names a story by its number, as /story takes it.
func storyName(w spoken.Words, id int64) string {
	return w.Text(spoken.ArchiveStory, "number", fmt.Sprintf("%s%d", storySign, id))
}

// alertName names an alert by its number, within a line.
func alertName(w spoken.Words, id int64) string {
	return strings.ToLower(w.Text(spoken.ArchiveAlert, "number", strconv.FormatInt(id, 10)))
}

// storyNumber finds the story that a number or a link means. It says what is wrong if there is none.
func (t *Table) storyNumber(ctx context.Context, w spoken.Words, word string) (id int64, problem string, err error) {
	if number, found := strings.CutPrefix(strings.ToLower(word), "s"); found {
		if id, err := strconv.ParseInt(number, 10, 64); err == nil {
			return id, "", nil
		}
	}
	if id, err := strconv.ParseInt(word, 10, 64); err == nil {
		story, err := t.Store.StoryOf(ctx, id)
		if err == nil && story == 0 {
			problem = w.Text(spoken.ArchiveNoAlert, "number", word)
		}
		return story, problem, err
	}
	link := feeds.CanonicalLink(word)
	if link == "" {
		return 0, w.Text(spoken.ArchiveNeither, "word", word), nil
	}
	trace, _, err := t.Store.Trace(ctx, link, 0)
	if err == nil && trace.Story == 0 {
		problem = w.Text(spoken.ArchiveLinkNone)
	}
	return trace.Story, problem, err
}

// firstStanding is the first source that was not taken back with its alert.
func firstStanding(list []store.Telling) store.Telling {
	return list[max(0, slices.IndexFunc(list, func(t store.Telling) bool { return !t.Retracted }))]
}

// sourceLine is one source of a story: date, the number of the alert that it gave rise to, stage, headline.
func sourceLine(w spoken.Words, t store.Telling) chat.Paragraph {
	p := chat.Paragraph{{Text: w.Moment(t.When.UTC()) + "  "}}
	if t.Retracted {
		return append(p, chat.Span{Text: alertName(w, t.Alert) + ": " + w.Text(spoken.ArchiveWithdrawn), Style: chat.Italic})
	}
	if t.Relation != alert.Again.String() && t.Alert != 0 {
		p = append(p, chat.Span{Text: alertName(w, t.Alert) + "  ", Style: chat.Bold})
	}
	if t.Stage != "" {
		p = append(p, chat.Span{Text: w.Stage("", string(t.Stage)) + " — "})
	}
	return append(p, chat.Span{Text: w.Isolate(t.Title), Link: t.Link}, chat.Span{Text: " (" + w.Isolate(t.Publisher) + ")"})
}

// outlets counts the publishers.
func outlets(list []store.Telling) int {
	names := make(map[string]bool)
	for _, t := range list {
		names[t.Publisher] = true
	}
	return len(names)
}
