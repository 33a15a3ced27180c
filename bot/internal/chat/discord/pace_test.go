package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// bubble returns a platform and its fake for a bubble of time. It keeps Discord's limits.
func bubble() (*Platform, *chattest.Discord) {
	service, transport := chattest.DiscordInBubble()
	return New(Options{Token: chattest.DiscordToken, Client: &http.Client{Transport: transport}}), service
}

// sendAll sends so many messages to each of so many channels, one after another in each, and returns how
// long that took.
func sendAll(t *testing.T, p *Platform, channels, messages int) time.Duration {
	start := time.Now()
	var senders sync.WaitGroup
	for c := range channels {
		to := chat.Destination{Platform: "discord", Channel: strconv.Itoa(c + 1)}
		senders.Go(func() {
			for m := range messages {
				if _, err := p.Send(t.Context(), to, strconv.Itoa(m), chat.Message{Title: "Title"}); err != nil {
					t.Errorf("Send to %s: %v", to, err)
				}
			}
		})
	}
	senders.Wait()
	return time.Since(start)
}

// TestPace measures at the fake how long it takes to send to many channels: no call is refused, and it takes no
// more than 5 % longer than the limits demand. To see the figures:
//
//	go test ./bot/internal/chat/discord ./bot/internal/chat/telegram -run 'TestPace$' -v
func TestPace(t *testing.T) {
	const (
		calls = 5
		span  = 5 * time.Second
		all   = 50
	)
	for _, c := range []struct {
		name               string
		channels, messages int
		// want is the shortest time in which the limits allow the last message: in one channel a bucket of five
		// in five seconds, and in all one message in a fiftieth of a second.
		want time.Duration
	}{
		{"fewer than one bucket", 1, 5, 4 * time.Second / all},
		{"one channel", 1, 101, 20 * span},
		{"one channel for long", 1, 501, 100 * span},
		{"many channels", 500, 1, 499 * time.Second / all},
		{"a long queue", 1000, 1, 999 * time.Second / all},
		{"many of many", 100, 30, 2999 * time.Second / all},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, service := bubble()
				service.Limit(calls, span, all)
				took := sendAll(t, p, c.channels, c.messages)
				t.Logf("%d messages to %d channels took %s, %+.2f %% of the shortest time", c.channels*c.messages, c.channels,
					took, 100*(took.Seconds()/c.want.Seconds()-1))
				if got := service.Refused(); got > 0 {
					t.Errorf("%d calls were refused, want none", got)
				}
				if n := len(service.Posts()); n != c.channels*c.messages {
					t.Errorf("posts = %d", n)
				}
				if most := c.want + c.want/20; took < c.want || took > most {
					t.Errorf("took %s, want %s to %s", took, c.want, most)
				}
			})
		})
	}
}

// TestPaceOfOthers checks that a channel which must wait does not hold up another.
func TestPaceOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, service := bubble()
		service.Limit(1, 8*time.Second, 50)
		var blocked sync.WaitGroup
		for i := range 20 {
			blocked.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				p.Send(ctx, somewhere, strconv.Itoa(i), chat.Message{Title: "Title"})
			})
		}
		synctest.Wait()
		start := time.Now()
		to := chat.Destination{Platform: "discord", Channel: "2"}
		if _, err := p.Send(t.Context(), to, "key", chat.Message{Title: "Title"}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("another channel waited %s", took)
		}
		blocked.Wait()
		if got := service.Refused(); got > 0 {
			t.Errorf("%d calls were refused, want none", got)
		}
	})
}

// TestPaceWithoutTime checks that a call whose turn comes too late is refused at once and not sent.
func TestPaceWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, service := bubble()
		service.Limit(1, 8*time.Second, 50)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		for i, ok := range []bool{true, false} {
			_, err := p.Send(ctx, somewhere, strconv.Itoa(i), chat.Message{Title: "Title"})
			retry, is := errors.AsType[*chat.RetryError](err)
			if ok != (err == nil) || !ok && (!is || retry.After > 9*time.Second || retry.Everywhere) {
				t.Errorf("Send %d = %v", i, err)
			}
		}
		if got := service.Requests(); got != 1 {
			t.Errorf("requests = %d, want 1", got)
		}
	})
}

