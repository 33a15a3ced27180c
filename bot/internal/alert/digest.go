package alert

import (
	"slices"
	"strconv"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// buttonRows and buttonColumns are how many buttons a service puts under a message: Discord has five
	// rows of five; Telegram has more.
	buttonRows, buttonColumns = 5, 5
)

// Digest says several alerts, at least one, in one message: by country, the newest first, a line each. One
// alone is said as the alert that it is. Every alert is a paragraph of its own, so that a platform that must
// split the message does so between two.
func Digest(alerts []Alert, v View) chat.Message {
	if len(alerts) == 1 && v.Ceiling == 0 {
		return Message(alerts[0], v)
	}
	alerts = newestFirst(alerts)
	w, n := v.Words, len(alerts)
	var m chat.Message
	if v.Ceiling > 0 {
		m.Footer = w.Count(spoken.DigestCeiling, v.Ceiling)
	}
	if v.Discreet {
		m.Title = w.Count(spoken.DiscreetDigest, n)
		m.Body, m.Buttons = v.links(alerts)
		return m
	}
	m.Level, m.LevelName = v.level(worst(alerts))
	m.Title = w.Count(spoken.DigestTitle, n, "date", w.Day(alerts[0].Created.In(v.zone())))
	for _, g := range byCountry(alerts) {
		name := w.Text(spoken.DigestNoCountry)
		if g.country != "" {
			name = v.countries([]string{g.country})
		}
		m.Body = append(m.Body, chat.Paragraph{{Text: name + " (" + strconv.Itoa(len(g.alerts)) + ")", Style: chat.Bold}})
		for _, a := range g.alerts {
			m.Body = append(m.Body, v.line(a, v.topic(a)))
		}
	}
	return m
}

// level is how much a message with an alert of a severity matters, and its name for readers.
func (v View) level(s rules.Severity) (chat.Level, string) {
	return level(s), v.Words.Severity(s.String())
}

// The alerts of countryAlerts share their first country, "" if none is known.
type countryAlerts struct {
	country string
	alerts  []Alert
}

// byCountry groups alerts, the newest first, by their first country. The country with the newest alert
// comes first, and what is of no country last.
func byCountry(alerts []Alert) []countryAlerts {
	var groups []countryAlerts
	for _, a := range alerts {
		country := ""
		if len(a.Countries) > 0 {
			country = a.Countries[0]
		}
		i := slices.IndexFunc(groups, func(g countryAlerts) bool { return g.country == country })
		if i < 0 {
			i = len(groups)
			groups = append(groups, countryAlerts{country: country})
		}
		groups[i].alerts = append(groups[i].alerts, a)
	}
	if i := slices.IndexFunc(groups, func(g countryAlerts) bool { return g.country == "" }); i >= 0 {
		unknown := groups[i]
		groups = append(slices.Delete(groups, i, i+1), unknown)
	}
	return groups
}

// line says an alert in one line: what weighs much, a fact that the lines around it do not share, its stage,
// the headline, the outlet.
func (v View) line(a Alert, fact string) chat.Paragraph {
	if _, ok := a.Retraction(); ok {
		return v.retractedLine(fact)
	}
	w := v.Words
	var p chat.Paragraph
	if a.Severity >= rules.High {
		p = append(p, chat.Span{Text: w.Severity(a.Severity.String()), Style: chat.Bold}, chat.Span{Text: " · "})
	}
	good := ""
	if a.Direction == rules.Better {
		good = w.Text(spoken.LabelGoodNews)
	}
	if facts := dotted(fact, v.stage(a, a.Stage), good); facts != "" {
		p = append(p, chat.Span{Text: facts + " — "})
	}
	p = append(p, chat.Span{Text: w.Isolate(a.Headline()), Link: a.Item.Link})
	if a.Source != "" {
		p = append(p, chat.Span{Text: " (" + w.Isolate(a.Source) + ")"})
	}
	return v.correctedLine(p, a)
}

// links lead to the items that still stand and tell nothing of them: as buttons, or as lines where there are none, and for
// those that find no room among the buttons.
func (v View) links(alerts []Alert) (lines []chat.Paragraph, buttons [][]chat.Button) {
	for i, a := range alerts {
		if _, ok := a.Retraction(); ok || a.Item.Link == "" {
			continue
		}
		text := v.Words.Text(spoken.ButtonReadItem, "number", strconv.Itoa(i+1))
		full := len(buttons) == buttonRows && len(buttons[buttonRows-1]) == buttonColumns
		if v.Buttons == nil || full {
			lines = append(lines, chat.Paragraph{{Text: text, Link: a.Item.Link}})
			continue
		}
		if len(buttons) == 0 || len(buttons[len(buttons)-1]) == buttonColumns {
			buttons = append(buttons, nil)
		}
		row := &buttons[len(buttons)-1]
		*row = append(*row, chat.Button{Text: text, Link: a.Item.Link})
	}
	return lines, buttons
}
