package document

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pressalert/feeds"
)

// TestGofeedTestdata reads every file that gofeed is tested with; none may bring the parser to panic. Half
// of them are what its own tests expect, in JSON, and most others are one element long, without an item
// or with one that has neither text nor link. How many give items is held a little under what was measured.
func TestGofeedTestdata(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/mmcdole/gofeed").Output()
	if err != nil {
		t.Skipf("the module's folder is not known: %v", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "testdata")
	files, withItems, mended := 0, 0, 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		doc := parseForeign(t, path, body)
		if len(doc.Items) > 0 {
			withItems++
		}
		if len(doc.Mended) > 0 {
			mended++
			t.Logf("%s: %s", filepath.Base(path), strings.Join(doc.Mended, "; "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files read, %d gave items, %d of them mended", files, withItems, mended)
	if files < 1100 || withItems < floorForeign {
		t.Errorf("%d files gave items in %d, want at least %d", files, withItems, floorForeign)
	}
}

// floorForeign is how many of gofeed's files give items at least.
const floorForeign = 160

func parseForeign(t *testing.T, path string, body []byte) Document {
	t.Helper()
	src := Source{Body: body, URL: "https://gofeed.example/feed"}
	doc, err := Parse(src, feeds.Feed{ID: "fuzz", Languages: []string{"en"}}, noon)
	if e := (*feeds.Error)(nil); err != nil && !errors.As(err, &e) {
		t.Errorf("%s: got %v, want an *Error", path, err)
	}
	if err != nil && strings.Contains(err.Error(), "gave up") {
		t.Errorf("%s: %v", path, err)
	}
	for _, item := range doc.Items {
		checkItem(t, item)
	}
	return doc
}
