package webhook

import (
	"strings"

	"pressalert/bot/internal/chat"
)

// A Slack message is made of rich text (docs.slack.dev, Rich text block), whose texts are no markup: there
// is nothing to escape in them, and no text can call anybody. Only the notification's text is markup.

// slackBudget is what a message for Slack may hold: 12,000 characters, which is what Slack takes of
// markdown in one message (it names no bound for rich text), and in one text less than half of the 3,000
// characters of a text object, because a field's name and value stand in one.
var slackBudget = budget{text: 12_000, parts: 200, share: 1400}

// maxBlocks is how many blocks paragraphs may take of Slack's 50; five are needed around them.
const maxBlocks = 45

// A slackMessage is the body of a call of a Slack incoming webhook.
type slackMessage struct {
	// Text is what notifications show.
	Text        string       `json:"text"`
	Blocks      []slackBlock `json:"blocks"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
}

// A slackBlock is one of rich text, with sections as elements, or a context with a slackText.
type slackBlock struct {
	Type     string `json:"type"`
	Elements []any  `json:"elements"`
}

type slackSection struct {
	Type     string         `json:"type"`
	Elements []slackElement `json:"elements"`
}

// A slackElement is a text or a link of rich text.
type slackElement struct {
	Type  string      `json:"type"`
	Text  string      `json:"text"`
	URL   string      `json:"url,omitempty"`
	Style *slackStyle `json:"style,omitempty"`
}

type slackStyle struct {
	Bold   bool `json:"bold,omitempty"`
	Italic bool `json:"italic,omitempty"`
	Code   bool `json:"code,omitempty"`
}

// A slackText is a text without markup, outside of rich text.
type slackText struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

var slackStyles = map[chat.Style]*slackStyle{chat.Bold: {Bold: true}, chat.Italic: {Italic: true}, chat.Code: {Code: true}}

// slackEscaped writes the three characters that begin Slack's markup (docs.slack.dev, Formatting text).
var slackEscaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// newSlack puts a call into Slack's form.
func newSlack(c call) slackMessage {
	c.m = shortened(c.m, slackBudget)
	m := c.m
	kicker, title := c.kicker(), oneLine(m.Title)
	s := slackMessage{UnfurlLinks: m.Preview, UnfurlMedia: m.Preview}
	s.rich(section(chat.Span{Text: kicker, Style: chat.Bold}), section(titleSpan(title, m.Link)))
	for _, p := range m.Body[:min(len(m.Body), maxBlocks)] {
		s.rich(section(p...))
	}
	var facts []slackSection
	for _, f := range m.Fields {
		facts = append(facts, section(chat.Span{Text: fact(f)}))
	}
	s.rich(facts...)
	if footer := oneLine(m.Footer); footer != "" {
		s.Blocks = append(s.Blocks, slackBlock{"context", []any{slackText{Type: "plain_text", Text: footer}}})
	}
	s.rich(section(buttonLine(m)...))
	s.Text = slackEscaped.Replace(strings.Trim(kicker+"\n"+title, "\n"))
	if s.Text == "" {
		s.Text = slackEscaped.Replace(clean(m.PlainText()))
	}
	return s
}

// rich adds a block of the sections that are not empty, each on a line of its own.
func (s *slackMessage) rich(sections ...slackSection) {
	block := slackBlock{Type: "rich_text"}
	for _, one := range sections {
		if len(one.Elements) > 0 {
			block.Elements = append(block.Elements, one)
		}
	}
	if len(block.Elements) > 0 {
		s.Blocks = append(s.Blocks, block)
	}
}

// section renders spans. Slack refuses elements without text.
func section(spans ...chat.Span) slackSection {
	line := slackSection{Type: "rich_text_section"}
	for _, span := range spans {
		e := slackElement{Type: "text", Text: clean(span.Text), Style: slackStyles[span.Style]}
		if e.Text == "" {
			e.Text = clean(span.Link)
		}
		if isLink(span.Link) {
			e.Type, e.URL = "link", span.Link
		}
		if e.Text != "" {
			line.Elements = append(line.Elements, e)
		}
	}
	return line
}

// titleSpan makes a title stand out, and leads to its page.
func titleSpan(title, link string) chat.Span {
	return chat.Span{Text: title, Style: chat.Bold, Link: link}
}

// buttonLine puts buttons into a line of links. Slack's own buttons ask for an answer that nobody
// behind an incoming webhook could give.
func buttonLine(m chat.Message) []chat.Span {
	var line []chat.Span
	for b := range links(m) {
		if text := oneLine(b.Text); text != "" && isLink(b.Link) {
			if len(line) > 0 {
				line = append(line, chat.Span{Text: " · "})
			}
			line = append(line, chat.Span{Text: text, Link: b.Link})
		}
	}
	return line
}
