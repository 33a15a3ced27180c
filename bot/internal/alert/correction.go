package alert

import (
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// A Correction is what the desk that runs the bot said of an alert after it was made.
type Correction struct {
	Kind CorrectionKind
	At   time.Time
	// Text is in the desk's own words: what is right, or why the alert was taken back; "" for no reason.
	Text string
}

// A CorrectionKind says what a correction does to its alert.
type CorrectionKind string

const (
	// Corrected puts the desk's words beside what was told.
	Corrected CorrectionKind = "correct"
	// Retracted takes the alert back: nothing that it told is shown any more.
	Retracted CorrectionKind = "retract"
	// Reinstated undoes that.
	Reinstated CorrectionKind = "reinstate"
)

// shownCorrections is how many corrections a message shows, the newest.
const shownCorrections = 3

// Retraction returns the correction that took the alert back, and false if it stands.
func (a Alert) Retraction() (Correction, bool) {
	for i := len(a.Corrections) - 1; i >= 0; i-- {
		switch a.Corrections[i].Kind {
		case Retracted:
			return a.Corrections[i], true
		case Reinstated:
			return Correction{}, false
		}
	}
	return Correction{}, false
}

// reinstated reports whether the last that the desk said of an alert is that it stands again.
func (a Alert) reinstated() bool {
	n := len(a.Corrections)
	return n > 0 && a.Corrections[n-1].Kind == Reinstated
}

// standing are the corrections that an alert which stands is shown with: the desk's words, and that it was
// reinstated.
func (a Alert) standing() []Correction {
	var list []Correction
	for _, c := range a.Corrections {
		if c.Kind != Retracted {
			list = append(list, c)
		}
	}
	return list[max(0, len(list)-shownCorrections):]
}

// Notice answers a message that holds an alert: it says what the desk last said of it, because few readers
// see that a message has changed. It reports false if the desk has said nothing.
func Notice(a Alert, v View) (chat.Message, bool) {
	if len(a.Corrections) == 0 {
		return chat.Message{}, false
	}
	last := a.Corrections[len(a.Corrections)-1]
	if last.Kind == Retracted {
		return v.retracted(a, last), true
	}
	m := chat.Message{Title: v.label(a, last), Language: v.Words.Language()}
	if v.Discreet {
		return m, true
	}
	m.Kicker = dotted(v.countries(a.Countries), v.topic(a))
	headline := chat.Paragraph{{Text: v.Words.Isolate(a.Headline()), Style: chat.Italic, Link: a.Item.Link}}
	m.Body = compact(headline, paragraph(v.Words.Isolate(last.Text)))
	return m, true
}

// retracted stands in the place of an alert that was taken back. The claim may harm somebody, so nothing of
// it is left but what it was about: no headline, no name, no link.
func (v View) retracted(a Alert, c Correction) chat.Message {
	m := chat.Message{Title: v.label(a, c), Language: v.Words.Language(), Renames: true}
	if v.Discreet {
		return m
	}
	m.Kicker = dotted(v.countries(a.Countries), v.topic(a))
	reason := v.Words.Text(spoken.AlertRetractedReason)
	if c.Text != "" {
		reason = v.Words.Isolate(c.Text)
	}
	m.Body = compact(paragraph(reason))
	return m
}

// label says who corrected an alert, and when.
func (v View) label(a Alert, c Correction) string {
	key := spoken.AlertCorrection
	switch c.Kind {
	case Retracted:
		key = spoken.AlertRetracted
	case Reinstated:
		key = spoken.AlertReinstated
	}
	return v.Words.Text(key, "time", v.moment(c.At, a.Created))
}

// corrections are a paragraph for each correction. Who reads discreetly is told that there is one.
func (v View) corrections(a Alert) []chat.Paragraph {
	var all []chat.Paragraph
	for _, c := range a.standing() {
		p := chat.Paragraph{{Text: v.label(a, c), Style: chat.Bold}}
		if c.Text != "" && !v.Discreet {
			p = append(p, chat.Span{Text: ": " + v.Words.Isolate(c.Text)})
		}
		all = append(all, p)
	}
	return all
}

// retractedLine stands in a list in the place of an alert that was taken back, with a fact that the lines
// around it do not share.
func (v View) retractedLine(fact string) chat.Paragraph {
	p := chat.Paragraph{{Text: v.Words.Text(spoken.AlertRetractedLine), Style: chat.Italic}}
	if fact != "" {
		p = append(chat.Paragraph{{Text: fact + " — "}}, p...)
	}
	return p
}

// correctedLine adds the corrections of an alert to its line in a list.
func (v View) correctedLine(line chat.Paragraph, a Alert) chat.Paragraph {
	for _, p := range v.corrections(a) {
		line = append(line, chat.Span{Text: " — "})
		line = append(line, p...)
	}
	return line
}
