package discord

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

func TestPreview(t *testing.T) {
	m := chat.Message{
		Kicker: "Cambodia", Title: "A title 👩", Link: "https://news.example/",
		Body:   []chat.Paragraph{chat.Text("Text")},
		Fields: []chat.Field{{Name: "Rule", Value: "one"}, {Name: "Source", Value: "Example News"}},
		Footer: "Small print",
		File:   &chat.File{Name: "picture.png"},
	}
	got, err := Preview(m)
	if err != nil || len(got) != 1 {
		t.Fatalf("Preview = %d messages, %v, want one", len(got), err)
	}
	want := []Part{
		{"author", 8, 256}, {"title", 10, 256}, {"description", 4, 4096}, {"fields", 2, 25}, {"footer", 11, 2048},
		{"embeds", 1, 10}, {"in all", 58, 6000},
	}
	if !reflect.DeepEqual(got[0].Parts, want) {
		t.Errorf("Parts = %v, want %v", got[0].Parts, want)
	}
	var body struct {
		Embeds      []struct{ Title, URL string } `json:"embeds"`
		Attachments []any                         `json:"attachments"`
	}
	if err := json.Unmarshal(got[0].JSON, &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Embeds) != 1 || body.Embeds[0].Title != "A title 👩" || body.Embeds[0].URL != m.Link || len(body.Attachments) != 0 {
		t.Errorf("JSON = %s, want one embed with title and link, and no file", got[0].JSON)
	}
	long := chat.Text(strings.Repeat("word ", 700))
	if got, err := Preview(chat.Message{Title: "Title", Body: []chat.Paragraph{long, long}}); err != nil || len(got) != 2 {
		t.Errorf("Preview of two paragraphs that fill a message each = %d messages, %v, want 2", len(got), err)
	}
}
