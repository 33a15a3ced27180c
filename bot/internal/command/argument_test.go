package command

import (
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

func TestScope(t *testing.T) {
	now := time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC)
	day := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		text string
		want scope
	}{
		{"", scope{}},
		{"KH", scope{country: "KH"}},
		{"kh 30d", scope{country: "KH", since: day(2026, 10, 27), period: "30d"}},
		{"South Korea, arrests", scope{country: "KR", topic: rules.Prosecution}},
		{"shutdown Democratic Republic of the Congo 2 weeks", scope{country: "CD", topic: rules.Shutdown, since: day(2026, 11, 12), period: "2 weeks"}},
		{"Тайланд", scope{country: "TH"}},
		{"កម្ពុជា", scope{country: "KH"}},
		{"last 6 months Burma", scope{country: "MM", since: day(2026, 5, 26), period: "last 6 months"}},
		{"2026-03", scope{since: day(2026, 3, 1), period: "2026-03"}},
		{"since 2025", scope{since: day(2025, 1, 1), period: "since 2025"}},
		{"year spyware", scope{topic: rules.Surveillance, since: day(2025, 11, 26), period: "year"}},
		{"Legislación Perú", scope{country: "PE", topic: rules.Legislation}},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, complaint := scopeOf(spoken.Words{}, now, c.text)
			if got != c.want || complaint != "" {
				t.Errorf("scope of %q = %+v, %q, want %+v", c.text, got, complaint, c.want)
			}
		})
	}
	if _, complaint := scopeOf(spoken.Words{}, now, "Тайлонд"); !strings.Contains(complaint, "Did you mean “Таиланд”?") {
		t.Errorf("complaint = %q, want a guess", complaint)
	}
	for _, wrong := range []string{"2031", "0d", "99y", "KH KH", "Atlantis", "1999-13"} {
		if got, complaint := scopeOf(spoken.Words{}, now, wrong); complaint == "" {
			t.Errorf("scope of %q = %+v, want a complaint", wrong, got)
		}
	}
}

// TestArgumentsInEveryLanguage reads a country, a topic and a family of laws as they are called in each.
func TestArgumentsInEveryLanguage(t *testing.T) {
	names := map[string][3]string{
		"en": {"Thailand", "Internet shutdown", "False-news law"},
		"ar": {"تايلاند", "قطع الإنترنت", "قانون الأخبار الكاذبة"},
		"es": {"Tailandia", "corte de internet", "Ley sobre noticias falsas"},
		"fr": {"Thaïlande", "Coupure d’Internet", "loi sur les fausses nouvelles"},
		"id": {"Thailand", "pemutusan internet", "UU berita bohong"},
		"km": {"ថៃ", "ការផ្ដាច់អ៊ីនធឺណិត", "ច្បាប់ស្ដីពីព័ត៌មានក្លែងក្លាយ"},
		"my": {"ထိုင်း", "အင်တာနက် ဖြတ်တောက်ခြင်း", "သတင်းမှား ဥပဒေ"},
		"ru": {"Таиланд", "отключение интернета", "Закон о ложных новостях"},
		"th": {"ไทย", "การตัดอินเทอร์เน็ต", "กฎหมายข่าวปลอม"},
		"vi": {"Thái Lan", "cắt internet", "Luật về tin giả"},
	}
	for _, lang := range spoken.Languages() {
		t.Run(lang, func(t *testing.T) {
			name := names[lang]
			got, complaint := scopeOf(spoken.Words{}, time.Now(), name[0], name[1])
			if want := (scope{country: "TH", topic: rules.Shutdown}); got != want || complaint != "" {
				t.Errorf("scope of %q = %+v, %q, want %+v", name, got, complaint, want)
			}
			if family, ok := familyOf(name[2]); !ok || family != "false-news" {
				t.Errorf("family of %q = %q, %v", name[2], family, ok)
			}
		})
	}
}

