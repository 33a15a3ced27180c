package command

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/feeds/strict"
)

const (
	// muteDays is for how many days a mute lasts if nobody says.
	muteDays = 7
	// mostMuteDays is the longest: what is muted for ever is better unsubscribed.
	mostMuteDays = 365
	// mutedRules and mutedCountries bound the choices of a mute menu.
	mutedRules, mutedCountries = 3, 4
)

func muteMenu() chat.Command {
	return chat.Command{
		Name: "mute", Description: "Have nothing sent here of a rule, a country or a story for a while", Private: true,
		Args: []chat.Arg{
			kindArg(),
			{Name: "what", Description: "The rule's id, the country's code or name, or the story's number", Required: true, Complete: true},
			{Name: "days", Description: "For how long: 7 days if you do not say", Kind: chat.Choice, Choices: []string{"1d", "7d", "30d", "90d", "365d"}},
		},
	}
}

// storySign stands before the number of a story, as /story writes it: s7.
const storySign = "s"

func kindArg() chat.Arg {
	return chat.Arg{
		Name: "kind", Description: "rule, country or story", Kind: chat.Choice, Required: true,
		Choices: []string{string(store.MuteRule), string(store.MuteCountry), string(store.MuteStory)},
	}
}

func (t *Table) mute(ctx context.Context, r chat.Request) (chat.Message, error) {
	word, days := daysOf(r)
	m := store.Mute{To: r.From, Kind: store.MuteKind(r.Args["kind"]), Until: time.Now().AddDate(0, 0, days)}
	var complaint string
	var err error
	w := t.words(ctx, r)
	if m.What, complaint, err = t.mutable(ctx, w, m.Kind, word); err != nil {
		return chat.Message{}, err
	}
	if complaint != "" {
		return usageIn(w, muteMenu(), complaint), nil
	}
	if err := t.Store.PutMute(ctx, m); err != nil {
		return chat.Message{}, err
	}
	done := chat.Message{
		Title: muted(w, m, t.muteName(m, w)), Footer: w.Text(spoken.MuteEnds, "command", fmt.Sprintf("/unmute %s %s", m.Kind, m.What)),
	}
	if m.Kind != store.MuteStory {
		done.Body = []chat.Paragraph{chat.Text(w.Text(spoken.MuteCritical))}
	}
	return done, nil
}

// daysOf parts what is muted from for how many days, which people also type as a number behind it.
func daysOf(r chat.Request) (what string, days int) {
	what = r.Args["what"]
	if n, err := strconv.Atoi(strings.TrimSuffix(r.Args["days"], "d")); err == nil {
		return what, n
	}
	if i := strings.LastIndexByte(what, ' '); i > 0 {
		if n, err := strconv.Atoi(what[i+1:]); err == nil && n >= 1 && n <= mostMuteDays {
			return what[:i], n
		}
	}
	return what, muteDays
}

func muted(w spoken.Words, m store.Mute, name string) string {
	return w.Text(spoken.AnswerMuted, "date", w.Day(m.Until.UTC()), "what", name)
}

// mutable finds what a person means to mute, as the store names it, or says why there is no such thing.
func (t *Table) mutable(ctx context.Context, w spoken.Words, kind store.MuteKind, word string) (what, complaint string, err error) {
	switch kind {
	case store.MuteRule:
		word = strings.ToLower(word)
		if _, ok := t.Rules.Get().Rule(word); !ok {
			return "", t.noRule(w, word), nil
		}
		return word, "", nil
	case store.MuteCountry:
		code, ok := alert.Country(word)
		if !ok {
			return "", sentences(w.Text(spoken.UnknownCountry, "word", word), nearestName(w, word)), nil
		}
		return code, "", nil
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.ToLower(word), storySign), 10, 64)
	if err != nil {
		return "", w.Text(spoken.MuteNoNumber, "word", word), nil
	}
	sources, err := t.Store.Sources(ctx, id)
	if err == nil && len(sources) == 0 {
		complaint = w.Text(spoken.MuteNoStory, "number", strconv.FormatInt(id, 10))
	}
	return strconv.FormatInt(id, 10), complaint, err
}

