package command

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// The menus of /start.
const (
	menuOfCountries = "country"
	menuOfTopics    = "topic"
	menuOfTimes     = "digest"
)

const (
	// menuCountries is how many countries a menu shows at once: four rows, and one for turning (Discord
	// has five).
	menuCountries = 12
	menuColumns   = 3
)

// clocks are the times of day offered for the digest.
func clocks() []string {
	return []string{"06:00", "07:00", "08:00", "09:00", "12:00", "18:00", "20:00", "22:00"}
}

func startMenu() chat.Command {
	return chat.Command{
		Name: "start", Description: "What this bot is, and the first choices", Private: true,
		Args: []chat.Arg{{Name: "country", Description: "A country to be offered, as a link to the bot may carry it", Complete: true}},
	}
}

// start says in four lines what the bot is, and offers the choices that make a subscription.
func (t *Table) start(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	m := chat.Message{
		Title: w.Text(spoken.StartTitle),
		Body: []chat.Paragraph{
			chat.Text(w.Text(spoken.StartWhat)), noTips(w), chat.Text(w.Text(spoken.StartKept)), chat.Text(w.Text(spoken.StartChoose)),
		},
		Buttons: [][]chat.Button{{
			t.button(w.Text(spoken.StartCountry), menuAction, menuOfCountries),
			t.button(w.Text(spoken.StartTopics), menuAction, menuOfTopics),
			t.button(w.Text(spoken.StartDigest), menuAction, menuOfTimes),
		}},
	}
	if code, ok := alert.Country(r.Args["country"]); ok {
		offer := t.button(w.Text(spoken.StartSubscribe, "country", w.Country(code)), pickAction, menuOfCountries, code)
		m.Buttons = slices.Insert(m.Buttons, 0, []chat.Button{offer})
	}
	return m, nil
}

// intakes are groups with a secure way to report an incident (taxonomy, part 6.2).
var intakes = chat.Paragraph{
	{Text: "CPJ", Link: "https://cpj.org/emergency-response/"},
	{Text: "RSF", Link: "https://rsf.org/en/contact-us"},
	{Text: "Access Now", Link: "https://www.accessnow.org/help/"},
}

// noTips says that the bot takes no tips, and who does.
func noTips(w spoken.Words) chat.Paragraph {
	before, after, _ := strings.Cut(w.Text(spoken.StartSafe), "{groups}")
	p := chat.Paragraph{{Text: w.Text(spoken.StartNoTips), Style: chat.Bold}, {Text: " " + before}}
	for i, group := range intakes {
		if i > 0 {
			p = append(p, chat.Span{Text: w.Text(spoken.ListSeparator)})
		}
		p = append(p, chat.Span{Text: w.Isolate(group.Text), Link: group.Link})
	}
	return append(p, chat.Span{Text: after})
}

// menu shows a menu of /start, or one of its pages.
func (t *Table) menu(ctx context.Context, p press) (chat.Answer, error) {
	list, err := t.Store.SubscriptionsOf(ctx, p.From)
	if err != nil {
		return chat.Answer{}, err
	}
	place, err := t.manner(ctx, p.Request)
	if err != nil {
		return chat.Answer{}, err
	}
	m := chat.Message{Title: p.words.Text(spoken.StartNothing), Language: p.words.Language()}
	chosen, ok := chosenHere(list)
	if ok {
		m.Title = p.words.Text(spoken.StartChosen, "what", t.describe(p.words, chosen))
	}
	switch p.arg(0) {
	case menuOfCountries:
		m.Buttons = t.countryButtons(p, chosen)
		m.Footer = p.words.Text(spoken.StartCountriesNote)
	case menuOfTopics:
		m.Buttons = t.topicButtons(p, chosen)
		m.Footer = p.words.Text(spoken.StartTopicsNote)
	case menuOfTimes:
		m.Buttons = t.timeButtons(p, place)
		m.Footer = p.words.Text(spoken.StartDigestNote, "zone", zoneName(place.Zone))
	default:
		return chat.Answer{}, errStale
	}
	return chat.Answer{Message: m, Replace: true}, nil
}

// chosenHere is the subscription that the menus make: the first that was asked for in the chat.
func chosenHere(list []alert.Subscription) (alert.Subscription, bool) {
	i := slices.IndexFunc(list, func(s alert.Subscription) bool { return !s.FromConfig })
	if i < 0 {
		return alert.Subscription{}, false
	}
	return list[i], true
}

