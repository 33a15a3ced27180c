package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// written shows tokens: word, [plain], (other forms), ! for capitals; + joins what has no gap, | begins
// a sentence.
func written(tokens []token) string {
	var b strings.Builder
	for i, t := range tokens {
		switch {
		case i > 0 && tokens[i-1].sentence != t.sentence:
			b.WriteString(" | ")
		case i > 0 && t.gap == none:
			b.WriteByte('+')
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(t.word)
		if t.plain != "" {
			fmt.Fprintf(&b, "[%s]", t.plain)
		}
		if len(t.others) > 0 {
			fmt.Fprintf(&b, "(%s)", strings.Join(t.others, ","))
		}
		if t.capitals {
			b.WriteByte('!')
		}
	}
	return b.String()
}

func TestWords(t *testing.T) {
	tests := []struct{ name, language, text, want string }{
		{"empty", "", "", ""},
		{"apostrophe", "", "Kingdom's l’internet", "kingdom s l internet"},
		{"hyphen", "", "cyber-crime cybercrime cyber‑crime", "cyber crime cybercrime cyber crime"},
		{"quotes and emoji", "", "“Law”🚫«ban»", "law ban"},
		{"capitals", "", "ITE Law A1 112", "ite! law a1! 112"},
		{"ligature and width", "", "oﬃce ＬＡＷ ½", "office law! 1 2"},
		{"zero width", "", "cen\u200bsor\u00adship \u202eab", "censorship ab"},
		{"broken bytes", "", "law\xffban \xe1\x80", "law ban"},
		{"marks", "", "Décret résumé cafe\u0301", "décret[decret] résumé[resume] café[cafe]"},
		{"strokes are no marks", "pl", "Wałęsa Łódź", "wałęsa[wałesa] łódź[łodz]"},
		{"mark without a letter below", "", " \u0301a", "a"},
		{"mark that composes with nothing", "", "x\u030cy", "x\u030cy[xy]"},
		{"capitals with a mark", "fr", "DÉCRET DECRET", "décret[decret] decret!"},
		{"german", "de", "Straße STRASSE GRÖẞE", "strasse strasse! grösse[grosse]"},
		{"greek", "el", "ΝΌΜΟΣ νόμος ΝΟΜΟΣ", "νόμοσ[νομοσ] νόμοσ[νομοσ] νομοσ!"},
		{"cyrillic yo and stress", "ru", "Учёный за\u0301мок йод", "ученый за\u0301мок[замок] йод"},
		{"ukrainian", "uk", "Її зʼязок", "її з язок"},
		{"turkish", "tr", "KAPATILDI İnternet ISPARTA", "kapatıldı(kapatildi)! internet ısparta(isparta)!"},
		{"turkish foreign name", "tr-TR", "Instagram FBI IŞİD Işık", "ınstagram(instagram) fbı(fbi)! ışid[ısid](işid) ışık[ısık](işık)"},
		{"dots elsewhere", "en", "KAPATILDI İnternet i\u0307nternet", "kapatildi! internet internet"},
		{"vietnamese", "vi", "Luật AN NINH má", "luật an ninh má"},
		{"vietnamese in other text", "en", "Đà Nẵng sơn má", "đà nẵng sơn má[ma]"},
		{"letter of croatian", "hr", "Đukanović", "đukanović[đukanovic]"},
		{"arabic", "ar", "وبالقانونِ للأخبار", "وبالقانون(بالقانون,القانون,قانون) للاخبار(اخبار,الاخبار,لاخبار)"},
		{"arabic vowels and tatweel", "ar", "صَحَفِيٌّ قــانون", "صحفي قانون"},
		{"persian", "fa", "شبکهٔ می\u200cشود ۵۰۰", "شبكه ميشود 500"},
		{"hebrew", "he", "ובעיתון שלום הגן", "ובעיתון(בעיתון,עיתון) שלום(לום) הגן"},
		{"hebrew points", "he", "עִתּוֹן", "עתון"},
		{"hindi", "hi", "क़ानून पत्रकार १९", "क\u093cानून पत्रकार 19"},
		{"bengali", "bn", "সাংবাদিক", "সাংবাদিক"},
		{"tamil", "ta", "பத்திரிகையாளர் கொ", "பத்திரிகையாளர் கொ"},
		{"thai", "th", "นักข่าว มาตรา๑๑๒", "นั+ก+ข่า+ว มา+ต+รา+112"},
		{"thai am and e", "th", "น้ำ นํ้า เเม่", "นํ้า นํ้า แม่"},
		{"lao", "la", "ນັກຂ່າວ", "ນັ+ກ+ຂ່າ+ວ"},
		{"khmer", "km", "អ្នកសារ\u200bព័ត៌មាន", "អ្ន+ក+សា+រ+ព័+ត៌+មា+ន"},
		{"khmer coeng ro last", "km", "ស្រ្តី ស្ត្រី", "ស្ត្រី ស្ត្រី"},
		{"khmer coeng da", "km", "ប្ដី ប្តី", "ប្តី ប្តី"},
		{"khmer order", "km", "ស\u17b8\u17ca ស\u17ca\u17b8 ក\u17b6\u17d2\u179a ក\u17d2\u179a\u17b6", "ស\u17ca\u17b8 ស\u17ca\u17b8 ក\u17d2\u179a\u17b6 ក\u17d2\u179a\u17b6"},
		{"khmer vowel of two", "km", "ក\u17c1\u17b6 ក\u17c4", "ក\u17c4 ក\u17c4"},
		{"burmese", "my", "အင် တာနက်", "အင်+တာ+နက်"},
		{"chinese", "zh", "網絡law", "網+絡+law"},
		{"japanese", "ja", "キャー法ﾊﾟ", "キャー+法+パ"},
		{"korean", "ko", "기자가 한", "기자가 한"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := written(tokenise(Title, tt.text, tt.language)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"stops", "One. Two! Three? Four", "one | two | three | four"},
		{"title of a person", "Dr. Doe and J. Doe of the U.S. Senate. End", "dr doe and j! doe of the u! s! senate | end"},
		{"small word", "He did it. She left", "he did it | she left"},
		{"small letter after", "approx. ten", "approx ten"},
		{"number", "Article 19. Now 3.5", "article 19 | now 3 5"},
		{"quote between", "“Stop.” He left", "stop | he left"},
		{"ellipsis", "Wait… Now... then", "wait | now then"},
		{"chinese", "封锁。逮捕！新闻", "封+锁 | 逮+捕 | 新+闻"},
		{"hindi", "क। ख", "क | ख"},
		{"arabic", "خبر؟ خبر۔ خبر", "خبر | خبر | خبر"},
		{"khmer", "ក។ ខ៕ គ", "ក | ខ | គ"},
		{"burmese", "က။ခ", "က | ခ"},
		{"thai", "ก ข  ค", "ก ข | ค"},
		{"thai line", "ก\nข", "ก | ข"},
		{"line", "one\ntwo\r\nthree", "one two three"},
		{"empty line", "one\n\ntwo", "one | two"},
		{"trailing", "one. ", "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := written(tokenise(Summary, tt.text, "")); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("a title is one", func(t *testing.T) {
		if got := written(tokenise(Title, "One. Two", "")); got != "one two" {
			t.Errorf("got %q, want one sentence", got)
		}
	})
}

func TestUnits(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"words", "draft law", "0+6 6+6"},
		{"thai", "กข a", "0+2 2+2 4+6"},
		{"khmer and burmese", "ក က", "0+2 2+2"},
		{"han and kana", "法カ a", "0+3 3+3 6+6"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, tok := range tokenise(Summary, tt.text, "") {
				all = append(all, fmt.Sprintf("%d+%d", tok.at, tok.units))
			}
			if got := strings.Join(all, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestHas says which words of a term, in a language, are found in which word of a text.
func TestHas(t *testing.T) {
	tests := []struct {
		name, language, term, text string
		want                       bool
	}{
		{"same", "", "law", "Law", true},
		{"no marks find marks", "fr", "resume", "Résumé", true},
		{"marks find marks", "fr", "résumé", "RÉSUMÉ", true},
		{"marks do not find none", "fr", "résumé", "resume", false},
		{"other marks", "fr", "résumé", "rèsumè", false},
		{"marks find capitals without", "fr", "décret", "DECRET", true},
		{"but not one capital in small letters", "fr", "décret", "Decret", false},
		{"prefix finds capitals without", "fr", "décre*", "DECRETS", true},
		{"prefix without marks", "fr", "decre*", "décrets", true},
		{"greek headline", "el", "νόμος", "ΝΟΜΟΣ", true},
		{"vietnamese needs its tones", "vi", "ma", "má", false},
		{"vietnamese capitals too", "vi", "báo", "BAO", false},
		{"vietnamese letters anywhere", "", "son", "sơn", false},
		{"and in terms", "", "sơn", "SON", false},
		{"short i is a letter", "ru", "воины", "войны", false},
		{"yo is ye", "ru", "учёный", "ученый", true},
		{"turkish capitals", "tr", "kapatıldı", "KAPATILDI", true},
		{"turkish i is another letter", "tr", "sinir", "Sınır", false},
		{"but a capital may be foreign", "", "FBI", "FBI", true},
		{"particle", "ar", "قانون", "والقانون", true},
		{"particle before a prefix", "ar", "قانو*", "بالقانونية", true},
		{"hebrew prefix", "he", "עיתון", "ובעיתון", true},
		{"thai tones are letters", "th", "มา", "ม้า", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term, prefix := strings.CutSuffix(tt.term, "*")
			w := tokenise(Title, term, tt.language)[0]
			tok := tokenise(Title, tt.text, tt.language)[0]
			if got := tok.has(w.word, w.plain, prefix); got != tt.want {
				t.Errorf("%s in %s: got %v, want %v", written([]token{w}), written([]token{tok}), got, tt.want)
			}
		})
	}
}

func TestExactly(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"as it is", "ITE", "ITE"},
		{"width", "ＩＴＥ", "ITE"},
		{"marks", "E\u0301TAT", "ÉTAT"},
		{"invisible", "I\u200bTE", "ITE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := exactly(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// foldSeeds are texts in which neighbours change each other.
var foldSeeds = []string{
	"Kingdom's cyber-crime law", "ﬃ ½ № ㎏ ǰ ΐ İ ẞ", "a\u200bb\u00adc \u202bd", "\xff\xe1\x80", "น้ำเเ็่", "ក្\u17d2", "င်္ဂ", "キャー",
	"للل بالل وال", "e\u0301\u0323" + strings.Repeat("\u0301", 70), "e\u200b\u0301", "क़ र्\u093c न\u093c", "কো ৰা", "கொ கௌ", "ဥ\u102e",
	"가\u11a8 \u1100\u1161\u11a8", "ﾊﾟ カ\u3099", "بِٓ آ ا\u064e\u0653", "ｅ\u0301", "I\u0307 Iı", "x\u0e48\u0e38", "\u0301\u0e48a", "ՙև Ω", "ᾳ\u0345 ͅ",
}

// FuzzFold holds the fast path of folding equal to the Unicode libraries.
func FuzzFold(f *testing.F) {
	for _, text := range foldSeeds {
		f.Add(text, "")
		f.Add(text, "tr")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		w := waysOf(language)
		fast, slow := newCutter(), newCutter()
		got := fast.cut(Summary, text, w)
		want := slow.cutGlyphs(Summary, slow.folder.foldSlowly(text, w.turkish), w)
		if !slices.EqualFunc(got, want, sameToken) {
			t.Errorf("%q\ngot  %+v\nwant %+v", text, got, want)
		}
	})
}

func sameToken(a, b token) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// TestFoldPairs holds the same of every pair of some characters of each script.
func TestFoldPairs(t *testing.T) {
	var some []rune
	for _, p := range tabledPages {
		for r := p[0]; r <= p[1]; r++ {
			if info := infoOf(r); !info.boundary || r%97 == 0 {
				some = append(some, r)
			}
		}
	}
	some = append(some, []rune("aIi1 .é中가\u1100\u1161\u11a8\uff76\uff9e")...)
	fast, slow := newCutter(), newCutter()
	for _, a := range some {
		for _, b := range some {
			text := string([]rune{'e', a, b, 'x'})
			got := fast.cut(Summary, text, ways{})
			want := slow.cutGlyphs(Summary, slow.folder.foldSlowly(text, false), ways{})
			if !slices.EqualFunc(got, want, func(a, b token) bool {
				return a.word == b.word && a.plain == b.plain && a.start == b.start && a.end == b.end && a.capitals == b.capitals
			}) {
				t.Fatalf("%q (%U %U): got %+v, want %+v", text, a, b, got, want)
			}
		}
	}
}

// FuzzTokenise holds that tokens stand in the order of the text on the borders of characters, and that a
// folded word stays as it is.
func FuzzTokenise(f *testing.F) {
	for _, text := range foldSeeds {
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		start, end, at, sentence := 0, 0, 0, 0
		for _, tok := range tokenise(Body, text, language) {
			if tok.start < start || tok.end < end || tok.start >= tok.end || tok.end > len(text) || tok.at != at || tok.sentence < sentence {
				t.Fatalf("token %+v after byte %d to %d, unit %d in %q of %d bytes", tok, start, end, at, text, len(text))
			}
			if !utf8.RuneStart(text[tok.start]) || tok.end < len(text) && utf8.ValidString(text) && !utf8.RuneStart(text[tok.end]) {
				t.Fatalf("token %+v cuts a character of %q", tok, text)
			}
			start, end, at, sentence = tok.start, tok.end, tok.at+tok.units, tok.sentence
			var again strings.Builder
			for _, a := range tokenise(Body, tok.word, language) {
				again.WriteString(a.word)
			}
			if again.String() != tok.word {
				t.Errorf("token %q of %q becomes %q", tok.word, text, again.String())
			}
		}
	})
}

func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		buildPages()
	}
}
