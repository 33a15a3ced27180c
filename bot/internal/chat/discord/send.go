package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// The kinds of calls that have buckets of their own.
const (
	kindPost      = "POST messages"
	kindEdit      = "PATCH message"
	kindThread    = "POST threads"
	kindCrosspost = "POST crosspost"
	kindChannel   = "GET channel"
	kindRename    = "PATCH channel"
)

// Send posts m, in several messages if it is too long for one: they are parted between paragraphs. Discord
// itself refuses to post the same key twice within a few minutes; and what is known to stand is not sent
// again while it is remembered. In a forum m begins a thread, or goes on in the thread of the message that
// it answers. Discord takes no key for a thread: if it is not known whether one was started, the next Send
// with the same key looks for it by its name.
func (p *Platform) Send(ctx context.Context, to chat.Destination, key string, m chat.Message) (string, error) {
	posts := compose(m, maxPosts)
	if len(posts) == 0 {
		return "", fmt.Errorf("post to %s: %w: it is empty", to, chat.ErrRejected)
	}
	s := p.sent.take(to, key)
	s.thread = cmp.Or(s.thread, place(to, m))
	if a, ok := parseAddress(m.ReplyTo); ok && a.thread == s.thread {
		posts[0].answers(a.ids[0])
	}
	begun := len(s.ids)
	for i := begun; i < len(posts); i++ {
		if key != "" {
			posts[i].Nonce, posts[i].EnforceNonce = nonce(to, key, i), true
		}
		id, err := p.post(ctx, &s, posts[i], m)
		if err != nil {
			p.sent.keep(key, s)
			return "", fmt.Errorf("post to %s: %w", to, err)
		}
		s.ids = append(s.ids, id)
	}
	p.sent.keep(key, s)
	if p.crosspost[to.Channel] && to.Topic == "" {
		p.passOn(ctx, to, s.ids[begun:])
	}
	return s.String(), nil
}

// place returns the thread of a forum in which m goes on, "" for none.
func place(to chat.Destination, m chat.Message) string {
	a, ok := parseAddress(m.ReplyTo)
	if !ok || to.Topic != "" {
		return ""
	}
	return a.thread
}

// post makes one post of s and returns its id. It finds out by trying that a channel is a forum.
func (p *Platform) post(ctx context.Context, s *sending, body post, m chat.Message) (string, error) {
	first := len(s.ids) == 0
	if first && s.thread == "" && s.to.Topic == "" && p.forums.known(s.to.Channel) {
		return p.startThread(ctx, s, body, m)
	}
	id, err := p.create(ctx, cmp.Or(s.thread, channel(s.to)), body)
	switch {
	case first && s.thread != "" && errors.Is(err, chat.ErrGone):
		s.thread, body.Reference = "", nil // The thread was deleted: m begins one of its own.
		return p.startThread(ctx, s, body, m)
	case first && s.thread == "" && s.to.Topic == "" && errors.Is(err, errNotText):
		f, lookErr := p.forum(ctx, s.to.Channel)
		if lookErr != nil {
			return "", lookErr // The channel may be a forum, so it is not known to be gone.
		}
		if !f.isForum() {
			return "", err
		}
		return p.startThread(ctx, s, body, m)
	}
	return id, err
}

// create posts a message in a channel or thread and returns its id.
func (p *Platform) create(ctx context.Context, channel string, body post) (string, error) {
	answer, err := p.paced(ctx, route{kindPost, channel},
		request{http.MethodPost, discordgo.EndpointChannelMessages(channel), body, body.file})
	if err != nil {
		return "", err
	}
	return postedID(answer)
}

// postedID reads the id of what was made.
func postedID(answer []byte) (string, error) {
	var posted struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer, &posted); err != nil || !snowflake.MatchString(posted.ID) {
		return "", fmt.Errorf("%w: the answer holds no message id", chat.ErrUnknown)
	}
	return posted.ID, nil
}

