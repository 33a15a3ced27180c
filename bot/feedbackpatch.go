package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

// How examples are put into the text of a rule file, which is left as it is but for them.

// An exampleFile is a file with the examples of its rules, and where they stand.
type exampleFile struct {
	*strict.File
	name  string
	rules []exampleRule
}

// An exampleRule is a rule with its examples.
type exampleRule struct {
	id string
	// known are the titles and summaries of its hits and misses.
	known              []feeds.Item
	hasHits, hasMisses bool
}

// parseExamples reads the rules of a file; it has none if it holds words.
func parseExamples(src strict.Source) (exampleFile, error) {
	var v struct {
		Rule []map[string]any `toml:"rule"`
	}
	if !bytes.Contains(src.Data, []byte("[[rule]]")) {
		return exampleFile{}, nil
	}
	file, problems := strict.Decode(src, &v)
	if err := problems.Err(); err != nil {
		return exampleFile{}, err
	}
	f := exampleFile{File: file, name: src.Name}
	for _, rule := range v.Rule {
		id, _ := rule["id"].(string)
		r := exampleRule{id: id}
		r.hasHits = r.know(rule["hit"])
		r.hasMisses = r.know(rule["miss"])
		f.rules = append(f.rules, r)
	}
	return f, nil
}

// know takes in a list of examples, and reports whether there is one.
func (r *exampleRule) know(list any) bool {
	examples, ok := list.([]any)
	for _, e := range examples {
		if table, ok := e.(map[string]any); ok {
			title, _ := table["title"].(string)
			summary, _ := table["summary"].(string)
			r.known = append(r.known, feeds.Item{Title: title, Summary: summary})
		}
	}
	return ok
}

// without returns the items that are no example of the rule yet, each once.
func (r exampleRule) without(items []feeds.Item) []feeds.Item {
	var fresh []feeds.Item
	for _, item := range items {
		same := func(e feeds.Item) bool { return e.Title == item.Title && e.Summary == item.Summary }
		if item.Title != "" && !slices.ContainsFunc(r.known, same) && !slices.ContainsFunc(fresh, same) {
			fresh = append(fresh, item)
		}
	}
	return fresh
}

// errForm means that a file is written in a form that no example can be put into.
var errForm = errors.New("its rules are not written as [[rule]] with miss = [ ... ]; please put the examples in by hand")

// add puts items into the text, which is the file's or what add made of it for a rule below, as misses of the rule
// at place i, and makes sure that the rule has them then.
func (f exampleFile) add(text []byte, i int, items []feeds.Item) ([]byte, error) {
	text, err := f.insert(text, i, items)
	if err != nil {
		return nil, err
	}
	after, err := parseExamples(strict.Source{Name: f.name, Data: text})
	if err != nil || len(after.rules) != len(f.rules) || len(after.rules[i].without(items)) > 0 {
		return nil, fmt.Errorf("%s: rule %q: %w", f.name, f.rules[i].id, errForm)
	}
	return text, nil
}

func (f exampleFile) insert(text []byte, i int, items []feeds.Item) ([]byte, error) {
	var lines strings.Builder
	for _, item := range items {
		lines.WriteString("\n  " + exampleOf(item) + ",")
	}
	after := "id"
	switch {
	case f.rules[i].hasMisses:
		a, err := f.array(text, i, "miss")
		if err != nil {
			return nil, err
		}
		return a.extend(text, lines.String()), nil
	case f.rules[i].hasHits:
		after = "hit"
	}
	at := f.offset(text, i, after)
	if after == "hit" {
		a, err := f.array(text, i, after)
		if err != nil {
			return nil, err
		}
		at = a.end
	}
	at += lineEnd(text[at:])
	return splice(text, at, "\nmiss = ["+lines.String()+"\n]"), nil
}

// offset is where a key of the rule at place i, or its value, begins.
func (f exampleFile) offset(text []byte, i int, key string) int {
	pos := f.At("rule", i, key)
	start := 0
	for range pos.Line - 1 {
		start += bytes.IndexByte(text[start:], '\n') + 1
	}
	for range pos.Col - 1 { // columns are counted in characters
		_, size := utf8.DecodeRune(text[start:])
		start += size
	}
	return start
}

// An extent is where an array stands: behind its last entry, or comma, and at its closing bracket.
type extent struct {
	last, end int
	// open is true if there must be a comma before the next entry.
	open bool
}

// array finds the array under a key of the rule at place i.
func (f exampleFile) array(text []byte, i int, key string) (extent, error) {
	at := f.offset(text, i, key)
	open := bytes.IndexByte(text[at:], '[')
	if open >= 0 && !bytes.ContainsAny(text[at:at+open], "]\n") {
		if a, ok := scanArray(text, at+open); ok {
			return a, nil
		}
	}
	return extent{}, fmt.Errorf("%s: rule %q: %s: %w", f.name, f.rules[i].id, key, errForm)
}

// scanArray finds the end of the array that opens at a place: brackets in strings and comments are none.
func scanArray(text []byte, open int) (extent, bool) {
	a := extent{last: open + 1}
	depth := 1
	for i := open + 1; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
			continue
		case '#':
			i += lineEnd(text[i:])
			continue
		case '"', '\'':
			i += stringLen(text[i:])
		case '[', '{':
			depth++
			i++
		case ']', '}':
			if depth--; depth == 0 {
				a.end = i
				return a, true
			}
			i++
		default:
			i++
		}
		a.last = min(i, len(text))
		a.open = text[a.last-1] != ','
	}
	return extent{}, false
}

// stringLen is how long the TOML string at the beginning of a text is, quotes included.
func stringLen(text []byte) int {
	quote := text[:1]
	if three := bytes.Repeat(quote, 3); bytes.HasPrefix(text, three) {
		quote = three
	}
	for i := len(quote); i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote[0] == '"':
			i++
		case bytes.HasPrefix(text[i:], quote):
			i += len(quote)
			for len(quote) == 3 && i < len(text) && text[i] == quote[0] { // up to two quotes may stand before the end
				i++
			}
			return i
		}
	}
	return len(text)
}

// extend puts lines with entries behind the last entry of the array.
func (a extent) extend(text []byte, lines string) []byte {
	at := a.last
	rest := strings.TrimLeft(string(text[at:at+lineEnd(text[at:])]), " \t\r")
	if strings.HasPrefix(rest, "#") { // the comment belongs to the last entry
		at += lineEnd(text[at:])
	}
	if !bytes.ContainsRune(text[at:a.end], '\n') {
		lines += "\n"
	}
	text = splice(text, at, lines)
	if a.open {
		text = splice(text, a.last, ",")
	}
	return text
}

// lineEnd is how far it is to the end of a line.
func lineEnd(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// splice returns the text with something put in.
func splice(text []byte, at int, what string) []byte {
	return slices.Concat(text[:at], []byte(what), text[at:])
}

// exampleOf writes an item as an example.
func exampleOf(item feeds.Item) string {
	var b strings.Builder
	b.WriteString("{ title = " + strict.Quote(item.Title))
	if item.Summary != "" {
		b.WriteString(", summary = " + strict.Quote(item.Summary))
	}
	if item.Language != "" {
		b.WriteString(", lang = " + strict.Quote(item.Language))
	}
	return b.String() + " }"
}

// unified is the change of a file as patch and git read it; empty if there is none.
func unified(name string, before, after []byte) []byte {
	text := diff.Diff("a/"+name, before, "b/"+name, after)
	// The library begins with a line for people, of a form that git takes for its own.
	_, text, _ = bytes.Cut(text, []byte("\n"))
	return text
}
