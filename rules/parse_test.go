package rules

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pressalert/feeds"
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
		{"deep nears", "law" + strings.Repeat(" NEAR/5 law", 300), "more than 8 NEARs within each other"},
		{"deep nots", strings.Repeat("NOT ", 10_000) + "law", "more than 200 levels of parentheses and NOT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got := parseQuery(tt.query, &vocabulary{})
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
			if _, got := parseQuery(tt.query, &vocabulary{}); len(got) > 0 {
				t.Errorf("got errors %v", got)
			}
		})
	}
}

// TestLargeRules holds that rules at the limits are read, checked and matched in no time worth mention:
// the test would not end if the time grew with the square of the length.
func TestLargeRules(t *testing.T) {
	repeat := func(one, joint string, size int) string {
		var b strings.Builder
		for i := 0; b.Len() < size-100; i++ {
			if i > 0 {
				b.WriteString(joint)
			}
			fmt.Fprintf(&b, one, i)
		}
		return b.String()
	}
	const all, half = maxQuery, maxQuery / 2
	union, same := "("+repeat("law%d", " OR ", half)+")", "("+repeat("law%.0d", " OR ", half)+")"
	tests := []struct{ name, query string }{
		{"or", repeat("law%d", " OR ", all)},
		{"or of phrases", repeat(`"law x%d"`, " OR ", all)},
		{"or of the same", repeat("law%.0d", " OR ", all)},
		{"and", repeat("law%d", " AND ", all)},
		{"and not", "law AND " + repeat("NOT law%d", " AND ", all)},
		{"union without itself", union + " AND NOT " + union},
		{"near", "law" + strings.Repeat(" NEAR/50 law", maxNears)},
		{"near in sentences", "law" + strings.Repeat(" NEAR/s law", maxNears)},
		{"near of unions", union + " NEAR/50 " + union},
		{"near of the same", same + " NEAR/50 " + same},
		{"union of nears", repeat("law%.0d NEAR/50 law", " OR ", all)},
		{"near of nears", "(" + repeat("law%.0d NEAR/50 law", " OR ", half) + ") NEAR/50 law"},
	}
	long := feeds.Item{Title: strings.Repeat("law ", 1000), Body: strings.Repeat("law law1 x ", 10_000)}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := mustParse(t, mapFS("a.toml", ruleText("x", tt.query+"\n")))
			set.Warnings(nil)
			for _, m := range set.Match(long) {
				if len(m.Spans) > 10*maxSpans {
					t.Errorf("got %d spans", len(m.Spans))
				}
			}
			set.Explain(long)
		})
	}
}

