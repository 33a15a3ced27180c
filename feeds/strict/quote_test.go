package strict_test

import (
	"strings"
	"testing"

	"pressalert/feeds/strict"
)

func TestQuote(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `""`}, {`a "b" \c`, `"a \"b\" \\c"`}, {"two\nlines\t", `"two\u000alines\u0009"`}, {"ក្រុម’", `"ក្រុម’"`}, {"\x7f", `"\u007f"`},
	} {
		if got := strict.Quote(c.text); got != c.want {
			t.Errorf("Quote(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

// FuzzQuote reads back what was quoted.
func FuzzQuote(f *testing.F) {
	f.Add("a \"b\" \\ \u2028 \x00 ក")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		var v struct {
			Text string `toml:"text"`
		}
		_, problems := strict.Decode(strict.Source{Name: "a.toml", Data: []byte("text = " + strict.Quote(text))}, &v)
		if problems.Err() != nil || v.Text != text {
			t.Errorf("%q came back as %q, %v", text, v.Text, problems)
		}
	})
}
