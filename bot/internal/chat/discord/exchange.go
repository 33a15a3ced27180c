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
	"time"

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
	body   any        // marshalled to JSON, nil for none
	file   *chat.File // goes with the body, nil for none
}

// An exchange carries one call over the wire and keeps what came back, because discordgo's own errors
// lose the status of some answers. It is the transport of that one call.
type exchange struct {
	base     http.RoundTripper
	endpoint string
	status   int // 0 until the head of an answer came
	header   http.Header
	body     []byte
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
	e.status, e.header = resp.StatusCode, resp.Header
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("answer is larger than %d bytes", maxAnswer)
	}
	e.body = body
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.Header = nil // discordgo would take a limit that it cannot read for a failed call
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

// paced makes a call that counts against the rate limits, when its turn has come.
func (p *Platform) paced(ctx context.Context, at route, r request) ([]byte, error) {
	done, err := p.pace.turn(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("wait for a turn: %w", err)
	}
	ex, err := p.do(ctx, r)
	told, _ := errors.AsType[*chat.RetryError](err)
	done(ex.header, told)
	return ex.body, err
}

// call makes a call at once, for the few that answer people. Only too many refusals stop it.
func (p *Platform) call(ctx context.Context, r request) ([]byte, error) {
	if err := p.pace.open(time.Now()); err != nil {
		return nil, err
	}
	ex, err := p.do(ctx, r)
	return ex.body, err
}

// do makes one call and sorts what came of it. Its exchange is never nil.
func (p *Platform) do(ctx context.Context, r request) (*exchange, error) {
	ex := &exchange{base: p.base, endpoint: p.endpoint}
	kind, body, err := encode(r)
	if err != nil {
		return ex, fmt.Errorf("encode request: %w", err)
	}
	var attempt chat.Attempt
	// discordgo's own buckets are left out: it would sleep in them, deaf to ctx.
	_, err = p.rest.RequestWithLockedBucket(r.method, r.url, kind, body, discordgo.NewRatelimiter().LockBucket(""), 0,
		discordgo.WithContext(attempt.Watch(ctx)), discordgo.WithClient(p.client(ex)))
	p.pace.refused(ex.status, ex.header)
	if refused := ex.refusal(); refused != nil {
		return ex, p.hide(refused)
	}
	if err != nil {
		return ex, p.hide(attempt.Failed(plain(err)))
	}
	return ex, nil
}

// encode writes the body of a request, with its type.
func encode(r request) (kind string, body []byte, err error) {
	if r.body == nil {
		return "", nil, nil
	}
	payload, err := discordgo.Marshal(r.body)
	if err != nil {
		return "", nil, err
	}
	if r.file == nil {
		return "application/json", payload, nil
	}
	return multipartBody(payload, r.file)
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
