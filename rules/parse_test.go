package rules

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"pressalert/feeds/strict"
)

// TestParseErrors runs testdata/parse/*.txtar: rule files, and the errors that they give, each with
// its line and a caret.
func TestParseErrors(t *testing.T) {
	for _, c := range readCases(t, "testdata/parse/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			set, err := Parse(c.files)
			if err == nil {
				t.Fatalf("got a set of %d rules, want errors", len(set.Rules()))
			}
			c.compare(t, "errors", strict.Detail(err)+"\n")
		})
	}
}

func TestQueryLimits(t *testing.T) {
	tests := []struct{ name, query, want string }{
		{"long", strings.Repeat("x", maxQuery+1), "the query is longer than 65536 bytes"},
		{"deep parentheses", strings.Repeat("(", 10_000) + "law" + strings.Repeat(")", 10_000), "more than 200 levels of parentheses and NOT"},
		{"deep, not closed", strings.Repeat("(", 10_000), "more than 200 levels of parentheses and NOT"},
		{"deep nots", strings.Repeat("NOT ", 10_000) + "law", "more than 200 levels of parentheses and NOT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got := parseQuery(tt.query)
			if len(got) != 1 || got[0].what != tt.want {
				t.Errorf("got %v, want one error %q", got, tt.want)
			}
		})
	}
}

func TestQueryAtLimits(t *testing.T) {
	tests := []struct{ name, query string }{
		{"deep", strings.Repeat("(", maxNesting) + "law" + strings.Repeat(")", maxNesting)},
		{"wide", "law" + strings.Repeat(" OR law", (maxQuery-len("law"))/len(" OR law"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := parseQuery(tt.query); len(got) > 0 {
				t.Errorf("got errors %v", got)
			}
		})
	}
}

func TestQueryErrorsAreBounded(t *testing.T) {
	_, got := parseQuery(strings.Repeat("| ", maxQuery/2))
	if len(got) != maxQueryErrors {
		t.Errorf("got %d errors, want %d", len(got), maxQueryErrors)
	}
}

func TestSet(t *testing.T) {
	set := mustParse(t, fstest.MapFS{
		"b.toml": {Data: []byte(ruleText("second", "law\n"))},
		"a.toml": {Data: []byte(ruleText("first", "law\n") + strings.Replace(ruleText("off", "law\n"), "severity", "status = \"off\"\nseverity", 1))},
	})
	var ids []string
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	if got, want := strings.Join(ids, " "), "first second"; got != want {
		t.Errorf("rules are %s, want %s", got, want)
	}
	if r, ok := set.Rule("second"); !ok || r.Title != "second" {
		t.Errorf("Rule(second) is %v, %v", r, ok)
	}
	if _, ok := set.Rule("off"); ok {
		t.Error("Rule(off) finds a rule that is off")
	}
}

func TestVersion(t *testing.T) {
	version := func(name, query string) string {
		return mustParse(t, fstest.MapFS{name: {Data: []byte(ruleText("x", query))}}).Version()
	}
	first := version("a.toml", "law\n")
	if again := version("a.toml", "law\n"); again != first {
		t.Errorf("the same files give %s and %s", first, again)
	}
	for _, other := range []string{version("b.toml", "law\n"), version("a.toml", "laws\n")} {
		if other == first || len(other) != 8 {
			t.Errorf("other files give %s, the first %s", other, first)
		}
	}
}

func mustParse(t testing.TB, files fstest.MapFS) *Set {
	t.Helper()
	set, err := Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(ruleText("x", "press AND (law OR \"draft law*\")\n")))
	f.Add([]byte("[[rule]]\nmatch = \"press \\u0000 freedom\"\nhit = [{}, {title = 1}]"))
	f.Add([]byte("\ufeffrule = [{id = 'x', match = '''\r\n(\r\n'''}]"))
	f.Add([]byte("[rule]\nid = 'x'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Parse(fstest.MapFS{"x.toml": {Data: data}})
		var problems strict.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("error is no strict.Problems: %v", err)
		}
		for _, p := range problems {
			if p.Pos.Line > strings.Count(string(data), "\n")+1 {
				t.Errorf("%s is beyond the end of the file", p)
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, query := range []string{
		`press AND (law OR "draft law*") AND NOT sport`, "press freedom", "((a)", ")", "NOT", "and or not", "\"", "*",
		"អ្នកសារព័ត៌មាន OR นักข่าว*", "a\u200b* b", "“x” AND ＡＮＤ", "or or or", "not not x", "a OR NOT b",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		root, errs := parseQuery(query)
		if (root == nil) != (len(errs) > 0) {
			t.Errorf("got the query %v and errors %v", root, errs)
		}
		for _, e := range errs {
			if e.at < 0 || e.at > len(query) || e.what == "" {
				t.Errorf("bad error %+v", e)
			}
		}
		if root == nil {
			return
		}
		for term := range termsOf(root) {
			if len(term.words) == 0 || term.words[0].word == "" {
				t.Errorf("term %q has no words", term.written)
			}
		}
	})
}
