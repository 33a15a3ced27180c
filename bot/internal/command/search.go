package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// pageSize is how many entries a page of a list shows: what a phone shows after a swipe or two, and what fits
// into the messages of all services.
const pageSize = 10

func searchMenu() chat.Command {
	return chat.Command{
		Name: "search", Description: "Find words in everything that the feeds brought, in any script",
		Args: []chat.Arg{
			{Name: "words", Description: "Words that must all be there, a \"phrase\", or a query: law AND (draft OR bill) NOT tax", Required: true},
			{Name: "country", Description: "Only what alerted of a country; typed in chat: country:KH", Complete: true},
			{Name: "topic", Description: "Only what alerted on a topic; typed in chat: topic:shutdown"},
			{Name: "since", Description: "Only what is newer, such as 30d, 2026 or 2026-03; typed in chat: since:30d"},
		},
	}
}

// A searched is a search as it was asked for.
type searched struct {
	words string
	scope scope
	page  int
}

// search answers with a page of hits. Like every answer with pages it is asked again for another one, by a
// button with the words of the search and the argument "page".
func (t *Table) search(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	asked, complaint := readSearch(w, r, time.Now())
	if complaint != "" {
		return usageIn(w, searchMenu(), complaint), nil
	}
	if token, ok := strings.CutPrefix(asked.words, recallSign); ok {
		words, known := t.searches.recall(token)
		if !known {
			return chat.Message{Title: w.Text(spoken.ArchiveForgotten), Body: []chat.Paragraph{chat.Text(w.Text(spoken.ArchiveForgottenNote))}}, nil
		}
		asked.words = words
	}
	found, err := t.Store.Search(ctx, store.Query{
		Words: asked.words, Country: asked.scope.country, Topic: asked.scope.topic, Since: asked.scope.since,
		Limit: pageSize, Offset: (asked.page - 1) * pageSize,
	})
	if errors.Is(err, store.ErrNoWords) {
		return usageIn(w, searchMenu(), w.Text(spoken.ArchiveNoWords, "words", asked.words)), nil
	}
	if err != nil {
		return chat.Message{}, err
	}
	return t.hits(w, asked, found), nil
}

// readSearch reads the arguments of a search. In typed words country:, topic:, since: and page: say what they
// say as arguments; so do a country's code in capitals and a period at the end, such as KH 30d.
func readSearch(w spoken.Words, r chat.Request, now time.Time) (searched, string) {
	s, complaint := scopeOf(w, now, r.Args["country"], r.Args["topic"], r.Args["since"])
	if complaint != "" {
		return searched{}, complaint
	}
	page, _ := strconv.Atoi(r.Args["page"])
	asked := searched{scope: s, page: page}
	var words []string
	for _, word := range strings.Fields(r.Args["words"]) {
		name, value, _ := strings.Cut(word, ":")
		switch name {
		case "country", "topic", "since":
			if !asked.scope.take(strings.ReplaceAll(value, "_", " "), now) {
				return asked, sentences(w.Text(spoken.UnknownScope, "word", value), nearestName(w, value))
			}
		case "page":
			asked.page, _ = strconv.Atoi(value)
		default:
			words = append(words, word)
		}
	}
	for len(words) > 1 && asked.scope.takeLast(words[len(words)-1], now) {
		words = words[:len(words)-1]
	}
	asked.words, asked.page = strings.Join(words, " "), min(max(asked.page, 1), store.SearchDepth/pageSize)
	return asked, ""
}

// takeLast reads the last word of a search if it can hardly be meant as a word.
func (s *scope) takeLast(word string, now time.Time) bool {
	code := len(word) == 2 && strings.ToUpper(word) == word && word != "OR"
	period := periodForm.MatchString(word)
	return (code || period) && s.take(word, now)
}

// typed is the search as it can be typed again.
func (s searched) typed(words string) []string {
	all := []string{words}
	for _, part := range [][2]string{{"country", s.scope.country}, {"topic", string(s.scope.topic)}, {"since", s.scope.period}} {
		if part[1] != "" {
			all = append(all, part[0]+":"+strings.ReplaceAll(part[1], " ", "_"))
		}
	}
	return all
}

