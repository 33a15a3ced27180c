package chattest

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// A board is what the parts of a fake share: a lock over its state, and a way to wait for the state to
// change. Its embedding struct lists the guarded fields below it.
type board struct {
	mu sync.Mutex
	// changed is closed and replaced with every change; mu guards it.
	changed chan struct{}
	// closing ends all waiting when the server closes; nil if it never does.
	closing chan struct{}
}

func newBoard() board {
	return board{changed: make(chan struct{}), closing: make(chan struct{})}
}

// change does f under the lock and wakes all who wait.
func (b *board) change(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
	close(b.changed)
	b.changed = make(chan struct{})
}

// wait returns once done reports true, asking again after each change, or when ctx or the server ends.
// It calls done under the lock.
func (b *board) wait(ctx context.Context, done func() bool) error {
	for {
		b.mu.Lock()
		ok, changed := done(), b.changed
		b.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-b.closing:
			return http.ErrServerClosed
		}
	}
}

// waitPosts waits until list, which is called under the lock, gives at least n posts.
func (b *board) waitPosts(ctx context.Context, n int, list func() []Post) ([]Post, error) {
	var posts []Post
	err := b.wait(ctx, func() bool {
		posts = list()
		return len(posts) >= n
	})
	if err != nil {
		return posts, fmt.Errorf("%d of %d posts: %w", len(posts), n, err)
	}
	return posts, nil
}
