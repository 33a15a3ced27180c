package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"pressalert/feeds/strict"
)

// TestParseOPML parses list.opml of each txtar of testdata/opml. Its file "want" holds the feeds as
// Format writes them, its file "error" what is to be reported.
func TestParseOPML(t *testing.T) {
	files, err := filepath.Glob("testdata/opml/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := make(map[string]string)
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			list, err := ParseOPML(strings.NewReader(parts["list.opml"]))
			got, want := string(Format(list)), parts["want"]
			if err != nil {
				if problems := (strict.Problems)(nil); errors.As(err, &problems) {
					err = problems.In("list.opml")
				}
				got, want = err.Error()+"\n", parts["error"]
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestParseOPMLBytes(t *testing.T) {
	const head = `<?xml version="1.0" encoding="ISO-8859-1"?><opml><body><outline text="`
	const tail = `" xmlUrl="https://a.example/"/></body></opml>`
	tests := []struct{ name, give, title, err string }{
		{"Latin-1", head + "Se\xf1al" + tail, "Señal", ""},
		{"byte order mark", "\ufeff<opml><body><outline text=\"A" + tail, "A", ""},
		{"turned line", "<opml><body><outline text=\"A\u202eB\u0085\ufeff" + tail, "AB", ""},
		{"joiners stay", "<opml><body><outline text=\"می\u200cخواهم" + tail, "می\u200cخواهم", ""},
		{"long title", "<opml><body><outline text=\"" + strings.Repeat("ក", 201) + tail, strings.Repeat("ក", 199) + "…", ""},
		{"not the declared encoding", "<opml><body><outline text=\"Se\xf1al" + tail, "", "not an OPML file: XML syntax error on line 1: invalid UTF-8"},
		{"NUL", "<opml><body><outline text=\"A\x00" + tail, "", "not an OPML file: XML syntax error on line 1: illegal character code U+0000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := ParseOPML(strings.NewReader(tt.give))
			if err != nil {
				if err.Error() != tt.err {
					t.Errorf("got error %v, want %q", err, tt.err)
				}
				return
			}
			if tt.err != "" || list[0].Title != tt.title {
				t.Errorf("got title %q, want %q, %s", list[0].Title, tt.title, tt.err)
			}
		})
	}
}

func TestParseOPMLBounds(t *testing.T) {
	outlines := func(n int, format string) string {
		var b strings.Builder
		b.WriteString("<opml><body>")
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String() + "</body></opml>"
	}
	const same = `<outline text="A" xmlUrl="https://a.example/%d"/>`
	tests := []struct {
		name string
		give io.Reader
		want string
	}{
		{"feeds", strings.NewReader(outlines(maxOPMLFeeds+1, same)), "OPML file lists more than 10000 feeds"},
		{"bytes", io.MultiReader(strings.NewReader("<opml>"), strings.NewReader(strings.Repeat(" ", maxOPMLSize))), "OPML file is larger than 10485760 bytes"},
		{"unreadable", io.MultiReader(strings.NewReader("<opml>"), brokenReader{}), "not an OPML file: broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if list, err := ParseOPML(tt.give); err == nil || err.Error() != tt.want {
				t.Errorf("got %d feeds and error %v, want %s", len(list), err, tt.want)
			}
		})
	}
	if list, err := ParseOPML(strings.NewReader(outlines(maxOPMLFeeds, same))); err != nil || len(list) != maxOPMLFeeds {
		t.Errorf("got %d feeds and error %v, want %d", len(list), err, maxOPMLFeeds)
	}
	deep := "<opml><body>" + strings.Repeat(`<outline text="f">`, 300_000)
	if _, err := ParseOPML(strings.NewReader(deep)); err == nil {
		t.Error("got no error of folders that are not closed")
	}
	var problems strict.Problems
	if _, err := ParseOPML(strings.NewReader(outlines(1000, `<outline xmlUrl="%d"/>`))); !errors.As(err, &problems) || len(problems) != maxOPMLProblems {
		t.Errorf("got %d problems, want the first %d", len(problems), maxOPMLProblems)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// TestOPMLRoundTrip writes the library and reads it back.
func TestOPMLRoundTrip(t *testing.T) {
	c, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteOPML(&b, c); err != nil {
		t.Fatal(err)
	}
	list, err := ParseOPML(&b)
	if err != nil {
		t.Fatal(err)
	}
	on := c.On()
	if len(list) != len(on) {
		t.Fatalf("got %d feeds, want %d", len(list), len(on))
	}
	for i, got := range list {
		want := Feed{ID: got.ID, URL: on[i].URL, Title: on[i].Title, Publisher: on[i].Title, Kind: IndependentMedia, Languages: on[i].Languages}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if missing := c.Missing(list); len(missing) != 0 {
		t.Errorf("got %d feeds that the library lacks, want none: %v", len(missing), missing)
	}
}

func TestWriteOPML(t *testing.T) {
	c, err := Parse(fstest.MapFS{"f.toml": {Data: []byte(`
[[feed]]
id = "a"
url = "https://reader:hunter2@a.example/rss?a=1&b=%2F@x"
title = 'A "<B>" & C'
languages = ["km", "en"]
[[feed]]
id = "b"
url = "https://b.example/"
off = true
`)}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := WriteOPML(&b, c); err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Feeds of pressalert</title>
  </head>
  <body>
    <outline type="rss" text="A &#34;&lt;B&gt;&#34; &amp; C" title="A &#34;&lt;B&gt;&#34; &amp; C" xmlUrl="https://a.example/rss?a=1&amp;b=%2F@x" language="km,en"></outline>
  </body>
</opml>
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMissing(t *testing.T) {
	c, err := ParseSources([]strict.Source{{Name: "f.toml", Data: []byte("[[feed]]\nid = \"news\"\nurl = \"https://a.example/rss\"\n")}})
	if err != nil {
		t.Fatal(err)
	}
	list := []Feed{
		{ID: "news", URL: "https://b.example/"}, {ID: "other", URL: "http://www.a.example/rss/"},
		{ID: "news-2", URL: "https://c.example/"}, {ID: "c", URL: "https://c.example"},
	}
	var got []string
	for _, f := range c.Missing(list) {
		got = append(got, f.ID+" "+f.URL)
	}
	if want := []string{"news-3 https://b.example/", "news-2 https://c.example/"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if list[0].ID != "news" {
		t.Errorf("got id %q in the list that was given, want it as it was", list[0].ID)
	}
}

func mustSchedule(t *testing.T, text string) Schedule {
	t.Helper()
	s, err := ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFormat writes every key, and texts that TOML must escape.
func TestFormat(t *testing.T) {
	want := []Feed{
		{ID: "a", URL: "https://a.example/?x=\\", Title: "\"A\"\t\x01\x7f ក\u200c", Publisher: "P", Kind: Official, Country: "KH", Languages: []string{"km", "pt-BR"},
			Fallbacks: []string{"https://mirror.example/\"", "proxy:tor"}, Proxy: "office", Schedule: mustSchedule(t, "*/30 6-22 * * *"), FullText: true, Off: true},
		{ID: "b", URL: "https://b.example/", Title: "B", Publisher: "B", Kind: Wire},
	}
	c, err := ParseSources([]strict.Source{{Name: "f.toml", Data: Format(want)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Feeds(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func FuzzParseOPML(f *testing.F) {
	f.Add(`<opml><body><outline text="A &amp; B" xmlUrl="https://a.example/?x&y" language="km,en"/></body></opml>`)
	f.Add(`<?xml version="1.0" encoding="koi8-r"?><OPML><outline TITLE="` + "\xc1\xc2" + `" xmlurl="feed://b.example"/></OPML>`)
	f.Add(`<opml><outline xmlUrl="http://[::1%25a]:80/"/><outline xmlUrl="https://A.example#x\"/></opml>`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseOPML(strings.NewReader(text))
		if (len(list) == 0) == (err == nil) {
			t.Fatalf("got %d feeds and error %v, want one of them", len(list), err)
		}
		if err != nil {
			return
		}
		c, err := ParseSources([]strict.Source{{Name: "f.toml", Data: Format(list)}})
		if err != nil {
			t.Fatalf("got a list that is not taken: %s\n%s", strict.Detail(err), Format(list))
		}
		if got := c.Feeds(); !reflect.DeepEqual(got, list) {
			t.Errorf("got %+v back, want %+v", got, list)
		}
	})
}
