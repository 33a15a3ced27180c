package feeds

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// maxTitle is what a person reads in a list, in characters.
	maxTitle = 200
	// maxID keeps ids short enough to type, in bytes.
	maxID = 48
)

// Draft returns a feed list's entry for an address of which little is known: its id is made of the feed's
// title or the host of its home page, either of which may be "". What only a person knows, such as kind and
// country, has its default.
func Draft(address, title, home string) Feed {
	name := cmp.Or(cleanTitle(title), host(home), host(address))
	id := cmp.Or(slug(name), slug(host(home)), slug(host(address)), "feed")
	return Feed{ID: id, URL: address, Title: name, Publisher: name, Kind: IndependentMedia}
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return cleanTitle(strings.TrimPrefix(u.Hostname(), "www."))
}

// cleanTitle puts a title on one line and bounds it.
func cleanTitle(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if runes := []rune(s); len(runes) > maxTitle {
		s = strings.TrimSpace(string(runes[:maxTitle-1])) + "…"
	}
	return s
}

// clean drops what could drive a terminal or turn the direction of a line; joiners stay, scripts need them.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// slug makes an id of a name: its Latin letters without accents, and its digits. It is "" for a name in
// another script.
func slug(name string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		case r == '\'' || r == '’' || unicode.IsMark(r):
		default:
			hyphen = true
		}
		if b.Len() >= maxID {
			break
		}
	}
	return b.String()
}
