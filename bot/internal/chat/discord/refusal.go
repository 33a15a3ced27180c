package discord

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"pressalert/bot/internal/chat"
)

const (
	// unknownWait is how long we wait when told to wait without being told how long.
	unknownWait = time.Minute
	// longestWait bounds a wait: no limit of Discord's lasts longer than a day (topics/rate-limits).
	longestWait = 24 * time.Hour
	// maxDetail bounds the service's own words in an error, in bytes.
	maxDetail = 400
)

// A code is an error code of Discord's API (topics/opcodes-and-status-codes, JSON error codes).
type code int

// The codes that say that a channel is not ours to post in, whatever the HTTP status.
var goneCodes = []code{
	10003,  // unknown channel
	10004,  // unknown guild
	50001,  // missing access
	50007,  // cannot send messages to this user
	50009,  // channel verification level is too high
	50013,  // missing permissions
	50083,  // thread is archived
	50278,  // no server in common with this user
	160005, // thread is locked
}

// The codes that say the same of a message or an interaction: it is gone, or not ours to edit.
var rejectedCodes = []code{
	10008, // unknown message
	10015, // unknown webhook: an interaction that is over
	10062, // unknown interaction
	50027, // invalid webhook token: an interaction that is over
	50005, // cannot edit a message authored by another user
}

// The codes that say that a channel takes other things than messages, as a category does, or a forum.
var notTextCodes = []code{
	50008, // cannot send messages in a non-text channel
	50024, // cannot execute action on this channel type
}

// The answers that only this package branches on.
var (
	// errNotText means that messages cannot be posted right in this channel. It comes with chat.ErrGone.
	errNotText = errors.New("not a channel of text")
	// errAnswered means that an interaction has had its first response. It comes with chat.ErrRejected.
	errAnswered = errors.New("answered already")
)

// answeredCode says that an interaction has had its first response.
const answeredCode code = 40060

// An apiError is the body of an answer that is not 2xx.
type apiError struct {
	Message    string          `json:"message"`
	Code       code            `json:"code"`
	Errors     json.RawMessage `json:"errors"`
	RetryAfter float64         `json:"retry_after"` // seconds
	Global     bool            `json:"global"`
}

// refusal sorts an answer that is an error. It returns nil for success and for no answer.
func (e *exchange) refusal() error {
	if e.status == 0 || e.status >= 200 && e.status < 300 {
		return nil
	}
	var said apiError
	known := json.Unmarshal(e.body, &said) == nil
	words := fmt.Sprintf("HTTP %d", e.status)
	if known {
		words = fmt.Sprintf("HTTP %d, code %d: %s", e.status, said.Code, shortened(said.Message+" "+string(said.Errors)))
	}
	switch {
	case e.status == http.StatusUnauthorized:
		return fmt.Errorf("%w: %s", chat.ErrToken, words)
	case e.status == http.StatusTooManyRequests:
		return fmt.Errorf("%s: %w", words, e.wait(said, known))
	case e.status >= 500:
		return fmt.Errorf("%w: %s", chat.ErrUnknown, words)
	case slices.Contains(rejectedCodes, said.Code):
		return fmt.Errorf("%w: %s", chat.ErrRejected, words)
	case slices.Contains(goneCodes, said.Code):
		return fmt.Errorf("%w: %s", chat.ErrGone, words)
	case slices.Contains(notTextCodes, said.Code):
		return fmt.Errorf("%w: %w: %s", chat.ErrGone, errNotText, words)
	case said.Code == answeredCode:
		return fmt.Errorf("%w: %w: %s", chat.ErrRejected, errAnswered, words)
	case e.status == http.StatusBadRequest, e.status == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: %s", chat.ErrRejected, words)
	}
	// A 403 or 404 that names no channel comes from a wrong address or from the guard before Discord's
	// servers. It says nothing about the channel, so nobody's subscription may end by it.
	return errors.New(words)
}

// wait reads how long to wait from a 429. One without JSON comes from the guard before Discord's servers,
// which shuts out the whole address (topics/rate-limits, "Invalid Request Limit").
func (e *exchange) wait(said apiError, known bool) *chat.RetryError {
	r := &chat.RetryError{Everywhere: said.Global || e.header.Get("X-RateLimit-Global") != "" || !known}
	seconds := said.RetryAfter
	if seconds == 0 {
		// What cannot be read counts as not said.
		seconds, _ = strconv.ParseFloat(e.header.Get("Retry-After"), 64)
	}
	if seconds > 0 {
		seconds = min(math.Ceil(seconds), longestWait.Seconds())
	}
	r.After = cmp.Or(max(time.Duration(seconds)*time.Second, 0), unknownWait)
	return r
}

// shortened cuts the service's words to what an error can hold.
func shortened(s string) string {
	if len(s) > maxDetail {
		s = s[:maxDetail] + "…"
	}
	return fmt.Sprintf("%q", s)
}
