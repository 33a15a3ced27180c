package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// What /settings sets. Language, time zone, digest and quiet hours have commands of their own, which are
// found by their names in the menu; these three are needed once, if at all.
const (
	ceilingSetting  = "ceiling"
	discreetSetting = "discreet"
	previewSetting  = "preview"

	settingOn  = "on"
	settingOff = "off"
)

const (
	// mostPostsADay bounds the ceiling: beyond it no ceiling is meant.
	mostPostsADay = 500
	// noCeiling is how alert.Manner has it.
	noCeiling = -1
)

// ceilings are those that the buttons offer.
func ceilings() []string { return []string{"5", "10", "20", "50", settingOff} }

func settingsMenu() chat.Command {
	return chat.Command{
		Name: "settings", Description: "How alerts are sent here: posts a day, discreet or in full, with previews or without", Private: true,
		Args: []chat.Arg{
			{
				Name: "setting", Description: "What to change; all are shown if you name none", Kind: chat.Choice,
				Choices: []string{ceilingSetting, discreetSetting, previewSetting},
			},
			{Name: "value", Description: fmt.Sprintf("on or off; of the ceiling: 1 to %d posts a day, or off", mostPostsADay), Complete: true},
		},
	}
}

// settings shows how alerts are sent to a place, or changes one thing of it.
func (t *Table) settings(ctx context.Context, r chat.Request) (chat.Message, error) {
	what, value := r.Args["setting"], strings.ToLower(r.Args["value"])
	if what == "" && value == "" {
		return t.showSettings(ctx, r)
	}
	change, ok := settingOf(what, value)
	if !ok {
		w := t.words(ctx, r)
		complaint := w.Text(spoken.SettingSayBoth)
		if what != "" && value != "" {
			complaint = w.Text(spoken.SettingWrong, "value", r.Args["value"], "setting", what)
		}
		return usageIn(w, settingsMenu(), complaint), nil
	}
	return t.set(ctx, r, change, func(w spoken.Words, m alert.Manner) string { return settingLine(w, what, m) })
}

// settingOf reads a setting and its value as a change, and reports false for what is none.
func settingOf(what, value string) (change func(*alert.Manner), ok bool) {
	on, isSwitch := value == settingOn || value == "yes", value == settingOn || value == settingOff || value == "yes" || value == "no"
	switch what {
	case ceilingSetting:
		n, err := strconv.Atoi(value)
		if value == settingOff || value == "none" {
			n, err = noCeiling, nil
		}
		valid := err == nil && (n == noCeiling || n >= 1 && n <= mostPostsADay)
		return func(m *alert.Manner) { m.Ceiling = n }, valid
	case discreetSetting:
		return func(m *alert.Manner) { m.Discreet = on }, isSwitch
	case previewSetting:
		return func(m *alert.Manner) { m.Preview = on }, isSwitch
	}
	return nil, false
}

// settingLine says what holds of a setting.
func settingLine(w spoken.Words, what string, m alert.Manner) string {
	switch {
	case what == ceilingSetting:
		if ceiling, ok := m.PostsADay(); ok {
			return w.Count(spoken.SettingCeilingIs, ceiling)
		}
		return w.Text(spoken.SettingCeilingOff)
	case what == discreetSetting && m.Discreet:
		return w.Text(spoken.SettingDiscreetOn)
	case what == discreetSetting:
		return w.Text(spoken.SettingDiscreetOff)
	case m.Preview:
		return w.Text(spoken.SettingPreviewOn)
	}
	return w.Text(spoken.SettingPreviewOff)
}

func (t *Table) showSettings(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, err := t.manner(ctx, r)
	if err != nil {
		return chat.Message{}, err
	}
	w := t.wordsOf(now, r)
	m, err := t.tell(ctx, r, func(w spoken.Words, _ alert.Manner) string { return w.Text(spoken.SettingTitle) })
	m.Fields = mannerFields(w, now)
	m.Footer = w.Text(spoken.SettingTyped, "first", "/settings ceiling 10", "second", "/settings discreet on")
	ceiling, limited := now.PostsADay()
	var row []chat.Button
	for _, c := range ceilings() {
		chosen := limited && c == strconv.Itoa(ceiling) || !limited && c == settingOff
		text := w.Text(spoken.SettingNoCeiling)
		if n, err := strconv.Atoi(c); err == nil {
			text = w.Count(spoken.SettingADay, n)
		}
		row = append(row, t.button(ticked(text, chosen), setAction, ceilingSetting, c))
	}
	m.Buttons = slices.Concat(slices.Collect(slices.Chunk(row, menuColumns)), [][]chat.Button{
		{t.button(w.Text(spoken.SettingDiscreetButton, "state", state(w, now.Discreet)), setAction, discreetSetting, onOff(!now.Discreet))},
		{t.button(w.Text(spoken.SettingPreviewButton, "state", state(w, now.Preview)), setAction, previewSetting, onOff(!now.Preview))},
	})
	return m, err
}

// pickSetting changes a setting by its button, and shows all as they are then.
func (t *Table) pickSetting(ctx context.Context, p press) (chat.Answer, error) {
	change, ok := settingOf(p.arg(0), p.arg(1))
	if !ok {
		return chat.Answer{}, errStale
	}
	if _, err := t.Store.ChangeManner(ctx, p.From, change); err != nil {
		return chat.Answer{}, err
	}
	m, err := t.showSettings(ctx, p.Request)
	return chat.Answer{Message: m, Replace: true}, err
}
