package strict

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the errors found into testdata/decode")

// sample is the form that the tests decode into.
type sample struct {
	Title string            `toml:"title"`
	Count int               `toml:"count"`
	On    bool              `toml:"on"`
	Words []string          `toml:"words"`
	Terms map[string]string `toml:"terms"`
	Rule  []struct {
		Match string   `toml:"match"`
		Hit   []string `toml:"hit"`
		Part  []struct {
			Name string `toml:"name"`
		} `toml:"part"`
	} `toml:"rule"`
	Bot struct {
		Token string `toml:"token"`
		Inner *struct {
			Limit float64 `toml:"limit"`
		} `toml:"inner"`
	} `toml:"bot"`
}

// TestDecodeErrors decodes in.toml of every txtar of testdata/decode and compares with its "errors".
func TestDecodeErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/decode/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, problems := Decode(Source{Name: "in.toml", Data: archive.Files[0].Data}, new(sample))
			got := []byte("none\n")
			if err := problems.Err(); err != nil {
				got = []byte(Detail(err) + "\n")
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "errors", Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || !bytes.Equal(got, archive.Files[1].Data) {
				t.Errorf("got\n%s\nwant the errors of %s", got, file)
			}
		})
	}
}

// TestInside looks for the mark ^^ in a decoded value: its place there must give its place in the text.
func TestInside(t *testing.T) {
	tests := []struct {
		name, text string
		path       []any
	}{
		{"plain", `title = "ab ^^"`, []any{"title"}},
		{"literal", `title = 'a\b ^^'`, []any{"title"}},
		{"letters of several bytes", `title = "ก្នុង ^^"`, []any{"title"}},
		{"quotes and backslashes", `title = "a \"b\" \\ ^^"`, []any{"title"}},
		{"Unicode escapes", `title = "\u00e9\U0001F600 ^^"`, []any{"title"}},
		{"tabs and line ends as escapes", `title = "\t\n ^^"`, []any{"title"}},
		{"lines", "title = \"\"\"\nab\ncd ^^\n\"\"\"", []any{"title"}},
		{"lines that begin at once", "title = \"\"\"ab\ncd ^^\"\"\"", []any{"title"}},
		{"lines of a literal", "title = '''\nab\n\\ ^^'''", []any{"title"}},
		{"escaped line end", "title = \"\"\"ab \\\n   \n   cd ^^\"\"\"", []any{"title"}},
		{"quotes in lines", "title = \"\"\"a \"b\" ^^\"\"\"", []any{"title"}},
		{"Windows line ends", "count = 1\r\ntitle = \"\"\"\r\nab\r\ncd ^^\"\"\"\r\n", []any{"title"}},
		{"table", "[bot]\ntoken = \"^^\"", []any{"bot", "token"}},
		{"dotted key", "bot.token = \"^^\"", []any{"bot", "token"}},
		{"quoted key", "[terms]\n\"a.b\" = \"^^\"", []any{"terms", "a.b"}},
		{"inline table", "bot = {token = \"^^\"}", []any{"bot", "token"}},
		{"array", "words = [\"a\", # first\n \"^^\"]", []any{"words", 1}},
		{"array of tables", "[[rule]]\nmatch = \"a\"\n[[rule]]\nmatch = \"^^\"", []any{"rule", 1, "match"}},
		{"array of inline tables", "rule = [{match = \"a\"}, {match = \"^^\"}]", []any{"rule", 1, "match"}},
		{"array in an array of tables", "[[rule]]\n[[rule]]\nhit = [\"a\", \"^^\"]", []any{"rule", 1, "hit", 1}},
		{"tables in tables", "[[rule]]\n[[rule.part]]\nname = \"a\"\n[[rule]]\n[[rule.part]]\nname = \"b\"\n[[rule.part]]\nname = \"^^\"", []any{"rule", 1, "part", 1, "name"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v sample
			f, problems := Decode(Source{Name: "in.toml", Data: []byte(tt.text)}, &v)
			if problems != nil {
				t.Fatal(problems)
			}
			got := f.Inside(strings.Index(valueAt(t, v, tt.path), "^^"), tt.path...)
			want := posAt("in.toml", []byte(tt.text), strings.Index(tt.text, "^^"))
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// valueAt returns the decoded text at a path of the sample.
func valueAt(t *testing.T, v sample, path []any) string {
	t.Helper()
	switch fmt.Sprint(path) {
	case "[title]":
		return v.Title
	case "[bot token]":
		return v.Bot.Token
	case "[terms a.b]":
		return v.Terms["a.b"]
	case "[words 1]":
		return v.Words[1]
	case "[rule 1 match]":
		return v.Rule[1].Match
	case "[rule 1 hit 1]":
		return v.Rule[1].Hit[1]
	case "[rule 1 part 1 name]":
		return v.Rule[1].Part[1].Name
	}
	t.Fatalf("no value at %v", path)
	return ""
}

func TestAtMissing(t *testing.T) {
	text := "# comment\nwords = [\"a\"]\n[[rule]]\nmatch = \"a\"\n"
	f, problems := Decode(Source{Name: "in.toml", Data: []byte(text)}, new(sample))
	if problems != nil {
		t.Fatal(problems)
	}
	tests := []struct {
		path []any
		want string
	}{
		{[]any{"rule", 0, "hit"}, "in.toml:3:3"},
		{[]any{"rule", 0, "hit", 3}, "in.toml:3:3"},
		{[]any{"words"}, "in.toml:2:1"},
		{[]any{"words", 9}, "in.toml:2:1"},
		{[]any{"title"}, "in.toml:1:1"},
		{nil, "in.toml:1:1"},
	}
	for _, tt := range tests {
		if got := f.At(tt.path...).String(); got != tt.want {
			t.Errorf("At%v = %s, want %s", tt.path, got, tt.want)
		}
	}
}

func TestReadDir(t *testing.T) {
	good := &fstest.MapFile{Data: []byte("title = \"x\"\n")}
	tests := []struct {
		name  string
		give  fstest.MapFS
		files string
		want  string // the beginning of the error
	}{
		{"in the order of names", fstest.MapFS{"b.toml": good, "a.toml": good, "sub/c.toml": good}, "a.toml b.toml sub/c.toml", ""},
		{"others passed over", fstest.MapFS{"a.toml": good, ".a.toml": good, ".git/x.toml": good, "a.toml~": good, "README.md": good}, "a.toml", ""},
		{"none", fstest.MapFS{"README.md": good}, "", ".: directory holds no .toml file"},
		{"the bad beside the good", fstest.MapFS{"a.toml": {Data: []byte("x\n\xff")}, "b.toml": good}, "b.toml", "a.toml:2:1: not UTF-8 text"},
		{"a megabyte", fstest.MapFS{"a.toml": {Data: bytes.Repeat([]byte("#"), MaxFileSize)}}, "a.toml", ""},
		{"more than a megabyte", fstest.MapFS{"a.toml": {Data: bytes.Repeat([]byte("#"), MaxFileSize+1)}}, "", "a.toml: file is larger than 1048576 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sources, err := ReadDir(tt.give, ".")
			var names []string
			for _, s := range sources {
				names = append(names, s.Name)
			}
			if got := strings.Join(names, " "); got != tt.files {
				t.Errorf("got files %q, want %q", got, tt.files)
			}
			if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && !strings.HasPrefix(got, tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestReadFile(t *testing.T) {
	src, err := ReadFile(fstest.MapFS{"a.toml": {Data: []byte("\ufefftitle = 1")}}, "a.toml")
	if err != nil || string(src.Data) != "title = 1" {
		t.Errorf("got %q, %v, want the text without its byte order mark", src.Data, err)
	}
	if _, err := ReadFile(fstest.MapFS{}, "a.toml"); fmt.Sprint(err) != "a.toml: file cannot be read: file does not exist" {
		t.Errorf("got %v, want that there is no file", err)
	}
	if _, err := ReadFile(fstest.MapFS{"a.toml/b": {}}, "a.toml"); fmt.Sprint(err) != "a.toml: not a regular file" {
		t.Errorf("got %v, want that it is a directory", err)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"title", "token", "country", "on"}
	tests := []struct{ give, want string }{
		{"titel", "title"}, {"Title", "title"}, {"tokn", "token"}, {"contry", "country"}, {"no", "on"},
		{"colour", ""}, {"x", ""}, {"", ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.give, known); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.give, got, tt.want)
		}
	}
}

func TestProblemsOrder(t *testing.T) {
	at := func(file string, line, col int) *Problem { return &Problem{Pos: Pos{file, line, col}, What: "x"} }
	err := Problems{at("b", 1, 1), at("a", 2, 1), at("a", 1, 9), at("a", 0, 0)}.Err()
	if got, want := fmt.Sprint(err), "a: x\na:1:9: x\na:2:1: x\nb:1:1: x"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := (Problems{}).Err(); err != nil {
		t.Errorf("got %v of no problems, want nil", err)
	}
}

func TestDetailControls(t *testing.T) {
	_, problems := Decode(Source{Name: "in.toml", Data: []byte("title = \"\x1b[2J\x00\"")}, new(sample))
	got := Detail(problems)
	if strings.ContainsAny(got, "\x1b\x00") || !strings.Contains(got, "in.toml:1:10: ") {
		t.Errorf("got %q, want the place and no control characters", got)
	}
}

func TestDetailOther(t *testing.T) {
	if got := Detail(errors.New("plain")); got != "plain" {
		t.Errorf("got %q, want the text", got)
	}
}

func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob("testdata/decode/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, 3)
	}
	f.Add([]byte("title = \"\"\"\\\n  \\u00e9\"\"\"\n[[rule]]\nhit = [\"a\", [\"b\"]]"), 2)
	f.Fuzz(func(t *testing.T, text []byte, offset int) {
		v := new(sample)
		file, problems := Decode(Source{Name: "in.toml", Data: text}, v)
		if file == nil && len(problems) == 0 {
			t.Error("got neither a file nor a problem")
		}
		for _, p := range problems {
			if p.What == "" || p.Pos.File != "in.toml" {
				t.Errorf("got problem %+v without words or file", p)
			}
		}
		if file == nil {
			return
		}
		lines := bytes.Count(text, []byte("\n")) + 1
		for _, path := range [][]any{{"title"}, {"rule", 0, "hit", 1}, {"bot", "token"}, {"words"}, {"terms"}} {
			if pos := file.Inside(offset, path...); pos.Line < 1 || pos.Line > lines || pos.Col < 1 {
				t.Errorf("got place %s in %d lines", pos, lines)
			}
		}
	})
}
