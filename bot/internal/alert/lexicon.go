package alert

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	spoken "pressalert/bot/internal/words"
)

// What a headline says of whom, and of how many, stays the same in every language, but not as a word: "seven
// teachers", "siete maestros" and "គ្រូ ៧ នាក់". So numbers and roles are terms of their own, whatever the language.
// They tell most where nobody is named: two reports of one day on a teacher are nearly sure to be of one case, and
// one on a teacher and one on a cook of two.

// numberWords are the numbers from two on in words, in the forms in which headlines have them, by language. One
// is left out, as it is an article in many.
var numberWords = map[string]string{
	"en": "two/three/four/five/six/seven/eight/nine/ten/eleven/twelve",
	"fr": "deux/trois/quatre/cinq/six/sept/huit/neuf/dix/onze/douze",
	"es": "dos/tres/cuatro/cinco/seis/siete/ocho/nueve/diez/once/doce",
	"pt": "dois duas/três/quatro/cinco/seis/sete/oito/nove/dez/onze/doze",
	"it": "due/tre/quattro/cinque/sei/sette/otto/nove/dieci/undici/dodici",
	"de": "zwei/drei/vier/fünf/sechs/sieben/acht/neun/zehn/elf/zwölf",
	"nl": "twee/drie/vier/vijf/zes/zeven/acht/negen/tien/elf/twaalf",
	"id": "dua/tiga/empat/lima/enam/tujuh/delapan/sembilan/sepuluh/sebelas",
	"ms": "dua/tiga/empat/lima/enam/tujuh/lapan/sembilan/sepuluh/sebelas",
	"tr": "iki/üç/dört/beş/altı/yedi/sekiz/dokuz/on",
	"ru": "два две двух двое двоих двум двумя/три трех трое троих трем/четыре четырех четверо четверых четырем/" +
		"пять пяти пятеро пятерых/шесть шести шестеро шестерых/семь семи семеро семерых/восемь восьми восьмерых/" +
		"девять девяти/десять десяти/одиннадцать/двенадцать",
	"uk": "два дві двох двоє/три трьох троє/чотири чотирьох/п'ять п'яти/шість шести/сім семи/вісім восьми/дев'ять/десять",
	"ar": "اثنين اثنان اثنتين/ثلاثة ثلاث/أربعة أربع/خمسة خمس/ستة ست/سبعة سبع/ثمانية ثماني ثمان/تسعة تسع/عشرة عشر",
	"fa": "دو/سه/چهار/پنج/شش/هفت/هشت/نه/ده",
	"ur": "دو/تین/چار/پانچ/چھ/سات/آٹھ/نو/دس",
	"hi": "दो/तीन/चार/पांच पाँच/छह/सात/आठ/नौ/दस",
	"bn": "দুই দুজন/তিন তিনজন/চার চারজন/পাঁচ পাঁচজন/ছয় ছয়জন/সাত সাতজন/আট আটজন/নয় নয়টি/দশ দশজন",
	"sw": "wawili mbili/watatu tatu/wanne nne/watano tano/sita/saba/wanane nane/tisa/kumi",
}

// personWords are the same in languages whose words are told by what stands in the text, where a number is only
// sure beside the word that counts people: the numbers, then those words.
var personWords = map[string][2]string{
	"km": {"ពីរ/បី/បួន/ប្រាំ/ប្រាំមួយ/ប្រាំពីរ/ប្រាំបី/ប្រាំបួន/ដប់", "នាក់/រូប"},
	"th": {"สอง/สาม/สี่/ห้า/หก/เจ็ด/แปด/เก้า/สิบ", "คน/ราย"},
	"my": {"နှစ်/သုံး/လေး/ငါး/ခြောက်/ခုနစ်/ရှစ်/ကိုး/ဆယ်", "ဦး/ယောက်"},
	"lo": {"ສອງ/ສາມ/ສີ່/ຫ້າ/ຫົກ/ເຈັດ/ແປດ/ເກົ້າ/ສິບ", "ຄົນ"},
	"zh": {"两/三/四/五/六/七/八/九/十", "名/人/位"},
	"ja": {"二/三/四/五/六/七/八/九/十", "人/名"},
	"vi": {"hai/ba/bốn/năm/sáu/bảy/tám/chín/mười", " người/ nhà báo/ blogger/ phóng viên"},
}

