package telegram

import (
	"slices"
	"sync"

	"pressalert/bot/internal/chat"
)

// maxRemembered is how many messages are remembered as sent: those of several minutes at the pace that
// Telegram allows, and a call that is repeated comes sooner.
const maxRemembered = 10_000

// sentKey names a message that is to be sent.
type sentKey struct {
	to  chat.Destination
	key string
}

// A sending is how far a message has come.
type sending struct {
	// left are the posts still to be made.
	left []post
	// ids are those of the posts made, lone that of a file's post without text.
	ids  []string
	lone string
}

// A memory keeps what has been sent, so that it is not sent again. It is safe for concurrent use.
type memory struct {
	mu    sync.Mutex // guards known
	known *chat.Recent[sentKey, sending]
}

// recall returns how far a message has come, and false if nothing of it is known to stand.
func (m *memory) recall(k sentKey) (sending, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.known.Get(k)
	return s, ok
}

// keep remembers how far a message with a key has come.
func (m *memory) keep(k sentKey, s sending) {
	if k.key == "" || len(s.ids) == 0 && s.lone == "" {
		return
	}
	if len(s.left) == 0 {
		s.left = nil // What stands needs no text any more.
	}
	s.ids = slices.Clip(s.ids) // Whoever goes on from here must not write into this list.
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known.Put(k, s)
}
