package rules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxQuery bounds a query, in bytes. It is the length of several thousand terms.
	maxQuery = 64 << 10
	// maxNesting bounds parentheses and NOTs within each other. People cannot follow ten.
	maxNesting = 200
	// maxQueryErrors bounds the errors reported of one query; those after are mostly their echo.
	maxQueryErrors = 20
	// minPrefix is how many letters must stand before a star. Fewer begin too many words.
	minPrefix = 3
	// maxReading is up to how many terms side by side the error message spells out both readings.
	maxReading = 5
)

// A queryError is an error at an offset in the query.
type queryError struct {
	at         int
	what, hint string
}

type queryErrors []queryError

func (es *queryErrors) add(at int, hint, format string, args ...any) {
	if len(*es) < maxQueryErrors {
		*es = append(*es, queryError{at, fmt.Sprintf(format, args...), hint})
	}
}

// parseQuery reads a query:
//
//	or      = and { "OR" and }
//	and     = beside { "AND" beside }
//	beside  = not { not }                  more than one is an error
//	not     = "NOT" not | primary
//	primary = term | "(" or ")"
//
// The node is nil if there is any error.
func parseQuery(query string) (node, []queryError) {
	var errors queryErrors
	if len(query) > maxQuery {
		errors.add(0, "split the rule", "the query is longer than %d bytes", maxQuery)
		return nil, errors
	}
	p := &parser{query: query, lexemes: lex(query, &errors), errors: &errors}
	root := p.whole()
	if len(errors) == 0 {
		if at, ok := needsTerm(root); !ok {
			errors.add(at, "write what must be there, then AND NOT what must not", "this is true of any text without these words")
		}
	}
	if len(errors) > 0 {
		return nil, errors
	}
	return root, nil
}

// A parser is a recursive-descent parser. After an error it goes on as the editor may have meant it,
// with nil for an operand that is missing.
type parser struct {
	query   string
	lexemes []lexeme
	next    int
	depth   int
	tooDeep bool
	errors  *queryErrors
}

func (p *parser) peek() lexeme { return p.lexemes[p.next] }

func (p *parser) take() lexeme {
	l := p.lexemes[p.next]
	if l.kind != lexEnd {
		p.next++
	}
	return l
}

func (p *parser) whole() node {
	if p.peek().kind == lexEnd && len(*p.errors) == 0 {
		p.errors.add(0, "", "the query is empty")
		return nil
	}
	root := p.or()
	for p.peek().kind != lexEnd {
		p.errors.add(p.take().at, "", "this parenthesis was never opened") // nothing else ends an operand
		if p.peek().kind == lexAnd || p.peek().kind == lexOr {
			p.take()
		}
		if p.operandAt(p.next) {
			p.or()
		}
	}
	return root
}

func (p *parser) or() node {
	first := p.and()
	if !p.operator(lexOr) {
		return first
	}
	operands := []node{first}
	for p.operator(lexOr) {
		p.take()
		operands = append(operands, p.and())
	}
	return &orNode{operands}
}

func (p *parser) and() node {
	first := p.beside()
	if !p.operator(lexAnd) {
		return first
	}
	operands := []node{first}
	for p.operator(lexAnd) {
		p.take()
		operands = append(operands, p.beside())
	}
	return &andNode{operands}
}

// operator reports whether the operator of this kind comes next. In small letters it is taken for the
// operator too, with an error.
func (p *parser) operator(kind lexKind) bool {
	l := p.peek()
	if p.small(p.next) != kind {
		return l.kind == kind
	}
	p.errors.add(l.at, smallHint(l), "the operator %q is in small letters", l.text)
	p.lexemes[p.next].kind = kind
	return true
}

func smallHint(l lexeme) string {
	return fmt.Sprintf("write %s, or put %q in quotes if you mean the word", strings.ToUpper(l.text), l.text)
}

// small returns the operator that the word at i seems to be, though not in capitals, or lexEnd.
// A word is taken for an operator only where one makes sense: before an operand.
func (p *parser) small(i int) lexKind {
	l := p.lexemes[i]
	if l.kind != lexTerm || l.quoted || !p.operandAt(i+1) {
		return lexEnd
	}
	return operators[strings.ToUpper(l.text)]
}

// operandAt reports whether an operand begins with the lexeme at i.
func (p *parser) operandAt(i int) bool {
	kind := p.lexemes[i].kind
	return kind == lexTerm || kind == lexOpen || kind == lexNot
}

// beside reads an operand, and reports those that follow without an operator.
func (p *parser) beside() node {
	first := p.next
	operand := p.not()
	second := p.next
	for p.operandAt(p.next) && p.small(p.next) != lexAnd && p.small(p.next) != lexOr {
		if p.small(p.next) == lexNot {
			second = len(p.lexemes) // reported as an operator in small letters
		}
		p.not()
	}
	if p.next > second && !p.lexemes[second].afterError {
		hint := readings(p.query, p.lexemes[first:p.next])
		p.errors.add(p.lexemes[second].at, hint, "no operator before %q", p.lexemes[second].text)
	}
	return operand
}

