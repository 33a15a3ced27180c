package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"pressalert/rules"
)

// messages reads a file as its translators see it.
func messages(t *testing.T, lang string) map[string]*i18n.Message {
	t.Helper()
	text, err := files.ReadFile("text/" + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	list, err := i18n.ParseMessageBytes(text, toml.Unmarshal)
	if err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	byID := make(map[string]*i18n.Message)
	for _, m := range list {
		byID[m.ID] = m
	}
	return byID
}

func forms(m *i18n.Message) map[string]string {
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func placeholders(text string) []string {
	return slices.Sorted(slices.Values(placeholder.FindAllString(text, -1)))
}

// isCountry is true of keys that each language has as it needs them.
func isCountry(key string) bool { return strings.HasPrefix(key, "country.") }

func TestEveryLanguageHasEveryText(t *testing.T) {
	english := messages(t, "en")
	for _, lang := range Languages() {
		own := messages(t, lang)
		for key, en := range english {
			m := own[key]
			switch {
			case m == nil && !isCountry(key):
				t.Errorf("%s: %s is missing", lang, key)
			case m != nil && m.Other == "":
				t.Errorf("%s: %s has no text", lang, key)
			case m != nil:
				checkForms(t, lang, en, m)
			}
		}
		for key := range own {
			if english[key] == nil && !isCountry(key) {
				t.Errorf("%s: %s is not in English", lang, key)
			}
		}
	}
}

// checkForms holds the placeholders of every form against English. The number may be told in a word where
// a form is for one number alone.
func checkForms(t *testing.T, lang string, en, m *i18n.Message) {
	t.Helper()
	want := placeholders(en.Other)
	for form, text := range forms(m) {
		got := placeholders(text)
		if form == "zero" || form == "one" || form == "two" {
			got = slices.DeleteFunc(got, func(p string) bool { return p == "{n}" })
			want := slices.DeleteFunc(slices.Clone(want), func(p string) bool { return p == "{n}" })
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s (%s) has placeholders %q, want %q", lang, m.ID, form, got, want)
			}
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s (%s) has placeholders %q, want %q", lang, m.ID, form, got, want)
		}
		if strings.TrimSpace(text) != text && m.ID != string(ListSeparator) {
			t.Errorf("%s: %s (%s) has white space around it", lang, m.ID, form)
		}
	}
}

// numbers are enough to meet every plural form of every language that the bot speaks.
func numbers() []int {
	list := []int{1000, 10_000, 1_000_000, 2_000_000}
	for n := range 213 {
		list = append(list, n)
	}
	return list
}

func TestPluralFormsAreComplete(t *testing.T) {
	english := messages(t, "en")
	for _, lang := range Languages() {
		w := For(lang)
		used := make(map[string]map[string]bool)
		for key, m := range messages(t, lang) {
			if en := english[key]; en == nil || en.One == "" {
				continue
			}
			used[key] = make(map[string]bool)
			for _, n := range numbers() {
				got := w.Count(Key(key), n)
				if got == key {
					t.Errorf("%s: %s has no form for %d", lang, key, n)
					break
				}
				for form, text := range forms(m) {
					if w.fill(text, []string{"n", strconv.Itoa(n)}) == got {
						used[key][form] = true
					}
				}
			}
			for form := range forms(m) {
				// Russian has "other" for fractions alone; the library asks for it.
				if !used[key][form] && form != "other" {
					t.Errorf("%s: %s has a form %q that no number has", lang, key, form)
				}
			}
		}
	}
}

// sameAsEnglish are texts that are written alike, because the words are, or names.
var sameAsEnglish = map[string][]string{
	"fr": {"label.source", "label.confirmation", "archive.sources", "topic.surveillance", "sources.count"},
	"es": {"direction.neutral"},
}

func TestNothingIsLeftInEnglish(t *testing.T) {
	english := messages(t, "en")
	for _, lang := range Languages()[1:] {
		for key, m := range messages(t, lang) {
			table, _, _ := strings.Cut(key, ".")
			switch table {
			case "date", "list", "country":
				continue // patterns and names
			case "month":
				if lang == "id" {
					continue // Indonesian has the English names of four months.
				}
			}
			for form, text := range forms(m) {
				if en := forms(english[key])[form]; en == text && !slices.Contains(sameAsEnglish[lang], key) {
					t.Errorf("%s: %s is as in English: %q", lang, key, text)
				}
			}
		}
	}
}

var (
	// asWritten is what stands in every language as it is: what is typed, and kinds of files.
	asWritten   = regexp.MustCompile(typedForm.String() + `|\b(CSV|JSON|Atom|cron)\b`)
	commandName = regexp.MustCompile(`/[a-z]+`)
)

// TestCommandsAreNamedInEveryLanguage holds the commands that a text names against English.
func TestCommandsAreNamedInEveryLanguage(t *testing.T) {
	named := func(text string) []string { return slices.Sorted(slices.Values(commandName.FindAllString(text, -1))) }
	english := messages(t, "en")
	for _, lang := range Languages()[1:] {
		for key, m := range messages(t, lang) {
			if english[key] == nil {
				continue // told by another test
			}
			for form, text := range forms(m) {
				if got, want := named(text), named(english[key].Other); !slices.Equal(got, want) {
					t.Errorf("%s: %s (%s) names the commands %q, want %q", lang, key, form, got, want)
				}
			}
		}
	}
}

// scripts are those that a language is written in, apart from Latin names.
func TestEachLanguageIsInItsScript(t *testing.T) {
	scripts := map[string]*regexp.Regexp{
		"ar": regexp.MustCompile(`\p{Arabic}`), "km": regexp.MustCompile(`\p{Khmer}`), "my": regexp.MustCompile(`\p{Myanmar}`),
		"ru": regexp.MustCompile(`\p{Cyrillic}`), "th": regexp.MustCompile(`\p{Thai}`),
	}
	latin := regexp.MustCompile(`\p{Latin}`)
	for lang, script := range scripts {
		for key, m := range messages(t, lang) {
			for form, text := range forms(m) {
				text = asWritten.ReplaceAllString(placeholder.ReplaceAllString(text, ""), "")
				if latin.MatchString(text) || !script.MatchString(text) && strings.ContainsFunc(text, isLetter) {
					t.Errorf("%s: %s (%s) is in another script: %q", lang, key, form, text)
				}
			}
		}
	}
}

func isLetter(r rune) bool { return r > 0x7f && regexp.MustCompile(`\pL`).MatchString(string(r)) }

func TestKeysHaveTextsAndTextsHaveKeys(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			key, _ := strconv.Unquote(lit.Value)
			keys[key] = true
		}
		return true
	})
	english := messages(t, "en")
	for key := range keys {
		if english[key] == nil {
			t.Errorf("%s has no text", key)
		}
	}
	named := []string{"topic", "law", "lawsuit", "stage", "severity", "direction", "confirmation", "month", "country", "menu", "argument"}
	for key := range english {
		table, _, _ := strings.Cut(key, ".")
		if !keys[key] && !slices.Contains(named, table) {
			t.Errorf("%s is not in keys.go", key)
		}
	}
}