// roles are who is arrested, tried, sued or attacked, each with its words by language.
var roles = []map[string]string{
	{ // reporter
		"en": "journalist reporter journalists correspondent", "fr": "journaliste reporter", "es": "periodista reportero reportera",
		"pt": "jornalista repórter", "de": "Journalist Journalisten Reporter", "it": "giornalista giornalisti cronista", "id": "wartawan jurnalis", "ms": "wartawan",
		"vi": "nhà báo/phóng viên", "tr": "gazeteci", "ru": "журналист журналистка корреспондент", "uk": "журналіст журналістка",
		"ar": "صحفي صحفية صحافي صحافية الصحفي الصحافي صحفيين صحافيين صحفيين", "fa": "خبرنگار روزنامه\u200cنگار", "ur": "صحافی", "hi": "पत्रकार", "bn": "সাংবাদিক",
		"km": "អ្នកសារព័ត៌មាន/អ្នកកាសែត/អ្នកយកព័ត៌មាន", "th": "นักข่าว/ผู้สื่อข่าว", "my": "သတင်းထောက်/သတင်းသမား/ဂျာနယ်လစ်", "zh": "记者/記者", "ja": "記者",
	},
	{ // editor
		"en": "editor editors", "fr": "rédacteur rédactrice", "es": "editor editora", "pt": "editor editora", "de": "Chefredakteur Redakteur", "id": "redaktur pemred", "tr": "editör editörü",
		"ru": "редактор главред", "uk": "редактор", "ar": "محرر رئيس\u200cتحرير", "km": "និពន្ធនាយក", "th": "บรรณาธิการ", "my": "အယ်ဒီတာ", "zh": "主编/总编/編輯", "vi": "tổng biên tập",
	},
	{ // publisher, director of an outlet
		"en": "publisher owner", "fr": "directeur directrice éditeur patron", "es": "dueño directivo", "de": "Verleger Herausgeber", "id": "pemilik direktur",
		"ru": "издатель директор владелец", "ar": "مدير ناشر مديرة", "km": "នាយក", "th": "ผู้อำนวยการ", "zh": "社长/出版人/创办人", "tr": "yayıncı",
	},
	{ // broadcaster
		"en": "presenter anchor broadcaster commentator radioman hosts host", "fr": "présentateur chroniqueur animateur animateurs animatrice", "es": "locutor locutora presentador presentadora",
		"pt": "locutor apresentador", "de": "Moderator", "id": "penyiar presenter", "ru": "ведущий ведущая телеведущий", "ar": "مذيع مذيعة معلق إعلامي إعلامية", "ur": "اینکر", "hi": "एंकर",
		"km": "ពិធីករ", "th": "ผู้ประกาศ/พิธีกร", "zh": "主持/主播", "tr": "sunucu", "vi": "phát thanh viên",
	},
	{ // blogger, maker of videos
		"en": "blogger bloggers vlogger YouTuber TikToker influencer streamer podcaster skit creator", "fr": "blogueur blogueuse youtubeur youtubeuse influenceur influenceuse tiktokeur", "es": "bloguero bloguera youtuber tuitero tuitera influencer",
		"pt": "blogueiro blogueira youtuber influenciador", "de": "Blogger Bloggerin", "it": "blogger", "id": "bloger youtuber selebgram", "ms": "blogger", "vi": "blogger/chủ tài khoản", "tr": "YouTuber fenomen",
		"ru": "блогер блогерша блогерка", "uk": "блогер", "ar": "مدون مدونة يوتيوبر صانع صانعة صانعي", "fa": "وبلاگ\u200cنویس", "km": "អ្នកសរសេរប្លុក", "th": "บล็อกเกอร์/ยูทูบเบอร์", "my": "ဘလော့ဂါ", "zh": "博主/网红/博客作者",
	},
	{ // photographer
		"en": "photographer photojournalist cameraman camerawoman", "fr": "photographe caméraman", "es": "fotógrafo fotógrafa camarógrafo", "pt": "fotógrafo cinegrafista", "de": "Fotograf Kameramann", "id": "fotografer kamerawan",
		"ru": "фотограф оператор фотокорреспондент", "ar": "مصور مصورة", "th": "ช่างภาพ", "km": "អ្នកថតរូប", "my": "ဓာတ်ပုံ", "zh": "摄影师/摄影记者", "vi": "nhiếp ảnh",
	},
	{ // cartoonist
		"en": "cartoonist caricaturist", "fr": "caricaturiste dessinateur dessinatrice", "es": "caricaturista", "pt": "cartunista", "id": "kartunis", "ru": "карикатурист", "ar": "كاريكاتير كاريكاتور", "tr": "karikatürist", "th": "นักเขียนการ์ตูน", "zh": "漫画家",
	},
	{ // teacher
		"en": "teacher teachers lecturer professor", "fr": "enseignant enseignante professeur", "es": "maestro maestra profesor profesora", "pt": "professor professora", "de": "Lehrer Lehrerin Professor", "id": "guru dosen",
		"ru": "учитель учителя учителей учительница преподаватель профессор", "ar": "معلم معلمة أستاذ مدرس", "tr": "öğretmen akademisyen", "km": "គ្រូបង្រៀន/សាស្ត្រាចារ្យ", "th": "ครู/อาจารย์", "my": "ဆရာမ/ကျောင်းဆရာ", "zh": "教师/教授/老师", "vi": "giáo viên/giảng viên", "hi": "शिक्षक", "ur": "استاد",
	},
	{ // student
		"en": "student students", "fr": "étudiant étudiante étudiants", "es": "estudiante estudiantes", "pt": "estudante", "de": "Student Studentin", "id": "mahasiswa mahasiswi", "ru": "студент студентка школьник", "ar": "طالب طالبة طلاب",
		"tr": "öğrenci", "km": "និស្សិត/សិស្ស", "th": "นักศึกษา/นักเรียน", "my": "ကျောင်းသား", "zh": "学生/大学生", "vi": "sinh viên", "hi": "छात्र", "bn": "ছাত্র শিক্ষার্থী",
	},
	{ // lawyer
		"en": "lawyer attorney", "fr": "avocat avocate", "es": "abogado abogada", "pt": "advogado advogada", "de": "Anwalt Anwältin", "id": "pengacara advokat", "ru": "адвокат юрист", "ar": "محام محامي محامية", "tr": "avukat", "km": "មេធាវី", "th": "ทนาย", "my": "ရှေ့နေ", "zh": "律师", "vi": "luật sư", "ur": "وکیل",
	},
	{ // cleric
		"en": "priest monk monks pastor imam cleric", "fr": "prêtre moine imam pasteur", "es": "sacerdote cura pastor obispo", "pt": "padre pastor", "id": "pendeta ustaz ulama", "ru": "священник монах имам", "ar": "شيخ قس إمام", "km": "ព្រះសង្ឃ", "th": "พระสงฆ์", "my": "ဘုန်းကြီး/ဆရာတော်", "zh": "僧人/神父/牧师", "vi": "linh mục/nhà sư",
	},
	{ // worker, unionist
		"en": "union unionist workers worker cook farmer fisherman", "fr": "syndicaliste syndicat ouvrier agriculteur", "es": "sindicalista obrero campesino", "pt": "sindicalista", "id": "buruh petani nelayan", "ru": "профсоюз рабочий фермер", "ar": "نقابي نقابية عامل مزارع", "km": "សហជីព/កម្មករ/កសិករ", "th": "สหภาพ/แม่ครัว/ชาวนา/เกษตรกร", "my": "အလုပ်သမား/လယ်သမား", "zh": "工会/工人/农民/厨师", "vi": "công nhân/nông dân",
	},
	{ // trader, shopkeeper, housewife, pensioner
		"en": "bookseller bookshop vendor trader housewife pensioner", "fr": "libraire retraité retraitée commerçant", "es": "librero jubilado jubilada ama", "id": "pedagang pensiunan rumah-tangga", "ru": "пенсионер пенсионерка предприниматель домохозяйка", "ar": "تاجر ربة", "th": "แม่ค้า/พ่อค้า", "km": "អាជីវករ/អ្នកលក់", "zh": "书店/店主/商人", "vi": "tiểu thương", "my": "ဈေးသည်",
	},
	{ // singer, dancer
		"en": "singer rapper musician dancer DJ", "fr": "chanteur chanteuse rappeur rappeuse danseuse musicien", "es": "cantante rapero músico bailarina", "pt": "cantor cantora", "id": "penyanyi musisi", "ru": "певец певица рэпер музыкант", "ar": "مغني مغنية راقصة مطرب", "tr": "şarkıcı", "km": "តារាចម្រៀង", "th": "นักร้อง/ดีเจ", "my": "အဆိုတော်", "zh": "歌手/乐队", "vi": "ca sĩ",
	},
	{ // maker of films, comedian, writer
		"en": "filmmaker documentary comedian actor actress poet writer novelist", "fr": "cinéaste réalisateur humoriste acteur actrice poète écrivain", "es": "cineasta comediante actor actriz poeta escritor", "pt": "cineasta humorista poeta", "id": "sutradara komika komedian aktor penyair", "ru": "режиссер комик актер актриса поэт писатель", "ar": "مخرج كوميدي ممثل ممثلة شاعر كاتب", "tr": "komedyen oyuncu şair yazar", "km": "កវី/អ្នកនិពន្ធ", "th": "ผู้กำกับ/นักแสดง", "my": "ဒါရိုက်တာ/သရုပ်ဆောင်/ကဗျာဆရာ", "zh": "导演/演员/诗人/作家/脱口秀", "vi": "đạo diễn/nhà thơ/nhà văn",
	},
	{ // activist
		"en": "activist activists campaigner defender", "fr": "activiste militant militante", "es": "activista activistas", "pt": "ativista", "de": "Aktivist Aktivistin", "id": "aktivis pegiat", "ms": "aktivis", "ru": "активист активистка правозащитник", "ar": "ناشط ناشطة نشطاء", "tr": "aktivist", "km": "សកម្មជន", "th": "นักกิจกรรม/นักเคลื่อนไหว", "my": "တက်ကြွလှုပ်ရှားသူ", "zh": "活动人士/活动家/维权人士", "vi": "nhà hoạt động", "ur": "کارکن", "hi": "कार्यकर्ता",
	},
	{ // politician
		"en": "politician lawmaker senator deputy councillor", "fr": "député députée sénateur élu", "es": "diputado diputada senador político", "pt": "deputado vereador", "id": "politisi anggota-dewan", "ru": "депутат политик", "ar": "نائب سياسي معارض", "tr": "milletvekili", "km": "អ្នកនយោបាយ", "th": "นักการเมือง", "zh": "议员/政客", "vi": "đại biểu",
	},
	{ // doctor
		"en": "doctor nurse", "fr": "médecin infirmière", "es": "médico médica doctora enfermera", "id": "dokter perawat", "ru": "врач медсестра", "ar": "طبيب طبيبة ممرضة", "tr": "doktor", "km": "វេជ្ជបណ្ឌិត", "th": "แพทย์/พยาบาล", "my": "ဆရာဝန်", "zh": "医生/护士", "vi": "bác sĩ",
	},
}