// TestSharedBucket checks that two kinds of calls of one bucket wait for each other.
func TestSharedBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		p := answering(func(*http.Request) (int, http.Header, string) {
			calls++
			h := http.Header{}
			h.Set("X-RateLimit-Bucket", "shared")
			h.Set("X-RateLimit-Remaining", strconv.Itoa(3-calls))
			h.Set("X-RateLimit-Reset-After", "4.5")
			return 200, h, `{"id":"1"}`
		}, nil)
		start := time.Now()
		for i := range 4 {
			if _, err := p.Send(t.Context(), somewhere, strconv.Itoa(i), chat.Message{Title: "Title"}); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if err := p.Edit(t.Context(), somewhere, "1", chat.Message{Title: "Title"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if took := time.Since(start); took < 4500*time.Millisecond {
			t.Errorf("took %s, want the fourth call to wait", took)
		}
	})
}

// answering returns a platform whose calls a function answers.
func answering(answer func(*http.Request) (int, http.Header, string), limits *Limits) *Platform {
	var mu sync.Mutex
	return New(Options{Token: chattest.DiscordToken, Limits: limits, Client: &http.Client{
		Transport: transport(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			status, header, body := answer(r)
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}),
	}})
}

// A transport is a function that is an http.RoundTripper.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip calls t.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// TestInvalidRequests checks that calls stop after so many refusals, and go on when the first are ten
// minutes old.
func TestInvalidRequests(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		stops  bool
	}{
		{"401", 401, nil, true},
		{"403", 403, nil, true},
		{"429", 429, nil, true},
		{"429 of a limit that others share", 429, http.Header{"X-Ratelimit-Scope": {"shared"}}, false},
		{"400", 400, nil, false},
		{"502", 502, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				p := answering(func(*http.Request) (int, http.Header, string) {
					calls++
					return c.status, c.header, `{"message":"no","code":0,"retry_after":0.1}`
				}, &Limits{Invalid: 3})
				send := func() error {
					_, err := p.Send(t.Context(), somewhere, "", chat.Message{Title: "Title"})
					return err
				}
				for range 5 {
					time.Sleep(time.Second)
					send()
				}
				if stopped := calls == 3; stopped != c.stops {
					t.Errorf("calls = %d, want them stopped %t", calls, c.stops)
				}
				if !c.stops {
					return
				}
				retry, ok := errors.AsType[*chat.RetryError](send())
				if !ok || !retry.Everywhere || retry.After != 10*time.Minute-4*time.Second {
					t.Errorf("Send = %+v, want to wait 9m56s everywhere", retry)
				}
				if err := p.Listen(timeout(t, time.Second), nil, nil); err != nil || calls != 3 {
					t.Errorf("Listen = %v after %d calls, want no call", err, calls)
				}
				time.Sleep(retry.After)
				send()
				if calls != 4 {
					t.Errorf("calls = %d, want one more after ten minutes", calls)
				}
			})
		})
	}
}

// timeout returns a context that ends after d.
func timeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// TestToldToWait checks that all channels wait after a refusal that was for all of them.
func TestToldToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		start := time.Now()
		p := answering(func(*http.Request) (int, http.Header, string) {
			times = append(times, time.Since(start))
			if len(times) == 1 {
				return 429, http.Header{}, `{"message":"wait","retry_after":3,"global":true}`
			}
			return 200, http.Header{}, `{"id":"1"}`
		}, nil)
		for i := range 2 {
			to := chat.Destination{Platform: "discord", Channel: strconv.Itoa(i + 1)}
			if _, err := p.Send(t.Context(), to, "key", chat.Message{Title: "Title"}); (err == nil) != (i == 1) {
				t.Errorf("Send %d = %v", i, err)
			}
		}
		if got, want := fmt.Sprint(times), "[0s 3s]"; got != want {
			t.Errorf("calls at %s, want %s", got, want)
		}
	})
}

// FuzzHear holds that no head of an answer makes calls wait longer than Discord's longest limit.
func FuzzHear(f *testing.F) {
	f.Add("5", "1.000", "abc")
	f.Add("0", "1e300", "")
	f.Add("-1", "NaN", "x y")
	f.Fuzz(func(t *testing.T, left, reset, name string) {
		p := newPacer(discordLimits)
		h := http.Header{"X-Ratelimit-Remaining": {left}, "X-Ratelimit-Reset-After": {reset}, "X-Ratelimit-Bucket": {name}}
		r := route{kindPost, "1"}
		l := p.lane(r)
		p.learn(r, l, h, nil)
		if wait := p.take(p.lane(r), time.Now()); wait > longestWait+margin || l.left < 0 {
			t.Errorf("a wait of %s with %d left", wait, l.left)
		}
	})
}
