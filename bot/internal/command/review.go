package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// What an admin can decide about an alert that waits, or about all that is held back of a feed.
const (
	publishHeld = "publish"
	dropHeld    = "drop"
	raiseHeld   = "up"   // an alert's severity by one
	lowerHeld   = "down" // the same
)

const (
	// judgeAction is the button of a decision: decision alert page.
	judgeAction = "judge"
	// heldOnPage is how many alerts stand on a page: a row of buttons each, and one for turning (Discord has
	// five rows).
	heldOnPage = 4
	// heldAtOnce is how many are listed where there are no buttons.
	heldAtOnce = 50
)

func reviewMenu() chat.Command {
	return chat.Command{
		Name: "review", Description: "For admins: alerts that wait for you, because they are on trial or held back", Private: true,
		Args: []chat.Arg{
			{Name: "decision", Description: "publish or drop; or the severity up or down", Kind: chat.Choice, Choices: []string{publishHeld, dropHeld, raiseHeld, lowerHeld}},
			{Name: "what", Description: "The number of an alert, or the id of a feed of which very many are held back", Complete: true},
		},
	}
}

// review lists what waits for an admin, or decides about an alert or about what is held back of a feed.
func (t *Table) review(ctx context.Context, r chat.Request) (chat.Message, error) {
	what, decision := r.Args["what"], r.Args["decision"]
	switch {
	case what == "" && decision == "":
		page, _ := strconv.Atoi(r.Args["page"])
		return t.queue(ctx, page)
	case what == "" || decision == "":
		return usage(reviewMenu(), "Please say both: what you decide, and on which alert or feed."), nil
	}
	if id, err := strconv.ParseInt(what, 10, 64); err == nil {
		text, err := t.decideHeld(ctx, r, decision, id)
		return chat.Message{Title: text}, err
	}
	if decision != publishHeld && decision != dropHeld {
		return usage(reviewMenu(), "The severity is changed alert by alert. Please give a number."), nil
	}
	return t.reviewFeed(ctx, r, decision, what)
}

// reviewFeed decides about all that is held back of a feed that brought very many at once.
func (t *Table) reviewFeed(ctx context.Context, r chat.Request, decision, feed string) (chat.Message, error) {
	decide, done := t.Store.Release, "will be posted"
	if decision == dropHeld {
		decide, done = t.Store.DropParked, "will not be posted"
	}
	n, err := decide(ctx, feed, time.Now())
	if err != nil {
		return chat.Message{}, err
	}
	if n == 0 {
		return chat.Message{Title: fmt.Sprintf("Nothing of “%s” is held back.", feed)}, nil
	}
	t.note(ctx, r, decision+" "+feed)
	return chat.Message{Title: fmt.Sprintf("%s of %s %s.", counted(n, "post"), feed, done)}, nil
}

// decideHeld decides about one alert and says what follows.
func (t *Table) decideHeld(ctx context.Context, r chat.Request, decision string, id int64) (string, error) {
	route, err := t.route(ctx)
	if err != nil {
		return "", err
	}
	now, text := time.Now(), ""
	switch decision {
	case publishHeld:
		var n int
		n, err = t.Store.Publish(ctx, id, now, route)
		text = fmt.Sprintf("Alert %d will be posted in %s.", id, counted(n, "place"))
	case dropHeld:
		err = t.Store.DropHeld(ctx, id, now)
		text = fmt.Sprintf("Alert %d will not be posted.", id)
	default:
		var severity rules.Severity
		if severity, err = t.shiftSeverity(ctx, decision, id, route); err == nil {
			decision = severity.String()
			text = fmt.Sprintf("Alert %d is %s now.", id, severity)
		}
	}
	if errors.Is(err, store.ErrNotHeld) {
		return fmt.Sprintf("Alert %d does not wait for a decision.", id), nil
	}
	if err != nil {
		return "", err
	}
	t.note(ctx, r, fmt.Sprintf("%s alert %d", decision, id))
	return text, nil
}

// shiftSeverity raises or lowers the severity of an alert by one, and returns what it is then.
func (t *Table) shiftSeverity(ctx context.Context, decision string, id int64, route store.Route) (rules.Severity, error) {
	trace, found, err := t.Store.Trace(ctx, "", id)
	if err != nil || !found || trace.Alert == nil {
		return 0, cmp.Or(err, store.ErrNotHeld)
	}
	severity := min(trace.Alert.Severity+1, rules.Critical)
	if decision == lowerHeld {
		severity = max(trace.Alert.Severity-1, rules.Low)
	}
	return severity, t.Store.SetSeverity(ctx, id, severity, time.Now(), route)
}

// route says where an alert is to go by the subscriptions of now.
func (t *Table) route(ctx context.Context) (store.Route, error) {
	subscriptions, err := t.Store.Subscriptions(ctx)
	now := time.Now()
	return func(a alert.Alert, sources int) []alert.Delivery {
		list := alert.Route(a, subscriptions, t.Admins, now)
		for n := 2; n <= sources; n++ {
			list = append(list, alert.RouteConfirmed(a, n, subscriptions, now)...)
		}
		return list
	}, err
}

