package document

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"pressalert/feeds/text"
)

const (
	// maxPage bounds a page, in bytes: news pages stay under 1 MB, scripts and styles included.
	maxPage = 2 << 20
	// maxPageTags bounds its tags, and so the tree that is built of them; long reports with their
	// comments have some 10,000.
	maxPageTags = 20_000
	// maxPageDepth bounds how deep its elements stand in each other, for each of which the extractor
	// looks through all above it. News pages have 20 to 50.
	maxPageDepth = 80
	// maxMain bounds the main text, in characters: an article of seven pages of a newspaper.
	maxMain = 20_000
)

// MainText returns the main text of an article's page, plain and on one line, at most 20,000 characters of
// it. A page over 2 MB, of more than 20,000 tags or 80 levels, or without an article that could be told
// from the rest is an error.
func MainText(page Source) (main string, err error) {
	if len(page.Body) > maxPage {
		return "", fmt.Errorf("the page has more than %d bytes", maxPage)
	}
	text := toUTF8(page.Body, page.ContentType, nil).text
	if !isHTML(text) {
		return "", errors.New("this is no web page")
	}
	if countTags(text) > maxPageTags {
		return "", fmt.Errorf("the page has more than %d tags", maxPageTags)
	}
	return readable(text, page.URL)
}

func countTags(page []byte) int {
	z := html.NewTokenizer(bytes.NewReader(page))
	for n := 0; ; {
		switch z.Next() {
		case html.ErrorToken:
			return n
		case html.StartTagToken, html.SelfClosingTagToken:
			n++
		}
	}
}

// readable lets the extractor work on a page. It is a big thing of rules of thumb, so it may panic.
func readable(page []byte, address string) (main string, err error) {
	defer func() {
		if p := recover(); p != nil {
			main, err = "", fmt.Errorf("the extractor gave up: %v", p)
		}
	}()
	base, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the address of the page cannot be read")
	}
	tree, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	if deeper(tree, maxPageDepth) {
		return "", fmt.Errorf("the page has more than %d levels", maxPageDepth)
	}
	parser := readability.NewParser()
	parser.DisableJSONLD = true          // only the text is wanted
	parser.MaxElemsToParse = maxPageTags // the parser adds elements that the page leaves out
	article, err := parser.ParseAndMutate(tree, base)
	if err != nil {
		return "", fmt.Errorf("find the article: %w", err)
	}
	if article.Node == nil {
		return "", errors.New("no article was found in the page")
	}
	var b strings.Builder
	if err := article.RenderHTML(&b); err != nil {
		return "", fmt.Errorf("find the article: %w", err)
	}
	main = text.Plain(b.String(), maxMain)
	if main == "" {
		return "", errors.New("no article was found in the page")
	}
	return main, nil
}

// deeper reports whether a tree has more than limit levels below its root.
func deeper(n *html.Node, limit int) bool {
	if limit < 0 {
		return true
	}
	for c := range n.ChildNodes() {
		if deeper(c, limit-1) {
			return true
		}
	}
	return false
}
