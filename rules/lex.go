package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pressalert/feeds/strict"
)

// A lexKind is a sort of sign in a query.
type lexKind int

const (
	lexEnd lexKind = iota
	lexTerm
	lexOpen
	lexClose
	lexAnd
	lexOr
	lexNot
	// lexNear is NEAR or BEFORE with its distance.
	lexNear
	// lexField is title:, summary: or body:.
	lexField
	// lexConcept is a concept with its @.
	lexConcept
	// lexFact is place:, lang:, feed: or kind: with what follows.
	lexFact
)

// A lexeme is the smallest piece of a query.
type lexeme struct {
	kind lexKind
	// at is where it begins in the query, end where it ends, in bytes.
	at, end int
	// text is a term without its quotes, the name of a concept, or what follows a colon, and textAt
	// where this begins; otherwise text is the sign itself.
	text   string
	textAt int
	quoted bool
	// exact is true for a term behind an equals sign.
	exact bool
	// name is the word before a colon.
	name  string
	reach reach
	// afterError is true if something that could not be read stands before it.
	afterError bool
}

// operators are the words in capitals that join terms.
var operators = map[string]lexKind{"AND": lexAnd, "OR": lexOr, "NOT": lexNot}

// fieldNames are the words that choose a field.
var fieldNames = map[string]Field{"title": Title, "summary": Summary, "body": Body}

// prefixWords are all words that may stand before a colon.
var prefixWords = []string{"title", "summary", "body", "place", string(factLang), string(factFeed), string(factKind)}

// A lexer cuts a query into lexemes. It goes on after an error.
type lexer struct {
	query   string
	at      int
	broken  bool // the last character could not be read
	lexemes []lexeme
	errors  *queryErrors
}

func lex(query string, errors *queryErrors) []lexeme {
	l := &lexer{query: query, errors: errors}
	for l.at < len(query) {
		l.step()
	}
	l.add(lexeme{kind: lexEnd, at: len(query)})
	return l.lexemes
}

// add ends a lexeme here.
func (l *lexer) add(x lexeme) {
	x.afterError, l.broken = l.broken, false
	x.end = l.at
	l.lexemes = append(l.lexemes, x)
}

func (l *lexer) step() {
	r, size := utf8.DecodeRuneInString(l.query[l.at:])
	switch {
	case unicode.IsSpace(r) || invisible(r):
		l.at += size
	case r == '(':
		l.sign(lexOpen, size)
	case r == ')':
		l.sign(lexClose, size)
	case isQuote(r):
		l.phrase(l.at, size, false)
	case r == '=':
		l.exact(size)
	case r == '@':
		l.concept(size)
	case inWord(r) || r == '*':
		l.word()
	default:
		l.unexpected(r, size)
	}
}

func (l *lexer) unexpected(r rune, size int) {
	l.errors.add(l.at, hintFor(r), "unexpected character %q", r)
	l.at += size
	l.broken = true
}

func (l *lexer) sign(kind lexKind, size int) {
	x := lexeme{kind: kind, at: l.at, text: l.query[l.at : l.at+size]}
	l.at += size
	l.add(x)
}

// phrase reads a term in quotes that begins at at; its opening quote is the next character.
func (l *lexer) phrase(at, quote int, exact bool) {
	start := l.at + quote
	length := strings.IndexFunc(l.query[start:], isQuote)
	end := start + length
	if length < 0 {
		l.errors.add(l.at, "", "the quote that begins here is not closed")
		end = len(l.query)
	}
	_, size := utf8.DecodeRuneInString(l.query[end:])
	l.at = end + size
	l.add(lexeme{kind: lexTerm, at: at, text: l.query[start:end], textAt: start, quoted: true, exact: exact})
}

// exact reads an equals sign and the term after it.
func (l *lexer) exact(size int) {
	at := l.at
	l.at += size
	r, quote := utf8.DecodeRuneInString(l.query[l.at:])
	switch {
	case isQuote(r):
		l.phrase(at, quote, true)
	case inWord(r):
		start := l.at
		text := l.run(inTerm)
		l.add(lexeme{kind: lexTerm, at: at, text: text, textAt: start, exact: true})
	default:
		l.errors.add(at, `write =ITE or ="Khmer Times", without a space after the sign`, "no word after the equals sign")
		l.broken = true
	}
}

