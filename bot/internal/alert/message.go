package alert

import (
	"strings"

	"pressalert/bot/internal/chat"
	"pressalert/rules"
)

// matchedWords bounds how many matched words a message names.
const matchedWords = 6

// Message says an alert in words: where, what, under which law and at what stage; the publisher's own
// headline; one to three sentences of its summary; who reported it and when; and why it matched.
func Message(a Alert) chat.Message {
	title := a.Item.Title
	if title == "" {
		title = Excerpt(a.Item.Summary, 1, titleLength)
	}
	m := chat.Message{
		Kicker: kicker(a),
		Title:  title,
		Link:   a.Item.Link,
		Fields: []chat.Field{{Name: "Matched", Value: matched(a.Reasons)}},
		Footer: footer(a),
		Level:  level(a.Severity),
	}
	if summary := Excerpt(a.Item.Summary, summarySentences, summaryLength); summary != "" && summary != title {
		m.Body = []chat.Paragraph{chat.Text(summary)}
	}
	return m
}

// kicker is the line that answers where, what, under which law, at what stage.
func kicker(a Alert) string {
	var parts []string
	for _, c := range a.Countries {
		parts = append(parts, Flag(c)+" "+CountryName(c))
	}
	if len(parts) > 1 {
		parts = []string{strings.Join(parts, ", ")}
	}
	parts = append(parts, TopicName(a.Topics[0]))
	if len(a.Laws) > 0 {
		parts = append(parts, LawName(a.Laws[0]))
	}
	if a.Stage != "" {
		parts = append(parts, StageName(a.Stage))
	}
	if a.Trial {
		parts = append([]string{"Rule on trial"}, parts...)
	}
	return strings.Join(parts, " · ")
}

// footer says who published it, from where, in which language, and when.
func footer(a Alert) string {
	source := a.Source
	if a.SourceCountry != "" {
		source += " (" + CountryName(a.SourceCountry) + ")"
	}
	parts := []string{source}
	if name := LanguageName(a.Item.Language); name != "" && name != "English" {
		parts = append(parts, "in "+name)
	}
	if a.Item.Published.IsZero() {
		parts = append(parts, "no date given, seen "+a.Item.Seen.UTC().Format("2 Jan 2006"))
	} else {
		parts = append(parts, "reported "+a.Item.Published.UTC().Format("2 Jan 2006"))
	}
	return strings.Join(parts, " · ")
}

// matched names the rule that weighs most and the words that made it match.
func matched(reasons []Reason) string {
	if len(reasons) == 0 {
		return ""
	}
	words := reasons[0].Words
	more := ""
	if len(words) > matchedWords {
		words, more = words[:matchedWords], " …"
	}
	return strings.Join(words, ", ") + more + " (rule " + reasons[0].Rule + ")"
}

func level(s rules.Severity) chat.Level {
	switch s {
	case rules.Critical:
		return chat.Critical
	case rules.High:
		return chat.High
	case rules.Medium:
		return chat.Medium
	}
	return chat.Low
}
