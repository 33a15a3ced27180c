package chattest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// A vector is a message and what Telegram's own parser makes of it.
type vector struct {
	Input, Text, Error string
	OK                 bool
	Entities           []telegramEntity
}

// TestTelegramHTML holds the parser to every HTML message that Telegram's own parser was asked about: the text
// or the error of each, and its entities. The other messages are of MarkdownV2, in which the bot writes
// nothing; TelegramStrings has them, as texts that might be taken for markup.
func TestTelegramHTML(t *testing.T) {
	data, err := os.ReadFile("testdata/telegram-html.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors  []vector
		Markdown []string
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if html, markdown := len(file.Vectors), len(file.Markdown); html != 122 || markdown != 131 {
		t.Errorf("vectors = %d and %d, want 122 of HTML and 131 of MarkdownV2", html, markdown)
	}
	for _, v := range file.Vectors {
		text, entities, err := parseTelegramHTML(v.Input)
		want := strings.TrimPrefix(v.Error, "400 Bad Request: can't parse entities: ")
		switch {
		case v.OK && err != nil:
			t.Errorf("%q refused: %v", v.Input, err)
		case v.OK && text != v.Text:
			t.Errorf("%q = %q, want %q", v.Input, text, v.Text)
		case v.OK:
			if got, want := inOrder(telegramEntities(text, entities)), inOrder(v.Entities); !slices.Equal(got, want) {
				t.Errorf("%q: entities\n%+v, want\n%+v", v.Input, got, want)
			}
		case err == nil:
			t.Errorf("%q = %q, want the error %q", v.Input, text, want)
		case err.Error() != want:
			t.Errorf("%q: error %q, want %q", v.Input, err, want)
		}
	}
}

// inOrder sorts entities: by what they begin with, and what is around the same text by its name.
func inOrder(all []telegramEntity) []telegramEntity {
	return slices.SortedFunc(slices.Values(all), func(a, b telegramEntity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length), cmp.Compare(a.Type, b.Type))
	})
}

func TestTelegramHTMLEntities(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     int
	}{
		{"none", "a &amp; b", 0},
		{"side by side", "<b>a</b><i>b</i>", 2},
		{"nested", `<a href="https://a.example/"><b>a</b></a>`, 2},
		{"empty", "<b></b>", 0},
	} {
		if _, got, err := ParseTelegramHTML(c.in); got != c.want || err != nil {
			t.Errorf("%s: entities = %d, %v, want %d", c.name, got, err, c.want)
		}
	}
}

func FuzzParseTelegramHTML(f *testing.F) {
	for _, s := range []string{"<b>a</b>", "&#x1f600;&lt", `<a href="x&quot;">y</>`, "<i a='", "</", "<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, entities, err := parseTelegramHTML(s)
		if err == nil && (len(text) > len(s) || len(entities) > len(s) || len(telegramEntities(text, entities)) > len(entities)) {
			t.Errorf("%q = %q with %d entities: more than was put in", s, text, len(entities))
		}
	})
}

func FuzzTelegramSpec(f *testing.F) {
	f.Add("sendMessage", "link_preview_options", `{"is_disabled":true}`)
	f.Add("setMyCommands", "scope", `{"type":"chat","chat_id":1}`)
	f.Fuzz(func(t *testing.T, method, field, value string) {
		telegramSpec().check(method, url.Values{field: {value}}, []string{field})
	})
}

// post makes one call as a bot would.
func post(t *testing.T, endpoint, token, method string, form url.Values) (code int, body string) {
	t.Helper()
	resp, err := http.PostForm(endpoint+"/bot"+token+"/"+method, form)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	return resp.StatusCode, string(b)
}

