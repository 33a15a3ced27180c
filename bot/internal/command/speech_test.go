package command_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	spoken "pressalert/bot/internal/words"
)

// spokenAsks are asked in every language: what a person at risk must understand first, and all that is set for
// a place.
var spokenAsks = strings.Split(strings.TrimSpace(`
/start
/start KH
press menu country
press pick country KH
press menu topic
press menu digest
press pick digest 18:00
press nothing
/help
/help mute
/nothing
/letest
/rules
/latest Atlantis
/subscribe Atlantis
/subscribe TH prosecution medium direction=worse law=defamation sources=2 written=km
/subscribe TH prosecution medium direction=worse law=defamation sources=2 written=km
/subscriptions
/unsubscribe
/unsubscribe 99
/unsubscribe 3
/digest
/digest weekdays 07:30
/digest 0 8 1 * *
/digest * * * * *
/digest 0 8 30 2 *
/quiet
/quiet 22:00-07:00
/quiet always
/timezone
/timezone UTC+7
/timezone Atlantis
/language
/language Klingon
/settings
/settings ceiling 10
/settings ceiling off
/settings discreet on
/settings discreet off
/settings preview on
/settings preview off
/settings ceiling
/settings ceiling much
/mute country TH 30d
/mute country Atlantis
/mute story 99
/mute story x
/mute rule x
/mutes
/unmute country TH
/unmute country TH
/mutes
press mute 1
/test
/mydata
/stop
press keep
/stop yes
`), "\n")

// archiveAsks are about what was found.
var archiveAsks = strings.Split(strings.TrimSpace(`
/latest
/latest KH 2
/latest JP
/latest 30d
/latest shutdown attack
/search volcano country:KH
/search law country:Atlantis
/search ...
/country KH
/country JP
/country legislation
/laws
/laws KH
/laws JP
/law kh-cybercrime-law
/law fisheries
/law law
/story 2
/story s2
/story 999
/story x
/story https://nowhere.example/1
/stats KH
/stats JP
/stats shutdown
/export KH 30d json
/export JP
/export shutdown
/why 2
/why 999
/why x
/why
/why https://nowhere.example/1
press more 2
`), "\n")

// TestAnswersInEveryLanguage asks as people whose apps speak each language, and finds what is answered in
// English all the same: by letters, or where the language has Latin ones by whole lines.
func TestAnswersInEveryLanguage(t *testing.T) {
	t.Run("settings", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { checkSpeech(t, newTable(t), spokenAsks) })
	})
	t.Run("archive", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { checkSpeech(t, newArchive(t), archiveAsks) })
	})
}

// checkSpeech puts the asks to one table in all languages: the last of them must leave nothing behind.
func checkSpeech(t *testing.T, table *command.Table, asks []string) {
	t.Helper()
	english := spokenLines(t, table, asks, "en")
	for _, lang := range spoken.Languages()[1:] {
		for i, lines := range spokenLines(t, table, asks, lang) {
			for j, line := range lines {
				left := asTyped.ReplaceAllString(withoutExample(line, english[i]), "")
				if latin[lang] {
					if j < len(english[i]) && line == english[i][j] && len(latinWord.FindAllString(left, -1)) > 1 {
						t.Errorf("%s: %s answers in English: %q", lang, asks[i], line)
					}
				} else if word := latinWord.FindString(left); word != "" {
					t.Errorf("%s: %s answers with %q, which is in Latin letters: %q", lang, asks[i], word, line)
				}
			}
		}
	}
}

// TestRefusalsInEveryLanguage holds what is said to somebody who asks too much, and when the store is lost.
func TestRefusalsInEveryLanguage(t *testing.T) { synctest.Test(t, checkRefusals) }

