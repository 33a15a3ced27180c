package document

import (
	"bytes"
	"fmt"

	"pressalert/feeds"
)

// The bounds below hold gofeed's memory: it builds objects of some hundred bytes for a tag of four.
const (
	// maxDepth is several times that of real feeds, XHTML content included (about 25).
	maxDepth = 100
	// maxItems is four times the longest feeds that publishers give out (500). More is an error and not
	// a cut, since nothing says which end of the document is new.
	maxItems = 2000
	// maxNodes bounds tags and attributes together; an item of a rich feed has about 80.
	maxNodes = 100_000
	// maxScopes bounds the namespace declarations in force at one place, because the parser copies them
	// for each element that adds one. Feeds have up to 30.
	maxScopes = 128
	// maxBased bounds one text, in bytes, where xml:base is in force: there the parser builds a tree
	// of the HTML to resolve its links, some fifty times the size of the text.
	maxBased = 1 << 20
)

func tooMany(what string, limit int) error {
	return &feeds.Error{Class: feeds.TooLarge, Detail: fmt.Sprintf("the feed has more than %d %s", limit, what)}
}

// A census is what a walk over a document counted.
type census struct {
	items int
	// odd is true if the document is not one element in which every other begins and ends. The parser
	// takes that, and may pass over items in silence.
	odd bool
	// deep is true if the document was refused for its depth alone, as those are that never close what
	// they open.
	deep bool
}

// checkBounds walks once over a document, at the speed of a byte search and without building anything,
// and refuses what would be dear to parse.
func checkBounds(text []byte) (census, error) {
	if len(text) > 0 && text[0] == '{' {
		return census{}, checkJSON(text)
	}
	x := xmlScan{rest: text}
	err := x.run()
	odd := x.odd || x.roots > 1 || len(x.open) > 0
	return census{items: x.items, odd: odd, deep: len(x.open) > maxDepth}, err
}

// checkJSON counts nesting, the objects one level down in the document's arrays (the items), and all
// values by their commas.
func checkJSON(text []byte) error {
	depth, items, values := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i+1:])
		case '{', '[':
			depth++
			if depth == 3 {
				items++
			}
			values++
		case '}', ']':
			depth--
		case ',':
			values++
		}
		switch {
		case depth > maxDepth:
			return tooMany("levels", maxDepth)
		case items > maxItems:
			return tooMany("items", maxItems)
		case values > maxNodes:
			return tooMany("values", maxNodes)
		}
	}
	return nil
}

// stringEnd returns how many bytes the rest of a JSON string takes, its closing quote included.
func stringEnd(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// An element is what is remembered of an open one: how many namespaces it declares, and a number that
// its name makes.
type element struct{ declared, name uint32 }

// An xmlScan counts the tags of a document without checking that they fit together. It never counts
// less than the parser sees: where the two could differ about what is a tag, the parser gives up.
type xmlScan struct {
	rest         []byte
	nodes, items int
	roots        int
	scopes       int
	open         []element
	odd          bool // whether something ended that did not begin there
	text         int  // bytes since the last tag
	based        bool // whether xml:base was seen
}

func (x *xmlScan) run() error {
	for {
		at := bytes.IndexByte(x.rest, '<')
		if at < 0 {
			return nil
		}
		x.rest = x.rest[at:]
		x.text += at
		switch {
		case bytes.HasPrefix(x.rest, []byte("<!--")):
			x.skip(4, "-->")
		case bytes.HasPrefix(x.rest, []byte("<![CDATA[")):
			x.cdata()
		case bytes.HasPrefix(x.rest, []byte("<?")):
			x.skip(2, "?>")
		case bytes.HasPrefix(x.rest, []byte("<!")) && len(x.open) > 0:
			// The parser would pass over end tags in it that are counted here, and depth would be hidden.
			return &feeds.Error{Class: feeds.Malformed, Detail: "the feed is broken: a declaration inside an element"}
		default:
			x.tag()
		}
		switch {
		case len(x.open) > maxDepth:
			return tooMany("levels", maxDepth)
		case x.items > maxItems:
			return tooMany("items", maxItems)
		case x.nodes > maxNodes:
			return tooMany("elements", maxNodes)
		case x.scopes > maxScopes:
			return tooMany("namespaces", maxScopes)
		case x.based && x.text > maxBased:
			return tooMany("bytes in a text under xml:base", maxBased)
		}
	}
}

// cdata passes over a CDATA section. One that holds the beginning of another has lost its own end, and
// may hold items.
func (x *xmlScan) cdata() {
	inside := x.rest[len(cdataOpening):]
	x.skip(len(cdataOpening), cdataClosing)
	inside = inside[:len(inside)-len(x.rest)]
	x.odd = x.odd || bytes.Contains(inside, []byte(cdataOpening))
}

// skip passes over an opening mark of the given length and everything up to and with its end.
func (x *xmlScan) skip(opening int, end string) {
	x.rest = x.rest[opening:]
	at := bytes.Index(x.rest, []byte(end))
	if at < 0 {
		x.text, x.rest = x.text+len(x.rest), nil
		return
	}
	x.text, x.rest = x.text+at, x.rest[at+len(end):]
}

func (x *xmlScan) tag() {
	x.text = 0
	length, parts := tagLength(x.rest)
	tag := x.rest[:length]
	x.rest = x.rest[length:]
	x.nodes += 1 + parts
	switch {
	case bytes.HasPrefix(tag, []byte("</")):
		n := len(x.open)
		if n == 0 {
			x.odd = true
			return
		}
		x.odd = x.odd || x.open[n-1].name != nameSum(tag[2:])
		x.scopes -= int(x.open[n-1].declared)
		x.open = x.open[:n-1]
		return
	case bytes.HasPrefix(tag, []byte("<!")):
		return
	}
	if isItem(tag) {
		x.items++
	}
	if len(x.open) == 0 {
		x.roots++
	}
	x.based = x.based || bytes.Contains(tag, []byte(":base"))
	if bytes.HasSuffix(tag, []byte("/>")) {
		return
	}
	declared := bytes.Count(tag, []byte("xmlns"))
	x.scopes += declared
	x.open = append(x.open, element{declared: uint32(declared), name: nameSum(tag[1:])})
}

// nameSum makes a number of the name that text begins with (FNV-1a), so that end tags can be held to
// their beginnings without keeping names.
func nameSum(text []byte) uint32 {
	sum := uint32(2166136261)
	for _, c := range text {
		if c == ' ' || c == '>' || c == '/' || c == '\n' || c == '\t' || c == '\r' {
			break
		}
		sum = (sum ^ uint32(c)) * 16777619
	}
	return sum
}

// tagLength returns the length of the tag that text begins with, and the number of its attributes. A
// quote opens a value only after an equals sign, as in the parser.
func tagLength(text []byte) (length, attributes int) {
	var quote, last byte
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '>':
			return i + 1, attributes
		case (c == '"' || c == '\'') && last == '=':
			quote = c
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if last != 0 && last != '=' {
				attributes++ // the parser takes names without a value, too
			}
			continue
		}
		last = c
	}
	return len(text), attributes
}

func isItem(tag []byte) bool {
	name := bytes.ToLower(tag[1:min(len(tag), 40)])
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	return string(name) == "item" || string(name) == "entry"
}
