package rules

import "slices"

// Khmer, Thai and Lao signs can be typed in several orders that look the same. Readers cannot tell them
// apart, so terms and texts are brought into one spelling. Signs are exchanged within a cluster, hence
// never across words, and the places of the cluster in the text stay as they are.

// The signs of Khmer that have a place of their own in a cluster.
const (
	coeng      = '\u17d2' // sets the next letter under the one before
	khmerRo    = '\u179a'
	khmerTa    = '\u178f'
	khmerDa    = '\u178a'
	shortQau   = '\u17b2' // a variant of qau that means the same
	khmerQau   = '\u17b1'
	khmerE     = '\u17c1'
	khmerII    = '\u17b8'
	khmerAA    = '\u17b6'
	khmerOE    = '\u17be'
	khmerOO    = '\u17c4'
	khmerRobat = '\u17cc'
)

// khmerLetter unifies the letters that have two codes.
func khmerLetter(r rune) rune {
	switch r {
	case '\u17a3': // deprecated
		return '\u17a2'
	case shortQau:
		return khmerQau
	}
	return r
}

// spell brings the clusters of a text into one spelling, in place.
func spell(glyphs []glyph) []glyph {
	melted := false
	for i := 0; i < len(glyphs); i++ {
		switch t := glyphs[i].traits; {
		case !t.is(isKhmer | isThaiLao):
		case t.is(isThaiLao):
			melted = i > 0 && spellThai(&glyphs[i-1], &glyphs[i]) || melted
		case !t.is(isMark):
			end := khmerClusterEnd(glyphs, i)
			melted = spellKhmer(glyphs[i+1:end]) || melted
			i = end - 1
		}
	}
	if !melted {
		return glyphs
	}
	return slices.DeleteFunc(glyphs, func(g glyph) bool { return g.r == 0 })
}

// spellThai spells two neighbours: the ring of am before a tone, and twice e as the letter that this
// looks like. It reports whether the second is to be left out.
func spellThai(before, now *glyph) bool {
	const thaiE, thaiAE, laoE, laoAE = '\u0e40', '\u0e41', '\u0ec0', '\u0ec1'
	switch {
	case now.r == '\u0e4d' && '\u0e48' <= before.r && before.r <= '\u0e4b', // Thai ring, tones
		now.r == '\u0ecd' && '\u0ec8' <= before.r && before.r <= '\u0ecb': // Lao ring, tones
		before.r, now.r = now.r, before.r
		before.traits, now.traits = now.traits, before.traits
		return false
	case now.r == thaiE && before.r == thaiE:
		melt(before, now, thaiAE)
		return true
	case now.r == laoE && before.r == laoE:
		melt(before, now, laoAE)
		return true
	}
	return false
}

// melt makes one glyph of two and marks the second to be left out.
func melt(first, second *glyph, r rune) {
	first.r, first.end, second.r = r, second.end, 0
}

// khmerClusterEnd returns where the cluster ends whose letter is at i.
func khmerClusterEnd(glyphs []glyph, i int) int {
	for i++; i < len(glyphs) && glyphs[i].traits.is(isKhmer) && (glyphs[i].traits.is(isMark) || glyphs[i-1].r == coeng); i++ {
	}
	return i
}

// spellKhmer spells the signs of a cluster: letters below with ro last among them, then what shifts the
// register, then vowels, then other signs. It reports whether two vowels melted into one.
func spellKhmer(signs []glyph) bool {
	if len(signs) < 2 {
		return false
	}
	for i := 1; i < len(signs); i++ {
		if signs[i-1].r == coeng && signs[i].r == khmerDa {
			signs[i].r = khmerTa
		}
	}
	sortSigns(signs)
	melted := false
	for i := 1; i < len(signs); i++ {
		if signs[i-1].r != khmerE {
			continue
		}
		switch signs[i].r {
		case khmerII:
			melt(&signs[i-1], &signs[i], khmerOE)
			melted = true
		case khmerAA:
			melt(&signs[i-1], &signs[i], khmerOO)
			melted = true
		}
	}
	return melted
}

// A signPart is a sign, or a letter below with the sign that puts it there, and its place in a cluster.
type signPart struct {
	rank  int
	signs [2]glyph
	n     int
}

// sortSigns sorts the signs of a cluster by rank. Their bytes are those of the places that they stood
// in, so that offsets still grow.
func sortSigns(signs []glyph) {
	var buffer [8]signPart
	parts := buffer[:0]
	sorted := true
	for i := 0; i < len(signs); {
		p := signPart{rank: signRank(signs[i:]), n: 1}
		if signs[i].r == coeng && i+1 < len(signs) {
			p.n = 2
		}
		copy(p.signs[:], signs[i:i+p.n])
		sorted = sorted && (len(parts) == 0 || parts[len(parts)-1].rank <= p.rank)
		parts = append(parts, p)
		i += p.n
	}
	if sorted {
		return
	}
	slices.SortStableFunc(parts, func(a, b signPart) int { return a.rank - b.rank })
	at := 0
	for _, p := range parts {
		for _, g := range p.signs[:p.n] {
			signs[at].r, signs[at].traits = g.r, g.traits
			at++
		}
	}
}

// signRank is the place of the sign that comes first among the signs of a cluster.
func signRank(signs []glyph) int {
	switch r := signs[0].r; {
	case r == coeng && len(signs) > 1 && signs[1].r == khmerRo:
		return 1
	case r == coeng:
		return 0
	case r == khmerRobat:
		return 2
	case r == '\u17c9' || r == '\u17ca': // muusikatoan, triisap
		return 3
	case r == khmerE:
		return 4
	case khmerAA <= r && r <= '\u17c5': // the vowels
		return 5
	}
	return 6
}
