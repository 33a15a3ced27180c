package command

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

const (
	// requestsMax is how much a person may ask within a limitSpan: more than anybody reads, and far less
	// than would keep the bot from others.
	requestsMax = 20
	limitSpan   = time.Minute
)

// A limiter bounds what each person may ask. It remembers when people asked for a limitSpan, in memory
// alone, and never what. The zero value is ready.
type limiter struct {
	mu    sync.Mutex
	asked map[string][]time.Time // by person, at most requestsMax, the first in front
	swept time.Time
}

// wait takes a request at now, and returns how long whoever makes it must wait instead, 0 if not at all.
func (l *limiter) wait(who string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) >= limitSpan {
		l.sweep(now)
	}
	times := lately(l.asked[who], now)
	if len(times) >= requestsMax {
		return times[0].Add(limitSpan).Sub(now)
	}
	l.asked[who] = append(times, now)
	return 0
}

// sweep forgets everybody who has asked nothing for a limitSpan.
func (l *limiter) sweep(now time.Time) {
	kept := make(map[string][]time.Time)
	for who, times := range l.asked {
		if times = lately(times, now); len(times) > 0 {
			kept[who] = times
		}
	}
	l.asked, l.swept = kept, now
}

// lately drops the times that are a limitSpan ago.
func lately(times []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return now.Sub(t) >= limitSpan })
}

// tooMany answers a request that is one too many.
func tooMany(w spoken.Words, r chat.Request, wait time.Duration) chat.Answer {
	text := w.Count(spoken.AnswerTooMany, requestsMax, "seconds", strconv.Itoa(int(wait.Round(time.Second).Seconds())))
	if r.Press != "" {
		return chat.Answer{Toast: text}
	}
	return chat.Answer{Message: chat.Message{Title: text, Language: w.Language()}, Private: true}
}

// A tally counts how often each command was asked since the start, and nothing else of it. The zero value
// is ready.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(command string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[command]++
}

// String lists the counts, the largest first.
func (c *tally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := slices.SortedFunc(maps.Keys(c.counts), func(a, b string) int {
		if c.counts[a] != c.counts[b] {
			return c.counts[b] - c.counts[a]
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, 0, len(names))
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %d", name, c.counts[name]))
	}
	return strings.Join(parts, ", ")
}
