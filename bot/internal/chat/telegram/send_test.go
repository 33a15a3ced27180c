package telegram

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// inProcess carries calls to a fake without a network.
func inProcess(fake *chattest.Telegram) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		fake.ServeHTTP(w, r)
		return w.Result(), nil
	}
}

func checkSpec(t *testing.T, fake *chattest.Telegram) {
	t.Helper()
	for _, v := range fake.Violations() {
		t.Errorf("spec: %s", v)
	}
}

func TestSendSeveralPosts(t *testing.T) {
	p, fake, _ := open(t)
	first, err := p.Send(t.Context(), group, "first", chat.Message{Title: "first"})
	if err != nil {
		t.Fatal(err)
	}
	m := digest(100)
	m.ReplyTo, m.Buttons = first+",999", [][]chat.Button{{{Text: "Mute", Data: "mute"}}}
	id, err := p.Send(t.Context(), group, "digest", m)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	posts := fake.Posts()[1:]
	var ids []string
	for i, post := range posts {
		ids = append(ids, post.ID)
		if got, want := fake.Buttons(post.ID) != nil, i == len(posts)-1; got != want {
			t.Errorf("post %d has buttons: %t, want %t", i, got, want)
		}
		if got, want := fake.ReplyTo(post.ID) == first, i == 0; got != want {
			t.Errorf("post %d replies: %t, want %t", i, got, want)
		}
		if quiet := fake.Quiet(post.ID); quiet != (i > 0) {
			t.Errorf("post %d is quiet: %t, want only the first to make a sound", i, quiet)
		}
	}
	if want := strings.Join(ids, ","); id != want || len(ids) < 2 {
		t.Errorf("id = %q, want %q, several", id, want)
	}
	for i := range m.Body {
		if n := strings.Count(textOfPosts(posts), fmt.Sprintf("Item %d:", i)); n != 1 {
			t.Errorf("item %d stands %d times, want once", i, n)
		}
	}
	checkSpec(t, fake)
}

func textOfPosts(posts []chattest.Post) string {
	var b strings.Builder
	for _, p := range posts {
		b.WriteString(p.Text + "\n\n")
	}
	return b.String()
}

// TestEditSeveralPosts edits a message of three posts into others.
func TestEditSeveralPosts(t *testing.T) {
	p, fake, _ := open(t)
	id, err := p.Send(t.Context(), group, "digest", digest(70))
	if err != nil || strings.Count(id, ",") != 2 {
		t.Fatalf("Send = %q, %v, want three ids", id, err)
	}
	buttons := [][]chat.Button{{{Text: "Mute", Data: "mute"}}}
	for _, c := range []struct {
		name    string
		m       chat.Message
		last    string // the text of the last post ends so
		buttons int    // the post with the buttons
	}{
		{"the same", digest(70), "26 Nov 2026", 2},
		{"fewer", digest(3), "…", 0},
		{"more", digest(300), " …\n\n26 Nov 2026", 2},
		{"as it was", digest(70), "26 Nov 2026", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.m.Buttons = buttons
			if err := p.Edit(t.Context(), group, id, c.m); err != nil {
				t.Fatalf("Edit: %v", err)
			}
			posts := fake.Posts()
			if len(posts) != 3 || !strings.HasSuffix(posts[2].Text, c.last) || !strings.Contains(posts[0].Text, c.m.Title) {
				t.Errorf("posts = %q, want three, the last ending in %q", posts, c.last)
			}
			for i, post := range posts {
				if got, want := fake.Buttons(post.ID) != nil, i == c.buttons; got != want {
					t.Errorf("post %d has buttons: %t, want %t", i, got, want)
				}
			}
		})
	}
	if err := p.Edit(t.Context(), group, id+",999", digest(70)); !errors.Is(err, chat.ErrRejected) {
		t.Errorf("Edit with a post that is gone = %v, want %v", err, chat.ErrRejected)
	}
	checkSpec(t, fake)
}

// breaking carries calls to a fake, and breaks the connection of the nth: before the call came in, or after.
func breaking(fake *chattest.Telegram, n int, after bool) roundTrip {
	calls := 0
	return func(r *http.Request) (*http.Response, error) {
		if calls++; calls != n {
			return inProcess(fake)(r)
		}
		if after {
			httptrace.ContextClientTrace(r.Context()).WroteHeaders()
			inProcess(fake)(r)
		}
		return nil, errors.New("connection reset")
	}
}

