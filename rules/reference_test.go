package rules

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pressalert/feeds"
)

// A referee evaluates queries in the slow and obvious way: every rule, every term, every word, every
// pair of words.
type referee struct {
	words  *lexicon
	item   feeds.Item
	fields [fieldCount][]token
}

// reference matches an item against rules given in any order, those in force and those that are not.
func reference(words *lexicon, rules []compiled, places map[string]*list, item feeds.Item) []Match {
	r := referee{words: words, item: item}
	for f := range r.fields {
		r.fields[f] = tokenise(Field(f), textOf(item, Field(f)), item.Language)
	}
	var matches []Match
	for _, c := range rules {
		if c.rule.Status == Off || !r.holds(c.match) || c.unless != nil && r.holds(c.unless) {
			continue
		}
		m := Match{Rule: c.rule, Countries: c.rule.Countries, Spans: r.bounded(r.spans(c.match))}
		if len(m.Countries) == 0 {
			m.Countries = r.countries(places)
		}
		matches = append(matches, m)
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return int(b.Rule.Severity) - int(a.Rule.Severity) })
	return matches
}

func (r referee) holds(n node) bool {
	switch n := n.(type) {
	case *termNode, *listNode, *nearNode:
		return len(r.places(n)) > 0
	case *fieldNode:
		return r.holds(n.of)
	case *factNode:
		switch n.fact {
		case factFeed:
			return r.item.Feed == n.value
		case factKind:
			return string(r.item.Kind) == n.value
		}
		return n.value != "" && baseLanguage(r.item.Language) == n.value
	case *notNode:
		return !r.holds(n.of)
	case *andNode:
		for _, operand := range n.all {
			if !r.holds(operand) {
				return false
			}
		}
		return true
	case *orNode:
		for _, operand := range n.any {
			if r.holds(operand) {
				return true
			}
		}
	}
	return false
}

// places returns where a term, list, NEAR or OR of those stands.
func (r referee) places(n node) []place {
	var all []place
	switch n := n.(type) {
	case *termNode:
		all = r.termPlaces(n.id, n.fields)
	case *listNode:
		for _, l := range n.lists {
			for _, t := range l.terms {
				all = append(all, r.termPlaces(t, n.fields)...)
			}
		}
	case *orNode:
		for _, operand := range n.any {
			all = append(all, r.places(operand)...)
		}
	case *nearNode:
		for _, pair := range r.pairs(n) {
			all = append(all, pair[2])
		}
	}
	return firstPlaces(all)
}

// firstPlaces sorts places, and keeps the first of each field.
func firstPlaces(all []place) []place {
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(int(a.field)-int(b.field), a.first-b.first, a.last-b.last)
	})
	var kept []place
	var count [fieldCount]int
	for _, p := range slices.Compact(all) {
		if count[p.field]++; count[p.field] <= maxPlaces {
			kept = append(kept, p)
		}
	}
	return kept
}

// pairs returns the places of both operands that are near each other, and the place from one to the other.
func (r referee) pairs(n *nearNode) [][3]place {
	var all [][3]place
	for _, a := range r.places(n.a) {
		for _, b := range r.places(n.b) {
			inOrder := a.field == b.field && a.last < b.first && r.near(n, a, b)
			reversed := a.field == b.field && b.last < a.first && !n.ordered && r.near(n, b, a)
			if inOrder || reversed {
				all = append(all, [3]place{a, b, {a.field, min(a.first, b.first), max(a.last, b.last)}})
			}
		}
	}
	return all
}

func (r referee) near(n *nearNode, a, b place) bool {
	text := r.fields[a.field]
	if n.sentence {
		return text[a.first].sentence == text[b.last].sentence
	}
	units := 0
	for _, t := range text[a.last+1 : b.first] {
		units += t.units
	}
	return units <= n.reach.words*wordUnits
}

func (r referee) termPlaces(term int32, fields fieldSet) []place {
	language := baseLanguage(r.item.Language)
	if t := r.words.termLanguages[term]; t != anyLanguageNumber && language != "" && t != r.words.languages[language] {
		return nil
	}
	words := r.termWords(term)
	var all []place
	for f, text := range r.fields {
		for i := 0; i+len(words) <= len(text) && fields.has(Field(f)); i++ {
			found := true
			for j, w := range words {
				found = found && r.isWord(Field(f), text[i+j], w) && (!w.glued || text[i+j].gap == none)
			}
			if found {
				all = append(all, place{Field(f), i, i + len(words) - 1})
			}
		}
	}
	return firstPlaces(all)
}

