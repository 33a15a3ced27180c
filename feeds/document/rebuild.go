package document

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

const (
	// atom10 is the namespace of Atom (RFC 4287).
	atom10 = "http://www.w3.org/2005/Atom"
	xhtml  = "http://www.w3.org/1999/xhtml"
)

// cores are the namespaces of the elements of feeds themselves: RFC 4287, Atom 0.3, RSS 1.0, 0.90.
var cores = []string{
	atom10, "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/",
	"http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/",
}

// roots are the elements that hold a feed. What they hold is put into one, however many there are.
var roots = map[string]bool{"rss": true, "rdf:rdf": true, "rdf": true, "feed": true, "channel": true}

// vocabulary are the plain elements of feeds: names that no tag of a text has by chance.
var vocabulary = map[string]bool{
	"rss": true, "channel": true, "feed": true, "item": true, "entry": true, "title": true, "link": true,
	"description": true, "guid": true, "pubdate": true, "id": true, "updated": true, "published": true,
	"summary": true, "content": true, "author": true, "category": true, "content:encoded": true,
	"dc:creator": true, "dc:date": true, "dc:subject": true, "enclosure": true, "source": true,
	"comments": true, "language": true, "image": true, "lastbuilddate": true, "ttl": true, "generator": true,
}

// plainFields are elements of vocabulary that hold nothing but text, so that the next one ends them.
var plainFields = map[string]bool{
	"title": true, "link": true, "guid": true, "pubdate": true, "id": true, "updated": true,
	"published": true, "category": true, "dc:date": true, "dc:creator": true, "comments": true,
	"language": true, "lastbuilddate": true, "ttl": true, "generator": true,
}

// voids are elements of HTML without an end tag.
var voids = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "wbr": true, "meta": true}

// errBeyond says that a text is too broken or too large to be mended.
var errBeyond = errors.New("too broken to be mended")

// A rebuilder writes a broken feed anew as well-formed XML: one root, whole items, elements that end
// where they must. Declarations and comments are left out, and with them every entity of the document's
// own. What it writes is checked and parsed like any feed.
type rebuilder struct {
	lexer
	out   []byte
	open  []string // the open elements below the root
	root  string   // what is written: "rss", "feed", or "" before it
	top   string   // what the publisher's root is called, or "" if there is none
	core  []string // the prefixes of the feed's own elements
	page  bool     // whether the text is a web page, in which only a plain root is believed
	tags  int
	item  bool // whether the first of open is an item
	begin int  // where in out it begins
	ended bool // whether an end tag of the root came
}

// rebuild returns text mended, what was mended, and whether text ends in the middle. An item that
// was cut is left out.
func rebuild(text []byte) (out []byte, mended []string, cut bool, err error) {
	r := rebuilder{lexer: lexer{rest: text}, page: isHTML(text)}
	limit := 2*len(text) + 4096 // escaping makes text longer, but not twice as long if it is one
	for {
		p, more := r.next(r.innermost())
		if !more {
			break
		}
		if err := r.add(p); err != nil {
			return nil, nil, false, err
		}
		if len(r.out) > limit || r.tags > maxNodes {
			return nil, nil, false, errBeyond
		}
	}
	if r.root == "" {
		return nil, nil, false, errBeyond
	}
	r.finish()
	return dropNonCharacters(r.out), r.list, !r.ended, nil
}

func (r *rebuilder) innermost() string {
	if len(r.open) == 0 {
		return ""
	}
	return r.open[len(r.open)-1]
}

func (r *rebuilder) add(p piece) error {
	switch p.part {
	case partText:
		r.text(p.raw)
	case partCDATA:
		if len(r.open) > 0 {
			r.out = append(r.out, cdataOpening...)
			r.out = append(r.out, p.raw...)
			r.out = append(r.out, cdataClosing...)
		}
	case partStart, partEmpty:
		r.tags++
		return r.start(p)
	case partEnd:
		r.tags++
		r.end(r.plain(p.name))
	case partSilent:
		if r.root != "" && bytes.HasPrefix(p.raw, []byte("<!")) && !bytes.HasPrefix(p.raw, []byte("<!--")) {
			r.note("a declaration inside an element")
		}
	}
	return nil
}