// TestSendAgain breaks off a message of three posts at each of them: what is known to stand is not sent
// again, and only a post whose fate is unknown may stand twice.
func TestSendAgain(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("at post %d, arrived %t", n, after), func(t *testing.T) {
				fake := chattest.TelegramHandler(chattest.TelegramToken)
				p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: breaking(fake, n, after)}, Limits: new(Limits)})
				_, err := p.Send(t.Context(), group, "key", digest(70))
				if got, want := errors.Is(err, chat.ErrUnknown), after; err == nil || got != want {
					t.Fatalf("first Send = %v, want unknown: %t", err, want)
				}
				id, err := p.Send(t.Context(), group, "key", digest(70))
				if err != nil || strings.Count(id, ",") != 2 {
					t.Errorf("second Send = %q, %v, want three ids", id, err)
				}
				want := 3
				if after {
					want = 4
				}
				if got := len(fake.Posts()); got != want {
					t.Errorf("posts = %d, want %d", got, want)
				}
				again, err := p.Send(t.Context(), group, "key", digest(70))
				if again != id || err != nil || len(fake.Posts()) != want {
					t.Errorf("third Send = %q, %v with %d posts, want %q and no more posts", again, err, len(fake.Posts()), id)
				}
			})
		}
	}
}

func TestKeysAreOfOnePlace(t *testing.T) {
	p, fake, _ := open(t)
	for _, to := range []chat.Destination{group, {Platform: "telegram", Channel: "5"}, {Platform: "telegram", Channel: group.Channel, Topic: "7"}} {
		for _, key := range []string{"a", "b", "a"} {
			if _, err := p.Send(t.Context(), to, key, chat.Message{Title: "A title"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := len(fake.Posts()); got != 6 {
		t.Errorf("posts = %d, want 6: two keys in three places", got)
	}
}

// TestPlainer holds what is left out of a call when Telegram does not take it.
func TestPlainer(t *testing.T) {
	full := chat.Message{
		Title: "A title", Link: "https://news.example/", ReplyTo: "7",
		Buttons: [][]chat.Button{{{Text: "More", Data: "more"}}},
	}
	picture := full
	picture.File = &chat.File{Name: "chart.png", Alt: "A chart", Data: []byte("x")}
	for _, c := range []struct {
		name, says string
		m          chat.Message
		edit       bool
		want       string // methods and what differs
		without    string // the field that is gone
	}{
		{"markup", "can't parse entities: x", full, false, "sendMessage sendMessage", "parse_mode"},
		{"button with a bad address", "inline keyboard button URL 'x' is invalid: Wrong HTTP URL", full, false, "sendMessage sendMessage", "reply_markup"},
		{"button with bad data", "BUTTON_DATA_INVALID", full, false, "sendMessage sendMessage", "reply_markup"},
		{"too many buttons", "reply markup is too long", full, true, "editMessageText editMessageText", "reply_markup"},
		{"nothing to reply to", "message to be replied not found", full, false, "sendMessage sendMessage", "reply_parameters"},
		{"picture", "PHOTO_INVALID_DIMENSIONS", picture, false, "sendPhoto sendDocument", "photo"},
		{"caption", "there is no text in the message to edit", full, true, "editMessageText editMessageCaption", "text"},
		{"something else", "message is too long", full, false, "sendMessage", "nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var methods []string
			var last *http.Request
			p := offline(func(r *http.Request) (*http.Response, error) {
				last = r
				if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
					t.Error(err)
				}
				methods = append(methods, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
				if len(methods) == 1 {
					return says(400, fmt.Sprintf(`{"ok":false,"error_code":400,"description":"Bad Request: %s"}`, c.says))(r)
				}
				return says(200, `{"ok":true,"result":{"message_id":12}}`)(r)
			})
			var err error
			if c.edit {
				err = p.Edit(t.Context(), group, "12", c.m)
			} else {
				_, err = p.Send(t.Context(), group, "", c.m)
			}
			if got := strings.Join(methods, " "); got != c.want {
				t.Errorf("calls = %s, want %s", got, c.want)
			}
			if retried := len(methods) > 1; retried == (err != nil) {
				t.Errorf("error = %v after %d calls", err, len(methods))
			}
			if last.Form.Has(c.without) || last.MultipartForm != nil && last.MultipartForm.File[c.without] != nil {
				t.Errorf("the last call has still %s", c.without)
			}
		})
	}
}

// TestUpload reads a multipart call as a server would.
func TestUpload(t *testing.T) {
	for _, c := range []struct{ name, file, method, field, want string }{
		{"picture", "chart.png", "sendPhoto", "photo", "chart.png"},
		{"capitals", "CHART.JPG", "sendPhoto", "photo", "CHART.JPG"},
		{"table", "alerts.csv", "sendDocument", "document", "alerts.csv"},
		{"picture of another kind", "chart.svg", "sendDocument", "document", "chart.svg"},
		{"a way out", `..\../x"y` + "\r\nz.csv", "sendDocument", "document", `x"y z.csv`},
		{"no name", "", "sendDocument", "document", "file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := offline(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil || int64(len(body)) != r.ContentLength {
					t.Errorf("body of %d bytes, %v, want %d", len(body), err, r.ContentLength)
				}
				_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
				if err != nil {
					t.Error(err)
				}
				form, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(1 << 20)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(r.URL.Path, "/"+c.method) || form.Value["chat_id"][0] != group.Channel {
					t.Errorf("called %s, %q, want %s", r.URL.Path[len(r.URL.Path)-12:], form.Value, c.method)
				}
				if parts := form.File[c.field]; len(parts) != 1 || parts[0].Filename != c.want {
					t.Errorf("files = %+v, want %s", form.File, c.want)
				}
				return says(200, `{"ok":true,"result":{"message_id":12}}`)(r)
			})
			m := chat.Message{File: &chat.File{Name: c.file, Data: []byte("\x00\xff")}}
			if id, err := p.Send(t.Context(), group, "", m); id != "12" || err != nil {
				t.Errorf("Send = %q, %v", id, err)
			}
		})
	}
}

