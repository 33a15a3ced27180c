package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
)

// A lexeme is the smallest piece of a query.
type lexeme struct {
	kind lexKind
	// at is where it begins in the query, in bytes.
	at int
	// text is a term without its quotes, textAt where this begins; otherwise the sign itself.
	text   string
	textAt int
	quoted bool
	// afterError is true if something that could not be read stands before it.
	afterError bool
}

// operators are the words in capitals that join terms.
var operators = map[string]lexKind{"AND": lexAnd, "OR": lexOr, "NOT": lexNot}

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

func (l *lexer) add(x lexeme) {
	x.afterError, l.broken = l.broken, false
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
		l.phrase(size)
	case inWord(r) || r == '*':
		l.word()
	default:
		l.errors.add(l.at, hintFor(r), "unexpected character %q", r)
		l.at += size
		l.broken = true
	}
}

func (l *lexer) sign(kind lexKind, size int) {
	l.add(lexeme{kind: kind, at: l.at, text: l.query[l.at : l.at+size]})
	l.at += size
}

func (l *lexer) phrase(quote int) {
	start := l.at + quote
	length := strings.IndexFunc(l.query[start:], isQuote)
	end := start + length
	if length < 0 {
		l.errors.add(l.at, "", "the quote that begins here is not closed")
		end = len(l.query)
	}
	l.add(lexeme{kind: lexTerm, at: l.at, text: l.query[start:end], textAt: start, quoted: true})
	_, size := utf8.DecodeRuneInString(l.query[end:])
	l.at = end + size
}

func (l *lexer) word() {
	rest := l.query[l.at:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return !inWord(r) && !joins(r) }); end >= 0 {
		rest = rest[:end]
	}
	kind, isOperator := operators[rest]
	if !isOperator {
		kind = lexTerm
	}
	l.add(lexeme{kind: kind, at: l.at, text: rest, textAt: l.at})
	l.at += len(rest)
}

// inWord reports whether a term can begin with r.
func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

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
	}
	return "put a term with signs in quotes"
}
