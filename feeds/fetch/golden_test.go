package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/tools/txtar"

	"pressalert/feeds"
)

var update = flag.Bool("update", false, "write what the parser gives into testdata/feeds")

// noon is the time at which the files of testdata are read.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A golden is what a file of testdata/feeds is to give: items or an error.
type golden struct {
	Items []goldenItem `json:"items,omitempty"`
	Error string       `json:"error,omitempty"`
}

type goldenItem struct {
	Title     string `json:"title"`
	Summary   string `json:"summary,omitempty"`
	Link      string `json:"link,omitempty"`
	Language  string `json:"language,omitempty"`
	Published string `json:"published,omitempty"`
	Keys      int    `json:"keys"`
}

// TestGolden parses every file of testdata/feeds. Lines of the form "key: value" before the feed set
// content-type, url, languages (of the feed list) and encode (what the feed's text is encoded to).
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/feeds/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := goldenOf(t, archive)
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "want.json", Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 {
				t.Fatal("want.json is missing: run go test -update and read what it gives")
			}
			if want := archive.Files[1].Data; !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func goldenOf(t *testing.T, archive *txtar.Archive) []byte {
	t.Helper()
	settings := make(map[string]string)
	for line := range strings.Lines(string(archive.Comment)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			settings[key] = value
		}
	}
	feed := feeds.Feed{ID: "golden", URL: "https://golden.example/feed"}
	if settings["languages"] != "" {
		feed.Languages = strings.Split(settings["languages"], ", ")
	}
	if settings["url"] != "" {
		feed.URL = settings["url"]
	}
	body := encode(t, archive.Files[0].Data, settings["encode"])
	items, err := Parse(Document{Body: body, ContentType: settings["content-type"], URL: feed.URL}, feed, noon)
	return goldenText(t, items, err)
}

func encode(t *testing.T, text []byte, name string) []byte {
	t.Helper()
	var encoder *encoding.Encoder
	switch name {
	case "":
		return text
	case "utf-8-bom":
		return append([]byte("\ufeff"), text...)
	case "utf-16":
		encoder = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	default:
		enc, _ := charset.Lookup(name)
		if enc == nil {
			t.Fatalf("unknown encoding %q", name)
		}
		encoder = enc.NewEncoder()
	}
	out, err := encoder.Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func goldenText(t *testing.T, items []feeds.Item, err error) []byte {
	t.Helper()
	var g golden
	if err != nil {
		g.Error = err.Error()
		if e := (*Error)(nil); !errors.As(err, &e) {
			t.Errorf("error %v is no *Error", err)
		}
	}
	for _, i := range items {
		item := goldenItem{Title: i.Title, Summary: i.Summary, Link: i.Link, Language: i.Language, Keys: len(i.Keys)}
		if !i.Published.IsZero() {
			item.Published = i.Published.Format(time.RFC3339)
		}
		g.Items = append(g.Items, item)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
