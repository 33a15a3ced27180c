package command

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// A button sends an action and what it is about, in words. The signature proves that the bot made it, and
// nothing else: it may be pressed by anybody, at any time and in another place than where it was shown. So
// every action acts on the place where it is pressed, and asks anew who may do that.

// errStale means that a button is about something that is no longer there.
var errStale = errors.New("button is out of date")

// A press is a button that was pressed.
type press struct {
	chat.Request
	// args are the words behind the action.
	args  []string
	words spoken.Words
}

// arg returns a word behind the action, or "".
func (p press) arg(i int) string {
	if i < len(p.args) {
		return p.args[i]
	}
	return ""
}

// number returns a word behind the action as a number, 0 if it is none.
func (p press) number(i int) int64 {
	n, _ := strconv.ParseInt(p.arg(i), 10, 64)
	return n
}

// A reaction is what a button of an action does.
type reaction struct {
	who    access
	answer func(context.Context, press) (chat.Answer, error)
}

// The actions of buttons, beyond those of alerts.
const (
	pageAction = "page" // number command words...: turns to a page of an answer
	hushAction = "hush" // alert choice: mutes what a choice of an alert's mute menu names
	loudAction = "loud" // alert choice: ends that
	menuAction = "menu" // name [page]: shows a menu of /start
	pickAction = "pick" // kind what: chooses in it
	stopAction = "stop" // time: confirms /stop
	keepAction = "keep" // takes /stop back
	setAction  = "set"  // setting value: changes one of /settings
)

// reactions are all actions.
func (t *Table) reactions() map[string]reaction {
	return map[string]reaction{
		string(alert.More):        {anyone, t.more},
		string(alert.NotRelevant): {anyone, t.miss},
		string(alert.Mute):        {managers, t.muteChoices},
		hushAction:                {managers, t.hush},
		loudAction:                {managers, t.loud},
		pageAction:                {anyone, t.page},
		judgeAction:               {admins, t.judgeHeld},
		menuAction:                {managers, t.menu},
		pickAction:                {managers, t.pick},
		stopAction:                {managers, t.stopNow},
		keepAction:                {managers, t.keep},
		setAction:                 {managers, t.pickSetting},
	}
}

// press answers the press of a button.
func (t *Table) press(ctx context.Context, r chat.Request) chat.Answer {
	p := press{Request: r, words: t.words(ctx, r)}
	stale := chat.Answer{Toast: p.words.Text(spoken.AnswerStale)}
	if t.Signer == nil {
		return stale
	}
	data, ours := t.Signer.Verify(r.Press)
	action, rest, _ := strings.Cut(data, " ")
	does, known := t.reactions()[action]
	if !ours || !known {
		return stale
	}
	if refusal := t.refusal(ctx, does.who, r); refusal != "" {
		return chat.Answer{Toast: refusal}
	}
	p.args = strings.Fields(rest)
	answer, err := does.answer(ctx, p)
	switch {
	case errors.Is(err, errStale):
		return stale
	case err != nil:
		t.Log.Error("button failed", "action", action, "err", err)
		return chat.Answer{Toast: p.words.Text(spoken.AnswerFailed)}
	}
	return answer
}

// button makes one that sends an action with its words. Without a Signer it is empty, and message leaves
// it out.
func (t *Table) button(text string, data ...string) chat.Button {
	if t.Signer == nil {
		return chat.Button{}
	}
	return chat.Button{Text: text, Data: t.Signer.Sign(strings.Join(data, " "))}
}

// maxData is the longest data of a button in bytes, as chat.Signer takes it.
const maxData = 49

// pager makes the buttons that turn the pages of a command's answer, of which page, counted from 1, is
// shown: none if there is one page, or if the words of the command are too many for a button.
func (t *Table) pager(w spoken.Words, page, pages int, command string, words ...string) [][]chat.Button {
	var row []chat.Button
	for _, to := range []int{page - 1, page + 1} {
		data := append([]string{pageAction, strconv.Itoa(to), command}, words...)
		if to < 1 || to > pages || len(strings.Join(data, " ")) > maxData {
			continue
		}
		row = append(row, t.button(pageName(w, to, pages), data...))
	}
	if len(row) == 0 {
		return nil
	}
	return [][]chat.Button{row}
}

