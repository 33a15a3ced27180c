package store

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexeme is the smallest piece of a query: a sign, an operator, a word or, if it is quoted, a phrase.
type lexeme struct {
	text   string
	quoted bool
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»「」『』`, r) }

// lexQuery cuts a query into lexemes.
func lexQuery(text string) []lexeme {
	var lexemes []lexeme
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '(', r == ')':
			lexemes = append(lexemes, lexeme{text: text[:size]})
			text = text[size:]
		case isQuote(r):
			text = text[size:]
			end := strings.IndexFunc(text, isQuote)
			if end < 0 {
				return append(lexemes, lexeme{text, true})
			}
			lexemes = append(lexemes, lexeme{text[:end], true})
			_, size = utf8.DecodeRuneInString(text[end:])
			text = text[end+size:]
		case r == '-' && len(text) > 1 && text[1] != ' ':
			lexemes = append(lexemes, lexeme{text: "NOT"})
			text = text[1:]
		default:
			n := wordLength(text)
			lexemes = append(lexemes, lexeme{text: text[:n]})
			text = text[n:]
		}
	}
	return lexemes
}

// wordLength is how far a word goes, in bytes. One that ends in a colon is a field, and what follows is another.
func wordLength(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' || isQuote(r) })
	if end < 0 {
		end = len(text)
	}
	for _, field := range []string{"title:", "summary:"} {
		if strings.HasPrefix(text[:end], field) {
			return len(field)
		}
	}
	return end
}
