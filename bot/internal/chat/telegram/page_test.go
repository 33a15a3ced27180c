package telegram

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
)

// TestSplit holds the posts that the messages in testdata/split become. The first line of a file says how
// many there may be, and how long. What is expected stands in want1.html and so on.
func TestSplit(t *testing.T) {
	files, err := filepath.Glob("testdata/split/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %q, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var most, text int
			if _, err := fmt.Sscanf(string(archive.Comment), "%d posts of %d units", &most, &text); err != nil {
				t.Fatal(err)
			}
			var m chat.Message
			if err := json.Unmarshal(archive.Files[0].Data, &m); err != nil {
				t.Fatal(err)
			}
			got := archive.Files[:1:1]
			for i, p := range layout(m, most, text) {
				if n := units(checkHTML(t, p.html())); n > text {
					t.Errorf("post %d has %d units, want %d at most", i+1, n, text)
				}
				got = append(got, txtar.File{Name: fmt.Sprintf("want%d.html", i+1), Data: []byte(p.html() + "\n")})
			}
			written := string(txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: got}))
			if *rewrite {
				if err := os.WriteFile(file, []byte(written), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(txtar.Format(archive)); written != want {
				t.Errorf("got\n%s\nwant\n%s", written, want)
			}
		})
	}
}

// digest has items, each one paragraph with two entities.
func digest(items int) chat.Message {
	m := chat.Message{Kicker: "Daily digest", Title: fmt.Sprint(items, " alerts"), Footer: "26 Nov 2026"}
	for i := range items {
		m.Body = append(m.Body, chat.Paragraph{
			{Text: fmt.Sprintf("🇰🇭 Item %d:", i), Style: chat.Bold}, {Text: " the ministry & its "},
			{Text: "draft <law>", Link: fmt.Sprint("https://news.example/", i)}, {Text: strings.Repeat(" words", i%40)},
		})
	}
	return m
}

func textOf(l line) string {
	var b strings.Builder
	l.text(&b)
	return b.String()
}

// FuzzLayout holds that every post is within its limits, that paragraphs that fit a post are never parted
// nor put in another order, and that none is lost before the last post is full.
func FuzzLayout(f *testing.F) {
	f.Add(uint8(80), uint8(3), uint16(4096), "head", "tail")
	f.Add(uint8(200), uint8(2), uint16(4096), strings.Repeat("long ", 100), strings.Repeat("x", 600))
	f.Add(uint8(30), uint8(5), uint16(300), "", "")
	f.Add(uint8(5), uint8(1), uint16(100), "ខ្មែរ", "🇰🇭")
	f.Fuzz(func(t *testing.T, items, most uint8, text uint16, head, tail string) {
		m := digest(int(items))
		m.Title, m.Footer = head, tail
		limit, posts := 64+int(text)%maxText, 1+int(most)%maxPosts
		limit = min(limit, maxText)
		pages := layout(m, posts, limit)
		if len(pages) > posts {
			t.Fatalf("%d posts, want %d at most", len(pages), posts)
		}
		var all []string
		for _, p := range pages {
			seen := checkHTML(t, p.html())
			if units(seen) > limit || seen != p.text() {
				t.Errorf("post of %d units, want %d at most: %q, want %q", units(seen), limit, seen, p.text())
			}
			for _, l := range p.body {
				all = append(all, textOf(l))
			}
		}
		for i, got := range all {
			want := textOf(line(m.Body[i]))
			if shortened := len(pages) == posts && i == len(all)-1 || units(want)+separator > limit; got != want && !shortened {
				t.Errorf("paragraph %d of %d = %q, want %q", i, len(all), got, want)
			}
		}
		if len(all) < len(m.Body) && len(pages) < posts {
			t.Errorf("%d of %d paragraphs on %d posts, although there may be %d", len(all), len(m.Body), len(pages), posts)
		}
	})
}

// TestSplitByEntities holds that markup is kept by taking another post.
func TestSplitByEntities(t *testing.T) {
	m := digest(120)
	for i := range m.Body {
		m.Body[i] = m.Body[i][:3]
	}
	pages := layout(m, maxPosts, maxText)
	links := 0
	for _, p := range pages {
		links += strings.Count(p.html(), "<a ")
		checkHTML(t, p.html())
	}
	if links != 120 || len(pages) != 3 {
		t.Errorf("%d links on %d posts, want 120 on 3", links, len(pages))
	}
}

func BenchmarkRender(b *testing.B) {
	alert := chat.Message{
		Kicker: "🇰🇭 Cambodia · legislation · drafted",
		Title:  `Ministry: draft cybercrime law returns & "worries" the press`,
		Link:   "https://news.example/cambodia/2026/11/26/draft-law?a=1&b=2",
		Body: []chat.Paragraph{
			chat.Text(strings.Repeat("The ministry of information said on Monday that the draft returns to parliament. ", 3)),
			{{Text: "សេចក្តីព្រាងច្បាប់ស្តីពីបទល្មើសតាមប្រព័ន្ធបច្ចេកវិទ្យា", Style: chat.Italic}},
			{{Text: "Also: "}, {Text: "Example News", Link: "https://news.example/1"}, {Text: ", "}, {Text: "Example Post", Link: "https://post.example/2"}},
		},
		Fields:  []chat.Field{{Name: "Confirmation", Value: "3 sources"}, {Name: "Matched", Value: "draft, cybercrime law"}},
		Footer:  "Example News · 26 Nov 2026 · rule kh-cybercrime",
		Level:   chat.High,
		Buttons: [][]chat.Button{{{Text: "Read", Link: "https://news.example/cambodia"}, {Text: "More", Data: "more"}}},
	}
	for name, m := range map[string]chat.Message{"alert": alert, "digest of 40": digest(40)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, q := range compose(group, m) {
					q.dress()
				}
			}
		})
	}
}
