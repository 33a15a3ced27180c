package alert

import (
	"strings"
	"unicode"
)

// fold keeps the letters and digits of a headline, in lower case.
func fold(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}
