package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pressalert/bot/internal/live"
)

func TestRootDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rules")
	lay := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "sub", "a.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lay("one")
	got, err := live.Open(rootDir(dir), func(fsys fs.FS) (*string, error) {
		var all strings.Builder
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if _, err := d.Info(); err != nil {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			all.WriteString(name + " " + string(text))
			return err
		})
		text := all.String()
		return &text, err
	})
	if err != nil || *got.Get() != "sub/a.toml one" {
		t.Fatalf("got %v, %v", got, err)
	}
	// Another directory takes its place, as a deployment does it.
	if err := os.Rename(dir, dir+".old"); err != nil {
		t.Fatal(err)
	}
	if err := got.Reload(); err == nil {
		t.Error("a directory that is gone gave no error")
	}
	lay("two")
	if err := got.Reload(); err != nil || *got.Get() != "sub/a.toml two" {
		t.Errorf("got %q, %v, want the new directory's file", *got.Get(), err)
	}
	// No link leads out.
	if err := os.Symlink(filepath.Join(dir+".old", "sub", "a.toml"), filepath.Join(dir, "b.toml")); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.ReadFile(rootDir(dir), "b.toml"); err == nil {
		t.Error("a link out of the directory was followed")
	}
	if _, err := fs.Stat(rootDir(dir), "b.toml"); err == nil {
		t.Error("a link out of the directory was followed to its facts")
	}
}