// A lexicon knows the numbers and roles of a language by their words.
type lexicon struct {
	// common are the numbers of terms that say nothing, though they may look like names: months, days, offices.
	common map[uint32]bool

	// words are by their plain text in lower case, phrases by what stands in the text, the longest first.
	words   map[string]term
	phrases []phrase
}

// A phrase is found where it stands, whatever stands beside it.
type phrase struct {
	text string
	term term
}

// byPhrase are the languages that write no spaces, or write them between syllables.
var byPhrase = []string{"km", "th", "lo", "my", "zh", "ja", "vi"}

// lexicons are made when a language is first met.
var lexicons = func() map[string]func() lexicon {
	all := make(map[string]func() lexicon)
	for _, words := range roles {
		for language := range words {
			all[language] = sync.OnceValue(func() lexicon { return newLexicon(language) })
		}
	}
	for language := range numberWords {
		all[language] = sync.OnceValue(func() lexicon { return newLexicon(language) })
	}
	return all
}()

// lexiconOf is that of a BCP 47 code, or empty.
func lexiconOf(code string) lexicon {
	language, _, _ := strings.Cut(code, "-")
	if load, ok := lexicons[language]; ok {
		return load()
	}
	return noLexicon()
}

// noLexicon is that of a language without words of its own.
var noLexicon = sync.OnceValue(func() lexicon { return lexicon{common: commonOf("")} })

