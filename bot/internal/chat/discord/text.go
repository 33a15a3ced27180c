package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"pressalert/bot/internal/chat"
)

// maxCluster is the longest grapheme cluster, in UTF-16 units, that is kept whole. Flags, families and
// stacked vowels need up to some twenty; what is longer is decoration piled up to break layouts.
const maxCluster = 64

// ellipsis ends a text that was cut.
const ellipsis = "…"

// An atom is a piece of Discord markdown that is never cut: a character with its escapes, an address.
type atom struct {
	text string
	mark *mark // what encloses it, nil for nothing
}

// A mark is the markdown around a run of atoms.
type mark struct {
	open, close string
}

// units counts the UTF-16 units of s.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// A grain says how far text is cut into atoms.
type grain bool

const (
	// coarse keeps words together. It is for text that is not cut, which is nearly all.
	coarse grain = false
	// fine parts all characters: grapheme clusters, which cost far more to find.
	fine grain = true
)

// literal cuts text into atoms that show as they are, for places where Discord reads no markdown. It stops
// at more atoms than any part of an embed can hold.
func literal(text string, g grain) []atom {
	atoms := make([]atom, 0, min(len(text)/4+4, maxDescription+1))
	for i := 0; i < len(text) && len(atoms) <= maxDescription; {
		n := 1
		switch {
		case g == coarse:
			n = max(word(text[i:]), 1)
		case text[i] >= utf8.RuneSelf || i+1 < len(text) && text[i+1] >= utf8.RuneSelf:
			clusters := graphemes.FromString(text[i:])
			clusters.Next()
			n = len(clusters.Value())
		}
		c := text[i : i+n]
		i += n
		if g == coarse || units(c) <= maxCluster {
			atoms = append(atoms, atom{text: c})
			continue
		}
		for _, r := range c {
			atoms = append(atoms, atom{text: string(r)})
		}
	}
	return atoms
}

// word returns how long the word is that text begins with, in bytes: signs that may be markup, digits and
// spaces are in none, but what is not ASCII otherwise is.
func word(text string) int {
	for i, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case r >= utf8.RuneSelf && !unicode.IsSpace(r):
		case i == 0:
			_, size := utf8.DecodeRuneInString(text)
			return size
		default:
			return i
		}
	}
	return len(text)
}

