package chattest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// maxGatewayPayload is the longest event that the gateway takes, in bytes (topics/gateway, Sending Events).
const maxGatewayPayload = 4096

// A GatewayFault is one way in which the gateway fails a connection.
type GatewayFault struct {
	// Silent is true for a gateway that takes the connection and never says HELLO.
	Silent bool
	// Close is the code to close with in answer to the bot's first words.
	Close int
	// Invalid is true for a gateway that answers the bot's first words with INVALID_SESSION.
	Invalid bool
	// Frame is sent in the place of HELLO, "" for HELLO.
	Frame string
}

// discordSession is one connection to the gateway. Its fields are guarded by the lock of its Discord.
type discordSession struct {
	conn  *websocket.Conn
	seq   int
	ready bool
}

// gatewayEvent is what goes over the gateway in both directions.
type gatewayEvent struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int            `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// The operations of the gateway that this fake knows (topics/opcodes-and-status-codes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// discordSessionID names the one session that can be resumed.
const discordSessionID = "fake-session"

// FailGateway makes the next connections to the gateway meet these faults, one each.
func (d *Discord) FailGateway(faults ...GatewayFault) {
	d.change(func() { d.gatewayFaults = append(d.gatewayFaults, faults...) })
}

// Drop cuts all connections to the gateway without a word.
func (d *Discord) Drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for conn := range d.conns {
		conn.NetConn().Close()
	}
}

// CloseGateway closes all connections to the gateway with a code.
func (d *Discord) CloseGateway(code int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for conn := range d.conns {
		conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	}
}

// Beat sets how often the gateway asks the connections to come for heartbeats. One that is deaf answers none.
func (d *Discord) Beat(interval time.Duration, deaf bool) {
	d.change(func() { d.beat, d.deaf = interval, deaf })
}

// Frame sends a frame as it is over all connections that are ready: binary if it begins with a zero byte.
func (d *Discord) Frame(frame []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kind := websocket.TextMessage
	if len(frame) > 0 && frame[0] == 0 {
		kind = websocket.BinaryMessage
	}
	for conn, s := range d.conns {
		if s.ready {
			conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
			conn.WriteMessage(kind, frame) // A broken connection is noticed by its reader.
		}
	}
}

// Flood sends so many events of a kind at once, all with the same data.
func (d *Discord) Flood(n int, kind string, data any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for range n {
		d.dispatch(kind, data)
	}
}

// WaitGateway waits until the bot has identified itself and resumed its session at least so many times.
func (d *Discord) WaitGateway(ctx context.Context, identified, resumed int) error {
	err := d.wait(ctx, func() bool { return d.identified >= identified && d.resumed >= resumed })
	if err != nil {
		return fmt.Errorf("identified %d and resumed %d times: %w", identified, resumed, err)
	}
	return nil
}

func (d *Discord) gatewayURL(*http.Request, discordBody) discordAnswer {
	address := "ws" + strings.TrimPrefix(d.server.URL, "http") + "/ws"
	return discordAnswer{status: http.StatusOK, body: map[string]any{
		"url": address, "shards": 1,
		"session_start_limit": map[string]any{"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1},
	}}
}

// serveGateway runs one connection until it breaks.
func (d *Discord) serveGateway(w http.ResponseWriter, r *http.Request) {
	if !d.enter() {
		discordError(http.StatusServiceUnavailable, 0, "closing").write(w)
		return
	}
	defer d.gateways.Done()
	conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return // the answer was written
	}
	defer conn.Close()
	conn.SetReadLimit(maxGatewayPayload)
	s := &discordSession{conn: conn}
	var fault GatewayFault
	var closed bool
	d.change(func() {
		d.conns[conn] = s
		closed = d.closed
		if len(d.gatewayFaults) > 0 {
			fault, d.gatewayFaults = d.gatewayFaults[0], d.gatewayFaults[1:]
		}
	})
	defer d.change(func() { delete(d.conns, conn) })
	if closed {
		return
	}
	switch {
	case fault.Silent:
	case fault.Frame != "":
		conn.WriteMessage(websocket.TextMessage, []byte(fault.Frame))
	default:
		d.change(func() { s.send(opHello, "", map[string]any{"heartbeat_interval": d.beat.Milliseconds()}) })
	}
	for {
		var e gatewayEvent
		if err := conn.ReadJSON(&e); err != nil {
			return
		}
		code := fault.Close
		switch {
		case fault.Invalid && e.Op != opHeartbeat:
			d.change(func() { s.send(opInvalidSession, "", false) })
		case code == 0:
			code = d.hear(s, e)
		}
		if code != 0 {
			conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
			return
		}
	}
}

// enter counts a connection in, for Close to wait for, unless Close has begun.
func (d *Discord) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.gateways.Add(1)
	}
	return !d.closed
}

// hear answers one event of the bot. It returns the code to close the connection with, 0 for none.
func (d *Discord) hear(s *discordSession, e gatewayEvent) (closeCode int) {
	var said struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Intents   *int   `json:"intents"`
	}
	if e.Op == opIdentify || e.Op == opResume {
		if err := json.Unmarshal(e.Data, &said); err != nil {
			return 4002 // decode error
		}
		if strings.TrimPrefix(said.Token, "Bot ") != d.token {
			return 4004 // authentication failed
		}
	}
	d.change(func() {
		switch e.Op {
		case opHeartbeat:
			if !d.deaf {
				s.send(opHeartbeatAck, "", nil)
			}
		case opIdentify:
			if said.Intents == nil {
				d.violations = append(d.violations, "identify: intents are missing")
			}
			d.identified++
			d.admitted(s)
			s.send(opDispatch, "READY", map[string]any{
				"v": 9, "session_id": discordSessionID, "guilds": []any{}, "resume_gateway_url": "",
				"user":        map[string]any{"id": discordApp, "username": "pressalert", "bot": true},
				"application": map[string]any{"id": discordApp, "flags": 0},
			})
		case opResume:
			if said.SessionID != discordSessionID || d.identified == 0 {
				s.send(opInvalidSession, "", false)
				return
			}
			d.resumed++
			d.admitted(s)
			s.send(opDispatch, "RESUMED", map[string]any{})
		default:
			closeCode = 4001 // unknown opcode
		}
	})
	return closeCode
}

// admitted makes s the connection that events go over, in the place of one that may be dead by now. It is
// called under the lock.
func (d *Discord) admitted(s *discordSession) {
	for _, other := range d.conns {
		other.ready = false
	}
	s.ready = true
}

// send writes one event. Events are written under the lock of the Discord, so they do not mix.
func (s *discordSession) send(op int, kind string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	e := gatewayEvent{Op: op, Data: raw, Type: kind}
	if op == opDispatch {
		s.seq++
		e.Seq = &s.seq
	}
	// A broken connection is noticed by its reader.
	s.conn.SetWriteDeadline(time.Now().Add(time.Second))
	s.conn.WriteJSON(e)
}

// dispatch sends an event over a connection that is ready, if there is one. It is called under the lock.
func (d *Discord) dispatch(kind string, data any) bool {
	for _, s := range d.conns {
		if s.ready {
			s.send(opDispatch, kind, data)
			return true
		}
	}
	return false
}
