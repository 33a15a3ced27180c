// Package strict reads the TOML files that people edit: feed lists, rules, the config. It is strict so
// that a typing error never silently switches something off: an unknown key is an error, every error
// says file, line, column and how to mend it, and all errors are reported, not only the first.
package strict

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Pos is a place in a file.
type Pos struct {
	// File is the name as the reader was given it.
	File string
	// Line and Col count from 1; Col counts characters, not bytes. Line 0 means the file as a whole.
	Line, Col int
}

// String returns file:line:col, or the file alone when the line is not known.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// A Problem is one error in a file.
type Problem struct {
	Pos Pos
	// What says what is wrong, without a full stop.
	What string
	// Hint says how to mend it, if that can be guessed.
	Hint string
	// Line is the text of the line with a caret line under it, or "".
	Line string
}

// Error returns position, problem and hint on one line.
func (p *Problem) Error() string {
	if p.Hint == "" {
		return fmt.Sprintf("%s: %s", p.Pos, p.What)
	}
	return fmt.Sprintf("%s: %s; %s", p.Pos, p.What, p.Hint)
}

// Problems are all the errors of a set of files, in the order of files and lines.
type Problems []*Problem

// Error returns one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns ps as an error, in the order of files and lines, or nil if there is none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return Problems(slices.SortedStableFunc(slices.Values(ps), func(a, b *Problem) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	}))
}

// In returns the problems with their files placed in dir, which is "" or a path with the system's
// separators.
func (ps Problems) In(dir string) Problems {
	placed := make(Problems, len(ps))
	for i, p := range ps {
		moved := *p
		moved.Pos.File = filepath.Join(dir, filepath.FromSlash(p.Pos.File))
		placed[i] = &moved
	}
	return placed
}

// Detail returns an error for people at a terminal: each problem with its line and a caret under the
// place. An error that holds no problems is returned as its text.
func Detail(err error) string {
	var ps Problems
	if !errors.As(err, &ps) {
		return err.Error()
	}
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Error() + "\n")
		if p.Line != "" {
			b.WriteString(p.Line + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// DidYouMean returns the hint `did you mean "x"?` with the known word nearest to word, or "" if none is near.
func DidYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// Nearest returns the known word with the fewest typing errors from word, or "" if all are too far.
// Up to a third of the letters may differ, at least one.
func Nearest(word string, known []string) string {
	best, bound := "", max(1, len([]rune(word))/3)
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d <= bound {
			best, bound = k, d-1
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b
// (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}
