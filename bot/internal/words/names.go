package words

import (
	"iter"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Topic returns the name of a topic, by its id in the taxonomy.
func (w Words) Topic(id string) string { return w.name("topic.", id) }

// Law returns the name of a family of laws, by its id.
func (w Words) Law(id string) string { return w.name("law.", id) }

// Stage returns the name of a stage of an event of a topic, by their ids. It says no more than the stage
// does: a person who is charged is not yet guilty. It returns "" for no stage.
func (w Words) Stage(topic, id string) string {
	if topic == "lawsuit" {
		if text, ok := w.table().texts[Key("lawsuit."+id)]; ok {
			return text
		}
	}
	return w.name("stage.", id)
}

// Severity returns the name of a level, by its id.
func (w Words) Severity(id string) string { return w.name("severity.", id) }

// Direction returns what an event does to free speech, by its id.
func (w Words) Direction(id string) string { return w.name("direction.", id) }

// Confirmation returns how well an event is confirmed, by its id.
func (w Words) Confirmation(id string) string { return w.name("confirmation.", id) }

// Command returns in one line what a command of the bot does, by its name, or "" if it is unknown.
func (w Words) Command(name string) string { return w.table().texts[Key("menu."+name)] }

// Argument returns in one line what an argument of a command is, by their names, or "" if it is unknown.
func (w Words) Argument(command, name string) string {
	return w.table().texts[Key("argument."+command+"_"+name)]
}

// name finds a name by an id. One that the files do not know, as of a later taxonomy, is its own words.
func (w Words) name(table, id string) string {
	if text, ok := w.table().texts[Key(table+id)]; ok {
		return text
	}
	words := strings.NewReplacer("_", " ", "-", " ").Replace(id)
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// Country returns the name of an ISO 3166-1 alpha-2 code, or the code if it is unknown.
func (w Words) Country(code string) string {
	if name, ok := w.table().countries[code]; ok {
		return name
	}
	return code
}

// LanguageName returns the name of a language by its BCP 47 code, as it stands within a sentence, or ""
// if it is unknown.
func (w Words) LanguageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil || tag == language.Und {
		return ""
	}
	name := w.table().languages.Name(tag)
	if name == "" {
		b, _ := tag.Base()
		name = w.table().languages.Name(b)
	}
	name = strings.Trim(name, "\u200b ")
	if rest, ok := strings.CutPrefix(name, "Tiếng "); ok { // Vietnamese data has it as at the start of a line.
		return "tiếng " + rest
	}
	return name
}

// countryNames names every country: as the file does, or else the Unicode data.
func countryNames(tag language.Tag, texts map[Key]string) map[string]string {
	names := make(map[string]string)
	regions := display.Regions(tag)
	for code, region := range countries() {
		name, ok := texts[Key("country."+code)]
		if !ok {
			name = strings.Trim(regions.Name(region), "\u200b ")
		}
		if name != "" {
			names[code] = name
		}
	}
	return names
}

// countries yields every country that has a code.
func countries() iter.Seq2[string, language.Region] {
	return func(yield func(string, language.Region) bool) {
		for i := range 26 * 26 {
			code := string([]byte{'A' + byte(i/26), 'A' + byte(i%26)})
			region, err := language.ParseRegion(code)
			if err == nil && region.IsCountry() && region.Canonicalize().String() == code && !yield(code, region) {
				return
			}
		}
	}
}
