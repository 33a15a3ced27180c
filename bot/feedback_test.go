package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

var missed = []feeds.Item{
	{Title: `Reporter "jailed" in a film`, Summary: "A \\ comedy\nof errors.", Language: "en"},
	{Title: "អ្នកសារព័ត៌មាន"},
}

func TestInsertExamples(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a list of lines", `
[[rule]]
id = "a"
hit = [{ title = "x" }]
miss = [
  { title = "one ] more", lang = "en" },
  { title = "two" }, # the second
]
note = "n"
`, `
[[rule]]
id = "a"
hit = [{ title = "x" }]
miss = [
  { title = "one ] more", lang = "en" },
  { title = "two" }, # the second
  NEW
]
note = "n"
`},
		{"no comma behind the last", `
[[rule]]
id = "a"
miss = [
  { title = 'it''s', summary = """a ] "b" """ } # ], a comment
  # another
]
`, ``},
		{"no comma", `
[[rule]]
id = "a"
miss = [
  { title = "one" } # ] a comment
  # another
]
`, `
[[rule]]
id = "a"
miss = [
  { title = "one" }, # ] a comment
  NEW
  # another
]
`},
		{"one line", `
[[rule]]
id = "a"
miss = [{ title = "one" }, { title = "two" }]
`, `
[[rule]]
id = "a"
miss = [{ title = "one" }, { title = "two" },
  NEW
]
`},
		{"tables", "[[rule]]\nid = 'a'\n[[rule.miss]]\ntitle = 'x'\n", ``},
		{"inline", "rule = [{ id = 'a' }] # [[rule]]\n", ``},
		{"an empty list", `
[[rule]]
id = "a"
miss = []
match = 'm'
`, `
[[rule]]
id = "a"
miss = [
  NEW
]
match = 'm'
`},
		{"no list, but hits", `
[[rule]]
id = "a"
hit = [
  { title = "x" },
]

[[rule]]
id = "b"
`, `
[[rule]]
id = "a"
hit = [
  { title = "x" },
]
miss = [
  NEW
]

[[rule]]
id = "b"
`},
		{"no examples, at the end of the file", `
[[rule]]
title = "ក" # a comment
id = "a"`, `
[[rule]]
title = "ក" # a comment
id = "a"
miss = [
  NEW
]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := strict.Source{Name: "a.toml", Data: []byte(c.file)}
			f, err := parseExamples(src)
			var got []byte
			if err == nil {
				got, err = f.add(src.Data, 0, missed)
			}
			if c.want == "" {
				if err == nil {
					t.Errorf("a file of this form is taken:\n%s", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			entries := exampleOf(missed[0]) + ",\n  " + exampleOf(missed[1]) + ","
			if want := strings.Replace(c.want, "NEW", entries, 1); string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			checkInserted(t, got)
		})
	}
}

// checkInserted holds that the first rule of a file knows the missed items.
func checkInserted(t *testing.T, text []byte) {
	t.Helper()
	f, err := parseExamples(strict.Source{Name: "a.toml", Data: text})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if fresh := f.rules[0].without(missed); len(fresh) != 0 {
		t.Errorf("not among the examples: %+v in\n%s", fresh, text)
	}
}

func TestWithout(t *testing.T) {
	r := exampleRule{known: []feeds.Item{{Title: "known"}, {Title: "other", Summary: "s"}}}
	items := []feeds.Item{{Title: "known"}, {Title: "other"}, {Title: "other"}, {Title: ""}, {Title: "known", Summary: "s"}}
	var got []string
	for _, item := range r.without(items) {
		got = append(got, item.Title+item.Summary)
	}
	if want := []string{"other", "knowns"}; !slices.Equal(got, want) {
		t.Errorf("fresh = %q, want %q", got, want)
	}
}

func FuzzInsertExamples(f *testing.F) {
	f.Add("[[rule]]\nid = 'a'\nmiss = [{title = '''x''''}, ]# x\n")
	f.Add("[[rule]]\nid=\"a\"\r\nmiss=[\r\n{title=\"\\\"]\"}\r\n]\r\n[[rule]]\nid=\"b\"\nhit=[]")
	f.Add("rule = [{id = 'a', miss = []}]\n# [[rule]]")
	f.Fuzz(func(t *testing.T, text string) {
		src := strict.Source{Name: "a.toml", Data: []byte(text)}
		before, err := parseExamples(src)
		if err != nil || len(before.rules) == 0 {
			return
		}
		got, err := before.add(src.Data, len(before.rules)-1, missed)
		if err != nil {
			return
		}
		if patched := unified("a.toml", src.Data, got); len(patched) == 0 {
			t.Errorf("no change of\n%s", got)
		}
	})
}

// TestPatchApplies applies the change of every shipped rule file with patch and with git, where they are
// installed.
func TestPatchApplies(t *testing.T) {
	files, err := filepath.Glob("../rules/library/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	dir := t.TempDir()
	var text []byte
	want := make(map[string]string)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		f, err := parseExamples(strict.Source{Name: name, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		after := data
		for i := len(f.rules) - 1; i >= 0; i-- {
			if after, err = f.add(after, i, missed); err != nil {
				t.Fatal(err)
			}
		}
		checkInserted(t, after)
		want[name] = string(after)
		text = append(text, unified(name, data, after)...)
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, patchFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tool := range [][]string{{"git", "apply", "--check", patchFile}, {"patch", "-p1", "-i", patchFile}} {
		path, err := exec.LookPath(tool[0])
		if err != nil {
			t.Logf("%s is not installed", tool[0])
			continue
		}
		cmd := exec.CommandContext(t.Context(), path, tool[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", tool, err, out)
		}
		if tool[0] != "patch" {
			continue
		}
		for name, after := range want {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != after {
				t.Errorf("%s is not as it was to be (%v)", name, err)
			}
		}
	}
}