// concept reads an @ and the name after it.
func (l *lexer) concept(size int) {
	at := l.at
	l.at += size
	start := l.at
	name := withoutInvisible(l.run(inName))
	if name == "" {
		l.errors.add(at, "write the name of a concept right after it, such as @journalist", "no name after the @")
		l.broken = true
		return
	}
	l.add(lexeme{kind: lexConcept, at: at, text: name, textAt: start})
}

// run takes characters as long as they fit.
func (l *lexer) run(fits func(rune) bool) string {
	rest := l.query[l.at:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return !fits(r) }); end >= 0 {
		rest = rest[:end]
	}
	l.at += len(rest)
	return rest
}

func (l *lexer) word() {
	at := l.at
	text := l.run(inTerm)
	seen := withoutInvisible(text) // pasted operators carry zero-width spaces
	switch next := l.next(); {
	case isNear(seen) && next == '/':
		l.near(at, seen)
	case isNear(seen) && seen == strings.ToUpper(seen):
		l.errors.add(at, nearHint(seen), "%s without a distance", seen)
		l.add(lexeme{kind: lexNear, at: at, text: seen, reach: reach{ordered: seen == "BEFORE"}})
	case nearLike.MatchString(seen):
		m := nearLike.FindStringSubmatch(seen)
		l.errors.add(at, fmt.Sprintf("write %s/%s", m[1], m[2]), "%s without a slash", m[1])
		l.add(lexeme{kind: lexNear, at: at, text: seen, reach: reach{ordered: m[1] == "BEFORE"}})
	case next == ':':
		l.at++
		l.prefixed(at, seen)
	default:
		kind, isOperator := operators[seen]
		if !isOperator {
			kind = lexTerm
		}
		l.add(lexeme{kind: kind, at: at, text: text, textAt: at})
	}
}

// nearLike is a NEAR whose slash was forgotten.
var nearLike = regexp.MustCompile(`^(NEAR|BEFORE)[-.]?([0-9]+)$`)

// next returns the next character, which is 0 at the end.
func (l *lexer) next() rune {
	if l.at == len(l.query) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(l.query[l.at:])
	return r
}

func withoutInvisible(text string) string {
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
}

// isNear reports whether a word is NEAR or BEFORE, in any letters.
func isNear(word string) bool {
	return strings.EqualFold(word, "NEAR") || strings.EqualFold(word, "BEFORE")
}

func nearHint(word string) string {
	word = strings.ToUpper(word)
	return fmt.Sprintf("write %s/5 for at most five words between, or %s/s for the same sentence", word, word)
}

// near reads the distance behind NEAR or BEFORE. After an error the operator still is one.
func (l *lexer) near(at int, word string) {
	l.at++ // the slash
	distance := withoutInvisible(l.run(inTerm))
	upper := strings.ToUpper(word)
	x := lexeme{kind: lexNear, at: at, text: l.query[at:l.at], reach: reach{ordered: upper == "BEFORE"}}
	n, err := strconv.Atoi(distance)
	switch {
	case word != upper:
		l.errors.add(at, fmt.Sprintf("write %s/%s", upper, strings.ToLower(distance)), "the operator %q is in small letters", x.text)
	case distance == "s":
		x.reach.sentence = true
	case distance == "S":
		l.errors.add(at, fmt.Sprintf("write %s/s", upper), "the s of %s is in capitals", x.text)
	case strings.Trim(distance, "0123456789") != "" || distance == "":
		l.errors.add(at, nearHint(word), "%q is no distance", x.text)
	case err != nil || n > maxReach:
		l.errors.add(at, fmt.Sprintf("write %s/%d or less, %s/s for the same sentence, or AND for anywhere in the item", upper, maxReach, upper),
			"%s is too far", x.text)
	default:
		x.reach.words = n
	}
	l.add(x)
}

