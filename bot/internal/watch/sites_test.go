package watch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// burstAt is when the site of the feed burst gives every article another guid and another link.
const burstAt = 10 * time.Hour

// sites are the publishers of the simulation, each with one behaviour.
func sites() []*site {
	strong := func(version int) string { return fmt.Sprintf("%q", fmt.Sprint("v", version)) }
	weak := func(version int) string { return "W/" + strong(version) }
	modified := func(at time.Time) string { return at.UTC().Format(http.TimeFormat) }
	header := func(name, value string) func(time.Time) map[string]string {
		return func(time.Time) map[string]string { return map[string]string{name: value} }
	}
	hour := func(from, to int) func(time.Time) bool {
		return func(now time.Time) bool { h := now.UTC().Hour(); return from <= h && h < to }
	}
	skipHours := "<skipHours>"
	for h := range 6 {
		skipHours += fmt.Sprintf("<hour>%d</hour>", h)
	}
	skipHours += "</skipHours>"
	mirrored := `fallbacks = ["http://mirror.example/feed"]`
	list := []*site{
		// Validators.
		{name: "etag", etag: strong},
		{name: "etag-weak", etag: weak},
		{name: "etag-odd", etag: func(v int) string { return fmt.Sprintf(`"a,b;c=%d--gzip"`, v) }},
		{name: "etag-unquoted", etag: func(v int) string { return fmt.Sprintf("raw-%d", v) }},
		{name: "etag-ignored", etag: strong, stubborn: true},
		{name: "modified", modified: modified},
		{name: "modified-odd", modified: func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") }},
		{name: "both", etag: strong, modified: modified},
		{name: "none"},
		{name: "none-changing", encode: func(body string) string { return body + "<!-- " + time.Now().String() + " -->" }},
		{name: "delta", etag: strong, header: header("IM", "feed")},
		// Pace.
		{name: "hourly", etag: strong, every: time.Hour, window: 15},
		{name: "halfhourly", etag: strong, every: 30 * time.Minute, window: 20},
		{name: "rare", etag: strong, every: 10 * time.Hour},
		{name: "max-age", header: header("Cache-Control", "public, max-age=3600"), wait: time.Hour},
		{name: "max-age-short", header: header("Cache-Control", "max-age=30")},
		{name: "expires", wait: 90 * time.Minute, header: func(now time.Time) map[string]string {
			return map[string]string{"Date": now.UTC().Format(http.TimeFormat), "Expires": now.UTC().Add(90 * time.Minute).Format(http.TimeFormat)}
		}},
		{name: "no-store", header: header("Cache-Control", "no-store")},
		{name: "ttl", channel: "<ttl>60</ttl>", wait: time.Hour},
		{name: "skip-hours", channel: skipHours, skip: hour(0, 6)},
		{name: "skip-days", channel: "<skipDays><day>Sunday</day></skipDays>", skip: hour(0, 12), until: 10 * time.Hour},
		{name: "sy", channel: "<sy:updatePeriod>hourly</sy:updatePeriod>", wait: time.Hour},
		{name: "sy-daily", channel: "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency>", wait: 2 * time.Hour},
		{name: "own-schedule", config: `schedule = "@every 3h"`, wait: 3 * time.Hour},
		// Trouble for some hours.
		{name: "busy-seconds", etag: strong, trouble: within(3, 6, status(429, "Retry-After", "7200"))},
		{name: "busy-date", etag: strong, trouble: within(3, 6, busyUntil(90*time.Minute))},
		{name: "busy", trouble: within(3, 6, status(429))},
		{name: "unavailable-seconds", trouble: within(3, 6, status(503, "Retry-After", "3600"))},
		{name: "unavailable", etag: strong, trouble: within(3, 6, status(503))},
		{name: "missing", etag: strong, trouble: within(2, 6, status(404))},
		{name: "error", trouble: within(0, 5, status(500))},
		{name: "error-now-and-then", etag: strong, trouble: now500},
		{name: "refused", trouble: within(3, 6, status(403))},
		{name: "withheld", etag: strong, trouble: within(3, 6, status(451))},
		{name: "bot-wall", trouble: within(3, 6, page(403, botWall))},
		{name: "bot-wall-200", etag: strong, trouble: within(3, 6, page(200, botWall))},
		{name: "timeout", etag: strong, trouble: within(2, 5, hang)},
		{name: "slow-loris", etag: strong, trouble: within(2, 5, trickle)},
		{name: "cut", trouble: within(2, 5, cut)},
		{name: "empty", etag: strong, trouble: within(2, 5, page(200, ""))},
		{name: "html", etag: strong, trouble: within(2, 5, page(200, "<!DOCTYPE html><html><body>Soon</body></html>"))},
		{name: "broken-xml", trouble: within(2, 5, page(200, "<rss><channel><item><title>Internet shutd"))},
		{name: "broken-gzip", trouble: within(2, 5, brokenGzip)},
		{name: "loop", trouble: within(2, 5, func(w http.ResponseWriter, r *http.Request) time.Duration {
			http.Redirect(w, r, fmt.Sprintf("/loop/%d%s", time.Now().Unix(), r.URL.Path), http.StatusFound)
			return 0
		})},
		// Trouble for good.
		{name: "gone", unread: true, trouble: within(0, 24, func(w http.ResponseWriter, _ *http.Request) time.Duration {
			w.WriteHeader(http.StatusGone)
			return day
		}), check: func(t *testing.T, s store.FeedState, _ *site) {
			if s.Paused.IsZero() || s.Told != string(feeds.Gone) {
				t.Errorf("gone: state = %+v, want it paused and told", s)
			}
		}},
		{name: "never", unread: true, trouble: within(0, 24, status(404))},
		// Other places.
		{name: "mirrored", etag: strong, config: mirrored, trouble: within(3, 9, status(502))},
		{name: "mirror", as: "mirrored", etag: weak, unlisted: true},
		{name: "blocked", etag: strong, config: `fallbacks = ["http://mirror-down.example/feed", "http://mirror-up.example/feed"]`,
			trouble: within(3, 24, status(451)), check: func(t *testing.T, s store.FeedState, _ *site) {
				if s.Via != "http://mirror-up.example/feed" || s.Failures == 0 {
					t.Errorf("blocked: state = %+v, want it read through the second mirror", s)
				}
			}},
		{name: "mirror-down", as: "blocked", unlisted: true, trouble: within(0, 24, status(500))},
		{name: "mirror-up", as: "blocked", modified: modified, unlisted: true},
		{name: "moved", etag: strong, detour: from("/feed", 301, "/new", 0, 24), check: movedAfter(3)},
		{name: "moved-308", etag: strong, detour: from("/feed", 308, "/new", 4, 24), check: func(t *testing.T, s store.FeedState, _ *site) {
			if s.Moved != "http://moved-308.example/new" || s.MovedTimes != 3 {
				t.Errorf("moved-308: state = %+v, want it moved", s)
			}
		}},
		{name: "lent", etag: strong, detour: from("/feed", 302, "/other", 0, 24), check: notMoved},
		{name: "moved-back", etag: strong, detour: from("/feed", 301, "/new", 2, 3), check: notMoved},
		{name: "moved-away", etag: strong, detour: from("/feed", 301, "http://away.example/feed", 0, 12)},
		{name: "away", as: "moved-away", unlisted: true, trouble: within(12, 24, status(404))},
		// Items.
		{name: "guid-rewritten", etag: strong, stubborn: true, shape: after(6, func(a *article) { a.guid += "-v2" })},
		{name: "link-rewritten", stubborn: true, shape: after(6, func(a *article) { a.link += "?new=1" })},
		{name: "edited", stubborn: true, shape: after(6, func(a *article) { a.title += " (corrected)" })},
		{name: "summary-jitters", shape: func(a *article, since time.Duration) { a.summary += since.String() }},
		{name: "no-dates", shape: func(a *article, _ time.Duration) { a.undated = true }},
		{name: "future-dates", shape: func(a *article, _ time.Duration) { a.at = a.at.Add(5 * time.Hour) }},
		{name: "same-guid", shape: func(a *article, _ time.Duration) { a.guid = "1" }},
		{name: "no-links", shape: func(a *article, _ time.Duration) { a.link = "" }},
		{name: "live", window: 1, shape: func(a *article, _ time.Duration) { a.link = "http://live.example/live" }},
		{name: "front", window: 1, title: headline, shape: func(a *article, _ time.Duration) { a.link, a.guid = "http://front.example/p?news", "" }},
		{name: "slides-back", etag: func(v int) string { return fmt.Sprintf("%q", fmt.Sprint(v, time.Now().Hour())) },
			render: func(list []article, channel string) string {
				if time.Now().Hour()%4 == 3 {
					list = list[2:]
				}
				return rss(list, channel)
			}},
		{name: "shared-a", as: "shared"},
		{name: "shared-b", as: "shared", shape: func(a *article, _ time.Duration) { a.guid = "b" + a.guid }},
		{name: "burst", window: 60, until: 9 * time.Hour, parked: true, shape: after(int(burstAt/time.Hour), func(a *article) {
			a.guid, a.link = "new"+a.guid, a.link+"/new"
		})},
		// Encodings.
		{name: "gzip", encode: zipped, header: header("Content-Encoding", "gzip")},
		{name: "gzip-unsaid", encode: zipped},
		{name: "windows-1251", encode: func(body string) string {
			return encoded(charmap.Windows1251.NewEncoder().String(body + "<!-- щ -->"))
		},
			header: header("Content-Type", "text/xml; charset=windows-1251")},
		{name: "charset-lie", header: header("Content-Type", "text/xml; charset=iso-8859-1"), shape: func(a *article, _ time.Duration) { a.summary += "ក" }},
		{name: "utf-16", encode: func(body string) string {
			return encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(body))
		}},
		{name: "junk-first", encode: func(body string) string { return "\n\n<!-- cached -->\n" + body }},
		{name: "atom", render: atom},
	}
	return list
}

