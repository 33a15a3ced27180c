package chat

import (
	"context"
	"fmt"
	"net/http/httptrace"
	"sync/atomic"
)

// An Attempt watches one HTTP request to tell "not sent" from "outcome unknown": once a byte of the
// request was written, a missing answer no longer proves that nothing was posted.
type Attempt struct {
	wrote atomic.Bool
}

// Watch returns a context under which the request must be made.
func (a *Attempt) Watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// WroteHeaders is the earliest sign; it comes before the body is flushed, so it may call a
		// request unknown that was not fully sent, never the other way round.
		WroteHeaders: func() { a.wrote.Store(true) },
	})
}

// Failed wraps the error of a request that got no readable answer: with ErrUnknown if the service may
// have seen it, as it is if not.
func (a *Attempt) Failed(err error) error {
	if a.wrote.Load() {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return err
}
