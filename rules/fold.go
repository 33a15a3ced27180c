package rules

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A glyph is a folded character and the bytes that it came from.
type glyph struct {
	r          rune
	start, end int32
	traits     traits
}

// A folder brings texts into the form that is compared. Text that neither normalising nor case folding
// can change, or only letter by letter, takes a fast path through a table; a segment (a letter with its
// marks) of anything else is done again by the Unicode libraries. The buffers are used anew by the next
// text, so a folder is for one goroutine at a time.
type folder struct {
	text    string
	turkish bool
	glyphs  []glyph

	caser           cases.Caser
	segment, normal []byte
	folded          []byte
}

func newFolder() *folder { return &folder{caser: cases.Fold()} }

// A segmentState is what the fast path remembers of the segment that it is in.
type segmentState struct {
	// at is where the segment begins in the text, glyph its first in the glyphs.
	at, glyph int
	// ccc is the canonical combining class of the last mark, which must not decrease.
	ccc uint8
	// inert is true if nothing composes with the last starter.
	inert bool
}

// fold returns the glyphs of a text. They are valid until the next call.
func (f *folder) fold(text string, turkish bool) []glyph {
	f.text, f.turkish, f.glyphs = text, turkish, f.glyphs[:0]
	var s segmentState
	for i := 0; i < len(text); {
		if next := f.starters(i, &s); next > i {
			i = next
			continue
		}
		i = f.step(i, &s)
	}
	return f.glyphs
}

// starters folds the characters that begin at i as long as each begins a segment and is one glyph, as
// nearly all do, and returns where they end. What stands last may yet be followed by marks.
func (f *folder) starters(i int, s *segmentState) int {
	text, glyphs, at, inert := f.text, f.glyphs, -1, false
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if f.turkish && c == 'I' {
				break
			}
			a := &asciiRunes[c]
			glyphs = append(glyphs, glyph{a.fold, int32(i), int32(i + 1), a.traits})
			at, inert = i, false
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		info := infoOf(r)
		if info.class == runeStarter && info.second == 0 && info.fold != 0 {
			r = info.fold
		} else if info.class != runeSame {
			break
		}
		glyphs = append(glyphs, glyph{r, int32(i), int32(i + size), info.traits})
		at, inert = i, info.inert
		i += size
	}
	f.glyphs = glyphs
	if at >= 0 {
		*s = segmentState{at: at, glyph: len(glyphs) - 1, inert: inert}
	}
	return i
}

// foldSlowly does the same by the Unicode libraries alone.
func (f *folder) foldSlowly(text string, turkish bool) []glyph {
	f.text, f.turkish, f.glyphs = text, turkish, f.glyphs[:0]
	for i := 0; i < len(text); {
		i = f.segmentAt(i)
	}
	return f.glyphs
}

// step folds any other character at i, and returns where the next begins.
func (f *folder) step(i int, s *segmentState) int {
	r, size := utf8.DecodeRuneInString(f.text[i:])
	info := infoOf(r)
	switch {
	case info.class == runeInvisible:
		return i + size
	case r == 'I': // only Turkish comes here
		*s = segmentState{at: i, glyph: len(f.glyphs)}
		f.glyphs = append(f.glyphs, glyph{'ı', int32(i), int32(i + 1), info.traits})
		return i + 1
	case info.class == runeStarter:
		*s = segmentState{at: i, glyph: len(f.glyphs), inert: info.inert}
	case info.class == runeMark && (s.inert || !info.composes) && (info.ccc >= s.ccc || info.ccc == 0) && len(f.glyphs) > s.glyph:
		s.ccc = info.ccc
		s.inert = s.inert && info.ccc != 0
	case info.boundary || info.class == runeSlow && boundaryBefore(r):
		return f.stepSlowly(i, s)
	default:
		f.glyphs = f.glyphs[:s.glyph]
		return f.stepSlowly(s.at, s)
	}
	f.emit(info, s.glyph, i, i+size)
	return i + size
}

// stepSlowly folds the segment that begins at i, and returns where the next begins.
func (f *folder) stepSlowly(i int, s *segmentState) int {
	next := f.segmentAt(i)
	*s = segmentState{at: next, glyph: len(f.glyphs)}
	return next
}

// emit adds the glyph of a character that the table knows. One that is left out still belongs to the
// letter before it in its segment.
func (f *folder) emit(info *runeInfo, segment, start, end int) {
	switch {
	case info.fold != 0:
		f.glyphs = append(f.glyphs, glyph{info.fold, int32(start), int32(end), info.traits})
	case len(f.glyphs) > segment:
		f.glyphs[len(f.glyphs)-1].end = int32(end)
	}
	if info.second != 0 {
		f.glyphs = append(f.glyphs, glyph{info.second, int32(start), int32(end), info.secondTraits})
	}
}

