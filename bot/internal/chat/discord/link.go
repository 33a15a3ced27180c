package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"pressalert/bot/internal/chat"
)

const (
	// maxFrame bounds an event in bytes. The largest that come are READY, some 60 bytes for each of at most
	// 2,500 servers, and a press of a button, with a message of at most 6,000 characters.
	maxFrame = 1 << 20
	// writeTime bounds the writing of an event.
	writeTime = 10 * time.Second
	// longestBeat bounds the time between heartbeats, and so that in which a dead connection is noticed.
	longestBeat = 2 * time.Minute
	// resumeCode closes a connection so that its session can be resumed; 1000 and 1001 would end it.
	resumeCode = 4900
)

// The operations of the gateway (topics/opcodes-and-status-codes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// An event is what comes over the gateway.
type event struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type string          `json:"t"`
}

// A link is one connection to the gateway. One goroutine reads, and that of run does all else.
type link struct {
	g      *gateway
	socket *websocket.Conn
	events chan event
	lost   chan error // gets the reader's error
	done   chan struct{}
	reader sync.WaitGroup

	// in is true once the gateway has let us in.
	in bool
	// beat ticks for the next heartbeat; heard is true if the last one was acknowledged.
	beat  *time.Timer
	every time.Duration
	last  time.Time
	heard bool
	// code is the code to close with.
	code int
}

func newLink(g *gateway, socket *websocket.Conn) *link {
	socket.SetReadLimit(maxFrame)
	l := &link{
		g: g, socket: socket, events: make(chan event), lost: make(chan error, 1), done: make(chan struct{}),
		beat: time.NewTimer(longestBeat), heard: true, code: resumeCode,
	}
	l.reader.Go(l.read)
	return l
}

// close ends the connection, with a word if the other side still listens, and waits for the reader.
func (l *link) close() {
	l.beat.Stop()
	// Whether the word arrives matters to nobody.
	_ = l.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(l.code, ""), time.Now().Add(time.Second))
	close(l.done)
	l.socket.Close()
	l.reader.Wait()
}

// read takes events off the wire. What is no event ends the connection.
func (l *link) read() {
	for {
		kind, data, err := l.socket.ReadMessage()
		var e event
		switch {
		case err != nil:
			err = fmt.Errorf("read event: %w", err)
		case kind != websocket.TextMessage:
			err = errors.New("read event: packed data, which nobody asked for")
		default:
			if err = json.Unmarshal(data, &e); err != nil {
				err = fmt.Errorf("read event: %w", err)
			}
		}
		if err != nil {
			l.lost <- err
			return
		}
		select {
		case l.events <- e:
		case <-l.done:
			return
		}
	}
}

// run answers the gateway until the connection is lost or ctx ends. Opening bounds the time until we are
// let in.
func (l *link) run(ctx, opening context.Context) error {
	late := opening.Done()
	for {
		var err error
		select {
		case <-ctx.Done():
			l.code = websocket.CloseNormalClosure
			return ctx.Err()
		case <-late:
			return context.Cause(opening)
		case err = <-l.lost:
			return l.broken(err)
		case e := <-l.events:
			err = l.hear(e)
		case <-l.beat.C:
			err = l.heartbeat()
		}
		if err != nil {
			return err
		}
		if l.in {
			late = nil
		}
	}
}

// broken returns err after giving the session up if it was no plain loss of the connection: resuming
// would bring the same events again.
func (l *link) broken(err error) error {
	if _, closed := errors.AsType[*websocket.CloseError](err); !closed && !isLoss(err) {
		l.g.session = session{}
	}
	return err
}

