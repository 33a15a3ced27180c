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
			{Name: "what", Description: "The rule's id, the country's code or name, or the story's number", Required: true},
			{Name: "days", Description: "For how long: 7 days if you do not say", Kind: chat.Choice, Choices: []string{"1d", "7d", "30d", "90d", "365d"}},
		},
	}
}

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
	if m.What, complaint, err = t.mutable(ctx, m.Kind, word); err != nil {
		return chat.Message{}, err
	}
	if complaint != "" {
		return usage(muteMenu(), complaint), nil
	}
	if err := t.Store.PutMute(ctx, m); err != nil {
		return chat.Message{}, err
	}
	w := t.words(ctx, r)
	done := chat.Message{Title: muted(w, m, t.muteName(m, w)), Footer: fmt.Sprintf("/unmute %s %s ends it", m.Kind, m.What)}
	if m.Kind != store.MuteStory {
		done.Body = []chat.Paragraph{chat.Text("Critical alerts are sent all the same.")}
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
func (t *Table) mutable(ctx context.Context, kind store.MuteKind, word string) (what, complaint string, err error) {
	switch kind {
	case store.MuteRule:
		word = strings.ToLower(word)
		if _, ok := t.Rules.Get().Rule(word); !ok {
			return "", t.noRule(word), nil
		}
		return word, "", nil
	case store.MuteCountry:
		code, ok := alert.Country(word)
		if !ok {
			return "", strings.TrimSpace(fmt.Sprintf("I know no country “%s”. %s", word, nearestName(word))), nil
		}
		return code, "", nil
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.ToLower(word), "s"), 10, 64) // /story writes s7
	if err != nil {
		return "", fmt.Sprintf("“%s” is not the number of a story.", word), nil
	}
	sources, err := t.Store.Sources(ctx, id)
	if err == nil && len(sources) == 0 {
		complaint = fmt.Sprintf("There is no story %d.", id)
	}
	return strconv.FormatInt(id, 10), complaint, err
}

// noRule says that there is no such rule, and which may be meant.
func (t *Table) noRule(id string) string {
	var ids []string
	for _, rule := range t.Rules.Get().Rules() {
		ids = append(ids, rule.ID)
	}
	text := fmt.Sprintf("There is no rule “%s”.", id)
	if near := strict.Nearest(id, ids); near != "" {
		text += " " + guess(near)
	}
	return text
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
	return "story " + m.What
}

func mutesMenu() chat.Command {
	return chat.Command{Name: "mutes", Description: "What is muted here, and until when", Private: true}
}

func (t *Table) mutes(ctx context.Context, r chat.Request) (chat.Message, error) {
	list, err := t.Store.Mutes(ctx, r.From, time.Now())
	if err != nil {
		return chat.Message{}, err
	}
	if len(list) == 0 {
		return chat.Message{Title: "Nothing is muted here."}, nil
	}
	m := chat.Message{Title: "Muted here", Footer: "/unmute, the kind and the id end one"}
	for _, mute := range list {
		m.Body = append(m.Body, t.muteLine(mute))
	}
	return m, nil
}

func (t *Table) muteLine(m store.Mute) chat.Paragraph {
	text := " until " + moment(m.Until)
	if name := t.muteName(m, spoken.For("en")); m.Kind != store.MuteStory && name != m.What {
		text = " (" + name + ")" + text
	}
	return chat.Paragraph{{Text: string(m.Kind) + " " + m.What, Style: chat.Code}, {Text: text}}
}

func unmuteMenu() chat.Command {
	return chat.Command{
		Name: "unmute", Description: "End a mute of this place", Private: true,
		Args: []chat.Arg{kindArg(), {Name: "what", Description: "The rule's id, the country or the story's number, as /mutes lists it", Required: true}},
	}
}

func (t *Table) unmute(ctx context.Context, r chat.Request) (chat.Message, error) {
	m := store.Mute{To: r.From, Kind: store.MuteKind(r.Args["kind"]), What: r.Args["what"]}
	if code, ok := alert.Country(m.What); ok && m.Kind == store.MuteCountry {
		m.What = code
	}
	w := t.words(ctx, r)
	was, err := t.Store.RemoveMute(ctx, r.From, m.Kind, m.What)
	if err != nil {
		return chat.Message{}, err
	}
	if !was {
		return chat.Message{Title: fmt.Sprintf("The %s %s is not muted here.", m.Kind, m.What), Footer: "/mutes lists what is"}, nil
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
	m := chat.Message{Title: fmt.Sprintf("%s: %d days", p.words.Text(spoken.ButtonMute), muteDays)}
	add := func(text, choice, typed string) {
		m.Body = append(m.Body, chat.Paragraph{{Text: text + ": "}, {Text: "/mute " + typed, Style: chat.Code}})
		m.Buttons = append(m.Buttons, []chat.Button{t.button(text, hushAction, p.arg(0), choice)})
	}
	a := trace.Alert
	for i, reason := range a.Reasons[:min(len(a.Reasons), mutedRules)] {
		add(p.words.Text(spoken.ButtonMuteRule)+": "+reason.Title, ruleChoice+strconv.Itoa(i), "rule "+reason.Rule)
	}
	for i, c := range a.Countries[:min(len(a.Countries), mutedCountries)] {
		add(p.words.Text(spoken.ButtonMuteCountry, "country", p.words.Country(c)), countryChoice+strconv.Itoa(i), "country "+c)
	}
	if trace.Story > 0 {
		add("Mute this story", storyChoice, fmt.Sprintf("story %d", trace.Story))
	}
	m.Footer = "Critical alerts are sent all the same, unless their story is muted. /mutes lists what is muted here and until when; /unmute ends it."
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