// termWords are the words of a term as it was read.
func (r referee) termWords(term int32) []termWord {
	var words []termWord
	for _, u := range r.words.wordsOf(term) {
		w := termWord{prefix: u.prefix(), glued: u.glued()}
		w.word, w.plain, w.exact = r.words.forms(u.word())
		words = append(words, w)
	}
	return words
}

func (r referee) isWord(f Field, t token, w termWord) bool {
	if w.exact != "" {
		return exactly(textOf(r.item, f)[t.start:t.end]) == w.exact
	}
	forms := append([]string{t.word}, t.others...)
	if t.plain != "" {
		forms = append(forms, t.plain)
	}
	for _, form := range forms {
		if form == w.word || w.prefix && strings.HasPrefix(form, w.word) {
			return true
		}
	}
	return t.capitals && w.plain != "" && (t.word == w.plain || w.prefix && strings.HasPrefix(t.word, w.plain))
}

// spans returns the spans of a query that is true.
func (r referee) spans(n node) []Span {
	var all []Span
	switch n := n.(type) {
	case *termNode, *listNode, *nearNode:
		for _, p := range r.places(n) {
			all = append(all, r.spansOf(n, p)...)
		}
	case *fieldNode:
		return r.spans(n.of)
	case *andNode:
		for _, operand := range n.all {
			all = append(all, r.spans(operand)...)
		}
	case *orNode:
		for _, operand := range n.any {
			if r.holds(operand) {
				all = append(all, r.spans(operand)...)
			}
		}
	}
	return all
}

// spansOf returns the spans by which a term, list, NEAR or OR of those stands at one place.
func (r referee) spansOf(n node, at place) []Span {
	if !slices.Contains(r.places(n), at) {
		return nil
	}
	text := r.fields[at.field]
	span := Span{Field: at.field, Start: text[at.first].start, End: text[at.last].end}
	switch n := n.(type) {
	case *termNode:
		span.Term = n.written
		return []Span{span}
	case *listNode:
		span.Term = n.name
		return []Span{span}
	case *orNode:
		var all []Span
		for _, operand := range n.any {
			all = append(all, r.spansOf(operand, at)...)
		}
		return all
	case *nearNode:
		var all []Span
		for _, pair := range r.pairs(n) {
			if pair[2] == at {
				all = append(all, slices.Concat(r.spansOf(n.a, pair[0]), r.spansOf(n.b, pair[1]))...)
			}
		}
		return all
	}
	return nil
}

// bounded sorts spans and keeps the first of each term.
func (r referee) bounded(all []Span) []Span {
	slices.SortStableFunc(all, func(a, b Span) int {
		return cmp.Or(int(a.Field)-int(b.Field), a.Start-b.Start, a.End-b.End, strings.Compare(a.Term, b.Term))
	})
	var kept []Span
	count := make(map[string]int)
	for _, s := range slices.Compact(all) {
		if count[s.Term]++; count[s.Term] <= maxSpans {
			kept = append(kept, s)
		}
	}
	return kept
}

// countries returns the countries that the item names, each by where it is named first, but for names
// inside longer names.
func (r referee) countries(places map[string]*list) []string {
	named := make(map[string][]place)
	for code, l := range places {
		for _, t := range l.terms {
			named[code] = append(named[code], r.termPlaces(t, allFields)...)
		}
	}
	inside := func(p place) bool {
		for _, others := range named {
			for _, o := range others {
				if o != p && o.field == p.field && o.first <= p.first && p.last <= o.last {
					return true
				}
			}
		}
		return false
	}
	type mention struct {
		place
		code string
	}
	var all []mention
	for code, list := range named {
		first := mention{place{math.MaxInt, 0, 0}, code}
		for _, p := range list {
			if !inside(p) && cmp.Or(int(p.field)-int(first.field), p.first-first.first) < 0 {
				first.place = p
			}
		}
		if first.field != math.MaxInt {
			all = append(all, first)
		}
	}
	slices.SortFunc(all, func(a, b mention) int {
		return cmp.Or(int(a.field)-int(b.field), a.first-b.first, strings.Compare(a.code, b.code))
	})
	var codes []string
	for _, m := range all {
		codes = append(codes, m.code)
	}
	return codes
}