func checkRefusals(t *testing.T) {
	table := newTable(t)
	lost, cancel := context.WithCancel(t.Context())
	cancel()
	for _, lang := range spoken.Languages() {
		w := spoken.For(lang)
		r := chat.Request{Command: "latest", From: stranger, User: "telegram:" + lang, Direct: true, Locale: lang}
		if a := table.Answer(lost, r); a.Title != w.Text(spoken.AnswerBroke) || a.Body[0].PlainText() != w.Text(spoken.AnswerBrokeNote) {
			t.Errorf("%s: without a store the answer is %q", lang, a.PlainText())
		}
		var last chat.Answer
		for range 20 {
			last = table.Answer(t.Context(), r)
		}
		if want := w.Count(spoken.AnswerTooMany, 20, "seconds", "60"); last.Title != want || !last.Private {
			t.Errorf("%s: one too many is answered with %q, want %q in private", lang, last.Title, want)
		}
		r.Press = "x"
		if toast := table.Answer(t.Context(), r).Toast; toast != last.Title || len([]rune(toast)) > 200 {
			t.Errorf("%s: one press too many is answered with %q", lang, toast)
		}
	}
}

// withoutExample takes out of a line the example that stands in the English answer.
func withoutExample(line string, english []string) string {
	for _, e := range english {
		if example, ok := strings.CutPrefix(e, "Example: "); ok {
			line = strings.ReplaceAll(line, example, "")
		}
	}
	return line
}

// latin are the languages that are written in Latin letters.
var latin = map[string]bool{"es": true, "fr": true, "id": true, "vi": true}

var (
	// asTyped is what is the same in every language: what is typed, ids, codes, names, and what publishers and the
	// writers of rules wrote.
	asTyped = regexp.MustCompile(strings.Join([]string{
		`/[a-z]+(?: (?:ceiling|discreet|country|rule|story|yes|on|[A-Z]{2}|[0-9]+))*`, `“[^”]*”|«[^»]*»`, `https?://\S+`,
		`\b(?:UTC|CPJ|RSF|Access Now|CSV|JSON|Atom|cron|id|item|ceiling)\b`, `telegram:[0-9]+`, `Etc/GMT[-+0-9]*`, `country [A-Z]{2}`,
		`\([a-z-]+(?:, [a-z-]+)+\)`, `\b[a-z]{2}-[a-z-]+`, `(?i)(?:Mekong )?Courier|Gazette|Weekly`, `Journalists in prison|(?i)some.rule`,
		`Cambodia's (?:cybercrime law takes a step|press law)|Thailand's Computer Crime Act|Cybercrime law goes to the assembly`,
	}, "|"))
	latinWord = regexp.MustCompile(`\pL*\p{Latin}{2,}`)
)

// spokenLines returns the texts of the answer to each ask, but for commands and links.
func spokenLines(t *testing.T, table *command.Table, asks []string, lang string) [][]string {
	t.Helper()
	var all [][]string
	for i, ask := range asks {
		who := askers["stranger"]
		r := chat.Request{From: who.from, User: fmt.Sprint(who.user, i/15, lang), Direct: true, Locale: lang}
		if data, ok := strings.CutPrefix(ask, "press "); ok {
			r.Press = table.Signer.Sign(data)
		} else {
			name, rest, _ := strings.Cut(strings.TrimPrefix(ask, "/"), " ")
			r.Command, r.Rest = name, strings.Fields(rest)
			for _, c := range table.Menu() {
				if c.Name == name {
					r.Args, r.Rest = c.ParseWords(r.Rest)
				}
			}
		}
		all = append(all, texts(table.Answer(t.Context(), r)))
	}
	return all
}

// texts are what a person reads of an answer, without what is typed, and the titles that links lead to.
func texts(a chat.Answer) []string {
	list := []string{a.Kicker, a.Footer, a.Toast}
	if a.Link == "" {
		list = append(list, a.Title)
	}
	if a.File != nil {
		list = append(list, a.File.Alt)
	}
	for _, p := range a.Body {
		for _, s := range p {
			if s.Style != chat.Code && s.Link == "" {
				list = append(list, s.Text)
			}
		}
	}
	for _, f := range a.Fields {
		list = append(list, f.Value)
	}
	for _, row := range a.Buttons {
		for _, b := range row {
			list = append(list, b.Text)
		}
	}
	for i := range list {
		list[i] = strings.NewReplacer("\u2068", "", "\u2069", "").Replace(list[i])
	}
	return list
}
