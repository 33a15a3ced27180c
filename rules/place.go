package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

// fact resolves what stands behind place:, lang:, feed: or kind:.
func (p *parser) fact(l lexeme) node {
	if l.name == "place" {
		return p.place(l)
	}
	n := &factNode{p.since(l.at), fact(l.name), l.text}
	if p.fields != allFields {
		p.errors.add(l.at, fmt.Sprintf("write %s:%s AND title:( )", l.name, l.text), "%s: inside a field, but it is about the whole item", l.name)
	}
	switch n.fact {
	case factLang:
		n.value = baseLanguage(l.text)
		if n.value == "" || n.value != strings.ToLower(l.text) && languageNamed(l.text) != "" {
			p.errors.add(l.at, languageHint(l.text), "unknown language %q", l.text)
		}
	case factKind:
		if !slices.Contains(feeds.Kinds(), feeds.Kind(l.text)) {
			p.errors.add(l.at, factHint("kind:", l.text, names(feeds.Kinds())), "unknown kind of feed %q", l.text)
		}
	}
	return n
}

// factHint names the nearest known value, or all.
func factHint(prefix, word string, known []string) string {
	if near := strict.Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s%s?", prefix, near)
	}
	return "one of " + strings.Join(known, ", ")
}

func languageHint(word string) string {
	if code := languageNamed(word); code != "" {
		return fmt.Sprintf("did you mean lang:%s?", code)
	}
	return "write a code such as lang:en or lang:km"
}

// languageNamed finds the code of a language by its English name, or "".
func languageNamed(name string) string {
	for code := range codes('a') {
		base, err := language.ParseBase(code)
		if err == nil && strings.EqualFold(display.English.Languages().Name(base), name) {
			return base.String()
		}
	}
	return ""
}

// codes yields every pair of letters, where a is the first letter.
func codes(a rune) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range rune(26 * 26) {
			if !yield(string([]rune{a + i/26, a + i%26})) {
				return
			}
		}
	}
}

// place resolves place:KH and place:@region.
func (p *parser) place(l lexeme) node {
	n := &listNode{extent: p.since(l.at), name: "place:" + l.text, fields: p.fields}
	region, isRegion := strings.CutPrefix(l.text, "@")
	countries := []string{l.text}
	switch {
	case isRegion:
		countries = p.vocabulary.regions[region]
		if countries == nil && !p.vocabulary.broken {
			known := slices.Sorted(maps.Keys(p.vocabulary.regions))
			hint := factHint("place:@", region, known)
			if len(known) == 0 {
				hint = "there is no file " + regionFile
			}
			p.errors.add(l.at, hint, "unknown region %q", l.text)
		}
	case !isCountry(l.text):
		p.errors.add(l.at, p.countryHint(l.text), "unknown country %q", l.text)
		return n
	}
	for _, code := range countries {
		if known := p.vocabulary.places[code]; known != nil {
			n.lists = append(n.lists, known)
		}
	}
	if len(n.lists) == 0 && len(countries) > 0 && !p.vocabulary.broken {
		p.errors.add(l.at, fmt.Sprintf("add %s = [ ] to a file such as %s/en.toml", countries[0], placeDir), "no file of places has names for %s", l.text)
	}
	return n
}

func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && region.IsCountry() && region.Canonicalize().String() == code
}

// countryHint guesses the country or region that a word stands for.
func (p *parser) countryHint(word string) string {
	if region, err := language.ParseRegion(word); err == nil && region.IsCountry() {
		return fmt.Sprintf("did you mean place:%s?", region.Canonicalize())
	}
	if code, name := countryNamed(word); code != "" {
		return fmt.Sprintf("did you mean place:%s (%s)?", code, name)
	}
	if p.vocabulary.regions[strings.ToLower(word)] != nil {
		return fmt.Sprintf("did you mean place:@%s?", strings.ToLower(word))
	}
	return `write two capitals such as place:KH`
}

// countryNamed finds a country by its English name, the nearest if none is just so.
func countryNamed(word string) (code, name string) {
	byName := make(map[string]string)
	for code := range codes('A') {
		if region, err := language.ParseRegion(code); err == nil && region.IsCountry() && region.Canonicalize().String() == code {
			for part := range strings.SplitSeq(display.English.Regions().Name(region), " (") { // "Myanmar (Burma)"
				byName[strings.TrimSuffix(part, ")")] = code
			}

		}
	}
	delete(byName, "") // codes without a name
	name = strict.Nearest(word, slices.Sorted(maps.Keys(byName)))
	return byName[name], name
}

// checkCode checks the code of a country in a file of places.
func (p *vocabularyParser) checkCode(f wordFile, code string) bool {
	if !isCountry(code) {
		p.bad(f, codeHint(code), fmt.Sprintf("country %q is not an ISO 3166 code", code), code)
		return false
	}
	return true
}

// codeHint guesses which code a wrong one was meant for.
func codeHint(code string) string {
	if region, err := language.ParseRegion(code); err == nil && region.IsCountry() {
		return fmt.Sprintf("did you mean %q?", region.Canonicalize())
	}
	return `two capitals such as "KH"`
}

// region adds a list of countries.
func (p *vocabularyParser) region(f wordFile, name string) {
	if !idForm.MatchString(name) {
		p.bad(f, `write it like "south-asia"`, fmt.Sprintf("region %q is not of lower-case letters, digits and hyphens", name), name)
		return
	}
	if len(f.lists[name]) == 0 {
		p.bad(f, "give it countries or take it out", fmt.Sprintf("region %q has no countries", name), name)
	}
	for i, code := range f.lists[name] {
		switch {
		case !isCountry(code):
			p.bad(f, codeHint(code), fmt.Sprintf("country %q is not an ISO 3166 code", code), name, i)
		case slices.Contains(f.lists[name][:i], code):
			p.warnings = append(p.warnings, f.Problem(f.At(name, i), "leave one out", "region %q has %s twice", name, code))
		}
	}
	p.regions[name] = f.lists[name]
}
