package live_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/live"
)

type words struct{ text string }

// parse takes any text but "bad".
func parse(dir fs.FS) (*words, error) {
	data, err := fs.ReadFile(dir, "a.toml")
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(data), "bad") {
		return nil, errors.New("a.toml:1:1: bad")
	}
	return &words{string(data)}, nil
}

// save writes the file as an editor would.
func save(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "a.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, text string) (*live.Dir[words], string) {
	t.Helper()
	dir := t.TempDir()
	save(t, dir, text)
	d, err := live.Open(os.DirFS(dir), parse)
	if err != nil {
		t.Fatal(err)
	}
	return d, dir
}

func TestBadEditKeepsLastGood(t *testing.T) {
	d, dir := open(t, "one")
	save(t, dir, "bad")
	if err := d.Reload(); err == nil {
		t.Error("Reload of a bad file gave no error")
	}
	if got := d.Get().text; got != "one" {
		t.Errorf("in force = %q, want the last good %q", got, "one")
	}
}

func TestOpenBad(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "bad")
	if _, err := live.Open(os.DirFS(dir), parse); err == nil {
		t.Error("Open of a bad directory gave no error")
	}
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, dir := open(t, "one")
		var reports []string
		go d.Watch(t.Context(), func(w *words, err error) {
			line := w.text
			if err != nil {
				line += " " + err.Error()
			}
			reports = append(reports, line)
		})
		for _, step := range []struct {
			name, text string // "" leaves the file alone
			want       string
		}{
			{"nothing changed", "", ""},
			{"good edit", "second", "second"},
			{"bad edit", "bad", "second a.toml:1:1: bad"},
			{"still bad", "", ""},
			{"mended", "third one", "third one"},
		} {
			reports = nil
			if step.text != "" {
				save(t, dir, step.text)
			}
			time.Sleep(3 * time.Second) // as promised
			synctest.Wait()
			if got := strings.Join(reports, "|"); got != step.want {
				t.Errorf("%s: reports = %q, want %q", step.name, got, step.want)
			}
		}
	})
}

func TestOpenKept(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "last-good")
	dir := t.TempDir()
	save(t, dir, "bad")
	if _, _, err := live.OpenKept(os.DirFS(dir), kept, parse); err == nil {
		t.Fatal("a bad directory without a copy gave no error")
	}
	save(t, dir, "one")
	d, bad, err := live.OpenKept(os.DirFS(dir), kept, parse)
	if bad != nil || err != nil {
		t.Fatalf("a good directory gave %v, %v", bad, err)
	}
	if err := d.Keep(kept); err != nil {
		t.Fatal(err)
	}
	// A bad edit is not kept, and the bot that is started again comes up with the last good files.
	save(t, dir, "bad")
	if err := d.Keep(kept); err == nil {
		t.Error("bad files were kept")
	}
	d, bad, err = live.OpenKept(os.DirFS(dir), kept, parse)
	if err != nil || bad == nil {
		t.Fatalf("after a bad edit: %v, %v, want the edit's error beside a good value", bad, err)
	}
	if got := d.Get().text; got != "one" {
		t.Errorf("in force = %q, want the last good %q", got, "one")
	}
	save(t, dir, "two")
	if err := d.Reload(); err != nil || d.Get().text != "two" {
		t.Errorf("after mending: %q, %v, want %q", d.Get().text, err, "two")
	}
}
