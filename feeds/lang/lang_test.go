package lang_test

import (
	"testing"
	"unicode/utf8"

	"pressalert/feeds/lang"
)

func TestOf(t *testing.T) {
	const (
		english = "The court sentenced a reporter to two years in prison over a post about the minister."
		french  = "Le tribunal a condamné un journaliste à deux ans de prison pour une publication en ligne."
		malay   = "Mahkamah menjatuhkan hukuman penjara dua tahun terhadap seorang wartawan kerana hantaran di Facebook."
		russian = "Суд приговорил журналиста к двум годам лишения свободы за публикацию в социальной сети."
		ukr     = "Суд засудив журналіста до двох років позбавлення волі за допис у соціальній мережі, повідомили правозахисники."
		arabic  = "حكمت المحكمة على صحفي بالسجن عامين بسبب منشور على مواقع التواصل الاجتماعي ينتقد الوزير"
		persian = "دادگاه یک روزنامه\u200cنگار را به دلیل انتشار مطلبی در شبکه\u200cهای اجتماعی به دو سال زندان محکوم کرد"
		khmer   = "តុលាការបានផ្តន្ទាទោសអ្នកសារព័ត៌មានម្នាក់"
		thai    = "ศาลจำคุกนักข่าวสองปีจากโพสต์เฟซบุ๊ก"
	)
	for _, c := range []struct {
		name     string
		text     string
		declared []string
		want     string
	}{
		{"one declared", english, []string{"en"}, "en"},
		{"declared as the list writes it", french, []string{"fr-BE"}, "fr-BE"},
		{"the script denies the declaration", khmer, []string{"en"}, "km"},
		{"an English item in a Khmer feed", english, []string{"km"}, "en"},
		{"script chooses among the declared", thai, []string{"en", "th"}, "th"},
		{"letters choose among the declared", malay, []string{"en", "ms"}, "ms"},
		{"close relatives are told apart by the declaration", malay, []string{"ms"}, "ms"},
		{"nothing declared, English", english, nil, "en"},
		{"nothing declared, French", french, nil, "fr"},
		{"nothing declared, Russian", russian, nil, "ru"},
		{"nothing declared, Ukrainian", ukr, nil, "uk"},
		{"nothing declared, Arabic", arabic, nil, "ar"},
		{"nothing declared, Persian", persian, nil, "fa"},
		{"nothing declared, Khmer with a Latin name", "Facebook " + khmer, nil, "km"},
		{"Japanese has kana", "記者を逮捕した", nil, "ja"},
		{"Chinese has none", "记者被逮捕", nil, "zh"},
		{"traditional Chinese as declared", "記者被捕", []string{"zh-Hant"}, "zh-Hant"},
		{"Korean", "기자가 체포되었다", nil, "ko"},
		{"too short to tell", "Ok", nil, ""},
		{"no letters, one declared", "2014", []string{"km"}, "km"},
		{"no letters", "2014 – 🇰🇭", nil, ""},
		{"empty", "", nil, ""},
		{"a code that is none", english, []string{"xx-nonsense!"}, "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lang.Of(c.text, c.declared); got != c.want {
				t.Errorf("Of = %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzOf holds that no text makes it panic, and that what it finds is a code.
func FuzzOf(f *testing.F) {
	f.Add("Journalist arrested", "en")
	f.Add("អ្នកសារព័ត៌មាន", "")
	f.Add("\xff\xfe", "zz")
	f.Fuzz(func(t *testing.T, text, declared string) {
		got := lang.Of(text, []string{declared})
		if got != declared && (len(got) > 3 || !utf8.ValidString(got)) {
			t.Errorf("Of = %q", got)
		}
	})
}

func BenchmarkOfUndeclared(b *testing.B) {
	for b.Loop() {
		lang.Of("The court sentenced a reporter to two years in prison over a post about the minister.", nil)
	}
}
