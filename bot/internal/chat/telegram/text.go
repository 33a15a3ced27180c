package telegram

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"pressalert/bot/internal/chat"
)

// wordSearch is how far back, in UTF-16 units, a cut looks for the end of a word. Scripts without
// spaces are cut between two letters.
const wordSearch = 40

// clean returns s without what Telegram would take out or refuse: broken UTF-8 and control characters.
// Signs of direction that reach beyond themselves go as well, but for the isolates of the bot's own.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029': // the line and paragraph separators
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, chat.KeepIsolates(strings.ToValidUTF8(s, string(utf8.RuneError))))
}

// oneLine returns the words of s with single spaces between them.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

// isLink reports whether s may become a link.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		len(s) <= maxLink && utf8.ValidString(s)
}

// trim takes the white space off both ends of l, which it changes.
func trim(l line) line {
	for len(l) > 0 {
		if l[0].Text = strings.TrimLeftFunc(l[0].Text, unicode.IsSpace); l[0].Text != "" {
			break
		}
		l = l[1:]
	}
	for last := len(l) - 1; last >= 0; last-- {
		if l[last].Text = strings.TrimRightFunc(l[last].Text, unicode.IsSpace); l[last].Text != "" {
			break
		}
		l = l[:last]
	}
	return l
}

// units counts text as Telegram does, in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// length counts the text of a line in UTF-16 units.
func length(l line) int {
	n := 0
	for _, s := range l {
		n += units(s.Text)
	}
	return n
}

// shorten returns l with at most n units of text, the ellipsis included; nil if n is not positive.
func shorten(l line, n int) line {
	if length(l) <= n {
		return l
	}
	for i, s := range l {
		if w := units(s.Text); w < n {
			n -= w
			continue
		}
		if n <= 0 {
			return nil
		}
		s.Text = head(s.Text, n)
		return append(l[:i:i], s)
	}
	return nil
}

// cut returns s with at most n units, the ellipsis included.
func cut(s string, n int) string {
	if units(s) <= n {
		return s
	}
	return head(s, n)
}

// head returns the beginning of s and an ellipsis, together at most n units, n being positive. It
// keeps letters with their marks and emoji whole, and words where the script parts them.
func head(s string, n int) string {
	kept, used, word := 0, units(ellipsis), 0
	letters := graphemes.FromString(s)
	for letters.Next() {
		letter := letters.Value()
		if strings.TrimSpace(letter) == "" {
			word = kept
		}
		if used += units(letter); used > n {
			break
		}
		kept += len(letter)
	}
	if word > 0 && units(s[word:kept]) <= wordSearch {
		kept = word
	}
	return strings.TrimRightFunc(s[:kept], unicode.IsSpace) + ellipsis
}

// tags are the tags of the styles.
var tags = map[chat.Style]string{chat.Bold: "b", chat.Italic: "i", chat.Code: "code"}

// text writes what a reader sees of l.
func (l line) text(b *strings.Builder) {
	for _, s := range l {
		b.WriteString(s.Text)
	}
}

// plain writes l without markup, its links written out.
func (l line) plain(b *strings.Builder) { b.WriteString(chat.Paragraph(l).PlainText()) }

// html writes l as HTML of the Bot API.
func (l line) html(b *strings.Builder) {
	for _, s := range l {
		if s.Link != "" {
			b.WriteString(`<a href="` + html.EscapeString(s.Link) + `">`)
		}
		tag := tags[s.Style]
		if tag != "" {
			b.WriteString("<" + tag + ">")
		}
		b.WriteString(html.EscapeString(s.Text))
		if tag != "" {
			b.WriteString("</" + tag + ">")
		}
		if s.Link != "" {
			b.WriteString("</a>")
		}
	}
}
