// Package console is the chat platform of the terminal: it prints messages for a person to read, wrapped
// to a width in any script, and lets nothing that a publisher wrote drive the terminal.
package console

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"

	"pressalert/bot/internal/chat"
)

// DefaultWidth is the width in columns of a message when none is asked for, that of the oldest terminals.
const DefaultWidth = 80

// minWidth is the narrowest width in columns; below it words would fall apart.
const minWidth = 20

// Options say how messages look. The zero value is plain text of DefaultWidth columns.
type Options struct {
	// Width is the number of columns, 0 for DefaultWidth; less than 20 is taken as 20.
	Width int
	// Colour is true for a terminal that understands ANSI colours and bidirectional isolates.
	Colour bool
}

// A Platform prints messages to one writer. It is the terminal's chat.Platform.
type Platform struct {
	width  int
	colour bool

	mu sync.Mutex // guards what follows, and keeps messages whole
	w  io.Writer
	n  int // messages begun
}

var _ chat.Platform = (*Platform)(nil)

// New returns a platform that prints to w, each message in one call of Write. It never closes w.
func New(w io.Writer, o Options) *Platform {
	width := o.Width
	if width == 0 {
		width = DefaultWidth
	}
	return &Platform{w: w, width: max(width, minWidth), colour: o.Colour}
}

// Send prints m and returns its number, counted from 1. The destination and the key do not matter: there
// is one terminal, and whoever prints a message twice sees it twice.
func (p *Platform) Send(ctx context.Context, _ chat.Destination, _ string, m chat.Message) (string, error) {
	return p.print(ctx, "", m)
}

// Edit prints m again under a line that says which message it replaces: what was printed stays printed.
func (p *Platform) Edit(ctx context.Context, _ chat.Destination, id string, m chat.Message) error {
	_, err := p.print(ctx, "in place of message "+clean(id), m)
	return err
}

// Listen waits until ctx ends: nobody calls commands here, the terminal has its own verb for them.
func (p *Platform) Listen(ctx context.Context, _ []chat.Command, _ func(context.Context, chat.Request) chat.Answer) error {
	<-ctx.Done()
	return nil
}

// print writes m, parted from the message before it by a line.
func (p *Platform) print(ctx context.Context, note string, m chat.Message) (id string, err error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("print message: %w", err)
	}
	text := p.render(note, m)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n > 0 {
		text = p.separator() + text
	}
	p.n++
	n, err := io.WriteString(p.w, text)
	if err != nil && n > 0 {
		return "", fmt.Errorf("print message: %w: %w", chat.ErrUnknown, err)
	}
	if err != nil {
		return "", fmt.Errorf("print message: %w", err)
	}
	return strconv.Itoa(p.n), nil
}
