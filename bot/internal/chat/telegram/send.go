package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

// Send posts m, in several posts if it is too long for one: they are parted between paragraphs, only the
// first makes a sound, and the buttons stand under the last. A call with the key of an earlier one goes
// on after the posts that are known to stand, as long as they are remembered; no key remembers nothing.
// The roles and tags of m have no counterpart in Telegram and are left out.
func (p *Platform) Send(ctx context.Context, to chat.Destination, key string, m chat.Message) (id string, err error) {
	return p.send(ctx, sentKey{to, key}, m, p.pace.message)
}

func (p *Platform) send(ctx context.Context, k sentKey, m chat.Message, wait turn) (id string, err error) {
	s, known := p.sent.recall(k)
	if !known {
		s.left = compose(k.to, m)
	}
	if !known && len(s.left) == 0 {
		return "", fmt.Errorf("sendMessage: %w: it has no text", chat.ErrRejected)
	}
	defer func() { p.sent.keep(k, s) }()
	for len(s.left) > 0 {
		next := s.left[0]
		id, err := p.post(ctx, wait, next)
		if err != nil {
			return "", err
		}
		if next.lone {
			s.lone = id
		} else {
			s.ids = append(s.ids, id)
		}
		s.left = s.left[1:]
	}
	if len(s.ids) == 0 {
		return s.lone, nil
	}
	return strings.Join(s.ids, idSeparator), nil
}

// idSeparator stands between the ids of the posts that are one message.
const idSeparator = ","

// post makes one post and returns its id.
func (p *Platform) post(ctx context.Context, wait turn, q post) (string, error) {
	result, err := p.make(ctx, wait, q)
	if err != nil {
		return "", err
	}
	var sent struct {
		ID int64 `json:"message_id"`
	}
	if err := json.Unmarshal(result, &sent); err != nil || sent.ID == 0 {
		return "", fmt.Errorf("%s: %w: the answer names no message", q.method, chat.ErrUnknown)
	}
	return strconv.FormatInt(sent.ID, 10), nil
}

// Edit replaces the message that Send gave id to. It can be neither more nor fewer posts than it was:
// what the last has no room for is left out, and one too many shows an ellipsis. The file of a message
// stays.
func (p *Platform) Edit(ctx context.Context, to chat.Destination, id string, m chat.Message) error {
	return p.edit(ctx, to, id, m, p.pace.message)
}

func (p *Platform) edit(ctx context.Context, to chat.Destination, id string, m chat.Message, wait turn) error {
	ids := strings.Split(id, idSeparator)
	pages := layout(m, len(ids), maxText)
	if len(pages) == 0 {
		return fmt.Errorf("editMessageText: %w: it has no text", chat.ErrRejected)
	}
	last := len(pages) - 1
	var rejected error
	for i, id := range ids {
		q := post{method: "editMessageText", page: page{tail: []line{{{Text: ellipsis}}}}, params: tgbotapi.Params{
			"chat_id": to.Channel, "message_id": id, "link_preview_options": preview(m, i),
		}}
		if i <= last {
			q.page = pages[i]
		}
		if i == last {
			q.params.AddNonEmpty("reply_markup", keyboard(m.Buttons))
		}
		_, err := p.make(ctx, wait, q)
		switch {
		case err == nil, errors.Is(err, errNotModified):
		case errors.Is(err, chat.ErrRejected):
			rejected = err // The other posts can do without this one.
		default:
			return err
		}
	}
	return rejected
}

// make makes one call that shows a page, and makes it again without what Telegram does not take of it.
func (p *Platform) make(ctx context.Context, wait turn, q post) (json.RawMessage, error) {
	q.params = maps.Clone(q.params) // They may be remembered, and sent again.
	q.dress()
	timeout := callTimeout
	if q.file != nil {
		timeout = uploadTimeout
	}
	for {
		done, err := wait(ctx, q.params["chat_id"])
		if err != nil {
			return nil, fmt.Errorf("%s: wait for a turn: %w", q.method, err)
		}
		a, err := p.do(ctx, timeout, q.method, q.params, q.file)
		done()
		if err == nil || !q.plainer(err) {
			return a.result, err
		}
		p.log.Warn("telegram does not take a part of our message, sending it without", "err", err)
	}
}

