package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http/httptrace"
	"sync"
	"time"

	"pressalert/feeds"
)

const (
	// grace is how long an answer may take its time, from the first byte of its header.
	grace = 10 * time.Second
	// minSpeed is, in bytes a second, what the body must have come in on average after that. A line of
	// 9,600 baud is twice as fast; an attacker who holds connections open sends a byte every few seconds.
	minSpeed = 512
	// beat is how often the speed is looked at after the grace.
	beat = time.Second
)

// A pulse ends a fetch whose answer drips. The header has to be there within the grace too: until it
// is, no byte of the body has come.
type pulse struct {
	// end ends the fetch with a reason.
	end context.CancelCauseFunc

	mu sync.Mutex // guards what is below
	// since is when the header of the present hop began to come, or zero if it did not yet.
	since time.Time
	bytes int64
	timer *time.Timer
}

// trace returns the hooks by which package http says when a hop begins and when its answer does.
func (p *pulse) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:              func(string) { p.rest() },
		GotFirstResponseByte: p.begin,
	}
}

// rest stops the watching until the next answer begins, or for good.
func (p *pulse) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since = time.Time{}
	if p.timer != nil {
		p.timer.Stop()
	}
}

func (p *pulse) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since, p.bytes = time.Now(), 0
	if p.timer != nil {
		p.timer.Stop()
	}
	p.timer = time.AfterFunc(grace, p.check)
}

func (p *pulse) check() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since.IsZero() {
		return
	}
	passed := time.Since(p.since)
	if float64(p.bytes) < minSpeed*passed.Seconds() {
		p.end(&feeds.Error{Class: feeds.Timeout, Detail: fmt.Sprintf(
			"too slow: %d bytes in %s; the server is overloaded, or somebody slows it down: tried again later, a mirror may help",
			p.bytes, passed.Round(time.Second))})
		return
	}
	p.timer.Reset(beat)
}

// answering reports whether the present hop has begun to answer.
func (p *pulse) answering() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.since.IsZero()
}

// A counted is a body whose bytes the pulse counts.
type counted struct {
	io.ReadCloser
	pulse *pulse
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	c.pulse.bytes += int64(n)
	return n, err
}
