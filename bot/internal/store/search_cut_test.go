package store

import (
	"slices"
	"strings"
	"testing"
)

// words are the words of a text as they are looked up, joined by spaces.
func words(text string) string { return strings.TrimSpace(joinWords(text)) }

func TestCut(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words and signs", "Editor's e-mail: SEIZED!", "editor s e mail seized"},
		{"accents", "Cybercriminalité, điều tội", "cybercriminalite dieu toi"},
		{"accents of their own", "re\u0301sume\u0301", "resume"},
		{"Cyrillic", "Йод ЁЛКА", "иод елка"},
		{"Arabic article and alef", "القانون وَالإعلام", "قانون اعلام"},
		{"short Arabic word", "الان", "الان"},
		{"digits of every script", "มาตรา ๑๑๒, ១០០, १२, ٤٥", "มา าต ตร รา า 112 100 12 45"},
		{"Thai", "ข่าวดี", "ข่ ่า าว วด ดี ี"},
		{"Khmer below", "ន្ដ", "ន្ ្ត ត"},
		{"no sight of zero width", "ច្បាប់\u200bថ្មី", words("ច្បាប់ថ្មី")},
		{"Burmese space", "မြန် မာ", words("မြန်မာ")},
		{"Burmese and a sign", "မာ။မာ", "မာ ာ မာ ာ"},
		{"Chinese with Latin", "网络法AI案", "网络 络法 法 ai 案"},
		{"kana", "ネットー法", "ネッ ット トー ー法 法"},
		{"half width", "ﾈｯﾄ ＡＢＣ", "ネッ ット ト abc"},
		{"Hindi whole", "पत्रकार गिरफ़्तार", "पत्रकार गिरफ़्तार"},
		{"Korean", "기자가 구속", "기자가 구속"},
		{"nothing", " … — ", ""},
		{"broken", "a\xffb", "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := words(c.text); got != c.want {
				t.Errorf("words of %q = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestParseQuery(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"words side by side", "cyber law", `("cyber" AND "law")`},
		{"phrase", `"cyber law"`, `"cyber law"`},
		{"hyphen", "cyber-law", `"cyber law"`},
		{"operators", "law AND (draft OR bill) NOT tax", `(("law" AND ("draft" OR "bill")) NOT "tax")`},
		{"minus", "law -tax -fee", `("law" NOT ("tax" OR "fee"))`},
		{"twice not", "NOT NOT law", `"law"`},
		{"prefix", "journalis*", `"journalis" *`},
		{"prefix too short", "jo*", `"jo"`},
		{"title", "title:(law OR bill)", `(title : "law" OR title : "bill")`},
		{"title of a phrase", `title:"press law"`, `title : "press law"`},
		{"near", "court NEAR/5 journalist*", `NEAR("court" "journalist" *, 5)`},
		{"near in a title", "title:(court NEAR/5 judge)", `title : NEAR("court" "judge", 5)`},
		{"near a group", "(a OR b) NEAR/s c", `(("a" OR "b") AND "c")`},
		{"facts", "law place:KH feed:rfa-khmer", `("law" AND facts : "§place·kh" AND facts : "§feed·rfa·khmer")`},
		{"concept is a word", "@journalist AND =PECA", `("journalist" AND "peca")`},
		{"running text", "法律案", `"法律 律案"`},
		{"one running letter", "法", `"法" *`},
		{"Korean", "기자", `"기자" *`},
		{"broken falls to words", "law AND (draft", `"law" AND "draft"`},
		{"or not falls to words", "law OR NOT tax", `"law" AND "tax"`},
		{"operators alone", "AND", `"and"`},
		{"quotes of every shape", "“press law”", `"press law"`},
		{"only signs between", "law & order", `("law" AND "order")`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseQuery(c.query)
			if err != nil || got.match != c.want {
				t.Errorf("parse %q = %s, %v, want %s", c.query, got.match, err, c.want)
			}
		})
	}
}

func TestParseQueryWithoutWords(t *testing.T) {
	for _, query := range []string{"", "…", `""`, "()", "* - :"} {
		if got, err := parseQuery(query); err != ErrNoWords {
			t.Errorf("parse %q = %q, %v, want no words", query, got.match, err)
		}
	}
}

func FuzzCut(f *testing.F) {
	for _, seed := range []string{"Law", "ข่าวดี", "ន្ដ", "မြန် မာ", "网络法AI", "a\u0301", "\xff", "기자가", "ｶﾞ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before := 0
		for p := range cut(text) {
			if p.word == "" || strings.ContainsAny(p.word, " \"\x00") || strings.Contains(p.word, "§") {
				t.Fatalf("%q has the word %q", text, p.word)
			}
			if p.start < before || p.middle < p.start || p.end < p.middle || p.end > len(text) || p.end == p.start {
				t.Fatalf("%q: %q stands at %d to %d, after one at %d", text, p.word, p.start, p.end, before)
			}
			before = p.start
		}
		if once := words(text); words(once) != once && !slices.ContainsFunc(slices.Collect(cut(text)), func(p piece) bool { return p.running }) && !strings.ContainsFunc(once, arabic) {
			t.Errorf("cut twice: %q is not %q", words(once), once)
		}
	})
}

func arabic(r rune) bool { return 0x600 <= r && r <= 0x6ff || r >= 0x750 }