// TestFileBeforeText sends a picture with more text than a caption takes: the text is what can be edited.
func TestFileBeforeText(t *testing.T) {
	p, fake, _ := open(t)
	m := digest(30)
	m.File = &chat.File{Name: "chart.png", Alt: "Alerts by week", Data: []byte("x")}
	id, err := p.Send(t.Context(), group, "key", m)
	if err != nil {
		t.Fatal(err)
	}
	posts := fake.Posts()
	if len(posts) != 2 || posts[0].Text != "Alerts by week" || posts[1].ID != id {
		t.Fatalf("posts = %+v and id %q, want the picture with its words and then the text", posts, id)
	}
	if err := p.Edit(t.Context(), group, id, chat.Message{Title: "edited"}); err != nil || fake.Posts()[1].Text != "edited" {
		t.Errorf("Edit = %v, posts = %+v", err, fake.Posts())
	}
	m = chat.Message{Title: "under the picture", File: m.File}
	if id, err = p.Send(t.Context(), group, "key-2", m); err != nil {
		t.Fatal(err)
	}
	if got, want := fake.Posts()[2].Text, "under the picture\n\nAlerts by week"; got != want {
		t.Errorf("caption = %q, want %q", got, want)
	}
	if err := p.Edit(t.Context(), group, id, digest(60)); err != nil || !strings.HasSuffix(fake.Posts()[2].Text, "…\n\n26 Nov 2026") {
		t.Errorf("Edit of a caption = %v, posts = %+v", err, fake.Posts())
	}
	checkSpec(t, fake)
}

func TestMoved(t *testing.T) {
	p, fake, _ := open(t)
	old := chat.Destination{Platform: "telegram", Channel: "-55"}
	fake.Migrate("-55", -1009876543210)
	_, err := p.Send(t.Context(), old, "key", chat.Message{Title: "A title"})
	var moved *chat.MovedError
	if !errors.As(err, &moved) || moved.To.String() != "telegram:-1009876543210" || errors.Is(err, chat.ErrGone) {
		t.Fatalf("Send = %v, want that it has moved to telegram:-1009876543210", err)
	}
	if _, err := p.Send(t.Context(), moved.To, "key", chat.Message{Title: "A title"}); err != nil {
		t.Errorf("Send to the new place: %v", err)
	}
	listen(t, p, echo)
	fake.Say(chattest.TelegramMessage{Channel: "-55", Text: "/latest KH"})
	posts, err := fake.WaitPosts(t.Context(), 2)
	if err != nil || posts[1].Channel != "-1009876543210" {
		t.Errorf("posts = %+v, %v, want the answer in the new place", posts, err)
	}
}
