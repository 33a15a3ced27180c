package text

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	tests := []struct {
		name, give string
		limit      int
		want       string
	}{
		{"blocks become spaces", "<p>a</p><p>b</p>c<br>d<hr/>e", 100, "a b c d e"},
		{"inline stays in the word", "un<b>break</b>able", 100, "unbreakable"},
		{"script without end", "a<script>b", 100, "a"},
		{"svg with a title", "a<svg><title>t</title><path/></svg>b", 100, "ab"},
		{"comment", "a<!-- b -->c", 100, "ac"},
		{"no-break space", "a&nbsp;&nbsp;b", 100, "a b"},
		{"cut tag", "a <a href='x", 100, "a"},
		{"fits", "abc", 3, "abc"},
		{"too long", "abcd", 3, "ab…"},
		{"cut after a space", "ab cd", 4, "ab…"},
		{"several bytes a letter", "žžžž", 4, "žžžž"},
		{"clusters stay whole", "កាកាកា", 4, "កា…"},
		{"a family stays whole", "a👨‍👩‍👧", 4, "a…"},
		{"one endless cluster", "a" + strings.Repeat("\u0301", 50), 4, "…"},
		{"Arabic number sign stays", "\u0600\u0661", 9, "\u0600\u0661"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Plain(tt.give, tt.limit); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
