package alert

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pressalert/rules"
)

// renamed corrects the country names of golang.org/x/text, whose CLDR data is of 2017, and shortens
// the ones that no newsroom writes out.
var renamed = map[string]string{
	"CD": "DR Congo", "CG": "Congo", "CV": "Cape Verde", "CZ": "Czechia", "HK": "Hong Kong",
	"MK": "North Macedonia", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "SZ": "Eswatini",
	"TR": "Türkiye",
}

// CountryName returns the English name of an ISO 3166-1 alpha-2 code, or the code itself if it is unknown.
func CountryName(code string) string {
	if name, ok := renamed[code]; ok {
		return name
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.English.Regions().Name(region); name != "" {
		return name
	}
	return code
}

// Country finds the country that a person means by a code or an English name, in any case.
func Country(word string) (code string, ok bool) {
	word = strings.TrimSpace(word)
	if len(word) == 2 {
		if region, err := language.ParseRegion(strings.ToUpper(word)); err == nil && region.IsCountry() {
			return region.Canonicalize().String(), true
		}
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			region, err := language.ParseRegion(code)
			if err == nil && region.IsCountry() && region.String() == code && strings.EqualFold(CountryName(code), word) {
				return code, true
			}
		}
	}
	return "", false
}

// Flag returns the flag emoji of a country code: its two letters as regional indicators.
func Flag(code string) string {
	if len(code) != 2 {
		return ""
	}
	const regionalIndicatorA = '🇦'
	return string([]rune{regionalIndicatorA + rune(code[0]-'A'), regionalIndicatorA + rune(code[1]-'A')})
}

// LanguageName returns the English name of a BCP 47 code, or "" if it is unknown.
func LanguageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil || tag == language.Und {
		return ""
	}
	return display.English.Tags().Name(tag)
}

// TopicName returns a topic in a reader's words.
func TopicName(t rules.Topic) string {
	switch t {
	case rules.Prosecution:
		return "Prosecution over speech"
	case rules.Shutdown:
		return "Internet shutdown"
	case rules.Attack:
		return "Attack on the press"
	}
	return sentenceCase(string(t))
}

// LawName returns a family of laws in a reader's words.
func LawName(l rules.Law) string {
	switch l {
	case "cybercrime":
		return "Cybercrime law"
	case "false-news":
		return "False-news law"
	case "defamation-insult":
		return "Defamation or insult"
	case "lese-majeste":
		return "Lese-majeste"
	case "sedition-security":
		return "Sedition or security law"
	case "religion":
		return "Blasphemy or religion"
	case "foreign-agent":
		return "Foreign-agent law"
	case "media-licensing":
		return "Media licensing"
	case "platform-online-safety":
		return "Online-platform law"
	case "surveillance-data":
		return "Surveillance and data law"
	case "information-access":
		return "Access to information"
	case "emergency-assembly":
		return "Emergency or assembly law"
	case "civil-society":
		return "Civil-society law"
	case "retaliatory":
		return "Charge on a pretext"
	case "none-disclosed":
		return "No charge disclosed"
	}
	return sentenceCase(string(l))
}

// StageName returns a stage in a reader's words.
func StageName(s rules.Stage) string { return sentenceCase(string(s)) }

// sentenceCase turns an id into words: in_force into "In force".
func sentenceCase(id string) string {
	words := strings.NewReplacer("_", " ", "-", " ").Replace(id)
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