// encoded is for encoders of text that they can encode.
func encoded(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

func zipped(body string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(body))
	z.Close()
	return b.String()
}

func atom(list []article, _ string) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:news</id>`)
	for _, a := range list {
		fmt.Fprintf(&b, `<entry><id>%s</id><title>%s</title><link href="%s"/><updated>%s</updated></entry>`, a.guid, a.title, a.link, a.at.UTC().Format(time.RFC3339))
	}
	return b.String() + "</feed>"
}

// headline returns titles that have little in common.
func headline(n int) string {
	words := []string{
		"Ministers defend the internet shutdown before parliament in heated session",
		"Exam season: internet shutdown again leaves traders without income",
		"Why one river province has had an internet shutdown for ninety days",
		"Lawyers sue telecoms operator, call internet shutdown unlawful",
		"UN rapporteur urges generals to lift internet shutdown at once",
		"Hospital staff describe births by candle during internet shutdown",
		"Satellite dishes seized as police enforce internet shutdown",
		"Opposition rally planned by radio because of internet shutdown",
		"Banks queue round the block: day four of internet shutdown",
		"Students walk twelve miles to escape internet shutdown",
		"Internet shutdown ends quietly; nobody explains who ordered it",
		"Fishermen, cut from weather reports by internet shutdown, drown",
		"Courts publish ruling on compensation for last internet shutdown",
		"Diaspora radio fills the void left by internet shutdown",
		"Border towns buy foreign SIM cards to dodge internet shutdown",
		"Mapping project counts every internet shutdown since independence",
	}
	return words[n+5]
}

// after shapes entries from an hour on.
func after(hours int, do func(*article)) func(*article, time.Duration) {
	return func(a *article, since time.Duration) {
		if since >= time.Duration(hours)*time.Hour {
			do(a)
		}
	}
}

type answerFunc func(w http.ResponseWriter, r *http.Request) (hold time.Duration)

// within makes trouble between two hours.
func within(from, to int, do answerFunc) func(http.ResponseWriter, *http.Request, time.Duration) (time.Duration, bool) {
	return func(w http.ResponseWriter, r *http.Request, since time.Duration) (time.Duration, bool) {
		if since < time.Duration(from)*time.Hour || since >= time.Duration(to)*time.Hour {
			return 0, false
		}
		return do(w, r), true
	}
}

// status answers with a status and perhaps a header, of which Retry-After in seconds is to be obeyed.
func status(code int, header ...string) answerFunc {
	return func(w http.ResponseWriter, _ *http.Request) time.Duration {
		var hold time.Duration
		if len(header) == 2 {
			w.Header().Set(header[0], header[1])
			hold, _ = time.ParseDuration(header[1] + "s")
		}
		w.WriteHeader(code)
		return hold
	}
}

func busyUntil(hold time.Duration) answerFunc {
	return func(w http.ResponseWriter, _ *http.Request) time.Duration {
		w.Header().Set("Retry-After", time.Now().Add(hold).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
		return hold
	}
}

// now500 fails in every third hour.
func now500(w http.ResponseWriter, _ *http.Request, since time.Duration) (time.Duration, bool) {
	if int(since.Hours())%3 != 2 {
		return 0, false
	}
	w.WriteHeader(http.StatusInternalServerError)
	return 0, true
}

const botWall = `<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id="challenge-form">` +
	`<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></div></body></html>`

func page(code int, body string) answerFunc {
	return func(w http.ResponseWriter, _ *http.Request) time.Duration {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
		return 0
	}
}

func hang(_ http.ResponseWriter, r *http.Request) time.Duration {
	<-r.Context().Done()
	return 0
}

// trickle gives a byte every five seconds for as long as anybody reads.
func trickle(w http.ResponseWriter, r *http.Request) time.Duration {
	for r.Context().Err() == nil {
		fmt.Fprint(w, " ")
		if http.NewResponseController(w).Flush() != nil {
			break
		}
		time.Sleep(5 * time.Second)
	}
	return 0
}

func cut(w http.ResponseWriter, _ *http.Request) time.Duration {
	w.Header().Set("Content-Length", "100000")
	fmt.Fprint(w, "<rss><channel>")
	return 0
}

func brokenGzip(w http.ResponseWriter, _ *http.Request) time.Duration {
	w.Header().Set("Content-Encoding", "gzip")
	fmt.Fprint(w, zipped("<rss>")[:12]+strings.Repeat("?", 100))
	return 0
}

// from leads from a path to another place between two hours.
func from(path string, status int, to string, begin, end int) func(*http.Request, time.Duration) (int, string) {
	return func(r *http.Request, since time.Duration) (int, string) {
		if r.URL.Path != path || since < time.Duration(begin)*time.Hour || since >= time.Duration(end)*time.Hour {
			return 0, ""
		}
		return status, to
	}
}

func movedAfter(asked int) func(*testing.T, store.FeedState, *site) {
	return func(t *testing.T, s store.FeedState, site *site) {
		if s.MovedTimes != asked || site.paths["/feed"].asked != asked {
			t.Errorf("%s: moved after %d times, its old address was asked %d times, want %d", site.name, s.MovedTimes, site.paths["/feed"].asked, asked)
		}
	}
}

func notMoved(t *testing.T, s store.FeedState, site *site) {
	if s.Moved != "" || s.MovedTimes != 0 {
		t.Errorf("%s: state = %+v, want it not moved", site.name, s)
	}
}
