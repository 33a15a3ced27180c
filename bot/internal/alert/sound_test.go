package alert

import (
	"testing"

	"pressalert/feeds"
)

// TestEchoes looks for names in texts of other scripts.
func TestEchoes(t *testing.T) {
	for _, c := range []struct {
		name, latin, language, other string
		want                         int
	}{
		{"Cyrillic", "Russia blocks website of Severny Mayak", "ru", "Роскомнадзор заблокировал сайт «Северный маяк»", 1},
		{"Cyrillic with an ending", "Police in Yekaterinburg detained an editor", "ru", "Редактора задержали в Екатеринбурге", 1},
		{"Arabic", "Authorities cut the internet in Kirkuk", "ar", "قطع الإنترنت في كركوك", 1},
		{"Arabic with the article", "Police in Mansoura arrest a teacher", "ar", "القبض على معلم في المنصورة", 1},
		{"Thai", "Court in Khon Kaen acquits a singer", "th", "ศาลจังหวัดขอนแก่นยกฟ้องนักร้อง", 1},
		{"Khmer", "Police in Kampot detain an editor", "km", "សមត្ថកិច្ចខេត្តកំពតឃាត់ខ្លួននិពន្ធនាយក", 1},
		{"Burmese", "Soldiers in Mandalay arrest a reporter", "my", "မန္တလေးတွင် သတင်းထောက် ဖမ်းဆီးခံရ", 1},
		{"Hindi", "Police book the website Ganga Samachar", "hi", "गंगा समाचार के खिलाफ मुकदमा", 1},
		{"another place", "Police in Battambang detain an editor", "km", "សមត្ថកិច្ចខេត្តកំពតឃាត់ខ្លួននិពន្ធនាយក", 0},
		{"another outlet", "Russia blocks website of Severny Mayak", "ru", "Роскомнадзор заблокировал проект «Открытая дверь»", 0},
		{"no names", "police arrest an editor", "th", "ตำรวจบุกค้นสำนักข่าวสายลมออนไลน์", 0},
		{"nothing", "", "ru", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			names := read(Alert{Item: feeds.Item{Title: c.latin, Language: "en"}}).sounds
			text := read(Alert{Item: feeds.Item{Title: c.other, Language: c.language}}).sounds
			got := 0
			for _, e := range echoes(names, text) {
				if e.weight > soundWeight {
					got++
				}
			}
			if got != c.want {
				t.Errorf("got %d names, want %d, in %d of %v and %v", got, c.want, len(echoes(names, text)), names, text)
			}
		})
	}
}

// TestLexicon sees that numbers and roles are the same terms in all languages.
func TestLexicon(t *testing.T) {
	seven, teacher := numberTerm(7), roleTerm(7)
	for language, text := range map[string]string{
		"en": "Seven teachers held", "fr": "Sept enseignants interpellés", "es": "Detienen a siete maestros", "ru": "Задержаны семь учителей",
		"ar": "توقيف سبعة معلمين", "id": "Polisi tangkap tujuh guru", "th": "จับครูเจ็ดคน", "km": "ចាប់គ្រូបង្រៀនប្រាំពីរនាក់",
		"my": "ကျောင်းဆရာ ခုနစ်ဦး ဖမ်းဆီးခံရ", "zh": "七名教师被捕", "vi": "Bắt bảy người, giáo viên trường làng",
	} {
		t.Run(language, func(t *testing.T) {
			r := read(Alert{Item: feeds.Item{Title: text, Language: language}})
			for what, want := range map[string]term{"the number": seven, "the role": teacher} {
				if _, ok := r.find(want); !ok {
					t.Errorf("%s is not found in %q: %v", what, text, r.words)
				}
			}
		})
	}
}
