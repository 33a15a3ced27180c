package alert

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"
)

const (
	// summarySentences and summaryLength keep an alert to what a phone shows without scrolling:
	// about 300 characters before the link (taxonomy, part 5).
	summarySentences = 3
	summaryLength    = 300
	// titleLength bounds the words that stand in for a missing headline.
	titleLength = 120
	// excerptBytes is how much of a text is looked at. What an item is about stands at its beginning.
	excerptBytes = 4 << 10
	// longClause is from how many characters on a sentence in a script without full stops is taken as its
	// clauses.
	longClause = 150
)

// Excerpt returns one to three sentences of a text, in their order, within about maxRunes characters: those
// around the given words, the first sentence before others. What lies between two of them is marked by an
// ellipsis, and so is the end of a sentence that had to be cut. Nothing else is added.
func Excerpt(text string, around []string, maxRunes int) string {
	return choose(sentencesOf(bound(text)), around, maxRunes, true)
}

// opening returns the first sentence of a text, to stand in for its headline.
func opening(text string) string {
	list := sentencesOf(bound(text))
	if len(list) == 0 {
		return ""
	}
	return cut(strings.TrimSpace(list[0]), titleLength)
}

// bound cuts a text to what is looked at, between two characters.
func bound(text string) string {
	if len(text) <= excerptBytes {
		return text
	}
	end := excerptBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// choose picks the best sentences, as long as there is room. With fill, as for a summary, which hangs
// together, the first sentence is among the best, and those without any of the words fill the room.
func choose(list []string, around []string, maxRunes int, fill bool) string {
	if len(list) == 0 {
		return ""
	}
	order, points := ranked(list, around, fill)
	var chosen []int
	used := 0
	for _, i := range order {
		size := utf8.RuneCountInString(strings.TrimSpace(list[i]))
		if len(chosen) == summarySentences || used+size > maxRunes || points[i] == 0 && !fill {
			continue
		}
		chosen = append(chosen, i)
		used += size + 1
	}
	if len(chosen) == 0 {
		return window(list[order[0]], around, maxRunes)
	}
	slices.Sort(chosen)
	var b strings.Builder
	for n, i := range chosen {
		switch {
		case n == 0:
		case chosen[n-1] != i-1:
			b.WriteString(" " + ellipsis + " ")
		default:
			b.WriteString(gap(list[i-1]))
		}
		b.WriteString(strings.TrimSpace(list[i]))
	}
	return b.String()
}

// gap is the white space that the publisher set after a sentence.
func gap(sentence string) string {
	if strings.TrimRightFunc(sentence, unicode.IsSpace) == sentence {
		return ""
	}
	return " "
}

// ranked orders the sentences by their points: one for each of the words, and with lead one for being the
// first, which tells where and who. Those that have as many come in the order of the text.
func ranked(list []string, around []string, lead bool) (order, points []int) {
	points = make([]int, len(list))
	order = make([]int, len(list))
	for i, sentence := range list {
		order[i] = i
		if i == 0 && lead {
			points[i]++
		}
		for n, word := range around {
			if !slices.Contains(around[:n], word) && strings.Contains(sentence, word) {
				points[i]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return points[b] - points[a] })
	return order, points
}

// window cuts a sentence that is too long on its own, so that the first of the words is seen.
func window(sentence string, around []string, maxRunes int) string {
	sentence = strings.TrimSpace(sentence)
	first := len(sentence)
	for _, word := range around {
		if i := strings.Index(sentence, word); i >= 0 {
			first = min(first, i+len(word))
		}
	}
	if first == len(sentence) || utf8.RuneCountInString(sentence[:first]) < maxRunes {
		return cut(sentence, maxRunes)
	}
	start := 0
	clusters := graphemes.FromString(sentence)
	for left := utf8.RuneCountInString(sentence[:first]); left > maxRunes/2 && clusters.Next(); {
		left -= utf8.RuneCountInString(clusters.Value())
		start += len(clusters.Value())
	}
	if space := strings.IndexByte(sentence[start:first], ' '); space > 0 {
		start += space
	}
	return ellipsis + cut(strings.TrimSpace(sentence[start:]), maxRunes-1)
}

// cut shortens a text to about maxRunes characters, at a space if there is one in the last third, else
// between two grapheme clusters, so that no letter loses its marks.
func cut(text string, maxRunes int) string {
	end, space, used := 0, 0, 0
	clusters := graphemes.FromString(text)
	for clusters.Next() {
		cluster := clusters.Value()
		size := utf8.RuneCountInString(cluster)
		if used+size > maxRunes-1 { // 1 for the ellipsis
			if space > end*2/3 {
				end = space
			}
			if rest := text[end:]; strings.TrimSpace(rest) == "" {
				break
			}
			return strings.TrimSpace(text[:end]) + ellipsis
		}
		if strings.TrimSpace(cluster) == "" {
			space = end
		}
		used += size
		end += len(cluster)
	}
	return strings.TrimSpace(text)
}

// sentencesOf cuts a text into its sentences, each with the white space after it. It follows UAX 29, but
// knows abbreviations, and cuts long runs of Thai and Lao, which write no full stops, at their spaces.
func sentencesOf(text string) []string {
	var list []string
	goesOn := false
	segments := sentences.FromString(text)
	for segments.Next() {
		s := segments.Value()
		if goesOn && len(list) > 0 {
			list[len(list)-1] += s
		} else if strings.TrimSpace(s) != "" {
			list = append(list, s)
		}
		goesOn = abbreviates(s)
	}
	for i := 0; i < len(list); i++ {
		if clauses := clausesOf(list[i]); len(clauses) > 1 {
			list = slices.Replace(list, i, i+1, clauses...)
			i += len(clauses) - 1
		}
	}
	return list
}

// abbreviations are those that often stand before a name or a number.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "gen": true, "maj": true, "lt": true,
	"sgt": true, "col": true, "capt": true, "rep": true, "sen": true, "gov": true, "no": true, "art": true,
	"st": true, "jr": true, "sr": true, "sra": true, "dra": true, "gral": true, "lic": true, "ing": true,
	"mme": true, "mlle": true, "vs": true, "inc": true, "ст": true, "им": true, "ул": true, "тыс": true,
	"nr": true, "op": true, "hon": true, "insp": true, "supt": true,
}

// abbreviates reports whether a segment ends in a full stop that ends no sentence: after a single letter
// or a common abbreviation, or with more to come and no space before it, as in a path.
func abbreviates(segment string) bool {
	if strings.HasSuffix(segment, ".") {
		return true
	}
	segment = strings.TrimRightFunc(segment, unicode.IsSpace)
	word, stops := strings.CutSuffix(segment, ".")
	if !stops {
		return false
	}
	letters := strings.TrimRightFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) })
	word = word[len(letters):]
	return utf8.RuneCountInString(word) == 1 || abbreviations[strings.ToLower(word)]
}

// clausesOf cuts a long sentence of Thai or Lao after its spaces, into pieces that are not too short.
func clausesOf(sentence string) []string {
	if utf8.RuneCountInString(sentence) < longClause || !spaceless(sentence) {
		return nil
	}
	var clauses []string
	start, runes := 0, 0
	for i, r := range sentence {
		if runes++; r == ' ' && runes > longClause/3 {
			clauses = append(clauses, sentence[start:i+1])
			start, runes = i+1, 0
		}
	}
	if start < len(sentence) {
		clauses = append(clauses, sentence[start:])
	}
	return clauses
}

// spaceless reports whether a text is mostly of Thai or Lao letters.
func spaceless(text string) bool {
	own, others := 0, 0
	for _, r := range text {
		switch {
		case r >= 0x0e01 && r <= 0x0eff:
			own++
		case unicode.IsLetter(r):
			others++
		}
	}
	return own > others
}
