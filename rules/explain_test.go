package rules

import (
	"fmt"
	"strings"
	"testing"

	"pressalert/feeds"
)

// TestExplain runs testdata/explain/*.txtar: rule files, items one a line (see parseItem), and under each
// item what is said of it: the rules that matched (+) or came close (-), what was missing, and each part
// of their queries, true (+) or not (-), with the words that it found.
func TestExplain(t *testing.T) {
	for _, c := range readCases(t, "testdata/explain/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			set, err := Parse(c.files)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.Lines(c.section("items")) {
				item := parseItem(t, strings.TrimSuffix(line, "\n"))
				got.WriteString(line)
				for _, e := range set.Explain(item) {
					writeExplanation(&got, e)
				}
				checkExplain(t, set, item)
			}
			c.compare(t, "explanations", got.String())
		})
	}
}

func writeExplanation(b *strings.Builder, e Explanation) {
	fmt.Fprintf(b, "  %s %s", marks10[e.Matched], e.Rule.ID)
	if e.Missing != "" {
		fmt.Fprintf(b, ": %s", e.Missing)
	}
	b.WriteByte('\n')
	writeTree(b, e.Match, "    ")
	if e.Unless != nil {
		b.WriteString("    unless\n")
		writeTree(b, *e.Unless, "    ")
	}
}

var marks10 = map[bool]string{true: "+", false: "-"}

func writeTree(b *strings.Builder, t Tree, indent string) {
	fmt.Fprintf(b, "%s%s %s", indent, marks10[t.True], t.Text)
	for i, w := range t.Words {
		if i == 0 {
			b.WriteString(" <- ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(w.String())
	}
	b.WriteByte('\n')
	for _, child := range t.Children {
		writeTree(b, child, indent+"  ")
	}
}

// checkExplain holds that Explain and Match agree on which rules match.
func checkExplain(t *testing.T, set *Set, item feeds.Item) {
	t.Helper()
	var got, want []string
	for _, e := range set.Explain(item) {
		if e.Matched != (e.Missing == "") {
			t.Errorf("rule %s: matched is %v, missing %q", e.Rule.ID, e.Matched, e.Missing)
		}
		if e.Matched {
			got = append(got, e.Rule.ID)
		}
	}
	for _, m := range set.Match(item) {
		want = append(want, m.Rule.ID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("explained are %v, matched %v", got, want)
	}
}
