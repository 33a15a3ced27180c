package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/tools/txtar"

	"pressalert/feeds"
)

var update = flag.Bool("update", false, "write what the parser gives into testdata/feeds")

// noon is the time at which the files of testdata are read.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A golden is what a file of testdata/feeds is to give: items or an error.
type golden struct {
	Feed   *goldenFeed  `json:"feed,omitempty"`
	Mended []string     `json:"mended,omitempty"`
	Cut    bool         `json:"cut,omitempty"`
	Items  []goldenItem `json:"items,omitempty"`
	Error  string       `json:"error,omitempty"`
}

// A goldenFeed is what a document says of itself; in files that set "show: feed".
type goldenFeed struct {
	Title    string     `json:"title"`
	Home     string     `json:"home,omitempty"`
	Language string     `json:"language,omitempty"`
	Charset  string     `json:"charset"`
	Pace     feeds.Pace `json:"pace"`
}

type goldenItem struct {
	Title     string `json:"title"`
	Summary   string `json:"summary,omitempty"`
	Link      string `json:"link,omitempty"`
	Language  string `json:"language,omitempty"`
	Published string `json:"published,omitempty"`
	Keys      int    `json:"keys"`
	// These three are left out where they are empty.
	Author     string   `json:"author,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Image      string   `json:"image,omitempty"`
}

// TestGolden parses every file of testdata/feeds. Lines of the form "key: value" before the feed set
// content-type, url, languages (of the feed list), encode (what the feed's text is encoded to), escape
// (whether \xNN stands for a byte), fill (how many letters stand for {fill}), items (how many items a reader
// finds in the text) and show (feed: what the document says of itself, too).
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
	s := readSample(t, archive)
	doc, err := s.parse()
	return goldenText(t, doc, err, s.settings["show"] == "feed")
}

// A sample is a file of testdata/feeds as it is given to Parse.
type sample struct {
	// kind is what is peculiar to it, in words.
	kind     string
	settings map[string]string
	feed     feeds.Feed
	src      Source
}

func readSample(t testing.TB, archive *txtar.Archive) sample {
	t.Helper()
	kind, _, _ := strings.Cut(string(archive.Comment), "\n")
	s := sample{kind: strings.TrimSuffix(kind, "."), settings: make(map[string]string)}
	for line := range strings.Lines(string(archive.Comment)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			s.settings[key] = value
		}
	}
	s.feed = feeds.Feed{ID: "golden", URL: "https://golden.example/feed"}
	if s.settings["languages"] != "" {
		s.feed.Languages = strings.Split(s.settings["languages"], ", ")
	}
	if s.settings["url"] != "" {
		s.feed.URL = s.settings["url"]
	}
	text := archive.Files[0].Data
	if n, err := strconv.Atoi(s.settings["fill"]); err == nil {
		text = bytes.ReplaceAll(text, []byte("{fill}"), bytes.Repeat([]byte("x"), n))
	}
	if s.settings["escape"] != "" {
		text = escapedByte.ReplaceAllFunc(text, func(b []byte) []byte {
			n, _ := strconv.ParseUint(string(b[2:]), 16, 8)
			return []byte{byte(n)}
		})
	}
	s.src = Source{Body: encode(t, text, s.settings["encode"]), ContentType: s.settings["content-type"], URL: s.feed.URL}
	return s
}

var escapedByte = regexp.MustCompile(`\\x[0-9a-f]{2}`)

func (s sample) parse() (Document, error) { return Parse(s.src, s.feed, noon) }

func encode(t testing.TB, text []byte, name string) []byte {
	t.Helper()
	var encoder *encoding.Encoder
	switch name {
	case "":
		return text
	case "utf-8-bom":
		return append([]byte("\ufeff"), text...)
	case "utf-16":
		encoder = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	case "utf-16le-bare":
		encoder = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	case "utf-32":
		encoder = utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder()
	case "utf-32be-bare":
		encoder = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder()
	default:
		enc, _ := lookup(name)
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

func goldenText(t *testing.T, doc Document, err error, show bool) []byte {
	t.Helper()
	g := golden{Mended: doc.Mended, Cut: doc.Cut}
	if show {
		g.Feed = &goldenFeed{doc.Title, doc.Home, doc.Language, doc.Charset, doc.Pace}
	}
	if err != nil {
		g.Error = err.Error()
		if e := (*feeds.Error)(nil); !errors.As(err, &e) {
			t.Errorf("error %v is no *Error", err)
		}
	}
	for _, i := range doc.Items {
		item := goldenItem{Title: i.Title, Summary: i.Summary, Link: i.Link, Language: i.Language, Keys: len(i.Keys),
			Author: i.Author, Categories: i.Categories, Image: i.Image}
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