// escaped cuts text into atoms that show literally where Discord reads markdown.
func escaped(text string, g grain) []atom {
	atoms := literal(text, g)
	start := true // of a line, but for spaces and digits
	digits := false
	for i, a := range atoms {
		c := a.text[0]
		switch {
		case start && !digits && len(a.text) == 1 && strings.IndexByte(atLineStart, c) >= 0 && !keycap(atoms[i+1:]),
			start && digits && c == '.':
			atoms[i].text = `\` + a.text
		case strings.ContainsAny(a.text, anywhere):
			atoms[i].text = escapeSigns(a.text)
		}
		switch {
		case c == '\n':
			start, digits = true, false
		case c >= '0' && c <= '9':
			digits = true
		case c != ' ':
			start = false
		}
	}
	return atoms
}

// keycap reports whether the sign before these atoms is part of an emoji, as the first of #️⃣ is.
func keycap(after []atom) bool {
	return len(after) > 0 && (strings.HasPrefix(after[0].text, "\ufe0f") || strings.HasPrefix(after[0].text, "\u20e3"))
}

// atLineStart are the signs that begin a heading, a quote, small print or a list, but only there.
const atLineStart = "#>-+"

// anywhere are the signs that mean something wherever they stand: emphasis, spoilers, code, links,
// mentions (<@1>, <#1>, @everyone), custom emoji and times (<:a:1>, <t:1>), emoji names (:a:), and the
// colon without which no bare address becomes a link.
const anywhere = "\\*_~`|[]<@:"

// escapeSigns escapes the signs in a character: one, or more that stand among combining marks.
func escapeSigns(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(anywhere, text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// marked puts m around atoms, but not around the spaces at their ends, which would undo it.
func marked(atoms []atom, m *mark) []atom {
	inner := trimmed(atoms)
	for i := range inner {
		inner[i].mark = m
	}
	return atoms
}

// trimmed returns the part of atoms without the spaces at both ends.
func trimmed(atoms []atom) []atom {
	for len(atoms) > 0 && strings.TrimSpace(atoms[0].text) == "" {
		atoms = atoms[1:]
	}
	for len(atoms) > 0 && strings.TrimSpace(atoms[len(atoms)-1].text) == "" {
		atoms = atoms[:len(atoms)-1]
	}
	return atoms
}

// fitted writes as much of a text as limit UTF-16 units hold. Build gives its atoms: only if it does not
// fit, the fine ones.
func fitted(limit int, build func(grain) []atom) string {
	if atoms := build(coarse); len(atoms) <= maxDescription {
		if atoms = trimmed(atoms); fitting(atoms, limit) == len(atoms) {
			return write(atoms)
		}
	}
	return fit(build(fine), limit)
}

// plainly returns what fitted takes of a text that shows as it is.
func plainly(text string) func(grain) []atom {
	return func(g grain) []atom { return literal(text, g) }
}

// safeguarded returns what fitted takes of a text that stands where Discord reads markdown.
func safeguarded(text string) func(grain) []atom {
	return func(g grain) []atom { return escaped(text, g) }
}

// fit writes as many atoms as limit UTF-16 units hold, with an ellipsis if that is not all.
func fit(atoms []atom, limit int) string {
	atoms = trimmed(atoms)
	if fitting(atoms, limit) == len(atoms) {
		return write(atoms)
	}
	if limit < units(ellipsis) {
		return ""
	}
	return write(trimmed(atoms[:fitting(atoms, limit-units(ellipsis))])) + ellipsis
}

// fitting returns how many of the first atoms take no more than limit units, marks included.
func fitting(atoms []atom, limit int) int {
	var open *mark
	for i, a := range atoms {
		limit -= units(a.text)
		if a.mark != open && a.mark != nil {
			limit -= units(a.mark.open) + units(a.mark.close) + units(between(open, a.mark))
		}
		if limit < 0 {
			return i
		}
		open = a.mark
	}
	return len(atoms)
}

// write joins atoms and their marks.
func write(atoms []atom) string {
	var b strings.Builder
	var open *mark
	turn := func(next *mark) {
		if next == open {
			return
		}
		if open != nil {
			b.WriteString(open.close)
		}
		b.WriteString(between(open, next))
		if next != nil {
			b.WriteString(next.open)
		}
		open = next
	}
	for _, a := range atoms {
		turn(a.mark)
		b.WriteString(a.text)
	}
	turn(nil)
	return b.String()
}

// between returns what keeps two marks apart: run together, their signs would mean something else.
func between(a, b *mark) string {
	if a == nil || b == nil {
		return ""
	}
	return nothing
}

// cleanSpan removes what a message cannot hold or what would turn its text around: broken UTF-8, control
// characters, and signs of direction but for the isolates of the bot's own. Line breaks stay, one at a time.
func cleanSpan(s string) string {
	s = chat.KeepIsolates(strings.ToValidUTF8(s, "\uFFFD"))
	var last rune
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			r = '\n'
			if last == '\n' {
				return -1
			}
		case r == '\t':
			r = ' '
		case unicode.IsControl(r):
			return -1
		}
		last = r
		return r
	}, s)
}

// clean is cleanSpan for a text that stands alone; text that shows nothing becomes "".
func clean(s string) string {
	s = strings.TrimSpace(cleanSpan(s))
	if blank(s) {
		return ""
	}
	return s
}

// oneLine is clean for a text of one line.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// blank tells whether s shows nothing: spaces, format characters and fillers only. Discord refuses such
// text in places, by rules of its own. The signs that stand before numbers in Arabic are format characters by
// name, and yet are seen.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Prepended_Concatenation_Mark, r) || !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zl, unicode.Zp) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) &&
			!unicode.Is(unicode.Variation_Selector, r) && r != '\u2800'
	})
}