// text writes what stands in an element; between the root and its elements there is none.
func (r *rebuilder) text(raw []byte) {
	if len(r.open) == 0 {
		if len(bytes.TrimSpace(raw)) > 0 {
			r.outside()
		}
		return
	}
	if string(raw) == "<" {
		r.out = append(r.out, "&amp;lt;"...) // escaped for XML, and for HTML, which texts of feeds are read as
		return
	}
	raw = bytes.ReplaceAll(raw, []byte(cdataClosing), nil)
	r.out = append(r.out, r.references(raw)...)
}

// outside notes where something stands that is in no element of the feed.
func (r *rebuilder) outside() {
	switch {
	case r.root == "":
		r.note("something stood before the feed")
	case r.ended:
		r.note("something stands after the feed")
	default:
		r.note("something stands between the items")
	}
}

var reference = regexp.MustCompile(`&#(?:[xX][0-9a-fA-F]{1,12}|[0-9]{1,12});`)

// references replaces numbers of characters that XML does not have, for which the parser gives up.
func (r *rebuilder) references(raw []byte) []byte {
	if !bytes.Contains(raw, []byte("&#")) {
		return raw
	}
	return reference.ReplaceAllFunc(raw, func(ref []byte) []byte {
		digits, base := string(ref[2:len(ref)-1]), 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err == nil && inXML(rune(min(n, 0x110000))) {
			return ref
		}
		r.note("a reference to a character that does not exist")
		return []byte("\ufffd")
	})
}

// inXML reports whether r may stand in a document (XML 1.0, production 2).
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xd7ff ||
		0xe000 <= r && r <= 0xfffd || 0x10000 <= r && r <= 0x10ffff
}

func (r *rebuilder) start(p piece) error {
	local := p.name[strings.LastIndexByte(p.name, ':')+1:]
	if r.root == "" {
		r.begins(p, local)
		if r.root == "" || roots[local] || roots[p.name] {
			return nil
		}
	}
	name := r.plain(p.name)
	switch {
	case roots[name]:
		if name != "channel" {
			r.note("several feeds in one document")
			r.closeAll()
			r.ended = false
		}
		return nil
	case name == "item" && r.root == "rss", name == "entry" && r.root == "feed":
		r.closeAll()
		r.item, r.begin = true, len(r.out)
	default:
		r.makeRoom(name)
	}
	return r.write(p, name)
}

// begins looks for the root in the first tags. Without a root, a channel or an item is believed only at
// the very beginning.
func (r *rebuilder) begins(p piece, local string) {
	first := r.tags == 1 && !r.page
	switch {
	case local == "rss", local == "rdf" && p.name != "rdf":
		r.root = "rss"
	case local == "feed":
		r.root = "feed"
	case first && (local == "channel" || local == "item"):
		r.root = "rss"
		r.note("the element rss is missing")
	case first && local == "entry":
		r.root = "feed"
		r.note("the element feed is missing")
	default:
		r.outside()
		return
	}
	r.writeRoot(p)
	if roots[r.plain(p.name)] {
		r.top = r.plain(p.name)
	}
}

// writeRoot keeps the prefixes that the root declares, its language and its base.
func (r *rebuilder) writeRoot(p piece) {
	prefix, _, prefixed := strings.Cut(p.name, ":")
	if prefixed && prefix != "rdf" {
		r.core = append(r.core, prefix)
	}
	r.out = append(r.out, '<')
	r.out = append(r.out, r.root...)
	if r.root == "feed" {
		r.out = append(r.out, ` xmlns="`+atom10+`"`...)
	}
	for _, a := range r.attributes(p.raw) {
		prefix, declares := strings.CutPrefix(a.Key, "xmlns:")
		core := slices.Contains(cores, strings.TrimSpace(a.Val))
		switch {
		case declares && core:
			r.core = append(r.core, prefix)
		case declares && slices.Contains(r.core, prefix), a.Key == "xmlns":
			if r.root == "feed" && !core {
				r.note("the namespace of the feed was not that of Atom")
			}
		case declares, a.Key == "xml:lang", a.Key == "xml:base", a.Key == "version":
			r.attribute(a)
		}
	}
	r.out = append(r.out, '>')
	if r.root == "rss" {
		r.out = append(r.out, "<channel>"...)
	}
}

