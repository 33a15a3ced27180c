package chattest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pressalert/bot/internal/chat"
)

// DiscordToken is the token that NewDiscord accepts. It has the form that Discord gives, and is easy to
// find where it must not be.
const DiscordToken = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gcanar.canary-discord-token-must-not-show"

// discordApp is the id of the bot's application and of its user, which are the same for bots of our day.
const discordApp = "123456789012345678"

var (
	_ Asker   = (*Discord)(nil)
	_ Presser = (*Discord)(nil)
	_ Replier = (*Discord)(nil)
	_ Filer   = (*Discord)(nil)
	_ Pinner  = (*Discord)(nil)
)

// Discord is a fake of Discord: its REST API, and the gateway over which commands come. Every channel
// exists in it. Its methods may be called from several goroutines.
type Discord struct {
	server *httptest.Server
	token  string
	// gateways counts the connections to wait for when the server closes.
	gateways sync.WaitGroup

	board         // guards all that follows
	closed        bool
	faults        []Fault
	channelFaults map[string][]Fault
	gatewayFaults []GatewayFault
	threads       map[string]string // parent channel by thread
	posts         []Post
	posted        map[string]*discordPosted // what else there is to the posts, by their ids
	files         []chat.File
	nonces        map[string]string   // id of a message by nonce
	forums        map[string][]string // names of tags by forum; the id of a tag is its place, from 1
	demanding     map[string]bool     // forums in which each thread must have a tag
	started       []DiscordThread
	crossposts    []string
	overwrites    map[string][]DiscordOverwrite // by channel
	everyone      uint64                        // permissions of everybody in the server
	role          uint64                        // and of the bot's role
	locked        map[string]bool               // threads
	archived      map[string]bool               // threads that are closed to edits
	pins          map[string][]string           // ids of messages by channel
	noPins        map[string]bool               // channels in which the bot may not pin
	limits        *discordLimits                // nil for none
	person        DiscordPerson
	beat          time.Duration
	deaf          bool
	requests      int
	violations    []string
	commands      []discordCommand
	published     bool
	interactions  map[string]*discordInteraction // by token
	conns         map[*websocket.Conn]*discordSession
	identified    int
	resumed       int
	lastID        int
}

// NewDiscord starts a fake that accepts DiscordToken and closes itself when the test ends.
func NewDiscord(tb testing.TB) *Discord {
	tb.Helper()
	d, err := StartDiscord(DiscordToken)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(d.Close)
	return d
}

// StartDiscord starts a fake that accepts token. The caller closes it.
func StartDiscord(token string) (*Discord, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake discord: %w", err)
	}
	d := newDiscord(token)
	d.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: d.handler()}}
	d.server.Start()
	return d, nil
}

// DiscordInBubble returns a fake that accepts DiscordToken, and the only way to it: a transport that needs
// no network, for tests under testing/synctest. It has no gateway.
func DiscordInBubble() (*Discord, http.RoundTripper) {
	d := newDiscord(DiscordToken)
	return d, inProcess{d.handler()}
}

// inProcess is a transport that serves by itself.
type inProcess struct{ handler http.Handler }

// RoundTrip serves r. A handler that gives up is a connection that broke.
func (p inProcess) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	defer func() {
		if recover() != nil {
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

func newDiscord(token string) *Discord {
	return &Discord{
		token:         token,
		board:         newBoard(),
		channelFaults: make(map[string][]Fault),
		threads:       make(map[string]string),
		posted:        make(map[string]*discordPosted),
		forums:        make(map[string][]string),
		demanding:     make(map[string]bool),
		overwrites:    make(map[string][]DiscordOverwrite),
		everyone:      discordMember,
		locked:        make(map[string]bool),
		pins:          make(map[string][]string),
		archived:      make(map[string]bool),
		noPins:        make(map[string]bool),
		nonces:        make(map[string]string),
		person:        DiscordPerson{ID: "300000000000000001", Permissions: "0", Locale: "en-US"},
		beat:          41250 * time.Millisecond,
		interactions:  make(map[string]*discordInteraction),
		conns:         make(map[*websocket.Conn]*discordSession),
	}
}

// Close cuts all connections and stops the server. It is called once.
func (d *Discord) Close() {
	d.change(func() { d.closed = true })
	close(d.closing)
	d.Drop()
	d.gateways.Wait()
	d.server.Close()
}

// URL returns the endpoint, to be given where https://discord.com stands.
func (d *Discord) URL() string { return d.server.URL }

// Fail makes the next posts and edits meet these faults, whatever their channel.
func (d *Discord) Fail(faults ...Fault) {
	d.change(func() { d.faults = append(d.faults, faults...) })
}

// FailChannel makes the next posts and edits in one channel or thread meet these faults. They come before
// those of Fail.
func (d *Discord) FailChannel(channel string, faults ...Fault) {
	d.change(func() { d.channelFaults[channel] = append(d.channelFaults[channel], faults...) })
}

// AddThread makes a thread known as such, so that posts in it name its parent too.
func (d *Discord) AddThread(parent, thread string) {
	d.change(func() { d.threads[thread] = parent })
}

// Posts returns the messages that stand in the channels, oldest first. Answers to commands are not among them.
func (d *Discord) Posts() []Post {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.posts)
}

// Requests counts the posts and edits received, those that met a fault included.
func (d *Discord) Requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests
}

// Violations returns what the calls so far broke of the published API and its limits, one line each.
func (d *Discord) Violations() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.violations)
}

// WaitPosts waits until at least n messages stand in the channels, and returns them.
func (d *Discord) WaitPosts(ctx context.Context, n int) ([]Post, error) {
	return d.waitPosts(ctx, n, func() []Post { return slices.Clone(d.posts) })
}

func (d *Discord) violate(broken ...string) {
	if len(broken) > 0 {
		d.change(func() { d.violations = append(d.violations, broken...) })
	}
}

// discordEpoch is where the time in a snowflake begins, in milliseconds (reference, Snowflakes).
const discordEpoch = 1420070400000

// newID makes a snowflake. It is called under the lock.
func (d *Discord) newID() string {
	d.lastID++
	return strconv.FormatInt(max(time.Now().UnixMilli()-discordEpoch, 0)<<22+int64(d.lastID), 10)
}

// takeFault returns the fault that the next post or edit in a channel meets, if any, and counts the request.
func (d *Discord) takeFault(channel string) (f Fault, ok bool) {
	d.change(func() {
		d.requests++
		switch queue := d.channelFaults[channel]; {
		case len(queue) > 0:
			f, ok, d.channelFaults[channel] = queue[0], true, queue[1:]
		case len(d.faults) > 0:
			f, ok, d.faults = d.faults[0], true, d.faults[1:]
		}
	})
	return f, ok
}
