package console

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"

	"pressalert/bot/internal/chat"
)

// Isolates keep the order of a line's words from spilling over its ends (Unicode UAX #9).
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// isolates takes them out of a text for what does not understand them and would show them.
var isolates = strings.NewReplacer(firstStrongIsolate, "", popIsolate, "")

// A piece is text in one look.
type piece struct {
	text string
	look look
	// whole is true for an address: it stays in one row, however long, so that it can be followed or copied.
	whole bool
}

// A cell is one visible character: a grapheme cluster, its columns and its look.
type cell struct {
	text  string
	width int
	look  look
}

// A line is what stands between two line breaks.
type line []cell

// escapes finds what terminals take for commands: CSI and OSC-like strings and two-character escapes,
// in their 7-bit and 8-bit forms (ECMA-48, 5.3 to 5.6). A string that never ends is taken to the line's end.
var escapes = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]?" +
	"|(?:\x1b[P\\]X^_]|[\u0090\u0098\u009d-\u009f])[^\x07\x1b\u009c\n]*(?:\x07|\x1b\\\\|\u009c)?" +
	"|\x1b[ -/]*[0-~]?")

// introducers are the characters with which those begin.
const introducers = "\x1b\u0090\u0098\u009b\u009d\u009e\u009f"

// clean removes from outside text whatever could drive the terminal or turn its text around: escape
// sequences, control characters, and signs of direction but for the isolates of the bot's own. Line breaks
// stay.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsAny(s, introducers) {
		s = escapes.ReplaceAllString(s, "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t', r == '\u00a0':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, chat.KeepIsolates(s))
}

// cut turns pieces into clean lines of cells. Blank lines are left out.
func cut(ps []piece) []line {
	var lines []line
	var l line
	for _, p := range ps {
		for i, text := range strings.Split(clean(p.text), "\n") {
			if i > 0 {
				lines, l = append(lines, l), nil
			}
			if p.whole && text != "" {
				l = append(l, cell{text, displaywidth.String(text), p.look})
			} else {
				l = append(l, cells(text, p.look)...)
			}
		}
	}
	var full []line
	for _, l := range append(lines, l) {
		if l = trim(l); len(l) > 0 {
			full = append(full, l)
		}
	}
	return full
}

// maxCells is the longest text, in characters, that is shown whole: as much as the chat services take for a
// whole message, so that no feed can flood the screen.
const maxCells = 4096

// cells cuts text into its characters. A text that is too long ends in an ellipsis.
func cells(text string, look look) []cell {
	var out []cell
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if len(out) == maxCells {
			return append(out, cell{"…", 1, look})
		}
		out = append(out, cell{text: g.Value(), width: g.Width(), look: look})
	}
	return out
}

func trim(l line) line {
	for len(l) > 0 && l[0].text == " " {
		l = l[1:]
	}
	for len(l) > 0 && l[len(l)-1].text == " " {
		l = l[:len(l)-1]
	}
	return l
}

// wrap breaks l into rows of at most width columns: at spaces, in scripts without spaces at any
// character, and inside a word only if the word alone is wider than a row.
func wrap(l line, width int) []line {
	var rows []line
	for {
		fits := fitting(l, width)
		if fits == len(l) {
			return append(rows, l)
		}
		end := lastBreak(l, fits)
		rows = append(rows, trim(l[:end]))
		if l = trim(l[end:]); len(l) == 0 {
			return rows
		}
	}
}

// fitting returns how many cells of l fit into width columns, at least 1.
func fitting(l line, width int) int {
	for i, c := range l {
		if width -= c.width; width < 0 {
			return max(i, 1)
		}
	}
	return len(l)
}

// lastBreak returns the last place up to and including fits where l may be broken, or fits if none.
func lastBreak(l line, fits int) int {
	for i := fits; i > 0; i-- {
		before, after := l[i-1].text, l[i].text
		if before == " " || after == " " || spaceless(before) && !closing(after) {
			return i
		}
	}
	return fits
}

// spaceless tells whether a character belongs to a script that writes no spaces between words.
func spaceless(c string) bool {
	for _, r := range c {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
			unicode.Khmer, unicode.Myanmar, unicode.Tibetan) || unicode.Is(unicode.Po, r) && r >= '\u3000'
	}
	return false
}

// closing tells whether a character may not begin a row: closing marks and signs of repetition.
func closing(c string) bool {
	for _, r := range c {
		return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Po) || strings.ContainsRune("ーๆໆៗ々", r)
	}
	return false
}

// rightToLeft tells whether text holds letters of a script that runs from right to left.
func rightToLeft(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko,
			unicode.Samaritan, unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya)
	})
}
