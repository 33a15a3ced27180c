package words

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/unicode/bidi"
)

// The signs of Unicode's bidirectional algorithm (UAX 9) that keep a run of text from turning the text
// around it: its direction is that of its first letter, and it ends where it is closed.
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// Isolate returns a text from outside as it may stand in a line of this language: between isolates if it
// has letters that run in the other direction. Signs in it that would reach beyond its own end are taken
// out.
func (w Words) Isolate(text string) string {
	text = withoutDirections(text)
	if !w.turns(text) {
		return text
	}
	return firstStrongIsolate + text + popIsolate
}

// turns reports whether a text has a letter that runs against the language.
func (w Words) turns(text string) bool {
	right := w.table().right
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if right && ('a' <= c|0x20 && c|0x20 <= 'z') {
				return true
			}
			i++
			continue
		}
		p, size := bidi.LookupString(text[i:])
		i += max(size, 1)
		switch p.Class() {
		case bidi.L:
			if right {
				return true
			}
		case bidi.R, bidi.AL:
			if !right {
				return true
			}
		}
	}
	return false
}

// typedForm is what a text says is to be typed: a command, such as /stop, or what stands between curly quotes.
var typedForm = regexp.MustCompile(`/[a-z]+|“[^”{}]*”`)

// isolateTyped keeps what is to be typed in its order: in a line that runs from right to left the stroke of a
// command would stand behind its letters, and 2026-03 would be read as 03-2026.
func isolateTyped(m *i18n.Message) {
	for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many, &m.Other} {
		*form = typedForm.ReplaceAllString(*form, firstStrongIsolate+"$0"+popIsolate)
	}
}

// withoutDirections takes the embeddings, overrides and isolates out of a text: U+202A to U+202E and
// U+2066 to U+2069. Unbalanced ones, or those that reverse letters, would make the rest of the line lie.
func withoutDirections(text string) string {
	if !strings.Contains(text, "\u202a"[:2]) && !strings.Contains(text, "\u2066"[:2]) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, text)
}
