package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// invitations are the words with which publishers ask readers to read on, by language, in lower case.
var invitations = set(
	// English
	"read more", "read the full article", "read full article", "read the full story", "read full story",
	"continue reading", "keep reading", "read the rest", "read the rest of this entry", "click here to read more",
	"learn more", "view full article", "read the whole story", "[read more]",
	// Western Europe
	"lire la suite", "lire plus", "en savoir plus", "lire l'article", "lire l’article", "continuer la lecture",
	"lire la suite de l'article", "leer más", "leer mas", "seguir leyendo", "continuar leyendo", "sigue leyendo",
	"ver más", "leer artículo completo", "leia mais", "ler mais", "continue lendo", "continuar lendo",
	"continuar a ler", "saiba mais", "weiterlesen", "mehr lesen", "mehr erfahren", "zum artikel", "leggi tutto",
	"leggi di più", "continua a leggere", "continua la lettura", "lees meer", "lees verder", "läs mer", "les mer", "læs mere",
	"lue lisää", "llegir més", "διαβάστε περισσότερα", "περισσότερα",
	// Eastern Europe, Caucasus, Central Asia
	"читать далее", "читать дальше", "читать полностью", "читать ещё", "подробнее", "продолжить чтение",
	"читати далі", "читати більше", "докладніше", "детальніше", "чытаць далей", "прочетете още", "прочети повече",
	"czytaj więcej", "czytaj dalej", "číst dále", "číst více", "celý článek", "čítať ďalej", "tovább olvasom", "tovább",
	"citește mai mult", "citeşte mai mult", "citește mai departe", "pročitaj više", "opširnije", "прочитај више",
	"толық оқу", "толугу менен", "batafsil", "სრულად წაკითხვა", "გაიგე მეტი", "կարդալ ավելին",
	// Turkish, Arabic, Persian, Urdu, Hebrew, Amharic, Swahili
	"devamını oku", "devamı", "daha fazla oku", "daha fazlası", "ətraflı", "اقرأ المزيد", "إقرأ المزيد", "قراءة المزيد",
	"المزيد", "متابعة القراءة", "أكمل القراءة", "اقرأ أكثر", "ادامه مطلب", "ادامه خبر", "بیشتر بخوانید", "مزید پڑھیں",
	"קרא עוד", "קראו עוד", "להמשך קריאה", "ተጨማሪ ያንብቡ", "soma zaidi",
	// South and South-East Asia
	"और पढ़ें", "आगे पढ़ें", "पूरा पढ़ें", "আরও পড়ুন", "বিস্তারিত পড়ুন", "மேலும் படிக்க", "مزيد",
	"baca selengkapnya", "selengkapnya", "baca lebih lanjut", "baca lagi", "teruskan membaca", "xem thêm", "đọc thêm",
	"xem tiếp", "đọc tiếp", "อ่านต่อ", "อ่านเพิ่มเติม", "អានបន្ត", "អានបន្ថែម", "ဆက်ဖတ်ရန်", "ອ່ານຕໍ່", "magbasa pa",
	// East Asia
	"阅读更多", "阅读全文", "继续阅读", "查看全文", "閱讀更多", "閱讀全文", "繼續閱讀", "続きを読む", "もっと読む", "続きを見る",
	"더 보기", "더보기", "계속 읽기", "더 읽기", "자세히 보기", "цааш унших",
)

// beginnings are the invitations that a title follows ("Continue reading The law"), as links only.
var beginnings = []string{
	"continue reading ", "read more about ", "read more at ", "read more on ", "read more: ", "lire la suite de ",
	"lire la suite ", "weiterlesen ", "leer más ", "continua a leggere ", "читать далее ", "continuar leyendo ",
	"continue lendo ", "leia mais ",
}

const (
	// maxInvitation bounds the text of a link that invites, in bytes, the title included.
	maxInvitation = 400
	// longestInvitation bounds those of the list, in bytes.
	longestInvitation = 80
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// isInvitation reports whether label asks the reader to read on. Only the whole text of a link may also
// name what there is to read.
func isInvitation(label string, link bool) bool {
	label = strings.ToLower(strings.TrimFunc(label, isOrnament))
	if invitations[label] {
		return true
	}
	for _, b := range beginnings {
		if link && strings.HasPrefix(label, b) {
			return true
		}
	}
	return false
}

// isOrnament reports whether r stands around such words: arrows, dots, brackets, quotes.
func isOrnament(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// withoutInvitation cuts a last sentence that only asks the reader to read on. What stands before it
// must end as a sentence does: "They were told to read more" is news.
func withoutInvitation(s string) string {
	end := strings.TrimRightFunc(s, isOrnament)
	from := max(0, len(end)-longestInvitation)
	for i, r := range end[from:] {
		i += from
		if i > 0 && !beginsWord(end[:i], r) {
			continue
		}
		before := strings.TrimRight(end[:i], " ")
		if endsSentence(before) && invitations[strings.ToLower(end[i:])] {
			return strings.TrimRightFunc(before, func(r rune) bool { return r == ' ' || unicode.IsSymbol(r) || r == '[' || r == '(' })
		}
	}
	return s
}

// beginsWord reports whether a word may begin with r after before.
func beginsWord(before string, r rune) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	return isOrnament(last) && !isOrnament(r)
}

// endsSentence reports whether nothing of a sentence is open at the end of s.
func endsSentence(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(s, func(r rune) bool {
		return r == ' ' || r == '[' || r == '(' || r == '"' || r == '”' || r == '»' || r == ')' || r == ']' || unicode.IsSymbol(r)
	}))
	return s == "" || strings.ContainsRune(".!?…。！？।॥។៕၊။؟۔።", last)
}
