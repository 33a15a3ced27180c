package rules

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"pressalert/feeds/strict"
)

// The directories below the rules directory that hold no rules.
const (
	conceptDir = "concepts"
	placeDir   = "places"
	// regionFile is the one file of places that holds no terms but names of groups of countries.
	regionFile = placeDir + "/regions.toml"
	// anyLanguage is the name of the files whose terms count in every item.
	anyLanguage = "any"
)

// A vocabulary is what the names in queries stand for: concepts, the names of countries, regions.
type vocabulary struct {
	// lexicon numbers the terms of lists and queries.
	lexicon  lexiconBuilder
	concepts map[string]*list
	// places are the names of countries, by ISO 3166-1 code.
	places map[string]*list
	// regions are lists of ISO 3166-1 codes.
	regions map[string][]string
	// broken is true if a file could not be read, so that a name may be missing through no fault of
	// the query.
	broken bool
}

// concept resolves a name behind an @.
func (p *parser) concept(l lexeme) node {
	n := &listNode{extent: p.since(l.at), name: "@" + l.text, fields: p.fields}
	if known := p.vocabulary.concepts[l.text]; known != nil {
		n.lists = []*list{known}
	} else if !p.vocabulary.broken {
		p.errors.add(l.at, p.conceptHint(l.text), "unknown concept %q", n.name)
	}
	return n
}

func (p *parser) conceptHint(name string) string {
	known := slices.Sorted(maps.Keys(p.vocabulary.concepts))
	if near := strict.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean @%s?", near)
	}
	if p.vocabulary.regions[name] != nil {
		return fmt.Sprintf("did you mean place:@%s?", name)
	}
	const few = 12 // as many as are read at a glance
	switch {
	case len(known) == 0:
		return "no file in " + conceptDir + "/ names a concept"
	case len(known) <= few:
		return "known are @" + strings.Join(known, ", @")
	}
	return fmt.Sprintf("the %d concepts are in %s/", len(known), conceptDir)
}

// A vocabularyParser reads concept and place files.
type vocabularyParser struct {
	vocabulary
	// reader reads the terms of lists, and termErrors are its errors.
	reader     termReader
	termErrors queryErrors
	// cues are the cues of stages, by name, as the files have them.
	cues     map[string]*list
	problems strict.Problems
	// warnings are about what is no error, such as a term that stands twice in one list.
	warnings strict.Problems
	// origins tell of each concept where it begins and which languages it has.
	origins map[string]*origin
	// parts tell where the terms of each list stand, by the number of the list.
	parts map[int32][]listPart
}

// A listPart is the part of a list that one file has.
type listPart struct {
	file *strict.File
	name string
	// from is how many terms the list had before.
	from int
}

func (l listPart) at(i int) strict.Pos { return l.file.At(l.name, i) }

// An origin is where a concept comes from.
type origin struct {
	first *strict.Problem // a problem without text at the place of its first definition
	// languages are the base languages, anyLanguage among them, that it has terms in.
	languages map[string]bool
}

func newVocabularyParser() *vocabularyParser {
	p := &vocabularyParser{
		vocabulary: vocabulary{concepts: make(map[string]*list), places: make(map[string]*list), regions: make(map[string][]string)},
		cues:       make(map[string]*list),
		origins:    make(map[string]*origin),
		parts:      make(map[int32][]listPart),
	}
	p.reader = termReader{cutter: newCutter(), errors: &p.termErrors}
	return p
}

// read takes the files of concepts and places, and returns those of rules.
func (p *vocabularyParser) read(sources []strict.Source) []strict.Source {
	words, rules := make([]strict.Source, 0, len(sources)), make([]strict.Source, 0, len(sources))
	for _, src := range sources {
		switch dir, _, _ := strings.Cut(src.Name, "/"); dir {
		case conceptDir, stageDir, placeDir:
			words = append(words, src)
		default:
			rules = append(rules, src)
		}
	}
	decodeAhead(words, func(d decoded[map[string][]string]) {
		switch dir, _, _ := strings.Cut(d.source.Name, "/"); {
		case d.source.Name == regionFile:
			p.file(d, p.region)
		case dir == conceptDir:
			p.file(d, p.terms(p.concepts, "@", p.checkConcept))
		case dir == stageDir:
			p.file(d, p.terms(p.cues, "stage:", p.checkCue))
		default:
			p.file(d, p.terms(p.places, "place:", p.checkCode))
		}
	})
	return rules
}

// A wordFile is a decoded file of lists of words by name.
type wordFile struct {
	*strict.File
	lists map[string][]string
	// language is the base language that the file is named for, "" for any.
	language string
}

// file passes each of the lists of a file to one.
func (p *vocabularyParser) file(d decoded[map[string][]string], each func(f wordFile, name string)) {
	f := wordFile{File: d.file, lists: d.value}
	p.problems = append(p.problems, d.problems...)
	if d.file == nil || len(d.problems) > 0 {
		p.broken = true
		return
	}
	if d.source.Name != regionFile {
		var err error
		if f.language, err = fileLanguage(d.source.Name); err != nil {
			p.broken = true
			p.problems = append(p.problems, &strict.Problem{Pos: strict.Pos{File: d.source.Name}, What: err.Error(), Hint: `name it like "km.toml" or "any.toml"`})
			return
		}
		p.reader.ways = waysOf(f.language)
	}
	start := len(p.problems)
	for _, name := range slices.Sorted(maps.Keys(f.lists)) {
		if len(p.problems)-start >= maxProblems {
			p.bad(f, "mend those above first", "too many errors, this list and others were not checked", name)
			return
		}
		each(f, name)
	}
}

