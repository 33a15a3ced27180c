package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"pressalert/bot/internal/chat"
)

// The gateway is spoken here and not by discordgo, whose Open waits for HELLO for ever and whose goroutines
// panic at frames that are not as they should be, which ends the process.

const (
	// steadyTime is how long a connection must have lasted for the waits to start small again.
	steadyTime = 5 * time.Minute
	// firstPause and lastPause bound the waits between tries. Discord resets a token that identifies more
	// than 1,000 times in 24 hours (topics/gateway, Identifying), so the waits must reach a minute and more:
	// with jitter the last ones are between 45 and 135 seconds.
	firstPause = time.Second
	lastPause  = 90 * time.Second
	// startsKept is how many of those 1,000 are left for people who try things with the same token.
	startsKept = 20
)

// A timing holds the times of the gateway and of answers that tests shorten.
type timing struct {
	// opening bounds the opening of a connection up to READY.
	opening time.Duration
	// spacing is the least time between two new sessions: one in 5 seconds is allowed (topics/gateway,
	// max_concurrency).
	spacing time.Duration
	// pause is about how long the first wait is after a lost connection.
	pause time.Duration
	// leastBeat is the shortest time between two heartbeats, whatever the gateway asks for: at its
	// limit of 120 events a minute, half of them heartbeats.
	leastBeat time.Duration
	// ready is how long an answer may take before one is promised: the promise must arrive within the time
	// that Discord waits for a first response.
	ready time.Duration
}

var discordTiming = timing{
	opening: 30 * time.Second, spacing: 5 * time.Second, pause: firstPause, leastBeat: time.Second, ready: firstTime / 2,
}

// fatal are the close codes after which Discord forbids to connect again (topics/opcodes-and-status-codes,
// Gateway Close Event Codes), with what an operator must know.
var fatal = map[int]string{
	4010: "the shard is invalid",
	4011: "the bot is in so many servers that it needs sharding, which this program does not do",
	4012: "the gateway's API version is no longer served: a newer release of this program is needed",
	4013: "the intents are invalid",
	4014: "an intent is not allowed: enable it for the bot in Discord's developer portal",
}

// badToken is the close code for a wrong token.
const badToken = 4004

// The close codes after which a session cannot be resumed (same place).
var ended = map[int]bool{
	4003: true, // not authenticated
	4007: true, // invalid sequence number
	4009: true, // session timed out
}

// handlers are what hears events. They are called one at a time and must not block.
type handlers struct {
	ready       func(appID string)
	interaction func(*interaction)
}

// A session is what a connection leaves behind for the next one to go on with.
type session struct {
	id  string // "" for none
	url string // where it is resumed, "" for the usual place
	seq int64  // of the last event heard
}

// A gateway keeps one session over any number of connections.
type gateway struct {
	*Platform
	handlers
	session session
	// identified is when the last new session was asked for.
	identified time.Time
}

// stay keeps a connection to the gateway until ctx ends (nil) or Discord forbids to come back.
func (p *Platform) stay(ctx context.Context, h handlers) error {
	g := &gateway{Platform: p, handlers: h}
	pause := backoff{first: p.timing.pause}
	for {
		opened := time.Now()
		err := g.hold(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, chat.ErrToken) {
			return fmt.Errorf("gateway: %w", err)
		}
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			if err := forbidden(closed.Code); err != nil {
				return err
			}
			if ended[closed.Code] {
				g.session = session{}
			}
		}
		if time.Since(opened) > steadyTime {
			pause = backoff{first: p.timing.pause}
		}
		p.log.Warn("discord: gateway lost, connecting again", "err", err)
		if pause.wait(ctx, asked(err)) != nil {
			return nil
		}
	}
}

