package main

import (
	"fmt"
	"strings"

	"pressalert/bot/internal/chat"
	consolechat "pressalert/bot/internal/chat/console"
)

// A section is one form of an alert under its heading.
type section struct {
	heading string
	chat.Message
}

// printPreview prints alerts as each platform shows them, one after another. The console's own platform
// prints them all, so that nothing a publisher wrote drives the terminal.
func printPreview(env *environment, all []previewed) error {
	width, isTerminal := terminal(env.stdout)
	for i, p := range all {
		sections, err := previewSections(p.message)
		if err != nil {
			return err
		}
		for _, s := range sections {
			fmt.Fprintf(env.stdout, "── alert %d of %d · %s ──\n\n", i+1, len(all), s.heading)
			out := consolechat.New(env.stdout, consolechat.Options{Width: width, Colour: isTerminal})
			if _, err := out.Send(env.ctx, console, "", s.Message); err != nil {
				return err
			}
			fmt.Fprintln(env.stdout)
		}
	}
	return nil
}

// previewSections are the plain forms of a message: as the terminal shows it, in Telegram, in Discord.
func previewSections(m chat.Message) ([]section, error) {
	sections := []section{{"console", m}}
	for _, p := range telegramPosts(m) {
		sections = append(sections, section{"Telegram", p.plain()})
	}
	posts, err := discordPosts(m)
	for _, p := range posts {
		sections = append(sections, section{"Discord", p.plain()})
	}
	return sections, err
}

// plain returns p for the terminal.
func (p telegramPost) plain() chat.Message {
	return chat.Message{
		Body:   append(paragraphs(p.Text), buttonRows(p.Buttons)...),
		Footer: strings.Join(p.Measure, " · "),
	}
}

// plain returns p for the terminal.
func (p discordPost) plain() chat.Message {
	m := chat.Message{Body: paragraphs(p.Content), Footer: strings.Join(p.Measure, " · ")}
	for _, e := range p.Embeds {
		title := spans(e.Title)
		if e.Link != "" {
			title = append(title, chat.Span{Text: " "}, chat.Span{Text: e.Link, Link: e.Link})
		}
		m.Body = append(m.Body, chat.Text(e.Author), title)
		m.Body = append(m.Body, paragraphs(e.Description)...)
		for _, f := range e.Fields {
			m.Body = append(m.Body, append(append(spans(f.Name), chat.Span{Text: ": "}), spans(f.Value)...))
		}
		m.Body = append(m.Body, chat.Text(e.Footer))
	}
	m.Body = append(m.Body, buttonRows(p.Buttons)...)
	return m
}

// paragraphs parts runs at blank lines.
func paragraphs(runs []shown) []chat.Paragraph {
	var all []chat.Paragraph
	var p chat.Paragraph
	for _, s := range spans(runs) {
		for i, text := range strings.Split(s.Text, "\n\n") {
			if i > 0 {
				all, p = append(all, p), nil
			}
			if part := s; text != "" {
				part.Text = text
				p = append(p, part)
			}
		}
	}
	return append(all, p)
}

// buttonRows shows buttons as text.
func buttonRows(rows [][]chat.Button) []chat.Paragraph {
	var all []chat.Paragraph
	for _, row := range rows {
		var labels []string
		for _, b := range row {
			labels = append(labels, "["+b.Text+"]")
		}
		all = append(all, chat.Text(strings.Join(labels, " ")))
	}
	return all
}
