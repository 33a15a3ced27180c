package chattest

import (
	"cmp"
	"net/url"
	"strings"
)

// A telegramEntity is a run of text, in UTF-16 units, that Telegram shows in some way.
type telegramEntity struct {
	Type string
	// URL is where a text_link leads, and Language that of a pre.
	URL, Language  string
	Offset, Length int
}

// entityTypes are the entities that tags make.
var entityTypes = map[string]string{
	"a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough", "strike": "strikethrough",
	"del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler", "span": "spoiler",
	"tg-emoji": "custom_emoji", "tg-time": "date_time", "pre": "pre", "code": "code", "blockquote": "blockquote",
}

// telegramEntities returns what Telegram makes of tags: links that it does not like are dropped, and a pre and a
// code that names a language, around the same text, are one.
func telegramEntities(text string, made []htmlEntity) []telegramEntity {
	var all []telegramEntity
	for _, e := range made {
		entity := telegramEntity{Type: entityTypes[e.name], Offset: utf16Length(text[:e.start]), Length: utf16Length(text[e.start:e.end])}
		switch {
		case e.name == "a":
			var ok bool
			if entity.Type, entity.URL, ok = telegramLink(cmp.Or(e.attr, text[e.start:e.end])); !ok {
				continue
			}
		case e.name == "blockquote" && e.given:
			entity.Type = "expandable_blockquote"
		case e.name == "code":
			entity.Language = strings.TrimPrefix(e.attr, "language-")
		}
		if last := len(all) - 1; last >= 0 && joinsCode(all[last], entity) {
			all[last].Type, all[last].Language = "pre", all[last].Language+entity.Language
			continue
		}
		all = append(all, entity)
	}
	for i := range all {
		if all[i].Type == "code" {
			all[i].Language = ""
		}
	}
	return all
}

// joinsCode reports whether two entities are a pre and a code of a language around the same text.
func joinsCode(a, b telegramEntity) bool {
	return a.Offset == b.Offset && a.Length == b.Length && a.Language+b.Language != "" &&
		(a.Type == "pre" && b.Type == "code" || a.Type == "code" && b.Type == "pre")
}

// telegramLink returns where an address leads, and what that makes of the text over it. It reports false if
// Telegram makes no link of it. It knows the forms of address that the vectors have (TDLib's LinkManager has
// more).
func telegramLink(address string) (kind, link string, ok bool) {
	if strings.HasPrefix(address, "tg://user?id=") {
		return "text_mention", "", true
	}
	if !strings.Contains(address, "://") {
		if strings.ContainsAny(address, ":/ ") && !strings.Contains(address, "?") {
			return "", "", false
		}
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Host, ".") {
		return "", "", false
	}
	scheme, rest, _ := strings.Cut(address, "://")
	host, path, found := strings.Cut(rest, "/")
	if !found {
		host, path, found = strings.Cut(rest, "?")
		if found {
			path = "?" + path
		}
	}
	return "text_link", scheme + "://" + host + "/" + strings.ReplaceAll(path, " ", "%20"), true
}
