package strict

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A span is where a value, or the key or header of a table, stands in the text, in bytes.
type span struct{ start, end int }

// An indexer walks a TOML document and notes where each value stands.
type indexer struct {
	parser unstable.Parser
	values map[string]span // nil if only the keys are wanted
	keys   []key           // in the order of the text
	header int             // the position in keys of the last header, or -1
	table  []any           // path of the table in force
	counts map[string]int  // how many elements of each array of tables were seen
}

// A key is a key of a value, or the header of a table, with all its parts.
type key struct {
	path  []string // from the root of the document, without array positions
	start int      // offset in the text
	after int      // position in the list of the first key that does not stand in its value or table
}

// index notes the place of every key, and of every value in values if that is not nil.
func index(data []byte, values map[string]span) (*indexer, error) {
	x := &indexer{values: values, header: -1, counts: make(map[string]int)}
	x.parser.Reset(data)
	for x.parser.NextExpression() {
		x.expression(x.parser.Expression())
	}
	x.endTable()
	return x, x.parser.Error()
}

func (x *indexer) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table:
		x.table = x.resolve(n.Key())
		x.beginTable(header(n))
	case unstable.ArrayTable:
		path := x.resolve(n.Key())
		array := pathKey(path)
		x.table = append(path, x.counts[array])
		x.counts[array]++
		x.beginTable(header(n))
	case unstable.KeyValue:
		x.keyValue(x.table, n)
	}
}

func (x *indexer) beginTable(s span) {
	x.endTable()
	x.note(x.table, s)
	x.header = len(x.keys)
	x.keys = append(x.keys, key{path: names(x.table), start: s.start})
}

// endTable notes that the next key stands in another table.
func (x *indexer) endTable() {
	if x.header >= 0 {
		x.keys[x.header].after = len(x.keys)
	}
}

// resolve turns a header's key into a path: where it passes through an array of tables it means the
// last element so far.
func (x *indexer) resolve(keys unstable.Iterator) []any {
	var path []any
	var prefix strings.Builder // pathKey of path
	add := func(part any) {
		path = append(path, part)
		prefix.WriteString(pathKey([]any{part}))
	}
	for keys.Next() {
		if n := x.counts[prefix.String()]; n > 0 {
			add(n - 1)
		}
		add(string(keys.Node().Data))
	}
	return path
}

func (x *indexer) keyValue(table []any, n *unstable.Node) {
	path := append([]any(nil), table...)
	start := -1
	for keys := n.Key(); keys.Next(); {
		if start < 0 {
			start = int(keys.Node().Raw.Offset)
		}
		path = append(path, string(keys.Node().Data))
	}
	at := len(x.keys)
	x.keys = append(x.keys, key{path: names(path), start: start})
	x.value(path, n.Value())
	x.keys[at].after = len(x.keys)
	x.note(path, header(n)) // for an array, which has no place of its own
}

func (x *indexer) value(path []any, n *unstable.Node) {
	x.note(path, span{int(n.Raw.Offset), int(n.Raw.Offset + n.Raw.Length)})
	i := 0
	for children := n.Children(); children.Next(); {
		child := children.Node()
		switch {
		case n.Kind == unstable.InlineTable:
			x.keyValue(path, child)
		case x.values == nil && child.Kind != unstable.InlineTable && child.Kind != unstable.Array: // has no keys
		case n.Kind == unstable.Array && child.Kind != unstable.Comment:
			element := append(append([]any(nil), path...), i)
			x.value(element, child)
			i++
		}
	}
}

// names returns the keys of a path.
func names(path []any) []string {
	var keys []string
	for _, p := range path {
		if name, ok := p.(string); ok {
			keys = append(keys, name)
		}
	}
	return keys
}

// note keeps the first place of a path, if it is one.
func (x *indexer) note(path []any, s span) {
	if x.values == nil {
		return
	}
	place := pathKey(path)
	if _, known := x.values[place]; !known && s.end > s.start {
		x.values[place] = s
	}
}

