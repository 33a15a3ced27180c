package telegram

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

const (
	// defaultWait is waited after a 429 that names no time.
	defaultWait = 30 * time.Second
	// maxWait bounds the wait that a 429 names; Telegram's longest known flood waits are of a day.
	maxWait = 48 * time.Hour
)

// The refusals that this package itself deals with.
var (
	// errNotModified means that an edit changes nothing.
	errNotModified = fmt.Errorf("%w: nothing to change", chat.ErrRejected)
	// errMarkup means that Telegram cannot read the HTML of a message.
	errMarkup = fmt.Errorf("%w: markup not understood", chat.ErrRejected)
	// errKeyboard means that Telegram does not take the buttons of a message.
	errKeyboard = fmt.Errorf("%w: buttons not understood", chat.ErrRejected)
	// errReply means that the message to be answered is not there, although we said that it need not be.
	errReply = fmt.Errorf("%w: nothing to reply to", chat.ErrRejected)
	// errPhoto means that a picture cannot be shown as one.
	errPhoto = fmt.Errorf("%w: picture not understood", chat.ErrRejected)
	// errCaption means that the text to be edited stands under a picture or file.
	errCaption = fmt.Errorf("%w: only a caption", chat.ErrRejected)
	// errLate means that a press was acknowledged too late.
	errLate = fmt.Errorf("%w: nobody waits any more", chat.ErrRejected)
	// errConflict means that getUpdates is taken: by another program, or by a webhook.
	errConflict = errors.New("another program receives this bot's messages")
)

// sentences tells the refusals apart that share a code. The Bot API has no finer codes, so the words
// must do; those that TDLib and the servers use are in testdata/errors.json. The first hit counts.
var sentences = []struct {
	part string
	err  error
}{
	{"message is not modified", errNotModified},
	{"can't parse entities", errMarkup},
	{"there is no text in the message to edit", errCaption},
	{"query is too old", errLate},
	{"message to be replied not found", errReply},
	{"inline keyboard", errKeyboard},
	{"button_", errKeyboard},
	{"reply markup", errKeyboard},
	{"photo_invalid", errPhoto},
	{"image_process_failed", errPhoto},
	{"chat not found", chat.ErrGone},
	{"user not found", chat.ErrGone},
	{"peer_id_invalid", chat.ErrGone},
	{"upgraded to a supergroup", chat.ErrGone}, // If it says to which one, that is no matter of words.
	{"deactivated", chat.ErrGone},
	{"was kicked", chat.ErrGone},
	{"thread not found", chat.ErrGone},
	{"topic_closed", chat.ErrGone},
	{"topic_deleted", chat.ErrGone},
	{"not enough rights", chat.ErrGone},
	{"have no rights", chat.ErrGone},
	{"need administrator rights", chat.ErrGone},
	{"chat_write_forbidden", chat.ErrGone},
	{"chat_send_plain_forbidden", chat.ErrGone},
	{"chat_admin_required", chat.ErrGone},
	{"chat_restricted", chat.ErrGone},
	{"channel_private", chat.ErrGone},
	// The one 500 that tells what happened: the message was posted, and somebody's moderation took it
	// away. To post it again would start a quarrel with that.
	{"immediately deleted", chat.ErrRejected},
}

// refusal says what became of a call that was answered, but not with success. err is what the library
// made of the answer.
func refusal(status int, err error) error {
	var said *tgbotapi.Error
	if !errors.As(err, &said) {
		return unreadable(status, err)
	}
	code := cmp.Or(said.Code, status)
	kind := meaning(code, said.Message)
	switch {
	case code == http.StatusTooManyRequests:
		return fmt.Errorf("%s: %w", said.Message, retry(said.RetryAfter))
	case said.MigrateToChatID != 0:
		to := chat.Destination{Platform: platform, Channel: strconv.FormatInt(said.MigrateToChatID, 10)}
		return fmt.Errorf("%d %s: %w", code, said.Message, &chat.MovedError{To: to})
	case kind == nil:
		return fmt.Errorf("%d %s", code, said.Message)
	}
	return fmt.Errorf("%w: %d %s", kind, code, said.Message)
}

// unreadable says what became of a call whose answer is not the Bot API's: cut off, or from a proxy.
func unreadable(status int, err error) error {
	switch {
	case status == http.StatusTooManyRequests:
		return fmt.Errorf("status %d: %w", status, retry(0))
	case status >= 300 && status < 500:
		// Whoever answered refused or redirected the call, so it was not carried out.
		return fmt.Errorf("status %d, and not in the Bot API's form: is the endpoint right?", status)
	}
	return fmt.Errorf("%w: status %d, unreadable answer: %w", chat.ErrUnknown, status, err)
}

// meaning sorts a refusal by its code and words; nil means no more than "not sent".
func meaning(code int, description string) error {
	lower := strings.ToLower(description)
	for _, s := range sentences {
		if strings.Contains(lower, s.part) {
			return s.err
		}
	}
	switch {
	case code == http.StatusUnauthorized, code == http.StatusNotFound && lower == "not found":
		// Telegram finds no page for what does not even look like a token.
		return chat.ErrToken
	case code == http.StatusForbidden:
		return chat.ErrGone
	case code == http.StatusConflict:
		return errConflict
	case code == http.StatusBadRequest, code == http.StatusNotFound, code == http.StatusRequestEntityTooLarge:
		return chat.ErrRejected
	case code < 300, code >= 500:
		return chat.ErrUnknown
	}
	return nil
}

func retry(seconds int) error {
	after := defaultWait
	if seconds > 0 {
		after = time.Duration(min(seconds, int(maxWait/time.Second))) * time.Second
	}
	return &chat.RetryError{After: after}
}
