package words

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// FindLanguage finds the language that a person means by its BCP 47 code, or by its name in any of the bot's
// languages. Of a code the base language counts.
func FindLanguage(word string) (code string, ok bool) {
	word = strings.TrimSpace(word)
	if tag, err := language.Parse(word); err == nil {
		b, sure := tag.Base()
		if known := languageIndex()[fold(word)]; known == "" && sure != language.No && For(english).LanguageName(b.String()) != "" {
			return b.String(), true
		}
	}
	code, ok = languageIndex()[fold(word)]
	return code, ok
}

// languageIndex holds the code of every language of two letters for its names, folded.
var languageIndex = sync.OnceValue(func() map[string]string {
	index := make(map[string]string)
	for i := range 26 * 26 {
		code := string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
		tag, err := language.Parse(code)
		if b, _ := tag.Base(); err != nil || b.String() != code {
			continue // "iw" is an older "he"
		}
		for _, lang := range Languages() {
			if name := fold(For(lang).LanguageName(code)); name != "" && index[name] == "" {
				index[name] = code
			}
		}
	}
	return index
})
