// Package chattest tests chat platforms: fakes of the services that speak their real wire formats on
// loopback, hold every call against the published API specs, and fail on demand; and one suite that
// every platform must pass. Only tests import it.
package chattest

import (
	"context"
	"time"
)

// A Service is a fake of a chat service's side of the wire.
type Service interface {
	// URL is the endpoint to give to the platform, on loopback.
	URL() string
	// Fail makes the next sends and edits meet these faults, one each, in this order; then all is well again.
	Fail(faults ...Fault)
	// Posts returns the messages that stand in the service's channels, oldest first.
	Posts() []Post
	// Requests counts the sends and edits received, those that met a fault included.
	Requests() int
	// Violations returns what the calls so far broke of the published API spec and limits, one line each.
	Violations() []string
}

// An Asker is a service in which people call commands.
type Asker interface {
	Service
	// Ask calls a command as a person would type it, such as "/latest KH 5", in the given channel and
	// returns the visible text of the answer.
	Ask(ctx context.Context, channel, line string) (string, error)
}

// A Post is a message as it stands in a channel.
type Post struct {
	ID      string
	Channel string
	Topic   string
	// Text is everything a reader sees, markup taken away.
	Text string
	// Key is the idempotency key as it went over the wire, "" where the service has none.
	Key string
}

// A Fault is one way in which a service fails a call.
type Fault struct {
	Kind FaultKind
	// Wait is the time that a TooMany answer asks for, in whole seconds.
	Wait time.Duration
}

// A FaultKind names a way to fail.
type FaultKind int

const (
	// TooMany answers 429 with the time to wait.
	TooMany FaultKind = iota
	// TooManyEverywhere answers 429 for the whole service, where it can say so.
	TooManyEverywhere
	// Gone answers that the bot was removed from the channel.
	Gone
	// Rejected answers that the message is malformed.
	Rejected
	// BadToken answers that the token is refused.
	BadToken
	// Broken answers 502 with a page of HTML, after posting nothing.
	Broken
	// LostAnswer posts the message, then closes the connection without an answer.
	LostAnswer
	// CutAnswer posts the message, then sends half of the answer.
	CutAnswer
)
