package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
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

// literal cuts text into atoms that show as they are, for places where Discord reads no markdown. It stops
// at more atoms than any part of an embed can hold.
func literal(text string) []atom {
	var atoms []atom
	for g := graphemes.FromString(text); g.Next() && len(atoms) <= maxDescription; {
		if c := g.Value(); units(c) <= maxCluster {
			atoms = append(atoms, atom{text: c})
			continue
		}
		for _, r := range g.Value() {
			atoms = append(atoms, atom{text: string(r)})
		}
	}
	return atoms
}

// escaped cuts text into atoms that show literally where Discord reads markdown.
func escaped(text string) []atom {
	atoms := literal(text)
	start := true // of a line, but for spaces and digits
	digits := false
	for i, a := range atoms {
		r, size := utf8.DecodeRuneInString(a.text)
		alone := size == len(a.text) // # may also begin an emoji
		switch {
		case alone && start && !digits && strings.ContainsRune(atLineStart, r), start && digits && r == '.':
			atoms[i].text = `\` + a.text
		default:
			atoms[i].text = anywhere.Replace(a.text)
		}
		switch {
		case r == '\n':
			start, digits = true, false
		case r >= '0' && r <= '9':
			digits = true
		case r != ' ':
			start = false
		}
	}
	return atoms
}

// atLineStart are the signs that begin a heading, a quote, small print or a list, but only there.
const atLineStart = "#>-+"

// anywhere escapes the signs that mean something wherever they stand: emphasis, spoilers, code, links,
// mentions (<@1>, <#1>, @everyone), custom emoji and times (<:a:1>, <t:1>), emoji names (:a:), and the
// colon without which no bare address becomes a link.
var anywhere = strings.NewReplacer(
	`\`, `\\`, `*`, `\*`, `_`, `\_`, `~`, `\~`, "`", "\\`", `|`, `\|`,
	`[`, `\[`, `]`, `\]`, `<`, `\<`, `@`, `\@`, `:`, `\:`,
)

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
// characters, bidirectional embeddings, overrides and isolates. Line breaks stay, one at a time.
func cleanSpan(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
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
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
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
// text in places, by rules of its own.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zl, unicode.Zp) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) &&
			!unicode.Is(unicode.Variation_Selector, r) && r != '\u2800'
	})
}
