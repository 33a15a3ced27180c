package store

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pressalert/rules"
)

// ErrNoWords means that a query has no word to look for: nothing but signs, or only words to leave out.
var ErrNoWords = errors.New("no words to look for")

const (
	// longestQuery bounds a query, in bytes: the longest text that Discord takes for an option is 6,000, and
	// nobody looks for more than a headline.
	longestQuery = 1000
	// mostTerms bounds the terms of a query, and deepestQuery the parentheses and NOTs within each other.
	mostTerms    = 32
	deepestQuery = 20
	// shortestBeginning is from how many letters on a word may be looked up by its beginning: those with one
	// letter in common are too many to be put together in time.
	shortestBeginning = 3
	// sentenceReach is what stands for "in the same sentence", which the index does not know, in words.
	sentenceReach = 20
)

// A term is what is looked for as a whole: words side by side.
type term struct {
	words []string
	// prefix is true if the last word may go on.
	prefix bool
	// title is true if only headlines count.
	title bool
}

// A lookup is a query as the index takes it.
type lookup struct {
	// match is an FTS5 expression.
	match string
	// terms are those that speak for an item.
	terms []term
}

// parseQuery reads the query language of the rules: words, "phrases", prefix*, AND, OR, NOT, NEAR/n, parentheses,
// title:, summary:, place:, lang:, feed: and kind:. Words side by side must all be there. What is not of that
// language is taken for plain words that must all be there.
func parseQuery(text string) (lookup, error) {
	if len(text) > longestQuery {
		text = text[:longestQuery]
	}
	p := queryParser{lexemes: lexQuery(text)}
	if match, negative := p.or(); !p.failed && p.next == len(p.lexemes) && match != "" && !negative {
		return lookup{match, p.terms}, nil
	}
	p = queryParser{}
	var all []string
	for _, word := range plainWords(text) {
		if match := p.term(word, ""); match != "" {
			all = append(all, match)
		}
	}
	if len(all) == 0 {
		return lookup{}, ErrNoWords
	}
	return lookup{strings.Join(all, " AND "), p.terms}, nil
}

// plainWords are the words of a text without the signs of the query language.
func plainWords(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || isQuote(r) || strings.ContainsRune(`():*@=-`, r)
	})
	operator := func(w string) bool { return w == "AND" || w == "OR" || w == "NOT" }
	if slices.ContainsFunc(words, func(w string) bool { return !operator(w) }) {
		words = slices.DeleteFunc(words, operator)
	}
	return words[:min(len(words), mostTerms)]
}

// A queryParser translates a query for FTS5. The methods return what they read, "" if that was nothing to look
// for, and whether it is to be left out rather than found.
type queryParser struct {
	lexemes []lexeme
	next    int
	depth   int
	// field is the column to look in, "" for all, and out is true of what is to be left out.
	field  string
	out    bool
	terms  []term
	count  int
	failed bool
}

func (p *queryParser) peek() lexeme {
	if p.next >= len(p.lexemes) {
		return lexeme{}
	}
	return p.lexemes[p.next]
}

// takes reads a lexeme if it is this sign or operator.
func (p *queryParser) takes(sign string) bool {
	if l := p.peek(); l.text == sign && !l.quoted {
		p.next++
		return true
	}
	return false
}

func (p *queryParser) or() (match string, negative bool) {
	var all []string
	var any bool
	for {
		match, negative := p.and()
		any = any || negative
		if match != "" {
			all = append(all, match)
		}
		if !p.takes("OR") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], any
	}
	p.failed = p.failed || any // FTS5 finds nothing by what is not there
	return join(all, " OR "), false
}

func (p *queryParser) and() (match string, negative bool) {
	var in, out []string
	for {
		switch match, negative := p.not(); {
		case match == "":
		case negative:
			out = append(out, match)
		default:
			in = append(in, match)
		}
		if !p.takes("AND") && p.ended() {
			break
		}
	}
	switch {
	case len(out) == 0:
		return join(in, " AND "), false
	case len(in) == 0:
		return join(out, " OR "), true
	}
	return "(" + join(in, " AND ") + " NOT " + join(out, " OR ") + ")", false
}

// ended reports whether no further operand of an AND follows.
func (p *queryParser) ended() bool {
	l := p.peek()
	return p.failed || p.next >= len(p.lexemes) || !l.quoted && (l.text == ")" || l.text == "OR")
}

// join joins operands, in parentheses if they are several.
func join(all []string, operator string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return "(" + strings.Join(all, operator) + ")"
}

func (p *queryParser) not() (match string, negative bool) {
	if !p.takes("NOT") {
		return p.near()
	}
	if !p.deeper() {
		return "", false
	}
	defer func() { p.depth-- }()
	p.out = !p.out
	match, negative = p.not()
	p.out = !p.out
	return match, !negative
}

// deeper counts a level of nesting.
func (p *queryParser) deeper() bool {
	p.depth++
	p.failed = p.failed || p.depth > deepestQuery
	return !p.failed
}

