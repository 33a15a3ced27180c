package chattest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of the Bot API that the spec holds only in its prose, and of which the fake tells.
const (
	// maxTelegramText is the longest visible text in UTF-16 units: sendMessage.text.
	maxTelegramText = 4096
	// maxTelegramCaption is the same of the text under a file: sendPhoto.caption.
	maxTelegramCaption = 1024
	// maxTelegramEntities is how many entities the servers keep of a message: TDLib's MessageEntity.cpp,
	// MAX_USER_ENTITY_COUNT. The rest is dropped in silence.
	maxTelegramEntities = 100
	// maxTelegramCommands is the length of a menu: setMyCommands.commands.
	maxTelegramCommands = 100
	// maxTelegramDescription is the length of a command's description: BotCommand.description.
	maxTelegramDescription = 256
)

var (
	// telegramCommandForm is BotCommand.command.
	telegramCommandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	// telegramLanguageForm is setMyCommands.language_code.
	telegramLanguageForm = regexp.MustCompile(`^([a-z]{2})?$`)
)

// A telegramCommand is an entry of a menu: BotCommand.
type telegramCommand struct{ Command, Description string }

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

// telegramChannel is the id of the one channel.
const telegramChannel = -1009999999999

// TelegramChannel is the same as it stands in a destination.
const TelegramChannel = "-1009999999999"

// telegramChat returns the chat object for an id as it stands in a call.
func telegramChat(id string) (map[string]any, bool) {
	if name, ok := strings.CutPrefix(id, "@"); ok {
		return map[string]any{"id": telegramChannel, "type": "channel", "title": name, "username": name}, true
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n == 0 {
		return nil, false
	}
	if n == telegramChannel {
		return map[string]any{"id": n, "type": "channel", "title": "A channel"}, true
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
	writeResult(w, t.permissions(form.Get("chat_id"), c))
}

func (t *Telegram) setCommands(w http.ResponseWriter, form url.Values) {
	var commands []telegramCommand
	if err := json.Unmarshal([]byte(form.Get("commands")), &commands); err != nil {
		writeFailure(w, http.StatusBadRequest, "Bad Request: can't parse commands JSON object", nil)
		return
	}
	if len(commands) > maxTelegramCommands {
		writeFailure(w, http.StatusBadRequest, "Bad Request: BOT_COMMANDS_TOO_MUCH", nil)
		return
	}
	lang := form.Get("language_code")
	if !telegramLanguageForm.MatchString(lang) {
		writeFailure(w, http.StatusBadRequest, "Bad Request: invalid language code specified", nil)
		return
	}
	for _, c := range commands {
		if n := utf8.RuneCountInString(c.Description); !telegramCommandForm.MatchString(c.Command) || n < 1 || n > maxTelegramDescription {
			writeFailure(w, http.StatusBadRequest, "Bad Request: BOT_COMMAND_INVALID", nil)
			return
		}
	}
	t.change(func() {
		if t.menus == nil {
			t.menus = make(map[string][]telegramCommand)
		}
		t.menus[lang] = commands
	})
	writeResult(w, true)
}
