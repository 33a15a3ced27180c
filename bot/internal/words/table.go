package words

import (
	"embed"
	"fmt"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// english is the language that the others are translated from and that stands in for those not spoken.
const english = "en"

//go:embed text/*.toml
var files embed.FS

// A table is what one file holds, made ready to be looked up.
type table struct {
	lang  string
	right bool // written from right to left
	// texts holds of each text its form for no number in particular.
	texts map[Key]string
	// plurals knows the forms of a text and when to use which. Its bundle has this language alone, so that a missing
	// text shows, and does not come in English.
	plurals   *i18n.Localizer
	countries map[string]string
	languages display.Namer
}

// tables hold each language, read when it is first asked for.
var tables = func() map[string]func() *table {
	all := make(map[string]func() *table)
	for _, lang := range Languages() {
		all[lang] = sync.OnceValue(func() *table { return mustRead(lang) })
	}
	return all
}()

// mustRead panics at a file that cannot be read: it is embedded, and the tests read it.
func mustRead(lang string) *table {
	t, err := read(lang)
	if err != nil {
		panic(err)
	}
	return t
}

func read(lang string) (*table, error) {
	name := "text/" + lang + ".toml"
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	tag := language.MustParse(lang)
	file, err := i18n.ParseMessageFileBytes(text, lang+".toml", map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return nil, fmt.Errorf("words: read %s: %w", name, err)
	}
	bundle := i18n.NewBundle(tag)
	t := &table{
		lang: lang, right: lang == "ar", texts: make(map[Key]string),
		plurals: i18n.NewLocalizer(bundle, lang), languages: display.Languages(tag),
	}
	for _, m := range file.Messages {
		if t.right {
			isolateTyped(m)
		}
		t.texts[Key(m.ID)] = m.Other
	}
	if err := bundle.AddMessages(tag, file.Messages...); err != nil {
		return nil, fmt.Errorf("words: read %s: %w", name, err)
	}
	t.countries = countryNames(tag, t.texts)
	return t, nil
}

// base is the code of a language without script, country and variants, or "".
func base(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return ""
	}
	b, _ := tag.Base()
	return b.String()
}
