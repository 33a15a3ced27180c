package telegram

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var rewrite = flag.Bool("update", false, "write what comes out into testdata/render")

// TestRender holds the HTML of the messages in testdata/render, one in each file.
func TestRender(t *testing.T) {
	files, err := filepath.Glob("testdata/render/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %q, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 || archive.Files[0].Name != "message.json" || archive.Files[1].Name != "want.html" {
				t.Fatal("want the files message.json and want.html")
			}
			var m chat.Message
			if err := json.Unmarshal(archive.Files[0].Data, &m); err != nil {
				t.Fatal(err)
			}
			got := renderHTML(m)
			checkHTML(t, got)
			if *rewrite {
				archive.Files[1].Data = []byte(got + "\n")
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := strings.TrimSuffix(string(archive.Files[1].Data), "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// renderHTML returns m as one post.
func renderHTML(m chat.Message) string {
	pages := layout(m, 1, maxText)
	if len(pages) == 0 {
		return ""
	}
	return pages[0].html()
}

// renderPlain returns m as one post without markup.
func renderPlain(m chat.Message) string {
	pages := layout(m, 1, maxText)
	if len(pages) == 0 {
		return ""
	}
	return pages[0].plain(maxText)
}

// checkHTML holds HTML against what Telegram takes, and returns what a reader sees of it.
func checkHTML(t *testing.T, s string) string {
	t.Helper()
	text, entities, err := chattest.ParseTelegramHTML(s)
	if err != nil {
		t.Errorf("Telegram refuses it: %v\n%s", err, s)
	}
	if got := len(utf16.Encode([]rune(text))); got > maxText {
		t.Errorf("visible text = %d units, want %d at most", got, maxText)
	}
	if entities > maxEntities {
		t.Errorf("entities = %d, want %d at most", entities, maxEntities)
	}
	return text
}

func FuzzRender(f *testing.F) {
	f.Add("🇰🇭 Cambodia", "A <b>title</b> & more", "https://news.example/?a=1&b=2", "Body \"text\"", "Matched", "draft", byte(1), byte(3))
	f.Add("", "👩‍⚖️🇰🇭", "javascript:alert(1)", strings.Repeat("e\u0301\u0301", 300), "</b>", "&lt;", byte(2), byte(200))
	f.Add("\xff\x00", "\u202e", "http://a.example/\"><b>", "\r\n", "", "x", byte(7), byte(0))
	f.Add("", "", "", " ", "", "", byte(3), byte(120))
	f.Fuzz(func(t *testing.T, kicker, title, link, text, name, value string, style, times byte) {
		m := chat.Message{Kicker: kicker, Title: title, Link: link, Footer: name, Level: chat.Level(style % 5)}
		for range times {
			m.Body = append(m.Body, chat.Paragraph{{Text: text, Style: chat.Style(style % 4), Link: link}, {Text: value, Style: chat.Style(style / 4 % 4)}})
			m.Fields = append(m.Fields, chat.Field{Name: name, Value: value})
		}
		got := checkHTML(t, renderHTML(m))
		begin := oneLine(title)
		if k := kickerLine(m)[0].Text; k != "" {
			begin = k
		}
		if begin = cut(begin, maxKicker); !strings.HasPrefix(got, strings.TrimSuffix(begin, ellipsis)) {
			t.Errorf("text = %q, want it to begin with %q", got, begin)
		}
		if plain := renderPlain(m); units(plain) > maxText || !utf8.ValidString(plain) {
			t.Errorf("plain text = %d units, valid %t", units(plain), utf8.ValidString(plain))
		}
	})
}

// TestNaughtyStrings puts each of the Big List of Naughty Strings, and of the texts that Telegram's own
// parsers were tried with, into every part of a message, and posts it: Telegram takes it at the first try.
func TestNaughtyStrings(t *testing.T) {
	fake := chattest.TelegramHandler(chattest.TelegramToken)
	p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: inProcess(fake)}, Limits: new(Limits)})
	strange := slices.Concat(chattest.NaughtyStrings(t), chattest.TelegramStrings(t))
	for _, s := range strange {
		m := chat.Message{
			Title: s, Link: s, Footer: s,
			Body:    []chat.Paragraph{{{Text: "begin "}, {Text: s, Style: chat.Code, Link: "https://news.example/?" + s}, {Text: " end"}}},
			Fields:  []chat.Field{{Name: s, Value: s}},
			Buttons: [][]chat.Button{{{Text: s, Data: s}, {Text: s, Link: s}, {Text: s, Link: "https://news.example/?" + s}}},
		}
		if _, err := p.Send(t.Context(), group, "", m); err != nil {
			t.Fatalf("%q: Send: %v", s, err)
		}
		posts := fake.Posts()
		got := strings.Fields(posts[len(posts)-1].Text)
		if want := strings.Fields(naughty(m)); !slices.Equal(got, want) {
			t.Errorf("%q: text = %q, want %q", s, got, want)
		}
	}
	if got := fake.Requests(); got != len(strange) {
		t.Errorf("requests = %d, want %d: some were refused at first", got, len(strange))
	}
	checkSpec(t, fake)
}

