package rules

import (
	"fmt"
	"strings"
)

const (
	// maxQuery bounds a query, in bytes. It is the length of several thousand terms.
	maxQuery = 64 << 10
	// maxNesting bounds parentheses and NOTs within each other. People cannot follow ten.
	maxNesting = 200
	// maxQueryErrors bounds the errors reported of one query; those after are mostly their echo.
	maxQueryErrors = 20
	// maxNears bounds NEARs within each other, a chain of them counting as such: each looks at all pairs
	// of places of the one below. People write three.
	maxNears = 8
	// maxReach bounds the words between the operands of a NEAR. Two sentences of news have fifty.
	maxReach = 50
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

// parseQuery reads a query, whose names the vocabulary resolves:
//
//	or      = and { "OR" and }
//	and     = beside { "AND" beside }
//	beside  = not { not }                  more than one is an error
//	not     = "NOT" not | near
//	near    = primary { ("NEAR" | "BEFORE") "/" (number | "s") primary }
//	primary = term | "@" name | fact | field primary | "(" or ")"
//
// The node is nil if there is any error.
func parseQuery(query string, words *vocabulary) (node, []queryError) {
	var errors queryErrors
	if len(query) > maxQuery {
		errors.add(0, "split the rule", "the query is longer than %d bytes", maxQuery)
		return nil, errors
	}
	p := &parser{
		query: query, lexemes: lex(query, &errors), vocabulary: words, fields: allFields, errors: &errors,
		terms: termReader{cutter: newCutter(), errors: &errors},
	}
	root := p.whole()
	if len(errors) > 0 {
		return nil, errors
	}
	return root, nil
}

// A parser is a recursive-descent parser. After an error it goes on as the editor may have meant it,
// with nil for an operand that is missing.
type parser struct {
	query      string
	lexemes    []lexeme
	vocabulary *vocabulary
	terms      termReader
	// fields are those that terms are looked for in here.
	fields  fieldSet
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

// since is the extent from an offset to the last lexeme taken.
func (p *parser) since(from int) extent {
	if p.next == 0 {
		return extent{int32(from), int32(from)}
	}
	return extent{int32(from), int32(max(from, p.lexemes[p.next-1].end))}
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
	from := p.peek().at
	first := p.and()
	if !p.operator(lexOr) {
		return first
	}
	operands := []node{first}
	for p.operator(lexOr) {
		p.take()
		operands = append(operands, p.and())
	}
	return &orNode{p.since(from), operands}
}

func (p *parser) and() node {
	from := p.peek().at
	first := p.beside()
	if !p.operator(lexAnd) {
		return first
	}
	operands := []node{first}
	for p.operator(lexAnd) {
		p.take()
		operands = append(operands, p.beside())
	}
	return &andNode{p.since(from), operands}
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
	if l.kind != lexTerm || l.quoted || l.exact || !p.operandAt(i+1) {
		return lexEnd
	}
	return operators[strings.ToUpper(l.text)]
}

// operandAt reports whether an operand begins with the lexeme at i.
func (p *parser) operandAt(i int) bool {
	switch p.lexemes[i].kind {
	case lexTerm, lexOpen, lexNot, lexField, lexConcept, lexFact:
		return true
	}
	return false
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
		hint := readings(p.lexemes[first:p.next])
		p.errors.add(p.lexemes[second].at, hint, "no operator before %q", p.query[p.lexemes[second].at:p.lexemes[second].end])
	}
	return operand
}

// readings offers what terms side by side may mean.
func readings(side []lexeme) string {
	var words, operands []string
	near := ""
	for i, l := range side {
		if l.kind != lexTerm || l.exact || len(side) > maxReading {
			return "write AND or OR between them"
		}
		if i == 1 && len(side) == 3 && isNear(l.text) {
			near = fmt.Sprintf(" or %s %s/5 %s", side[0].text, strings.ToUpper(l.text), side[2].text)
		}
		words = append(words, l.text)
		if l.quoted {
			operands = append(operands, `"`+l.text+`"`)
		} else {
			operands = append(operands, l.text)
		}
	}
	return fmt.Sprintf(`did you mean "%s" or %s%s?`, strings.Join(words, " "), strings.Join(operands, " AND "), near)
}

func (p *parser) not() node {
	l := p.peek()
	switch {
	case p.small(p.next) == lexNot:
		p.errors.add(l.at, smallHint(l), "the operator %q is in small letters", l.text)
	case l.kind != lexNot:
		return p.near()
	}
	p.take()
	if !p.deeper(l) {
		return nil
	}
	defer p.shallower()
	of := p.not()
	return &notNode{p.since(l.at), of}
}

// near reads operands joined by NEAR, the first two first.
func (p *parser) near() node {
	from := p.peek().at
	left := p.primary()
	for p.peek().kind == lexNear {
		l := p.take()
		right := p.nearRight(l)
		p.nearOperand(left, l.text)
		p.nearOperand(right, l.text)
		left = &nearNode{p.since(from), left, right, l.reach}
		if nears(left) > maxNears {
			p.errors.add(l.at, "split the rule, or write an AND of shorter ones", "more than %d NEARs within each other", maxNears)
			p.end()
		}
	}
	return left
}

// nearRight reads the operand after a NEAR.
func (p *parser) nearRight(near lexeme) node {
	if l := p.peek(); l.kind == lexNot {
		p.errors.add(l.at, fmt.Sprintf("write A AND NOT (A %s B)", near.text), "NOT cannot stand beside %s", near.text)
		p.not()
		return nil
	}
	return p.primary()
}

// nearOperand reports what cannot stand beside a NEAR.
func (p *parser) nearOperand(n node, near string) {
	what, hint := "", ""
	switch n := n.(type) {
	case *orNode:
		for _, operand := range n.any {
			p.nearOperand(operand, near)
		}
	case *andNode:
		what, hint = "AND", fmt.Sprintf("write (A %s C) AND (B %s C)", near, near)
	case *notNode:
		what, hint = "NOT", fmt.Sprintf("write A AND NOT (A %s B)", near)
	case *fieldNode:
		what, hint = "a field", fmt.Sprintf("write it before the whole: title:(A %s B)", near)
	case *factNode:
		what, hint = string(n.fact)+":", fmt.Sprintf("it is about the whole item: write %s:%s AND (A %s B)", n.fact, n.value, near)
	}
	if what != "" {
		p.errors.add(int(n.where().from), hint, "%s cannot stand beside %s", what, near)
	}
}

// deeper counts a level of nesting. If there are too many it reports that and ends the parse.
func (p *parser) deeper(l lexeme) bool {
	p.depth++
	if p.depth <= maxNesting {
		return true
	}
	if !p.tooDeep {
		p.errors.add(l.at, "split the rule", "more than %d levels of parentheses and NOT", maxNesting)
	}
	p.end()
	return false
}

// end ends the parse here, without errors about what is missing.
func (p *parser) end() {
	p.next = len(p.lexemes) - 1
	p.tooDeep = true
}

// nears is how many NEARs within each other an operand of a NEAR has at most.
func nears(n node) int {
	most := 0
	for _, child := range children(n) {
		most = max(most, nears(child))
	}
	if _, ok := n.(*nearNode); ok {
		return most + 1
	}
	return most
}

func (p *parser) shallower() { p.depth-- }

func (p *parser) primary() node {
	switch l := p.peek(); l.kind {
	case lexTerm:
		return p.term(p.take())
	case lexOpen:
		return p.group(p.take())
	case lexField:
		return p.field(p.take())
	case lexConcept:
		return p.concept(p.take())
	case lexFact:
		return p.fact(p.take())
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
		end := p.take().end
		if inner != nil {
			inner.widen(open.at, end)
		}
	case !p.tooDeep:
		p.errors.add(open.at, "", "the parenthesis that begins here is not closed")
	}
	return inner
}

// field reads what stands behind title:, summary: or body:.
func (p *parser) field(l lexeme) node {
	if p.fields != allFields {
		p.errors.add(l.at, "write (title:A AND body:B)", "%s inside another field", l.text)
	}
	if !p.deeper(l) {
		return nil
	}
	defer p.shallower()
	before := p.fields
	p.fields = 1 << fieldNames[l.name]
	of := p.primary()
	p.fields = before
	return &fieldNode{p.since(l.at), of}
}

// missing reports that an operand should stand here.
func (p *parser) missing() {
	here := p.peek()
	var before lexeme
	if p.next > 0 {
		before = p.lexemes[p.next-1]
	}
	switch before.kind {
	case lexAnd, lexOr, lexNot, lexNear:
		p.errors.add(before.at, "", "%s has no term after it", strings.ToUpper(before.text))
	case lexField:
		p.errors.add(before.at, fmt.Sprintf("write %sword or %s( )", before.text, before.text), "%s has no term after it", before.text)
	case lexOpen:
		if here.kind == lexClose {
			p.errors.add(before.at, "", "nothing between the parentheses")
			return
		}
		fallthrough
	default:
		if here.kind == lexAnd || here.kind == lexOr || here.kind == lexNear {
			p.errors.add(here.at, "", "%s has no term before it", here.text)
		}
	}
}