func (t *Table) countryButtons(p press, chosen alert.Subscription) [][]chat.Button {
	var codes []string
	for _, f := range t.Feeds.Get().On() {
		if f.Country != "" && !slices.Contains(codes, f.Country) {
			codes = append(codes, f.Country)
		}
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Compare(p.words.Country(a), p.words.Country(b)) })
	r := p.Request
	r.Args = map[string]string{"page": p.arg(1)}
	part, page, pages := pageOf(codes, r, menuCountries)
	var buttons []chat.Button
	for _, c := range part {
		text := ticked(p.words.Country(c), slices.Contains(chosen.Countries, c))
		buttons = append(buttons, t.button(text, pickAction, menuOfCountries, c, strconv.Itoa(page)))
	}
	rows := slices.Collect(slices.Chunk(buttons, menuColumns))
	var turn []chat.Button
	if page > 1 {
		turn = append(turn, t.button("‹", menuAction, menuOfCountries, strconv.Itoa(page-1)))
	}
	if page < pages {
		turn = append(turn, t.button("›", menuAction, menuOfCountries, strconv.Itoa(page+1)))
	}
	return append(rows, turn)
}

func (t *Table) topicButtons(p press, chosen alert.Subscription) [][]chat.Button {
	var buttons []chat.Button
	for _, topic := range rules.Topics() {
		text := ticked(p.words.Topic(string(topic)), slices.Contains(chosen.Topics, topic))
		buttons = append(buttons, t.button(text, pickAction, menuOfTopics, string(topic)))
	}
	return slices.Collect(slices.Chunk(buttons, 2))
}

func (t *Table) timeButtons(p press, chosen alert.Manner) [][]chat.Button {
	var buttons []chat.Button
	for _, at := range clocks() {
		daily := p.words.Text(spoken.SubscriptionDaily, "time", at)
		text := ticked(at, digestIn(p.words, chosen.Digest) == daily)
		buttons = append(buttons, t.button(text, pickAction, menuOfTimes, at))
	}
	return slices.Collect(slices.Chunk(buttons, 4))
}

// ticked marks what is chosen.
func ticked(text string, chosen bool) string {
	if chosen {
		return "✓ " + text
	}
	return text
}

// pick chooses something in a menu, or takes it back, and shows the menu as it is then.
func (t *Table) pick(ctx context.Context, p press) (chat.Answer, error) {
	choose := t.pickSubscription
	if p.arg(0) == menuOfTimes {
		choose = t.pickTime
	}
	if err := choose(ctx, p); err != nil {
		return chat.Answer{}, err
	}
	p.args = []string{p.arg(0), p.arg(2)}
	return t.menu(ctx, p)
}

// pickTime chooses when the digest is sent, which is one for the whole place.
func (t *Table) pickTime(ctx context.Context, p press) error {
	schedule, err := parseDigest(p.arg(1))
	if err != nil {
		return errStale
	}
	_, err = t.Store.ChangeManner(ctx, p.From, func(m *alert.Manner) { m.Digest = schedule })
	return err
}

// pickSubscription chooses a country or a topic. A subscription of which the last choice was taken back is
// ended: its people want nothing, and it would take everything.
func (t *Table) pickSubscription(ctx context.Context, p press) error {
	list, err := t.Store.SubscriptionsOf(ctx, p.From)
	if err != nil {
		return err
	}
	sub, had := chosenHere(list)
	if !had {
		if sub, err = t.newSubscription(ctx, p.Request); err != nil {
			return err
		}
	}
	if sub, err = picked(sub, p); err != nil {
		return err
	}
	if len(sub.Countries)+len(sub.Topics) == 0 {
		return t.Store.RemoveSubscription(ctx, p.From, sub.ID)
	}
	_, err = t.Store.PutSubscription(ctx, sub)
	return err
}

// picked is a subscription with something chosen, or taken back.
func picked(sub alert.Subscription, p press) (alert.Subscription, error) {
	what := p.arg(1)
	switch p.arg(0) {
	case menuOfCountries:
		code, ok := alert.Country(what)
		if !ok {
			return sub, errStale
		}
		sub.Countries = toggled(sub.Countries, code)
	case menuOfTopics:
		if !slices.Contains(topicIDs(), what) {
			return sub, errStale
		}
		sub.Topics = toggled(sub.Topics, rules.Topic(what))
	default:
		return sub, errStale
	}
	return sub, nil
}

// toggled adds what a list has not, and removes what it has.
func toggled[T comparable](list []T, v T) []T {
	if i := slices.Index(list, v); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clone(list), v)
}
