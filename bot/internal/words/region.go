package words

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// regionCodes are the codes, of UN M49 or of its own, under which the Unicode data names a region of the rules
// in every language.
var regionCodes = map[string]string{
	"africa": "002", "asean": "035", "caribbean": "029", "central-africa": "017", "central-america": "013",
	"central-asia": "143", "east-africa": "014", "east-asia": "030", "eu": "EU", "latin-america": "419",
	"south-asia": "034", "southern-africa": "018", "west-africa": "011", "world": "001",
}

// regionTitles are the English names of regions that are not the words of their ids.
var regionTitles = map[string]string{
	"asean": "Southeast Asia (ASEAN)", "balkans": "the Balkans", "baltic": "the Baltic states", "caribbean": "the Caribbean",
	"caucasus": "the Caucasus", "commonwealth": "the Commonwealth", "council-of-europe": "the Council of Europe",
	"eu": "the European Union", "eu-candidates": "candidates for the EU", "gulf": "the Gulf states",
	"horn-of-africa": "the Horn of Africa", "arab-league": "the Arab League", "maghreb": "the Maghreb",
	"mekong": "the Mekong countries", "mena": "the Middle East and North Africa", "nordic": "the Nordic countries",
	"pacific": "the Pacific islands", "sahel": "the Sahel", "western-balkans": "the Western Balkans", "world": "the world",
}

// regionAliases are further names that people write for regions. Those of which the rules have no list of
// their own stand for the one that holds them.
var regionAliases = map[string]string{
	"South East Asia": "asean", "South-Eastern Asia": "asean", "АСЕАН": "asean", "อาเซียน": "asean", "អាស៊ាន": "asean",
	"အာဆီယံ": "asean", "Asia Tenggara": "asean", "Asie du Sud-Est": "asean", "Sudeste Asiático": "asean",
	"Юго-Восточная Азия": "asean", "เอเชียตะวันออกเฉียงใต้": "asean", "អាស៊ីអាគ្នេយ៍": "asean", "Đông Nam Á": "asean",
	"جنوب شرق آسيا": "asean",
	"Middle East":   "mena", "Near East": "mena", "Middle East & North Africa": "mena", "MENA region": "mena",
	"Moyen-Orient": "mena", "Moyen-Orient et Afrique du Nord": "mena", "Oriente Medio": "mena",
	"Oriente Medio y Norte de África": "mena", "Ближний Восток": "mena", "Ближний Восток и Северная Африка": "mena",
	"الشرق الأوسط": "mena", "الشرق الأوسط وشمال أفريقيا": "mena", "Timur Tengah": "mena", "Timur Tengah dan Afrika Utara": "mena",
	"Trung Đông": "mena", "Trung Đông và Bắc Phi": "mena", "ตะวันออกกลาง": "mena", "មជ្ឈិមបូព៌ា": "mena", "အရှေ့အလယ်ပိုင်း": "mena",
	"Arab world": "arab-league", "Arab countries": "arab-league", "Arab states": "arab-league", "العالم العربي": "arab-league",
	"Monde arabe": "arab-league", "Mundo árabe": "arab-league", "Арабский мир": "arab-league",
	"GCC": "gulf", "Gulf": "gulf", "Persian Gulf": "gulf", "Arabian Gulf": "gulf", "الخليج": "gulf", "دول الخليج": "gulf",
	"المغرب العربي": "maghreb", "Магриб": "maghreb", "Magreb": "maghreb",
	"LatAm": "latin-america", "Latinoamérica": "latin-america", "América Latina": "latin-america",
	"Centroamérica": "central-america", "Caribe": "caribbean", "Caraïbes": "caribbean",
	"UE": "eu", "ЕС": "eu", "Европейский союз": "eu", "Union européenne": "eu", "Unión Europea": "eu",
	"Balkan": "balkans", "Балканы": "balkans", "Baltics": "baltic", "Прибалтика": "baltic", "South Caucasus": "caucasus",
	"Кавказ": "caucasus", "Закавказье": "caucasus", "Nordics": "nordic", "Pacific": "pacific",
	"Lower Mekong": "mekong", "Horn": "horn-of-africa", "Eastern Africa": "east-africa", "Western Africa": "west-africa",
	"Southern Asia": "south-asia", "Eastern Asia": "east-asia", "Asia Central": "central-asia", "Asie centrale": "central-asia",
	"Средняя Азия": "central-asia", "Сахель": "sahel",
}

// FindRegion finds the region of the rules that a person means by its id, with or without the sign @ before
// it, or by a name in any of the bot's languages. Whether the rules in force have it is for the caller to see.
func FindRegion(word string) (id string, ok bool) {
	word = strings.TrimPrefix(strings.TrimSpace(word), "@")
	id, ok = regionIndex()[fold(word)]
	return id, ok
}

// Region returns the name of a region of the rules, by its id.
func (w Words) Region(id string) string {
	if title, ok := regionTitles[id]; ok && w.Language() == english {
		return title
	}
	if region, err := language.ParseRegion(regionCodes[id]); err == nil && w.Language() != english {
		if name := display.Regions(language.MustParse(w.Language())).Name(region); name != "" {
			return name
		}
	}
	return titled(id)
}

// titled makes words of an id, each with a capital.
func titled(id string) string {
	words := strings.Split(id, "-")
	for i, w := range words {
		if w != "" && w != "of" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// regionIndex holds the id for every name, folded. A name that is a country's too, such as that of the
// continent in Australia, is looked for there first.
var regionIndex = sync.OnceValue(func() map[string]string {
	index := make(map[string]string)
	add := func(name, id string) {
		if name = fold(name); name != "" && index[name] == "" {
			index[name] = id
		}
	}
	for id, title := range regionTitles {
		add(id, id)
		short, _, _ := strings.Cut(title, " (")
		add(short, id)
		add(title, id)
	}
	for name, id := range regionAliases {
		add(name, id)
	}
	for id, code := range regionCodes {
		add(id, id)
		for _, lang := range Languages() {
			if region, err := language.ParseRegion(code); err == nil {
				add(display.Regions(language.MustParse(lang)).Name(region), id)
			}
		}
	}
	return index
})
