package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

//go:embed library
var library embed.FS

// Library is the directory of the rule, concept and place files that ship with the bot.
func Library() fs.FS {
	dir, err := fs.Sub(library, "library")
	if err != nil {
		panic(err) // the name is a constant that the embed directive proves valid
	}
	return dir
}

// A Set is all rules in force. It is immutable, and safe for concurrent use.
type Set struct {
	byID    map[string]int32 // the places of the rules in the index
	index   *index
	version string
	lint    lint
	regions map[string][]string
}

func newSet(x *index, sources []strict.Source, found lint) *Set {
	s := &Set{byID: make(map[string]int32, len(x.rules)), index: x, version: version(sources), lint: found}
	for _, at := range x.given {
		if x.rules[at].rule.Status != Off {
			s.byID[x.rules[at].rule.ID] = at
		}
	}
	return s
}

// Region returns the ISO 3166-1 codes of the countries of a region, such as asean, and whether there is
// such a region.
func (s *Set) Region(name string) (countries []string, ok bool) {
	countries, ok = s.regions[name]
	return slices.Clone(countries), ok
}

// Regions returns the names of all regions, sorted.
func (s *Set) Regions() []string { return slices.Sorted(maps.Keys(s.regions)) }

// Rules returns every rule in force, in the order of files and lines, in a new slice; those on test are
// among them, those that are off are not.
func (s *Set) Rules() []Rule {
	rules := make([]Rule, 0, len(s.byID))
	for _, c := range s.index.inOrder() {
		rules = append(rules, c.rule)
	}
	return rules
}

// Rule returns the rule with the given id, if it is in force.
func (s *Set) Rule(id string) (Rule, bool) {
	at, ok := s.byID[id]
	if !ok {
		return Rule{}, false
	}
	return s.index.rules[at].rule, true
}

// Version returns a short hash of all the files that the set was read from, 8 hexadecimal digits.
func (s *Set) Version() string { return s.version }

// Match returns the rules that an item matches, those on test included, the most severe first, and
// among equals in the order of files and lines.
func (s *Set) Match(item feeds.Item) []Match {
	found := s.index.search(item)
	defer found.release()
	matches := found.matches()
	found.judge(matches)
	return matches
}

// version hashes names and contents, with lengths so that no two directories look the same.
func version(sources []strict.Source) string {
	h := sha256.New()
	for _, src := range sources {
		fmt.Fprintf(h, "%q %d\n", src.Name, len(src.Data))
		h.Write(src.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}