// prefixed reads what follows a colon. The word before it begins at at.
func (l *lexer) prefixed(at int, name string) {
	if _, isField := fieldNames[name]; isField {
		l.add(lexeme{kind: lexField, at: at, text: name + ":", name: name})
		return
	}
	if name != "place" && name != string(factLang) && name != string(factFeed) && name != string(factKind) {
		l.unknownPrefix(at, name)
		return
	}
	start := l.at
	x := lexeme{kind: lexFact, at: at, name: name, textAt: start}
	if r, size := utf8.DecodeRuneInString(l.query[l.at:]); isQuote(r) {
		rest := l.query[l.at+size:]
		x.text, x.textAt = rest, start+size
		if end := strings.IndexFunc(rest, isQuote); end >= 0 {
			x.text = rest[:end]
		}
		l.at += size + len(x.text)
		_, closing := utf8.DecodeRuneInString(l.query[l.at:])
		l.at += closing
	} else {
		x.text = withoutInvisible(l.run(inName))
	}
	if x.text == "" {
		l.errors.add(at, "write "+factExample(name)+", without a space after the colon", "nothing after %s:", name)
		l.broken = true
		return
	}
	l.add(x)
}

// unknownPrefix reports a word before a colon that means nothing. It is passed over, so that what
// follows is read as if it were not there.
func (l *lexer) unknownPrefix(at int, name string) {
	hint := "put a term with signs in quotes; before a colon stand " + strings.Join(prefixWords, ", ")
	if meant, ok := otherPrefixes[strings.ToLower(name)]; ok {
		hint = fmt.Sprintf("did you mean %s:?", meant)
	} else if meant := strict.Nearest(name, prefixWords); meant != "" {
		hint = fmt.Sprintf("did you mean %s:?", meant)
	}
	if strings.HasPrefix(l.query[l.at:], "//") {
		hint = "put an address in quotes"
		l.run(func(r rune) bool { return !unicode.IsSpace(r) })
	}
	l.errors.add(at, hint, "unknown field %q", name+":")
	l.broken = true
}

// otherPrefixes are what people write for one of ours, after other tools' languages.
var otherPrefixes = map[string]string{
	"headline": "title", "intitle": "title", "description": "summary", "text": "body", "content": "body",
	"country": "place", "region": "place", "location": "place", "language": "lang", "source": "feed",
}

// factExample shows how a fact is written.
func factExample(name string) string {
	switch name {
	case "place":
		return "place:KH or place:@asean"
	case string(factLang):
		return "lang:km"
	case string(factFeed):
		return "feed: and the id of a feed"
	}
	return "kind:official"
}

// inWord reports whether a term can begin with r.
func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// inTerm reports whether r can stand inside a term without quotes.
func inTerm(r rune) bool { return inWord(r) || joins(r) }

// inName reports whether r can stand in the name of a concept or behind a colon.
func inName(r rune) bool { return inWord(r) || strings.ContainsRune("-_@", r) || invisible(r) }

// joins reports whether r can stand inside a term without quotes: stars, dots and dashes, apostrophes,
// the signs that Hebrew sets in its abbreviations.
func joins(r rune) bool {
	return strings.ContainsRune("*.'’_&·׳״", r) || unicode.Is(unicode.Pd, r) || invisible(r)
}

// isQuote reports the quotes of every keyboard; any of them closes a phrase.
func isQuote(r rune) bool {
	return strings.ContainsRune("\"“”„‟«»「」『』＂", r)
}

// hintFor guesses what a sign was meant to say.
func hintFor(r rune) string {
	switch r {
	case '|', ',', ';', '、', '،':
		return "write OR between terms of which one is enough"
	case '&', '+':
		return "write AND between terms that must all be there"
	case '!', '-', '–', '−':
		return "write NOT before a term that must not be there"
	case '[', ']', '{', '}':
		return "group with round brackets ( )"
	case '~':
		return "write NEAR/5 between terms that stand near each other"
	}
	return "put a term with signs in quotes"
}
