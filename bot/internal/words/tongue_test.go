package words

import "testing"

func TestFindLanguage(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"code", "km", "km"},
		{"code in capitals", "KM", "km"},
		{"code with a country", "pt-BR", "pt"},
		{"code of three letters", "ckb", "ckb"},
		{"English", "Khmer", "km"},
		{"Arabic", "الروسية", "ru"},
		{"Spanish", "francés", "fr"},
		{"French, without accents", "francais", "fr"},
		{"Indonesian", "Thai", "th"},
		{"Khmer", "ខ្មែរ", "km"},
		{"Burmese", "မြန်မာ", "my"},
		{"Russian", "русский", "ru"},
		{"Thai", "ไทย", "th"},
		{"Vietnamese", "Tiếng Pháp", "fr"},
		{"none", "Klingonish", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := FindLanguage(c.text); got != c.want || ok != (c.want != "") {
				t.Errorf("FindLanguage(%q) = %q, %v, want %q", c.text, got, ok, c.want)
			}
		})
	}
}