// header returns the place of the key in a [table] or [[table]] line.
func header(n *unstable.Node) span {
	var s span
	for keys := n.Key(); keys.Next(); {
		raw := keys.Node().Raw
		if s.end == 0 {
			s.start = int(raw.Offset)
		}
		s.end = int(raw.Offset + raw.Length)
	}
	return s
}

func pathKey(path []any) string {
	var b strings.Builder
	for _, p := range path {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case int:
			b.WriteString(strconv.Itoa(p))
		}
		b.WriteByte(0)
	}
	return b.String()
}

// quoteLen is the length of the opening quotes of a raw string value, and of the line break that a
// multi-line string drops.
func quoteLen(raw []byte) int {
	for _, quotes := range []string{`"""`, `'''`} {
		if rest, ok := bytes.CutPrefix(raw, []byte(quotes)); ok {
			switch {
			case bytes.HasPrefix(rest, []byte("\r\n")):
				return len(quotes) + 2
			case bytes.HasPrefix(rest, []byte("\n")):
				return len(quotes) + 1
			}
			return len(quotes)
		}
	}
	if len(raw) > 0 && (raw[0] == '"' || raw[0] == '\'') {
		return 1
	}
	return 0
}

// rawOffset turns an offset in a decoded string into one in its raw form, counting escapes.
func rawOffset(raw []byte, offset int) int {
	at := quoteLen(raw)
	escapes := len(raw) > 0 && raw[0] == '"'
	for decoded := 0; decoded < offset && at < len(raw); {
		if !escapes || raw[at] != '\\' || at+1 >= len(raw) {
			at, decoded = at+1, decoded+1
			continue
		}
		width, length := escape(raw[at:])
		at, decoded = at+width, decoded+length
	}
	return at
}

// escape returns how many raw bytes an escape takes and how many decoded bytes it gives.
func escape(raw []byte) (width, length int) {
	digits := 0
	switch raw[1] {
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case 'x':
		digits = 2
	case ' ', '\t', '\r', '\n': // a line break that is escaped, and the white space after it
		rest := bytes.TrimLeft(raw[1:], " \t\r\n")
		return len(raw) - len(rest), 0
	}
	if digits == 0 || len(raw) < 2+digits {
		return 2, 1
	}
	var r rune
	if _, err := fmt.Sscanf(string(raw[2:2+digits]), "%x", &r); err != nil {
		return 2, 1
	}
	return 2 + digits, max(utf8.RuneLen(r), 1)
}

// posAt returns the line and column of a byte offset.
func posAt(name string, data []byte, offset int) Pos {
	before := data[:min(offset, len(data))]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return Pos{
		File: name,
		Line: bytes.Count(before, []byte("\n")) + 1,
		Col:  utf8.RuneCount(before[lineStart:]) + 1,
	}
}

func lineText(data []byte, line int) []byte {
	for ; line > 1; line-- {
		_, rest, found := bytes.Cut(data, []byte("\n"))
		if !found {
			return nil
		}
		data = rest
	}
	text, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(text, []byte("\r"))
}

// printable makes tabs one column wide and control characters harmless to a terminal.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '\ufffd'
		}
		return r
	}, line)
}

// caretWidth bounds the shown part of a line, in characters.
const caretWidth = 100

// caret returns the line at pos and under it a caret; of a long line only the part around it.
func caret(data []byte, pos Pos) string {
	if pos.Line == 0 {
		return ""
	}
	text := []rune(printable(string(lineText(data, pos.Line))))
	at := min(max(pos.Col-1, 0), len(text))
	from := max(0, at-caretWidth/2)
	to := min(len(text), from+caretWidth)
	if strings.TrimSpace(string(text[from:to])) == "" {
		return ""
	}
	return "    " + string(text[from:to]) + "\n    " + strings.Repeat(" ", at-from) + "^"
}