// forbidden returns what a close code means if it forbids to connect again, else nil.
func forbidden(closeCode int) error {
	if closeCode == badToken {
		return fmt.Errorf("gateway: %w (close code %d)", chat.ErrToken, closeCode)
	}
	if why, ok := fatal[closeCode]; ok {
		return fmt.Errorf("gateway: %s (close code %d)", why, closeCode)
	}
	return nil
}

// hold opens a connection and stays until it is lost or ctx ends. Afterwards it is closed. A session that
// was not let in is given up.
func (g *gateway) hold(ctx context.Context) error {
	resuming := g.session.id != ""
	if err := g.space(ctx); err != nil {
		return err
	}
	opening, cancel := context.WithTimeoutCause(ctx, g.timing.opening,
		fmt.Errorf("gateway did not let us in within %s", g.timing.opening))
	defer cancel()
	socket, err := g.dial(opening)
	if err != nil {
		if resuming {
			g.session.url = "" // The place may be gone, the session need not be.
		}
		return err
	}
	l := newLink(g, socket)
	defer l.close()
	err = l.run(ctx, opening)
	if !l.in && resuming {
		g.session = session{}
	}
	return err
}

// space waits until a new session may be asked for, if one is needed.
func (g *gateway) space(ctx context.Context) error {
	if g.session.id != "" {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(g.identified.Add(g.timing.spacing))):
		return nil
	}
}

// dial connects to the gateway.
func (g *gateway) dial(opening context.Context) (*websocket.Conn, error) {
	address := g.session.url
	if address == "" {
		var err error
		if address, err = g.place(opening); err != nil {
			return nil, causeOf(opening, err)
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "wss" && !(u.Scheme == "ws" && strings.HasPrefix(g.endpoint, "http:")) {
		return nil, errors.New("gateway: the address of the gateway is none")
	}
	u.RawQuery = "v=" + discordgo.APIVersion + "&encoding=json"
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment}
	socket, resp, err := dialer.DialContext(opening, u.JoinPath("/").String(), nil)
	if resp != nil {
		resp.Body.Close()
	}
	if err != nil {
		return nil, causeOf(opening, g.hide(fmt.Errorf("connect to gateway: %w", plain(err))))
	}
	return socket, nil
}

// causeOf returns why ctx ended, if it did, else err.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// place asks where the gateway is, and whether a new session may be begun.
func (g *gateway) place(ctx context.Context) (string, error) {
	answer, err := g.call(ctx, request{method: http.MethodGet, url: discordgo.EndpointGatewayBot})
	if err != nil {
		return "", fmt.Errorf("find gateway: %w", err)
	}
	var found struct {
		URL    string `json:"url"`
		Starts *struct {
			Remaining  int     `json:"remaining"`
			ResetAfter float64 `json:"reset_after"` // milliseconds
		} `json:"session_start_limit"`
	}
	if err := json.Unmarshal(answer, &found); err != nil {
		return "", fmt.Errorf("find gateway: %w", err)
	}
	if s := found.Starts; s != nil && s.Remaining <= startsKept && g.session.id == "" {
		wait := time.Duration(min(max(s.ResetAfter, 0), float64(longestWait.Milliseconds()))) * time.Millisecond
		return "", fmt.Errorf("too many new sessions today: %w", &chat.RetryError{After: wait})
	}
	return found.URL, nil
}

// A backoff grows the waits between tries, with jitter so that many bots do not come back at once.
// The zero value starts small.
type backoff struct {
	first time.Duration // 0 for firstPause
	last  time.Duration
}

// wait waits its next pause, but not less than least. It returns ctx's error if that ends first.
func (b *backoff) wait(ctx context.Context, least time.Duration) error {
	b.last = min(max(2*b.last, cmp.Or(b.first, firstPause)), lastPause)
	pause := max(b.last/2+rand.N(b.last), least)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// asked returns the wait that Discord asked for in err, 0 for none.
func asked(err error) time.Duration {
	if retry, ok := errors.AsType[*chat.RetryError](err); ok {
		return retry.After
	}
	return 0
}
