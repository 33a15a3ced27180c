package document

import "strings"

// footerSite bounds the name of the site at the end of a footer, in bytes.
const footerSite = 200

// footers are what stands before and after the title in the line that WordPress sets under every
// entry, in its translations. The name of the site follows.
var footers = [][2]string{
	{"The post ", " appeared first on "},
	{"The post ", " first appeared on "},
	{"L’article ", " est apparu en premier sur "},
	{"L'article ", " est apparu en premier sur "},
	{"La entrada ", " se publicó primero en "},
	{"Der Beitrag ", " erschien zuerst auf "},
	{"O post ", " apareceu primeiro em "},
	{"L'articolo ", " proviene da "},
	{"Сообщение ", " появились сначала на "},
}

// withoutFooter cuts WordPress's line off. The title must stand in it word for word: "The post about
// the king first appeared on Facebook" is news.
func withoutFooter(s, title string) string {
	if title == "" {
		return s
	}
	for _, f := range footers {
		line := f[0] + title + f[1]
		tail := max(0, len(s)-len(line)-footerSite)
		if at := strings.Index(s[tail:], line); at >= 0 {
			return strings.TrimSpace(s[:tail+at])
		}
	}
	return s
}
