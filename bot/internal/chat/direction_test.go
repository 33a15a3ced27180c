package chat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pressalert/bot/internal/chat"
)

func TestKeepIsolates(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"none", "a line – with “signs”", "a line – with “signs”"},
		{"one", "\u2068صحيفة\u2069 (Egypt)", "\u2068صحيفة\u2069 (Egypt)"},
		{"one in another", "\u2068a\u2068b\u2069c\u2069", "\u2068a\u2068b\u2069c\u2069"},
		{"left open", "a\u2068b", "ab"},
		{"one of two left open", "a\u2068b\u2068c\u2069", "ab\u2068c\u2069"},
		{"left open in its line", "a\u2068b\nc\u2069", "ab\nc"},
		{"closed too often", "a\u2069b\u2068c\u2069\u2069", "ab\u2068c\u2069"},
		{"other isolates", "\u2066a\u2069 \u2067b\u2069", "a b"},
		{"embeddings and overrides", "\u202aa\u202bb\u202cc\u202dd\u202ee", "abcde"},
		{"marks", "a\u200e\u200f\u061c", "a\u200e\u200f\u061c"},
		{"too deep", strings.Repeat("\u2068", 200) + "a" + strings.Repeat("\u2069", 200), strings.Repeat("\u2068", 125) + "a" + strings.Repeat("\u2069", 125)},
	} {
		if got := chat.KeepIsolates(c.in); got != c.want {
			t.Errorf("%s: %+q, want %+q", c.name, got, c.want)
		}
	}
}

// FuzzKeepIsolates holds that every line ends as deep as it began, and that nothing else is lost.
func FuzzKeepIsolates(f *testing.F) {
	f.Add("\u2068a\u2069b\u2068\n\u2069\u202e")
	f.Add("\u2066\u2067\u2068\u2069\u2069")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := chat.KeepIsolates(s)
		for line := range strings.SplitSeq(got, "\n") {
			depth := 0
			for _, r := range line {
				switch {
				case r == '\u2068':
					depth++
				case r == '\u2069':
					depth--
				case r >= '\u202a' && r <= '\u202e', r == '\u2066', r == '\u2067':
					t.Errorf("%+q keeps %+q", got, r)
				}
				if depth < 0 {
					t.Errorf("%+q closes what is not open", got)
				}
			}
			if depth != 0 {
				t.Errorf("%+q leaves %d open", got, depth)
			}
		}
		signs := strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")
		if signs.Replace(got) != signs.Replace(s) {
			t.Errorf("%+q of %+q lost more than signs of direction", got, s)
		}
	})
}
