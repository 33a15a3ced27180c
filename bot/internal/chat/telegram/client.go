// Package telegram carries messages to Telegram, and commands from it, through the Bot API.
//
// Telegram knows no idempotency key, so a post whose fate is unknown may stand twice if it is sent
// again; Send says when that is so, and remembers what it is sure of. The token is part of every address
// of the Bot API: errors are cut free of addresses here, before anybody can print them.
//
// The id of a message that needed several posts is their ids with commas between them, as in 17,18.
package telegram

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

const (
	// platform is the name of the service in destinations and in the ids of people.
	platform = "telegram"
	// defaultEndpoint is Telegram's own Bot API server.
	defaultEndpoint = "https://api.telegram.org"
	// callTimeout bounds a call that the server answers at once.
	callTimeout = 30 * time.Second
	// uploadTimeout bounds a call that carries a file.
	uploadTimeout = 2 * time.Minute
	// maxAnswer bounds an answer in bytes. The largest are those of getUpdates: 100 updates (its limit)
	// of a message and the one it replies to, each 4,096 characters of up to six bytes and their entities.
	maxAnswer = 8 << 20
	// generalTopic is the id of a forum's first topic. Calls must not name it: with it they fail with
	// "message thread not found" (tdlib/telegram-bot-api issue 798), without it they go there.
	generalTopic = "1"
)

// tokenForm is what can stand in the path of an address. BotFather's tokens are of a narrower form,
// but that is for Telegram to judge.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9:_-]+$`)

// Options are the settings of a Platform.
type Options struct {
	// Token is the bot's token, as BotFather gave it.
	Token string
	// Endpoint is the address of the Bot API server without a path; "" means Telegram's own.
	Endpoint string
	// Client makes the calls; nil means http.DefaultClient. Its Timeout and CheckRedirect are not used:
	// each call has its own time limit, and a redirect would carry the token elsewhere.
	Client *http.Client
	// Log takes what no caller can be told; nil means nothing is logged.
	Log *slog.Logger
	// Limits bound how fast calls are made; nil means what Telegram asks for, and a zero Limits none.
	Limits *Limits
	// DeadButton returns what a person is told, in the language of a BCP 47 code or "", who presses a
	// button that can do nothing any more; nil means a line in English.
	DeadButton func(locale string) string
}

// Platform is the Telegram side of a bot. It needs no closing.
type Platform struct {
	token  string
	format string
	client *http.Client
	log    *slog.Logger
	pace   *pacer
	sent   memory
	dead   func(locale string) string

	// naming holds a token for whoever reads or sets name, the bot's username, which is "" until it was
	// asked for. It is no mutex because the asking takes time that others need not wait for.
	naming chan struct{}
	name   string
}

var _ chat.Platform = (*Platform)(nil)

// New returns a Platform without talking to Telegram: a wrong token shows at the first call.
func New(o Options) *Platform {
	client := *cmp.Or(o.Client, http.DefaultClient)
	client.Timeout = 0
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	dead := o.DeadButton
	if dead == nil {
		dead = func(string) string { return "This button no longer works. Please use a command instead." }
	}
	endpoint := strings.TrimRight(cmp.Or(o.Endpoint, defaultEndpoint), "/")
	return &Platform{
		token: o.Token,
		// The library fills in token and method by fmt.Sprintf.
		format: strings.ReplaceAll(endpoint, "%", "%%") + "/bot%s/%s",
		client: &client,
		naming: make(chan struct{}, 1),
		log:    cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		pace:   newPacer(*cmp.Or(o.Limits, &telegramLimits)),
		sent:   memory{known: chat.NewRecent[sentKey, sending](maxRemembered)},
		dead:   dead,
	}
}

// An answer is what a call brought back.
type answer struct {
	result json.RawMessage
	// date is the server's clock, or ours if it did not tell.
	date time.Time
}

// call makes one call of the Bot API within a time limit. Its errors are those of chat.Platform, and
// those that errors.go adds.
func (p *Platform) call(ctx context.Context, timeout time.Duration, method string, params tgbotapi.Params) (answer, error) {
	return p.do(ctx, timeout, method, params, nil)
}

// do makes one call, with a file in the field that its method is about.
func (p *Platform) do(ctx context.Context, timeout time.Duration, method string, params tgbotapi.Params, file *upload) (answer, error) {
	if !tokenForm.MatchString(p.token) {
		return answer{}, fmt.Errorf("%s: %w: it is not of the form 123456:ABC-def", method, chat.ErrToken)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var attempt chat.Attempt
	t := &trip{ctx: attempt.Watch(ctx), client: p.client}
	if file != nil {
		if err := t.load(params, *file); err != nil {
			return answer{}, fmt.Errorf("%s: %w", method, err)
		}
	}
	api := &tgbotapi.BotAPI{Token: p.token, Client: t}
	api.SetAPIEndpoint(p.format)
	response, err := api.MakeRequest(method, params)
	switch {
	case err == nil:
		return answer{result: response.Result, date: t.date()}, nil
	case t.header == nil:
		err = attempt.Failed(p.redact(err))
	default:
		err = p.redact(refusal(t.status, err))
	}
	return answer{}, fmt.Errorf("%s: %w", method, err)
}

// redact takes the address, which holds the token, out of an error of the HTTP client, and the token
// itself wherever else it stands in the text.
func (p *Platform) redact(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	if text := err.Error(); strings.Contains(text, p.token) {
		return redacted{strings.ReplaceAll(text, p.token, "<secret>"), err}
	}
	return err
}

// redacted is an error with another text.
type redacted struct {
	text string
	err  error
}

func (r redacted) Error() string { return r.text }
func (r redacted) Unwrap() error { return r.err }

// A trip is the way of one call through the HTTP client. It gives the call the context that the
// library has no place for, bounds the answer, and keeps what the library throws away. A file it puts
// in itself: the library's own upload runs without a context and forgets the code of a refusal.
type trip struct {
	ctx    context.Context
	client *http.Client
	// body takes the place of the library's form if it is not nil.
	body        []byte
	contentType string
	// header and status are those of the answer; header is nil if there was none.
	header http.Header
	status int
}

// load makes the trip carry a file beside the parameters.
func (t *trip) load(params tgbotapi.Params, file upload) (err error) {
	t.contentType, t.body, err = file.encode(params)
	return err
}

// Do implements tgbotapi.HTTPClient.
func (t *trip) Do(r *http.Request) (*http.Response, error) {
	r = r.WithContext(t.ctx)
	if t.body != nil {
		r.Header.Set("Content-Type", t.contentType)
		r.Body, r.ContentLength, r.GetBody = io.NopCloser(bytes.NewReader(t.body)), int64(len(t.body)), nil
	}
	response, err := t.client.Do(r)
	if err != nil {
		return nil, err
	}
	t.header, t.status = response.Header, response.StatusCode
	response.Body = struct {
		io.Reader
		io.Closer
	}{http.MaxBytesReader(nil, response.Body, maxAnswer), response.Body}
	return response, nil
}

func (t *trip) date() time.Time {
	if date, err := http.ParseTime(t.header.Get("Date")); err == nil {
		return date
	}
	return time.Now()
}
