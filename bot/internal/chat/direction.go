package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The signs of Unicode's bidirectional algorithm (UAX 9) that keep a run of text from turning the text
// around it.
const (
	firstStrongIsolate = '\u2068'
	popIsolate         = '\u2069'
)

// maxIsolates is how deep isolates may stand in each other (UAX 9, BD2: max_depth).
const maxIsolates = 125

// KeepIsolates returns s with no other signs of direction than first-strong isolates that are closed in
// their line. These are how the bot sets a name in one script apart from a line in another, and reach no
// further than their own end. Embeddings, overrides and all that is left open would turn the words around
// them into others, so they are taken out. The marks (U+200E, U+200F and U+061C) stay: they turn nothing.
func KeepIsolates(s string) string {
	if !strings.ContainsFunc(s, turns) {
		return s
	}
	kept := make([]byte, 0, len(s))
	var open []int // where in kept the isolates begin that are not closed yet
	takeOpen := func() {
		for _, at := range slices.Backward(open) {
			kept = slices.Delete(kept, at, at+utf8.RuneLen(firstStrongIsolate))
		}
		open = open[:0]
	}
	for _, r := range s {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			takeOpen()
		case r == firstStrongIsolate && len(open) < maxIsolates:
			open = append(open, len(kept))
		case r == popIsolate && len(open) > 0:
			open = open[:len(open)-1]
		case turns(r):
			continue
		}
		kept = utf8.AppendRune(kept, r)
	}
	takeOpen()
	return string(kept)
}

// turns reports whether r is a sign of direction that reaches beyond itself: U+202A to U+202E are embeddings
// and overrides, U+2066 to U+2069 isolates.
func turns(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
