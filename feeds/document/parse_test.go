package document

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"pressalert/feeds"
)

// rss wraps items into a document.
func rss(items string) string {
	return `<rss version="2.0" xmlns:q="http://q.example/"><channel><title>T</title>` + items + `</channel></rss>`
}

// class returns the class of an error of the parser.
func class(t *testing.T, err error) feeds.Class {
	t.Helper()
	e, ok := errors.AsType[*feeds.Error](err)
	if !ok || e.Feed != "sample" {
		t.Fatalf("got error %v, want one that names the feed", err)
	}
	return e.Class
}

// TestParseHostile gives documents that are dear to parse. Memory is what the bounds are for; here the
// time stands for it, with an ample margin for slow machines.
func TestParseHostile(t *testing.T) {
	const room = maxBased + 4096
	fill := func(s string) string { return strings.Repeat(s, room/len(s)) }
	based := `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/"><entry><content type="html"><![CDATA[%s]]></content></entry></feed>`
	tests := []struct {
		name, body string
		want       feeds.Class // "" for no error
	}{
		{"300,000 nested elements", "<rss><channel>" + strings.Repeat("<a>", 300_000), feeds.TooLarge},
		{"depth hidden by comments", "<rss><channel>" + strings.Repeat(strings.Repeat("<a>", 50)+"<!-->"+strings.Repeat("</a>", 50)+"-->", 1000), feeds.TooLarge},
		{"200,000 items", rss(strings.Repeat("<item/>", 200_000)), feeds.TooLarge},
		{"as many items as may be", rss(strings.Repeat("<item><title>x</title></item>", maxItems)), ""},
		{"one item more", rss(strings.Repeat("<item><title>x</title></item>", maxItems+1)), feeds.TooLarge},
		{"extensions", rss("<item>" + fill("<q:b>x</q:b>") + "</item>"), feeds.TooLarge},
		{"attributes without values", rss("<item " + fill("a ") + "/>"), feeds.TooLarge},
		{"attributes without spaces", rss("<item>" + fill(`<a b=""c=""d=""e=""/>`) + "</item>"), feeds.TooLarge},
		{"namespaces", rss("<item>" + strings.Repeat(`<q:a xmlns:b="b" xmlns:c="c">`, 65) + "</item>"), feeds.TooLarge},
		{"HTML tree under xml:base", fmt.Sprintf(based, fill("<p>")), feeds.TooLarge},
		{"text under xml:base", fmt.Sprintf(based, "<p>short"), ""},
		{"a huge title", rss("<item><title>" + fill("&amp;lt;") + "</title></item>"), ""},
		{"a title of many parts", rss("<item><title>" + fill("<![CDATA[a]]>") + "</title></item>"), ""},
		{"ampersands", rss("<item><description>" + fill("&a&b") + "</description></item>"), ""},
		{"scripts", rss("<item><title>x</title><description><![CDATA[" + fill("<script>") + "]]></description></item>"), ""},
		{"billion laughs", `<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>` + rss("<item><title>&b;</title></item>"), ""},
		{"external entity", `<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + rss("<item><title>&a;</title></item>"), ""},
		{"nested JSON", fill(`{"a":[`), feeds.TooLarge},
		{"many JSON items", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat(`{},`, maxItems) + `{}]}`, feeds.TooLarge},
		{"many JSON values", `{"version":"https://jsonfeed.org/version/1","items":[` + fill(`null,`) + `null]}`, feeds.TooLarge},
		{"a null among JSON items", `{"version":"https://jsonfeed.org/version/1","items":[null]}`, feeds.Malformed},
		{"brackets in JSON strings", `{"version":"https://jsonfeed.org/version/1","title":"` + strings.Repeat(`[{\"`, 200) + `","items":[]}`, ""},
		{"broken CDATA", "<rss><channel>" + strings.Repeat("<item><![CDATA[x</item>", 80_000), feeds.Malformed},
		{"broken comments", "<rss><channel>" + strings.Repeat("<!--", 500_000), feeds.Malformed},
		{"broken tags", "<rss><channel><item><title>x</title>" + strings.Repeat("<a b='", 300_000), feeds.TooLarge},
		{"broken instructions", "x<rss><channel>" + strings.Repeat("<?", 1_000_000), feeds.NotAFeed},
		{"only <", "x<rss><channel><item><title>" + strings.Repeat("<", 2_000_000), feeds.NotAFeed},
		{"broken and deep", "x<rss><channel><item>" + strings.Repeat("<a>", 300_000), feeds.TooLarge},
		{"broken and of many items", "x<rss><channel>" + strings.Repeat("<item>x", 250_000) + "</channel></rss>", feeds.TooLarge},
		{"broken and of many attributes", "x<rss><channel><item " + strings.Repeat("a=b ", 500_000) + "></item></channel></rss>", feeds.TooLarge},
		{"broken billion laughs", `x<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>` + rss("<item><title>&b;&b;</title></item>"), ""},
		{"broken and larger than is mended", "x" + rss("<item><title>"+strings.Repeat("x", maxMended)+"</title></item>"), feeds.NotAFeed},
		{"broken JSON of many values", `{"items":[` + strings.Repeat("{},", 500_000) + "", feeds.TooLarge},
		{"broken JSON hidden by comments", `{"items":[{"id":1}/*"*/,` + strings.Repeat(`[[[[`, 500_000) + `/*"*/]}`, feeds.Malformed},
		{"JSON of commas", `{"items":[{"id":1}` + strings.Repeat(" ,", 1_000_000) + "]}", feeds.TooLarge},
		{"an open JSON string", `{"version":"` + fill("x"), feeds.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse(Source{Body: []byte(tt.body)}, feeds.Feed{ID: "sample", Languages: []string{"en"}}, noon)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			if tt.want == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			} else if tt.want != "" && class(t, err) != tt.want {
				t.Errorf("got %v, want class %s", err, tt.want)
			}
		})
	}
}

func TestParseEntitiesStay(t *testing.T) {
	body := `<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + rss("<item><title>&a;</title></item>")
	doc, err := Parse(Source{Body: []byte(body)}, feeds.Feed{ID: "sample"}, noon)
	if err != nil || len(doc.Items) != 1 || doc.Items[0].Title != "&a;" {
		t.Errorf("got %+v, %v, want the name of the entity only", doc.Items, err)
	}
}

func TestWithoutFooter(t *testing.T) {
	tests := []struct{ name, title, give, want string }{
		{"English", "A", "Text. The post A appeared first on Site.", "Text."},
		{"French", "A", "Texte. L’article A est apparu en premier sur Site.", "Texte."},
		{"nothing else", "A", "The post A appeared first on Site.", ""},
		{"another title", "A", "The post B appeared first on Site.", "The post B appeared first on Site."},
		{"no title", "", "The post appeared first on Site.", "The post appeared first on Site."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := withoutFooter(tt.give, tt.title); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLanguageCode(t *testing.T) {
	tests := []struct{ give, want string }{
		{"en-us", "en-US"}, {"en_US", "en-US"}, {" km ", "km"}, {"iw", "he"}, {"zh-Hant-TW", "zh-Hant-TW"},
		{"", ""}, {"und", ""}, {"English", ""}, {"x-default", ""}, {"--", ""},
	}
	for _, tt := range tests {
		if got := languageCode(tt.give); got != tt.want {
			t.Errorf("languageCode(%q) = %q, want %q", tt.give, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/feeds/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, "text/xml; charset=windows-1251")
		f.Add(archive.Files[0].Data, "")
	}
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[null,{"id":1}]}`), "")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "text/xml; charset=utf-7")
	f.Add([]byte("<rss><item><![CDATA[<![CDATA[</item><item href=x<a b='<!--></rss"), "")
	f.Add([]byte(`{"items":[{"id":1,/*"*/"title":"\x","tags":"a",},null,{`), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		src := Source{Body: body, ContentType: contentType, URL: "https://fuzz.example/feed"}
		doc, err := Parse(src, feeds.Feed{ID: "fuzz", Languages: []string{"km"}}, noon)
		if e := (*feeds.Error)(nil); err != nil && !errors.As(err, &e) {
			t.Fatalf("got %v, want an *Error", err)
		}
		for _, item := range doc.Items {
			checkItem(t, item)
		}
		checkDocument(t, doc, err)
	})
}

func checkDocument(t *testing.T, doc Document, err error) {
	t.Helper()
	if err == nil && doc.Charset == "" || doc.Cut && len(doc.Mended) == 0 {
		t.Errorf("no character set, or cut without a word: %+v", doc)
	}
	for _, s := range append(doc.Mended, doc.Title, doc.Home, doc.Language, doc.Charset) {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("text %q is no clean UTF-8", s)
		}
	}
	if doc.Pace.Every < 0 || doc.Pace.Every > maxEvery {
		t.Errorf("pace %s", doc.Pace.Every)
	}
}

func checkItem(t *testing.T, item feeds.Item) {
	t.Helper()
	if len(item.Keys) == 0 || item.Title == "" || item.Feed != "fuzz" || !item.Seen.Equal(noon) {
		t.Errorf("item without key, title, feed or time: %+v", item)
	}
	for _, text := range append(item.Categories, item.Title, item.Summary, item.Link, item.Language, item.Author, item.Image) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("text %q is no clean UTF-8", text)
		}
	}
	if n := utf8.RuneCountInString(item.Title); n > maxTitle {
		t.Errorf("title has %d characters", n)
	}
	if n := utf8.RuneCountInString(item.Summary); n > maxSummary {
		t.Errorf("summary has %d characters", n)
	}
	for _, link := range []string{item.Link, item.Image} {
		if link != "" && feeds.CanonicalLink(link) != link {
			t.Errorf("link %q is not canonical", link)
		}
	}
	if len(item.Categories) > maxCategories || utf8.RuneCountInString(item.Author) > maxAuthor {
		t.Errorf("author %q, categories %q", item.Author, item.Categories)
	}
	if item.Published.After(noon) {
		t.Errorf("published %s in the future", item.Published)
	}
}

func BenchmarkParse(b *testing.B) {
	var items strings.Builder
	for i := range 35 {
		fmt.Fprintf(&items, `<item><title>Court rules on case %d of the cybercrime law</title><link>https://b.example/%d</link>`+
			`<guid>%d</guid><pubDate>Mon, 23 Nov 2026 04:00:00 +0700</pubDate><description><![CDATA[<p>%s</p>]]></description></item>`,
			i, i, i, strings.Repeat("The court <b>heard</b> the case of a reporter. ", 20))
	}
	src := Source{Body: []byte(rss(items.String())), ContentType: "application/rss+xml; charset=utf-8"}
	broken := Source{Body: bytes.TrimSuffix(src.Body, []byte("</channel></rss>")), ContentType: src.ContentType}
	for _, bb := range []struct {
		name      string
		src       Source
		languages []string
	}{{"whole", src, []string{"en"}}, {"broken", broken, []string{"en"}}, {"language unknown", src, nil}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.src.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(bb.src, feeds.Feed{ID: "sample", Languages: bb.languages}, noon); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