// near reads operands joined by NEAR. Those that are no terms need only both be there.
func (p *queryParser) near() (match string, negative bool) {
	match, negative = p.primary()
	for !p.failed {
		reach, ok := reachOf(p.peek())
		if !ok {
			break
		}
		p.next++
		left := match
		right, second := p.primary()
		p.failed = p.failed || negative || second
		if p.isTerm(left) && p.isTerm(right) {
			within := func(s string) string { return strings.TrimPrefix(s, p.column()) }
			match = p.column() + "NEAR(" + within(left) + " " + within(right) + ", " + strconv.Itoa(reach) + ")"
			continue
		}
		both := slices.DeleteFunc([]string{left, right}, func(s string) bool { return s == "" })
		match = join(both, " AND ")
	}
	return match, negative
}

// isTerm reports whether an expression is one phrase, of the field that the parser is in.
func (p *queryParser) isTerm(match string) bool {
	phrase, ok := strings.CutPrefix(match, p.column())
	return ok && strings.HasPrefix(phrase, `"`) && strings.Count(phrase, `"`) == 2
}

// reachOf reads an operator such as NEAR/5, BEFORE/3 or NEAR/s.
func reachOf(l lexeme) (words int, ok bool) {
	name, text, found := strings.Cut(l.text, "/")
	if l.quoted || !found || name != "NEAR" && name != "BEFORE" {
		return 0, false
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return min(n, sentenceReach*10), true
	}
	return sentenceReach, text == "s"
}

func (p *queryParser) primary() (match string, negative bool) {
	l := p.peek()
	switch {
	case p.failed || l.text == "" && !l.quoted:
		p.failed = true
		return "", false
	case l.quoted:
		p.next++
		return p.term(l.text, ""), false
	case p.takes("("):
		if !p.deeper() {
			return "", false
		}
		defer func() { p.depth-- }()
		match, negative = p.or()
		p.failed = p.failed || !p.takes(")")
		return match, negative
	case l.text == ")", l.text == "AND", l.text == "OR":
		p.failed = true
		return "", false
	}
	p.next++
	if name, value, found := strings.Cut(l.text, ":"); found {
		switch name {
		case "title", "summary":
			before := p.field
			p.field = name
			match, negative = p.primary()
			p.field = before
			return match, negative
		case "place", "lang", "feed", "kind":
			return fact(name, value), false
		}
	}
	text, prefix := strings.CutSuffix(strings.TrimLeft(l.text, "@="), "*")
	if prefix {
		return p.term(text, "*"), false
	}
	return p.term(text, ""), false
}

// column narrows what follows it to the field at hand.
func (p *queryParser) column() string {
	if p.field == "" {
		return ""
	}
	return p.field + " : "
}

// term translates words side by side. star is "*" if the last may go on.
func (p *queryParser) term(text, star string) string {
	t := newTerm(text, star != "")
	if len(t.words) == 0 {
		return ""
	}
	if p.count++; p.count > mostTerms {
		p.failed = true
		return ""
	}
	t.title = p.field == "title"
	if !p.out {
		p.terms = append(p.terms, t)
	}
	match := p.column() + `"` + strings.Join(t.words, " ") + `"`
	if t.prefix {
		match += " *"
	}
	return match
}

// newTerm cuts a text into the words of a term.
func newTerm(text string, prefix bool) term {
	pieces := slices.Collect(cut(text))
	n := len(pieces)
	if n == 0 {
		return term{}
	}
	switch end := pieces[n-1]; {
	case !end.running:
		r, _ := utf8.DecodeLastRuneInString(end.word)
		prefix = prefix && utf8.RuneCountInString(end.word) >= shortestBeginning || unicode.Is(unicode.Hangul, r) // Korean writes its particles onto the word
	case n > 1 && pieces[n-2].running && !pieces[n-2].last:
		n-- // the run may go on in the text, where its last letter makes a pair
		prefix = false
	default:
		prefix = true
	}
	t := term{prefix: prefix}
	for _, p := range pieces[:n] {
		t.words = append(t.words, p.word)
	}
	return t
}

// factsColumn narrows an expression to what is known of an item beside its texts.
const factsColumn = "facts : "

// fact is the expression for a known property of an item: the country or topic that a rule found, its
// language, feed or kind of feed.
func fact(name, value string) string {
	word := factWord(name, value)
	if word == "" {
		return ""
	}
	return factsColumn + `"` + word + `"`
}

// factWord writes a property as one word that no text has, or "" if it has no value.
func factWord(name, value string) string {
	value = strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII, unicode.IsControl(r), r == '"':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return '·' // beyond ASCII, so that the word is not cut there
	}, value)
	if value == "" {
		return ""
	}
	return "§" + name + "·" + value
}

// narrowed adds what an answer is to be narrowed to.
func (l lookup) narrowed(country string, topic rules.Topic) string {
	match := l.match
	for _, f := range []string{fact("place", country), fact("topic", string(topic))} {
		if f != "" {
			match = "(" + match + ") AND " + f
		}
	}
	return match
}
