package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"unicode/utf8"
)

// MaxFileSize bounds one file that people edit, in bytes. The largest shipped file is a tenth of it.
const MaxFileSize = 1 << 20

// A Source is the text of one file.
type Source struct {
	// Name is the file's path inside its directory, with slashes.
	Name string
	Data []byte
}

// ReadFile reads one file of fsys, bounded, and checks that it is text.
func ReadFile(fsys fs.FS, name string) (Source, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return Source{}, problem(name, "file cannot be read: "+cause(err))
	}
	if !info.Mode().IsRegular() {
		return Source{}, problem(name, "not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return Source{}, problem(name, "file cannot be read: "+cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return Source{}, problem(name, "file cannot be read: "+cause(err))
	}
	if len(data) > MaxFileSize {
		return Source{}, problem(name, fmt.Sprintf("file is larger than %d bytes", MaxFileSize))
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return Source{}, Problems{notText(name, data)}
	}
	return Source{Name: name, Data: data}, nil
}

// ReadDir reads every .toml file below dir, in the order of their names. Files whose name begins with
// a dot are passed over (editors keep their swap files there). A directory without any is an error.
func ReadDir(fsys fs.FS, dir string) ([]Source, error) {
	var sources []Source
	var problems Problems
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != dir && path.Base(name)[0] == '.':
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || path.Ext(name) != ".toml":
			return nil
		}
		src, err := ReadFile(fsys, name)
		if ps := (Problems)(nil); errors.As(err, &ps) {
			problems = append(problems, ps...)
			return nil
		}
		sources = append(sources, src)
		return nil
	})
	if err != nil {
		return nil, problem(dir, "directory cannot be read: "+cause(err))
	}
	if len(sources) == 0 && len(problems) == 0 {
		return nil, problem(dir, "directory holds no .toml file")
	}
	return sources, problems.Err()
}

func problem(file, what string) error {
	return Problems{{Pos: Pos{File: file}, What: what}}
}

// cause drops the path that the fs error repeats.
func cause(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

func notText(name string, data []byte) *Problem {
	valid := 0
	for valid < len(data) {
		r, size := utf8.DecodeRune(data[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	return &Problem{Pos: posAt(name, data, valid), What: "not UTF-8 text", Hint: "save the file as UTF-8"}
}
