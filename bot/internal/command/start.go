package command

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
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
		Args: []chat.Arg{{Name: "country", Description: "A country to be offered, as a link to the bot may carry it"}},
	}
}

// start says in four lines what the bot is, and offers the choices that make a subscription.
func (t *Table) start(ctx context.Context, r chat.Request) (chat.Message, error) {
	m := chat.Message{
		Title: "Alerts about cybercrime laws and crackdowns on online speech",
		Body: []chat.Paragraph{
			chat.Text("I read news feeds and post what matches public rules, with the reason and the source."),
			noTips(),
			chat.Text("Chats with bots are not end-to-end encrypted. I keep this chat's id and its choices, and no names or messages: /mydata shows it, /stop deletes it."),
			chat.Text("Choose what is sent here, or type /subscribe and a country. /help lists all commands."),
		},
		Buttons: [][]chat.Button{{
			t.button("Country", menuAction, menuOfCountries), t.button("Topics", menuAction, menuOfTopics),
			t.button("Digest time", menuAction, menuOfTimes),
		}},
	}
	if code, ok := alert.Country(r.Args["country"]); ok {
		offer := t.button("Subscribe to "+t.words(ctx, r).Country(code), pickAction, menuOfCountries, code)
		m.Buttons = slices.Insert(m.Buttons, 0, []chat.Button{offer})
	}
	return m, nil
}

// noTips says that the bot takes no tips, and who does (taxonomy, part 6.2).
func noTips() chat.Paragraph {
	return chat.Paragraph{
		{Text: "This bot takes no tips: ", Style: chat.Bold},
		{Text: "a chat is not a safe place to report an incident. Groups with secure intake: "},
		{Text: "CPJ", Link: "https://cpj.org/emergency-response/"},
		{Text: ", "},
		{Text: "RSF", Link: "https://rsf.org/en/contact-us"},
		{Text: ", "},
		{Text: "Access Now helpline", Link: "https://www.accessnow.org/help/"},
		{Text: "."},
	}
}

// menu shows a menu of /start, or one of its pages.
func (t *Table) menu(ctx context.Context, p press) (chat.Answer, error) {
	list, err := t.Store.SubscriptionsOf(ctx, p.From)
	if err != nil {
		return chat.Answer{}, err
	}
	return t.showMenu(p, list)
}

func (t *Table) showMenu(p press, list []alert.Subscription) (chat.Answer, error) {
	m := chat.Message{Title: "Subscribed here: nothing yet."}
	chosen, ok := chosenHere(list)
	if ok {
		m.Title = "Subscribed here: " + describe(chosen)
	}
	switch p.arg(0) {
	case menuOfCountries:
		m.Buttons = t.countryButtons(p, chosen)
		m.Footer = "Countries of the feeds that I read. Any other: /subscribe and its name."
	case menuOfTopics:
		m.Buttons = t.topicButtons(p, chosen)
		m.Footer = "No topic chosen means all of them."
	case menuOfTimes:
		m.Buttons = t.timeButtons(chosen)
		m.Footer = "By the clock of " + zoneName(chosen.Zone) + "; /timezone changes it."
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

func (t *Table) timeButtons(chosen alert.Subscription) [][]chat.Button {
	var buttons []chat.Button
	for _, at := range clocks() {
		text := ticked(at, digestTime(chosen.Digest) == "daily "+at)
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
	list, err := t.Store.SubscriptionsOf(ctx, p.From)
	if err != nil {
		return chat.Answer{}, err
	}
	sub, had := chosenHere(list)
	switch {
	case !had && p.arg(0) == menuOfTimes:
		return chat.Answer{Toast: "First choose a country or a topic."}, nil
	case !had:
		sub = newSubscription(list, p.Request)
	}
	if sub, err = picked(sub, p); err != nil {
		return chat.Answer{}, err
	}
	if err := t.keepPicked(ctx, p, sub, list); err != nil {
		return chat.Answer{}, err
	}
	if list, err = t.Store.SubscriptionsOf(ctx, p.From); err != nil {
		return chat.Answer{}, err
	}
	p.args = []string{p.arg(0), p.arg(2)}
	return t.showMenu(p, list)
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
	case menuOfTimes:
		schedule, err := parseDigest(what)
		if err != nil {
			return sub, errStale
		}
		sub.Digest = schedule
	default:
		return sub, errStale
	}
	return sub, nil
}

// keepPicked keeps what was chosen. A subscription of which the last choice was taken back is ended: its
// people want nothing, and it would take everything. The time of the digest is one for the whole place.
func (t *Table) keepPicked(ctx context.Context, p press, sub alert.Subscription, list []alert.Subscription) error {
	if p.arg(0) == menuOfTimes {
		for _, s := range list {
			if s.FromConfig || s.ID == sub.ID {
				continue
			}
			s.Digest = sub.Digest
			if _, err := t.Store.PutSubscription(ctx, s); err != nil {
				return err
			}
		}
	} else if len(sub.Countries)+len(sub.Topics) == 0 {
		return t.Store.RemoveSubscription(ctx, p.From, sub.ID)
	}
	_, err := t.Store.PutSubscription(ctx, sub)
	return err
}

// toggled adds what a list has not, and removes what it has.
func toggled[T comparable](list []T, v T) []T {
	if i := slices.Index(list, v); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clone(list), v)
}