// hits is a page of what was found.
func (t *Table) hits(w spoken.Words, asked searched, found store.Found) chat.Message {
	about := "“" + w.Isolate(asked.words) + "”"
	if narrow := asked.scope.about(w); narrow != "" {
		about += w.Text(spoken.ListSeparator) + narrow
	}
	if found.Total == 0 {
		m := chat.Message{Title: w.Text(spoken.ArchiveHitsNone, "about", about)}
		if asked.scope.country != "" || asked.scope.topic != "" {
			m.Footer = w.Text(spoken.ArchiveHitsNoneNote)
		}
		return m
	}
	pages := (found.Total + pageSize - 1) / pageSize
	m := chat.Message{
		Title: w.Count(spoken.ArchiveHits, found.Total, "about", about), Footer: paged(w, asked.page, pages, w.Text(spoken.ArchiveHitsNote)),
	}
	if found.More {
		m.Title = w.Count(spoken.ArchiveHitsMore, store.SearchDepth, "about", about)
	}
	for _, hit := range found.Hits {
		m.Body = append(m.Body, t.hit(w, hit))
	}
	if pages > 1 {
		words := asked.typed(asked.words)
		if len(strings.Join(words, " "))+len("page 50 search ") > maxData {
			words = asked.typed(recallSign + t.searches.keep(asked.words))
		}
		m.Buttons = t.pager(w, asked.page, pages, "search", words...)
	}
	return m
}

// hit is one item in a list of hits: date, headline and summary with the words marked, source, alert.
func (t *Table) hit(w spoken.Words, h store.Hit) chat.Paragraph {
	p := chat.Paragraph{{Text: dated(w, h.Item.When()) + "  "}}
	if h.Alert != 0 {
		p = chat.Paragraph{{Text: fmt.Sprintf("%d  ", h.Alert), Style: chat.Bold}, p[0]}
	}
	title, marks := h.Item.Title, h.Title
	if title == "" {
		title, marks = excerpt(h.Item.Summary, h.Summary)
	}
	p = append(p, marked(title, marks)...)
	if len(h.Summary) > 0 && h.Item.Title != "" {
		p = append(p, chat.Span{Text: " — "})
		p = append(p, marked(excerpt(h.Item.Summary, h.Summary))...)
	}
	return append(p, chat.Span{Text: " ("}, chat.Span{Text: t.feedName(h.Item.Feed), Link: h.Item.Link}, chat.Span{Text: ")"})
}

// markedPlaces bounds the bold places of a text. Telegram drops what goes beyond 100 links and styles of a
// message; ten hits, each with a number, a headline, a summary and a source, have at most 80.
const markedPlaces = 3

// marked is a text with the first marked places in bold.
func marked(text string, marks []store.Mark) chat.Paragraph {
	var p chat.Paragraph
	add := func(part string, style chat.Style) {
		if part != "" {
			p = append(p, chat.Span{Text: part, Style: style})
		}
	}
	at := 0
	for _, m := range marks[:min(len(marks), markedPlaces)] {
		add(text[at:m.Start], chat.Plain)
		add(text[m.Start:m.End], chat.Bold)
		at = m.End
	}
	add(text[at:], chat.Plain)
	return p
}

// excerptLength is how much of a summary a hit shows, in characters, about two lines of a phone.
const excerptLength = 120

// excerpt is the part of a text around its first mark, at whole words where there are any, and the marks in it.
func excerpt(text string, marks []store.Mark) (string, []store.Mark) {
	if utf8.RuneCountInString(text) <= excerptLength || len(marks) == 0 {
		return clipped(text, 0, len(text), marks)
	}
	from := back(text, marks[0].Start, excerptLength/3)
	to := forth(text, from, excerptLength)
	return clipped(text, from, max(to, marks[0].End), marks)
}

// back goes back from an offset by so many characters, on to the beginning of a word if one is near.
func back(text string, at, characters int) int {
	start := at
	for range characters {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	if start == 0 {
		return 0
	}
	if i := strings.IndexByte(text[start:at], ' '); i >= 0 {
		return start + i + 1
	}
	return start
}

// forth goes on from an offset by so many characters, back to the end of a word if one is near.
func forth(text string, at, characters int) int {
	end := at
	for range characters {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if end == len(text) {
		return end
	}
	if i := strings.LastIndexByte(text[at:end], ' '); i > (end-at)*2/3 {
		return at + i
	}
	return end
}

// clipped is a part of a text, with an ellipsis where it was cut, and the marks in it.
func clipped(text string, from, to int, marks []store.Mark) (string, []store.Mark) {
	const ellipsis = "…"
	part, shift := text[from:to], -from
	if from > 0 {
		part, shift = ellipsis+part, len(ellipsis)-from
	}
	if to < len(text) {
		part += ellipsis
	}
	var inside []store.Mark
	for _, m := range marks {
		if m.Start >= from && m.End <= to {
			inside = append(inside, store.Mark{Start: m.Start + shift, End: m.End + shift})
		}
	}
	return part, inside
}

// facts joins what is known by dots, and leaves out what is not.
func facts(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}
