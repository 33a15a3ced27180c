package outbox

import (
	"errors"
	"math/rand/v2"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

const (
	// firstWait and longestWait bound the growing waits after a failure.
	firstWait   = 2 * time.Second
	longestWait = 30 * time.Minute
	// aloneAfter is after how many failures a message is put aside, so that the others go on.
	aloneAfter = 3
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

// An act is what follows a call.
type act int

const (
	done  act = iota // it is posted, or edited
	retry            // the same again, after a wait of the whole place, or of the message alone
	drop             // never again
	move             // the same again, elsewhere
	later            // an edit, or the answer to a post, that is tried again when its turn comes
	end              // the message cannot be edited any more
)

// A step is what is to be done after a call.
type step struct {
	act     act
	setback store.Setback // for retry
}

// decide says what follows a call that ended with err at now.
func decide(p parcel, err error, now time.Time) step {
	if err == nil {
		return step{act: done}
	}
	back := store.Setback{At: now, Reason: err.Error()}
	wait, told := errors.AsType[*chat.RetryError](err)
	elsewhere, moved := errors.AsType[*chat.MovedError](err)
	first := p.list[0]
	switch {
	case moved && elsewhere.To != p.to:
		return step{act: move}
	case p.messageID != "" && (errors.Is(err, chat.ErrRejected) || errors.Is(err, chat.ErrGone)):
		return step{act: end} // the message is gone, which says nothing about the channel
	case errors.Is(err, chat.ErrRejected):
		return step{act: drop}
	case told:
		back.Until = now.Add(wait.After)
	case errors.Is(err, chat.ErrGone):
		back.Until, back.Suspend = now.Add(goneWait), true
	case errors.Is(err, chat.ErrToken):
		back.Until = now.Add(tokenWait)
	case p.edits(), p.notice:
		return step{act: later}
	case !first.FirstTry.IsZero() && now.Sub(first.FirstTry) > giveUpAfter:
		return step{act: drop}
	default:
		back.Unknown = p.messageID == "" && errors.Is(err, chat.ErrUnknown)
		back.Failed = true
		back.Alone = first.Failures+1 >= aloneAfter && !errors.Is(err, errNotSetUp)
		back.Until = now.Add(growing(first.Failures))
	}
	return step{act: retry, setback: back}
}

// growing doubles the wait with each failure and adds up to a fifth by chance, so that many bots, or many
// channels, do not come back in step.
func growing(failures int) time.Duration {
	wait := longestWait
	if failures < 10 { // beyond, the shift only overflows
		wait = min(longestWait, firstWait<<failures)
	}
	return wait + rand.N(wait/5)
}
