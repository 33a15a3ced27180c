package words

import "testing"

func TestFindRegion(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"id", "asean", "asean"},
		{"as in the config", "@mena", "mena"},
		{"English", "Southeast Asia", "asean"},
		{"English in two words", "south east asia", "asean"},
		{"with the", "the Gulf", "gulf"},
		{"id in words", "Latin America", "latin-america"},
		{"Arabic", "جنوب شرق آسيا", "asean"},
		{"Spanish", "América Latina", "latin-america"},
		{"French, without accents", "Asie du sud-est", "asean"},
		{"Indonesian", "Asia Tenggara", "asean"},
		{"Khmer", "អាស៊ីអាគ្នេយ៍", "asean"},
		{"Burmese", "အရှေ့တောင်အာရှ", "asean"},
		{"Russian", "Центральная Азия", "central-asia"},
		{"Thai", "เอเชียตะวันออกเฉียงใต้", "asean"},
		{"Vietnamese", "Đông Nam Á", "asean"},
		{"a country", "Cambodia", ""},
		{"nothing", "", ""},
		{"a sign", "@", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := FindRegion(c.text); got != c.want || ok != (c.want != "") {
				t.Errorf("FindRegion(%q) = %q, %v, want %q", c.text, got, ok, c.want)
			}
		})
	}
}

// TestNamesOfRegionsAreFound holds that what the bot calls a region is understood, and is no country's name.
func TestNamesOfRegionsAreFound(t *testing.T) {
	for id := range regionTitles {
		for _, lang := range Languages() {
			name := For(lang).Region(id)
			if got, ok := FindRegion(name); !ok || got != id {
				t.Errorf("%s: FindRegion(%q) = %q, want %q", lang, name, got, id)
			}
			if code, ok := FindCountry(name); ok {
				t.Errorf("%s: %q of region %s is the country %s", lang, name, id, code)
			}
		}
	}
}