// FuzzMatch holds the index equal to the reference, for one rule.
func FuzzMatch(f *testing.F) {
	f.Add("press AND NOT sport", "", "Press law", "on sport", "en")
	f.Add(`("press law*" OR law) AND NOT (sport OR "law* law*")`, "court", "Law laws law law law law law law law law", "press-laws", "")
	f.Add("قانون OR الجرائم OR قانو*", "", "وبالقانون للجرائم فالقانون", "صَحَفِيٌّ قــانون", "ar")
	f.Add("นักข่าว OR \"พ.ร.บ. คอม\"", "ตา", "จับนักข่าว พรบ.คอมพิวเตอร์", "ม.112", "th")
	f.Add("အင်တာနက်", "", "အင် တာ နက်", "သတင်းထောက် ဖမ်းဆီး", "my")
	f.Add("ﬁne* OR straße", "", "ﬁnes STRASSE İ ΐ \xff", "a\u0301\u200b", "tr")
	f.Add(`=ITE OR ="Khmer Times"`, "", "ite ITE Ite", "khmer times Khmer Times", "")
	f.Add("décret OR resume NEAR/0 café", "", "DECRET Décret decret", "résumé CAFE resume cafe", "fr")
	f.Add("(police OR court) NEAR/2 (@press OR blog*)", "place:KH", "Police of Cambodia press the media", "court a b blogs c d law", "en")
	f.Add("title:(a NEAR/1 b NEAR/s c) OR body:x BEFORE/50 y", "", "b a d c. C a b", "x y", "")
	f.Add("place:@asean AND lang:en AND NOT kind:official", "feed:x", "Papua New Guinea, Guinea", "PNG Papouasie", "en-GB")
	f.Add("law NEAR/3 law NEAR/s law", "", "law law law law", "law. law", "fr")
	f.Add("ន NEAR/2 ម", "", "នកខគម", "ន ម", "km")
	words := testVocabulary()
	f.Fuzz(func(t *testing.T, match, unless, title, summary, language string) {
		item := feeds.Item{Title: title, Summary: summary, Body: title, Language: language}
		extra := compiled{rule: Rule{ID: "extra", Severity: High}}
		extra.match, _ = parseQuery(match, words)
		extra.unless, _ = parseQuery(unless, words)
		if extra.match == nil {
			return
		}
		if _, ok := needsTerm(extra.match); ok {
			rules := []compiled{extra}
			holdEqual(t, newIndex(words.lexicon.build(), rules, words.places, nil), rules, item)
		}
	})
}

// holdEqual holds the matches of the index and the reference equal.
func holdEqual(t *testing.T, x *index, rules []compiled, item feeds.Item) {
	t.Helper()
	got, want := matchesOf(x, item), reference(x.lexicon, rules, x.places, item)
	if d, w := describeAll(got), describeAll(want); d != w {
		t.Errorf("item %+v\ngot:\n%s\nwant:\n%s", item, d, w)
	}
	for _, m := range got {
		checkSpans(t, item, m.Spans)
	}
}

// matchesOf returns the matches of an item, without what its stage adds.
func matchesOf(x *index, item feeds.Item) []Match {
	s := x.search(item)
	defer s.release()
	return s.matches()
}

// describeAll writes matches without their texts, whose offsets may be what is wrong.
func describeAll(matches []Match) string {
	var b strings.Builder
	for _, m := range matches {
		b.WriteString(m.Rule.ID + " " + strings.Join(m.Countries, " "))
		for _, s := range m.Spans {
			b.WriteString(" " + s.Term + "\x00")
			b.Write(binary.AppendVarint(binary.AppendVarint([]byte{byte(s.Field)}, int64(s.Start)), int64(s.End)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func checkSpans(t *testing.T, item feeds.Item, spans []Span) {
	t.Helper()
	if len(spans) == 0 {
		t.Error("a match without a span")
	}
	for _, s := range spans {
		text := textOf(item, s.Field)
		if s.Start < 0 || s.Start >= s.End || s.End > len(text) {
			t.Errorf("span %+v is not inside its text of %d bytes", s, len(text))
			continue
		}
		if !utf8.RuneStart(text[s.Start]) || s.End < len(text) && utf8.ValidString(text) && !utf8.RuneStart(text[s.End]) {
			t.Errorf("span %+v cuts a character of %q", s, text)
		}
	}
}

// textOf is a field of an item.
func textOf(item feeds.Item, f Field) string {
	return [fieldCount]string{Title: item.Title, Summary: item.Summary, Body: item.Body}[f]
}
