package alert

import (
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// CountryName returns the English name of an ISO 3166-1 alpha-2 code, or the code itself if it is unknown.
func CountryName(code string) string { return spoken.Words{}.Country(code) }

// Country finds the country that a person means by a code or by a name in any of the bot's languages.
func Country(word string) (code string, ok bool) { return spoken.FindCountry(word) }

// TopicName returns a topic in English words.
func TopicName(t rules.Topic) string { return spoken.Words{}.Topic(string(t)) }

// StageName returns a stage in English words.
func StageName(s rules.Stage) string { return spoken.Words{}.Stage("", string(s)) }

// Flag returns the flag emoji of a country code: its two letters as regional indicators. What is no code
// has none.
func Flag(code string) string {
	const regionalIndicatorA = '🇦'
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return ""
	}
	return string([]rune{regionalIndicatorA + rune(code[0]-'A'), regionalIndicatorA + rune(code[1]-'A')})
}
