package chattest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible returns what a reader sees of a message, its markup taken away, one part a line.
func (m discordMessage) visible() string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	read := func(s string) {
		text, _ := ReadDiscordMarkdown(s)
		add(text)
	}
	read(m.Content)
	for _, e := range m.Embeds {
		if e.Author != nil {
			add(e.Author.Name) // no markdown here, nor in the footer
		}
		read(e.Title)
		read(e.Description)
		for _, f := range e.Fields {
			read(f.Name)
			read(f.Value)
		}
		if e.Footer != nil {
			add(e.Footer.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// ReadDiscordMarkdown reads text as Discord's clients do, by the rules of the simple-markdown library that
// they are built on. It returns the text that shows, and the addresses that can be followed. A mention, an
// emoji or a time shows as its kind between « and ».
func ReadDiscordMarkdown(s string) (text string, links []string) {
	r := &markdownReader{}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			r.out.WriteByte('\n')
		}
		r.inline(lineMark.ReplaceAllString(line, ""))
	}
	return r.out.String(), r.links
}

type markdownReader struct {
	out   strings.Builder
	links []string
}

// The forms that begin with a sign of their own; RE2 has no look-ahead, so pairs are found by hand.
var (
	lineMark   = regexp.MustCompile(`^ *(?:#{1,3} +|-# +|>>> +|> +|[*+-] +|\d+\. +)`)
	escape     = regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)
	maskedLink = regexp.MustCompile(`^\[((?:\[[^\]]*\]|[^\[\]]|\][^\[\]]*\])+?)\]\( *<?((?:\([^)]*\)|[^\s\\()]|\\.)+?)>? *\)`)
	angledLink = regexp.MustCompile(`^<(https?:/[^ >]+)>`)
	bareLink   = regexp.MustCompile(`^https?://[^\s<]+[^<.,:;"'\]\s]`)
)

// replaced are the forms that show as something else than their text.
var replaced = []struct {
	kind string
	form *regexp.Regexp
}{
	{"mention", regexp.MustCompile(`^(?:<(?:@[!&]?|#)\d+>|@everyone|@here|<id:[a-z]+>|</[^:>]+:\d+>)`)},
	{"emoji", regexp.MustCompile(`^(?:<a?:\w+:\d+>|:[A-Za-z_]\w*:)`)},
	{"time", regexp.MustCompile(`^<t:-?\d+(?::[a-zA-Z])?>`)},
}

// pairs are the signs that enclose styled text, longer ones first.
var pairs = []string{"**", "__", "~~", "||", "*", "_"}

// inline reads one line.
func (r *markdownReader) inline(s string) {
	for s != "" {
		n := r.special(s)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
			r.out.WriteString(s[:n])
		}
		s = s[n:]
	}
}

// special reads what is not plain text at the beginning of s, and returns its length, 0 for nothing.
func (r *markdownReader) special(s string) int {
	switch s[0] {
	case '\\':
		if m := escape.FindStringSubmatch(s); m != nil {
			r.out.WriteString(m[1])
			return len(m[0])
		}
	case '`':
		return r.code(s)
	case '[':
		if m := maskedLink.FindStringSubmatch(s); m != nil {
			r.links = append(r.links, m[2])
			r.inline(m[1])
			return len(m[0])
		}
	case 'h':
		if m := bareLink.FindString(s); m != "" {
			return r.link(m, len(m))
		}
	case '<', '@', ':':
		if m := angledLink.FindStringSubmatch(s); m != nil {
			return r.link(m[1], len(m[0]))
		}
		return r.replacement(s)
	case '*', '_', '~', '|':
		return r.pair(s)
	}
	return 0
}

// link reads an address that shows as itself.
func (r *markdownReader) link(address string, length int) int {
	r.links = append(r.links, address)
	r.out.WriteString(address)
	return length
}

// replacement reads what shows as something else than its text.
func (r *markdownReader) replacement(s string) int {
	for _, f := range replaced {
		if m := f.form.FindString(s); m != "" {
			r.out.WriteString("«" + f.kind + "»")
			return len(m)
		}
	}
	return 0
}

// code reads a run of text between equal rows of backticks, in which nothing else counts.
func (r *markdownReader) code(s string) int {
	fence := len(s) - len(strings.TrimLeft(s, "`"))
	if fence == 0 {
		return 0
	}
	for at := fence; at < len(s); {
		start := strings.IndexByte(s[at:], '`')
		if start < 0 {
			return 0
		}
		start += at
		end := len(s) - len(strings.TrimLeft(s[start:], "`"))
		if end-start == fence {
			r.out.WriteString(s[fence:start])
			return end
		}
		at = end
	}
	return 0
}

// pair reads styled text.
func (r *markdownReader) pair(s string) int {
	for _, sign := range pairs {
		rest, ok := strings.CutPrefix(s, sign)
		if !ok {
			continue
		}
		if end := closing(rest, sign); end > 0 {
			r.inline(rest[:end])
			return 2*len(sign) + end
		}
	}
	return 0
}

// closing finds where sign closes the style that began before s, -1 for nowhere.
func closing(s, sign string) int {
	if sign == "*" && (s == "" || unicode.IsSpace(rune(s[0]))) {
		return -1
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if i == 0 || !strings.HasPrefix(s[i:], sign) {
			continue
		}
		after := s[i+len(sign):]
		switch {
		case sign == "*" && (strings.HasPrefix(after, "*") || unicode.IsSpace(rune(s[i-1]))):
			i++
		case sign == "**" && strings.HasPrefix(after, "*"), sign == "_" && after != "" && wordByte(after[0]):
		default:
			return i
		}
	}
	return -1
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
