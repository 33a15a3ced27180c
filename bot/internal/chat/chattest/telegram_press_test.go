package chattest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// upload makes one call with a file as a bot would.
func upload(t *testing.T, fake *Telegram, method, field, name string, form url.Values) (code int, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range form {
		w.WriteField(k, v[0])
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(part, "data")
	w.Close()
	resp, err := http.Post(fake.URL()+"/bot"+TelegramToken+"/"+method, w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func TestTelegramFiles(t *testing.T) {
	long := strings.Repeat("x", 1025)
	for _, c := range []struct {
		name, method, field string
		form                url.Values
		code                int
		want                string
		violations          []string
	}{
		{"photo", "sendPhoto", "photo", url.Values{"chat_id": {"5"}, "caption": {"<b>a</b>"}, "parse_mode": {"HTML"}}, 200, `"message_id":1`, nil},
		{"document", "sendDocument", "document", url.Values{"chat_id": {"5"}}, 200, `"message_id":1`, nil},
		{"long caption", "sendPhoto", "photo", url.Values{"chat_id": {"5"}, "caption": {long}}, 400, "message caption is too long", nil},
		{"wrong field", "sendPhoto", "document", url.Values{"chat_id": {"5"}}, 400, "there is no file",
			[]string{"sendPhoto lacks the required photo", "sendPhoto has no field document"}},
		{"not a file", "sendPhoto", "caption", url.Values{"chat_id": {"5"}}, 400, "there is no file",
			[]string{"sendPhoto lacks the required photo", "sendPhoto takes no file as caption"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := NewTelegram(t)
			code, body := upload(t, fake, c.method, c.field, "a.png", c.form)
			if code != c.code || !strings.Contains(body, c.want) {
				t.Errorf("answer = %d %s, want %d and %s", code, body, c.code, c.want)
			}
			if got := fake.Violations(); !slices.Equal(got, c.violations) {
				t.Errorf("violations = %q, want %q", got, c.violations)
			}
			if files := fake.Files(); (len(files) == 1 && string(files[0].Data) == "data") != (c.code == 200) {
				t.Errorf("files = %+v", files)
			}
		})
	}
}

func TestTelegramKeyboards(t *testing.T) {
	button := func(fields string) string { return `{"inline_keyboard":[[{` + fields + `}]]}` }
	for _, c := range []struct{ name, markup, want string }{
		{"data", button(`"text":"a","callback_data":"x"`), `"ok":true`},
		{"link", button(`"text":"a","url":"https://news.example/"`), `"ok":true`},
		{"app link", button(`"text":"a","url":"tg://user?id=1"`), `"ok":true`},
		{"no keyboard", `[]`, "can't parse reply keyboard markup"},
		{"no text", button(`"text":" ","callback_data":"x"`), "button text must be non-empty"},
		{"nothing to do", button(`"text":"a"`), "Text buttons are unallowed"},
		{"long data", button(`"text":"a","callback_data":"` + strings.Repeat("x", 65) + `"`), "BUTTON_DATA_INVALID"},
		{"local link", button(`"text":"a","url":"http://localhost/"`), "Wrong HTTP URL"},
		{"script", button(`"text":"a","url":"javascript:alert(1)"`), "Unsupported URL protocol"},
		{"too many", `{"inline_keyboard":[` + strings.Repeat(`[{"text":"a","callback_data":"x"}],`, 100) + `[{"text":"a","callback_data":"x"}]]}`, "REPLY_MARKUP_TOO_LONG"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := NewTelegram(t)
			_, body := post(t, fake.URL(), TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "reply_markup": {c.markup}})
			if !strings.Contains(body, c.want) {
				t.Errorf("answer = %s, want %s", body, c.want)
			}
		})
	}
}

func TestTelegramEdits(t *testing.T) {
	fake := NewTelegram(t)
	call := func(method string, form url.Values) string {
		_, body := post(t, fake.URL(), TelegramToken, method, form)
		return body
	}
	call("sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}})
	upload(t, fake, "sendPhoto", "photo", "a.png", url.Values{"chat_id": {"5"}})
	for _, c := range []struct {
		name, method string
		form         url.Values
		want         string
	}{
		{"the same", "editMessageText", url.Values{"chat_id": {"5"}, "message_id": {"1"}, "text": {"a"}}, "message is not modified"},
		{"other buttons", "editMessageText", url.Values{"chat_id": {"5"}, "message_id": {"1"}, "text": {"a"}, "reply_markup": {`{"inline_keyboard":[]}`}}, `"ok":true`},
		{"text of a photo", "editMessageText", url.Values{"chat_id": {"5"}, "message_id": {"2"}, "text": {"a"}}, "there is no text in the message to edit"},
		{"caption of a photo", "editMessageCaption", url.Values{"chat_id": {"5"}, "message_id": {"2"}, "caption": {"a"}}, `"ok":true`},
		{"caption of a text", "editMessageCaption", url.Values{"chat_id": {"5"}, "message_id": {"1"}, "caption": {"b"}}, "there is no caption in the message to edit"},
		{"in another chat", "editMessageText", url.Values{"chat_id": {"6"}, "message_id": {"1"}, "text": {"b"}}, "message to edit not found"},
	} {
		if got := call(c.method, c.form); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTelegramReplies(t *testing.T) {
	fake := NewTelegram(t)
	send := func(reply string) string {
		_, body := post(t, fake.URL(), TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "reply_parameters": {reply}})
		return body
	}
	fake.Say(TelegramMessage{Channel: "5", Text: "hello"})
	for _, c := range []struct{ name, reply, want, to string }{
		{"to what was said", `{"message_id":1}`, `"message_id":2`, "1"},
		{"to a post", `{"message_id":2}`, `"message_id":3`, "2"},
		{"to nothing", `{"message_id":99}`, "message to be replied not found", ""},
		{"to nothing, which may be", `{"message_id":99,"allow_sending_without_reply":true}`, `"message_id":4`, ""},
	} {
		got := send(c.reply)
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if posts := fake.Posts(); strings.Contains(got, `"ok":true`) && fake.ReplyTo(posts[len(posts)-1].ID) != c.to {
			t.Errorf("%s: answers %q, want %q", c.name, fake.ReplyTo(posts[len(posts)-1].ID), c.to)
		}
	}
}

func TestTelegramPresses(t *testing.T) {
	fake := NewTelegram(t)
	answer := func(query, text string) string {
		_, body := post(t, fake.URL(), TelegramToken, "answerCallbackQuery", url.Values{"callback_query_id": {query}, "text": {text}, "show_alert": {"true"}})
		return body
	}
	query := fake.PressRaw(TelegramPress{Channel: "@news", ID: "7", Data: "x", Topic: "3"})
	_, body := post(t, fake.URL(), TelegramToken, "getUpdates", url.Values{"allowed_updates": {`["callback_query"]`}})
	if !strings.Contains(body, `"data":"x"`) || !strings.Contains(body, query) || !strings.Contains(body, `"message_id":7`) {
		t.Errorf("updates = %s, want the press", body)
	}
	if got := answer(query, strings.Repeat("x", 201)); !strings.Contains(got, "MESSAGE_TOO_LONG") {
		t.Errorf("long answer: %s", got)
	}
	answer(query, "noted")
	if shown, err := fake.Acknowledged(t.Context(), query); err != nil || shown != (TelegramToast{"noted", true}) {
		t.Errorf("shown %+v, %v, want noted", shown, err)
	}
	if got := answer(query, "again"); !strings.Contains(got, "query is too old") || len(fake.Violations()) != 1 {
		t.Errorf("second answer: %s, %q, want a refusal", got, fake.Violations())
	}
	if _, err := fake.Press(t.Context(), "5", "7", "More"); err == nil {
		t.Error("a button was pressed that is not there")
	}
	if got := fake.PressRaw(TelegramPress{Channel: "5", ID: "1"}); got == query {
		t.Errorf("two presses have the id %s", got)
	}
	_, body = post(t, fake.URL(), TelegramToken, "getUpdates", url.Values{"allowed_updates": {`["message"]`}})
	if !strings.Contains(body, `"result":[]`) || fake.Unconfirmed() != 0 {
		t.Errorf("updates = %s, want none of a kind that was not asked for", body)
	}
}

func TestTelegramMembers(t *testing.T) {
	fake := NewTelegram(t)
	fake.SetMember("@news", 7, "creator")
	for _, c := range []struct{ chat, user, want string }{
		{"-1009999999999", "7", `"status":"creator"`}, {"-5", "7", `"status":"member"`}, {"-5", "x", "invalid user_id"},
	} {
		if _, got := post(t, fake.URL(), TelegramToken, "getChatMember", url.Values{"chat_id": {c.chat}, "user_id": {c.user}}); !strings.Contains(got, c.want) {
			t.Errorf("%s in %s: %s, want %s", c.user, c.chat, got, c.want)
		}
	}
}

func TestTelegramMigrates(t *testing.T) {
	fake := NewTelegram(t)
	fake.Migrate("-5", -100777)
	if _, got := post(t, fake.URL(), TelegramToken, "sendMessage", url.Values{"chat_id": {"-5"}, "text": {"a"}}); !strings.Contains(got, `"migrate_to_chat_id":-100777`) {
		t.Errorf("answer = %s, want where the group is now", got)
	}
	if len(fake.Posts()) != 0 || len(fake.Arrivals("-5")) != 1 {
		t.Errorf("posts = %+v, arrivals = %v, want none posted and one arrived", fake.Posts(), fake.Arrivals("-5"))
	}
}
