// Package lang tells the language of a text: by what its publisher declares, by its script, and only if
// both leave a choice, by its letters. The order is that of certainty and of cost: looking at letters
// takes ten times as long as matching all rules.
package lang

import (
	"slices"
	"unicode"

	"github.com/RadhiFadlillah/whatlanggo"
	"golang.org/x/text/language"
)

// alone are the scripts that one language writes, or nearly, by ISO 15924 code. The others (Latin,
// Cyrillic, Arabic, Devanagari) are shared by many.
var alone = map[string]string{
	"Armn": "hy", "Beng": "bn", "Ethi": "am", "Geor": "ka", "Grek": "el", "Gujr": "gu", "Guru": "pa",
	"Hang": "ko", "Hani": "zh", "Hebr": "he", "Hira": "ja", "Kana": "ja", "Khmr": "km", "Knda": "kn",
	"Laoo": "lo", "Mlym": "ml", "Mong": "mn", "Mymr": "my", "Orya": "or", "Sinh": "si", "Taml": "ta",
	"Telu": "te", "Thai": "th", "Thaa": "dv", "Tibt": "bo",
}

// sampleLength is how many bytes of a text are looked at; a title and summary are seldom longer, and
// more do not change the answer.
const sampleLength = 2000

// minConfidence is how sure the look at the letters must be. Below it a text counts as of unknown
// language, so that the words of every language are looked for in it.
const minConfidence = 0.5

// Of returns the language of a text as a BCP 47 code, or "" if it is unknown. The declared languages
// are those that its publisher says it writes in, if any; a declaration that the text's script denies
// is not believed.
func Of(text string, declared []string) string {
	text = sample(text)
	script := scriptOf(text)
	if script == "" {
		if len(declared) == 1 {
			return declared[0]
		}
		return ""
	}
	fitting := slices.DeleteFunc(slices.Clone(declared), func(code string) bool { return !writes(code, script) })
	switch {
	case len(fitting) == 1:
		return fitting[0]
	case alone[script] != "":
		return alone[script]
	}
	return byLetters(text, fitting)
}

func sample(text string) string {
	if len(text) <= sampleLength {
		return text
	}
	return text[:sampleLength]
}

// scriptOf returns the script of most letters, or "" if there are none. Kana anywhere means Japanese,
// which is written with Han characters too.
func scriptOf(text string) string {
	var counts [len(tables)]int
	for _, r := range text {
		switch {
		case r < unicode.MaxASCII:
			if 'a' <= r|0x20 && r|0x20 <= 'z' {
				counts[latin]++
			}
		case unicode.IsLetter(r):
			if i := scriptOfLetter(r); i >= 0 {
				counts[i]++
			}
		}
	}
	kana := counts[hiragana] + counts[katakana]
	if kana > 0 && counts[han]+kana > counts[latin] {
		return tables[hiragana].code
	}
	best := slices.Index(counts[:], slices.Max(counts[:]))
	if counts[best] == 0 {
		return ""
	}
	return tables[best].code
}

// tables are the Unicode ranges of the scripts above, the common ones first.
var tables = [...]struct {
	code  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin}, {"Cyrl", unicode.Cyrillic}, {"Arab", unicode.Arabic}, {"Deva", unicode.Devanagari},
	{"Thai", unicode.Thai}, {"Khmr", unicode.Khmer}, {"Mymr", unicode.Myanmar}, {"Laoo", unicode.Lao},
	{"Hani", unicode.Han}, {"Hira", unicode.Hiragana}, {"Kana", unicode.Katakana}, {"Hang", unicode.Hangul},
	{"Beng", unicode.Bengali}, {"Taml", unicode.Tamil}, {"Telu", unicode.Telugu}, {"Knda", unicode.Kannada},
	{"Mlym", unicode.Malayalam}, {"Sinh", unicode.Sinhala}, {"Gujr", unicode.Gujarati},
	{"Guru", unicode.Gurmukhi}, {"Orya", unicode.Oriya}, {"Ethi", unicode.Ethiopic}, {"Geor", unicode.Georgian},
	{"Armn", unicode.Armenian}, {"Hebr", unicode.Hebrew}, {"Grek", unicode.Greek}, {"Mong", unicode.Mongolian},
	{"Thaa", unicode.Thaana}, {"Tibt", unicode.Tibetan},
}

// The places of scripts in tables.
const (
	latin    = 0
	han      = 8
	hiragana = 9
	katakana = 10
)

// scriptOfLetter returns the place of a letter's script in tables, or -1.
func scriptOfLetter(r rune) int {
	for i := range tables {
		if unicode.Is(tables[i].table, r) {
			return i
		}
	}
	return -1
}

// writes reports whether a language is written in a script.
func writes(code, script string) bool {
	tag, err := language.Parse(code)
	if err != nil {
		return false
	}
	usual, _ := tag.Script()
	switch usual.String() {
	case script:
		return true
	case "Hans", "Hant":
		return script == "Hani"
	case "Jpan":
		return script == "Hira" || script == "Kana" || script == "Hani"
	case "Kore":
		return script == "Hang" || script == "Hani"
	}
	return false
}

// byLetters looks at the letters of a text in one of the shared scripts, and chooses among the given
// languages, or among all that the library knows if there are none. Of a language that the library does
// not know, Malay for one, it sees a relative; so if it sees none of the given ones, it is that one.
func byLetters(text string, among []string) string {
	choice := make(map[whatlanggo.Lang]bool)
	var strange []string
	for _, code := range among {
		if l, ok := known(code); ok {
			choice[l] = true
		} else {
			strange = append(strange, code)
		}
	}
	if len(strange) > 0 {
		choice = nil
	}
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: choice})
	if info.Confidence < minConfidence {
		return ""
	}
	found := base(whatlanggo.LangToString(info.Lang))
	for _, code := range among {
		if base(code) == found {
			return code
		}
	}
	switch {
	case len(strange) == 1:
		return strange[0]
	case len(among) > 0:
		return ""
	}
	return found
}

// base returns the shortest code of a language without region and script, of its group where codes
// exist for both (arb, Standard Arabic, is ar), or "" if the code is none.
func base(code string) string {
	tag, err := language.All.Parse(code)
	if err != nil {
		return ""
	}
	b, _ := tag.Base()
	if b.String() == "und" {
		return ""
	}
	return b.String()
}

// known returns the library's name for a language.
func known(code string) (whatlanggo.Lang, bool) {
	wanted := base(code)
	for l := range whatlanggo.Langs {
		if wanted != "" && base(whatlanggo.LangToString(l)) == wanted {
			return l, true
		}
	}
	return 0, false
}
