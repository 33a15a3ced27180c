package alert_test

import (
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/words"
)

func TestEventDate(t *testing.T) {
	for _, c := range []struct {
		name, lang, summary, proof string
		want                       string // "" if the day it was reported is shown
	}{
		{"right after the words", "en", "He was sentenced on 2 November 2026 in the capital.", "sentenced", "2 November 2026"},
		{"month first", "en", "He was sentenced on Nov. 2.", "sentenced", ""},
		{"month first, written out", "en", "He was sentenced November 2, 2026.", "sentenced", "2 November 2026"},
		{"at the head of the sentence", "en", "On 2 November a court in the capital sentenced him.", "sentenced", "2 November 2026"},
		{"without a year, over the turn of the year", "en", "He was sentenced on 30 October.", "sentenced", "30 October 2026"},
		{"two dates leave doubt", "en", "He was sentenced on 2 November over posts of 1 October.", "sentenced", ""},
		{"far from the words: of the post", "en", "He was sentenced over what he had written on 2 November.", "sentenced", ""},
		{"in another sentence", "en", "He was sentenced. The post is of 2 November.", "sentenced", ""},
		{"in the future", "en", "He was sentenced on 2 December.", "sentenced", ""},
		{"long past", "en", "He was sentenced on 2 August 2026.", "sentenced", ""},
		{"no such day", "en", "He was sentenced on 31 November.", "sentenced", ""},
		{"a weekday is not read", "en", "He was sentenced on Monday.", "sentenced", ""},
		{"no words that prove a stage", "en", "On 2 November he was sentenced.", "", ""},
		{"part of a longer number", "en", "He was sentenced on 112 November.", "sentenced", ""},
		{"a word that begins like a month", "en", "He was sentenced, 2 Mayors said.", "sentenced", ""},
		{"Khmer, with its digits", "km", "តុលាការបានផ្តន្ទាទោស នៅថ្ងៃទី២ ខែវិច្ឆិកា ឆ្នាំ២០២៦ នេះ។", "ផ្តន្ទាទោស", "2 November 2026"},
		{"Thai, of the Buddhist era", "th", "ศาลพิพากษา เมื่อวันที่ 2 พฤศจิกายน 2569", "ศาลพิพากษา", "2 November 2026"},
		{"French", "fr", "Il a été condamné le 1er novembre 2026 à Paris.", "condamné", "1 November 2026"},
		{"Spanish", "es", "Fue detenido el 2 de noviembre de 2026.", "detenido", "2 November 2026"},
		{"Vietnamese", "vi", "Bị bắt ngày 2 tháng 11 năm 2026.", "bắt", "2 November 2026"},
		{"Russian", "ru", "Его задержали 2 ноября 2026 года.", "задержали", "2 November 2026"},
		{"Indonesian", "id", "Ia ditahan pada 2 November 2026.", "ditahan", "2 November 2026"},
		{"Arabic, with its digits", "ar", "اعتقل يوم ٢ نوفمبر ٢٠٢٦ في العاصمة.", "اعتقل", "2 November 2026"},
		{"Burmese", "my", "2026 နိုဝင်ဘာလ ၂ ရက်တွင် ဖမ်းဆီးခဲ့သည်။", "ဖမ်းဆီး", "2 November 2026"},
		{"a language without months of ours reads English", "de", "Er wurde am 2. Dezember verhaftet.", "verhaftet", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := sample()
			a.Item.Language, a.Item.Title, a.Item.Summary = c.lang, "Title", c.summary
			a.Stage = "sentenced"
			if c.proof != "" {
				a.Reasons = []alert.Reason{{Rule: "r", Words: []string{c.proof}, Stage: "sentenced", StageWords: []string{c.proof}}}
			}
			want := chat.Field{Name: "Event date", Value: c.want}
			if c.want == "" {
				want = chat.Field{Name: "Reported", Value: "3 November 2026"}
			}
			if got := alert.Message(a, alert.View{}).Fields[2]; got != want {
				t.Errorf("date = %+v, want %+v", got, want)
			}
		})
	}
}

func TestEventDateOverTheTurnOfTheYear(t *testing.T) {
	a := sample()
	a.Item.Published = time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)
	a.Item.Language, a.Item.Summary, a.Stage = "en", "She was arrested on 30 December.", "detained"
	a.Reasons[0].Stage, a.Reasons[0].StageWords = a.Stage, []string{"arrested"}
	if got, want := alert.Message(a, alert.View{}).Fields[2].Value, "30 December 2026"; got != want {
		t.Errorf("date = %q, want %q", got, want)
	}
}

// FuzzEventDate holds that no text makes the bot tell a date outside of the month before the report.
func FuzzEventDate(f *testing.F) {
	for _, s := range []string{"held on 2 November", "held on ២ November 2569", "held 2026 2026 May 99", "held on 31 February", "\xff held on 1 May"} {
		f.Add(s, "en")
		f.Add(s, "th")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		a := sample()
		a.Item.Summary, a.Item.Language = text, lang
		a.Reasons[0].Stage, a.Reasons[0].StageWords = a.Stage, []string{"held"}
		field := alert.Message(a, alert.View{}).Fields[2]
		if field.Name != "Event date" {
			return
		}
		for day := range 33 {
			if field.Value == (words.Words{}).Day(a.Item.Published.AddDate(0, 0, 1-day)) {
				return
			}
		}
		t.Errorf("%q gives %q", text, field.Value)
	})
}
