// Package chat holds what the bot and a chat service say to each other: messages, commands,
// destinations, and the one interface that every service implements.
package chat

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Platform carries messages to, and commands from, one chat service.
// Its methods may be called at the same time from several goroutines.
// No error of a platform contains a token, a secret or the address of a webhook.
type Platform interface {
	// Send posts m to a channel and returns the platform's id for it. The key names this message for
	// ever: a service that can, refuses to post the same key twice. Send reports ErrGone if the channel
	// is no longer ours, *MovedError if it is elsewhere now, *RetryError if told to wait, ErrRejected if m
	// itself can never be accepted, ErrToken if the service refuses our token, ErrUnknown if the service
	// may have taken m without saying so; any other error means not sent.
	Send(ctx context.Context, to Destination, key string, m Message) (id string, err error)
	// Edit replaces a message that Send posted. "Not modified" is success. Its errors are those of Send.
	Edit(ctx context.Context, to Destination, id string, m Message) error
	// Listen publishes menu and answers requests, presses of buttons among them, until ctx ends,
	// reconnecting as often as needed.
	// It returns nil when ctx ended, and an error only when it would be useless to go on
	// (ErrToken, or a right that the bot lacks).
	Listen(ctx context.Context, menu []Command, answer func(context.Context, Request) Answer) error
}

// A Pinner is a Platform that can hold a message at the head of its channel.
type Pinner interface {
	// Pin holds the message that Send gave id to at the head of its channel, beside others that are pinned
	// there, without a sound. Its errors are those of Send; ErrGone means that the bot may not pin there,
	// which says nothing about posting.
	Pin(ctx context.Context, to Destination, id string) error
	// Unpin lets go of a message that Pin holds. That it is gone, or not pinned, is success.
	Unpin(ctx context.Context, to Destination, id string) error
}

// The outcomes of a call that callers branch on. A platform wraps them with the service's own words.
var (
	// ErrGone means that the channel is no longer ours: deleted, blocked, kicked, or no right to post.
	// Nothing was sent and nothing will be until a person acts.
	ErrGone = errors.New("channel is not ours to post in")
	// ErrRejected means that the service will never accept this message, however often it is sent.
	ErrRejected = errors.New("message rejected")
	// ErrToken means that the service refuses our token: nothing can be sent to any of its channels.
	ErrToken = errors.New("token refused")
	// ErrUnknown means that the request left us and no answer told what became of it: the message may
	// have been posted.
	ErrUnknown = errors.New("outcome unknown")
)

// A RetryError means not sent, and not to be tried before After has passed.
type RetryError struct {
	// After is the time the service asked for, at least 0.
	After time.Duration
	// Everywhere is true when the wait holds for all channels of the service, not only for this one.
	Everywhere bool
}

func (e *RetryError) Error() string {
	return fmt.Sprintf("told to wait %s", e.After)
}

// A MovedError means not sent: the channel has moved, as a Telegram group does that becomes a supergroup.
// What was to be sent belongs to the new place, at once, and nothing will ever again be posted in the old
// one: whoever keeps destinations writes To in the place of the old one.
type MovedError struct {
	// To is where the channel is now. It has no topic.
	To Destination
}

func (e *MovedError) Error() string {
	return "channel has moved to " + e.To.String()
}
