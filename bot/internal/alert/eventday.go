package alert

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	spoken "pressalert/bot/internal/words"
)

// The date of an event is shown only if the text tells it beyond doubt: a date that names its month, the
// only one of its sentence, right after the words that prove the stage ("was sentenced on 3 November") or
// at the head of that sentence ("On 3 November a court ..."). Any other date may be that of a post, of a
// next hearing, of another case. So may "on Monday", which is not read at all.

const (
	// eventNear is how many characters may stand between those words and the date: ", on Tuesday, ".
	eventNear = 14
	// eventDays is how many days before its report an event may lie. Reports of older ones are about
	// something newer.
	eventDays = 31
	// buddhistEra is how many years Thai reckoning is ahead, and buddhistFrom a year that is of it.
	buddhistEra, buddhistFrom = 543, 2400
)

// eventDay returns the day on which the event of an alert took place, at midnight UTC.
func eventDay(a Alert) (time.Time, bool) {
	var proofs []string
	for _, r := range a.Reasons {
		if r.Stage == a.Stage {
			proofs = append(proofs, r.StageWords...)
		}
	}
	if len(proofs) == 0 || a.Item.Published.IsZero() {
		return time.Time{}, false
	}
	form := datesOf(spoken.For(a.Item.Language).Language())()
	for _, text := range []string{a.Item.Title, bound(a.Item.Summary), bound(a.Item.Body)} {
		if !containsAny(text, proofs) {
			continue
		}
		for _, sentence := range sentencesOf(text) {
			for _, proof := range proofs {
				if day, ok := form.in(sentence, proof, a.Item.Published); ok {
					return day, true
				}
			}
		}
	}
	return time.Time{}, false
}

// A dateForm finds the dates of a language.
type dateForm struct {
	*regexp.Regexp
	months map[string]time.Month
}

// dateForms are made when a language is first met.
var dateForms = func() map[string]func() dateForm {
	all := make(map[string]func() dateForm)
	for _, lang := range spoken.Languages() {
		all[lang] = sync.OnceValue(func() dateForm { return newDateForm(spoken.For(lang)) })
	}
	return all
}()

func datesOf(lang string) func() dateForm { return dateForms[lang] }

// newDateForm reads "3 November 2026", "3 de noviembre de 2026", "ថ្ងៃទី៣ ខែវិច្ឆិកា ឆ្នាំ២០២៦", and with the
// month first "November 3, 2026", "2026 နိုဝင်ဘာ 3".
func newDateForm(w spoken.Words) dateForm {
	months := make(map[string]time.Month)
	var names []string
	for m := time.December; m >= time.January; m-- { // "tháng 12" before "tháng 1"
		name := strings.ToLower(w.Month(m))
		months[name] = m
		names = append(names, regexp.QuoteMeta(name))
	}
	month := `(` + strings.Join(names, "|") + `)`
	const (
		day    = `(\d{1,2})(?:st|nd|rd|th|er)?`
		joined = `\s*(?:de |of |ខែ\s*)?`
		year   = `(?:\s*(?:,|de |del |năm |ឆ្នាំ|พ\.ศ\.|ค\.ศ\.)?\s*(\d{4}))?`
	)
	pattern := day + joined + month + year
	switch w.Language() {
	case "en":
		pattern += `|` + month + `\s+` + day + year
	case "my":
		pattern = `(?:(\d{4}) )?` + month + `(?:လ)?\s*(\d{1,2})`
	}
	return dateForm{regexp.MustCompile(pattern), months}
}

// in returns the date that a sentence tells of what the words prove, if there is no doubt.
func (f dateForm) in(sentence, proof string, published time.Time) (time.Time, bool) {
	after := strings.Index(sentence, proof)
	if after < 0 {
		return time.Time{}, false
	}
	after += len(proof)
	// Small letters and Western digits take as many bytes or fewer, so that places are compared as runes.
	plain := plainDigits(sentence)
	found := f.FindAllStringSubmatchIndex(plain, 2)
	if len(found) != 1 || !standsAlone(plain, found[0][0], found[0][1]) {
		return time.Time{}, false
	}
	start := utf8.RuneCountInString(plain[:found[0][0]])
	gap := start - utf8.RuneCountInString(sentence[:after])
	if start > eventNear && (gap < 0 || gap > eventNear) {
		return time.Time{}, false
	}
	return f.day(plain, found[0], published)
}

// day makes a day of a match, if it lies shortly before it was published.
func (f dateForm) day(text string, match []int, published time.Time) (time.Time, bool) {
	var month time.Month
	day, year := 0, 0
	for i := 2; i < len(match); i += 2 {
		if match[i] < 0 {
			continue
		}
		part := text[match[i]:match[i+1]]
		switch n, err := strconv.Atoi(part); {
		case err != nil:
			month = f.months[part]
		case len(part) == 4:
			year = n
		default:
			day = n
		}
	}
	if year > buddhistFrom {
		year -= buddhistEra
	}
	if year == 0 {
		year = published.Year()
		if month > published.Month()+1 {
			year-- // December, told in January
		}
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	// Where it happened it may be a day later than in UTC.
	latest := published.AddDate(0, 0, 1)
	return t, t.Day() == day && t.Month() == month && !t.After(latest) && t.After(latest.AddDate(0, 0, -eventDays))
}

// standsAlone reports whether no digit continues the place on either side.
func standsAlone(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !unicode.IsNumber(before) && !unicode.IsNumber(after) && !(isLatin(after) || isLatin(before))
}

func isLatin(r rune) bool { return r < 0x250 && unicode.IsLetter(r) }

// plainDigits returns the text in small letters, with the digits of all scripts as 0 to 9, rune for rune.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
			return unicode.ToLower(r)
		}
		// The digits of a script follow one another from its zero, and no zero follows a nine.
		value := rune(0)
		for unicode.Is(unicode.Nd, r-value-1) && value < 9 {
			value++
		}
		return '0' + value
	}, text)
}
