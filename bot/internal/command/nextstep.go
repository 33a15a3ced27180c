package command

import (
	"regexp"
	"strings"
	"time"

	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// nextCue finds a sentence that says what is to come of a law, in languages that much of the press on laws is
// written in. It is no more than a cue: what is shown is the source's own sentence.
var nextCue = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(?:is|are) (?:expected|due|scheduled|set) to\b`, `\bwill (?:vote|debate|be (?:debated|put to|submitted|sent|tabled|read)|take effect|come into|enter into)\b`,
	`\b(?:second|third|final) reading\b`, `\bnext (?:week|month|session)\b`, `\bdeadline\b`, `\b(?:takes|comes|enters) (?:effect|into force)\b`,
	`\bdoit être (?:examiné|voté|débattu|adopté)`, `\bentrera en vigueur\b`, `\bprochaine session\b`,
	`\bserá (?:votad|debatid|sometid)`, `\bentrará en vigor\b`, `\bakan (?:dibahas|disahkan|berlaku)\b`,
	`вступит в силу`, `будет рассмотрен`, `នឹង(?:ត្រូវ)?(?:អនុម័ត|ចូលជាធរមាន)`,
}, `|`))

// nextDays is how old a report may be to say what is still to come.
const nextDays = 120

// nextStep is what the newest report that says so has to say of what is to come, in its own words, or "".
func nextStep(w spoken.Words, reports []store.Report, now time.Time) string {
	for i := len(reports) - 1; i >= 0; i-- {
		r := reports[i]
		if now.Sub(r.Item.When()) > nextDays*24*time.Hour {
			return ""
		}
		for _, text := range []string{r.Item.Title, r.Item.Summary} {
			if sentence := sentenceWith(text, nextCue); sentence != "" {
				source := r.Publisher + w.Text(spoken.ListSeparator) + dated(w, r.Item.When())
				return "“" + w.Isolate(sentence) + "” (" + source + ")"
			}
		}
	}
	return ""
}

// longestSentence bounds what is quoted, in characters.
const longestSentence = 240

// sentenceWith is the sentence of a text in which a cue stands, or "".
func sentenceWith(text string, cue *regexp.Regexp) string {
	at := cue.FindStringIndex(text)
	if at == nil {
		return ""
	}
	from, to := 0, len(text)
	for _, end := range []string{". ", "! ", "? ", "។", "\n"} {
		if i := strings.LastIndex(text[:at[0]], end); i >= 0 {
			from = max(from, i+len(end))
		}
		if i := strings.Index(text[at[1]:], end); i >= 0 {
			to = min(to, at[1]+i+len(strings.TrimSpace(end)))
		}
	}
	sentence := strings.TrimSpace(text[from:to])
	if runes := []rune(sentence); len(runes) > longestSentence {
		return string(runes[:longestSentence-1]) + "…"
	}
	return sentence
}