// segmentAt folds the segment that begins at i with the Unicode libraries, and returns where the next
// begins.
func (f *folder) segmentAt(i int) int {
	next, start, end := f.gather(i)
	first, _ := utf8.DecodeRune(f.segment)
	f.foldSegment()
	for at := 0; at < len(f.normal); {
		r, size := utf8.DecodeRune(f.normal[at:])
		at += size
		if r, keep := foldLetter(r); keep {
			f.glyphs = append(f.glyphs, glyph{r, int32(start), int32(end), traitsOf(first, r)})
		}
	}
	return next
}

// gather puts the segment that begins at i into the buffer, without what a reader cannot see. A byte
// that is not UTF-8 is a segment by itself, a space. It returns where the next segment begins, and
// where this starts and ends.
func (f *folder) gather(i int) (next, start, end int) {
	f.segment, start, end = f.segment[:0], i, i
	for next = i; next < len(f.text); {
		r, size := utf8.DecodeRuneInString(f.text[next:])
		broken := r == utf8.RuneError && size == 1
		switch {
		case invisible(r):
		case len(f.segment) > 0 && (broken || boundaryBefore(r)):
			return next, start, end
		case broken:
			f.segment = append(f.segment, ' ')
			return next + 1, next, next + 1
		default:
			if len(f.segment) == 0 {
				start = next
			}
			f.segment = utf8.AppendRune(f.segment, r)
			end = next + size
		}
		next += size
	}
	return next, start, end
}

// foldSegment puts the normal, case-folded form of the segment into the buffer for it.
func (f *folder) foldSegment() {
	f.normal = norm.NFKC.Append(f.normal[:0], f.segment...)
	f.normal = foldDots(f.normal, f.turkish)
	if !bytes.ContainsFunc(f.normal, mayFold) {
		return
	}
	// Full case folding makes at most three characters of one, of three bytes each.
	if need := 9 * len(f.normal); cap(f.folded) < need {
		f.folded = make([]byte, need)
	}
	f.caser.Reset()
	if n, _, err := f.caser.Transform(f.folded[:cap(f.folded)], f.normal, true); err == nil {
		f.normal = norm.NFKC.Append(f.normal[:0], f.folded[:n]...) // folding takes some letters apart
	}
}

// foldDots folds I with and without a dot. In Turkish and Azerbaijani these are two letters, elsewhere
// one; a dot set upon an i, which some programs make of the capital with a dot, says nothing.
func foldDots(segment []byte, turkish bool) []byte {
	if !bytes.ContainsAny(segment, "Iİi") {
		return segment
	}
	segment = bytes.ReplaceAll(segment, []byte("İ"), []byte("i"))
	if turkish {
		segment = bytes.ReplaceAll(segment, []byte("I"), []byte("ı"))
	}
	return bytes.ReplaceAll(segment, []byte("i\u0307"), []byte("i"))
}

// mayFold reports whether case folding can change a character; letters of scripts without capitals
// are in the category Lo. Cherokee, which folds to its capitals, is left to foldLetter.
func mayFold(r rune) bool {
	return r == combiningYpogegrammeni || unicode.IsLetter(r) && !unicode.In(r, unicode.Lo, unicode.Cherokee)
}

// combiningYpogegrammeni is the only mark with a case.
const combiningYpogegrammeni = '\u0345'

// boundaryBefore reports whether a character begins a segment: it is no mark, and does not melt into
// the character before it.
func boundaryBefore(r rune) bool {
	var b [utf8.UTFMax]byte
	return norm.NFKC.Properties(b[:utf8.EncodeRune(b[:], r)]).BoundaryBefore()
}

// foldLetter unifies what readers take for the same letter, after case folding, and reports whether
// the letter is to be kept at all.
func foldLetter(r rune) (folded rune, keep bool) {
	switch {
	case r < 0x0400: // below are no scripts with variants
		return r, !invisible(r)
	case r == 'ё':
		return 'е', true
	case hebrewPoint(r), arabicMark(r), invisible(r):
		return 0, false
	case unicode.Is(unicode.Nd, r):
		return digit(r), true
	case r < 0x0700:
		return arabicLetter(r), true
	case unicode.Is(unicode.Cherokee, r):
		return unicode.ToUpper(r), true
	}
	return khmerLetter(r), true
}

// digit returns the ASCII digit of the same value. Unicode keeps the digits of a script together and
// in order, so the value is the distance from the start of its range.
func digit(r rune) rune {
	for _, set := range unicode.Nd.R16 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	for _, set := range unicode.Nd.R32 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	return r
}

// exactly returns a text in the form in which exact terms are compared: NFKC, without what a reader
// cannot see, with its capitals and marks.
func exactly(text string) string {
	seen := make([]byte, 0, len(text))
	for _, r := range text {
		if !invisible(r) {
			seen = utf8.AppendRune(seen, r)
		}
	}
	return string(norm.NFKC.Bytes(seen))
}
