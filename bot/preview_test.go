package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
	"pressalert/bot/internal/chat/discord"
	"pressalert/bot/internal/chat/telegram"
	"pressalert/feeds"
)

var updatePreview = flag.Bool("update", false, "write what the preview shows into testdata/preview")

// TestPreview holds what the preview shows of each testdata/preview/*.txtar against the file: on the
// terminal, and the elements of the page.
func TestPreview(t *testing.T) {
	files, err := filepath.Glob("testdata/preview/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("files = %v, %v, want some", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil || len(ar.Files) != 3 {
				t.Fatalf("%d files, %v, want message.json, terminal.txt, page.txt", len(ar.Files), err)
			}
			p := previewedFrom(t, ar.Files[0].Data)
			var screen strings.Builder
			if err := printPreview(&environment{ctx: t.Context(), stdout: &screen}, []previewed{p}); err != nil {
				t.Fatal(err)
			}
			page, err := previewPage([]previewed{p})
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, page)
			got := []string{screen.String(), outline(t, page)}
			if *updatePreview {
				ar.Files[1].Data, ar.Files[2].Data = []byte(got[0]), []byte(got[1])
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for i, want := range []string{string(ar.Files[1].Data), string(ar.Files[2].Data)} {
				if got[i] != want {
					t.Errorf("%s: got\n%s\nwant\n%s", ar.Files[i+1].Name, got[i], want)
				}
			}
		})
	}
}

func previewedFrom(t *testing.T, data []byte) previewed {
	t.Helper()
	p := previewed{Alert: alert.Alert{Item: feeds.Item{Language: "en", Published: time.Date(2026, 11, 2, 14, 5, 0, 0, time.UTC)}}}
	if err := json.Unmarshal(data, &p.message); err != nil {
		t.Fatalf("message.json: %v", err)
	}
	return p
}