// noRule says that there is no such rule, and which may be meant.
func (t *Table) noRule(w spoken.Words, id string) string {
	var ids []string
	for _, rule := range t.Rules.Get().Rules() {
		ids = append(ids, rule.ID)
	}
	return sentences(w.Text(spoken.MuteNoRule, "id", id), guess(w, strict.Nearest(id, ids)))
}

// muteName says what is muted as people know it.
func (t *Table) muteName(m store.Mute, w spoken.Words) string {
	switch m.Kind {
	case store.MuteRule:
		rule, _ := t.Rules.Get().Rule(m.What)
		return cmp.Or(rule.Title, m.What)
	case store.MuteCountry:
		return w.Country(m.What)
	}
	return w.Text(spoken.MuteStory, "number", m.What)
}

func mutesMenu() chat.Command {
	return chat.Command{Name: "mutes", Description: "What is muted here, and until when", Private: true}
}

func (t *Table) mutes(ctx context.Context, r chat.Request) (chat.Message, error) {
	list, err := t.Store.Mutes(ctx, r.From, time.Now())
	if err != nil {
		return chat.Message{}, err
	}
	w := t.words(ctx, r)
	if len(list) == 0 {
		return chat.Message{Title: w.Text(spoken.MuteNone)}, nil
	}
	m := chat.Message{Title: w.Text(spoken.MuteTitle), Footer: w.Text(spoken.MuteNote)}
	for _, mute := range list {
		m.Body = append(m.Body, t.muteLine(w, mute))
	}
	return m, nil
}

func (t *Table) muteLine(w spoken.Words, m store.Mute) chat.Paragraph {
	until := w.Text(spoken.MuteUntil, "date", w.Moment(m.Until.UTC()))
	if name := t.muteName(m, w); m.Kind != store.MuteStory && name != m.What {
		until = w.Text(spoken.MuteNamedUntil, "name", name, "date", w.Moment(m.Until.UTC()))
	}
	return chat.Paragraph{{Text: w.Isolate(string(m.Kind) + " " + m.What), Style: chat.Code}, {Text: " " + until}}
}

func unmuteMenu() chat.Command {
	return chat.Command{
		Name: "unmute", Description: "End a mute of this place", Private: true,
		Args: []chat.Arg{kindArg(), {Name: "what", Description: "The rule's id, the country or the story's number, as /mutes lists it", Required: true, Complete: true}},
	}
}

func (t *Table) unmute(ctx context.Context, r chat.Request) (chat.Message, error) {
	m := store.Mute{To: r.From, Kind: store.MuteKind(r.Args["kind"]), What: strings.ToLower(r.Args["what"])}
	switch m.Kind {
	case store.MuteCountry:
		if code, ok := alert.Country(m.What); ok {
			m.What = code
		}
	case store.MuteStory:
		m.What = strings.TrimPrefix(m.What, storySign)
	}
	w := t.words(ctx, r)
	was, err := t.Store.RemoveMute(ctx, r.From, m.Kind, m.What)
	if err != nil {
		return chat.Message{}, err
	}
	if !was {
		return chat.Message{
			Title: w.Text(spoken.MuteNotMuted, "what", fmt.Sprintf("%s %s", m.Kind, m.What)), Footer: w.Text(spoken.MuteNotMutedNote),
		}, nil
	}
	return chat.Message{Title: w.Text(spoken.AnswerUnmuted, "what", t.muteName(m, w))}, nil
}

// A choice of a mute menu is named by a letter and, of a rule or a country, its place in the alert: ids are
// too long for a button.
const (
	ruleChoice    = "r"
	countryChoice = "c"
	storyChoice   = "s"
)

