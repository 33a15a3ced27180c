package telegram

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"

	"pressalert/bot/internal/chat"
)

const (
	// maxData is the longest data of a button in bytes: InlineKeyboardButton.callback_data, "1-64 bytes".
	maxData = 64
	// maxButtonText is the longest text of a button in UTF-16 units. Telegram names no limit; phones show
	// far less.
	maxButtonText = 64
	// maxRow and maxButtons bound a keyboard. Telegram names no limit; its servers are known to refuse
	// more than a hundred buttons, and its apps show no more than eight in a row.
	maxRow, maxButtons = 8, 100
)

// A key is InlineKeyboardButton of the Bot API.
type key struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

// keyboard returns rows as an InlineKeyboardMarkup in JSON, "" if there is no button. One bad button
// would have the whole message refused, so what Telegram would not take is left out.
func keyboard(rows [][]chat.Button) string {
	var keys [][]key
	left := maxButtons
	for _, row := range rows {
		var line []key
		for _, b := range row {
			k, ok := keyOf(b)
			if !ok || left == 0 || len(line) == maxRow {
				continue
			}
			line = append(line, k)
			left--
		}
		if len(line) > 0 {
			keys = append(keys, line)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	markup, err := json.Marshal(map[string]any{"inline_keyboard": keys})
	if err != nil {
		return "" // Strings always have a JSON form.
	}
	return string(markup)
}

func keyOf(b chat.Button) (key, bool) {
	text := cut(oneLine(b.Text), maxButtonText)
	switch {
	case text == "":
		return key{}, false
	case b.Link != "":
		return key{Text: text, URL: b.Link}, isButtonLink(b.Link)
	}
	return key{Text: text, Data: b.Data}, b.Data != "" && len(b.Data) <= maxData && utf8.ValidString(b.Data)
}

// isButtonLink reports whether Telegram takes a link for a button. There it is stricter than in a text,
// and refuses the message: no local names (check_link of TDLib's LinkManager.cpp), and none in other
// letters than a to z, which it may or may not take.
func isButtonLink(s string) bool {
	if !isLink(s) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return (strings.Contains(host, ".") || strings.Contains(host, ":")) &&
		!strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf || r <= ' ' })
}