func TestTelegramAnswers(t *testing.T) {
	long := strings.Repeat("😀", 2049)
	for _, c := range []struct {
		name, token, method string
		form                url.Values
		code                int
		want                string
	}{
		{"getMe", TelegramToken, "getMe", nil, 200, `"username":"` + TelegramBot + `"`},
		{"wrong token", "1:x", "getMe", nil, 401, `"description":"Unauthorized"`},
		{"not a token", "x", "getMe", nil, 404, `"description":"Not Found"`},
		{"unknown method", TelegramToken, "sendTelegram", nil, 404, "Not Found: method not found"},
		{"sent", TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}}, 200, `"message_id":1`},
		{"no chat", TelegramToken, "sendMessage", url.Values{"chat_id": {"x"}, "text": {"a"}}, 400, "Bad Request: chat not found"},
		{"empty", TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {" <b> </b>"}, "parse_mode": {"HTML"}}, 400, "Bad Request: message text is empty"},
		{"too long", TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {long}}, 400, "Bad Request: message is too long"},
		{"longest", TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {long[4:]}}, 200, `"ok":true`},
		{"markup", TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {"<p>"}, "parse_mode": {"HTML"}}, 400, "can't parse entities: Unsupported start tag"},
		{"general topic", TelegramToken, "sendMessage", url.Values{"chat_id": {"-5"}, "message_thread_id": {"1"}, "text": {"a"}}, 400, "Bad Request: message thread not found"},
		{"nothing to edit", TelegramToken, "editMessageText", url.Values{"chat_id": {"5"}, "message_id": {"9"}, "text": {"a"}}, 400, "Bad Request: message to edit not found"},
		{"bad menu", TelegramToken, "setMyCommands", url.Values{"commands": {`[{"command":"Help","description":"x"}]`}}, 400, "BOT_COMMAND_INVALID"},
		{"menu in no language", TelegramToken, "setMyCommands", url.Values{"commands": {`[{"command":"help","description":"x"}]`}, "language_code": {"km-KH"}}, 400, "invalid language code"},
		{"getChat", TelegramToken, "getChat", url.Values{"chat_id": {"@news"}}, 200, `"type":"channel"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, body := post(t, NewTelegram(t).URL(), c.token, c.method, c.form)
			if code != c.code || !strings.Contains(body, c.want) {
				t.Errorf("answer = %d %s, want %d and %s", code, body, c.code, c.want)
			}
		})
	}
}

func TestTelegramViolations(t *testing.T) {
	for _, c := range []struct {
		name, method string
		form         url.Values
		want         []string
	}{
		{"good", "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "disable_notification": {"true"}, "link_preview_options": {`{"is_disabled":true}`}}, nil},
		{"unknown method", "sendTelegram", nil, []string{"sendTelegram is not a method of the Bot API"}},
		{"unknown field", "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "topic": {"7"}}, []string{"sendMessage has no field topic"}},
		{"missing", "sendMessage", url.Values{"chat_id": {"5"}}, []string{"sendMessage lacks the required text"}},
		{"not a number", "getUpdates", url.Values{"timeout": {"0x"}}, []string{"getUpdates: timeout is not of type Integer"}},
		{"not a truth", "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "protect_content": {"yes"}}, []string{"sendMessage: protect_content is not of type Boolean"}},
		{"not an object", "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "link_preview_options": {"off"}}, []string{"sendMessage: link_preview_options is not of type LinkPreviewOptions"}},
		{"unknown key", "sendMessage", url.Values{"chat_id": {"5"}, "text": {"a"}, "link_preview_options": {`{"disabled":true}`}}, []string{"sendMessage: link_preview_options is not of type LinkPreviewOptions"}},
		{"lacking key", "setMyCommands", url.Values{"commands": {`[{"command":"help"}]`}}, []string{"setMyCommands: commands is not of type Array of BotCommand"}},
		{"twice", "sendMessage", url.Values{"chat_id": {"5", "6"}, "text": {"a"}}, []string{"sendMessage has chat_id twice"}},
		{"entities", "sendMessage", url.Values{"chat_id": {"5"}, "text": {strings.Repeat("<b>a</b> ", 101)}, "parse_mode": {"HTML"}}, []string{"101 entities in a message, 100 are kept"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := NewTelegram(t)
			post(t, fake.URL(), TelegramToken, c.method, c.form)
			if got := fake.Violations(); !slices.Equal(got, c.want) {
				t.Errorf("violations = %q, want %q", got, c.want)
			}
		})
	}
}

func TestTelegramUpdates(t *testing.T) {
	fake := NewTelegram(t)
	fake.Say(TelegramMessage{Channel: "5", Text: "/one"})
	fake.Say(TelegramMessage{Channel: "-5", Topic: "7", Text: "/two"})
	poll := func(offset, limit string) string {
		_, body := post(t, fake.URL(), TelegramToken, "getUpdates", url.Values{"offset": {offset}, "limit": {limit}})
		return body
	}
	if got := poll("0", "1"); !strings.Contains(got, "/one") || strings.Contains(got, "/two") {
		t.Errorf("first poll = %s, want one update", got)
	}
	if got := poll("0", "9"); !strings.Contains(got, "/one") || !strings.Contains(got, `"is_topic_message":true`) {
		t.Errorf("second poll = %s, want both updates again", got)
	}
	if got := poll("2", "9"); strings.Contains(got, "/one") || !strings.Contains(got, "/two") {
		t.Errorf("poll from 2 = %s, want the second update only", got)
	}
	if got := fake.Unconfirmed(); got != 1 {
		t.Errorf("unconfirmed = %d, want 1", got)
	}
	fake.SetWebhook(true)
	if got := poll("3", "9"); !strings.Contains(got, "webhook is active") {
		t.Errorf("poll with a webhook = %s, want a conflict", got)
	}
}

func TestTelegramPolls(t *testing.T) {
	fake := NewTelegram(t)
	answers := make(chan string, 2)
	poll := func() {
		_, body := post(t, fake.URL(), TelegramToken, "getUpdates", url.Values{"timeout": {"50"}})
		answers <- body
	}
	go poll()
	polls := func(n int) {
		if err := fake.wait(t.Context(), func() bool { return fake.poll == n }); err != nil {
			t.Fatal(err)
		}
	}
	polls(1)
	go poll()
	if got := <-answers; !strings.Contains(got, "terminated by other getUpdates request") {
		t.Errorf("older poll = %s, want a conflict", got)
	}
	fake.Say(TelegramMessage{Channel: "5", Text: "/hello"})
	if got := <-answers; !strings.Contains(got, "/hello") {
		t.Errorf("newer poll = %s, want the update", got)
	}
}

func TestTelegramFaultOfOneChat(t *testing.T) {
	fake := NewTelegram(t)
	fake.FailChat("-7", Fault{Kind: TooMany, Wait: 9 * time.Second})
	send := func(to string) (int, string) {
		return post(t, fake.URL(), TelegramToken, "sendMessage", url.Values{"chat_id": {to}, "text": {"a"}})
	}
	if code, _ := send("5"); code != 200 {
		t.Errorf("another chat: %d, want 200", code)
	}
	if code, body := send("-7"); code != 429 || !strings.Contains(body, `"retry_after":9`) {
		t.Errorf("the chat: %d %s, want 429 with retry_after 9", code, body)
	}
	if code, _ := send("-7"); code != 200 {
		t.Errorf("the chat again: %d, want 200", code)
	}
	if got := fake.Requests(); got != 3 {
		t.Errorf("requests = %d, want 3", got)
	}
}

func TestTelegramWaitPosts(t *testing.T) {
	fake := NewTelegram(t)
	go post(t, fake.URL(), TelegramToken, "sendMessage", url.Values{"chat_id": {"5"}, "text": {"<b>a</b>"}, "parse_mode": {"HTML"}})
	posts, err := fake.WaitPosts(t.Context(), 1)
	if err != nil || len(posts) != 1 || posts[0].Text != "a" {
		t.Errorf("WaitPosts = %+v, %v, want one with the text a", posts, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fake.WaitPosts(ctx, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitPosts = %v, want %v", err, context.Canceled)
	}
}