// muteChoices offers what can be muted of an alert. The text says it all as well, for places where a press can
// be answered with a passing line only.
func (t *Table) muteChoices(ctx context.Context, p press) (chat.Answer, error) {
	trace, err := t.pressed(ctx, p)
	if err != nil {
		return chat.Answer{}, err
	}
	m := chat.Message{
		Title: p.words.Count(spoken.MuteDays, muteDays), Footer: p.words.Text(spoken.MuteDaysNote), Language: p.words.Language(),
	}
	add := func(text, choice, typed string) {
		m.Body = append(m.Body, chat.Paragraph{{Text: text + ": "}, {Text: p.words.Isolate("/mute " + typed), Style: chat.Code}})
		m.Buttons = append(m.Buttons, []chat.Button{t.button(text, hushAction, p.arg(0), choice)})
	}
	a := trace.Alert
	for i, reason := range a.Reasons[:min(len(a.Reasons), mutedRules)] {
		add(p.words.Text(spoken.ButtonMuteRule)+": "+p.words.Isolate(reason.Title), ruleChoice+strconv.Itoa(i), "rule "+reason.Rule)
	}
	for i, c := range a.Countries[:min(len(a.Countries), mutedCountries)] {
		add(p.words.Text(spoken.ButtonMuteCountry, "country", p.words.Country(c)), countryChoice+strconv.Itoa(i), "country "+c)
	}
	if trace.Story > 0 {
		add(p.words.Text(spoken.MuteThisStory), storyChoice, fmt.Sprintf("story %d", trace.Story))
	}
	return chat.Answer{Message: m, Private: true}, nil
}

// chosen is the mute that a choice of an alert's mute menu names.
func (t *Table) chosen(ctx context.Context, p press) (store.Mute, error) {
	m := store.Mute{To: p.From, Until: time.Now().AddDate(0, 0, muteDays)}
	trace, err := t.pressed(ctx, p)
	if err != nil {
		return m, err
	}
	choice := p.arg(1)
	if choice == storyChoice && trace.Story > 0 {
		m.Kind, m.What = store.MuteStory, strconv.FormatInt(trace.Story, 10)
		return m, nil
	}
	i, err := strconv.Atoi(strings.TrimLeft(choice, ruleChoice+countryChoice))
	switch {
	case err != nil || i < 0:
		return m, errStale
	case strings.HasPrefix(choice, ruleChoice) && i < len(trace.Alert.Reasons):
		m.Kind, m.What = store.MuteRule, trace.Alert.Reasons[i].Rule
	case strings.HasPrefix(choice, countryChoice) && i < len(trace.Alert.Countries):
		m.Kind, m.What = store.MuteCountry, trace.Alert.Countries[i]
	default:
		return m, errStale
	}
	return m, nil
}

// hush mutes what was chosen, and offers to take it back.
func (t *Table) hush(ctx context.Context, p press) (chat.Answer, error) {
	m, err := t.chosen(ctx, p)
	if err != nil {
		return chat.Answer{}, err
	}
	if err := t.Store.PutMute(ctx, m); err != nil {
		return chat.Answer{}, err
	}
	text := muted(p.words, m, t.muteName(m, p.words))
	back := t.button(p.words.Text(spoken.ButtonBack), append([]string{loudAction}, p.args...)...)
	return chat.Answer{
		Message: chat.Message{Title: text, Language: p.words.Language(), Buttons: [][]chat.Button{{back}}}, Replace: true,
	}, nil
}

// loud ends what hush began.
func (t *Table) loud(ctx context.Context, p press) (chat.Answer, error) {
	m, err := t.chosen(ctx, p)
	if err != nil {
		return chat.Answer{}, err
	}
	if _, err := t.Store.RemoveMute(ctx, m.To, m.Kind, m.What); err != nil {
		return chat.Answer{}, err
	}
	title := p.words.Text(spoken.AnswerUnmuted, "what", t.muteName(m, p.words))
	return chat.Answer{Message: chat.Message{Title: title, Language: p.words.Language()}, Replace: true}, nil
}