// pageName says which of how many pages one is.
func pageName(w spoken.Words, page, pages int) string {
	return w.Text(spoken.ButtonPage, "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
}

// paged puts the number of the page before a line of small print, if there are several.
func paged(w spoken.Words, page, pages int, footer string) string {
	if pages < 2 {
		return footer
	}
	return facts(pageName(w, page, pages), footer)
}

// pageOf returns the part of a list that a request asks for by its argument "page", with the page's number
// and how many there are.
func pageOf[T any](list []T, r chat.Request, size int) (part []T, page, pages int) {
	pages = max(1, (len(list)+size-1)/size)
	page, _ = strconv.Atoi(r.Args["page"])
	page = min(max(page, 1), pages)
	return list[(page-1)*size : min(page*size, len(list))], page, pages
}

// page turns to a page of a command's answer: the command is asked again, with the number as its argument
// "page".
func (t *Table) page(ctx context.Context, p press) (chat.Answer, error) {
	if len(p.args) < 2 {
		return chat.Answer{}, errStale
	}
	for _, e := range t.entries() {
		if e.menu.Name != p.args[1] {
			continue
		}
		r := p.Request
		r.Command, r.Press = e.menu.Name, ""
		if refusal := t.refusal(ctx, e.who, r); refusal != "" { // it must not take the place of the list
			return chat.Answer{Toast: refusal}, nil
		}
		r.Args, r.Rest = e.menu.ParseWords(p.args[2:])
		r.Args["page"] = p.args[0]
		return chat.Answer{Message: t.message(ctx, e, r), Replace: true}, nil
	}
	return chat.Answer{}, errStale
}

// pressed finds the alert that a button is under. Those of rules on trial are for admins.
func (t *Table) pressed(ctx context.Context, p press) (store.Trace, error) {
	trace, found, err := t.Store.Trace(ctx, "", p.number(0))
	if err != nil {
		return trace, err
	}
	if !found || trace.Alert == nil || trace.Alert.ID != p.number(0) || trace.Alert.Trial && !t.isAdmin(p.Request) {
		return trace, errStale
	}
	return trace, nil
}

// more says why an alert was made, who told its story, and what came before. The rules stand first: in a
// channel only the beginning can be shown, in passing.
func (t *Table) more(ctx context.Context, p press) (chat.Answer, error) {
	trace, err := t.pressed(ctx, p)
	if err != nil {
		return chat.Answer{}, err
	}
	m, err := t.explain(ctx, trace, p.Request)
	var why []chat.Paragraph
	for _, f := range reasons(p.words, *trace.Alert) {
		why = append(why, chat.Text(f.Name+": "+f.Value))
		m.Fields = slices.DeleteFunc(m.Fields, func(other chat.Field) bool { return other == f })
	}
	m.Body = slices.Concat(why, m.Body)
	return chat.Answer{Message: m, Private: true}, err
}

// miss counts a reader's judgement that an alert should not have been sent. It counts only where the alert
// was posted.
func (t *Table) miss(ctx context.Context, p press) (chat.Answer, error) {
	trace, err := t.pressed(ctx, p)
	if err != nil {
		return chat.Answer{}, err
	}
	if p.User == "" || !postedTo(trace.Posts, p.From) {
		return chat.Answer{}, errStale
	}
	// A second press gets the same thanks: the person cannot know whether the first one arrived.
	_, err = t.Store.Vote(ctx, trace.Alert.ID, p.From, p.User, time.Now())
	return chat.Answer{Toast: p.words.Text(spoken.AnswerNoted)}, err
}

func postedTo(posts []store.Post, to chat.Destination) bool {
	return slices.ContainsFunc(posts, func(p store.Post) bool { return p.To == to && !p.Sent.IsZero() })
}
