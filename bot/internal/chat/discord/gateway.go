package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"pressalert/bot/internal/chat"
)

const (
	// openTime bounds the opening of a connection up to READY. discordgo would wait for HELLO for ever.
	openTime = 30 * time.Second
	// steadyTime is how long a connection must have lasted for the waits to start small again.
	steadyTime = 5 * time.Minute
	// firstPause and lastPause bound the waits between tries. Discord resets a token that identifies more
	// than 1,000 times in 24 hours (topics/gateway, Identifying), so the waits must reach a minute and more:
	// with jitter the last ones are between 45 and 135 seconds.
	firstPause = time.Second
	lastPause  = 90 * time.Second
)

// fatal are the close codes after which Discord forbids to connect again (topics/opcodes-and-status-codes,
// Gateway Close Event Codes), with what an operator must know.
var fatal = map[int]string{
	4010: "the shard is invalid",
	4011: "the bot is in so many servers that it needs sharding, which this program does not do",
	4012: "the gateway's API version is no longer served: a newer release of this program is needed",
	4013: "the intents are invalid",
	4014: "an intent is not allowed: enable it for the bot in Discord's developer portal",
}

const (
	// firstOwnCode is the first close code that is Discord's own; those below are of WebSocket itself.
	firstOwnCode = 4000
	// badToken is the close code for a wrong token.
	badToken = 4004
)

// handlers are what hears events. They are called one at a time and must not block.
type handlers struct {
	ready       func(*discordgo.Ready)
	interaction func(*discordgo.Interaction)
}

// stay keeps a connection to the gateway until ctx ends (nil) or Discord forbids to come back.
func (p *Platform) stay(ctx context.Context, h handlers) error {
	g := p.newGateway(h)
	var pause backoff
	for ctx.Err() == nil {
		opened := time.Now()
		err := g.hold(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) && closed.Code >= firstOwnCode {
			if err := forbidden(closed.Code); err != nil {
				return err
			}
			g = p.newGateway(h) // what refused us will not resume the session either
		}
		if time.Since(opened) > steadyTime {
			pause = backoff{}
		}
		p.log.Warn("discord: gateway lost, connecting again", "err", err)
		if pause.wait(ctx, 0) != nil {
			return nil
		}
	}
	return nil
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

// A gateway is a discordgo session that can be opened again and again; it resumes where it can.
type gateway struct {
	platform *Platform
	session  *discordgo.Session
}

func (p *Platform) newGateway(h handlers) *gateway {
	g := &gateway{platform: p, session: p.session()}
	g.session.AddHandler(func(_ *discordgo.Session, r *discordgo.Ready) {
		defer p.survive()
		h.ready(r)
	})
	g.session.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		defer p.survive()
		h.interaction(i.Interaction)
	})
	return g
}

// survive keeps a panic in a handler, such as over an event with parts missing, from ending the process.
func (p *Platform) survive() {
	if v := recover(); v != nil {
		p.log.Error("discord: panic over an event", "panic", v, "stack", string(debug.Stack()))
	}
}

// hold opens the connection and stays until it is lost or ctx ends. Afterwards it is closed.
func (g *gateway) hold(ctx context.Context) error {
	lost, err := g.open(ctx)
	if err != nil {
		return err
	}
	defer g.session.Close() // says goodbye if nobody did, which takes a second
	g.platform.log.Info("discord: connected")
	select {
	case <-ctx.Done():
		return nil
	case <-lost:
		return errors.New("connection dropped")
	}
}

// open opens the session in bounded time and returns what is closed when its connection is. discordgo's
// Open knows no context, so the connection is cut from outside when time is up.
func (g *gateway) open(ctx context.Context) (lost <-chan struct{}, err error) {
	p := g.platform
	opening, cancel := context.WithTimeoutCause(ctx, p.opening, fmt.Errorf("gateway did not let us in within %s", p.opening))
	defer cancel()
	g.session.Client = p.client(transport(func(r *http.Request) (*http.Response, error) {
		return (&exchange{base: p.base, endpoint: p.endpoint}).RoundTrip(r.WithContext(opening))
	}))
	release := func() bool { return true }
	g.session.Dialer = &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			raw, err := new(net.Dialer).DialContext(opening, network, address)
			if err != nil {
				return nil, err
			}
			c := &conn{Conn: raw, closed: make(chan struct{})}
			release = context.AfterFunc(opening, func() { c.Close() })
			lost = c.closed
			return c, nil
		},
	}
	err = g.session.Open()
	release()
	if err != nil && opening.Err() != nil {
		return nil, context.Cause(opening)
	}
	if err != nil {
		return nil, p.hide(fmt.Errorf("open gateway: %w", plain(err)))
	}
	return lost, nil
}

// A conn tells when it is closed. discordgo's own event for that does not say which connection it means,
// and may come twice.
type conn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

// Close closes the connection.
func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// A transport is a function that is an http.RoundTripper.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip calls t.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// A backoff grows the waits between tries, with jitter so that many bots do not come back at once.
// The zero value starts small.
type backoff struct {
	last time.Duration
}

// wait waits its next pause, but not less than least. It returns ctx's error if that ends first.
func (b *backoff) wait(ctx context.Context, least time.Duration) error {
	b.last = min(max(2*b.last, firstPause), lastPause)
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
