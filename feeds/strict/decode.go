package strict

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// A File is a decoded file that knows where each of its values stands.
type File struct {
	src    Source
	values map[string]span  // by path
	keys   map[int][]string // the path of the key at an offset
}

// maxProblems bounds the unknown keys that are reported of one file. More are one mistake made everywhere.
const maxProblems = 200

// Decode decodes src into the struct that v points to. Keys are matched by `toml` tags. On an error v
// is to be thrown away; the File is nil only if the text is not TOML at all.
func Decode(src Source, v any) (*File, Problems) {
	decoder := toml.NewDecoder(bytes.NewReader(src.Data)).DisallowUnknownFields()
	err := decoder.Decode(v)
	places, indexErr := index(src.Data)
	f := &File{src: src, values: places.values, keys: places.keys}
	var missing *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case err == nil && indexErr == nil:
		return f, nil
	case errors.As(err, &missing):
		var problems Problems
		for i := range missing.Errors[:min(len(missing.Errors), maxProblems)] {
			problems = append(problems, unknownKey(f, &missing.Errors[i], reflect.TypeOf(v)))
		}
		return f, problems
	case errors.As(err, &wrong):
		line, col := wrong.Position()
		return nil, Problems{explainAt(f.problemAt(line, col, explain(wrong), ""), src.Data)}
	default:
		return nil, Problems{f.Problem(Pos{File: src.Name}, "", "%v", errors.Join(err, indexErr))}
	}
}

// At returns the place of the value with the given path of keys (strings) and array positions (ints),
// such as At("rule", 2, "match"). A missing value gives the place of the nearest enclosing one.
func (f *File) At(path ...any) Pos { return f.Inside(0, path...) }

// Inside returns the place of the byte at offset in the decoded string value with the given path.
func (f *File) Inside(offset int, path ...any) Pos {
	for n := len(path); n > 0; n-- {
		s, ok := f.values[pathKey(path[:n])]
		if !ok {
			continue
		}
		at := s.start
		if n == len(path) && offset > 0 {
			at += rawOffset(f.src.Data[s.start:s.end], offset)
		} else if n == len(path) {
			at += quoteLen(f.src.Data[s.start:s.end])
		}
		return posAt(f.src.Name, f.src.Data, at)
	}
	return Pos{File: f.src.Name, Line: 1, Col: 1}
}

// Problem returns a problem at pos, with the line of the file and a caret.
func (f *File) Problem(pos Pos, hint, format string, args ...any) *Problem {
	return &Problem{Pos: pos, What: fmt.Sprintf(format, args...), Hint: hint, Line: caret(f.src.Data, pos)}
}

// problemAt takes a column in bytes, as the TOML library counts.
func (f *File) problemAt(line, col int, what, hint string) *Problem {
	text := lineText(f.src.Data, line)
	col = utf8.RuneCount(text[:min(max(col-1, 0), len(text))]) + 1
	return f.Problem(Pos{File: f.src.Name, Line: line, Col: col}, hint, "%s", what)
}

func unknownKey(f *File, e *toml.DecodeError, t reflect.Type) *Problem {
	key := e.Key()
	if len(key) == 0 {
		line, col := e.Position()
		return f.problemAt(line, col, e.Error(), "")
	}
	line, col := e.Position()
	if path := f.keys[offsetOf(f.src.Data, line, col)]; path != nil {
		key = path // the library's key leaves out the arrays around an inline table
	}
	name := key[len(key)-1]
	return f.problemAt(line, col, fmt.Sprintf("unknown key %q", name), keyHint(name, keysAt(t, key[:len(key)-1])))
}

// offsetOf returns the byte offset of a column in bytes, both from 1.
func offsetOf(data []byte, line, col int) int {
	rest := data
	for ; line > 1; line-- {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	return len(data) - len(rest) + col - 1
}

// keyHint names the nearest key, or all keys if they are few.
func keyHint(name string, known []string) string {
	if hint := DidYouMean(name, known); hint != "" {
		return hint
	}
	if len(known) == 0 {
		return ""
	}
	return "known keys: " + strings.Join(known, ", ")
}

// keysAt returns the keys that the type takes in the table at the given path.
func keysAt(t reflect.Type, path []string) []string {
	t = tableType(t)
	for _, name := range path {
		if t.Kind() == reflect.Map {
			t = tableType(t.Elem())
			continue
		}
		next, ok := fieldType(t, name)
		if !ok {
			return nil
		}
		t = tableType(next)
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for field := range t.Fields() {
		if key := fieldKey(field); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// tableType strips pointers and arrays down to the type of one table.
func tableType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func fieldType(t reflect.Type, key string) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for field := range t.Fields() {
		if strings.EqualFold(fieldKey(field), key) {
			return field.Type, true
		}
	}
	return nil, false
}

func fieldKey(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
	if key == "-" {
		return ""
	}
	return key
}

var (
	cannotDecode = regexp.MustCompile(`(?s)cannot decode TOML ([a-z -]+?) into .*? of type (.+)$`)
	unexpected   = regexp.MustCompile(`U\+[0-9A-F]{4,6} '.*?'`)
)

// explain turns the TOML library's words into a sentence for editors.
func explain(e *toml.DecodeError) string {
	text := strings.TrimPrefix(e.Error(), "toml: ")
	if m := cannotDecode.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("expected %s, found %s", kindName(m[2]), kindName(m[1]))
	}
	return text
}

// explainAt puts in the character that stands at the place: of one beyond ASCII the TOML library names
// the first byte. Quotes of word processors are the most common of these.
func explainAt(p *Problem, data []byte) *Problem {
	text := []rune(string(lineText(data, p.Pos.Line)))
	if p.Pos.Col > len(text) || text[p.Pos.Col-1] < utf8.RuneSelf {
		return p
	}
	r := text[p.Pos.Col-1]
	p.What = unexpected.ReplaceAllLiteralString(p.What, strconv.QuoteRune(r))
	if strings.ContainsRune("“”„«»‘’‚", r) {
		p.Hint = `write straight quotes: "`
	}
	return p
}

// kindName names TOML and Go kinds in plain words.
func kindName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "[]"):
		return "a list [ ]"
	case strings.HasPrefix(kind, "struct"), strings.HasPrefix(kind, "*"), strings.HasPrefix(kind, "map"):
		return "a table"
	case strings.Contains(kind, "date"), strings.Contains(kind, "time"):
		return "a date or time"
	case kind == "float":
		return "a number with a fraction"
	case strings.HasPrefix(kind, "int"), kind == "integer":
		return "a whole number"
	case kind == "string":
		return "a text in quotes"
	case strings.HasPrefix(kind, "bool"):
		return "true or false"
	case strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "array":
		return "a list [ ]"
	case strings.Contains(kind, "able"), strings.Contains(kind, "struct"), strings.Contains(kind, "."):
		return "a table"
	}
	return kind
}
