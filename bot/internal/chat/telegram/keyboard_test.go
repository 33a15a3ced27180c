package telegram

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

func TestKeyboard(t *testing.T) {
	many := slices.Repeat([]chat.Button{{Text: "x", Data: "x"}}, 300)
	for _, c := range []struct {
		name string
		rows [][]chat.Button
		want string
	}{
		{"none", nil, ""},
		{"empty rows", [][]chat.Button{{}, {}}, ""},
		{"link and data", [][]chat.Button{{{Text: " Read\nme ", Link: "https://a.example/?b=1&c=<>"}, {Text: "More", Data: "m"}}},
			`{"inline_keyboard":[[{"text":"Read me","url":"https://a.example/?b=1\u0026c=\u003c\u003e"},{"text":"More","callback_data":"m"}]]}`},
		{"what Telegram refuses", [][]chat.Button{
			{{Text: "", Data: "a"}, {Text: "a"}, {Text: "a", Data: strings.Repeat("x", 65)}, {Text: "a", Data: "\xff"}},
			{{Text: "a", Link: "tg://user?id=1"}, {Text: "a", Link: "javascript:alert(1)"}, {Text: "a", Link: "http://localhost:80/"},
				{Text: "a", Link: "https://ខ្មែរ.example/"}, {Text: "a", Link: "https:///x"}, {Text: "a", Link: "ftp://a.example/"}},
			{{Text: "kept", Data: "k"}},
		}, `{"inline_keyboard":[[{"text":"kept","callback_data":"k"}]]}`},
		{"longest data", [][]chat.Button{{{Text: "a", Data: strings.Repeat("x", 64)}}}, `{"inline_keyboard":[[{"text":"a","callback_data":"` + strings.Repeat("x", 64) + `"}]]}`},
		{"a long row", [][]chat.Button{many}, `{"inline_keyboard":[[` + strings.Repeat(`{"text":"x","callback_data":"x"},`, 7) + `{"text":"x","callback_data":"x"}]]}`},
	} {
		if got := keyboard(c.rows); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	var rows [][]chat.Button
	for range 300 {
		rows = append(rows, many[:1])
	}
	if got := strings.Count(keyboard(rows), "text"); got != maxButtons {
		t.Errorf("buttons = %d, want %d", got, maxButtons)
	}
}

// FuzzKeyboard holds that the fake, which is as strict as Telegram, takes every keyboard.
func FuzzKeyboard(f *testing.F) {
	f.Add("Read", "https://news.example/a?b=1&c=2", "", uint8(3))
	f.Add("More", "", "data", uint8(200))
	f.Add("\u202e \x00", "http://[::1]/", "\xff", uint8(1))
	f.Add("👩‍⚖️", "http://a.example/ b", strings.Repeat("x", 64), uint8(9))
	f.Fuzz(func(t *testing.T, text, link, data string, times uint8) {
		row := slices.Repeat([]chat.Button{{Text: text, Link: link, Data: data}, {Text: text, Data: data}}, int(times))
		fake := chattest.TelegramHandler(chattest.TelegramToken)
		p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: inProcess(fake)}, Limits: new(Limits)})
		if _, err := p.Send(t.Context(), group, "", chat.Message{Title: "A title", Buttons: [][]chat.Button{row, row}}); err != nil {
			t.Fatal(err)
		}
		if got := fake.Requests(); got != 1 {
			t.Errorf("requests = %d, want 1: Telegram refused the buttons %q %q %q", got, text, link, data)
		}
		for _, v := range fake.Violations() {
			t.Errorf("spec: %s", v)
		}
	})
}