func TestTheTaxonomyHasNames(t *testing.T) {
	english := messages(t, "en")
	check := func(table, id string) {
		if english[table+"."+id] == nil {
			t.Errorf("%s %q has no name", table, id)
		}
	}
	for _, topic := range rules.Topics() {
		check("topic", string(topic))
		for _, stage := range rules.StagesOf(topic) {
			check("stage", string(stage))
		}
	}
	for _, law := range rules.Laws() {
		check("law", string(law))
	}
	for _, severity := range rules.Severities() {
		check("severity", severity.String())
	}
	for _, direction := range []rules.Direction{rules.Worse, rules.Better, rules.Neutral} {
		check("direction", string(direction))
	}
}

func TestEveryCountryHasANameAndIsFoundByIt(t *testing.T) {
	for _, lang := range Languages() {
		w := For(lang)
		seen := make(map[string]string)
		for code := range countries() {
			name := w.Country(code)
			if name == code {
				// Codes that Unicode reserves without a country of their own today.
				if !slices.Contains([]string{"AN", "CQ", "CS", "FQ", "NT", "PC", "SU", "YU"}, code) {
					t.Errorf("%s: %s has no name", lang, code)
				}
				continue
			}
			if other := seen[name]; other != "" {
				t.Errorf("%s: %s and %s are both called %s", lang, code, other, name)
			}
			seen[name] = code
			if got, _ := FindCountry(name); got != code {
				t.Errorf("%s: FindCountry(%q) = %q, want %q", lang, name, got, code)
			}
		}
	}
}

func TestEveryLanguageNamesEveryOther(t *testing.T) {
	for _, lang := range Languages() {
		for _, other := range Languages() {
			if name := For(lang).LanguageName(other); name == "" || language.MustParse(other).String() == name {
				t.Errorf("%s: the language %s is called %q", lang, other, name)
			}
		}
	}
}
