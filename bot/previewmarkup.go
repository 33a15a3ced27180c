package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"pressalert/bot/internal/chat"
)

// The preview shows a message as the clients of its platform do, and so reads what was rendered the way
// they read it: Telegram's HTML by its tags, Discord's markdown by its signs. What they would show as
// plain text stays plain text here.

// A shown is a run of text in one look, as a client shows it.
type shown struct {
	Text               string
	Bold, Italic, Code bool
	Link               string
}

// telegramText reads the HTML of the Bot API. A tag that Telegram does not know shows as it is written.
func telegramText(text string) []shown {
	var runs []shown
	var open []shown // looks that wait for their end tag
	var now shown
	add := func(text string) {
		now.Text = text
		runs = append(runs, now)
	}
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		raw := string(z.Raw())
		token := z.Token()
		switch {
		case kind == html.ErrorToken:
			return joined(runs)
		case kind == html.TextToken:
			add(token.Data)
		case kind == html.StartTagToken && now.tagged(token) != nil:
			open, now = append(open, now), *now.tagged(token)
		case kind == html.EndTagToken && len(open) > 0 && now.tagged(token) != nil:
			open, now = open[:len(open)-1], open[len(open)-1]
		default:
			add(raw)
		}
	}
}

// tagged returns the look of text inside of a tag, nil if Telegram does not know it or we never use it.
func (s shown) tagged(tag html.Token) *shown {
	switch tag.Data {
	case "b":
		s.Bold = true
	case "i":
		s.Italic = true
	case "code":
		s.Code = true
	case "a":
		for _, attr := range tag.Attr {
			if attr.Key == "href" {
				s.Link = attr.Val
			}
		}
	default:
		return nil
	}
	return &s
}

// joined returns runs with neighbours of one look as one, and none without text.
func joined(runs []shown) []shown {
	var kept []shown
	for _, r := range runs {
		if last := len(kept) - 1; last >= 0 {
			same := kept[last]
			same.Text = r.Text
			if same == r {
				kept[last].Text += r.Text
				continue
			}
		}
		if r.Text != "" {
			kept = append(kept, r)
		}
	}
	return kept
}

// discordText reads the markdown of Discord's embeds, as far as we write it: emphasis, code, links and
// escaped signs.
func discordText(text string) []shown {
	r := markdown{}
	r.read(text, shown{})
	return joined(r.runs)
}

// A markdown is a text of Discord's on its way into runs.
type markdown struct{ runs []shown }

// The forms of Discord's markdown that begin with a sign of their own, by the rules of the simple-markdown
// library that its clients are built on.
var (
	escapedSign = regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)
	codeText    = regexp.MustCompile("^`([^`]+)`")
	maskedLink  = regexp.MustCompile(`^\[((?:\\.|[^\[\]\\])+)\]\(((?:\([^)]*\)|[^\s\\()])+)\)`)
	shownLink   = regexp.MustCompile(`^<(https?:/[^ >]+)>`)
	boldText    = regexp.MustCompile(`^\*\*((?s:\\.|[^\\])+?)\*\*`)
	italicText  = regexp.MustCompile(`^\*((?s:\\.|\*\*|[^\\*])+?)\*`)
)

// read adds the runs of text, all in the look of within at least.
func (r *markdown) read(text string, within shown) {
	for text != "" {
		if n := r.special(text, within); n > 0 {
			text = text[n:]
			continue
		}
		_, n := utf8.DecodeRuneInString(text)
		if rest := strings.IndexAny(text[n:], "\\`[<*"); rest >= 0 {
			n += rest
		} else {
			n = len(text)
		}
		r.add(text[:n], within)
		text = text[n:]
	}
}

// special reads what is no plain text at the beginning of text, and returns its length, 0 for nothing.
func (r *markdown) special(text string, within shown) int {
	inner := within
	switch text[0] {
	case '\\':
		if m := escapedSign.FindStringSubmatch(text); m != nil {
			r.add(m[1], within)
			return len(m[0])
		}
	case '`':
		if m := codeText.FindStringSubmatch(text); m != nil {
			inner.Code = true
			r.add(m[1], inner)
			return len(m[0])
		}
	case '[':
		if m := maskedLink.FindStringSubmatch(text); m != nil && within.Link == "" {
			inner.Link = m[2]
			r.read(m[1], inner)
			return len(m[0])
		}
	case '<':
		if m := shownLink.FindStringSubmatch(text); m != nil {
			inner.Link = m[1]
			r.add(m[1], inner)
			return len(m[0])
		}
	case '*':
		if m := boldText.FindStringSubmatch(text); m != nil && !within.Bold {
			inner.Bold = true
			r.read(m[1], inner)
			return len(m[0])
		}
		if m := italicText.FindStringSubmatch(text); m != nil && !within.Italic && !edged(m[1]) {
			inner.Italic = true
			r.read(m[1], inner)
			return len(m[0])
		}
	}
	return 0
}

// edged tells whether a space stands at an end of text.
func edged(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}

func (r *markdown) add(text string, look shown) {
	look.Text = text
	r.runs = append(r.runs, look)
}

// spans are runs as parts of a message.
func spans(runs []shown) chat.Paragraph {
	var p chat.Paragraph
	for _, r := range runs {
		s := chat.Span{Text: r.Text, Link: r.Link}
		switch {
		case r.Code:
			s.Style = chat.Code
		case r.Bold:
			s.Style = chat.Bold
		case r.Italic:
			s.Style = chat.Italic
		}
		p = append(p, s)
	}
	return p
}
