package words

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// aliases are further names that people write for a country: former ones, short ones, and those that
// newsrooms and governments do not agree on.
var aliases = map[string]string{
	"America": "US", "Bolivia": "BO", "Brunei Darussalam": "BN", "Burma": "MM", "Byelorussia": "BY",
	"Cape Verde": "CV", "Cabo Verde": "CV", "Congo-Brazzaville": "CG", "Congo-Kinshasa": "CD",
	"Czech Republic": "CZ", "Democratic Republic of the Congo": "CD", "DPRK": "KP", "DRC": "CD",
	"East Timor": "TL", "Emirates": "AE", "Great Britain": "GB", "Holland": "NL", "Ivory Coast": "CI",
	"Korea": "KR", "Lao PDR": "LA", "Macau": "MO", "Macedonia": "MK", "Moldavia": "MD",
	"Palestinian territories": "PS", "PNG": "PG", "PRC": "CN", "Republic of the Congo": "CG",
	"Republic of Korea": "KR", "Russian Federation": "RU", "State of Palestine": "PS",
	"Swaziland": "SZ", "Syrian Arab Republic": "SY", "Tanzania": "TZ", "Turkey": "TR", "Turkiye": "TR", "UAE": "AE",
	"UK": "GB", "United States of America": "US", "USA": "US", "Vatican": "VA", "Viet Nam": "VN", "Vietnam": "VN",
	"Бирма": "MM", "Белоруссия": "BY", "Киргизстан": "KG", "Молдавия": "MD", "США": "US", "Соединённые Штаты": "US",
	"Birmanie": "MM", "Birmania": "MM", "EEUU": "US", "Estados Unidos": "US", "Biélorussie": "BY",
	"Miến Điện": "MM", "Mỹ": "US", "Anh": "GB", "พม่า": "MM", "เกาหลี": "KR", "ភូមា": "MM", "سورية": "SY",
	"أمريكا": "US", "بريطانيا": "GB", "بورما": "MM", "Inggris": "GB", "Amerika": "US", "Birma": "MM",
}

// FindCountry finds the country that a person means by a code or by a name in any of the bot's languages.
// Case, accents, spaces and signs do not matter.
func FindCountry(word string) (code string, ok bool) {
	word = strings.TrimSpace(word)
	if len(word) == 2 {
		if region, err := language.ParseRegion(strings.ToUpper(word)); err == nil && region.IsCountry() {
			return region.Canonicalize().String(), true
		}
	}
	code, ok = countryIndex()[fold(word)]
	return code, ok
}

// countryIndex holds the code for every name, folded.
var countryIndex = sync.OnceValue(func() map[string]string {
	index := make(map[string]string)
	add := func(name, code string) {
		if name = fold(name); name != "" && index[name] == "" {
			index[name] = code
		}
	}
	for _, lang := range Languages() {
		for code := range countries() {
			add(For(lang).table().countries[code], code)
		}
	}
	for name, code := range aliases {
		add(name, code)
	}
	for _, lang := range Languages() {
		regions := display.Regions(language.MustParse(lang))
		for code, region := range countries() {
			name := regions.Name(region)
			add(name, code)
			short, _, _ := strings.Cut(name, " (")
			add(short, code)
		}
	}
	return index
})

// fold leaves of a name what people agree on: its letters, without case and Latin accents, and without the
// article or the word for a country that Thai, Lao, Khmer and Burmese join to it.
func fold(name string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r <= 0x36f, r >= 0x64b && r <= 0x65f:
			return -1 // accents and Arabic vowel signs
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r):
			return r
		}
		return -1
	}, norm.NFKD.String(cases.Fold().String(name)))
	for _, word := range []string{"the", "ประเทศ", "ປະເທດ", "ប្រទេស"} {
		folded = strings.TrimPrefix(folded, word)
	}
	return strings.TrimSuffix(folded, "နိုင်ငံ")
}
