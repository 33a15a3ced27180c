package document

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
	"golang.org/x/tools/txtar"
)

// table is where the table of TestSalvage stands.
const table = "testdata/SALVAGE.md"

// savedFloor is how many kinds of testdata/feeds/salvage-* are saved at least, of those that gofeed alone
// gives up or reads in part.
const savedFloor = 74

// TestSalvage reads every kind of broken feed with gofeed alone and with Parse, and holds the table of
// what came of it to testdata/SALVAGE.md; -update writes it, -v prints it.
func TestSalvage(t *testing.T) {
	files, err := filepath.Glob("testdata/feeds/salvage-*.txtar")
	if err != nil || len(files) < 48 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var rows strings.Builder
	saved, kinds := 0, 0
	for _, file := range files {
		row, mine, theirs := salvageRow(t, file)
		rows.WriteString(row)
		if !theirs {
			kinds++
			if mine {
				saved++
			}
		}
	}
	got := fmt.Appendf(nil, salvageHead, len(files), kinds, saved, rows.String())
	t.Logf("\n%s", got)
	if saved < savedFloor {
		t.Errorf("%d of %d kinds saved, want at least %d", saved, kinds, savedFloor)
	}
	if *update {
		if err := os.WriteFile(table, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(table); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the parser gives (%v): run go test -update and read what changed", table, err)
	}
}

const salvageHead = `# Broken feeds
What comes of broken feeds, by kind: read by gofeed alone, and by this package, which mends what gofeed
refuses or passes over. Each row is a file ` + "`testdata/feeds/salvage-*.txtar`" + ` made for one kind of
damage. "Saved" means that every whole item was found.

Made by ` + "`go test ./feeds/document -run TestSalvage -update`" + `; the same test holds the table to what the parser gives.

Kinds: %d. gofeed alone gives up, or misses items, in %d of them; of these are saved: %d.

| kind | whole items | gofeed alone | found | saved | mended |
|---|--:|---|--:|---|---|
%s`

// salvageRow reads one file, and says which of the two readers finds all its items.
func salvageRow(t *testing.T, file string) (row string, mine, theirs bool) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := readSample(t, archive)
	items, err := strconv.Atoi(s.settings["items"])
	if err != nil {
		t.Fatalf("%s: items: %v", file, err)
	}
	doc, err := s.parse()
	verdict := "no"
	if err == nil && len(doc.Items) == items {
		verdict, mine = "yes", true
	}
	gofeedSays := "gives up"
	if feed, err := gofeedAlone(s.src.Body); err == nil {
		gofeedSays = fmt.Sprintf("%d items", len(feed.Items))
		theirs = len(feed.Items) == items
	}
	return fmt.Sprintf("| %s | %d | %s | %d | %s | %s |\n", s.kind, items, gofeedSays, len(doc.Items), verdict,
		strings.Join(doc.Mended, "; ")), mine, theirs
}

func gofeedAlone(body []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return gofeed.NewParser().Parse(bytes.NewReader(body))
}
