package fetch

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

var (
	xmlDeclaration = regexp.MustCompile(`^\s*<\?xml\s[^>]{0,200}\?>`)
	xmlEncoding    = regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)
)

// toUTF8 converts a body to valid UTF-8 without byte order mark and XML declaration; the parser must
// not convert again. A byte order mark decides first, then the charset of the HTTP header, then the XML
// declaration. Bytes that do not fit become U+FFFD, so that one bad letter does not cost the feed.
func toUTF8(body []byte, contentType string) []byte {
	body = bytes.TrimLeft(decode(body, contentType), "\ufeff \t\r\n")
	body = body[len(xmlDeclaration.Find(body)):]
	body = bytes.ToValidUTF8(body, []byte("\ufffd"))
	return bytes.TrimSpace(dropNonCharacters(body))
}

func decode(body []byte, contentType string) []byte {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return convert(body, unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	}
	label := believed(utf8.Valid(body), headerCharset(contentType), declaredCharset(body))
	enc, name := charset.Lookup(label)
	if enc == nil || name == "utf-8" {
		return body
	}
	return convert(body, enc)
}

// believed chooses from what header and declaration say, in this order, unless the text belies it: text
// that is not valid UTF-8 is not UTF-8, and Latin-1 is what old servers say of every text, so it is
// believed last, and never of text that is valid UTF-8.
func believed(valid bool, labels ...string) string {
	const latin1 = "windows-1252" // what us-ascii and iso-8859-1 are read as (WHATWG Encoding)
	fallback := "utf-8"
	for _, label := range labels {
		switch _, name := charset.Lookup(label); {
		case name == "", name == "utf-8" && !valid:
		case name == latin1 && !valid:
			fallback = latin1
		case name != latin1:
			return name
		}
	}
	return fallback
}

func headerCharset(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}

// declaredCharset reads the XML declaration. One that says UTF-16 is false: it could not be read as it is.
func declaredCharset(body []byte) string {
	m := xmlEncoding.FindSubmatch(xmlDeclaration.Find(body))
	if m == nil || strings.HasPrefix(strings.ToLower(string(m[1])), "utf-16") {
		return ""
	}
	return string(m[1])
}

func convert(body []byte, enc encoding.Encoding) []byte {
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return text
}

// dropNonCharacters cuts U+FFFE and U+FFFF, for which the XML parser gives a whole document up.
func dropNonCharacters(text []byte) []byte {
	if !bytes.Contains(text, []byte("\uffff")) && !bytes.Contains(text, []byte("\ufffe")) {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, text)
}
