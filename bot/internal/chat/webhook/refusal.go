package webhook

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"pressalert/bot/internal/chat"
)

const (
	// unknownWait is how long we wait when told to wait without being told how long.
	unknownWait = time.Minute
	// longestWait bounds a wait, so that a hook's typing error cannot silence it for ever.
	longestWait = 24 * time.Hour
)

// refusal sorts an answer by its status. It returns nil for success. The body is not read: a stranger's
// program wrote it, and it may well repeat what we sent.
func refusal(resp *http.Response) error {
	status := resp.StatusCode
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return fmt.Errorf("HTTP %d: %w", status, &chat.RetryError{After: wait(resp.Header.Get("Retry-After"), time.Now())})
	case status >= 500:
		return fmt.Errorf("%w: HTTP %d", chat.ErrUnknown, status)
	}
	switch status {
	case http.StatusGone, http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: HTTP %d", chat.ErrGone, status)
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return fmt.Errorf("%w: HTTP %d", chat.ErrRejected, status)
	}
	return fmt.Errorf("HTTP %d", status)
}

// wait reads a Retry-After header: seconds, or a date (RFC 9110, 10.2.3).
func wait(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	if date, err := http.ParseTime(header); err == nil {
		return min(max(date.Sub(now), 0), longestWait)
	}
	return unknownWait
}