// naughty is the text of a message of TestNaughtyStrings, but for the control characters, which
// Telegram would take out itself, and signs of direction that turn what is around them.
func naughty(m chat.Message) string {
	s := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028', r == '\u2029':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, chat.KeepIsolates(m.Title))), " ")
	if s == "" {
		if link := "https://news.example/?" + m.Title; isLink(link) {
			return "begin " + link + " end"
		}
		return "begin end"
	}
	return strings.Join([]string{s, "begin " + s + " end", s + ": " + s, s}, "\n")
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name, in string
		n        int
		want     string
	}{
		{"fits", "word", 4, "word"},
		{"at a word", "one two three", 10, "one two…"},
		{"after a word", "one two three", 8, "one two…"},
		{"one long word", "abcdefgh", 4, "abc…"},
		{"far from a word's end", "a " + strings.Repeat("b", 100), 60, "a " + strings.Repeat("b", 57) + "…"},
		{"surrogate pairs", "😀😀😀", 4, "😀…"},
		{"flags", "🇰🇭🇹🇭", 7, "🇰🇭…"},
		{"family", "👩‍⚖️👩‍⚖️", 9, "👩‍⚖️…"},
		{"marks", "e\u0301e\u0301e\u0301", 4, "e\u0301…"},
		{"khmer", "ច្បាប់ស្តីពី", 8, "ច្បាប់…"},
		{"no room for a letter", "👩‍⚖️👩‍⚖️", 3, "…"},
	} {
		if got := cut(c.in, c.n); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestShares holds which parts of a message give way to which.
func TestShares(t *testing.T) {
	long := strings.Repeat("word ", 2000)
	whole := chat.Message{Kicker: "Kicker", Title: "Title", Link: "https://news.example/", Footer: "Footer", Fields: []chat.Field{{Name: "Name", Value: "value"}}}
	t.Run("the body gives way", func(t *testing.T) {
		m := whole
		m.Body = []chat.Paragraph{chat.Text(long), chat.Text("never seen")}
		got := checkHTML(t, renderHTML(m))
		for _, want := range []string{"Kicker\nTitle\n\nword", "word…\n\nName: value\nFooter"} {
			if !strings.Contains(got, want) {
				t.Errorf("text lacks %q:\n%s", want, got)
			}
		}
		if n := units(got); n < maxText-wordSearch {
			t.Errorf("text = %d units, want more of the body", n)
		}
	})
	t.Run("the link stays whole without markup", func(t *testing.T) {
		m := whole
		m.Body = []chat.Paragraph{chat.Text(long)}
		got := renderPlain(m)
		if !strings.HasPrefix(got, "Kicker\nTitle (https://news.example/)\n\nword") || !strings.HasSuffix(got, "word…\n\nName: value\nFooter") || units(got) > maxText {
			t.Errorf("text of %d units is\n%s\nwant all but the end of the body", units(got), got)
		}
	})
	t.Run("paragraphs that find no room are marked", func(t *testing.T) {
		m := whole
		for range 3000 {
			m.Body = append(m.Body, chat.Text("p"))
		}
		if got := checkHTML(t, renderHTML(m)); !strings.Contains(got, "\n\np …\n\nName: value") {
			t.Errorf("text does not end its body with an ellipsis:\n%s", got[len(got)-100:])
		}
	})
	t.Run("links are written out when the entities are used up", func(t *testing.T) {
		var m chat.Message
		for range 120 {
			m.Body = append(m.Body, chat.Paragraph{{Text: "a", Link: "https://b.example/"}})
		}
		html := renderHTML(m)
		if got := strings.Count(html, "<a "); got != maxEntities {
			t.Errorf("links = %d, want %d", got, maxEntities)
		}
		if got := checkHTML(t, html); strings.Count(got, "a (https://b.example/)") != 20 {
			t.Errorf("text = %q, want 20 links written out", got)
		}
	})
}
