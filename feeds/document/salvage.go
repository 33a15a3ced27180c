package document

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"
)

// maxMended bounds the texts that are mended, in bytes: four times the largest feeds of the shipped lists.
// At this size mending takes some 40 MB for a moment, whatever the text.
const maxMended = 2 << 20

// A salvaged is a feed that was parsed after it had been mended.
type salvaged struct {
	feed  *gofeed.Feed
	read  decoded
	notes []string
	cut   bool
}

// salvage mends what the parser refused or misread, and has it parsed again, once. It reports false if
// no item comes of it. What it mends goes through the same bounds as any other text.
//
// Each repair has its reason beside it: declarations that do not stand at the beginning here, XML
// in rebuild and its lexer, JSON in mendJSON.
func salvage(src Source, languages []string) (salvaged, bool) {
	if len(src.Body) > maxMended {
		return salvaged{}, false
	}
	var s salvaged
	s.read = toUTF8(s.lateDeclaration(src.Body), src.ContentType, languages)
	text := s.unwrapPage(s.read.text)
	mend := rebuild
	if looksLikeJSON(text) {
		mend = mendJSON
	}
	mended, found, cut, err := mend(text)
	if err != nil {
		return salvaged{}, false
	}
	if _, err := checkBounds(mended); err != nil {
		return salvaged{}, false
	}
	s.feed, err = gofeedParse(mended)
	if err != nil || !slices.ContainsFunc(s.feed.Items, tells) {
		return salvaged{}, false
	}
	s.notes, s.cut = append(s.notes, found...), cut
	if len(s.notes) == 0 {
		s.notes = []string{"the text is not well-formed"}
	}
	return s, true
}

// tells reports whether an item says anything.
func tells(item *gofeed.Item) bool {
	return item != nil && item.Title+item.Link+item.Description+item.Content != ""
}

// declarationWindow is how far into a document an XML declaration is looked for, in bytes. A PHP warning
// with its path takes some hundred.
const declarationWindow = 16 << 10

// begun is what shows that a feed began before the declaration, which is then another's.
var begun = regexp.MustCompile(`(?i)<(?:rss|rdf:rdf|feed|channel|item|entry)[\s>]`)

// lateDeclaration cuts off what stands before the XML declaration, most often a warning of PHP or an
// empty line of a template: the declaration names the character set only if it stands first.
func (s *salvaged) lateDeclaration(body []byte) []byte {
	at := bytes.Index(body[:min(len(body), declarationWindow)], []byte("<?xml "))
	if at <= 0 || begun.Match(body[:at]) {
		return body
	}
	if strings.TrimSpace(strings.ReplaceAll(string(body[:at]), "\ufeff", "")) != "" {
		s.notes = append(s.notes, "something stood before the XML declaration")
	}
	return body[at:]
}

// escapedRoot is how a feed begins that stands as text in a web page.
var escapedRoot = regexp.MustCompile(`^\s*(?:<\?xml|<rss|<rdf:RDF|<feed)[\s>]`)

// unwrapPage takes a feed out of the web page that shows it as text: browsers that fetch for others
// (proxies against bot protection) give such pages. The feed must be the first that the page says.
func (s *salvaged) unwrapPage(text []byte) []byte {
	start := bytes.ToLower(text[:min(len(text), headWindow)])
	if !bytes.Contains(start, []byte("<pre")) || !bytes.Contains(start, []byte("&lt;")) {
		return text
	}
	z := html.NewTokenizer(bytes.NewReader(text))
	inside := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return text
		case html.StartTagToken:
			name, _ := z.TagName()
			inside = inside || string(name) == "pre"
		case html.TextToken:
			if !inside {
				continue
			}
			feed := z.Text()
			if !escapedRoot.Match(feed) {
				return text
			}
			s.notes = append(s.notes, "the feed stood as text in a web page")
			return bytes.TrimSpace(feed[len(xmlDeclaration.Find(feed)):])
		}
	}
}
