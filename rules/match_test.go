package rules

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"pressalert/feeds"
)

var update = flag.Bool("update", false, "write the want sections of testdata anew")

// TestMatchCases runs testdata/match/*.txtar. A case holds rule files (x.toml) or bare queries
// (id.query), items one a line (see parseItem), and what is wanted: under each item the matching rules
// with their spans (field, bytes, text, term), and the countries that the text names.
func TestMatchCases(t *testing.T) {
	for _, c := range readCases(t, "testdata/match/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			set, err := Parse(c.files)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.Lines(c.section("items")) {
				item := parseItem(t, strings.TrimSuffix(line, "\n"))
				fmt.Fprintf(&got, "%s%s", line, describe(item, set.Match(item)))
			}
			c.compare(t, "want", got.String())
		})
	}
}

// parseItem reads "title | summary", or an object with any of the keys title, summary, body, lang, feed
// and kind.
func parseItem(t *testing.T, line string) feeds.Item {
	t.Helper()
	if !strings.HasPrefix(line, "{") {
		title, summary, _ := strings.Cut(line, " | ")
		return feeds.Item{Title: title, Summary: summary}
	}
	var v struct {
		Title, Summary, Body, Lang, Feed string
		Kind                             feeds.Kind
	}
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return feeds.Item{Title: v.Title, Summary: v.Summary, Body: v.Body, Language: v.Lang, Feed: v.Feed, Kind: v.Kind}
}

// describe writes the matches of an item.
func describe(item feeds.Item, matches []Match) string {
	texts := map[Field]string{Title: item.Title, Summary: item.Summary, Body: item.Body}
	var b strings.Builder
	for _, m := range matches {
		fmt.Fprintf(&b, "  %s", m.Rule.ID)
		if len(m.Countries) > 0 {
			fmt.Fprintf(&b, " %v", m.Countries)
		}
		b.WriteByte(':')
		for i, s := range m.Spans {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s %d-%d %s (%s)", s.Field, s.Start, s.End, texts[s.Field][s.Start:s.End], s.Term)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// A testCase is a txtar file.
type testCase struct {
	name, path string
	archive    *txtar.Archive
	files      fstest.MapFS
}

// readCases reads the txtar files that a pattern names.
func readCases(t *testing.T, pattern string) []testCase {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files match %s (%v)", pattern, err)
	}
	var all []testCase
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := testCase{
			name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, archive: archive,
			files: make(fstest.MapFS),
		}
		queries := ""
		for _, f := range archive.Files {
			if id, ok := strings.CutSuffix(f.Name, ".query"); ok {
				queries += ruleText(id, string(f.Data))
			} else if strings.HasSuffix(f.Name, ".toml") {
				c.files[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
		if queries != "" {
			c.files["queries.toml"] = &fstest.MapFile{Data: []byte(queries)}
		}
		all = append(all, c)
	}
	return all
}

// ruleText is a rule file around a query.
func ruleText(id, query string) string {
	return fmt.Sprintf("[[rule]]\nid = %q\ntitle = %q\ntopic = \"attack\"\nseverity = \"low\"\nmatch = '''\n%s'''\n\n", id, id, query)
}

func (c testCase) section(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// compare holds got against a section, or with -update writes it there.
func (c testCase) compare(t *testing.T, name, got string) {
	t.Helper()
	if !*update {
		if want := c.section(name); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		return
	}
	for i, f := range c.archive.Files {
		if f.Name == name {
			c.archive.Files[i].Data = []byte(got)
		}
	}
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
