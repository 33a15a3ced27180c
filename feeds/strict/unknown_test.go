package strict

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/tools/txtar"
)

// TestManyUnknownKeys decodes large files. What it guards against is many minutes of work for a mistake,
// which would run into the time limit of the tests.
func TestManyUnknownKeys(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		size, want int
	}{
		{"keys", "colour = 1\n", MaxFileSize, maxProblems},
		{"dotted keys", "rule.colour.x = 1\n", MaxFileSize / 4, maxProblems},
		{"tables", "[colour.x]\n", MaxFileSize / 4, maxProblems},
		{"arrays of tables", "[[colour]]\nx = 1\n", MaxFileSize / 4, maxProblems},
		{"keys of one unknown table", "", MaxFileSize / 4, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if tt.line == "" {
				b.WriteString("[colour]\n")
			}
			for n := 0; b.Len() < tt.size-100; n++ {
				line := fmt.Sprintf("key%d = 1\n", n)
				if tt.line != "" {
					line = strings.Replace(tt.line, "colour", fmt.Sprintf("colour%d", n), 1)
				}
				b.WriteString(line)
			}
			_, problems := Decode(Source{Name: "in.toml", Data: b.Bytes()}, new(sample))
			if len(problems) != tt.want {
				t.Fatalf("got %d problems, want %d", len(problems), tt.want)
			}
			for _, p := range problems {
				if !strings.HasPrefix(p.What, "unknown key ") {
					t.Errorf("got %q, want an unknown key", p.What)
				}
			}
		})
	}
}

func TestDeepHeader(t *testing.T) {
	text := "[" + strings.Repeat("a.", MaxFileSize/20) + "a]"
	_, problems := Decode(Source{Name: "in.toml", Data: []byte(text)}, new(sample))
	if got, want := fmt.Sprint(problems), `in.toml:1:2: unknown key "a"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzUnknownKeys holds the search for unknown keys to the TOML library's own.
func FuzzUnknownKeys(f *testing.F) {
	files, _ := filepath.Glob("testdata/decode/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Add([]byte("[bot.token]\nx = 1\n[bot.inner]\nLIMIT = 1.0\ny = {z = 1}\n[[rule.part]]\n[rule.part.x]\n"))
	f.Add([]byte("rule = [{hit = [], x = [{y = 1}]}, {match = '', z = 1}]\nterms.a = 'b'\nterms.b.c = 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(new(sample))
		var missing *toml.StrictMissingError
		if err != nil && !errors.As(err, &missing) {
			return
		}
		var want []string
		if missing != nil {
			for _, e := range missing.Errors[:min(len(missing.Errors), maxProblems)] {
				line, col := e.Position()
				before := lineText(text, line)
				want = append(want, fmt.Sprint(Pos{"in.toml", line, len([]rune(string(before[:min(col-1, len(before))]))) + 1}))
			}
		}
		_, problems := Decode(Source{Name: "in.toml", Data: text}, new(sample))
		var got []string
		for _, p := range problems {
			got = append(got, p.Pos.String())
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got unknown keys at %v, want %v", got, want)
		}
	})
}