// readings offers what terms side by side may mean.
func readings(query string, side []lexeme) string {
	var words, operands []string
	for _, l := range side {
		if l.kind != lexTerm || len(side) > maxReading {
			return "write AND or OR between them"
		}
		words = append(words, l.text)
		if l.quoted {
			operands = append(operands, `"`+l.text+`"`)
		} else {
			operands = append(operands, l.text)
		}
	}
	return fmt.Sprintf(`did you mean "%s" or %s?`, strings.Join(words, " "), strings.Join(operands, " AND "))
}

func (p *parser) not() node {
	l := p.peek()
	switch {
	case p.small(p.next) == lexNot:
		p.errors.add(l.at, smallHint(l), "the operator %q is in small letters", l.text)
	case l.kind != lexNot:
		return p.primary()
	}
	p.take()
	if !p.deeper(l) {
		return nil
	}
	defer p.shallower()
	return &notNode{l.at, p.not()}
}

// deeper counts a level of nesting. If there are too many it reports that and ends the parse.
func (p *parser) deeper(l lexeme) bool {
	p.depth++
	if p.depth <= maxNesting {
		return true
	}
	p.errors.add(l.at, "split the rule", "more than %d levels of parentheses and NOT", maxNesting)
	p.next = len(p.lexemes) - 1
	p.tooDeep = true
	return false
}

func (p *parser) shallower() { p.depth-- }

func (p *parser) primary() node {
	switch l := p.peek(); l.kind {
	case lexTerm:
		return p.term(p.take())
	case lexOpen:
		return p.group(p.take())
	}
	p.missing()
	return nil
}

func (p *parser) group(open lexeme) node {
	if !p.deeper(open) {
		return nil
	}
	defer p.shallower()
	inner := p.or()
	switch {
	case p.peek().kind == lexClose:
		p.take()
	case !p.tooDeep:
		p.errors.add(open.at, "", "the parenthesis that begins here is not closed")
	}
	return inner
}

// missing reports that an operand should stand here.
func (p *parser) missing() {
	here := p.peek()
	var before lexeme
	if p.next > 0 {
		before = p.lexemes[p.next-1]
	}
	switch before.kind {
	case lexAnd, lexOr, lexNot:
		p.errors.add(before.at, "", "%s has no term after it", strings.ToUpper(before.text))
	case lexOpen:
		if here.kind == lexClose {
			p.errors.add(before.at, "", "nothing between the parentheses")
			return
		}
		fallthrough
	default:
		if here.kind == lexAnd || here.kind == lexOr {
			p.errors.add(here.at, "", "%s has no term before it", here.text)
		}
	}
}

// term reads the words of a term.
func (p *parser) term(l lexeme) node {
	n := &termNode{at: l.at, written: strings.Join(strings.Fields(l.text), " ")}
	at, errorsBefore := l.textAt, len(*p.errors)
	for piece := range strings.FieldsSeq(l.text) {
		at += strings.Index(p.query[at:], piece)
		n.words = append(n.words, p.piece(piece, at)...)
		at += len(piece)
	}
	if len(n.words) == 0 && len(*p.errors) == errorsBefore {
		p.errors.add(l.at, "", "no letter or digit in the term %q", l.text)
	}
	n.key = termKey(n.words)
	return n
}

// piece reads a part of a term between spaces.
func (p *parser) piece(piece string, at int) []termWord {
	body, star := strings.CutSuffix(piece, "*")
	if i := strings.IndexByte(body, '*'); i >= 0 {
		p.errors.add(at+i, "", "a star may stand only at the end of a word")
		return []termWord{{}}
	}
	var words []termWord
	for i, t := range tokens(body) {
		words = append(words, termWord{word: t.word, glued: i > 0 && t.gap == none})
		if star && t.running && t.end == len(body) {
			p.errors.add(at+len(body), "leave the star out", "in a script without spaces every term matches inside running text")
			return words
		}
	}
	if star {
		p.star(words, body, at+len(body))
	}
	return words
}

// star makes a prefix of the last word.
func (p *parser) star(words []termWord, body string, at int) {
	if last, _ := utf8.DecodeLastRuneInString(body); len(words) == 0 || kindOf(unicode.ToLower(last)) == separator {
		p.errors.add(at, "", "no word before the star")
		return
	}
	prefix := &words[len(words)-1]
	letters := 0
	for _, r := range prefix.word {
		if !unicode.IsMark(r) {
			letters++
		}
	}
	if letters < minPrefix {
		p.errors.add(at, fmt.Sprintf("at least %d", minPrefix), "too few letters before the star")
	}
	prefix.prefix = true
}
