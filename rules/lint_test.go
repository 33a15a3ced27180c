package rules

import (
	"fmt"
	"strings"
	"testing"

	"pressalert/feeds/strict"
)

// TestWarnings runs testdata/lint/*.txtar: rule files, the languages of the feeds if they matter, and the
// warnings, each with its line and a caret.
func TestWarnings(t *testing.T) {
	for _, c := range readCases(t, "testdata/lint/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			set, err := Parse(c.files)
			if err != nil {
				t.Fatal(err)
			}
			warnings := set.Warnings(strings.Fields(c.section("languages")))
			got := ""
			if err := strict.Problems(warnings).Err(); err != nil {
				got = strict.Detail(err) + "\n"
			}
			c.compare(t, "warnings", got)
		})
	}
}

func TestWarningsAreBounded(t *testing.T) {
	var rules strings.Builder
	for i := range maxProblems + 10 {
		rules.WriteString(ruleText(fmt.Sprintf("rule-%d", i), fmt.Sprintf("press AND law%d\n", i)))
	}
	set := mustParse(t, mapFS("a.toml", rules.String()))
	if got := len(set.Warnings(nil)); got != maxProblems {
		t.Errorf("got %d warnings, want %d", got, maxProblems)
	}
}
