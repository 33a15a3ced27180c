package alert

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pressalert/rules"
)

// Where somebody is accused for words, to repeat the words may be an offence for those who pass an alert
// on (taxonomy, part 6.1: Thailand, Cambodia, Pakistan and others). So what stands between quotation marks
// is left out there, and what follows a colon in running text.

// offending are the families of laws that punish words as such.
var offending = []rules.Law{"lese-majeste", "religion", "defamation-insult"}

// mayOffend reports whether to repeat the words that an alert is about may be an offence.
func mayOffend(a Alert) bool { return overlap(a.Laws, offending) }

// closers are the marks that end a quotation, by the mark that begins it.
var closers = map[rune]string{
	'"': `"`, '“': "”", '”': "”", '„': "“”", '«': "»", '»': "«", '‹': "›", '「': "」", '『': "』", '｢': "｣",
	'＂': "＂", '‘': "’", '\'': "'’", '`': "`'´", '‚': "‘’", '‟': "”", '〝': "〞〟",
}

// ellipsis stands for what was left out.
const ellipsis = "…"

// withoutQuotes leaves out what a text quotes, and reports whether that was anything. A quotation that is
// not closed lasts to the end: the text may have been cut there.
func withoutQuotes(text string) (string, bool) {
	var b strings.Builder
	found := false
	before := ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !opens(r, before, text[i+size:]) {
			b.WriteString(text[i : i+size])
			before, i = r, i+size
			continue
		}
		end, closer := closing(text, i+size, r)
		b.WriteRune(r)
		b.WriteString(ellipsis)
		b.WriteString(closer)
		found, before, i = true, '…', end
	}
	return b.String(), found
}

// opens reports whether r, after the rune before and with rest behind it, begins a quotation. Apostrophes
// stand within words.
func opens(r, before rune, rest string) bool {
	if closers[r] == "" {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	switch r {
	case '\'', '‘', '`':
		return !isWordRune(before) && isWordRune(next)
	}
	return rest != ""
}

// closing returns where a quotation ends that r begins, after its last mark, and that mark.
func closing(text string, start int, r rune) (end int, closer string) {
	single := r == '\'' || r == '‘' || r == '`' || r == '‚'
	for i := start; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		next, _ := utf8.DecodeRuneInString(text[i+size:])
		if strings.ContainsRune(closers[r], c) && !(single && isWordRune(next)) {
			return i + size, text[i : i+size]
		}
		i += size
	}
	return len(text), ""
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r))
}

// colons are what stands before speech that is told word for word.
var colons = []string{": ", "៖", "：", " :"}

// withoutSpeech cuts a sentence after a colon.
func withoutSpeech(sentence string) string {
	at, end := len(sentence), 0
	for _, c := range colons {
		if i := strings.Index(sentence, c); i > 0 && i < at {
			at, end = i, i+len(strings.TrimRight(c, " "))
		}
	}
	if end == 0 || strings.TrimSpace(sentence[end:]) == "" {
		return sentence
	}
	return sentence[:end] + " " + ellipsis + " "
}

// A showing is what a message shows of an item.
type showing struct {
	title, summary string
	// leftOut is true if words were left out that may offend.
	leftOut bool
}

// Headline returns the publisher's headline as it may be shown, or the beginning of the summary in its
// place: without quotations where to repeat them may be an offence.
func (a Alert) Headline() string {
	title, _ := headline(a)
	return title
}

func headline(a Alert) (title string, leftOut bool) {
	title = a.Item.Title
	if title == "" {
		title = a.Item.Summary
	}
	if mayOffend(a) {
		title, leftOut = withoutQuotes(title)
	}
	if a.Item.Title == "" {
		title = opening(title)
	}
	return title, leftOut
}

// shown is what a message shows of the item of an alert.
func shown(a Alert) showing {
	var s showing
	s.title, s.leftOut = headline(a)
	around := a.words()
	text, fill := bound(a.Item.Summary), true
	if body := bound(a.Item.Body); body != "" && !containsAny(text, around) && containsAny(body, around) {
		text, fill = body, false
	}
	if !mayOffend(a) {
		s.summary = choose(withoutTitle(sentencesOf(text), s.title), around, summaryLength, fill)
		return s
	}
	text, quotes := withoutQuotes(text)
	sentences := sentencesOf(text)
	for i, sentence := range sentences {
		sentences[i] = withoutSpeech(sentence)
		quotes = quotes || sentences[i] != sentence
	}
	s.summary = choose(withoutTitle(sentences, s.title), around, summaryLength, fill)
	s.leftOut = s.leftOut || quotes && strings.Contains(s.summary, ellipsis)
	return s
}

// withoutTitle leaves out a sentence that says again what the headline does.
func withoutTitle(sentences []string, title string) []string {
	title = fold(title)
	return slices.DeleteFunc(sentences, func(s string) bool { return len(s) >= len(title) && len(s) < 3*len(title) && fold(s) == title })
}

// words are those that made the alert, in the item's own writing.
func (a Alert) words() []string {
	var all []string
	for _, r := range a.Reasons {
		all = append(append(all, r.Words...), r.StageWords...)
	}
	return all
}

func containsAny(text string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(text, s) })
}