// judgeHeld is a decision by button. It shows the queue as it is then.
func (t *Table) judgeHeld(ctx context.Context, p press) (chat.Answer, error) {
	decision := p.arg(0)
	if !slices.Contains([]string{publishHeld, dropHeld, raiseHeld, lowerHeld}, decision) {
		return chat.Answer{}, errStale
	}
	r := p.Request
	r.Command = reviewMenu().Name // as the audit has it
	text, err := t.decideHeld(ctx, r, decision, p.number(1))
	if err != nil {
		return chat.Answer{}, err
	}
	m, err := t.queue(ctx, int(p.number(2)))
	return chat.Answer{Message: m, Replace: true, Toast: text}, err
}

// queue is a page, counted from 1, of what waits for an admin.
func (t *Table) queue(ctx context.Context, page int) (chat.Message, error) {
	size := heldOnPage
	if t.Signer == nil {
		size = heldAtOnce
	}
	now := time.Now()
	list, total, err := t.Store.Held(ctx, now, size, max(page-1, 0)*size)
	if err == nil && len(list) == 0 && total > 0 { // the last one of the page was decided
		page = (total + size - 1) / size
		list, total, err = t.Store.Held(ctx, now, size, (page-1)*size)
	}
	if err != nil {
		return chat.Message{}, err
	}
	feeds, err := t.Store.Parked(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	if total == 0 {
		return chat.Message{Title: "Nothing is held back, and nothing is on trial."}, nil
	}
	m := chat.Message{Title: fmt.Sprintf("Held back until you decide: %s", counted(total, "alert"))}
	for _, f := range feeds {
		m.Body = append(m.Body, chat.Paragraph{
			{Text: f.Feed, Style: chat.Code},
			{Text: fmt.Sprintf(" brought very many at once, as when a site is rebuilt: %s, %s, since %s", counted(f.Alerts, "alert"), counted(f.Deliveries, "post"), moment(f.Since))},
		})
	}
	for _, h := range list {
		m.Body = append(m.Body, heldLine(h))
		m.Buttons = append(m.Buttons, t.judgeButtons(h, max(page, 1)))
	}
	m.Buttons = append(m.Buttons, t.pager(spoken.Words{}, max(page, 1), (total+size-1)/size, reviewMenu().Name)...)
	m.Footer = "In words: /review publish 12, drop 12, up 12, down 12; or, for all of a feed, /review publish FEED"
	return m, nil
}

// heldLine is an alert that waits: its number, its severity, why it waits, and what it says.
func heldLine(h store.Held) chat.Paragraph {
	facts := []string{h.Severity.String(), heldBecause(h)}
	for _, c := range h.Countries {
		facts = append(facts, alert.CountryName(c))
	}
	if len(h.Topics) > 0 {
		facts = append(facts, alert.TopicName(h.Topics[0]))
	}
	facts = append(facts, h.Item.When().UTC().Format("2 Jan"))
	return chat.Paragraph{
		{Text: fmt.Sprintf("%d  ", h.ID), Style: chat.Bold},
		{Text: strings.Join(facts, " · ") + " — "},
		{Text: h.Headline(), Link: h.Item.Link},
		{Text: " (" + h.Source + ")"},
	}
}

// heldBecause says why an alert waits, and for how many places.
func heldBecause(h store.Held) string {
	switch h.Reason {
	case store.HeldTrial:
		if len(h.Reasons) > 0 {
			return "on trial, rule " + h.Reasons[0].Rule
		}
		return "on trial"
	case store.HeldSensitive:
		return "grave, and told by one outlet, for " + counted(h.Deliveries, "place")
	case store.HeldRetraction:
		return "repeats what this desk withdrew, for " + counted(h.Deliveries, "place")
	}
	return "one of very many of " + h.Item.Feed + ", for " + counted(h.Deliveries, "place")
}

// judgeButtons are the decisions on an alert.
func (t *Table) judgeButtons(h store.Held, page int) []chat.Button {
	id := strconv.FormatInt(h.ID, 10)
	row := []chat.Button{
		t.button("Publish "+id, judgeAction, publishHeld, id, strconv.Itoa(page)),
		t.button("Drop "+id, judgeAction, dropHeld, id, strconv.Itoa(page)),
	}
	if h.Severity < rules.Critical {
		row = append(row, t.button(fmt.Sprintf("▲ %s %s", h.Severity+1, id), judgeAction, raiseHeld, id, strconv.Itoa(page)))
	}
	if h.Severity > rules.Low {
		row = append(row, t.button(fmt.Sprintf("▼ %s %s", h.Severity-1, id), judgeAction, lowerHeld, id, strconv.Itoa(page)))
	}
	return row
}
