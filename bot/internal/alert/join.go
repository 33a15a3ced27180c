package alert

import (
	"strings"
	"time"
	"unicode"

	"pressalert/feeds"
)

const (
	// JoinWindow is how long a story takes in copies of its headline. Wire copies appear within
	// hours; the same words months later are news of their own.
	JoinWindow = 48 * time.Hour

	// joinLetters is the least number of letters of a headline that identifies an event. Below it
	// ("Journalist arrested", "Statement") two events may share their words.
	joinLetters = 25
)

// Join finds the recent story that the item tells again: its headline word for word, within the
// window. A wrong join hides an event, so nothing looser is trusted.
func Join(item feeds.Item, recent []Story, now time.Time) (Story, bool) {
	title := fold(item.Title)
	if len([]rune(title)) < joinLetters {
		return Story{}, false
	}
	for _, s := range recent {
		if now.Sub(s.Opened) <= JoinWindow && fold(s.Title) == title {
			return s, true
		}
	}
	return Story{}, false
}

// fold keeps the letters and digits of a headline, in lower case.
func fold(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}
