package document

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFeedLinks(t *testing.T) {
	link := func(rel, kind, href string) string {
		return `<link rel="` + rel + `" type="` + kind + `" href="` + href + `">`
	}
	rss := "application/rss+xml"
	tests := []struct {
		name, page string
		want       []string
	}{
		{"two, one twice", link("alternate", rss, "/a") + link("alternate", "application/atom+xml", "b") + link("alternate", rss, "/a#x"),
			[]string{"https://p.example/a", "https://p.example/news/b"}},
		{"a base", `<base href="https://cdn.example/x/">` + link("alternate", rss, "a"), []string{"https://cdn.example/x/a"}},
		{"a type with a parameter", link("ALTERNATE", "application/rss+xml; charset=utf-8", "/a"), []string{"https://p.example/a"}},
		{"no feeds", link("stylesheet", "text/css", "/a") + link("alternate", "application/json", "/wp-json"), nil},
		{"not for browsers", link("alternate", rss, "javascript:alert(1)") + link("alternate", rss, "file:///etc/passwd"), nil},
		{"beyond the window", strings.Repeat(" ", headWindow) + link("alternate", rss, "/a"), nil},
		{"an endless list", strings.Repeat(link("alternate", rss, "/a")+link("alternate", rss, "/b"), 100), []string{"https://p.example/a", "https://p.example/b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := FeedLinks(Source{Body: []byte("<html><head>" + tt.page), URL: "https://p.example/news/"})
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBotWall(t *testing.T) {
	page := func(s string) string { return "<!DOCTYPE html><html><head>" + s + "</body></html>" }
	tests := []struct {
		name, body string
		want       bool
	}{
		{"Cloudflare", page("<title>Just a moment...</title></head><body>"), true},
		{"Cloudflare by its script", page("<script>window._cf_chl_opt={cvId:'3'}</script>"), true},
		{"DDoS-Guard", page("<title>DDOS-GUARD</title>"), true},
		{"Imperva", page(`<iframe src="/_Incapsula_Resource?x">Request unsuccessful. Incapsula incident ID: 1`), true},
		{"Akamai", page(`<title>Access Denied</title>Reference https://errors.edgesuite.net/18.x`), true},
		{"DataDome", page(`<script src="https://ct.captcha-delivery.com/c.js">`), true},
		{"a page that Cloudflare let through", page(`<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js">News`), false},
		{"a page with a captcha in a form", page(`<script src="https://challenges.cloudflare.com/turnstile/v0/api.js">Contact us`), false},
		{"an article about it", page("<title>Why sites say just a moment</title>Cloudflare, Imperva"), false},
		{"a plain refusal", page("<title>403 Forbidden</title>"), false},
		{"a feed", `<rss><channel><title>Just a moment...</title></channel></rss>`, false},
		{"nothing", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := BotWall([]byte(tt.body)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestMainText(t *testing.T) {
	paragraph := "<p>The court heard the case of a reporter on Monday, said the clerk, and set a date for the ruling in spring.</p>"
	article := func(n int) string {
		return `<!DOCTYPE html><html><head><title>Court</title></head><body><nav><a href="/">Home</a> <a href="/law">Law</a></nav>` +
			`<article><h1>Court</h1>` + strings.Repeat(paragraph, n) + `<script>var x = "script"</script></article><footer>Subscribe to us</footer></body></html>`
	}
	tests := []struct {
		name, body string
		fails      bool
		characters int // 0 for those that one article has
	}{
		{"an article", article(8), false, 0},
		{"a long one is cut", article(400), false, maxMain},
		{"an article in windows-1251", `<html><head><meta charset="utf-8"></head>` + article(8)[20:], false, 0},
		{"not a page", paragraph, true, 0},
		{"an empty page", "<html></html>", true, 0},
		{"too large", "<html>" + strings.Repeat(" ", maxPage), true, 0},
		{"too many tags", "<html>" + strings.Repeat("<p>a", maxPageTags), true, 0},
		{"too deep", "<html>" + strings.Repeat("<div>", maxPageDepth) + article(8), true, 0},
		{"far too deep", "<html>" + strings.Repeat("<div>", 5000) + "a", true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := MainText(Source{Body: []byte(tt.body), ContentType: "text/html; charset=utf-8", URL: "https://p.example/a"})
			if (err != nil) != tt.fails {
				t.Fatalf("got error %v, want one: %v", err, tt.fails)
			}
			if n := utf8.RuneCountInString(got); n > maxMain || tt.characters != 0 && n != tt.characters {
				t.Errorf("got %d characters, want %d", n, tt.characters)
			}
			if !tt.fails && (!strings.Contains(got, "heard the case") || strings.Contains(got, "script") || strings.Contains(got, "Subscribe")) {
				t.Errorf("got %q, want the article and nothing else", got)
			}
		})
	}
}

func FuzzMainText(f *testing.F) {
	files, _ := filepath.Glob("testdata/feeds/*html*.txtar")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, "https://p.example/a")
	}
	f.Add([]byte("<html><body><article><p>"+strings.Repeat("A sentence, with commas. ", 50)), "https://p.example/a")
	f.Add([]byte("<html><table><tr><td><svg><math><p>a</table>"), "%")
	f.Fuzz(func(t *testing.T, body []byte, address string) {
		page := Source{Body: body, URL: address}
		got, err := MainText(page)
		if err != nil {
			return
		}
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) || utf8.RuneCountInString(got) > maxMain {
			t.Errorf("got %q", got)
		}
		for _, link := range FeedLinks(page) {
			if parseBase(link) == nil {
				t.Errorf("link %q is not absolute", link)
			}
		}
		BotWall(body)
	})
}
