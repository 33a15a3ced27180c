package chat

import "strings"

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
	// Level says how much the message matters; platforms show it as a colour or a sign.
	Level Level
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
