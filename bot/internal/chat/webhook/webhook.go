// Package webhook is the chat platform of everything else: it posts messages as signed JSON to addresses
// that the config names, where a person's own program puts them to use.
//
// A message is one POST. Its body is a JSON object, in UTF-8, which schema.json describes in full:
//
//	version     2; it grows when a reader of the older form could go wrong
//	kind        "message", or "update" if this replaces the message with the given id
//	key         of a message: names it for ever, so a second POST with the same key is the same message again
//	id          of an update: what the hook answered to the first POST, or the key
//	reply_to    the id of an earlier message that this one follows
//	level       "notice", "low", "medium", "high" or "critical"
//	quiet       true if nobody needs to be woken
//	language    the BCP 47 code of the language that the bot's own words are in
//	kicker      one line above the title: where, what, at what stage
//	title       plain text
//	link        the http or https address that the title leads to
//	paragraphs  a list of lists of spans {"text", "style", "link"}; style is "bold", "italic" or "code"
//	fields      a list of {"name", "value"}
//	footer      one line of small print
//	buttons     a list of {"text", "link"}; buttons that only a chat can press are left out
//	tags        words to sort by, such as the names of topics
//	text        all of the above as lines of plain text, for those who want no more
//
// Parts that are empty are missing. A message holds at most 64 KiB of text. Nothing in a text is markup;
// what a publisher wrote is passed on as it is, so a reader that shows it as HTML has to escape it.
// Hooks of Slack and Matrix get another form, see Format.
//
// Three headers prove where a body is from. Pressalert-Timestamp is the time of the call in seconds since
// 1970. Pressalert-Signature is "sha256=" and the HMAC-SHA-256, in hex, of the timestamp, a full stop and
// the body, under the hook's secret; a hook without a secret gets neither. Idempotency-Key is the key. A
// hook should refuse a wrong signature and a timestamp that is more than some minutes away from its own clock.
//
// A hook answers 2xx once it has the message; it may give the message an id with a body {"id": "..."}. It
// answers 410 or 404 if it wants no more, 401 or 403 if it does not trust the signature, 400, 413 or 422 if
// this one message is of no use to it, and 429 or 503 with Retry-After if it wants to be left alone for a while.
package webhook

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
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
)

const (
	// requestTime bounds one call where the given client sets no time of its own.
	requestTime = 20 * time.Second
	// maxAnswer bounds what is read of a hook's answer, in bytes: an id needs far less.
	maxAnswer = 64 << 10
	// maxID bounds an id that a hook gives, in bytes. A longer one is not kept; the key serves instead.
	maxID = 256
)

// A Hook is an address that takes messages.
type Hook struct {
	// URL is the http or https address. It may itself be a secret.
	URL string
	// Secret is the key of the signature, "" for none.
	Secret string
	// Format is the form of JSON that it takes.
	Format Format
}

// Options say which hooks there are and how to reach them.
type Options struct {
	// Hooks are the hooks by the name that stands in a destination, webhook:name.
	Hooks map[string]Hook
	// Client supplies the transport and the time limit of calls, nil for the defaults. It is not changed,
	// and its redirects are not followed: they would carry a signed message to another address.
	Client *http.Client
	// Log hears of answers that were of no use though the message was taken, nil for nobody.
	Log *slog.Logger
}

// A Platform posts to hooks. It is the chat.Platform of programs.
type Platform struct {
	hooks  map[string]Hook
	client *http.Client
	log    *slog.Logger
}

var _ chat.Platform = (*Platform)(nil)

// New returns a platform. It does not reach for the network.
func New(o Options) *Platform {
	client := http.Client{Timeout: requestTime}
	if o.Client != nil {
		client = *o.Client
		client.Timeout = cmp.Or(client.Timeout, requestTime)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Platform{hooks: o.Hooks, client: &client, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
}

// Send posts m to the hook that to names. The id is the hook's, or the key if it gives none. A hook that
// refuses the signature is ErrGone, not ErrToken: each hook has a secret of its own, and the others are well.
func (p *Platform) Send(ctx context.Context, to chat.Destination, key string, m chat.Message) (string, error) {
	answer, err := p.post(ctx, to, call{key: key, m: m})
	if err != nil {
		return "", fmt.Errorf("post to %s: %w", to, err)
	}
	var posted struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer, &posted); err != nil && len(answer) > 0 && answer[0] == '{' {
		p.log.Info("webhook: the answer is not the JSON it seems to be; the key serves as id", "hook", to.Channel)
	}
	if posted.ID == "" || len(posted.ID) > maxID {
		return key, nil
	}
	return posted.ID, nil
}

// Edit posts m again, as an update of the message with the given id.
func (p *Platform) Edit(ctx context.Context, to chat.Destination, id string, m chat.Message) error {
	if _, err := p.post(ctx, to, call{id: id, m: m}); err != nil {
		return fmt.Errorf("edit %s in %s: %w", id, to, err)
	}
	return nil
}

// Listen waits until ctx ends: nobody calls commands here.
func (p *Platform) Listen(ctx context.Context, _ []chat.Command, _ func(context.Context, chat.Request) chat.Answer) error {
	<-ctx.Done()
	return nil
}

// post makes one call and sorts what came of it. The answer is empty where it is of no use.
func (p *Platform) post(ctx context.Context, to chat.Destination, c call) ([]byte, error) {
	hook, ok := p.hooks[to.Channel]
	if !ok {
		return nil, fmt.Errorf("%w: the config has no hook of this name", chat.ErrGone)
	}
	var attempt chat.Attempt
	r, err := newRequest(attempt.Watch(ctx), hook, c)
	if err != nil {
		return nil, err
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return nil, attempt.Failed(hook.hide(err))
	}
	defer resp.Body.Close()
	if err := refusal(resp); err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, attempt.Failed(fmt.Errorf("read answer: %w", err))
	}
	if len(answer) > maxAnswer {
		return nil, nil
	}
	return bytes.TrimSpace(answer), nil
}

// newRequest makes a request, signed if the hook has a secret.
func newRequest(ctx context.Context, hook Hook, c call) (*http.Request, error) {
	data, err := c.encode(hook.Format)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("the hook's url is malformed") // the cause would show it
	}
	// Go's client sends a request with an idempotency key twice if a connection breaks. Only our caller may.
	r.GetBody = nil
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "pressalert")
	if hook.Secret != "" {
		now := strconv.FormatInt(time.Now().Unix(), 10)
		r.Header.Set("Pressalert-Timestamp", now)
		r.Header.Set("Pressalert-Signature", sign(hook.Secret, now, data))
	}
	if c.key != "" {
		r.Header.Set("Idempotency-Key", headerSafe(c.key))
	}
	return r, nil
}

// headerSafe makes a value that can stand in a header of any key.
func headerSafe(key string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '_'
		}
		return r
	}, key)
}

// hide takes the hook's address, which may be a secret, out of a transport's error: whole and its host.
func (h Hook) hide(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	u, parseErr := url.Parse(h.URL)
	if parseErr != nil || u.Hostname() == "" {
		return err
	}
	text := strings.NewReplacer(h.URL, "<url>", u.Host, "<host>", u.Hostname(), "<host>").Replace(err.Error())
	return &hidden{err, text}
}

// A hidden error is an error under another text.
type hidden struct {
	err  error
	text string
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.err }
