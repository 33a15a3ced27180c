package rules

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pressalert/feeds"
)

// reference matches an item in the slow and obvious way: every rule, every term, every word.
func reference(rules []compiled, item feeds.Item) []Match {
	var matches []Match
	fields := [][]token{Title: tokens(item.Title), Summary: tokens(item.Summary)}
	for _, r := range rules {
		if !referenceHolds(r.match, fields) || r.unless != nil && referenceHolds(r.unless, fields) {
			continue
		}
		all := referenceSpans(r.match, fields)
		slices.SortStableFunc(all, func(a, b Span) int {
			return cmp.Or(int(a.Field)-int(b.Field), a.Start-b.Start, a.End-b.End, strings.Compare(a.Term, b.Term))
		})
		matches = append(matches, Match{Rule: r.rule, Spans: slices.Compact(all)})
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return int(b.Rule.Severity) - int(a.Rule.Severity) })
	return matches
}

func referenceHolds(n node, fields [][]token) bool {
	switch n := n.(type) {
	case *termNode:
		return len(referencePlaces(n, fields)) > 0
	case *notNode:
		return !referenceHolds(n.of, fields)
	case *andNode:
		for _, operand := range n.all {
			if !referenceHolds(operand, fields) {
				return false
			}
		}
		return true
	case *orNode:
		for _, operand := range n.any {
			if referenceHolds(operand, fields) {
				return true
			}
		}
	}
	return false
}

// referencePlaces returns the first places of a term.
func referencePlaces(n *termNode, fields [][]token) []Span {
	var all []Span
	for field, text := range fields {
		for i := range text {
			found := i+len(n.words) <= len(text)
			for j := 0; found && j < len(n.words); j++ {
				t, w := text[i+j], n.words[j]
				fits := false
				for _, form := range append([]string{t.word}, t.others...) {
					fits = fits || form == w.word || w.prefix && strings.HasPrefix(form, w.word)
				}
				found = fits && (!w.glued || t.gap == none)
			}
			if found && len(all) < maxPlaces {
				all = append(all, Span{Field(field), text[i].start, text[i+len(n.words)-1].end, n.written})
			}
		}
	}
	return all
}

func referenceSpans(n node, fields [][]token) []Span {
	var all []Span
	switch n := n.(type) {
	case *termNode:
		all = referencePlaces(n, fields)
	case *andNode:
		for _, operand := range n.all {
			all = append(all, referenceSpans(operand, fields)...)
		}
	case *orNode:
		for _, operand := range n.any {
			if referenceHolds(operand, fields) {
				all = append(all, referenceSpans(operand, fields)...)
			}
		}
	}
	return all
}

// libraryRules are the shipped rules, compiled, in their order of files and lines.
func libraryRules(t testing.TB) []compiled {
	t.Helper()
	set, err := Parse(Library())
	if err != nil {
		t.Fatal(err)
	}
	var rules []compiled
	for _, r := range set.rules {
		i := slices.IndexFunc(set.index.rules, func(c compiled) bool { return c.rule.ID == r.ID })
		rules = append(rules, set.index.rules[i])
	}
	return rules
}

// FuzzMatch holds the index equal to the reference, for the shipped rules and one more.
func FuzzMatch(f *testing.F) {
	f.Add("press AND NOT sport", "", "Press law", "on sport")
	f.Add(`("press law*" OR law) AND NOT (sport OR "law* law*")`, "court", "Law laws law law law law law law law law", "press-laws")
	f.Add("قانون OR الجرائم OR قانو*", "", "وبالقانون للجرائم فالقانون", "صَحَفِيٌّ قــانون")
	f.Add("นักข่าว OR \"พ.ร.บ. คอม\"", "ตา", "จับนักข่าว พรบ.คอมพิวเตอร์", "ม.112")
	f.Add("အင်တာနက်", "", "အင် တာ နက်", "သတင်းထောက် ဖမ်းဆီး")
	f.Add("ﬁne* OR straße", "", "ﬁnes STRASSE İ ΐ \xff", "a\u0301\u200b")
	for _, r := range libraryRules(f) {
		f.Add(r.rule.Title, "", r.rule.Title, r.rule.ID)
	}
	library := libraryRules(f)
	f.Fuzz(func(t *testing.T, match, unless, title, summary string) {
		rules := slices.Clone(library)
		extra := compiled{rule: Rule{ID: "extra", Severity: High}}
		extra.match, _ = parseQuery(match)
		extra.unless, _ = parseQuery(unless)
		if extra.match != nil {
			rules = append(rules, extra)
		}
		item := feeds.Item{Title: title, Summary: summary}
		got, want := newIndex(rules).match(item), reference(rules, item)
		if d, w := describeAll(got), describeAll(want); d != w {
			t.Errorf("query %q unless %q\ngot:\n%s\nwant:\n%s", match, unless, d, w)
		}
		for _, m := range got {
			checkSpans(t, item, m.Spans)
		}
	})
}

// describeAll writes matches without their texts, whose offsets may be what is wrong.
func describeAll(matches []Match) string {
	var b strings.Builder
	for _, m := range matches {
		b.WriteString(m.Rule.ID)
		for _, s := range m.Spans {
			b.WriteString(" " + s.Term + "\x00")
			b.Write(binary.AppendVarint(binary.AppendVarint([]byte{byte(s.Field)}, int64(s.Start)), int64(s.End)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func checkSpans(t *testing.T, item feeds.Item, spans []Span) {
	t.Helper()
	if len(spans) == 0 {
		t.Error("a match without a span")
	}
	for _, s := range spans {
		text := item.Title
		if s.Field == Summary {
			text = item.Summary
		}
		if s.Start < 0 || s.Start >= s.End || s.End > len(text) {
			t.Errorf("span %+v is not inside its text of %d bytes", s, len(text))
			continue
		}
		if !utf8.RuneStart(text[s.Start]) || s.End < len(text) && utf8.ValidString(text) && !utf8.RuneStart(text[s.End]) {
			t.Errorf("span %+v cuts a character of %q", s, text)
		}
	}
}

// FuzzTokens holds that tokens stand in the order of the text, and that a folded word stays as it is.
func FuzzTokens(f *testing.F) {
	for _, text := range []string{
		"Kingdom's cyber-crime law", "ﬃ ½ № ㎏ ǰ ΐ İ ẞ", "a\u200bb\u00adc \u202bd", "\xff\xe1\x80", "น้ำเเ็่", "ក្\u17d2", "င်္ဂ",
		"キャー", "للل بالل وال", "e\u0301\u0323" + strings.Repeat("\u0301", 70),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range tokens(text) {
			if tok.start < 0 || tok.start >= tok.end || tok.end > len(text) || tok.end < end {
				t.Fatalf("token %+v after %d in %q of %d bytes", tok, end, text, len(text))
			}
			end = tok.end
			again := tokens(tok.word)
			var words []string
			for _, a := range again {
				words = append(words, a.word)
			}
			if strings.Join(words, "") != tok.word {
				t.Errorf("token %q of %q becomes %q", tok.word, text, words)
			}
		}
	})
}
