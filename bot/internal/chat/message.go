package chat

import (
	"cmp"
	"slices"
	"strings"
)

// A Message is what a person is to read, structured and never pre-rendered: each platform renders,
// escapes and shortens it in its own way. The zero value of every part means "none".
type Message struct {
	// Kicker is the one line above the title: where, what, at what stage.
	Kicker string
	// Title is plain text.
	Title string
	// Link is the http or https address that the title leads to.
	Link string
	// Body holds the paragraphs under the title.
	Body []Paragraph
	// Fields are short facts with a name, in the order to be shown.
	Fields []Field
	// Footer is one line of small print.
	Footer string
	// Level says how much the message matters; platforms show it in words, and some as a colour too.
	Level Level
	// LevelName is the level in the language of the message; "" is English.
	LevelName string
	// Language is the BCP 47 code of the bot's own words in it, which decides on its direction; "" is en.
	Language string
	// Buttons stand under the message in rows. Services without buttons leave them out.
	Buttons [][]Button
	// ReplyTo is the platform's id of an earlier message in the same place that this one answers, or "".
	// If that is gone, this one is posted all the same.
	ReplyTo string
	// Quiet posts without a sound.
	Quiet bool
	// Renames is true of an edit with a title that says something else than before: a service that shows it in
	// another place too, such as over a thread, changes it there as well.
	Renames bool
	// Preview lets the service show a picture of the page behind Link, which tells the page's owner, or
	// the service, that it was posted. It is off unless someone asked for it.
	Preview bool
	// Tags are words that a forum sorts posts by, such as the names of topics.
	Tags []string
	// Mention is the service's id of a role that is called, or "".
	Mention string
	// File goes with the message, nil for none.
	File *File
}

// A Button is pressed to open Link, or to send Data to the bot as a Press; it has one of the two.
type Button struct {
	Text string
	Link string
	// Data is 1 to 64 bytes (Telegram's callback_data; Discord's custom_id takes 100 characters).
	Data string
}

// A File is an attachment: a chart, a table.
type File struct {
	// Name is a file name without a path, whose ending tells its type.
	Name string
	// Alt says in words what a picture shows.
	Alt  string
	Data []byte
}

// A Paragraph is a run of spans that flow as one.
type Paragraph []Span

// A Span is a run of text in one style.
type Span struct {
	Text  string
	Style Style
	// Link is the http or https address that the text leads to.
	Link string
}

// A Style is the look of a span.
type Style int

const (
	// Plain is running text.
	Plain Style = iota
	// Bold is stressed text.
	Bold
	// Italic is text set apart, such as a note.
	Italic
	// Code is text to be read letter by letter: an id, a file position, a command.
	Code
)

// A Field is a fact with a name, such as Source: CamboJA News.
type Field struct {
	Name  string
	Value string
}

// A Level says how much a message matters.
type Level int

const (
	// Notice is the level of answers and notes to admins.
	Notice Level = iota
	// Low is news that can wait.
	Low
	// Medium is news for today.
	Medium
	// High is news for now.
	High
	// Critical is news that people's safety may depend on.
	Critical
)

// LevelMark returns the level in words, so that no reader has to rely on a colour: some see none, some hear
// messages, some search them. The two levels that cannot wait have a sign before the word for the eye. It is
// "" for a Notice.
func (m Message) LevelMark() string {
	switch m.Level {
	case Low:
		return cmp.Or(m.LevelName, "Low")
	case Medium:
		return cmp.Or(m.LevelName, "Medium")
	case High:
		return "❗ " + cmp.Or(m.LevelName, "High")
	case Critical:
		return "‼️ " + cmp.Or(m.LevelName, "Critical")
	}
	return ""
}

// Lead returns the line above the title as people read it: the level in words, and the kicker.
func (m Message) Lead() string {
	return strings.Join(slices.DeleteFunc([]string{m.LevelMark(), m.Kicker}, func(s string) bool { return s == "" }), " · ")
}

// Text returns a paragraph of plain text.
func Text(s string) Paragraph { return Paragraph{{Text: s}} }

// PlainText returns the whole message as lines of text without any markup, links written out.
// It serves where a service cannot, or may not, show anything richer.
func (m Message) PlainText() string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Kicker)
	add(m.Title)
	for _, p := range m.Body {
		add(p.PlainText())
	}
	for _, f := range m.Fields {
		add(f.Name + ": " + f.Value)
	}
	add(m.Footer)
	add(m.Link)
	return strings.Join(lines, "\n")
}

// PlainText returns the paragraph's text without any markup, each link in brackets after its words.
func (p Paragraph) PlainText() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.Text)
		if s.Link != "" && s.Link != s.Text {
			b.WriteString(" (" + s.Link + ")")
		}
	}
	return b.String()
}
