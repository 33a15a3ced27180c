package document

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

var (
	xmlDeclaration = regexp.MustCompile(`^\s*<\?xml\s[^>]{0,200}\?>`)
	xmlEncoding    = regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)
)

// A decoded is a body as UTF-8.
type decoded struct {
	// text is valid, without byte order mark and XML declaration; the parser must not convert again.
	text []byte
	// charset is the name of what it was read in.
	charset string
	// guessed is true if nothing that the server said fits the bytes.
	guessed bool
}

// toUTF8 converts a body. A byte order mark decides first, then the way in which zeros stand between
// the letters, then the charset of the HTTP header, then the XML declaration; if none of them fits, what
// feeds in languages are commonly written in. Bytes that do not fit become U+FFFD, so that one bad letter
// does not cost the feed.
func toUTF8(body []byte, contentType string, languages []string) decoded {
	d := decode(body, contentType, languages)
	text := bytes.TrimLeft(d.text, "\ufeff \t\r\n")
	text = text[len(xmlDeclaration.Find(text)):]
	text = bytes.ToValidUTF8(text, []byte("\ufffd"))
	d.text = bytes.TrimSpace(dropNonCharacters(text))
	return d
}

func decode(body []byte, contentType string, languages []string) decoded {
	if enc, name := wide(body); enc != nil {
		return decoded{text: convert(body, enc), charset: name}
	}
	if text, marked := bytes.CutPrefix(body, []byte("\xef\xbb\xbf")); marked {
		return decoded{text: text, charset: "utf-8"}
	}
	valid := utf8.Valid(body)
	label := believed(valid, headerCharset(contentType), declaredCharset(body))
	guessed := label == "" && !valid
	if label == "" {
		label = usual(body, valid, languages)
	}
	enc, name := lookup(label)
	if enc == nil || name == "utf-8" {
		return decoded{text: body, charset: "utf-8", guessed: guessed}
	}
	return decoded{text: convert(body, enc), charset: name, guessed: guessed}
}

// wides are the first bytes of texts whose letters take two or four bytes, or are no ASCII. The XML
// specification (appendix F) tells of the ones without a byte order mark. UTF-32 stands before UTF-16,
// whose mark its own begins with.
var wides = []struct {
	start, name string
	enc         encoding.Encoding
}{
	{"\xff\xfe\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
	{"\x00\x00\xfe\xff", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
	{"<\x00\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\x00<", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"\xff\xfe", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{"\xfe\xff", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
	{"<\x00", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\x00<", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"\x4c\x6f\xa7\x94", "ebcdic", charmap.CodePage037},
}

func wide(body []byte) (encoding.Encoding, string) {
	for _, w := range wides {
		if !bytes.HasPrefix(body, []byte(w.start)) {
			continue
		}
		if w.name == "ebcdic" {
			return ebcdic(body)
		}
		return w.enc, w.name
	}
	return nil, ""
}

// ebcdic finds in the declaration, which all of the family write alike, which of them the text is in.
func ebcdic(body []byte) (encoding.Encoding, string) {
	head, err := charmap.CodePage037.NewDecoder().Bytes(body[:min(len(body), 200)])
	if err == nil {
		if enc, name := lookup(declaredCharset(head)); enc != nil && strings.HasPrefix(name, "ibm") {
			return enc, name
		}
	}
	return charmap.CodePage037, "ibm037"
}

// lookup finds an encoding as browsers know it, or else as the registry of IANA does: some old feeds
// are in code pages of DOS, which browsers do not read.
func lookup(label string) (encoding.Encoding, string) {
	enc, name := charset.Lookup(label)
	if enc != nil && name != "replacement" {
		return enc, name
	}
	if enc, err := ianaindex.IANA.Encoding(label); err == nil && enc != nil {
		return enc, strings.ToLower(label)
	}
	return nil, ""
}

// believed chooses from what header and declaration say, in this order, unless the text belies it: text
// that is not valid UTF-8 is not UTF-8, and Latin-1 is what old servers say of every text, so it is
// believed last, and never of text that is valid UTF-8. It returns "" if nothing is to be believed.
func believed(valid bool, labels ...string) string {
	const latin1 = "windows-1252" // what us-ascii and iso-8859-1 are read as (WHATWG Encoding)
	fallback := ""
	for _, label := range labels {
		switch _, name := lookup(label); {
		case name == "", name == "utf-8" && !valid:
		case name == latin1 && !valid:
			fallback = latin1
		case name != latin1:
			return name
		}
	}
	return fallback
}

// legacy are the encodings that pages of a language are read in where nothing tells (HTML standard,
// "determining the character encoding").
var legacy = map[string]string{
	"ar": "windows-1256", "fa": "windows-1256", "ur": "windows-1256",
	"ru": "windows-1251", "uk": "windows-1251", "be": "windows-1251", "bg": "windows-1251", "sr": "windows-1251",
	"mk": "windows-1251", "ky": "windows-1251", "tg": "windows-1251", "kk": "windows-1251",
	"cs": "windows-1250", "pl": "windows-1250", "hu": "windows-1250", "sk": "windows-1250", "sl": "windows-1250",
	"hr": "windows-1250", "ro": "windows-1250",
	"el": "windows-1253", "tr": "windows-1254", "az": "windows-1254", "he": "windows-1255",
	"et": "windows-1257", "lt": "windows-1257", "lv": "windows-1257", "vi": "windows-1258", "th": "windows-874",
	"ja": "shift_jis", "ko": "euc-kr", "zh": "gb18030", "zh-TW": "big5", "zh-Hant": "big5", "zh-HK": "big5",
}

// usual guesses: UTF-8 with some broken letters if it has more whole ones, or else what the feed's first
// language was written in before.
func usual(body []byte, valid bool, languages []string) string {
	if valid || mostlyUTF8(body) {
		return "utf-8"
	}
	for _, code := range languages {
		base, _, _ := strings.Cut(code, "-")
		for _, key := range []string{code, base} {
			if label := legacy[key]; label != "" {
				return label
			}
		}
	}
	return "windows-1252"
}

// mostlyUTF8 reports whether text beyond ASCII is more often whole than broken as UTF-8.
func mostlyUTF8(body []byte) bool {
	whole, broken := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			broken++
		} else {
			whole++
		}
		i += size
	}
	return whole > broken
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
