package fetch

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pressalert/feeds"
)

func TestFetchStatus(t *testing.T) {
	tests := []struct {
		name       string
		status     int
		retryAfter string
		class      feeds.Class
		want       time.Duration
	}{
		{"304 that was not asked for", 304, "", feeds.Status, 0},
		{"204", 204, "", feeds.Status, 0},
		{"226 that was not asked for", 226, "", feeds.Status, 0},
		{"301 that leads nowhere", 301, "", feeds.Status, 0},
		{"400", 400, "", feeds.Status, 0},
		{"401", 401, "", feeds.Refused, 0},
		{"403", 403, "", feeds.Refused, 0},
		{"403 with a wait", 403, "60", feeds.Refused, time.Minute},
		{"404", 404, "", feeds.Status, 0},
		{"407", 407, "", feeds.Unreachable, 0},
		{"410", 410, "", feeds.Gone, 0},
		{"429 without a wait", 429, "", feeds.Busy, 0},
		{"451", 451, "", feeds.Legal, 0},
		{"500", 500, "", feeds.Status, 0},
		{"a number that means nothing", 599, "", feeds.Status, 0},
		{"429 with seconds", 429, "120", feeds.Busy, 2 * time.Minute},
		{"503 with a date", 503, "Mon, 23 Nov 2026 13:00:00 GMT", feeds.Busy, time.Hour},
		{"503 with a past date", 503, "Mon, 23 Nov 2026 11:00:00 GMT", feeds.Busy, 0},
		{"429 for ever", 429, "99999999999999999999", feeds.Busy, maxRetryAfter},
		{"429 for a year", 429, "31536000", feeds.Busy, maxRetryAfter},
		{"429 with nonsense", 429, "soon", feeds.Busy, 0},
		{"429 with less than nothing", 429, "-5", feeds.Busy, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if tt.retryAfter != "" {
					w.Header().Set("Retry-After", tt.retryAfter)
				}
				w.WriteHeader(tt.status)
			})
			_, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			e := failure(t, err)
			if e.Class != tt.class || e.Code != tt.status || e.RetryAfter != tt.want {
				t.Errorf("got %+v, want class %s, status %d and %s", e, tt.class, tt.status, tt.want)
			}
			// What happened, then what it may mean and what is or can be done.
			if happened, meaning, ok := strings.Cut(e.Detail, ": "); !ok || !strings.HasPrefix(happened, "the server answered ") || len(meaning) < 20 {
				t.Errorf("got detail %q, want what happened and what it may mean", e.Detail)
			}
		})
	}
}

const wallPage = `<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>
<noscript>Enable JavaScript and cookies to continue</noscript>
<script>(function(){window._cf_chl_opt={cvId:'3'};var a=document.createElement('script');
a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';}());</script></body></html>`

func TestFetchBotWall(t *testing.T) {
	tests := []struct {
		name          string
		status        int
		header, value string
		body          string
		want          feeds.Class
	}{
		{"403 with a challenge", 403, "", "", wallPage, feeds.BotWall},
		{"503 with a challenge", 503, "Retry-After", "60", wallPage, feeds.BotWall},
		{"429 with a packed challenge", 429, "Content-Encoding", "gzip", string(packed(wallPage)), feeds.BotWall},
		{"challenge with much after it", 403, "", "", wallPage + strings.Repeat(" ", 2*wallWindow), feeds.BotWall},
		{"header of Cloudflare", 403, "Cf-Mitigated", "challenge", "", feeds.BotWall},
		{"header of AWS", 202, "X-Amzn-Waf-Action", "challenge", "", feeds.BotWall},
		{"403 of the outlet itself", 403, "", "", "<html><title>403 Forbidden</title>", feeds.Refused},
		{"403 that is packed in an unknown way", 403, "Content-Encoding", "br", "x", feeds.Refused},
		{"404 with the words", 404, "", "", wallPage, feeds.Status},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				if tt.header != "" {
					w.Header().Set(tt.header, tt.value)
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			_, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			if e := failure(t, err); e.Class != tt.want || e.Code != tt.status || (tt.header == "Retry-After") != (e.RetryAfter == time.Minute) {
				t.Errorf("got %+v, want class %s", e, tt.want)
			}
		})
	}
}

func TestFetchBlockedBy(t *testing.T) {
	tests := []struct{ name, link, want string }{
		{"who blocks", `<https://ministry.example/order?id=1>; rel="blocked-by"`, "at the word of ministry.example the feed is withheld"},
		{"among others", `<https://a.example/>; rel="license", <https://b.example/>; rel=blocked-by`, "at the word of b.example"},
		{"nobody", `<https://a.example/>; rel="license"`, "For Legal Reasons: the feed is withheld"},
		{"rubbish", `<http://[>; rel="blocked-by"`, "For Legal Reasons: the feed is withheld"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Link", tt.link)
				w.WriteHeader(http.StatusUnavailableForLegalReasons)
			})
			_, err := f.Fetch(t.Context(), ask(feed, feeds.Validators{}))
			if e := failure(t, err); e.Class != feeds.Legal || !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %v, want %q", e, tt.want)
			}
		})
	}
}

func TestPage(t *testing.T) {
	tests := []struct {
		name, path, contentType, body string
		status                        int
		want                          feeds.Class
	}{
		{"a page", "/a", "text/html; charset=utf-8", "<p>Text", 200, ""},
		{"a page that does not say what it is", "/a", "", "<html><p>Text", 200, ""},
		{"a document of another kind", "/a", "application/pdf", "%PDF", 200, feeds.NotAFeed},
		{"a page of a bot protection", "/a", "text/html", wallPage, 200, feeds.BotWall},
		{"a page that is gone", "/a", "text/html", "no", 404, feeds.Status},
		{"a page without end", "/a", "text/html", strings.Repeat("x", 64<<10+1), 200, feeds.TooLarge},
		{"a page without anything", "/a", "text/html", "", 200, feeds.Empty},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, feed := serve(t, Options{MaxBody: 64 << 10}, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("Accept"); got != acceptPage || r.Header.Get("If-None-Match") != "" {
					t.Errorf("got header %v, want that of a page", r.Header)
				}
				w.Header()["Content-Type"] = []string{tt.contentType}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			link := strings.Replace(feed.URL, "/feed?key=canary", tt.path, 1)
			got, err := f.Page(t.Context(), feed, link)
			if tt.want == "" {
				if err != nil || string(got.Body) != tt.body || got.URL != link || got.ContentType != tt.contentType {
					t.Errorf("got %+v, %v, want the page", got, err)
				}
				return
			}
			if e := failure(t, err); e.Class != tt.want || got.Body != nil {
				t.Errorf("got %+v, %v, want class %s", got, e, tt.want)
			}
		})
	}
}
