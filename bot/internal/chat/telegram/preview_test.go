package telegram

import (
	"reflect"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

func TestPreview(t *testing.T) {
	m := chat.Message{
		Title: "A <b>title</b> 👩", Link: "https://news.example/", Level: chat.Medium, Quiet: true,
		Body: []chat.Paragraph{{{Text: "bold", Style: chat.Bold}, {Text: " text"}}},
		Buttons: [][]chat.Button{
			{{Text: "Read", Link: "https://news.example/"}, {Text: "No address", Link: "javascript:alert(1)"}},
			{{Text: "More", Data: "more"}},
		},
		File: &chat.File{Name: "table.csv"},
	}
	want := []Sample{{
		HTML:  "<b>Medium</b>\n" + `<a href="https://news.example/">A &lt;b&gt;title&lt;/b&gt; 👩</a>` + "\n\n<b>bold</b> text",
		Units: 35, Entities: 3, Silent: true,
		Buttons: [][]chat.Button{{{Text: "Read", Link: "https://news.example/"}}, {{Text: "More", Data: "more"}}},
	}}
	if got := Preview(m); !reflect.DeepEqual(got, want) {
		t.Errorf("Preview = %+v, want %+v", got, want)
	}
	if got := Preview(chat.Message{}); len(got) != 0 {
		t.Errorf("Preview of nothing = %+v, want none", got)
	}
	long := chat.Text(strings.Repeat("word ", 700))
	got := Preview(chat.Message{Title: "Title", Level: chat.High, Body: []chat.Paragraph{long, long}})
	if len(got) != 2 || got[0].Silent || !got[1].Silent || got[0].Units > MaxText || got[1].Units > MaxText {
		t.Errorf("Preview of two paragraphs that fill a post each = %+v, want two posts, the second silent", got)
	}
}
