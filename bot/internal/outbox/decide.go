package outbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

const (
	// firstWait and longestWait bound the growing waits after a failure.
	firstWait   = 2 * time.Second
	longestWait = 30 * time.Minute
	// goneWait is how often a channel that is not ours is tried again: when a person has put things
	// right, what was owed goes out by itself.
	goneWait = time.Hour
	// tokenWait is how long a platform rests that refuses our token.
	tokenWait = 5 * time.Minute
	// giveUpAfter is how long a message is tried that the service neither takes nor refuses. It must
	// not stand for ever before the ones behind it. A lost channel, a refused token and a wait that the
	// service asked for never count: those are not the message's fault.
	giveUpAfter = 72 * time.Hour
)

// An act is what follows a send.
type act int

const (
	sent act = iota
	retry
	drop
)

// A step is what is to be done with a delivery after a send.
type step struct {
	act     act
	setback store.Setback // for retry
}

// decide says what follows a send that ended with err at now.
func decide(p store.Pending, err error, now time.Time) step {
	if err == nil {
		return step{act: sent}
	}
	back := store.Setback{At: now, Reason: err.Error()}
	var wait *chat.RetryError
	switch {
	case errors.Is(err, chat.ErrRejected):
		return step{act: drop}
	case errors.As(err, &wait):
		back.Until = now.Add(wait.After)
	case errors.Is(err, chat.ErrGone):
		back.Until, back.Suspend = now.Add(goneWait), true
	case errors.Is(err, chat.ErrToken):
		back.Until = now.Add(tokenWait)
	case !p.FirstTry.IsZero() && now.Sub(p.FirstTry) > giveUpAfter:
		return step{act: drop}
	default:
		back.Unknown = errors.Is(err, chat.ErrUnknown)
		back.Until = now.Add(growing(p.Tries))
	}
	return step{act: retry, setback: back}
}

// growing doubles the wait with each try and adds up to a fifth by chance, so that many bots, or many
// channels, do not come back in step.
func growing(tries int) time.Duration {
	wait := longestWait
	if tries < 10 { // beyond, the shift only overflows
		wait = min(longestWait, firstWait<<tries)
	}
	return wait + rand.N(wait/5)
}

func suspendedNote(to chat.Destination, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("Cannot post in %s", to),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text("Its alerts are kept and go out by themselves once the bot may post there again. It is tried every hour."),
		},
		Level: chat.Notice,
	}
}

func droppedNote(p store.Pending, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("Alert %d was not posted in %s and is given up", p.Alert.ID, p.To),
		Link:  p.Alert.Item.Link,
		Body:  []chat.Paragraph{chat.Text(p.Alert.Item.Title), chat.Text("The service says: " + err.Error() + ".")},
		Level: chat.Notice,
	}
}

func tokenNote(platform string, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("%s refuses the bot's token", platform),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text("Nothing is lost: alerts wait until the token in the config is replaced and the bot restarted."),
		},
		Level: chat.Notice,
	}
}
