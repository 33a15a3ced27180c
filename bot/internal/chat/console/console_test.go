package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

var update = flag.Bool("update", false, "write what render gives into testdata/render")

// screen is a writer that keeps each call of Write apart. It stands for the service.
type screen struct {
	mu     sync.Mutex
	writes []string
	err    error
	taken  int // bytes taken before err
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.taken, s.err
	}
	s.writes = append(s.writes, string(p))
	return len(p), nil
}

func (s *screen) URL() string            { return "" }
func (s *screen) Fail(...chattest.Fault) {}
func (s *screen) Requests() int          { return len(s.Posts()) }
func (s *screen) Violations() []string   { return nil }
func (s *screen) Posts() []chattest.Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	posts := make([]chattest.Post, len(s.writes))
	for i, w := range s.writes {
		posts[i] = chattest.Post{ID: fmt.Sprint(i + 1), Channel: "terminal", Text: w}
	}
	return posts
}

func TestPlatform(t *testing.T) {
	chattest.Run(t, func(*testing.T) chattest.Bench {
		s := &screen{}
		return chattest.Bench{
			Platform:  New(s, Options{Width: 200}),
			Service:   s,
			To:        chat.Destination{Platform: "console", Channel: "terminal"},
			Faultless: true,
		}
	})
}

// TestRender holds render against testdata/render: each file has a message.json and the screen.txt of it;
// lines "# colour" and "# width N" before them set the options.
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
			var b bytes.Buffer
			if _, err := New(&b, options(t, string(ar.Comment))).Send(t.Context(), chat.Destination{}, "", m); err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(b.String(), "\x1b", "␛") // so that the files can be read
			want := section(ar, "screen.txt")
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

func options(t *testing.T, comment string) Options {
	t.Helper()
	var o Options
	for line := range strings.Lines(comment) {
		switch word, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "# "), " "); word {
		case "colour":
			o.Colour = true
		case "width":
			if _, err := fmt.Sscan(value, &o.Width); err != nil {
				t.Fatal(err)
			}
		}
	}
	return o
}

func TestSequence(t *testing.T) {
	var b bytes.Buffer
	p := New(&b, Options{Width: 1})
	first, err := p.Send(t.Context(), chat.Destination{}, "", chat.Message{Title: "One"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Send(t.Context(), chat.Destination{}, "", chat.Message{Title: "Two"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Edit(t.Context(), chat.Destination{}, first, chat.Message{Title: "One, corrected"}); err != nil {
		t.Fatal(err)
	}
	line := "\n" + strings.Repeat("─", minWidth) + "\n\n"
	want := "One\n" + line + "Two\n" + line + "in place of message\n1\nOne, corrected\n"
	if first != "1" || second != "2" || b.String() != want {
		t.Errorf("ids %q, %q, screen\n%s\nwant 1, 2 and\n%s", first, second, b.String(), want)
	}
}

func TestBrokenWriter(t *testing.T) {
	for _, c := range []struct {
		name    string
		taken   int
		unknown bool
	}{{"nothing written", 0, false}, {"part written", 3, true}} {
		p := New(&screen{err: errors.New("no space"), taken: c.taken}, Options{})
		_, err := p.Send(t.Context(), chat.Destination{}, "", chat.Message{Title: "Title"})
		if err == nil || errors.Is(err, chat.ErrUnknown) != c.unknown {
			t.Errorf("%s: Send = %v, want an error, unknown %t", c.name, err, c.unknown)
		}
	}
}

// TestWholeMessages checks that messages sent at the same time do not mix.
func TestWholeMessages(t *testing.T) {
	s := &screen{}
	p := New(s, Options{})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			p.Send(context.Background(), chat.Destination{}, "", chat.Message{Title: "Title", Footer: "End"})
		})
	}
	group.Wait()
	for i, w := range s.writes {
		if !strings.HasSuffix(w, "Title\n\nEnd\n") {
			t.Errorf("write %d = %q, want one whole message", i, w)
		}
	}
	if len(s.writes) != 20 {
		t.Errorf("writes = %d, want 20", len(s.writes))
	}
}

func FuzzRender(f *testing.F) {
	f.Add("Title with\x1b[31m colour", "https://news.example/", 40)
	f.Add("ច្បាប់ស្តីពីបទល្មើស网络犯罪法草案，。قانون", "\u202e\u2066\x9b\x1b]0;x\x07", 20)
	f.Add(strings.Repeat("👩‍⚖️ ", 50)+strings.Repeat("a", 300), "\xff\xfe\r\n\t", -3)
	f.Add("\x1b\x1b[m[31m \x1b", "\u009d\u0090\u0085", 21)
	f.Fuzz(func(t *testing.T, s, other string, width int) {
		m := chat.Message{
			Kicker: s, Title: s, Footer: s, Level: chat.Critical,
			Body:   []chat.Paragraph{{{Text: s, Style: chat.Bold}, {Text: other}}, chat.Text(other)},
			Fields: []chat.Field{{Name: s, Value: other}},
		}
		var b bytes.Buffer
		p := New(&b, Options{Width: width % 200})
		text := p.render(s, m)
		checkHarmless(t, text)
		for row := range strings.Lines(text) {
			row = strings.TrimSuffix(row, "\n")
			if w := displaywidth.String(row); w > p.width && len(cells(row, plain)) > 1 {
				t.Errorf("row %q has %d columns, want at most %d", row, w, p.width)
			}
		}
		m.Link = s
		m.Body = append(m.Body, chat.Paragraph{{Text: s, Link: other}, {Text: other, Link: other}})
		m.Buttons = [][]chat.Button{{{Text: s, Link: other}, {Text: other, Link: s}}}
		m.ReplyTo = other
		checkHarmless(t, p.render(s, m))
	})
}

func checkHarmless(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("screen %q is not UTF-8", text)
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && r > '\u200f'
	}) {
		t.Errorf("screen %q holds control characters", text)
	}
}
