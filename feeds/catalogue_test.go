package feeds

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"pressalert/feeds/strict"
)

var update = flag.Bool("update", false, "write the errors found into testdata/catalogue")

func TestLibrary(t *testing.T) {
	c, err := Parse(Library())
	if err != nil {
		t.Fatal(strict.Detail(err))
	}
	if len(c.Feeds()) == 0 {
		t.Fatal("the library holds no feed")
	}
	for _, feed := range c.Feeds() {
		if !feed.Off && !strings.HasPrefix(feed.URL, "https://") {
			t.Errorf("feed %s: got url %s, want https for a feed that is read", feed.ID, feed.URL)
		}
		if len(feed.Languages) == 0 {
			t.Errorf("feed %s: got no language", feed.ID)
		}
	}
}

func TestParseCatalogue(t *testing.T) {
	c, err := Parse(fstest.MapFS{
		"b.toml": {Data: []byte("[[feed]]\nid = \"third\"\nurl = \"https://c.example/\"\noff = true\n")},
		"a.toml": {Data: []byte("[[feed]]\nid = \"first\"\nurl = \"https://a.example/\"\n[[feed]]\nid = \"second\"\nurl = \"http://b.example/rss\"\n" +
			"title = \"B\"\npublisher = \"P\"\nkind = \"official\"\ncountry = \"KH\"\nlanguages = [\"km\", \"pt-BR\"]\n")},
		".c.toml.swp": {Data: []byte("x")},
		"notes.txt":   {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, feed := range c.On() {
		got = append(got, feed.ID)
	}
	if want := "first second"; strings.Join(got, " ") != want || len(c.Feeds()) != 3 {
		t.Errorf("got %v on of %d, want %s of 3", got, len(c.Feeds()), want)
	}
	first, _ := c.Feed("first")
	if first.Title != "first" || first.Publisher != "first" || first.Kind != IndependentMedia {
		t.Errorf("got %+v, want the defaults", first)
	}
	second, _ := c.Feed("second")
	if second.Title != "B" || second.Publisher != "P" || second.Kind != Official || second.Country != "KH" || len(second.Languages) != 2 {
		t.Errorf("got %+v, want what the file says", second)
	}
	if _, ok := c.Feed("fourth"); ok {
		t.Error("got a feed that is not there")
	}
}

// TestCatalogueErrors parses the files of each txtar of testdata/catalogue; its file "errors" holds
// what is to be reported, as people see it.
func TestCatalogueErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/catalogue/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir, want := fstest.MapFS{}, []byte(nil)
			kept := archive.Files[:0]
			for _, f := range archive.Files {
				if f.Name == "errors" {
					want = f.Data
					continue
				}
				dir[f.Name] = &fstest.MapFile{Data: f.Data}
				kept = append(kept, f)
			}
			c, err := Parse(dir)
			if err == nil || c != nil {
				t.Fatalf("got catalogue %v and error %v, want an error only", c, err)
			}
			got := []byte(strict.Detail(err) + "\n")
			if *update {
				archive.Files = append(kept, txtar.File{Name: "errors", Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestCatalogueUnreadable(t *testing.T) {
	good := "[[feed]]\nid = \"a\"\nurl = \"https://a.example/\"\n"
	tests := []struct {
		name, data string
		want       string
	}{
		{"byte order mark", "\ufeff" + good, ""},
		{"Windows line ends", strings.ReplaceAll(good, "\n", "\r\n"), ""},
		{"NUL", "[[feed]]\nid = \"a\x00\"\n", "f.toml:2:8: "},
		{"not UTF-8", "[[feed]]\nid = \"a\"\ntitle = \"caf\xe9\"\n", "f.toml:3:13: not UTF-8 text; save the file as UTF-8"},
		{"more than a megabyte", good + strings.Repeat("# filler\n", 120_000), "f.toml: file is larger than 1048576 bytes"},
		{"error behind Windows line ends", strings.ReplaceAll(good+"x = 1\n", "\n", "\r\n"), "f.toml:4:1: unknown key \"x\""},
		{"error behind a byte order mark", "\ufeffx = 1\n" + good, "f.toml:1:1: unknown key \"x\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(fstest.MapFS{"f.toml": {Data: []byte(tt.data)}})
			if tt.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			var problems strict.Problems
			if !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want problems that begin with %s", err, tt.want)
			}
		})
	}
}

func TestParseEmptyDirectory(t *testing.T) {
	_, err := Parse(fstest.MapFS{"README.md": {Data: []byte("x")}})
	if err == nil || !strings.Contains(err.Error(), "holds no .toml file") {
		t.Errorf("got %v, want that there is no file", err)
	}
	_, err = Parse(os.DirFS(filepath.Join(t.TempDir(), "missing")))
	if err == nil || !strings.Contains(err.Error(), "directory cannot be read") {
		t.Errorf("got %v, want that there is no directory", err)
	}
}

func FuzzParseCatalogue(f *testing.F) {
	f.Add("[[feed]]\nid = \"a\"\nurl = \"https://a.example/\"\n")
	f.Add("[[feed]]\nid = 1\nkind = \"x\"\nlanguages = [\"\"]\n[feed]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(fstest.MapFS{"f.toml": {Data: []byte(text)}})
		if (c == nil) == (err == nil) {
			t.Errorf("got catalogue %v and error %v, want one of them", c, err)
		}
		if err != nil && strict.Detail(err) == "" {
			t.Error("got an error without words")
		}
	})
}
