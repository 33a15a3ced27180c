package chattest

import (
	"net/http"
	"strconv"
	"time"
)

// discordLimits are the limits that the fake keeps, and how much of them is used up.
type discordLimits struct {
	calls   int
	span    time.Duration
	all     int
	buckets map[string]*discordWindow
	whole   discordWindow
	refused int
}

// A discordWindow counts calls from the first on until its time is over.
type discordWindow struct {
	begun time.Time
	used  int
}

// take counts a call, or returns how long it is until the next window.
func (w *discordWindow) take(now time.Time, most int, span time.Duration) (wait time.Duration) {
	if now.Sub(w.begun) >= span {
		*w = discordWindow{begun: now}
	}
	if w.used >= most {
		return span - now.Sub(w.begun)
	}
	w.used++
	return 0
}

// Limit makes every channel take so many posts, and so many edits, in a span of time that begins with the
// first of them, as Discord does, and all channels together so many calls a second. What is more is
// answered with 429.
func (d *Discord) Limit(calls int, span time.Duration, allPerSecond int) {
	d.change(func() {
		d.limits = &discordLimits{calls: calls, span: span, all: allPerSecond, buckets: make(map[string]*discordWindow)}
	})
}

// Refused counts the calls that were answered with 429 because of Limit.
func (d *Discord) Refused() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.limits == nil {
		return 0
	}
	return d.limits.refused
}

// limit counts a post or an edit, and writes the headers that tell what is left. It reports false with
// the answer for a call too many.
func (d *Discord) limit(header http.Header, r *http.Request) (refusal discordAnswer, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	left, most, reset := 4, 5, time.Second
	bucket := "fake-" + r.Method
	if l := d.limits; l != nil {
		now := time.Now()
		if wait := l.whole.take(now, l.all, time.Second); wait > 0 {
			l.refused++
			return discordTooMany(Fault{Kind: TooManyEverywhere, Wait: wait}), false
		}
		key := bucket + r.PathValue("channel_id")
		w, known := l.buckets[key]
		if !known {
			w = new(discordWindow)
			l.buckets[key] = w
		}
		if wait := w.take(now, l.calls, l.span); wait > 0 {
			l.refused++
			return discordTooMany(Fault{Kind: TooMany, Wait: wait}), false
		}
		left, most, reset = l.calls-w.used, l.calls, l.span-now.Sub(w.begun)
	}
	header.Set("X-RateLimit-Limit", strconv.Itoa(most))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(reset.Seconds(), 'f', 3, 64))
	header.Set("X-RateLimit-Bucket", bucket)
	return discordAnswer{}, true
}