// outline writes the elements of the page's articles, one a line, and their text; of the two looks only
// one, as they differ in nothing but a class.
func outline(t *testing.T, page []byte) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node, depth int, within bool)
	walk = func(n *html.Node, depth int, within bool) {
		within = within || n.Data == "article"
		if strings.HasSuffix(attribute(n, "class"), " dark") || n.Data == "pre" {
			return
		}
		switch text := strings.TrimSpace(n.Data); {
		case !within:
			depth = -1
		case n.Type == html.TextNode && text != "":
			fmt.Fprintf(&b, "%s%q\n", strings.Repeat("  ", depth), n.Data)
		case n.Type == html.ElementNode:
			fmt.Fprintf(&b, "%s%s", strings.Repeat("  ", depth), n.Data)
			for _, a := range n.Attr {
				if a.Key != "rel" && a.Key != "target" {
					fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
				}
			}
			b.WriteString("\n")
		}
		for c := range n.ChildNodes() {
			walk(c, depth+1, within)
		}
	}
	walk(doc, 0, false)
	return b.String()
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// checkPage holds a page against what the policy promises: nothing in it runs, loads or styles but the
// one style sheet, and links lead to web pages without telling them from where.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range strings.Fields(`html head meta title style body header h1 h2 fieldset legend label input main
		article section div p span bdi b i a code pre small br details summary`) {
		known[name] = true
	}
	var policy, style string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !known[n.Data] {
			t.Errorf("page holds a %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" {
				t.Errorf("a %s has %s=%q", n.Data, a.Key, a.Val)
			}
		}
		switch {
		case attribute(n, "http-equiv") == "Content-Security-Policy":
			policy = attribute(n, "content")
		case n.Data == "style":
			style = n.FirstChild.Data
		case n.Data == "a":
			if href := attribute(n, "href"); !isWebAddress(href) || !strings.Contains(attribute(n, "rel"), "noreferrer") {
				t.Errorf("a link leads to %q, rel %q", href, attribute(n, "rel"))
			}
		}
	}
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("policy = %q, want %q", policy, want)
	}
	if strings.Contains(style, "url(") || strings.Contains(style, "@import") {
		t.Error("the style sheet loads something")
	}
}

func TestShownText(t *testing.T) {
	plain := func(s string) shown { return shown{Text: s} }
	for _, c := range []struct {
		name string
		read func(string) []shown
		text string
		want []shown
	}{
		{"telegram: tags", telegramText, `<b>High · Cambodia</b>` + "\n" + `<a href="https://a.example/?a=1&amp;b=2">Title</a>`,
			[]shown{{Text: "High · Cambodia", Bold: true}, plain("\n"), {Text: "Title", Link: "https://a.example/?a=1&b=2"}}},
		{"telegram: nested", telegramText, `<a href="https://a.example"><b>x</b></a> <i>y</i><code>z</code>`,
			[]shown{{Text: "x", Bold: true, Link: "https://a.example"}, plain(" "), {Text: "y", Italic: true}, {Text: "z", Code: true}}},
		{"telegram: escaped", telegramText, `1 &lt; 2 &amp; &#34;x&#39;`, []shown{plain(`1 < 2 & "x'`)}},
		{"telegram: unknown tag", telegramText, `a<img src=x>b`, []shown{plain(`a<img src=x>b`)}},
		{"telegram: end without beginning", telegramText, `a</b>c`, []shown{plain(`a</b>c`)}},
		{"discord: styles", discordText, "**bold** *italic* `code`",
			[]shown{{Text: "bold", Bold: true}, plain(" "), {Text: "italic", Italic: true}, plain(" "), {Text: "code", Code: true}}},
		{"discord: links", discordText, "see [its \\*text](https://a.example/(1)) and <https://b.example>",
			[]shown{plain("see "), {Text: "its *text", Link: "https://a.example/(1)"}, plain(" and "), {Text: "https://b.example", Link: "https://b.example"}}},
		{"discord: bold link", discordText, "**[x](https://a.example)**", []shown{{Text: "x", Bold: true, Link: "https://a.example"}}},
		{"discord: escaped", discordText, `\*\*not bold\*\* \[x\]\(y\) \@everyone`, []shown{plain("**not bold** [x](y) @everyone")}},
		{"discord: unclosed", discordText, "2 * 3 and **4", []shown{plain("2 * 3 and **4")}},
	} {
		if got := c.read(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// FuzzPreview checks that the preview shows the same text as the fakes of the services read, whatever a
// publisher wrote, and that nothing of it gets out of the page's text.
func FuzzPreview(f *testing.F) {
	f.Add("Title", "https://news.example/a?b=1&c=2")
	f.Add(`<script>alert(1)</script>"'>`, "javascript:alert(1)")
	f.Add("**a** _b_ `c` [d](https://e.example) <@1> @everyone \\", "https://news.example/(x)*y*")
	f.Add("قانون \u202e الجرائم\u2069\x00\xff", "//no.example")
	f.Add("- a\n# b\n> c\n1. d\n\n\n***", "https://user@host.example/")
	f.Fuzz(func(t *testing.T, text, link string) {
		m := chat.Message{
			Kicker: text, Title: text, Link: link, Footer: text, Level: chat.High, ReplyTo: "1",
			Body: []chat.Paragraph{
				{{Text: text}, {Text: text, Style: chat.Bold}, {Text: text, Style: chat.Italic, Link: link}},
				{{Text: text, Style: chat.Code}, {Text: text, Link: link}},
			},
			Fields:  []chat.Field{{Name: text, Value: text}},
			Buttons: [][]chat.Button{{{Text: text, Link: link}, {Text: text, Data: "x"}}},
		}
		for _, s := range telegram.Preview(m) {
			want, _, err := chattest.ParseTelegramHTML(s.HTML)
			if got := visible(telegramText(s.HTML)); err != nil || got != want {
				t.Errorf("telegram shows %q, want %q, %v", got, want, err)
			}
		}
		samples, err := discord.Preview(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples {
			var call discordCall
			if err := json.Unmarshal(s.JSON, &call); err != nil {
				t.Fatal(err)
			}
			for _, e := range call.Embeds {
				for _, markdown := range []string{e.Title, e.Description} {
					want, _ := chattest.ReadDiscordMarkdown(markdown)
					// The fake reads each line on its own; Discord, as the preview, goes on over its end.
					if got := visible(discordText(markdown)); got != want && !strings.ContainsFunc(text, breaks) {
						t.Errorf("discord shows %q of %q, want %q", got, markdown, want)
					}
				}
			}
		}
		page, err := previewPage([]previewed{{alert.Alert{}, m}})
		if err != nil {
			if strings.TrimSpace(m.PlainText()) != "" {
				t.Fatal(err)
			}
			return
		}
		checkPage(t, page)
	})
}

func breaks(r rune) bool { return r == '\n' || r == '\u2028' || r == '\u2029' }

func visible(runs []shown) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 4096: "4,096", 64_007: "64,007"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}