// isLoss reports whether err is a loss of the connection.
func isLoss(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// hear answers one event.
func (l *link) hear(e event) error {
	switch e.Op {
	case opHello:
		return l.hello(e.Data)
	case opDispatch:
		return l.dispatch(e)
	case opHeartbeat:
		if time.Since(l.last) < l.g.timing.leastBeat {
			return nil
		}
		return l.send(opHeartbeat, l.seq())
	case opHeartbeatAck:
		l.heard = true
	case opReconnect:
		return errors.New("gateway asks to connect again")
	case opInvalidSession:
		if resumable := string(e.Data) == "true"; !resumable {
			l.g.session = session{}
		}
		// "Wait a random amount of time between 1 and 5 seconds" (topics/gateway, Resuming).
		wait := time.Second + rand.N(4*time.Second)
		return fmt.Errorf("gateway refuses the session: %w", &chat.RetryError{After: min(wait, l.g.timing.spacing)})
	}
	return nil // There may be operations that we do not know.
}

// hello begins the heartbeats and asks to be let in.
func (l *link) hello(data json.RawMessage) error {
	var hello struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(data, &hello); err != nil || l.every > 0 {
		return fmt.Errorf("gateway: a hello that is none: %.100q", data)
	}
	l.every = longestBeat
	if ms := hello.Interval; ms < float64(longestBeat.Milliseconds()) {
		l.every = max(time.Duration(ms)*time.Millisecond, l.g.timing.leastBeat)
	}
	l.beat.Reset(rand.N(l.every)) // the first at a random time (topics/gateway, Heartbeat Interval)
	if s := l.g.session; s.id != "" {
		return l.send(opResume, map[string]any{"token": l.g.token, "session_id": s.id, "seq": s.seq})
	}
	l.g.identified = time.Now()
	return l.send(opIdentify, map[string]any{
		"token":      l.g.token,
		"intents":    0, // interactions come without any
		"properties": map[string]string{"os": "linux", "browser": "pressalert", "device": "pressalert"},
	})
}

// heartbeat sends one, unless the last was not answered: then the connection is dead.
func (l *link) heartbeat() error {
	if l.every == 0 {
		return nil // The opening's time limit will end this.
	}
	if !l.heard {
		return errors.New("gateway does not answer heartbeats")
	}
	l.heard = false
	l.beat.Reset(l.every)
	return l.send(opHeartbeat, l.seq())
}

// seq returns the number of the last event, nil for none.
func (l *link) seq() *int64 {
	if l.g.session.seq == 0 {
		return nil
	}
	return &l.g.session.seq
}

// send writes one event.
func (l *link) send(op int, data any) error {
	if op == opHeartbeat {
		l.last = time.Now()
	}
	if err := l.socket.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	if err := l.socket.WriteJSON(map[string]any{"op": op, "d": data}); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	return nil
}

// dispatch takes an event that tells of something. One that cannot be read is passed over.
func (l *link) dispatch(e event) error {
	if e.Seq != nil {
		l.g.session.seq = *e.Seq
	}
	switch e.Type {
	case "READY":
		return l.ready(e.Data)
	case "RESUMED":
		l.in = true
		l.g.log.Info("discord: connected again")
	case "INTERACTION_CREATE":
		l.interaction(e.Data)
	}
	return nil
}

// ready takes the beginning of a session.
func (l *link) ready(data json.RawMessage) error {
	var ready struct {
		Session     string `json:"session_id"`
		URL         string `json:"resume_gateway_url"`
		Application struct {
			ID string `json:"id"`
		} `json:"application"`
	}
	if err := json.Unmarshal(data, &ready); err != nil || ready.Session == "" || !snowflake.MatchString(ready.Application.ID) {
		return errors.New("gateway: a READY that is none")
	}
	l.in = true
	l.g.session.id, l.g.session.url = ready.Session, ready.URL
	l.g.log.Info("discord: connected")
	l.g.handlers.ready(ready.Application.ID)
	return nil
}

// interaction hands an interaction over. A panic over it ends neither the connection nor the process.
func (l *link) interaction(data json.RawMessage) {
	defer func() {
		if v := recover(); v != nil {
			l.g.log.Error("discord: panic over an event", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	i, err := parseInteraction(data)
	if err != nil {
		l.g.log.Warn("discord: an interaction that cannot be read", "err", err)
		return
	}
	l.g.handlers.interaction(i)
}
