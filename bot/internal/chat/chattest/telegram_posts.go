package chattest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"pressalert/bot/internal/chat"
)

// parseTelegramForm reads the form of a call, and the files in it by their field.
func parseTelegramForm(r *http.Request) (map[string]*chat.File, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return nil, r.ParseForm()
	}
	if err := r.ParseMultipartForm(maxTelegramForm); err != nil {
		return nil, err
	}
	files := make(map[string]*chat.File)
	for field, parts := range r.MultipartForm.File {
		data, err := readPart(parts[0])
		if err != nil {
			return nil, err
		}
		files[field] = &chat.File{Name: parts[0].Filename, Data: data}
	}
	return files, nil
}

func readPart(part *multipart.FileHeader) ([]byte, error) {
	f, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func telegramRefusal(description string) *telegramAnswer {
	a := telegramFailure(http.StatusBadRequest, "Bad Request: "+description, nil)
	return &a
}

// visible returns the text in a field of a call as a reader sees it, or the refusal.
func (t *Telegram) visible(form url.Values, field string) (text string, refusal *telegramAnswer) {
	text = form.Get(field)
	if !utf8.ValidString(text) {
		return "", telegramRefusal("text must be encoded in UTF-8")
	}
	switch mode := form.Get("parse_mode"); mode {
	case "":
	case "HTML":
		parsed, entities, err := parseTelegramHTML(text)
		if err != nil {
			return "", telegramRefusal("can't parse entities: " + err.Error())
		}
		if n := len(entities); n > maxTelegramEntities {
			t.violate(fmt.Sprintf("%d entities in a message, %d are kept", n, maxTelegramEntities))
		}
		for _, e := range entities {
			if _, _, ok := telegramLink(e.attr); e.name == "a" && !ok {
				t.violate(fmt.Sprintf("Telegram makes no link of %q", e.attr))
			}
		}
		text = parsed
	default:
		t.violate("this fake reads no parse_mode " + mode)
	}
	text = strings.TrimSpace(text)
	length := len(utf16.Encode([]rune(text)))
	switch {
	case field == "text" && length == 0:
		return "", telegramRefusal("message text is empty")
	case field == "text" && length > maxTelegramText:
		return "", telegramRefusal("message is too long")
	case field == "caption" && length > maxTelegramCaption:
		return "", telegramRefusal("message caption is too long")
	}
	return text, nil
}

// telegramPlace names a message, or a person, in a chat.
func telegramPlace(channel, id string) string {
	if c, ok := telegramChat(channel); ok {
		channel = fmt.Sprint(c["id"])
	}
	return channel + "/" + id
}

// A telegramWish is what a call asks to be posted, looked through and found good.
type telegramWish struct {
	text, replyTo string
	place         map[string]any
}

// wish reads what a send and an edit have in common.
func (t *Telegram) wish(form url.Values, field string) (w telegramWish, refusal *telegramAnswer) {
	var known bool
	if w.place, known = telegramChat(form.Get("chat_id")); !known {
		return w, telegramRefusal("chat not found")
	}
	if w.text, refusal = t.visible(form, field); refusal != nil {
		return w, refusal
	}
	if _, err := telegramKeyboard(form.Get("reply_markup")); err != nil {
		return w, telegramRefusal(err.Error())
	}
	if w.replyTo, refusal = t.replied(form); refusal != nil {
		return w, refusal
	}
	return w, nil
}

// replied returns the message that a call answers, "" if it names none or none that is there.
func (t *Telegram) replied(form url.Values) (id string, refusal *telegramAnswer) {
	var reply struct {
		ID      int  `json:"message_id"`
		Without bool `json:"allow_sending_without_reply"`
	}
	given := form.Get("reply_parameters")
	if given == "" || json.Unmarshal([]byte(given), &reply) != nil {
		return "", nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id = strconv.Itoa(reply.ID)
	switch {
	case t.messages[telegramPlace(form.Get("chat_id"), id)]:
		return id, nil
	case reply.Without:
		return "", nil
	}
	return "", telegramRefusal("message to be replied not found")
}

// sender returns how a post is made whose text stands in a field, with a file if that is not nil.
func (t *Telegram) sender(field string, file *chat.File) func(url.Values) telegramAnswer {
	return func(form url.Values) telegramAnswer {
		w, refusal := t.wish(form, field)
		if refusal != nil {
			return *refusal
		}
		if form.Get("message_thread_id") == "1" {
			// The General topic cannot be named: tdlib/telegram-bot-api issue 798.
			return *telegramRefusal("message thread not found")
		}
		if field == "caption" && file == nil {
			return *telegramRefusal("there is no file in the request")
		}
		var id int
		t.change(func() {
			t.lastID++
			id = t.lastID
			t.messages[telegramPlace(form.Get("chat_id"), strconv.Itoa(id))] = true
			t.posts = append(t.posts, telegramPost{
				Post: Post{
					ID:      strconv.Itoa(id),
					Channel: form.Get("chat_id"),
					Topic:   form.Get("message_thread_id"),
					Text:    w.text,
				},
				source: form.Get(field), markup: form.Get("reply_markup"), replyTo: w.replyTo, file: file,
				quiet: form.Get("disable_notification") == "true",
			})
		})
		return telegramResult(sentMessage(id, w.place, w.text))
	}
}

// editor returns how the text of a post is replaced, which is that of a file if the field is caption.
func (t *Telegram) editor(field string) func(url.Values) telegramAnswer {
	return func(form url.Values) telegramAnswer {
		w, refusal := t.wish(form, field)
		if refusal != nil {
			return *refusal
		}
		answer := *telegramRefusal("message to edit not found")
		t.change(func() {
			if p := t.find(form.Get("chat_id"), form.Get("message_id")); p != nil {
				answer = p.edit(form, field, w)
			}
		})
		return answer
	}
}

// find returns a post, nil if it does not stand. It is called under the lock.
func (t *Telegram) find(channel, id string) *telegramPost {
	for i := range t.posts {
		if telegramPlace(t.posts[i].Channel, t.posts[i].ID) == telegramPlace(channel, id) {
			return &t.posts[i]
		}
	}
	return nil
}

func (p *telegramPost) edit(form url.Values, field string, w telegramWish) telegramAnswer {
	source, markup := form.Get(field), form.Get("reply_markup")
	switch {
	case (field == "caption") != (p.file != nil):
		return *telegramRefusal("there is no " + field + " in the message to edit")
	case p.source == source && p.markup == markup:
		return *telegramRefusal("message is not modified: specified new message content and reply markup are exactly the same " +
			"as a current content and reply markup of the message")
	}
	p.Text, p.source, p.markup = w.text, source, markup
	id, err := strconv.Atoi(p.ID)
	if err != nil {
		panic("chattest: id of a post: " + err.Error())
	}
	return telegramResult(sentMessage(id, w.place, w.text))
}

func sentMessage(id int, to map[string]any, text string) map[string]any {
	return map[string]any{"message_id": id, "date": time.Now().Unix(), "chat": to, "text": text}
}

// ReplyTo returns the id of the message that a post answers, "" if none.
func (t *Telegram) ReplyTo(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.posts {
		if p.ID == id {
			return p.replyTo
		}
	}
	return ""
}

// Quiet reports whether a post was made without a sound.
func (t *Telegram) Quiet(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.posts, func(p telegramPost) bool { return p.ID == id && p.quiet })
}

// Files returns the files that stand in the chats, oldest first.
func (t *Telegram) Files() []chat.File {
	t.mu.Lock()
	defer t.mu.Unlock()
	var files []chat.File
	for _, p := range t.posts {
		if p.file != nil {
			files = append(files, *p.file)
		}
	}
	return files
}
