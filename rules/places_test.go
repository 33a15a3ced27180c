package rules

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pressalert/feeds"
	"pressalert/feeds/strict"
)

// maxPlacesBytes bounds all files of places together: about five times what fifty languages need for
// names, so that a list that grew by a program's mistake is seen.
const maxPlacesBytes = 1 << 20

// placeFiles are the decoded files of places, by name, without the regions.
var placeFiles = sync.OnceValues(func() (map[string]map[string][]string, error) {
	sources, err := strict.ReadDir(Library(), ".")
	if err != nil {
		return nil, err
	}
	files := make(map[string]map[string][]string)
	for _, src := range sources {
		if !strings.HasPrefix(src.Name, placeDir+"/") || src.Name == regionFile {
			continue
		}
		lists := make(map[string][]string)
		if _, problems := strict.Decode(src, &lists); len(problems) > 0 {
			return nil, problems
		}
		files[src.Name] = lists
	}
	return files, nil
})

func libraryPlaces(t *testing.T) map[string]map[string][]string {
	t.Helper()
	files, err := placeFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// placesSet has one rule, which is true of any item that names a country.
func placesSet(t *testing.T) *Set {
	t.Helper()
	dir := fstest.MapFS{}
	sources, err := strict.ReadDir(Library(), ".")
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, src := range sources {
		if strings.HasPrefix(src.Name, placeDir+"/") {
			dir[src.Name] = &fstest.MapFile{Data: src.Data}
			size += len(src.Data)
		}
	}
	if size > maxPlacesBytes {
		t.Errorf("files of places have %d bytes, want at most %d", size, maxPlacesBytes)
	}
	codes := make(map[string]bool)
	for _, lists := range libraryPlaces(t) {
		for code := range lists {
			codes["place:"+code] = true
		}
	}
	if len(codes) < 195 {
		t.Fatalf("%d countries have names, want all of the United Nations and more", len(codes))
	}
	query := make([]string, 0, len(codes))
	for term := range codes {
		query = append(query, term)
	}
	slices.Sort(query)
	dir["any-place.toml"] = &fstest.MapFile{Data: []byte("[[rule]]\nid = \"any-place\"\ntitle = \"Any place\"\ntopic = \"attack\"\n" +
		"severity = \"low\"\nmatch = \"" + strings.Join(query, " OR ") + "\"\n")}
	return mustParse(t, dir)
}

// TestPlaceCases holds which countries the library finds in texts.
func TestPlaceCases(t *testing.T) {
	set := placesSet(t)
	data, err := os.ReadFile("testdata/places/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(line, " | ", 3)
		if len(parts) != 3 {
			t.Fatalf("line %q is not language | countries | text", line)
		}
		lang, want, text := parts[0], parts[1], parts[2]
		seen[lang] = true
		got := "-"
		for _, m := range set.Match(feeds.Item{Title: text, Language: lang}) {
			got = strings.Join(m.Countries, " ")
		}
		if got != want {
			t.Errorf("%s: %s: countries %s, want %s", lang, text, got, want)
		}
	}
	for name := range libraryPlaces(t) {
		lang := strings.TrimSuffix(strings.TrimPrefix(name, placeDir+"/"), ".toml")
		if lang != anyLanguage && !seen[lang] {
			t.Errorf("testdata/places/cases.txt has no text in %s", lang)
		}
	}
}

// TestPlaceTermsAreOfOneCountry holds that no file gives one term to two countries.
func TestPlaceTermsAreOfOneCountry(t *testing.T) {
	for name, lists := range libraryPlaces(t) {
		owner := make(map[string]string)
		for code, terms := range lists {
			for _, written := range terms {
				key := strings.ToLower(written)
				if other, taken := owner[key]; taken && other != code {
					t.Errorf("%s: %q is of %s and %s", name, written, min(code, other), max(code, other))
				}
				owner[key] = code
			}
		}
	}
}

// TestRegionsHaveNames holds that each country of a region can be found in English.
func TestRegionsHaveNames(t *testing.T) {
	sources, err := strict.ReadDir(Library(), ".")
	if err != nil {
		t.Fatal(err)
	}
	english := libraryPlaces(t)[placeDir+"/en.toml"]
	regions := make(map[string][]string)
	for _, src := range sources {
		if src.Name == regionFile {
			if _, problems := strict.Decode(src, &regions); len(problems) > 0 {
				t.Fatal(problems)
			}
		}
	}
	sizes := map[string]int{"asean": 11, "eu": 27, "gulf": 6, "commonwealth": 56, "council-of-europe": 46, "arab-league": 22, "africa": 55}
	for name, want := range sizes {
		if got := len(regions[name]); got != want {
			t.Errorf("region %s has %d countries, want %d", name, got, want)
		}
	}
	for name, codes := range regions {
		for _, code := range codes {
			if len(english[code]) == 0 {
				t.Errorf("region %s has %s, which has no English name", name, code)
			}
		}
	}
}
