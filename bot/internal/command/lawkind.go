package command

import (
	"slices"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/rules"
)

// People who do not know what a law is called say of which country and of what kind it is, in their language.

// kindWords are words of the names of kinds of laws that say nothing of the kind, plain, in all languages.
var kindWords = strings.Fields("law laws act bill the of on in loi lois sur la le les des de du au ley leyes sobre los las el en uu undangundang di tentang " +
	"закон о об в luat ve cua قانون في عن ဥပဒေ กฎหมาย ច្បាប់ ស្ដីពី ស្តីពី នៅ")

// kindPrefixes are the same in scripts without spaces.
var kindPrefixes = []string{"กฎหมาย", "ច្បាប់ស្ដីពី", "ច្បាប់ស្តីពី"}

// bare is the name of a kind of laws, plain and without the words that say nothing of it.
func bare(name string) string {
	words := strings.Fields(name)
	words = slices.DeleteFunc(words, isKindWord)
	name = plain(strings.Join(words, ""))
	for _, prefix := range kindPrefixes {
		name = strings.TrimPrefix(name, plain(prefix))
	}
	return name
}

// meant are the laws that a text may mean by a name in another language, or by their country and their kind. A
// country and a kind say more than a name that a rule finds in them, and a kind alone says less.
func meant(set *rules.Set, laws []law, text string) []law {
	kind, country := ofKind(laws, text)
	if len(kind) > 0 && country != "" {
		return kind
	}
	if named := matchedLaws(set, laws, text); len(named) > 0 {
		return named
	}
	return kind
}

// ofKind are the laws of the country and the kind that a text names; the country is "" if it names none. There
// are no laws if the text says anything else.
func ofKind(laws []law, text string) (found []law, country string) {
	country, family := readKind(text)
	for _, l := range laws {
		if slices.Contains(l.families, family) && (country == "" || slices.Contains(l.countries, country)) {
			found = append(found, l)
		}
	}
	if country == "" {
		return found, ""
	}
	called := lawWords(string(family))
	for _, is := range []func(law) bool{
		func(l law) bool { return l.statute },
		func(l law) bool { return hasAll(lawWords(l.id), called) },
	} {
		if some := slices.DeleteFunc(slices.Clone(found), func(l law) bool { return !is(l) }); len(some) > 0 {
			found = some
		}
	}
	return found, country
}

// readKind reads a country and a kind of laws, each "" if there is none. There is no kind if the text says
// anything else.
func readKind(text string) (country string, family rules.Law) {
	for words := strings.Fields(text); len(words) > 0; {
		n := min(longestName, len(words))
		for ; n > 0; n-- {
			phrase := strings.Join(words[:n], " ")
			if code, ok := alert.Country(phrase); ok && country == "" && !isKindWord(phrase) {
				country = code
				break
			}
			if kind, ok := familyOf(phrase); ok && family == "" {
				family = kind
				break
			}
			if n == 1 && isKindWord(phrase) {
				break
			}
		}
		if n == 0 {
			return country, ""
		}
		words = words[n:]
	}
	return country, family
}

// isKindWord reports whether a word of a name says nothing: "de" does not, and "DE" is Germany.
func isKindWord(word string) bool {
	isCode := len(word) == 2 && word == strings.ToUpper(word)
	return !isCode && slices.Contains(kindWords, plain(word))
}
