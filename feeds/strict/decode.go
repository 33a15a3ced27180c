package strict

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// A File is a decoded file that knows where each of its values stands.
type File struct {
	src Source
	// values returns where each value stands, by path. They are looked for when the first place is asked for, as
	// of a file without a problem none is, and a list of words has thousands.
	values func() map[string]span
}

// Decode decodes src into the struct that v points to. Keys are matched by `toml` tags; a field without
// one takes no key. On an error v is to be thrown away; the File is nil if the text is not TOML at all, or so
// far from the form that nothing more can be said of it.
func Decode(src Source, v any) (*File, Problems) {
	// Unknown keys are looked for here and not by the library, which needs minutes for a file full of them.
	places, indexErr := index(src.Data, nil)
	f := &File{src: src, values: sync.OnceValue(func() map[string]span {
		values := make(map[string]span)
		_, _ = index(src.Data, values) // an error is one that Decode returned
		return values
	})}
	unknown := unknownKeys(f, places.keys, reflect.TypeOf(v))
	if len(unknown) == maxProblems || len(unknown) > 0 && len(places.keys) > mostKeys {
		return nil, unknown
	}
	err := toml.Unmarshal(src.Data, v)
	var wrong *toml.DecodeError
	switch {
	case err == nil && indexErr == nil:
		return f, unknown
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
		s, ok := f.values()[pathKey(path[:n])]
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
