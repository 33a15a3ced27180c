package words_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pressalert/bot/internal/words"
)

func TestFor(t *testing.T) {
	for _, c := range []struct{ lang, want string }{
		{"km", "km"}, {"km-KH", "km"}, {"fr-CA", "fr"}, {"ar-EG", "ar"}, {"es-419", "es"}, {"in", "id"},
		{"de", "en"}, {"", "en"}, {"not a language", "en"}, {"EN-us", "en"},
	} {
		if got := words.For(c.lang).Language(); got != c.want {
			t.Errorf("For(%q) speaks %s, want %s", c.lang, got, c.want)
		}
	}
	if got := (words.Words{}).Text(words.LabelSource); got != "Source" {
		t.Errorf("zero Words say %q, want English", got)
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 1, "1 source"}, {"en", 3, "3 sources"}, {"ru", 1, "1 источник"}, {"ru", 3, "3 источника"},
		{"ru", 5, "5 источников"}, {"ru", 11, "11 источников"}, {"ru", 21, "21 источник"}, {"fr", 0, "0 source"},
		{"ar", 2, "مصدران"}, {"ar", 3, "3 مصادر"}, {"ar", 11, "11 مصدرًا"}, {"ar", 100, "100 مصدر"},
		{"km", 3, "3 ប្រភព"}, {"th", 1, "1 แหล่งข่าว"}, {"my", 2, "သတင်းရင်းမြစ် 2 ခု"},
	} {
		if got := words.For(c.lang).Count(words.SourcesCount, c.n); got != c.want {
			t.Errorf("%s: %d sources = %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	w := words.For("en")
	for _, c := range []struct {
		name, got, want string
	}{
		{"placeholder", w.Text(words.NoteOriginal, "language", "Khmer"), "Original in Khmer"},
		{"a value with braces is not filled again", w.Text(words.AnswerMuted, "date", "{what}", "what", "x"), "Muted until {what}: x"},
		{"a value is missing", w.Text(words.NoteOriginal, "lang", "Khmer"), "Original in {language}"},
		{"unknown key", w.Text("no.such"), "no.such"},
		{"unknown key with a count", w.Count("no.such", 2), "no.such"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	utc := time.Date(2026, 11, 3, 23, 5, 0, 0, time.UTC)
	phnomPenh := utc.In(time.FixedZone("+07", 7*3600))
	for _, c := range []struct{ lang, day, moment string }{
		{"en", "4 November 2026", "4 November 2026, 06:05"},
		{"km", "ថ្ងៃទី4 ខែវិច្ឆិកា ឆ្នាំ2026", "ថ្ងៃទី4 ខែវិច្ឆិកា ឆ្នាំ2026 ម៉ោង 06:05"},
		{"fr", "4 novembre 2026", "4 novembre 2026, 06:05"},
		{"es", "4 de noviembre de 2026", "4 de noviembre de 2026, 06:05"},
		{"ar", "4 نوفمبر 2026", "4 نوفمبر 2026، 06:05"},
		{"id", "4 November 2026", "4 November 2026, 06:05"},
		{"th", "4 พฤศจิกายน ค.ศ. 2026", "4 พฤศจิกายน ค.ศ. 2026 เวลา 06:05"},
		{"vi", "4 tháng 11, 2026", "4 tháng 11, 2026, 06:05"},
		{"ru", "4 ноября 2026", "4 ноября 2026, 06:05"},
		{"my", "2026 နိုဝင်ဘာ 4", "2026 နိုဝင်ဘာ 4၊ 06:05"},
	} {
		w := words.For(c.lang)
		if got := w.Day(phnomPenh); got != c.day {
			t.Errorf("%s: day = %q, want %q", c.lang, got, c.day)
		}
		if got := w.Moment(phnomPenh); got != c.moment {
			t.Errorf("%s: moment = %q, want %q", c.lang, got, c.moment)
		}
	}
	if got := words.For("en").Clock(utc); got != "23:05 UTC" {
		t.Errorf("clock of UTC = %q, want it to say so", got)
	}
}

func TestList(t *testing.T) {
	for _, c := range []struct{ lang, items, want string }{
		{"en", "", ""}, {"en", "a", "a"}, {"en", "a b", "a and b"}, {"en", "a b c", "a, b and c"},
		{"ar", "كمبوديا تايلاند لاوس", "كمبوديا، تايلاند ولاوس"}, {"fr", "a b", "a et b"}, {"my", "က ခ ဂ", "က၊ ခ နှင့် ဂ"},
	} {
		if got := words.For(c.lang).List(strings.Fields(c.items)); got != c.want {
			t.Errorf("%s: %q = %q, want %q", c.lang, c.items, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	w := words.For("en")
	for _, c := range []struct{ name, got, want string }{
		{"charged is no verdict", w.Stage("prosecution", "charged"), "Charged, no verdict yet"},
		{"of a lawsuit", w.Stage("lawsuit", "charged"), "Suit filed"},
		{"no stage", w.Stage("attack", ""), ""},
		{"of a later taxonomy", w.Topic("data_leak"), "Data leak"},
		{"corrected country", w.Country("SZ"), "Eswatini"},
		{"unknown country", w.Country("ZZ"), "ZZ"},
		{"language", w.LanguageName("km"), "Khmer"},
		{"language with a country", w.LanguageName("pt-BR"), "Brazilian Portuguese"},
		{"no language", w.LanguageName(""), ""},
		{"Vietnamese is written small in a sentence", words.For("vi").LanguageName("km"), "tiếng Khmer"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestFindCountry(t *testing.T) {
	for _, c := range []struct{ word, code string }{
		{"KH", "KH"}, {"kh", "KH"}, {"Cambodia", "KH"}, {"sri lanka", "LK"}, {"Türkiye", "TR"}, {"turkiye", "TR"},
		{"Turkey", "TR"}, {"Eswatini", "SZ"}, {"Myanmar", "MM"}, {"Burma", "MM"}, {" Hong Kong ", "HK"}, {"Vietnam", "VN"},
		{"Viet Nam", "VN"}, {"việt nam", "VN"}, {"កម្ពុជា", "KH"}, {"Cambodge", "KH"}, {"камбоджа", "KH"}, {"كمبوديا", "KH"},
		{"กัมพูชา", "KH"}, {"ကမ္ဘောဒီးယား", "KH"}, {"Côte d'Ivoire", "CI"}, {"cote divoire", "CI"}, {"Ivory Coast", "CI"},
		{"the Philippines", "PH"}, {"UK", "GB"}, {"USA", "US"}, {"Guinea-Bissau", "GW"}, {"Guinea", "GN"},
		{"ประเทศไทย", "TH"}, {"ប្រទេសកម្ពុជា", "KH"}, {"ထိုင်းနိုင်ငံ", "TH"}, {"XX", ""}, {"Atlantis", ""}, {"", ""}, {"the", ""}, {"...", ""},
	} {
		code, ok := words.FindCountry(c.word)
		if code != c.code || ok != (c.code != "") {
			t.Errorf("FindCountry(%q) = %q, %v, want %q", c.word, code, ok, c.code)
		}
	}
}

func TestIsolate(t *testing.T) {
	for _, c := range []struct{ name, lang, text, want string }{
		{"English in English", "en", "Mekong Courier", "Mekong Courier"},
		{"Arabic in English", "en", "صحيفة", "\u2068صحيفة\u2069"},
		{"Hebrew in Khmer", "km", "עיתון", "\u2068עיתון\u2069"},
		{"mixed in English", "en", "Al-Ahram الأهرام", "\u2068Al-Ahram الأهرام\u2069"},
		{"English in Arabic", "ar", "Mekong Courier", "\u2068Mekong Courier\u2069"},
		{"Khmer in Arabic", "ar", "ភ្នំពេញ", "\u2068ភ្នំពេញ\u2069"},
		{"Arabic in Arabic", "ar", "صحيفة", "صحيفة"},
		{"numbers turn nothing", "ar", "14:05", "14:05"},
		{"an override is taken out", "en", "a\u202ecba", "acba"},
		{"a stray end is taken out", "en", "a\u2069 صحيفة", "\u2068a صحيفة\u2069"},
		{"marks of direction stay", "en", "a\u200fb", "\u2068a\u200fb\u2069"},
		{"broken UTF-8", "en", "a\xff", "a\xff"},
		{"empty", "ar", "", ""},
	} {
		if got := words.For(c.lang).Isolate(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct{ name, got, want string }{
		{"a command", words.For("ar").Text(words.HelpAll), "\u2068/help\u2069 يعرض جميع الأوامر."},
		{"something to be typed", words.For("ar").Argument("stop", "sure"), "\u2068“yes”\u2069 يحذف دون سؤال آخر"},
		{"a line from left to right", words.For("th").Text(words.HelpAll), "/help แสดงคำสั่งทั้งหมด"},
	} {
		if c.got != c.want {
			t.Errorf("%s in a text = %q, want %q", c.name, c.got, c.want)
		}
	}
	got := words.For("ar").Text(words.NoteUpdated, "time", "Monday")
	if want := "آخر تحديث: \u2068Monday\u2069"; got != want {
		t.Errorf("a value in a text = %q, want %q", got, want)
	}
}

func FuzzIsolate(f *testing.F) {
	for _, s := range []string{"a", "صحيفة", "\u2069\u202e", "a\xffb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, lang := range []string{"en", "ar"} {
			got := words.For(lang).Isolate(text)
			if strings.Count(got, "\u2068") != strings.Count(got, "\u2069") || strings.ContainsAny(got, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067") {
				t.Errorf("Isolate(%q) = %q, which reaches beyond its end", text, got)
			}
			if again := words.For(lang).Isolate(got); utf8.ValidString(text) && again != got {
				t.Errorf("Isolate twice = %q, once = %q", again, got)
			}
		}
	})
}

func BenchmarkCount(b *testing.B) {
	w := words.For("ru")
	for b.Loop() {
		w.Count(words.SourcesCount, 5)
	}
}

func BenchmarkText(b *testing.B) {
	w := words.For("ar")
	for b.Loop() {
		w.Text(words.NoteOriginal, "language", "khmer")
	}
}
