// Package telegram carries messages to Telegram, and commands from it, through the Bot API.
//
// Telegram knows no idempotency key, so a message whose fate is unknown may be posted twice if it is
// sent again; Send says when that is so. The token is part of every address of the Bot API: errors
// are cut free of addresses here, before anybody can print them.
package telegram

import (
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
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

const (
	// defaultEndpoint is Telegram's own Bot API server.
	defaultEndpoint = "https://api.telegram.org"
	// callTimeout bounds a call that the server answers at once.
	callTimeout = 30 * time.Second
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
}

// Platform is the Telegram side of a bot. It needs no closing.
type Platform struct {
	token  string
	format string
	client *http.Client
	log    *slog.Logger

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
	endpoint := strings.TrimRight(cmp.Or(o.Endpoint, defaultEndpoint), "/")
	return &Platform{
		token: o.Token,
		// The library fills in token and method by fmt.Sprintf.
		format: strings.ReplaceAll(endpoint, "%", "%%") + "/bot%s/%s",
		client: &client,
		naming: make(chan struct{}, 1),
		log:    cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
	}
}

// Send posts m as one message. Telegram has no use for key.
func (p *Platform) Send(ctx context.Context, to chat.Destination, _ string, m chat.Message) (id string, err error) {
	params := tgbotapi.Params{"chat_id": to.Channel}
	if to.Topic != generalTopic {
		params.AddNonEmpty("message_thread_id", to.Topic)
	}
	params.AddBool("disable_notification", m.Level == chat.Low)
	result, err := p.post(ctx, "sendMessage", params, m)
	if err != nil {
		return "", err
	}
	var sent struct {
		ID int64 `json:"message_id"`
	}
	if err := json.Unmarshal(result, &sent); err != nil || sent.ID == 0 {
		return "", fmt.Errorf("sendMessage: %w: the answer names no message", chat.ErrUnknown)
	}
	return strconv.FormatInt(sent.ID, 10), nil
}

// Edit replaces the message that Send gave id to.
func (p *Platform) Edit(ctx context.Context, to chat.Destination, id string, m chat.Message) error {
	params := tgbotapi.Params{"chat_id": to.Channel, "message_id": id}
	_, err := p.post(ctx, "editMessageText", params, m)
	if errors.Is(err, errNotModified) {
		return nil
	}
	return err
}

// post makes a call whose text is m: as HTML, and once more without markup if Telegram cannot read ours.
func (p *Platform) post(ctx context.Context, method string, params tgbotapi.Params, m chat.Message) (json.RawMessage, error) {
	params["text"] = renderHTML(m)
	if params["text"] == "" {
		return nil, fmt.Errorf("%s: %w: it has no text", method, chat.ErrRejected)
	}
	params["parse_mode"] = tgbotapi.ModeHTML
	params["link_preview_options"] = `{"is_disabled":true}`
	a, err := p.call(ctx, callTimeout, method, params)
	if !errors.Is(err, errMarkup) {
		return a.result, err
	}
	p.log.Warn("telegram cannot read our markup, sending plain text", "err", err)
	params["text"] = renderPlain(m)
	delete(params, "parse_mode")
	a, err = p.call(ctx, callTimeout, method, params)
	return a.result, err
}

// An answer is what a call brought back.
type answer struct {
	result json.RawMessage
	// date is the server's clock, or ours if it did not tell.
	date time.Time
}

// call makes one call of the Bot API within a time limit. Its errors are those of chat.Platform, and
// errNotModified, errMarkup and errConflict.
func (p *Platform) call(ctx context.Context, timeout time.Duration, method string, params tgbotapi.Params) (answer, error) {
	if !tokenForm.MatchString(p.token) {
		return answer{}, fmt.Errorf("%s: %w: it is not of the form 123456:ABC-def", method, chat.ErrToken)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var attempt chat.Attempt
	t := &trip{ctx: attempt.Watch(ctx), client: p.client}
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
// library has no place for, bounds the answer, and keeps what the library throws away.
type trip struct {
	ctx    context.Context
	client *http.Client
	// header and status are those of the answer; header is nil if there was none.
	header http.Header
	status int
}

// Do implements tgbotapi.HTTPClient.
func (t *trip) Do(r *http.Request) (*http.Response, error) {
	response, err := t.client.Do(r.WithContext(t.ctx))
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
