package fetch

import (
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

// TestParseHostile gives documents that are dear to parse. Memory is what the bounds are for; here the
// time stands for it, with an ample margin for slow machines.
func TestParseHostile(t *testing.T) {
	const room = maxBased + 4096
	fill := func(s string) string { return strings.Repeat(s, room/len(s)) }
	based := `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/"><entry><content type="html"><![CDATA[%s]]></content></entry></feed>`
	tests := []struct {
		name, body string
		want       Class // "" for no error
	}{
		{"300,000 nested elements", "<rss><channel>" + strings.Repeat("<a>", 300_000), TooLarge},
		{"depth hidden by comments", "<rss><channel>" + strings.Repeat(strings.Repeat("<a>", 50)+"<!-->"+strings.Repeat("</a>", 50)+"-->", 1000), TooLarge},
		{"200,000 items", rss(strings.Repeat("<item/>", 200_000)), TooLarge},
		{"as many items as may be", rss(strings.Repeat("<item><title>x</title></item>", maxItems)), ""},
		{"one item more", rss(strings.Repeat("<item><title>x</title></item>", maxItems+1)), TooLarge},
		{"extensions", rss("<item>" + fill("<q:b>x</q:b>") + "</item>"), TooLarge},
		{"attributes without values", rss("<item " + fill("a ") + "/>"), TooLarge},
		{"attributes without spaces", rss("<item>" + fill(`<a b=""c=""d=""e=""/>`) + "</item>"), TooLarge},
		{"namespaces", rss("<item>" + strings.Repeat(`<q:a xmlns:b="b" xmlns:c="c">`, 65) + "</item>"), TooLarge},
		{"HTML tree under xml:base", fmt.Sprintf(based, fill("<p>")), TooLarge},
		{"text under xml:base", fmt.Sprintf(based, "<p>short"), ""},
		{"a huge title", rss("<item><title>" + fill("&amp;lt;") + "</title></item>"), ""},
		{"a title of many parts", rss("<item><title>" + fill("<![CDATA[a]]>") + "</title></item>"), ""},
		{"ampersands", rss("<item><description>" + fill("&a&b") + "</description></item>"), ""},
		{"scripts", rss("<item><title>x</title><description><![CDATA[" + fill("<script>") + "]]></description></item>"), ""},
		{"billion laughs", `<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>` + rss("<item><title>&b;</title></item>"), ""},
		{"external entity", `<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + rss("<item><title>&a;</title></item>"), ""},
		{"nested JSON", fill(`{"a":[`), TooLarge},
		{"many JSON items", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat(`{},`, maxItems) + `{}]}`, TooLarge},
		{"many JSON values", `{"version":"https://jsonfeed.org/version/1","items":[` + fill(`null,`) + `null]}`, TooLarge},
		{"a null among JSON items", `{"version":"https://jsonfeed.org/version/1","items":[null]}`, Malformed},
		{"brackets in JSON strings", `{"version":"https://jsonfeed.org/version/1","title":"` + strings.Repeat(`[{\"`, 200) + `","items":[]}`, ""},
		{"an open JSON string", `{"version":"` + fill("x"), Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse(Document{Body: []byte(tt.body)}, feeds.Feed{ID: "sample"}, noon)
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
	items, err := Parse(Document{Body: []byte(body)}, feeds.Feed{ID: "sample"}, noon)
	if err != nil || len(items) != 1 || items[0].Title != "&a;" {
		t.Errorf("got %+v, %v, want the name of the entity only", items, err)
	}
}

func TestPlainText(t *testing.T) {
	tests := []struct {
		name, give string
		limit      int
		want       string
	}{
		{"blocks become spaces", "<p>a</p><p>b</p>c<br>d<hr/>e", 100, "a b c d e"},
		{"inline stays in the word", "un<b>break</b>able", 100, "unbreakable"},
		{"script without end", "a<script>b", 100, "a"},
		{"svg with a title", "a<svg><title>t</title><path/></svg>b", 100, "ab"},
		{"comment", "a<!-- b -->c", 100, "ac"},
		{"no-break space", "a&nbsp;&nbsp;b", 100, "a b"},
		{"cut tag", "a <a href='x", 100, "a"},
		{"fits", "abc", 3, "abc"},
		{"too long", "abcd", 3, "ab…"},
		{"cut after a space", "ab cd", 4, "ab…"},
		{"several bytes a letter", "žžžž", 4, "žžžž"},
		{"clusters stay whole", "កាកាកា", 4, "កា…"},
		{"a family stays whole", "a👨‍👩‍👧", 4, "a…"},
		{"one endless cluster", "a" + strings.Repeat("\u0301", 50), 4, "…"},
		{"Arabic number sign stays", "\u0600\u0661", 9, "\u0600\u0661"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := plainText(tt.give, tt.limit); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
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
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		doc := Document{Body: body, ContentType: contentType, URL: "https://fuzz.example/feed"}
		items, err := Parse(doc, feeds.Feed{ID: "fuzz", Languages: []string{"km"}}, noon)
		if e := (*Error)(nil); err != nil && !errors.As(err, &e) {
			t.Fatalf("got %v, want an *Error", err)
		}
		for _, item := range items {
			checkItem(t, item)
		}
	})
}

func checkItem(t *testing.T, item feeds.Item) {
	t.Helper()
	if len(item.Keys) == 0 || item.Title == "" || item.Feed != "fuzz" || !item.Seen.Equal(noon) {
		t.Errorf("item without key, title, feed or time: %+v", item)
	}
	for _, text := range []string{item.Title, item.Summary, item.Link, item.Language} {
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
	if item.Link != "" && feeds.CanonicalLink(item.Link) != item.Link {
		t.Errorf("link %q is not canonical", item.Link)
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
	doc := Document{Body: []byte(rss(items.String())), ContentType: "application/rss+xml; charset=utf-8"}
	b.SetBytes(int64(len(doc.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc, feeds.Feed{ID: "sample"}, noon); err != nil {
			b.Fatal(err)
		}
	}
}
