package telegram

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

const (
	// maxToast is the longest line shown in passing: answerCallbackQuery.text, "0-200 characters".
	maxToast = 200
	// patience is how long a press waits for its answer before it is acknowledged without. Until then the
	// button shows that it works, and Telegram takes the acknowledgement for some 15 seconds only.
	patience = 5 * time.Second
	// acknowledgeTimeout bounds the acknowledging, tried again if need be.
	acknowledgeTimeout = 15 * time.Second
)

// A toast is a line shown in passing to the person who pressed a button.
type toast struct {
	text string
	// stays is true if it goes only when the person says so.
	stays bool
}

// pressed answers a press. It is acknowledged in any case, and only once, as Telegram takes no second
// word: with the answer's toast, or without one if the answer takes too long.
func (l *listener) pressed(ctx context.Context, q press) {
	if q.Message == nil || q.Message.Date == 0 || q.Data == "" {
		l.acknowledge(ctx, q.ID, toast{text: l.dead(q.From.locale())})
		return
	}
	var once sync.Once
	acknowledge := func(t toast) (first bool) {
		once.Do(func() { first = true; l.acknowledge(ctx, q.ID, t) })
		return first
	}
	defer acknowledge(toast{}) // The answer may panic.
	late := time.AfterFunc(patience, func() { acknowledge(toast{}) })
	defer late.Stop()
	answer := l.answer(ctx, q.request(l))
	t, rest := q.split(answer)
	if !acknowledge(t) && t.text != "" && !q.Message.Chat.isChannel() && isEmpty(rest.Message) {
		rest.Title = t.text // Too late for a passing line.
	}
	if err := l.follow(ctx, q, rest); err != nil {
		l.log.Warn("telegram: press not answered", "err", err)
	}
}

// request returns what a press asks. The message it stands under is ours, so only the person counts.
func (q press) request(l *listener) chat.Request {
	return chat.Request{
		Press:   q.Data,
		Message: strconv.FormatInt(q.Message.ID, 10),
		From:    q.Message.destination(),
		User:    q.From.user(),
		Direct:  q.Message.Chat.isDirect(),
		Locale:  q.From.locale(),
		Manages: l.managedBy(q.Message.Chat, q.From),
	}
}

// split parts an answer into what is shown in passing and what is posted. In a channel nothing is posted:
// any reader can press there, and would speak to all. In a group a private answer is shown in passing if
// it is short and has no buttons, which can only be pressed where they stand.
func (q press) split(a chat.Answer) (toast, chat.Answer) {
	t := toast{text: a.Toast}
	if a.Replace && a.File == nil || q.Message.Chat.isDirect() {
		return t, a
	}
	text := ""
	for _, p := range layout(a.Message, 1, maxText) {
		text = p.text()
	}
	inPassing := a.Private && a.File == nil && len(a.Buttons) == 0 && t.text == "" && units(text) <= maxToast
	if !q.Message.Chat.isChannel() && !inPassing {
		return t, a
	}
	if t.text == "" {
		t = toast{text: text, stays: text != ""}
	}
	return t, chat.Answer{}
}

// follow posts what an answer holds beside its toast.
func (l *listener) follow(ctx context.Context, q press, a chat.Answer) error {
	if isEmpty(a.Message) {
		return nil
	}
	at, id := q.Message.destination(), strconv.FormatInt(q.Message.ID, 10)
	if a.Replace && a.File == nil {
		err := persist(ctx, readable, func() error { return l.edit(ctx, at, id, a.Message, l.pace.answer) })
		if !errors.Is(err, chat.ErrRejected) || q.Message.Chat.isChannel() {
			return err
		}
		// It cannot be edited any more, so the answer comes below it.
	}
	if a.ReplyTo == "" {
		a.ReplyTo = id
	}
	return l.reply(ctx, at, a.Message)
}

// acknowledge ends the waiting of whoever pressed a button.
func (l *listener) acknowledge(ctx context.Context, id string, t toast) {
	ctx, cancel := context.WithTimeout(ctx, acknowledgeTimeout)
	defer cancel()
	params := tgbotapi.Params{"callback_query_id": id}
	params.AddNonEmpty("text", cut(clean(t.text), maxToast))
	params.AddBool("show_alert", t.stays)
	err := persist(ctx, readable, func() error {
		if err := l.pace.call(ctx); err != nil {
			return err
		}
		_, err := l.call(ctx, callTimeout, "answerCallbackQuery", params)
		return err
	})
	if err != nil && !errors.Is(err, errLate) {
		l.log.Warn("telegram: press not acknowledged", "err", err)
	}
}
