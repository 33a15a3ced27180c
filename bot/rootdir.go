package main

import (
	"io/fs"
	"os"
)

// A rootDir is a directory that people edit. It is opened anew for each look, so that a directory put in
// the place of the old one is seen, and no link inside it can lead out of it.
type rootDir string

var _ fs.StatFS = rootDir("")

// Open opens a file or directory in it.
func (d rootDir) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.FS().Open(name)
}

// Stat describes a file without opening it: opening a pipe would wait for its other end.
func (d rootDir) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return fs.Stat(root.FS(), name)
}