// fileLanguage is the base language that a file is named for.
func fileLanguage(name string) (string, error) {
	stem := strings.TrimSuffix(path.Base(name), ".toml")
	if stem == anyLanguage {
		return "", nil
	}
	base := baseLanguage(stem)
	if base == "" || base != stem {
		return "", errors.New("the file is not named for a language")
	}
	return base, nil
}

func (p *vocabularyParser) bad(f wordFile, hint, what string, place ...any) {
	p.problems = append(p.problems, f.Problem(f.At(place...), hint, "%s", what))
}

// terms returns a function that adds a list of a file to known, if check finds nothing wrong with its name.
func (p *vocabularyParser) terms(known map[string]*list, prefix string, check func(f wordFile, name string) bool) func(wordFile, string) {
	return func(f wordFile, name string) {
		if !check(f, name) {
			return
		}
		if known[name] == nil {
			known[name] = p.lexicon.list(prefix + name)
		}
		l := known[name]
		if len(f.lists[name]) == 0 {
			p.bad(f, "give it terms or take it out", fmt.Sprintf("%s has no terms", l.name), name)
		}
		p.parts[l.id] = append(p.parts[l.id], listPart{f.File, name, len(l.terms)})
		for i, written := range f.lists[name] {
			known := int32(len(p.lexicon.termEnds))
			t, ok := p.term(f, written, name, i)
			if !ok {
				continue
			}
			if t < known {
				p.duplicate(l, t, written, i)
			}
			l.terms = append(l.terms, t)
		}
	}
}

// term reads the i-th term of a list, and reports whether it is right.
func (p *vocabularyParser) term(f wordFile, written, name string, i int) (id int32, ok bool) {
	p.termErrors = p.termErrors[:0]
	if strings.ContainsFunc(written, isCapital) { // as few do, so that most need not be cut twice
		for word := range strings.FieldsSeq(written) {
			if _, isOperator := operators[word]; isOperator {
				p.termErrors.add(strings.Index(written, word), "write several terms, each in its own quotes", "%s inside a term of a list", word)
			}
		}
	}
	if strings.HasPrefix(written, "@") {
		p.termErrors.add(0, "write its terms here too", "a list cannot hold a concept")
	}
	words := p.reader.read(written, listLexeme(written))
	for _, e := range p.termErrors {
		p.problems = append(p.problems, f.Problem(f.Inside(e.at, name, i), e.hint, "%s", e.what))
	}
	if len(p.termErrors) > 0 {
		return 0, false
	}
	return p.lexicon.term(words, f.language), true
}

// isCapital reports the letters that operators are written in.
func isCapital(r rune) bool { return 'A' <= r && r <= 'Z' }

// listLexeme is a term of a list as the lexeme that it would be in a query.
func listLexeme(written string) lexeme {
	if rest, ok := strings.CutPrefix(written, "="); ok {
		return lexeme{text: rest, textAt: 1, quoted: true, exact: true}
	}
	return lexeme{text: written, quoted: true}
}

// duplicate warns of a term, the i-th in its file, if the list has it already. The place of the first is counted as
// in files without errors: of others no warning is told.
func (p *vocabularyParser) duplicate(l *list, term int32, written string, i int) {
	at := slices.Index(l.terms, term)
	if at < 0 {
		return
	}
	parts := p.parts[l.id]
	first, here := parts[0], parts[len(parts)-1]
	for _, part := range parts {
		if part.from <= at {
			first = part
		}
	}
	p.warnings = append(p.warnings, here.file.Problem(here.at(i), "leave one out", "%s has %q already at %s",
		l.name, writtenAs(listLexeme(written)), first.at(at-first.from)))
}

// checkConcept checks the name of a concept and notes where it comes from.
func (p *vocabularyParser) checkConcept(f wordFile, name string) bool {
	if !idForm.MatchString(name) {
		p.bad(f, `write it like "draft-law"`, fmt.Sprintf("concept %q is not of lower-case letters, digits and hyphens", name), name)
		return false
	}
	if p.origins[name] == nil {
		p.origins[name] = &origin{first: f.Problem(f.At(name), "", ""), languages: make(map[string]bool)}
	}
	if f.language == "" {
		p.origins[name].languages[anyLanguage] = true
	} else {
		p.origins[name].languages[f.language] = true
	}
	return true
}

// baseLanguage is the language of a BCP 47 code without script and country, in its preferred form: pt
// of pt-BR, fil of tl, he of iw. It is "" of none and of one that cannot be read.
func baseLanguage(code string) string {
	if simpleLanguages[code] {
		return code
	}
	tag, err := language.All.Parse(code)
	if err != nil {
		return ""
	}
	base, confidence := tag.Base()
	if confidence == language.No || base.String() == "und" {
		return ""
	}
	return base.String()
}

// simpleLanguages are the codes of most news, which need no parsing.
var simpleLanguages = map[string]bool{
	"ar": true, "bn": true, "de": true, "en": true, "es": true, "fa": true, "fr": true, "hi": true,
	"ja": true, "km": true, "ko": true, "lo": true, "my": true, "pt": true, "ru": true, "ta": true,
	"th": true, "tr": true, "uk": true, "ur": true, "vi": true, "zh": true,
}
