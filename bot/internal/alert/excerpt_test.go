package alert_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
)

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		around     string // words, by |
		runes      int
		want       string
	}{
		{"whole", "One. Two.", "", 100, "One. Two."},
		{"three of four", "One. Two. Three. Four.", "", 100, "One. Two. Three."},
		{"a sentence that does not fit is left out", "One is short. Two is far too long for this.", "", 20, "One is short."},
		{"a first sentence that does not fit is cut at a word", "The ministry said that it will help.", "", 22, "The ministry said…"},
		{"the sentences around the words, in order", "One. Two. The law here. Four. A journalist there. Six. Seven.", "journalist|law", 100, "One. … The law here. … A journalist there."},
		{"a sentence with two words before one with one", "First. A law. B law and journalist.", "journalist|law", 22, "B law and journalist."},
		{"a word twice counts once", "One. Law law law. Press law.", "law|Press|law", 15, "One. … Press law."},
		{"words behind the cut are brought into view", "Aa bb cc dd ee ff gg hh ii jj kk ll journalist mm nn", "journalist", 24, "…journalist mm nn"},
		{"abbreviations end no sentence", "Gen. Smith and J. Doe of the U.S. court met. Then they left. No. 5 too. Four.", "", 100, "Gen. Smith and J. Doe of the U.S. court met. Then they left. No. 5 too."},
		{"Khmer sentences", "ក្រសួង\u200bថ្លែង។ ច្បាប់\u200bថ្មី។", "", 15, "ក្រសួង\u200bថ្លែង។"},
		{"Burmese sentences without spaces", "ဥပဒေသစ်။သတင်းထောက်။တတိယ။စတုတ္ထ။", "", 100, "ဥပဒေသစ်။သတင်းထောက်။တတိယ။"},
		{"Hindi", "पत्रकार गिरफ्तार। अदालत ने कहा। तीसरा। चौथा।", "", 100, "पत्रकार गिरफ्तार। अदालत ने कहा। तीसरा।"},
		{"Chinese", "记者被捕。法院开庭。第三句。第四句。", "", 100, "记者被捕。法院开庭。第三句。"},
		{"Arabic question", "هل يمر القانون؟ لا أحد يعلم. ثالث. رابع.", "", 100, "هل يمر القانون؟ لا أحد يعلم. ثالث."},
		{"Thai has no spaces: cut between clusters", "สำนักงานตำรวจแห่งชาติ", "", 9, "สำนักงาน…"},
		{"marks stay with their letters", "กำกำกำ", "", 4, "กำ…"},
		{"flags stay whole", "🇰🇭🇰🇭🇰🇭", "", 4, "🇰🇭…"},
		{"empty", "  ", "x", 10, ""},
		{"broken UTF-8", "a\xff. b", "", 10, "a\xff. b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var around []string
			if c.around != "" {
				around = strings.Split(c.around, "|")
			}
			if got := alert.Excerpt(c.text, around, c.runes); got != c.want {
				t.Errorf("Excerpt = %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzExcerpt holds that an excerpt adds nothing to the text, keeps about to its length and stays UTF-8.
func FuzzExcerpt(f *testing.F) {
	for _, s := range []string{
		"One. Two. Three.", "Dr. A. said: “no”. Then", "ក្រសួង។ ច្បាប់។", "ข่าว ข่าว ข่าว", "\xff.\xfe", "a\u0301\u0301. b…",
		"记者被捕。法院", "...", " . . ", "🇰🇭🇰🇭",
	} {
		f.Add(s, "a", 12)
	}
	f.Fuzz(func(t *testing.T, text, word string, runes int) {
		runes = 1 + abs(runes)%400
		got := alert.Excerpt(text, []string{word}, runes)
		// An ellipsis may stand for what was left out; the longest cluster may be longer than all there is.
		if n := utf8.RuneCountInString(got); n > runes+8 {
			t.Errorf("%d runes, want about %d", n, runes)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("Excerpt(%q) = %q is not UTF-8", text, got)
		}
		for part := range strings.SplitSeq(got, "…") {
			if part = strings.TrimSpace(part); !strings.Contains(spaced(text), spaced(part)) {
				t.Errorf("%q is not in %q", part, text)
			}
		}
	})
}

// spaced takes out white space and ellipses, which is all that an excerpt may set.
func spaced(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "…", "")), "")
}

func abs(n int) int { return max(n, -n) & 0xffff }

// offending is an alert of which no quotation may be shown.
func offending(title, summary string) alert.Alert {
	a := sample()
	a.Laws = append(a.Laws, "religion")
	a.Item.Title, a.Item.Summary = title, summary
	return a
}

func TestOffendingWordsAreNotRepeated(t *testing.T) {
	for _, c := range []struct{ name, title, want string }{
		{"double", `Man held for "bad words" online`, `Man held for "…" online`},
		{"curly", "Man held for “bad words” online", "Man held for “…” online"},
		{"single, with an apostrophe before and in it", "Court's ruling: 'it's bad words' is insult", "Court's ruling: '…' is insult"},
		{"single curly", "Singer’s ‘bad words’ post", "Singer’s ‘…’ post"},
		{"plural apostrophe is no quotation", "Journalists' union protests", "Journalists' union protests"},
		{"guillemets", "Арест за «bad words» в сети", "Арест за «…» в сети"},
		{"guillemets the other way round", "Mand anholdt for »bad words« på nettet", "Mand anholdt for »…« på nettet"},
		{"German", "Haft für „bad words“ im Netz", "Haft für „…“ im Netz"},
		{"Swedish", "Häktad för ”bad words” på nätet", "Häktad för ”…” på nätet"},
		{"Japanese", "「bad words」と投稿", "「…」と投稿"},
		{"not closed: perhaps cut by the publisher", "Held for “bad words", "Held for “…"},
		{"nested", "Held for “bad ‘words’ bad words” online", "Held for “…” online"},
		{"two", "“bad words” and “bad words”", "“…” and “…”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := offending(c.title, "").Headline(); got != c.want {
				t.Errorf("headline = %q, want %q", got, c.want)
			}
		})
	}
	for _, c := range []struct{ name, summary, want string }{
		{"over sentences", "He wrote “bad words. Bad words.” Police came.", "He wrote “…” Police came."},
		{"after a colon", "He wrote: bad words. Police came.", "He wrote: … Police came."},
		{"after a colon in Khmer", "គាត់សរសេរ៖ bad words។ ប៉ូលិស", "គាត់សរសេរ៖ … ប៉ូលិស"},
		{"a time of day is no speech", "Police came at 14:05 on Monday.", "Police came at 14:05 on Monday."},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := alert.Message(offending("Title", c.summary), alert.View{})
			if got := m.Body[0].PlainText(); got != c.want {
				t.Errorf("summary = %q, want %q", got, c.want)
			}
		})
	}
	if got := sample().Headline(); got != sample().Item.Title {
		t.Errorf("headline of another law = %q, want it whole", got)
	}
}

// FuzzOffending holds that nothing between quotation marks of one kind comes through.
func FuzzOffending(f *testing.F) {
	f.Add("He wrote ", "one. two", ` and left`)
	f.Add("", "“", "\xff")
	f.Add("l'", "x", "’s")
	f.Fuzz(func(t *testing.T, before, inside, after string) {
		const secret = "SECRET7"
		for _, marks := range [][2]string{{"“", "”"}, {"«", "»"}, {"「", "」"}} {
			if strings.ContainsAny(before+inside, `"“”„«»‹›「」『』｢｣＂‘'’`+"`´‚‟〝〞〟") {
				continue
			}
			text := before + marks[0] + secret + inside + secret + marks[1] + after
			m := alert.Message(offending(text, text), alert.View{})
			if strings.Contains(m.PlainText(), secret) {
				t.Errorf("%q gives %q", text, m.PlainText())
			}
		}
	})
}
