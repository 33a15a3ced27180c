package discord

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var update = flag.Bool("update", false, "write what render gives into testdata/render")

// TestRender holds render against testdata/render: each file has a message.json and the embed.json of it.
func TestRender(t *testing.T) {
	files, err := filepath.Glob("testdata/render/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %v, %v, want some", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var m chat.Message
			if err := json.Unmarshal(section(ar, "message.json").Data, &m); err != nil {
				t.Fatalf("message.json: %v", err)
			}
			got := indented(t, only(m))
			want := section(ar, "embed.json")
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(want.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, want.Data)
			}
		})
	}
}

// section returns the named file of ar, which it adds if there is none.
func section(ar *txtar.Archive, name string) *txtar.File {
	i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		i = len(ar.Files)
		ar.Files = append(ar.Files, txtar.File{Name: name})
	}
	return &ar.Files[i]
}

// only returns the embeds of m: the one itself if there is no other, nil if there is none.
func only(m chat.Message) any {
	pages := layout(m, maxPosts)
	switch {
	case len(pages) == 0:
		return nil
	case len(pages) == 1 && len(pages[0]) == 1:
		return pages[0][0]
	}
	return pages
}

func indented(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// everywhere is a message with s in all its parts.
func everywhere(s string) chat.Message {
	return chat.Message{
		Kicker: s, Title: s, Link: s, Footer: s, Level: chat.Medium,
		Body: []chat.Paragraph{
			chat.Text(s),
			{{Text: s, Style: chat.Bold}, {Text: s, Style: chat.Italic}, {Text: s, Style: chat.Code}},
			{{Text: s, Link: "https://news.example/a"}, {Text: "a", Link: s}},
		},
		Fields:  []chat.Field{{Name: s, Value: s}, {Name: "Name", Value: s}, {Name: s, Value: "Value"}},
		Buttons: [][]chat.Button{{{Text: s, Data: "data"}, {Text: "Link", Link: s}}},
		File:    &chat.File{Name: s, Alt: s, Data: []byte(s)},
	}
}

// unpaced returns a platform that keeps no limits.
func unpaced(service *chattest.Discord) *Platform {
	return New(Options{Token: chattest.DiscordToken, Endpoint: service.URL(), Limits: &Limits{}})
}

func TestNaughtyStrings(t *testing.T) {
	service := chattest.NewDiscord(t)
	p := unpaced(service)
	to, forum := somewhere, chat.Destination{Platform: "discord", Channel: "100000000000000002"}
	service.AddForum(forum.Channel, false)
	for _, s := range chattest.NaughtyStrings(t) {
		for _, to := range []chat.Destination{to, forum} {
			if _, err := p.Send(t.Context(), to, s, everywhere("x "+s)); err != nil {
				t.Errorf("Send of %q to %s: %v", s, to, err)
			}
		}
		checkVisible(t, s)
	}
	for _, v := range service.Violations() {
		t.Errorf("spec: %s", v)
	}
}

// checkVisible holds what a reader sees of s against s, where Discord reads markdown.
func checkVisible(t *testing.T, s string) {
	t.Helper()
	e := layout(chat.Message{Kicker: "Kicker", Title: s, Body: []chat.Paragraph{chat.Text(s)}}, 1)[0][0]
	for _, part := range []struct{ name, got, want string }{
		{"title", e.Title, oneLine(s)},
		{"description", e.Description, clean(s)},
	} {
		got, links := chattest.ReadDiscordMarkdown(part.got)
		if len(links) > 0 {
			t.Errorf("%s of %q: %q can be followed to %q, want no links", part.name, s, part.got, links)
		}
		if shortened, ok := strings.CutSuffix(got, ellipsis); ok && !strings.HasSuffix(part.want, ellipsis) {
			if !strings.HasPrefix(part.want, shortened) {
				t.Errorf("%s of %q shows as %q, want its beginning", part.name, s, got)
			}
			continue
		}
		if got != part.want {
			t.Errorf("%s of %q is %q, shows as %q, want %q", part.name, s, part.got, got, part.want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range chattest.NaughtyStrings(f) {
		f.Add(s, s, 0)
	}
	f.Add("[a](https://evil.example) <@1> <#2> <@&3> @everyone <:a:1> <a:b:2> <t:1> </x:1> :skull:", "a", 1)
	f.Add("# a\n## b\n-# c\n> d\n>>> e\n- f\n* g\n 1. h\n   - i", "https://news.example/(a)_*b*", 2)
	f.Add("**a** __b__ ~~c~~ ||d|| *e* _f_ `g` ``h``\n```i\nj```\\", "http://пример.example/путь?q=ж", 3)
	f.Add("https://evil.example http:// discord.gg/a steam://b", "javascript:alert(1)", 4)
	f.Add(strings.Repeat("👩‍⚖️*", 3000), "https://a.example/"+strings.Repeat("b", 3000), 3)
	f.Add(strings.Repeat("a\u0301\u0302\u0303", 200)+strings.Repeat("\u0300", 9000), "https://user:pass@news.example", 9)
	f.Add("\u202eabc\u2066 \u0000\x1b[31m \xff\xfe", "https://[::1]/", -1)
	f.Add("\u200b", "\u3164", 0)
	service := chattest.NewDiscord(f)
	p := unpaced(service)
	f.Fuzz(func(t *testing.T, s, link string, style int) {
		checkVisible(t, s)
		m := everywhere(s)
		m.Link, m.Level = link, chat.Level(style)
		m.Body = append(m.Body, chat.Paragraph{{Text: s, Style: chat.Style(style), Link: link}, {Text: link, Style: chat.Style(style)}})
		if layout(m, maxPosts) == nil {
			t.Fatal("a message with fields gave no embed")
		}
		broken := len(service.Violations())
		if _, err := p.Send(t.Context(), chat.Destination{Platform: "discord", Channel: "1"}, s, m); err != nil {
			t.Errorf("Send: %v", err)
		}
		for _, v := range service.Violations()[broken:] {
			t.Errorf("spec: %s", v)
		}
	})
}
