// Package words holds the bot's own words in every language that it speaks: texts with placeholders and
// counts, dates, lists, and the names of what alerts are about. What publishers wrote is none of them and
// is never translated.
//
// The texts stand in text/*.toml, one file a language, English first. To add a text, add it to all files
// and its key to keys.go; the tests tell what is missing.
package words

import (
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// Words are the bot's words in one language. The zero value is English. They never change, may be
// compared, and are safe for concurrent use.
type Words struct{ spoken *table }

// For returns the words of a language, by its BCP 47 code: those of its base language if it is a variant
// of one that the bot speaks, or else English.
func For(lang string) Words {
	if load, known := tables[lang]; known {
		return Words{load()}
	}
	if load, known := tables[base(lang)]; known {
		return Words{load()}
	}
	return Words{}
}

// Languages returns the codes of the languages that the bot speaks, English first.
func Languages() []string {
	return []string{"en", "ar", "es", "fr", "id", "km", "my", "ru", "th", "vi"}
}

// Language returns the code of the language, such as "km".
func (w Words) Language() string { return w.table().lang }

// Text returns the text of a key. The pairs are the names of placeholders, each with what to put there;
// it is isolated where it runs in the other direction. A key without a text gives the key.
func (w Words) Text(key Key, pairs ...string) string {
	text, ok := w.table().texts[key]
	if !ok {
		return string(key)
	}
	return w.fill(text, pairs)
}

// Count returns the text of a key in the plural form for n, at least 0, which fills the placeholder {n}.
func (w Words) Count(key Key, n int, pairs ...string) string {
	text, err := w.table().plurals.Localize(&i18n.LocalizeConfig{
		MessageID: string(key), PluralCount: n, TemplateParser: template.IdentityParser{},
	})
	if err != nil {
		return string(key)
	}
	return w.fill(text, append(pairs, "n", strconv.Itoa(n)))
}

// fill puts values in the place of {names}.
func (w Words) fill(text string, pairs []string) string {
	if len(pairs) == 0 {
		return text
	}
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		var name string
		name, text, _ = strings.Cut(rest, "}")
		b.WriteString(w.Isolate(value(pairs, name)))
	}
}

// value returns what stands for a placeholder, or the placeholder if nothing does.
func value(pairs []string, name string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return "{" + name + "}"
}

// List joins the items of a list as the language does: "a, b and c". They are not isolated.
func (w Words) List(items []string) string {
	last := len(items) - 1
	if last < 1 {
		return strings.Join(items, "")
	}
	first := strings.Join(items[:last], w.Text(ListSeparator))
	return strings.NewReplacer("{first}", first, "{last}", items[last]).Replace(w.Text(ListPair))
}

// table returns what the words stand in.
func (w Words) table() *table {
	if w.spoken == nil {
		return tables[english]()
	}
	return w.spoken
}