// plain cuts a prefix off that says no more than that an element is the feed's own.
func (r *rebuilder) plain(name string) string {
	if prefix, local, ok := strings.Cut(name, ":"); ok && slices.Contains(r.core, prefix) {
		return local
	}
	if name == "abstract" && r.root == "rss" {
		return "description" // so the Channel Definition Format of 1997 calls it
	}
	return name
}

// makeRoom closes the elements that name cannot stand in.
func (r *rebuilder) makeRoom(name string) {
	within := r.innermost()
	switch {
	case plainFields[within] && vocabulary[name]:
		r.note("an element without its end tag")
		r.close()
	case within == name && (name == "p" || name == "li"):
		r.close()
	}
}

func (r *rebuilder) write(p piece, name string) error {
	empty := p.part == partEmpty || voids[name]
	r.out = append(r.out, '<')
	r.out = append(r.out, name...)
	attributes := r.attributes(p.raw)
	for _, a := range attributes {
		if a.Key != "xmlns" || a.Val == xhtml {
			r.attribute(a)
		}
	}
	if !empty {
		r.open = append(r.open, name)
		if len(r.open) > maxDepth {
			return tooMany("levels", maxDepth)
		}
		r.out = append(r.out, '>')
	}
	if name == "item" && r.root == "rss" {
		r.address(attributes, empty)
	} else if empty {
		r.out = append(r.out, "/>"...)
	}
	return nil
}

// address writes the link that the Channel Definition Format has in an attribute of the item.
func (r *rebuilder) address(attributes []html.Attribute, empty bool) {
	if empty {
		r.out = append(r.out, '>')
	}
	if at := slices.IndexFunc(attributes, func(a html.Attribute) bool { return a.Key == "href" }); at >= 0 {
		r.out = append(r.out, "<link>"+html.EscapeString(attributes[at].Val)+"</link>"...)
	}
	if empty {
		r.out = append(r.out, "</item>"...)
		r.item = false
	}
}

func (r *rebuilder) attribute(a html.Attribute) {
	r.out = append(r.out, ' ')
	r.out = append(r.out, a.Key...)
	r.out = append(r.out, '=', '"')
	r.out = append(r.out, html.EscapeString(a.Val)...)
	r.out = append(r.out, '"')
}

// end closes the element that an end tag names, and those in it that have none. One that closes nothing
// is left out; none reaches beyond the item.
func (r *rebuilder) end(name string) {
	if roots[name] {
		if r.item && len(r.open) > 0 {
			r.note("an element without its end tag")
		}
		r.closeAll()
		r.ended = r.ended || name == r.top
		return
	}
	at := len(r.open) - 1
	for at >= 0 && r.open[at] != name {
		at--
	}
	if at < 0 || voids[name] {
		if len(r.open) == 0 {
			r.outside()
		} else if !voids[name] {
			r.note("an end tag that ends nothing")
		}
		return
	}
	if at < len(r.open)-1 {
		r.note("an element without its end tag")
	}
	for len(r.open) > at {
		r.close()
	}
}

func (r *rebuilder) closeAll() {
	if len(r.open) > 0 {
		r.note("an element without its end tag")
	}
	for len(r.open) > 0 {
		r.close()
	}
}

func (r *rebuilder) close() {
	last := len(r.open) - 1
	r.out = append(r.out, "</"+r.open[last]+">"...)
	r.open = r.open[:last]
	r.item = r.item && last > 0
}

// finish writes what closes the document. If its own end did not come, the item at its end is not whole.
func (r *rebuilder) finish() {
	if r.top == "" {
		r.ended = !r.item && !r.cut
	}
	if r.item && !r.ended {
		r.out, r.open = r.out[:r.begin], nil
		r.note("the end is missing, and the last item with it")
	} else if !r.ended {
		r.note("the end is missing")
	}
	r.closeAll()
	if r.root == "rss" {
		r.out = append(r.out, "</channel>"...)
	}
	r.out = append(r.out, "</"+r.root+">"...)
}
