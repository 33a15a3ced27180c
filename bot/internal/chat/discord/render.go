package discord

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/net/idna"

	"pressalert/bot/internal/chat"
)

// The limits of embeds (resources/message, Embed Limits). Discord does not say what a character is, so we
// count UTF-16 units, of which there are never fewer than code points.
const (
	maxAuthor      = 256
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxURL         = 2048
	maxTotal       = 6000 // all of the above but the URL, over all embeds of a message
	maxEmbeds      = 10
)

// maxInline is the longest name or value, in UTF-16 units, of a field that may stand beside another.
const maxInline = 40

// nothing stands where Discord demands text and we have none: a zero-width space.
const nothing = "\u200b"

// colours are those of the strip at an embed's side, by level.
var colours = map[chat.Level]int{
	chat.Notice:   0x95A5A6, // grey
	chat.Low:      0x3498DB, // blue
	chat.Medium:   0xF1C40F, // yellow
	chat.High:     0xE67E22, // orange
	chat.Critical: 0xE74C3C, // red
}

// renderField returns nil for a field without text.
func renderField(f chat.Field) *discordgo.MessageEmbedField {
	name, value := oneLine(f.Name), clean(f.Value)
	if name == "" && value == "" {
		return nil
	}
	field := &discordgo.MessageEmbedField{
		Name:  fitted(maxFieldName, safeguarded(name)),
		Value: fitted(maxFieldValue, safeguarded(value)),
	}
	if name == "" {
		field.Name = nothing
	}
	if value == "" {
		field.Value = nothing
	}
	field.Inline = units(field.Name) <= maxInline && units(field.Value) <= maxInline
	return field
}

// spanAtoms renders one span.
func spanAtoms(s chat.Span, g grain) []atom {
	text := cleanSpan(s.Text)
	link, ok := webLink(s.Link)
	switch {
	case s.Link != "" && (!ok || !maskable(text)):
		return besideLink(text, s.Link, g)
	case blank(text):
		return literal(text, g) // spaces between two spans
	case ok && s.Style == chat.Bold:
		return marked(escaped(text, g), &mark{"**[", "](" + link + ")**"})
	case ok && s.Style == chat.Italic:
		return marked(escaped(text, g), &mark{"*[", "](" + link + ")*"})
	case ok:
		return marked(escaped(text, g), &mark{"[", "](" + link + ")"})
	case s.Style == chat.Bold:
		return marked(escaped(text, g), boldMark)
	case s.Style == chat.Italic:
		return marked(escaped(text, g), italicMark)
	// Nothing can be escaped inside code, so text with its own mark stays plain: every letter counts.
	case s.Style == chat.Code && !strings.Contains(text, "`"):
		return marked(literal(strings.ReplaceAll(text, "\n", " "), g), codeMark)
	}
	return escaped(text, g)
}

// The marks of spans without a link. They are compared by address, so neighbours in one style share one.
var (
	boldMark   = &mark{"**", "**"}
	italicMark = &mark{"*", "*"}
	codeMark   = &mark{"`", "`"}
)

// maskable tells whether text can stand over a link. Discord shows no link under text that looks like an
// address, and brackets inside end it too early.
func maskable(text string) bool {
	return !strings.ContainsAny(text, "[]") && !strings.Contains(text, "://") && !blank(text)
}

// besideLink renders a text and its link one after the other.
func besideLink(text, link string, g grain) []atom {
	if blank(text) || text == link {
		return linkText(link, g)
	}
	return append(append(escaped(text, g), atom{text: " "}), linkText(link, g)...)
}

// linkText renders a link as its own address: one that can be followed if it is of the web, else as text.
func linkText(s string, g grain) []atom {
	if link, ok := webLink(s); ok {
		return []atom{{text: "<" + link + ">"}}
	}
	return escaped(oneLine(s), g)
}

// host is the form of host that Discord surely takes in a link: a name with a dot or an IPv4 address.
var host = regexp.MustCompile(`^(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::[0-9]{1,5})?$`)

// webLink returns an http or https address in a form that ends neither a markdown link nor Discord's
// patience: host in ASCII, everything odd as %XX. Addresses with a user name in them are no such links,
// they serve to deceive.
func webLink(s string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", false
	}
	if name, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && u.Port() != "" {
		u.Host = name + ":" + u.Port()
	} else if err == nil {
		u.Host = name
	}
	if !host.MatchString(u.Host) {
		return "", false
	}
	return percent(u.String()), true
}

// percent encodes all bytes but those of RFC 3986 that mean nothing to Discord's markdown.
func percent(s string) string {
	const kept = "-._~!$&'+,/:;=?@#%"
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c < 0x80 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))) || strings.IndexByte(kept, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
