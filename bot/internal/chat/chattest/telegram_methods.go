package chattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// The limits of the Bot API that the spec holds only in its prose, and of which the fake tells.
const (
	// maxTelegramText is the longest visible text in UTF-16 units: sendMessage.text.
	maxTelegramText = 4096
	// maxTelegramEntities is how many entities the servers keep of a message: TDLib's MessageEntity.cpp,
	// MAX_USER_ENTITY_COUNT. The rest is dropped in silence.
	maxTelegramEntities = 100
	// maxTelegramCommands is the length of a menu: setMyCommands.commands.
	maxTelegramCommands = 100
	// maxTelegramDescription is the length of a command's description: BotCommand.description.
	maxTelegramDescription = 256
)

// telegramCommandForm is BotCommand.command.
var telegramCommandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// A telegramAnswer is what the Bot API says to one call.
type telegramAnswer struct {
	code int
	body []byte
}

func telegramResult(v any) telegramAnswer {
	return telegramAnswer{http.StatusOK, mustMarshal(map[string]any{"ok": true, "result": v})}
}

func telegramFailure(code int, description string, parameters map[string]any) telegramAnswer {
	body := map[string]any{"ok": false, "error_code": code, "description": description}
	if parameters != nil {
		body["parameters"] = parameters
	}
	return telegramAnswer{code, mustMarshal(body)}
}

func mustMarshal(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic("chattest: answer: " + err.Error())
	}
	return body
}

func (a telegramAnswer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.code)
	w.Write(a.body) // A client that has gone is no fault of the fake.
}

// cut announces the whole answer, writes half of it and drops the connection.
func (a telegramAnswer) cut(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.code)
	w.Write(a.body[:len(a.body)/2])
	http.NewResponseController(w).Flush() // The client sees the half before the end.
	panic(http.ErrAbortHandler)
}

func writeResult(w http.ResponseWriter, v any) { telegramResult(v).write(w) }

func writeFailure(w http.ResponseWriter, code int, description string, parameters map[string]any) {
	telegramFailure(code, description, parameters).write(w)
}

// visible returns the text of a call as a reader sees it, or the refusal.
func (t *Telegram) visible(form url.Values) (text string, refusal *telegramAnswer) {
	refuse := func(description string) (string, *telegramAnswer) {
		a := telegramFailure(http.StatusBadRequest, "Bad Request: "+description, nil)
		return "", &a
	}
	text = form.Get("text")
	if !utf8.ValidString(text) {
		return refuse("text must be encoded in UTF-8")
	}
	switch mode := form.Get("parse_mode"); mode {
	case "":
	case "HTML":
		parsed, entities, err := ParseTelegramHTML(text)
		if err != nil {
			return refuse("can't parse entities: " + err.Error())
		}
		if entities > maxTelegramEntities {
			t.violate(fmt.Sprintf("%d entities in a message, %d are kept", entities, maxTelegramEntities))
		}
		text = parsed
	default:
		t.violate("this fake reads no parse_mode " + mode)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return refuse("message text is empty")
	}
	if len(utf16.Encode([]rune(text))) > maxTelegramText {
		return refuse("message is too long")
	}
	return text, nil
}

func (t *Telegram) send(form url.Values) telegramAnswer {
	to, ok := telegramChat(form.Get("chat_id"))
	if !ok {
		return telegramFailure(http.StatusBadRequest, "Bad Request: chat not found", nil)
	}
	if form.Get("message_thread_id") == "1" {
		// The General topic cannot be named: tdlib/telegram-bot-api issue 798.
		return telegramFailure(http.StatusBadRequest, "Bad Request: message thread not found", nil)
	}
	text, refusal := t.visible(form)
	if refusal != nil {
		return *refusal
	}
	var id int
	t.change(func() {
		t.lastID++
		id = t.lastID
		t.posts = append(t.posts, telegramPost{
			Post: Post{
				ID:      strconv.Itoa(id),
				Channel: form.Get("chat_id"),
				Topic:   form.Get("message_thread_id"),
				Text:    text,
			},
			source: form.Get("text"),
		})
	})
	return telegramResult(sentMessage(id, to, text))
}

func (t *Telegram) edit(form url.Values) telegramAnswer {
	text, refusal := t.visible(form)
	if refusal != nil {
		return *refusal
	}
	to, _ := telegramChat(form.Get("chat_id"))
	refused := telegramFailure(http.StatusBadRequest, "Bad Request: message to edit not found", nil)
	t.change(func() {
		for i := range t.posts {
			p := &t.posts[i]
			if p.Channel != form.Get("chat_id") || p.ID != form.Get("message_id") {
				continue
			}
			if p.source == form.Get("text") {
				refused = telegramFailure(http.StatusBadRequest, "Bad Request: message is not modified: specified new message content "+
					"and reply markup are exactly the same as a current content and reply markup of the message", nil)
				return
			}
			p.Text, p.source = text, form.Get("text")
			id, _ := strconv.Atoi(p.ID)
			refused = telegramResult(sentMessage(id, to, text))
		}
	})
	return refused
}

func sentMessage(id int, to map[string]any, text string) map[string]any {
	return map[string]any{"message_id": id, "date": time.Now().Unix(), "chat": to, "text": text}
}

// telegramChat returns the chat object for an id as it stands in a call.
func telegramChat(id string) (map[string]any, bool) {
	if name, ok := strings.CutPrefix(id, "@"); ok {
		return map[string]any{"id": -1009999999999, "type": "channel", "title": name, "username": name}, true
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n == 0 {
		return nil, false
	}
	if n < 0 {
		return map[string]any{"id": n, "type": "supergroup", "title": "A group"}, true
	}
	return map[string]any{"id": n, "type": "private", "first_name": "A person"}, true
}

func (t *Telegram) getChat(w http.ResponseWriter, form url.Values) {
	c, ok := telegramChat(form.Get("chat_id"))
	if !ok {
		writeFailure(w, http.StatusBadRequest, "Bad Request: chat not found", nil)
		return
	}
	writeResult(w, c)
}

func (t *Telegram) setCommands(w http.ResponseWriter, form url.Values) {
	var commands []struct{ Command, Description string }
	if err := json.Unmarshal([]byte(form.Get("commands")), &commands); err != nil {
		writeFailure(w, http.StatusBadRequest, "Bad Request: can't parse commands JSON object", nil)
		return
	}
	if len(commands) > maxTelegramCommands {
		writeFailure(w, http.StatusBadRequest, "Bad Request: BOT_COMMANDS_TOO_MUCH", nil)
		return
	}
	var names []string
	for _, c := range commands {
		if n := utf8.RuneCountInString(c.Description); !telegramCommandForm.MatchString(c.Command) || n < 1 || n > maxTelegramDescription {
			writeFailure(w, http.StatusBadRequest, "Bad Request: BOT_COMMAND_INVALID", nil)
			return
		}
		names = append(names, c.Command)
	}
	t.change(func() { t.menu = names })
	writeResult(w, true)
}