// A post is a call that shows a page.
type post struct {
	method string
	page   page
	params tgbotapi.Params
	// file goes with the page, nil for none.
	file *upload
	// lone is true of a file beside whose post stand others with the text: there is nothing in it to edit.
	lone bool
}

// compose returns the posts that m becomes; none if there is nothing in it.
func compose(to chat.Destination, m chat.Message) []post {
	var posts []post
	pages := layout(m, maxPosts, maxText)
	if m.File != nil {
		var q post
		q, pages = fileOf(m, pages)
		posts = append(posts, q)
	}
	for i, page := range pages {
		posts = append(posts, post{method: "sendMessage", page: page, params: tgbotapi.Params{"link_preview_options": preview(m, i)}})
	}
	for i, q := range posts {
		q.params["chat_id"] = to.Channel
		if to.Topic != generalTopic {
			q.params.AddNonEmpty("message_thread_id", to.Topic)
		}
		q.params.AddBool("disable_notification", m.Quiet || m.Level == chat.Low || i > 0)
	}
	if len(posts) > 0 {
		posts[0].params.AddNonEmpty("reply_parameters", replyTo(m.ReplyTo))
		posts[len(posts)-1].params.AddNonEmpty("reply_markup", keyboard(m.Buttons))
	}
	return posts
}

// fileOf returns the post of m's file, and the pages that found no room in it. Telegram has no place for
// the words that say what a picture shows, so they stand under it.
func fileOf(m chat.Message, pages []page) (q post, rest []page) {
	q = post{method: "sendDocument", file: &upload{"document", m.File}, params: tgbotapi.Params{}}
	var alt []chat.Paragraph
	if isPhoto(m.File) {
		q.method, q.file = "sendPhoto", &upload{"photo", m.File}
		alt = []chat.Paragraph{{{Text: m.File.Alt, Style: chat.Italic}}}
	}
	m.Body = slices.Concat(m.Body, alt)
	whole := layout(m, 2, maxText)
	switch {
	case len(whole) == 0:
		return q, nil
	case len(whole) == 1 && units(whole[0].text()) <= maxCaption:
		q.page = whole[0]
		return q, nil
	}
	if only := layout(chat.Message{Body: alt}, 1, maxCaption); len(only) > 0 {
		q.page = only[0]
	}
	q.lone = true
	return q, pages
}

// preview returns the LinkPreviewOptions of a page of m.
func preview(m chat.Message, page int) string {
	if m.Preview && page == 0 {
		return `{"is_disabled":false}`
	}
	return `{"is_disabled":true}`
}

// replyTo returns the ReplyParameters that name a message of ours, of whose posts the first is meant;
// "" if id names none.
func replyTo(id string) string {
	first, _, _ := strings.Cut(id, idSeparator)
	n, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, n)
}

// content returns the parameter that holds the text, and how long that may be.
func (q *post) content() (name string, most int) {
	switch q.method {
	case "sendMessage", "editMessageText":
		return "text", maxText
	}
	return "caption", maxCaption
}

// dress puts the page into the parameters.
func (q *post) dress() {
	name, _ := q.content()
	if text := q.page.html(); text != "" {
		q.params[name], q.params["parse_mode"] = text, tgbotapi.ModeHTML
	}
}

// plainer takes out of q what err is about, and reports false if there is nothing of the kind in it.
func (q *post) plainer(err error) bool {
	has := func(name string) bool { return q.params[name] != "" }
	switch {
	case errors.Is(err, errMarkup) && has("parse_mode"):
		name, most := q.content()
		q.params[name] = q.page.plain(most)
		delete(q.params, "parse_mode")
	case errors.Is(err, errKeyboard) && has("reply_markup"):
		delete(q.params, "reply_markup")
	case errors.Is(err, errReply) && has("reply_parameters"):
		delete(q.params, "reply_parameters")
	case errors.Is(err, errPhoto) && q.method == "sendPhoto":
		q.method, q.file = "sendDocument", &upload{"document", q.file.file}
	case errors.Is(err, errCaption) && q.method == "editMessageText":
		q.method = "editMessageCaption"
		delete(q.params, "text")
		delete(q.params, "link_preview_options")
		q.page = q.page.within(maxCaption)
		q.dress()
	default:
		return false
	}
	return true
}