// weekdays are those of languages that write them with capital letters, and offices the words in the names of
// institutions, which languages share and all cases of one office have.
const (
	weekdays = "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag " +
		"sonntag senin selasa rabu kamis jumat sabtu minggu isnin khamis"
	offices = "congress congreso congrès parliament parlamento parlement ministry minister ministerio ministère ministro ministre " +
		"president presidente président senate senado sénat national nacional nationale assembly asamblea assemblée police policía " +
		"polícia polis polisi court corte cour tribunal supreme suprema suprême federal high state government gobierno gouvernement " +
		"republic república république department departamento commission comisión centre center force authority autorité council " +
		"consejo conseil act law code office committee comité district province region city prime interior justice security " +
		"attorney prosecutor general"
)

func commonOf(language string) map[uint32]bool {
	common := make(map[uint32]bool)
	add := func(w word) { common[w.number()] = true }
	cutWords(weekdays, add)
	cutWords(offices, add)
	words := spoken.For(language)
	for m := time.January; m <= time.December; m++ {
		cutWords(words.Month(m), add)
	}
	return common
}

func newLexicon(language string) lexicon {
	x := lexicon{words: make(map[string]term), common: commonOf(language)}
	for i, forms := range strings.Split(numberWords[language], "/") {
		x.addWords(forms, numberTerm(i+2))
	}
	lists := personWords[language]
	for i, text := range strings.Split(lists[0], "/") {
		for counter := range strings.SplitSeq(lists[1], "/") {
			x.addPhrase(text+counter, numberTerm(i+2))
		}
	}
	for i, words := range roles {
		t := roleTerm(i)
		if !slices.Contains(byPhrase, language) {
			x.addWords(words[language], t)
			continue
		}
		for text := range strings.SplitSeq(words[language], "/") {
			x.addPhrase(text, t)
		}
	}
	// "ប្រាំពីរនាក់" ends in "ពីរនាក់".
	slices.SortStableFunc(x.phrases, func(a, b phrase) int { return len(b.text) - len(a.text) })
	return x
}

