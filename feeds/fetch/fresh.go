package fetch

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxRetryAfter bounds what a server may ask for, so that no answer silences a feed for good.
	maxRetryAfter = 24 * time.Hour
	// maxFresh bounds how long a server may say that its answer stays true, for the same reason.
	maxFresh = 24 * time.Hour
)

// freshness returns how long an answer stays true from now on (RFC 9111, 4.2): max-age, or else Expires
// counted from Date, less the time that it lay in a cache on the way. s-maxage is for shared caches. What
// cannot be read, is past or must not be kept gives 0.
func freshness(h http.Header, now time.Time) time.Duration {
	lifetime, known := maxAge(h.Values("Cache-Control"))
	if !known {
		lifetime = untilExpiry(h, now)
	}
	age, _ := seconds(h.Get("Age"))
	return min(max(lifetime-age, 0), maxFresh)
}

// maxAge reads Cache-Control. It knows nothing if there is no max-age and nothing that takes its place.
func maxAge(values []string) (age time.Duration, known bool) {
	for directive := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return 0, true
		case "max-age":
			if !known { // the first counts
				age, _ = seconds(strings.Trim(value, `"`))
				known = true
			}
		}
	}
	return age, known
}

func untilExpiry(h http.Header, now time.Time) time.Duration {
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0 // "0" is common and means: already past
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return expires.Sub(date)
	}
	return expires.Sub(now)
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3). What cannot be read or is past gives 0.
func retryAfter(value string, now time.Time) time.Duration {
	if wait, ok := seconds(value); ok {
		return min(wait, maxRetryAfter)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// maxSeconds is what RFC 9111, 1.2.2, lets a number of seconds be that is too great to count.
const maxSeconds = 1 << 31

// seconds reads a number of seconds, which is never negative.
func seconds(value string) (time.Duration, bool) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return time.Duration(min(n, maxSeconds)) * time.Second, true
}