// passOn publishes posts of an announcement channel to those who follow it. The posts stand in any case,
// so nobody needs to know but the log.
func (p *Platform) passOn(ctx context.Context, to chat.Destination, ids []string) {
	for _, id := range ids {
		_, err := p.paced(ctx, route{kindCrosspost, to.Channel},
			request{method: http.MethodPost, url: discordgo.EndpointChannelMessageCrosspost(to.Channel, id)})
		if err != nil {
			p.log.Warn("discord: a post did not go to those who follow the channel", "to", to.String(), "err", err)
			return
		}
	}
}

// Edit replaces a message that Send posted. It can be neither more nor fewer posts than it was: what the
// last has no room for is left out, and one too many shows an ellipsis. A file is taken away.
func (p *Platform) Edit(ctx context.Context, to chat.Destination, id string, m chat.Message) error {
	a, ok := parseAddress(id)
	if !ok {
		return fmt.Errorf("edit in %s: %w: %q is not the id of a message", to, chat.ErrRejected, id)
	}
	posts := compose(m, len(a.ids)) // the role in it is not called again: edits notify nobody
	if len(posts) == 0 {
		return fmt.Errorf("edit %s in %s: %w: it is empty", id, to, chat.ErrRejected)
	}
	if a.thread != "" && m.Renames {
		p.reopen(ctx, a, m)
	}
	var rejected error
	for i, id := range a.ids {
		body := newPost([]*discordgo.MessageEmbed{{Description: ellipsis}})
		if i < len(posts) {
			body = posts[i]
			body.Flags = 0 // an edit makes no sound
		}
		err := p.replace(ctx, cmp.Or(a.thread, channel(to)), id, body)
		switch {
		case a.thread != "" && errors.Is(err, chat.ErrGone):
			// The thread is gone or archived, which says nothing about the forum.
			return fmt.Errorf("edit %s in %s: %w: %w", id, to, chat.ErrRejected, withoutGone(err))
		case errors.Is(err, chat.ErrRejected):
			rejected = fmt.Errorf("edit %s in %s: %w", id, to, err) // The other posts can do without this one.
		case err != nil:
			return fmt.Errorf("edit %s in %s: %w", id, to, err)
		}
	}
	return rejected
}

// withoutGone returns an error with the text of err that is not chat.ErrGone.
func withoutGone(err error) error { return errors.New(err.Error()) }

// replace edits one post.
func (p *Platform) replace(ctx context.Context, channel, id string, body post) error {
	_, err := p.paced(ctx, route{kindEdit, channel},
		request{http.MethodPatch, discordgo.EndpointChannelMessage(channel, id), body, body.file})
	return err
}

// channel returns the id to post to: a thread is a channel of its own.
func channel(to chat.Destination) string { return cmp.Or(to.Topic, to.Channel) }

// maxRemembered is how many messages are remembered, the last ones sent.
const maxRemembered = 2000

// A sending is how far a message has come: the posts that stand.
type sending struct {
	to chat.Destination
	address
	// doubt is when a thread was begun of which nobody knows whether it stands; zero for none.
	doubt time.Time
}

// A sentKey names a message for ever.
type sentKey struct {
	to  chat.Destination
	key string
}

// A memory knows what was posted under a key: Discord forgets it after a few minutes, and a message of
// several posts may be tried again much later. It is safe for concurrent use.
type memory struct {
	mu    sync.Mutex
	known *chat.Recent[sentKey, sending]
}

// take returns what is known of a key, which may be nothing.
func (m *memory) take(to chat.Destination, key string) sending {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.known.Get(sentKey{to, key}); ok && key != "" {
		return s
	}
	return sending{to: to}
}

// keep notes what was posted under a key.
func (m *memory) keep(key string, s sending) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if key != "" && (len(s.ids) > 0 || !s.doubt.IsZero()) {
		m.known.Put(sentKey{s.to, key}, s)
	}
}
