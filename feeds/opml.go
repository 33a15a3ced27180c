package feeds

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"

	"pressalert/feeds/strict"
)

// Bounds of an OPML file. People's own lists hold some hundred feeds; the bot is made for 10,000.
const (
	maxOPMLSize     = 10 << 20 // bytes
	maxOPMLFeeds    = 10_000
	maxOPMLProblems = 20
	// maxFeedLanguages is more than any outlet of ours writes in one feed.
	maxFeedLanguages = 10
)

// ParseOPML reads a subscription list as feed readers export it: every outline with an xmlUrl, however
// deep in folders, once. Ids are made from the titles and are unique in the list; Catalogue.Missing makes
// them so in a catalogue. The feeds pass the checks of a feed list, so Format writes one of them that
// Parse takes. Addresses that are no http or https are errors; all of them are reported, up to 20, as
// strict.Problems whose file is "". Any other error says why r holds no OPML. A list of no feed is an
// error too.
func ParseOPML(r io.Reader) ([]Feed, error) {
	limited := &io.LimitedReader{R: r, N: maxOPMLSize + 1}
	d := xml.NewDecoder(skipMark(limited))
	// Many readers write bare ampersands and HTML's entities into addresses and titles.
	d.Strict, d.Entity, d.CharsetReader = false, xml.HTMLEntity, charset.NewReaderLabel
	p := opmlParser{byURL: make(map[string]bool), ids: make(idSet)}
	if err := p.document(d); limited.N == 0 {
		return nil, fmt.Errorf("OPML file is larger than %d bytes", maxOPMLSize)
	} else if err != nil {
		return nil, err
	}
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	if len(p.feeds) == 0 {
		return nil, errors.New("OPML file lists no feed: no outline has an xmlUrl")
	}
	return p.feeds, nil
}

// skipMark passes over a byte order mark of UTF-8, which encoding/xml takes for text.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if mark, _ := b.Peek(3); string(mark) == "\ufeff" {
		b.Discard(3) // cannot fail: the bytes are in the buffer
	}
	return b
}

type opmlParser struct {
	feeds    []Feed
	byURL    map[string]bool // by feedKey
	ids      idSet
	problems strict.Problems
}

// document walks over the tokens rather than into structs: so each problem has its line, names of
// attributes may be in any case (readers differ), and folders in folders cost no stack.
func (p *opmlParser) document(d *xml.Decoder) error {
	root := false
	for len(p.problems) < maxOPMLProblems {
		line, col := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("not an OPML file: it holds no <opml> element")
		}
		if err != nil {
			return fmt.Errorf("not an OPML file: %w", err)
		}
		start, isStart := token.(xml.StartElement)
		switch {
		case !isStart:
		case !root && !strings.EqualFold(start.Name.Local, "opml"):
			return fmt.Errorf("not an OPML file: it begins with <%.40s>, must be <opml>", start.Name.Local)
		case !root:
			root = true
		case strings.EqualFold(start.Name.Local, "outline"):
			p.outline(outlineOf(start.Attr), strict.Pos{Line: line, Col: col})
		}
		if len(p.feeds) > maxOPMLFeeds {
			return fmt.Errorf("OPML file lists more than %d feeds", maxOPMLFeeds)
		}
	}
	return nil
}

// An outline is the attributes of an <outline> that we know. Everything else is the feed reader's own.
type outline struct {
	Type     string `xml:"type,attr"`
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr,omitempty"`
	Language string `xml:"language,attr,omitempty"`
}

func outlineOf(attrs []xml.Attr) outline {
	var o outline
	for _, a := range attrs {
		switch strings.ToLower(a.Name.Local) {
		case "text":
			o.Text = cleanTitle(a.Value)
		case "title":
			o.Title = cleanTitle(a.Value)
		case "xmlurl":
			o.XMLURL = strings.TrimSpace(a.Value)
		case "htmlurl":
			o.HTMLURL = strings.TrimSpace(a.Value)
		case "language":
			o.Language = a.Value
		}
	}
	return o
}

// outline takes a feed. One that stands in several folders is taken once.
func (p *opmlParser) outline(o outline, at strict.Pos) {
	if o.XMLURL == "" {
		return // a folder
	}
	address := webAddress(o.XMLURL)
	f := Draft(address, cmp.Or(o.Title, o.Text), o.HTMLURL)
	if address == "" {
		p.problems = append(p.problems, &strict.Problem{
			Pos:  at,
			What: fmt.Sprintf("xmlUrl of outline %q is not a web address", f.Title),
			Hint: "it begins with https:// or http://",
		})
		return
	}
	key := feedKey(address)
	if p.byURL[key] {
		return
	}
	p.byURL[key] = true
	f.ID, f.Languages = p.ids.take(f.ID), languages(o.Language)
	p.feeds = append(p.feeds, f)
}

// webAddress returns an address as it is to be read, or "" if it is no http or https. Some feed readers
// write feed: in its place (feed://a.example/rss, feed:https://a.example/rss).
func webAddress(s string) string {
	if rest, ok := strings.CutPrefix(s, "feed://"); ok {
		s = "http://" + rest
	}
	s = strings.TrimPrefix(s, "feed:")
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") || s != clean(s) {
		return ""
	}
	return s
}

// languages reads one code, as OPML has it, or several with commas between, as WriteOPML writes them.
// What is no language is left out: some readers write "unknown".
func languages(list string) []string {
	var codes []string
	for code := range strings.SplitSeq(list, ",") {
		if len(codes) == maxFeedLanguages {
			break
		}
		tag, err := language.Parse(strings.TrimSpace(code))
		known := err == nil && tag != language.Und && languageForm.MatchString(tag.String())
		if known && !slices.Contains(codes, tag.String()) {
			codes = append(codes, tag.String())
		}
	}
	return codes
}

// An idSet holds the ids in use, each with the last number that was put behind it.
type idSet map[string]int

// take returns id, or else id with the first number behind it that makes it new, and keeps it.
func (s idSet) take(id string) string {
	if s[id] == 0 {
		s[id] = 1
		return id
	}
	for {
		s[id]++
		if numbered := fmt.Sprintf("%s-%d", id, s[id]); s[numbered] == 0 {
			s[numbered] = 1
			return numbered
		}
	}
}

// WriteOPML writes the feeds of c that are on as an OPML 2.0 list, which any feed reader can import.
// ParseOPML reads back their addresses, titles and languages. An OPML file is made to be passed on, so
// user names and passwords in addresses are left out.
func WriteOPML(w io.Writer, c *Catalogue) error {
	var doc opmlDocument
	doc.Version, doc.Title = "2.0", "Feeds of pressalert"
	for _, f := range c.On() {
		doc.Outlines = append(doc.Outlines, outline{
			Type: "rss", Text: f.Title, Title: f.Title, XMLURL: withoutPassword(f.URL), Language: strings.Join(f.Languages, ","),
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	return nil
}

type opmlDocument struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Outlines []outline `xml:"body>outline"`
}

// userInfo is what stands between scheme and host. The rest of the address must stay byte for byte.
var userInfo = regexp.MustCompile(`^([A-Za-z]+://)[^/?#]*@`)

func withoutPassword(address string) string { return userInfo.ReplaceAllString(address, "$1") }
