package command

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

const (
	// recallSign stands before the token of a search that is too long for a button. No word of a search
	// begins so: it is taken out of what people type.
	recallSign = "~"
	// rememberedSearches bounds the searches that are remembered, the newest ones.
	rememberedSearches = 1000
	// tokenSize is the length of a token before it is written, in bytes: nobody gains by guessing one.
	tokenSize = 6
)

// searches remember the words of searches that do not fit into the buttons that turn their pages. They are
// kept nowhere but in memory, and not who asked. The zero value is ready; it is safe for concurrent use.
type searches struct {
	mu    sync.Mutex
	words map[string]string
	// order has the tokens in the order of their coming, as a ring that begins at next.
	order []string
	next  int
}

// keep remembers words and returns a token for them.
func (s *searches) keep(words string) string {
	sum := sha256.Sum256([]byte(words))
	token := hex.EncodeToString(sum[:tokenSize])
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.words[token]; known {
		return token
	}
	if s.words == nil {
		s.words = make(map[string]string)
	}
	if len(s.order) < rememberedSearches {
		s.order = append(s.order, token)
	} else {
		delete(s.words, s.order[s.next])
		s.order[s.next] = token
		s.next = (s.next + 1) % rememberedSearches
	}
	s.words[token] = words
	return token
}

// recall returns the words of a token. It reports false if they were forgotten.
func (s *searches) recall(token string) (words string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	words, known = s.words[token]
	return words, known
}
