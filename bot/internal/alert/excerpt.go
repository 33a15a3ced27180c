package alert

import (
	"strings"
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
)

// Excerpt returns the first sentences of a text, at most the given number, within about maxRunes
// characters. It drops a sentence that does not fit whole, unless it is the first, which is cut at a
// word with an ellipsis. Nothing is added but that.
func Excerpt(text string, maxSentences, maxRunes int) string {
	var b strings.Builder
	used := 0
	segments := sentences.FromString(text)
	for n := 0; n < maxSentences && segments.Next(); n++ {
		sentence := segments.Value()
		size := utf8.RuneCountInString(sentence)
		if used+size > maxRunes {
			if n == 0 {
				return cut(sentence, maxRunes)
			}
			break
		}
		b.WriteString(sentence)
		used += size
	}
	return strings.TrimSpace(b.String())
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
			return strings.TrimSpace(text[:end]) + "…"
		}
		if strings.TrimSpace(cluster) == "" {
			space = end
		}
		used += size
		end += len(cluster)
	}
	return strings.TrimSpace(text)
}
