package alert

import (
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// What bounds a message, so that it is read at a glance.
const (
	// matchedWords is how many matched words a message names.
	matchedWords = 6
	// shownCountries is how many countries the first line names; more than a few are a world report.
	shownCountries = 4
	// shownSources is how many further outlets are named.
	shownSources = 8
)

// A View is how one destination wants to read an alert, and what is known of its story beyond the alert.
// The zero value is an alert in English and in UTC, on its own.
type View struct {
	Words spoken.Words
	// Zone is where dates and times are told for; nil is UTC.
	Zone *time.Location
	// Discreet tells nothing but that there is news: the phone may be looked at by others.
	Discreet bool
	// Preview lets the service show a picture of the publisher's page.
	Preview bool
	// Sources are the outlets that told the story, in the order of their coming. The alert's own may be
	// among them.
	Sources []Source
	// Updated is when the story last changed after the alert was posted, or zero.
	Updated time.Time
	// Previous is the story's alert before this one that the destination has, or nil.
	Previous *Previous
	// Ceiling is how many posts a day the destination wanted, if that is why a digest is sent, or 0.
	Ceiling int
	// Buttons makes the signed data of a button that sends the action; nil for a message without buttons.
	// An action for which it gives "" has no button.
	Buttons func(Action) string
}

// A Source is an outlet that told a story.
type Source struct {
	Publisher string
	// Country is the ISO 3166 code of where it publishes, or "".
	Country string
	// Link is the address of its item, or "".
	Link string
	// When is the date of its item.
	When time.Time
}

// Previous is what an alert said of a story before the present one.
type Previous struct {
	Stage    rules.Stage
	Severity rules.Severity
}

// An Action is what a button under an alert asks for.
type Action string

const (
	// More asks why it matched, who told it, and what came before.
	More Action = "more"
	// NotRelevant says that the alert should not have been sent.
	NotRelevant Action = "miss"
	// Mute asks for silence on a rule or a country.
	Mute Action = "mute"
)

// Message says an alert in words: where, what, under which law and at what stage; the publisher's own
// headline; one to three sentences of its summary; how well it is confirmed, who reported it and when; and
// which rule it matched. All but the publisher's text is in the words of the view.
//
// Of an alert that was taken back it says only that.
func Message(a Alert, v View) chat.Message {
	if c, ok := a.Retraction(); ok {
		return v.retracted(a, c)
	}
	if v.Discreet {
		return discreet(a, v)
	}
	shown := shown(a)
	m := chat.Message{
		Kicker:    v.kicker(a),
		Title:     v.Words.Isolate(shown.title),
		Link:      a.Item.Link,
		Footer:    v.footer(a, shown.leftOut),
		Level:     level(a.Severity),
		LevelName: v.Words.Severity(a.Severity.String()),
		Language:  v.Words.Language(),
		Tags:      v.tags(a),

		Preview: v.Preview, Renames: a.reinstated(),
	}
	others := v.others(a)
	m.Body = append(v.corrections(a), compact(v.changed(a), paragraph(v.Words.Isolate(shown.summary)), v.also(others))...)
	m.Fields = v.fields(a, 1+len(others))
	m.Buttons = v.buttons(a)
	return m
}

// discreet says that there is something, and leads to it by a button.
func discreet(a Alert, v View) chat.Message {
	m := chat.Message{Title: v.Words.Text(spoken.DiscreetTitle), Body: v.corrections(a), Level: chat.Notice, Buttons: v.buttons(a), Renames: a.reinstated()}
	if v.Buttons == nil {
		m.Link = a.Item.Link
	}
	return m
}

// kicker is the line that answers where, what, under which law, at what stage.
func (v View) kicker(a Alert) string {
	w := v.Words
	parts := []string{v.countries(a.Countries), v.topic(a)}
	if len(a.Laws) > 0 {
		parts = append(parts, w.Law(string(a.Laws[0])))
	}
	parts = append(parts, v.stage(a, a.Stage))
	if a.Direction == rules.Better {
		parts = append(parts, w.Text(spoken.LabelGoodNews))
	}
	if a.Trial {
		parts = slices.Insert(parts, 0, w.Text(spoken.LabelTrial))
	}
	return dotted(parts...)
}

// countries are names with flags, because a flag alone is seen by few and heard by nobody. Unicode has flags
// made of letters that run from left to right: a line must not take its direction from one.
func (v View) countries(codes []string) string {
	rest := len(codes) - shownCountries
	if rest > 0 {
		codes = codes[:shownCountries]
	}
	named := make([]string, 0, len(codes))
	for _, c := range codes {
		named = append(named, strings.TrimSpace(v.Words.Isolate(Flag(c))+" "+v.Words.Country(c)))
	}
	if rest > 0 {
		return strings.Join(named, v.Words.Text(spoken.ListSeparator)) + " " + v.Words.Count(spoken.ListRest, rest)
	}
	return v.Words.List(named)
}

func (v View) topic(a Alert) string {
	if len(a.Topics) == 0 {
		return ""
	}
	return v.Words.Topic(string(a.Topics[0]))
}

func (v View) stage(a Alert, s rules.Stage) string {
	if len(a.Topics) == 0 {
		return v.Words.Stage("", string(s))
	}
	return v.Words.Stage(string(a.Topics[0]), string(s))
}

func (v View) tags(a Alert) []string {
	var tags []string
	for _, t := range a.Topics {
		tags = append(tags, v.Words.Topic(string(t)))
	}
	return tags
}

// changed says what is new since the alert before, or nothing.
func (v View) changed(a Alert) chat.Paragraph {
	was := v.Previous
	if was == nil {
		return nil
	}
	w, text := v.Words, ""
	switch {
	case was.Stage != "" && a.Stage != "" && was.Stage != a.Stage:
		text = w.Text(spoken.NoteStageChanged, "to", v.stage(a, a.Stage), "from", v.stage(a, was.Stage))
	case was.Severity > 0 && a.Severity > was.Severity:
		text = w.Text(spoken.NoteSeverityChanged, "to", w.Severity(a.Severity.String()), "from", w.Severity(was.Severity.String()))
	default:
		return nil
	}
	label := w.Text(spoken.LabelWhatChanged)
	if a.Direction == rules.Better {
		label = w.Text(spoken.LabelGoodNews)
	}
	return chat.Paragraph{{Text: label, Style: chat.Bold}, {Text: ": " + text}}
}

// buttons lead to the item and to more about it, and take a reader's judgement.
func (v View) buttons(a Alert) [][]chat.Button {
	if v.Buttons == nil {
		return nil
	}
	var first, second []chat.Button
	if a.Item.Link != "" {
		first = append(first, chat.Button{Text: v.Words.Text(spoken.ButtonRead), Link: a.Item.Link})
	}
	first = v.press(first, More, spoken.ButtonMore)
	second = v.press(second, NotRelevant, spoken.ButtonNotRelevant)
	second = v.press(second, Mute, spoken.ButtonMute)
	return slices.DeleteFunc([][]chat.Button{first, second}, func(row []chat.Button) bool { return len(row) == 0 })
}

func (v View) press(row []chat.Button, act Action, text spoken.Key) []chat.Button {
	if data := v.Buttons(act); data != "" {
		row = append(row, chat.Button{Text: v.Words.Text(text), Data: data})
	}
	return row
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

// dotted joins the parts that are not empty.
func dotted(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

func paragraph(text string) chat.Paragraph {
	if text == "" {
		return nil
	}
	return chat.Text(text)
}

func compact(paragraphs ...chat.Paragraph) []chat.Paragraph {
	return slices.DeleteFunc(paragraphs, func(p chat.Paragraph) bool { return len(p) == 0 })
}