func (x *lexicon) addWords(forms string, t term) {
	for form := range strings.FieldsSeq(forms) {
		x.words[strings.ToLower(plainText(form))] = t
	}
}

func (x *lexicon) addPhrase(text string, t term) {
	if text != "" {
		x.phrases = append(x.phrases, phrase{plainText(text), t})
	}
}

// pressRoles is how many roles, from the first on, are those of journalists; the first is what all of them are.
const pressRoles = 6

func roleTerm(i int) term { return newTerm(mix32(hashRune(hashStart, rune(-1-i))), role) }

// The roles that stand for more than one: every journalist is a reporter to somebody, and every accused has a lawyer.
var reporter, lawyer = roleTerm(0).number(), roleTerm(9).number()

func pressRole(t term) bool {
	for i := range pressRoles {
		if roleTerm(i).number() == t.number() {
			return true
		}
	}
	return false
}

// numberTerm is the term of a number as its digits give it.
func numberTerm(n int) (t term) {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	cutWords(digits, func(w word) { t = w.term })
	return t
}

// translate returns a word as the lexicon has it, whatever its ending, or as it is.
func (x lexicon) translate(w word) word {
	if x.common[w.number()] {
		w.term = newTerm(w.number(), common)
	}
	if len(x.words) == 0 {
		return w
	}
	text := strings.ToLower(w.text)
	if t, ok := x.lookUp(text); ok {
		w.term = t
		return w
	}
	if first, _ := utf8.DecodeRuneInString(text); !unicode.Is(unicode.Arabic, first) {
		return w
	}
	for _, prefix := range arabicPrefixes {
		if rest, found := strings.CutPrefix(text, prefix); found {
			if t, ok := x.lookUp(rest); ok {
				w.term = t
				return w
			}
		}
	}
	return w
}

// arabicPrefixes are the article and what may stand before it.
var arabicPrefixes = []string{"وال", "بال", "ال", "لل", "ل", "ب", "و"}

// lookUp finds a word with an ending of at most endingMax letters.
func (x lexicon) lookUp(text string) (term, bool) {
	const endingMax, wordMin = 2, 3
	for range endingMax + 1 {
		if t, ok := x.words[text]; ok {
			return t, true
		}
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		if len(text) < wordMin {
			break
		}
	}
	return 0, false
}

// find yields the phrases of a text.
func (x lexicon) find(text string, yield func(word)) {
	if len(x.phrases) == 0 {
		return
	}
	text = strings.ToLower(plainText(text))
	for _, p := range x.phrases {
		if strings.Contains(text, p.text) {
			yield(word{term: p.term, text: p.text})
			text = strings.ReplaceAll(text, p.text, " ")
		}
	}
}