func TestQueryErrorsAreBounded(t *testing.T) {
	_, got := parseQuery(strings.Repeat("| ", maxQuery/2), &vocabulary{})
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

// TestBadFiles holds that files which are no text, too large or cut short give a clear error and no set.
func TestBadFiles(t *testing.T) {
	good := ruleText("x", "press AND law\n")
	tests := []struct{ name, file, text, want string }{
		{"byte order mark", "a.toml", "\ufeff" + good, ""},
		{"line ends of Windows", "a.toml", strings.ReplaceAll(good, "\n", "\r\n"), ""},
		{"no-break space in a query", "a.toml", ruleText("x", "press\u00a0AND\u200b law"), ""},
		{"NUL", "a.toml", ruleText("x", "press \x00 law"), "a.toml:7:7: multiline literal strings cannot have control characters"},
		{"NUL as an escape", "a.toml", strings.ReplaceAll(good, "'''\npress", `"\u0000 press`) + "\"", "a.toml:6:"},
		{"not UTF-8", "a.toml", ruleText("x", "press \xff law"), "a.toml:7:7: not UTF-8 text"},
		{"half written", "a.toml", good[:len(good)-8], "a.toml:"},
		{"empty", "a.toml", "", ".: no file holds a [[rule]]"},
		{"too large", "a.toml", good + "#" + strings.Repeat("x", 1<<20), "a.toml: file is larger than"},
		{"concepts that are not UTF-8", "concepts/en.toml", "press = [\"\xff\"]", "concepts/en.toml:1:11: not UTF-8 text"},
		{"concepts half written", "concepts/en.toml", "press = [\"a\", ", "concepts/en.toml:1:"},
		{"concepts with a byte order mark", "concepts/en.toml", "\ufeffpress = [\"a\"]\r\n", ""},
		{"an empty file of concepts", "concepts/en.toml", "", ""},
		{"a file below a language", "concepts/en/more.toml", "press = [\"a\"]", "concepts/en/more.toml: the file is not named for a language"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{tt.file: {Data: []byte(tt.text)}}
			if strings.HasPrefix(tt.file, "concepts/") {
				files["a.toml"] = &fstest.MapFile{Data: []byte(good)}
			}
			set, err := Parse(files)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if (tt.want == "") != (err == nil) || (set == nil) != (err != nil) || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %v and error %q, want %q", set, got, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(ruleText("x", "press AND (law OR \"draft law*\")\n")), []byte("press = ['press', '=ITE', 'a phrase*']"))
	f.Add([]byte(ruleText("x", "@press NEAR/5 title:(place:@asean)\n")), []byte("asean = ['KH']\nKH = ['a']"))
	f.Add([]byte("[[rule]]\nmatch = \"press \\u0000 freedom\"\nhit = [{}, {title = 1}]"), []byte("KH = ['', ' ', '=', '@', '*']"))
	f.Add([]byte("\ufeffrule = [{id = 'x', match = '''\r\n(\r\n'''}]"), []byte("a = 1"))
	f.Add([]byte("[rule]\nid = 'x'"), []byte("a = []\n[b]\nc = ['d']"))
	f.Fuzz(func(t *testing.T, rules, words []byte) {
		files := map[string][]byte{"x.toml": rules, "concepts/en.toml": words, "places/any.toml": words, "places/regions.toml": words}
		dir := make(fstest.MapFS)
		for name, data := range files {
			dir[name] = &fstest.MapFile{Data: data}
		}
		set, err := Parse(dir)
		var problems strict.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("error is no strict.Problems: %v", err)
		}
		if set != nil {
			problems = append(problems, set.Warnings([]string{"en", "km"})...)
			set.Explain(feeds.Item{Title: string(rules), Summary: string(words), Language: "en"})
		}
		for _, p := range problems {
			if p.Pos.Line > strings.Count(string(files[p.Pos.File]), "\n")+1 {
				t.Errorf("%s is beyond the end of the file", p)
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, query := range []string{
		`press AND (law OR "draft law*") AND NOT sport`, "press freedom", "((a)", ")", "NOT", "and or not", "\"", "*",
		"អ្នកសារព័ត៌មាន OR นักข่าว*", "a\u200b* b", "“x” AND ＡＮＤ", "or or or", "not not x", "a OR NOT b",
		"=ITE OR =\"a b\"", "@press NEAR/5 (law OR draft) BEFORE/s bill", "title:(a AND body:b) AND lang:en", "place:KH AND place:@asean",
		"NEAR", "NEAR/", "a NEAR/99 b", "near/s", "title:", "place:\"", "titel:x", "http://x", "@", "=", "= a", "lang:english", "place:Cambodia",
		"a NEAR/1 NOT b", "a NEAR/1 (b AND c)", "kind:", "(a) NEAR/0 (b)", "title:title:title:a",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v := testVocabulary()
		root, errs := parseQuery(query, v)
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
		words := v.lexicon.build()
		for n := range walk(root) {
			if at := n.where(); at.from < 0 || at.from >= at.to || int(at.to) > len(query) {
				t.Errorf("a part stands at %v of %q", at, query)
			}
			if n, isTerm := n.(*termNode); isTerm && len(words.wordsOf(n.id)) == 0 {
				t.Errorf("term %q has no words", n.written)
			}
		}
		for range (critic{words}).findings(root) {
		}
		if again, errs := parseQuery(query, testVocabulary()); len(errs) > 0 || normalForm(again) != normalForm(root) {
			t.Errorf("read again it is %v, %v", again, errs)
		}
	})
}

// mapFS is a directory of one file.
func mapFS(name, text string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(text)}} }
