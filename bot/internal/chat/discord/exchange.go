package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// maxAnswer bounds the body of a REST answer in bytes. Our own messages come back in a few kilobytes; a
// menu of 100 commands, the largest answer we ask for, in some hundreds.
const maxAnswer = 1 << 20

// A request is one call of the REST API.
type request struct {
	method string
	url    string
	body   any // marshalled to JSON
}

// An exchange carries one call over the wire and keeps what came back, because discordgo's own errors
// lose the status of some answers. It is the transport of that one call.
type exchange struct {
	base     http.RoundTripper
	endpoint string
	status   int // 0 until the head of an answer came
	header   http.Header
	body     []byte
	cut      bool // the body did not come whole
}

// RoundTrip sends r to the endpoint and reads the answer whole.
func (e *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	r, err := redirected(r, e.endpoint)
	if err != nil {
		return nil, err
	}
	resp, err := e.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	e.status, e.header, e.cut = resp.StatusCode, resp.Header, true
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("answer is larger than %d bytes", maxAnswer)
	}
	e.body, e.cut = body, false
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// redirected returns r as it goes to the endpoint, "" for where discordgo aimed it. discordgo's own
// addresses are package variables, which several platforms in one process would share.
func redirected(r *http.Request, endpoint string) (*http.Request, error) {
	if endpoint == "" {
		return r, nil
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("endpoint of discord: %w", err)
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = u.Scheme, u.Host
	r.Host = u.Host
	return r, nil
}

// client returns an HTTP client over the given transport. A redirect would carry the token elsewhere, so
// none is followed.
func (p *Platform) client(over http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     over,
		Timeout:       p.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// paced makes a call that counts against a channel's rate limit. It refuses at once what Discord has
// already announced to refuse: discordgo would sleep here, deaf to ctx.
func (p *Platform) paced(ctx context.Context, to chat.Destination, r request) ([]byte, error) {
	limits := p.rest.Ratelimiter
	bucket := limits.GetBucket(r.method + channel(to))
	bucket.Lock() // released by the call
	if wait := limits.GetWaitTime(bucket, 1); wait > 0 {
		bucket.Unlock()
		return nil, &chat.RetryError{After: wait}
	}
	bucket.Remaining--
	return p.do(ctx, bucket, r)
}

// call makes a call without looking at rate limits, for the few that answer people.
func (p *Platform) call(ctx context.Context, r request) ([]byte, error) {
	return p.do(ctx, discordgo.NewRatelimiter().LockBucket(""), r)
}

// do makes one call over a locked bucket, which it releases, and sorts what came of it.
func (p *Platform) do(ctx context.Context, bucket *discordgo.Bucket, r request) ([]byte, error) {
	body, err := discordgo.Marshal(r.body)
	if err != nil {
		bucket.Unlock()
		return nil, fmt.Errorf("encode request: %w", err)
	}
	var attempt chat.Attempt
	ex := &exchange{base: p.base, endpoint: p.endpoint}
	answer, err := p.rest.RequestWithLockedBucket(r.method, r.url, "application/json", body, bucket, 0,
		discordgo.WithContext(attempt.Watch(ctx)), discordgo.WithClient(p.client(ex)))
	if refused := ex.refusal(); refused != nil {
		return nil, p.hide(refused)
	}
	if err != nil {
		return nil, p.hide(attempt.Failed(plain(err)))
	}
	return answer, nil
}

// plain takes the address off a transport's error: that of an interaction holds its token.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// hide takes the token out of an error's text, should the service or a proxy have repeated it.
func (p *Platform) hide(err error) error {
	if p.token == "" || !strings.Contains(err.Error(), p.token) {
		return err
	}
	return &hidden{err, strings.ReplaceAll(err.Error(), p.token, "<secret>")}
}

// A hidden error is an error under another text.
type hidden struct {
	err  error
	text string
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.err }
