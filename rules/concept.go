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
	cutter *cutter
	// cues are the cues of stages, by name, as the files have them.
	cues     map[string]*list
	problems strict.Problems
	// warnings are about what is no error, such as a term that stands twice in one list.
	warnings strict.Problems
	// origins tell of each concept where it begins and which languages it has.
	origins map[string]*origin
	// seen tells where each term of each list stands.
	seen map[string]listed
}

// A listed term is one of a list in a file.
type listed struct {
	file wordFile
	name string
	i    int
}

func (l listed) pos() strict.Pos { return l.file.At(l.name, l.i) }

// An origin is where a concept comes from.
type origin struct {
	first *strict.Problem // a problem without text at the place of its first definition
	// languages are the base languages, anyLanguage among them, that it has terms in.
	languages map[string]bool
}

func newVocabularyParser() *vocabularyParser {
	return &vocabularyParser{
		vocabulary: vocabulary{concepts: make(map[string]*list), places: make(map[string]*list), regions: make(map[string][]string)},
		cutter:     newCutter(),
		cues:       make(map[string]*list),
		origins:    make(map[string]*origin),
		seen:       make(map[string]listed),
	}
}

// read takes the files of concepts and places, and returns those of rules.
func (p *vocabularyParser) read(sources []strict.Source) []strict.Source {
	var rules []strict.Source
	for _, src := range sources {
		switch dir, _, _ := strings.Cut(src.Name, "/"); {
		case src.Name == regionFile:
			p.file(src, p.region)
		case dir == conceptDir:
			p.file(src, p.terms(p.concepts, "@", p.checkConcept))
		case dir == stageDir:
			p.file(src, p.terms(p.cues, "stage:", p.checkCue))
		case dir == placeDir:
			p.file(src, p.terms(p.places, "place:", p.checkCode))
		default:
			rules = append(rules, src)
		}
	}
	return rules
}

// A wordFile is a decoded file of lists of words by name.
type wordFile struct {
	*strict.File
	lists map[string][]string
	// language is the base language that the file is named for, "" for any, and ways its ways.
	language string
	ways     ways
}

// file decodes a file and passes each of its lists to one.
func (p *vocabularyParser) file(src strict.Source, each func(f wordFile, name string)) {
	f := wordFile{lists: make(map[string][]string)}
	var problems strict.Problems
	f.File, problems = strict.Decode(src, &f.lists)
	p.problems = append(p.problems, problems...)
	if f.File == nil || len(problems) > 0 {
		p.broken = true
		return
	}
	if src.Name != regionFile {
		var err error
		if f.language, err = fileLanguage(src.Name); err != nil {
			p.broken = true
			p.problems = append(p.problems, &strict.Problem{Pos: strict.Pos{File: src.Name}, What: err.Error(), Hint: `name it like "km.toml" or "any.toml"`})
			return
		}
		f.ways = waysOf(f.language)
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
			known[name] = &list{name: prefix + name}
		}
		l := known[name]
		if len(f.lists[name]) == 0 {
			p.bad(f, "give it terms or take it out", fmt.Sprintf("%s has no terms", l.name), name)
		}
		for i, written := range f.lists[name] {
			if t := p.term(f, written, name, i); t != nil {
				p.duplicate(l, t, listed{f, name, i})
				l.terms = append(l.terms, t)
			}
		}
	}
}

// term reads one term of a list, or returns nil if it is wrong.
func (p *vocabularyParser) term(f wordFile, written string, place ...any) *term {
	var found queryErrors
	l := lexeme{text: written, quoted: true}
	if rest, ok := strings.CutPrefix(written, "="); ok {
		l = lexeme{text: rest, textAt: 1, quoted: true, exact: true}
	}
	for word := range strings.FieldsSeq(written) {
		if _, isOperator := operators[word]; isOperator {
			found.add(strings.Index(written, word), "write several terms, each in its own quotes", "%s inside a term of a list", word)
		}
	}
	if strings.HasPrefix(written, "@") {
		found.add(0, "write its terms here too", "a list cannot hold a concept")
	}
	t := termReader{cutter: p.cutter, language: f.language, ways: f.ways, errors: &found}.read(written, l)
	for _, e := range found {
		p.problems = append(p.problems, f.Problem(f.Inside(e.at, place...), e.hint, "%s", e.what))
	}
	if len(found) > 0 {
		return nil
	}
	return t
}

// duplicate warns of a term that the list has already.
func (p *vocabularyParser) duplicate(l *list, t *term, at listed) {
	key := l.name + "\x00" + t.language + "\x00" + t.key
	if first, known := p.seen[key]; known {
		p.warnings = append(p.warnings, at.file.Problem(at.pos(), "leave one out", "%s has %q already at %s", l.name, t.written, first.pos()))
		return
	}
	p.seen[key] = at
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