// TestLibraryLaws finds laws of the shipped rules by what people call them.
func TestLibraryLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole library")
	}
	set, err := rules.Parse(rules.Library())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"kh-cybercrime-law":           "kh-cybercrime-law",
		"KH cybercrime":               "kh-cybercrime-law",
		"Cambodia cybercrime law":     "kh-cybercrime-law",
		"pofma":                       "sg-pofma",
		"UU ITE":                      "id-uu-ite",
		"section 112":                 "th-section-112",
		"Thai computer crime act":     "th-computer-crime-act",
		"Vietnam cybersecurity law":   "vn-cybersecurity-law",
		"decree 147":                  "vn-decree-147",
		"eu dsa":                      "eu-dsa",
		"hanoi convention":            "un-cybercrime-convention",
		"Sri Lanka online safety act": "lk-online-safety-act",
		"LANGO":                       "kh-ngo-law",
		"Камбоджа cybercrime":         "kh-cybercrime-law",
	} {
		if l, ok, maybe := findLaw(set, name); !ok || l.id != want {
			t.Errorf("law %q = %q, %d others, want %s", name, l.id, len(maybe), want)
		}
	}
	for name, among := range map[string]string{"cybercrime law": "kh-cybercrime-law", "online safty act": "gb-online-safety-act"} {
		_, ok, maybe := findLaw(set, name)
		found := false
		for _, l := range maybe {
			found = found || l.id == among
		}
		if ok || !found {
			t.Errorf("law %q: %v, %d laws, want %s among several", name, ok, len(maybe), among)
		}
	}
}

func TestNextStep(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"The bill passed. A vote is due to follow on 3 May. More soon.", "A vote is due to follow on 3 May."},
		{"Le projet doit être examiné jeudi", "Le projet doit être examiné jeudi"},
		{"The court was overdue to close", ""},
	} {
		if got := sentenceWith(c.text, nextCue); got != c.want {
			t.Errorf("sentence of %q = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSearchesForgetTheOldest(t *testing.T) {
	var s searches
	first := s.keep("first")
	for n := range rememberedSearches {
		s.keep(strings.Repeat("x", n))
	}
	if words, known := s.recall(first); known {
		t.Errorf("remembers %q", words)
	}
	if words, known := s.recall(s.keep("last")); !known || words != "last" {
		t.Errorf("recalls %q, %v", words, known)
	}
}

func FuzzReadSearch(f *testing.F) {
	for _, seed := range []string{"law KH 30d", "country: topic:x since:99y", "~abc", "page:9999999999 a", "\xff KH", "since:2026-03 ប្រទេស"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		asked, _ := readSearch(spoken.Words{}, chat.Request{Args: map[string]string{"words": words}}, time.Now())
		if asked.page < 0 || len(strings.Fields(asked.words)) > len(strings.Fields(words)) {
			t.Errorf("read %q as %+v", words, asked)
		}
	})
}

// TestLawsByCountryAndKind finds a law of the shipped rules by what it is, in every language of the bot.
func TestLawsByCountryAndKind(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole library")
	}
	set, err := rules.Parse(rules.Library())
	if err != nil {
		t.Fatal(err)
	}
	for lang, name := range map[string]string{
		"en": "cybercrime law Cambodia", "ar": "قانون الجرائم الإلكترونية كمبوديا", "es": "Ley de ciberdelitos de Camboya",
		"fr": "loi sur la cybercriminalité Cambodge", "id": "UU kejahatan siber Kamboja", "km": "ច្បាប់ស្ដីពីបទល្មើសបច្ចេកវិទ្យា កម្ពុជា",
		"my": "ဆိုက်ဘာရာဇဝတ်မှု ဥပဒေ ကမ္ဘောဒီးယား", "ru": "Закон о киберпреступности Камбоджа", "th": "กฎหมายอาชญากรรมไซเบอร์ กัมพูชา",
		"vi": "Luật tội phạm mạng Campuchia",
	} {
		if l, ok, maybe := findLaw(set, name); !ok || l.id != "kh-cybercrime-law" {
			t.Errorf("%s: law %q = %q, %d others, want kh-cybercrime-law", lang, name, l.id, len(maybe))
		}
	}
	for _, name := range []string{"loi sur les fausses nouvelles", "Камбоджа погода"} {
		if l, ok, _ := findLaw(set, name); ok {
			t.Errorf("law %q = %q, want none in particular", name, l.id)
		}
	}
}
