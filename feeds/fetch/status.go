package fetch

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pressalert/feeds"
	"pressalert/feeds/document"
)

// wallWindow is how much of an error page is read, in bytes: as much as document.BotWall looks at.
const wallWindow = 64 << 10

const (
	proxyPassword = "the proxy wants a user name and a password, or others than the config has"
	wallDetail    = "a page that tells people from programs stands before the feed: ask the outlet to let feed readers in, or add a mirror or a proxy as a fallback"
)

// statusError says what an answer without a feed means.
func statusError(resp *http.Response, now time.Time) *feeds.Error {
	class, meaning := meaningOf(resp.StatusCode)
	if who := blockedBy(resp.Header); class == feeds.Legal && who != "" {
		meaning = "at the word of " + who + " " + meaning
	}
	if isWall(resp) {
		class, meaning = feeds.BotWall, wallDetail
	}
	return &feeds.Error{
		Class: class, Code: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), now),
		Detail: "the server answered " + status(resp.StatusCode) + ": " + meaning,
	}
}

// status names a status as people know it: 404 Not Found.
func status(code int) string {
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}

// meaningOf returns the class of a status, and what an admin may make of it.
func meaningOf(code int) (feeds.Class, string) {
	switch code {
	case http.StatusNotModified:
		return feeds.Status, "it says that nothing changed, which nobody asked; a cache before it is broken: tried again later"
	case http.StatusUnauthorized, http.StatusForbidden:
		return feeds.Refused, "it lets programs, this country or everybody stay outside: ask the outlet, or add a mirror or a proxy as a fallback"
	case http.StatusNotFound:
		return feeds.Status, "there is no feed at this address, or no longer: look for the new one on the outlet's page"
	case http.StatusProxyAuthRequired:
		return feeds.Unreachable, proxyPassword
	case http.StatusGone:
		return feeds.Gone, "the feed will not come back here: look for its new address, or take it off the list"
	case http.StatusTooManyRequests:
		return feeds.Busy, "it wants to be asked less often, and is"
	case http.StatusUnavailableForLegalReasons:
		return feeds.Legal, "the feed is withheld for legal reasons, which may be censorship: worth a report; a mirror or a proxy abroad may still reach it"
	case http.StatusServiceUnavailable:
		return feeds.Busy, "it is overloaded or under repair: tried again later"
	}
	switch code / 100 {
	case 2:
		return feeds.Status, "a kind of answer that holds no feed: tried again later"
	case 3:
		return feeds.Status, "it redirects, but not to an address: look for the feed on the outlet's page"
	case 5:
		return feeds.Status, "the server has trouble of its own: tried again later"
	}
	return feeds.Status, "it does not understand what every feed reader asks: open the address in a browser"
}

// isWall reports whether a bot protection answered instead of the outlet: by its own header, or by the
// page that it shows with these statuses.
func isWall(resp *http.Response) bool {
	switch {
	case resp.Header.Get("Cf-Mitigated") == "challenge", resp.Header.Get("X-Amzn-Waf-Action") != "":
		return true
	case resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests &&
		resp.StatusCode != http.StatusServiceUnavailable:
		return false
	}
	page, err := unpacked(resp.Header, resp.Body)
	if err != nil {
		return false
	}
	start, _ := io.ReadAll(io.LimitReader(page, wallWindow)) // a broken end takes nothing from the start
	return document.BotWall(start)
}

// blockedBy returns the host of who demanded that a page be withheld (RFC 7725, 4), or "".
func blockedBy(h http.Header) string {
	for link := range strings.SplitSeq(strings.Join(h.Values("Link"), ","), "<") {
		target, params, _ := strings.Cut(link, ">")
		if u, err := url.Parse(target); err == nil && strings.Contains(strings.ToLower(params), "blocked-by") {
			return u.Hostname()
		}
	}
	return ""
}

// isPage reports whether a header says that a web page follows, or does not say.
func isPage(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err != nil || kind == "text/html" || kind == "application/xhtml+xml" || kind == "text/plain" ||
		kind == "application/xml" || kind == "text/xml"
}
