package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var update = flag.Bool("update", false, "write the bodies of calls into testdata")

// schema is the one that the documentation names.
func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkSchema(t testing.TB, s *jsonschema.Schema, body []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("body is not JSON: %v", err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("body breaks schema.json: %v\n%s", err, body)
	}
}

// TestBody holds what each testdata/body/*.message.json becomes in every format against the files beside it.
func TestBody(t *testing.T) {
	files, err := filepath.Glob("testdata/body/*.message.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %v, %v, want some", files, err)
	}
	s := schema(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".message.json")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m chat.Message
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		for _, format := range Formats() {
			t.Run(name+"/"+string(format), func(t *testing.T) {
				body, err := Body(format, "key", m)
				if err != nil {
					t.Fatal(err)
				}
				if format == Own {
					checkSchema(t, s, body)
				}
				var got bytes.Buffer
				if err := json.Indent(&got, body, "", "  "); err != nil {
					t.Fatal(err)
				}
				got.WriteByte('\n')
				golden := filepath.Join("testdata/body", name+"."+string(format)+".json")
				if *update {
					if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if got.String() != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got.String(), want)
				}
			})
		}
	}
}

// TestSchema checks what went over the wire against the schema, and that the schema can refuse.
func TestSchema(t *testing.T) {
	service := chattest.NewWebhook(t)
	p := New(Options{Hooks: map[string]Hook{"desk": {URL: service.Hook("desk"), Secret: chattest.WebhookSecret}}})
	id, err := p.Send(t.Context(), desk, "key", chat.Message{Title: "Title", Quiet: true, ReplyTo: "7", Language: "km"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Edit(t.Context(), desk, id, chat.Message{Title: "Another title"}); err != nil {
		t.Fatal(err)
	}
	s := schema(t)
	bodies := service.Bodies()
	if len(bodies) != 2 {
		t.Fatalf("bodies = %d, want 2", len(bodies))
	}
	for _, body := range bodies {
		checkSchema(t, s, body)
	}
	for _, c := range []struct{ name, body string }{
		{"older version", `{"version":1,"kind":"message","key":"k","level":"low","text":"t"}`},
		{"no key", `{"version":2,"kind":"message","level":"low","text":"t"}`},
		{"update with a key", `{"version":2,"kind":"update","id":"i","key":"k","level":"low","text":"t"}`},
		{"unknown part", `{"version":2,"kind":"message","key":"k","level":"low","text":"t","edit":true}`},
		{"button that leads nowhere", `{"version":2,"kind":"message","key":"k","level":"low","text":"t","buttons":[{"text":"More"}]}`},
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(v) == nil {
			t.Errorf("%s: the schema takes %s", c.name, c.body)
		}
	}
}

func TestNoText(t *testing.T) {
	for _, format := range Formats() {
		_, err := Body(format, "key", chat.Message{Body: []chat.Paragraph{chat.Text(" ")}})
		if !errors.Is(err, chat.ErrRejected) {
			t.Errorf("%s: Body = %v, want %v", format, err, chat.ErrRejected)
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add("A title", "https://news.example/", 3)
	f.Add("\xff\x00\u2028</script>*_~`<!channel>", "javascript:alert(1)", -1)
	f.Add(strings.Repeat("👩‍⚖️", 9000), strings.Repeat("a", 70000), 9)
	f.Add(strings.Repeat("\"'<", 9000), "https://news.example/?a=\"><script>", 1)
	s := schema(f)
	f.Fuzz(func(t *testing.T, text, link string, style int) {
		m := chat.Message{Kicker: text, Title: "t" + text, Link: link, Footer: text, Tags: []string{text}}
		for range 40 {
			m.Body = append(m.Body, chat.Paragraph{{Text: text, Style: chat.Style(style), Link: link}})
			m.Fields = append(m.Fields, chat.Field{Name: text, Value: text})
			m.Buttons = append(m.Buttons, []chat.Button{{Text: text, Link: link}, {Text: text, Data: "data"}})
		}
		for _, format := range Formats() {
			data, err := Body(format, "key", m)
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if len(data) > 1<<20 || !utf8.Valid(data) {
				t.Errorf("%s: body has %d bytes, valid UTF-8 %t", format, len(data), utf8.Valid(data))
			}
			if format == Own {
				checkSchema(t, s, data)
				continue
			}
			if broken := chattest.WebhookViolations(string(format), data); len(broken) > 0 {
				t.Errorf("%s: %q", format, broken)
			}
		}
	})
}
