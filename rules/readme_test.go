package rules

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pressalert/feeds/strict"
)

// minReadmeRules is how many rules README.md explains at least: the first, the one in Khmer, and ten.
const minReadmeRules = 12

// TestReadmeRules holds that every rule of README.md works and passes its own examples, with the
// concepts and places that ship with the bot.
func TestReadmeRules(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := vocabularyFiles(t)
	_, rest, found := strings.Cut(string(readme), "```toml\n")
	count := 0
	for ; found; _, rest, found = strings.Cut(rest, "```toml\n") {
		count++
		rule, _, closed := strings.Cut(rest, "```")
		if !closed {
			t.Fatal("a rule of README.md has no end")
		}
		dir[fmt.Sprintf("readme-%02d.toml", count)] = &fstest.MapFile{Data: []byte(rule)}
	}
	if count < minReadmeRules {
		t.Errorf("got %d rules in README.md, want at least %d", count, minReadmeRules)
	}
	if _, err := Parse(dir); err != nil {
		t.Fatal(strict.Detail(err))
	}
}

// vocabularyFiles are the shipped concepts and places, without the rules.
func vocabularyFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	for _, pattern := range []string{"concepts/*.toml", "places/*.toml"} {
		names, err := fs.Glob(Library(), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(Library(), name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: data}
		}
	}
	return files
}
