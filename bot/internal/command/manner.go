package command

import (
	"cmp"
	"context"
	"slices"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// How a place wants what it is sent belongs to the place: it can be set before anything is subscribed, and
// holds for all that is.

// manner returns how the place of a request wants what it is sent, or would be sent it.
func (t *Table) manner(ctx context.Context, r chat.Request) (alert.Manner, error) {
	m, _, err := t.Store.Manner(ctx, r.From)
	return m, err
}

// A mannerLine says something of how a place is sent what it is sent.
type mannerLine func(spoken.Words, alert.Manner) string

// set changes how the place of a request wants what it is sent, and says what holds then.
func (t *Table) set(ctx context.Context, r chat.Request, change func(*alert.Manner), says mannerLine) (chat.Message, error) {
	now, err := t.Store.ChangeManner(ctx, r.From, change)
	if err != nil {
		return chat.Message{}, err
	}
	w := t.wordsOf(now, r)
	m := chat.Message{Title: says(w, now), Language: w.Language()}
	fixed, all, err := t.fixed(ctx, r)
	if err != nil || fixed == 0 {
		return m, err
	}
	m.Body = []chat.Paragraph{chat.Text(w.Count(spoken.SettingFixed, fixed))}
	if fixed == all {
		m.Title, m.Body = w.Text(spoken.SettingKept), slices.Insert(m.Body, 0, chat.Text(m.Title))
	}
	return m, nil
}

// tell says what holds at a place, and that the config may say otherwise of some of what is sent there.
func (t *Table) tell(ctx context.Context, r chat.Request, says mannerLine) (chat.Message, error) {
	now, err := t.manner(ctx, r)
	if err != nil {
		return chat.Message{}, err
	}
	w := t.wordsOf(now, r)
	m := chat.Message{Title: says(w, now), Language: w.Language()}
	fixed, _, err := t.fixed(ctx, r)
	if fixed > 0 {
		m.Body = []chat.Paragraph{chat.Text(w.Count(spoken.SettingFixed, fixed))}
	}
	return m, err
}

// fixed counts the subscriptions of a place that stand in the config, and all of them.
func (t *Table) fixed(ctx context.Context, r chat.Request) (fixed, all int, err error) {
	list, err := t.Store.SubscriptionsOf(ctx, r.From)
	for _, s := range list {
		if s.FromConfig {
			fixed++
		}
	}
	return fixed, len(list), err
}

// manners says how a place is sent what it is sent, in parts for a line; what is as usual is left out.
func manners(w spoken.Words, m alert.Manner) []string {
	var parts []string
	if m.Zone != nil {
		parts = append(parts, w.Text(spoken.SubscriptionZone, "zone", zoneName(m.Zone)))
	}
	if hours := m.Quiet.String(); hours != "" {
		parts = append(parts, w.Text(spoken.SubscriptionQuiet, "hours", hours))
	}
	if m.Language != "" {
		parts = append(parts, w.Text(spoken.SubscriptionLanguage, "language", w.LanguageName(m.Language)))
	}
	if m.Ceiling != 0 {
		parts = append(parts, ceilingLine(w, m))
	}
	if m.Discreet {
		parts = append(parts, w.Text(spoken.SubscriptionDiscreet))
	}
	if m.Preview {
		parts = append(parts, w.Text(spoken.SubscriptionPreviews))
	}
	return parts
}

// ceilingLine says how many posts a day are sent to a place.
func ceilingLine(w spoken.Words, m alert.Manner) string {
	if ceiling, ok := m.PostsADay(); ok {
		return w.Count(spoken.SubscriptionMost, ceiling)
	}
	return w.Text(spoken.SubscriptionAny)
}

// mannerFields are the settings of a place, each with how it is changed or what it means.
func mannerFields(w spoken.Words, m alert.Manner) []chat.Field {
	by := func(value, command string) string { return w.Isolate(value) + " (" + w.Isolate(command) + ")" }
	return []chat.Field{
		{Name: w.Text(spoken.SettingLanguage), Value: by(languageName(w, m.Language), "/language")},
		{Name: w.Text(spoken.SettingZone), Value: by(zoneName(m.Zone), "/timezone")},
		{Name: w.Text(spoken.SettingDigest), Value: by(digestIn(w, m.Digest), "/digest")},
		{Name: w.Text(spoken.SettingQuiet), Value: by(cmp.Or(m.Quiet.String(), w.Text(spoken.SettingNone)), "/quiet")},
		{Name: w.Text(spoken.SettingCeiling), Value: w.Text(spoken.SettingCeilingNote, "ceiling", ceilingLine(w, m))},
		{Name: w.Text(spoken.SettingDiscreet), Value: w.Text(spoken.SettingDiscreetNote, "state", state(w, m.Discreet))},
		{Name: w.Text(spoken.SettingPreview), Value: w.Text(spoken.SettingPreviewNote, "state", state(w, m.Preview))},
	}
}

// state says in words whether a setting is on.
func state(w spoken.Words, on bool) string {
	if on {
		return w.Text(spoken.SettingOn)
	}
	return w.Text(spoken.SettingOff)
}

// onOff is a setting as it is typed.
func onOff(on bool) string {
	if on {
		return settingOn
	}
	return settingOff
}
