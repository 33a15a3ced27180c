package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
)

// firstPause and longestPause bound the growing waits between tries.
const firstPause, longestPause = time.Second, time.Minute

// isMe reports whether name is the bot's username, which it asks Telegram for the first time.
func (p *Platform) isMe(ctx context.Context, name string) bool {
	mine, err := p.username(ctx)
	if err != nil {
		p.log.Warn("telegram: own name unknown, so a command with a name is left out", "err", err)
	}
	return err == nil && strings.EqualFold(name, mine)
}

// username returns the bot's username. It asks for it until it is known or ctx ends.
func (p *Platform) username(ctx context.Context) (string, error) {
	select {
	case p.naming <- struct{}{}:
		defer func() { <-p.naming }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if p.name != "" {
		return p.name, nil
	}
	var me struct {
		Username string `json:"username"`
	}
	err := persist(ctx, readable, func() error {
		got, err := p.call(ctx, callTimeout, "getMe", nil)
		if err != nil {
			return err
		}
		return json.Unmarshal(got.result, &me)
	})
	p.name = me.Username
	return p.name, err
}

// persist calls try until it succeeds, fails in a way that again does not accept, or ctx ends. It
// waits as long as it is told to, or ever longer, and gives up at once if ctx ends before that.
func persist(ctx context.Context, again func(error) bool, try func() error) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := try()
		if err == nil || !again(err) {
			return err
		}
		wait := waitAfter(err, pause)
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
			return err
		}
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// notSent reports whether a failed send may be tried again with success and without posting twice.
func notSent(err error) bool {
	return readable(err) && !errors.Is(err, chat.ErrUnknown)
}

// readable reports whether a failed call that changes nothing may be tried again with success.
func readable(err error) bool {
	_, moved := errors.AsType[*chat.MovedError](err)
	return !moved && !errors.Is(err, chat.ErrGone) && !errors.Is(err, chat.ErrRejected) && !errors.Is(err, chat.ErrToken)
}

// waitAfter returns how long to wait after err: at least pause, and what the service asks for.
func waitAfter(err error, pause time.Duration) time.Duration {
	var retry *chat.RetryError
	if errors.As(err, &retry) {
		return max(retry.After, pause)
	}
	return pause
}

// sleep waits and reports whether ctx lasted.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
