package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds"
)

// What a message says about an alert under its text: how well it is confirmed, who told it and when, which
// rule it matched, and how the text came about.

// others are the sources but the alert's own, each outlet once.
func (v View) others(a Alert) []Source {
	seen := []string{fold(a.Source)}
	var others []Source
	for _, s := range v.Sources {
		name := fold(s.Publisher)
		if slices.Contains(seen, name) || s.Link != "" && s.Link == a.Item.Link {
			continue
		}
		seen = append(seen, name)
		others = append(others, s)
	}
	return others
}

// also names the other sources, each leading to its item.
func (v View) also(others []Source) chat.Paragraph {
	if len(others) == 0 {
		return nil
	}
	w := v.Words
	p := chat.Paragraph{{Text: w.Text(spoken.LabelAlso) + ": "}}
	for i, s := range others {
		if i == shownSources {
			return append(p, chat.Span{Text: " " + w.Count(spoken.ListRest, len(others)-i)})
		}
		if i > 0 {
			p = append(p, chat.Span{Text: w.Text(spoken.ListSeparator)})
		}
		p = append(p, chat.Span{Text: w.Isolate(s.Publisher), Link: s.Link})
	}
	return p
}

func (v View) fields(a Alert, sources int) []chat.Field {
	w := v.Words
	fields := []chat.Field{
		{Name: w.Text(spoken.LabelConfirmation), Value: v.confirmation(a, sources)},
		{Name: w.Text(spoken.LabelSource), Value: v.source(a)},
		v.date(a),
		{Name: w.Text(spoken.LabelMatchedRule), Value: v.matched(a)},
	}
	return slices.DeleteFunc(fields, func(f chat.Field) bool { return f.Value == "" })
}

// confirmation says how many outlets tell it, and whether one of them answers for it in its own right.
func (v View) confirmation(a Alert, sources int) string {
	count := v.Words.Confirmation("single")
	if sources > 1 {
		count = v.Words.Count(spoken.SourcesCount, sources)
	}
	if kind := confirmedBy(a.Item.Kind); kind != "" {
		return dotted(count, v.Words.Confirmation(kind))
	}
	return count
}

// confirmedBy is what a publisher's own word amounts to (taxonomy, part 7.6), or "".
func confirmedBy(k feeds.Kind) string {
	switch k {
	case feeds.Official:
		return "official"
	case feeds.PressFreedomOrg, feeds.DigitalRightsOrg, feeds.HumanRightsOrg:
		return "verified-by-org"
	}
	return ""
}

func (v View) source(a Alert) string {
	source := v.Words.Isolate(a.Source)
	if a.SourceCountry != "" {
		source += " (" + v.Words.Country(a.SourceCountry) + ")"
	}
	return source
}

// date is when it happened, if the text says so beyond doubt, or when it was reported.
func (v View) date(a Alert) chat.Field {
	w := v.Words
	if day, ok := eventDay(a); ok {
		return chat.Field{Name: w.Text(spoken.LabelEventDate), Value: w.Day(day)}
	}
	label := spoken.LabelReported
	if a.Item.Published.IsZero() {
		label = spoken.LabelFirstSeen
	}
	return chat.Field{Name: w.Text(label), Value: w.Day(a.Item.When().In(v.zone()))}
}

// matched names the rule that weighs most and the words that made it match. Where repeating words may be
// an offence it names the rule alone.
func (v View) matched(a Alert) string {
	if len(a.Reasons) == 0 {
		return ""
	}
	rule, found := v.Words.Isolate(a.Reasons[0].Rule), a.Reasons[0].Words
	if mayOffend(a) || len(found) == 0 {
		return rule
	}
	more := ""
	if len(found) > matchedWords {
		found, more = found[:matchedWords], " …"
	}
	shown := make([]string, 0, len(found))
	for _, f := range found {
		shown = append(shown, v.Words.Isolate(f))
	}
	return rule + " (" + strings.Join(shown, v.Words.Text(spoken.ListSeparator)) + more + ")"
}

// footer says in which language the publisher wrote, when the story last changed, and what was left out.
func (v View) footer(a Alert, leftOut bool) string {
	w := v.Words
	var parts []string
	base, _, _ := strings.Cut(a.Item.Language, "-")
	if name := w.LanguageName(a.Item.Language); name != "" && base != w.Language() {
		parts = append(parts, w.Text(spoken.NoteOriginal, "language", name))
	}
	parts = append(parts, v.updated(cmp.Or(a.Created, a.Item.When())))
	if leftOut {
		parts = append(parts, w.Text(spoken.NoteNotQuoted))
	}
	return dotted(parts...)
}

// updated says when the view was last updated, with the date if that is not the day of first.
func (v View) updated(first time.Time) string {
	if v.Updated.IsZero() {
		return ""
	}
	return v.Words.Text(spoken.NoteUpdated, "time", v.moment(v.Updated, first))
}

// moment is the time of day, with the date if that is another than the first day's.
func (v View) moment(t, first time.Time) string {
	t, first = t.In(v.zone()), first.In(v.zone())
	if t.Format(time.DateOnly) == first.Format(time.DateOnly) {
		return v.Words.Clock(t)
	}
	return v.Words.Moment(t)
}

func (v View) zone() *time.Location {
	if v.Zone == nil {
		return time.UTC
	}
	return v.Zone
}
