package console

import (
	"strconv"
	"strings"

	"pressalert/bot/internal/chat"
)

// A look is the ANSI code (ECMA-48 SGR parameters) in which a piece of text is shown, "" for none.
type look string

const (
	plain  look = ""
	bold   look = "1"
	dim    look = "2"
	italic look = "3"
)

// levelLook returns the look of the line above the title.
func levelLook(l chat.Level) look {
	switch l {
	case chat.Critical:
		return "1;31" // red
	case chat.High:
		return "1;33" // yellow
	case chat.Medium:
		return "1;36" // cyan
	default:
		return bold
	}
}

func styleLook(s chat.Style) look {
	switch s {
	case chat.Bold:
		return bold
	case chat.Italic:
		return italic
	default:
		return plain
	}
}

// separator returns the line between two messages.
func (p *Platform) separator() string {
	return "\n" + p.paint(strings.Repeat("─", p.width), dim) + "\n\n"
}

// render returns m as lines of at most the platform's width, but for long addresses; the last one is ended too.
// Parts that are empty leave no line, and one blank line stands around the body.
func (p *Platform) render(note string, m chat.Message) string {
	head := block(
		piece{text: note, look: dim},
		piece{text: follows(m), look: dim},
		piece{text: m.Lead(), look: levelLook(m.Level)},
		piece{text: m.Title, look: bold},
		piece{text: m.Link, whole: true},
	)
	blocks := [][]line{head}
	for _, paragraph := range m.Body {
		blocks = append(blocks, cut(pieces(paragraph)))
	}
	var foot []line
	for _, f := range m.Fields {
		if f.Name != "" || f.Value != "" {
			foot = append(foot, cut([]piece{{text: f.Name + ": ", look: dim}, {text: f.Value}})...)
		}
	}
	blocks = append(blocks, append(foot, block(piece{text: m.Footer, look: dim})...), links(m))

	var texts []string
	for _, b := range blocks {
		if text := p.lines(b); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n")
}

// follows says which message m answers.
func follows(m chat.Message) string {
	if m.ReplyTo == "" {
		return ""
	}
	return "follows: message " + m.ReplyTo
}

// links numbers the buttons that lead somewhere. The others are left out: nothing can be pressed here.
func links(m chat.Message) []line {
	var lines []line
	n := 0
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Link == "" {
				continue
			}
			n++
			lines = append(lines, cut([]piece{
				{text: "[" + strconv.Itoa(n) + "] ", look: dim}, {text: b.Text}, {text: " "}, {text: b.Link, whole: true},
			})...)
		}
	}
	return lines
}

// pieces lays a paragraph out as text, each link in brackets after its words.
func pieces(p chat.Paragraph) []piece {
	var out []piece
	for _, s := range p {
		out = append(out, piece{text: s.Text, look: styleLook(s.Style), whole: s.Text == s.Link})
		if s.Link != "" && s.Link != s.Text {
			out = append(out, piece{text: " "}, piece{text: "(" + s.Link + ")", whole: true})
		}
	}
	return out
}

// block puts each piece that is not empty on lines of its own.
func block(ps ...piece) []line {
	var lines []line
	for _, p := range ps {
		lines = append(lines, cut([]piece{p})...)
	}
	return lines
}

// lines wraps and paints lines.
func (p *Platform) lines(ls []line) string {
	var b strings.Builder
	for _, l := range ls {
		for _, row := range wrap(l, p.width) {
			b.WriteString(p.row(row) + "\n")
		}
	}
	return b.String()
}

// row paints one line of the terminal, each run of one look at once. An isolate that ends in another row is
// none any more.
func (p *Platform) row(l line) string {
	var b strings.Builder
	for i := 0; i < len(l); {
		from := i
		var run strings.Builder
		for ; i < len(l) && l[i].look == l[from].look; i++ {
			run.WriteString(l[i].text)
		}
		b.WriteString(p.paint(run.String(), l[from].look))
	}
	if !p.colour {
		return isolates.Replace(b.String())
	}
	text := chat.KeepIsolates(b.String())
	if rightToLeft(text) {
		return firstStrongIsolate + text + popIsolate
	}
	return text
}

func (p *Platform) paint(text string, l look) string {
	if !p.colour || l == plain {
		return text
	}
	return "\x1b[" + string(l) + "m" + text + "\x1b[0m"
}
