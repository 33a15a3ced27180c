package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// The limits of threads in forums (resources/channel, Start Thread in Forum or Media Channel).
const (
	maxThreadName  = 100
	maxAppliedTags = 5
)

const (
	// maxForums is how many forums are remembered.
	maxForums = 500
	// forumTime is how long the tags of a forum are taken for known: people change them now and then.
	forumTime = time.Hour
	// requireTag is the flag of forums in which each thread must have a tag.
	requireTag = 1 << 4
	// mediaChannel is the type of a forum of pictures, which discordgo names GuildMedia.
	mediaChannel = discordgo.ChannelTypeGuildMedia
)

// A forum is what matters of a channel when a thread is to be started in it.
type forum struct {
	Type  discordgo.ChannelType `json:"type"`
	Flags int                   `json:"flags"`
	// Last is the id of the thread that was started last.
	Last string `json:"last_message_id"`
	Tags []struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Moderated bool   `json:"moderated"`
	} `json:"available_tags"`

	asked time.Time
}

func (f forum) isForum() bool {
	return f.Type == discordgo.ChannelTypeGuildForum || f.Type == mediaChannel
}

// tags returns the ids of the tags by these names. A forum that demands a tag gets its first one that
// everybody may set rather than no thread.
func (f forum) tags(names []string) []string {
	ids := []string{}
	for _, name := range names {
		for _, t := range f.Tags {
			if strings.EqualFold(t.Name, strings.TrimSpace(name)) && !t.Moderated && len(ids) < maxAppliedTags {
				ids = append(ids, t.ID)
			}
		}
	}
	if len(ids) > 0 || f.Flags&requireTag == 0 {
		return ids
	}
	for _, t := range f.Tags {
		if !t.Moderated {
			return []string{t.ID}
		}
	}
	return ids
}

// forums remembers which channels are forums. It is safe for concurrent use.
type forums struct {
	mu  sync.Mutex
	all *chat.Recent[string, forum]
}

func (f *forums) get(channel string) (forum, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.all.Get(channel)
}

// known reports whether a channel is known to be a forum.
func (f *forums) known(channel string) bool {
	_, ok := f.get(channel)
	return ok
}

func (f *forums) put(channel string, found forum) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all.Put(channel, found)
}

// look asks what a channel is.
func (p *Platform) look(ctx context.Context, id string, channel any) error {
	answer, err := p.paced(ctx, route{kindChannel, id}, request{method: http.MethodGet, url: discordgo.EndpointChannel(id)})
	if err == nil {
		err = json.Unmarshal(answer, channel)
	}
	if err != nil {
		return fmt.Errorf("look at channel: %w", err)
	}
	return nil
}

// forum asks for a channel, and remembers it if it is a forum.
func (p *Platform) forum(ctx context.Context, id string) (forum, error) {
	f := forum{asked: time.Now()}
	if err := p.look(ctx, id, &f); err != nil {
		return forum{}, err
	}
	if f.isForum() {
		p.forums.put(id, f)
	}
	return f, nil
}

// startThread posts the first post of s as a new thread of a forum, and returns its id.
func (p *Platform) startThread(ctx context.Context, s *sending, body post, m chat.Message) (string, error) {
	if !s.doubt.IsZero() {
		if found, err := p.findThread(ctx, s, threadName(m)); err != nil || found {
			return s.thread, err
		}
	}
	f, known := p.forums.get(s.to.Channel)
	if !known || time.Since(f.asked) > forumTime {
		fresh, err := p.forum(ctx, s.to.Channel)
		if err != nil && !known {
			return "", err
		}
		if err == nil {
			f = fresh
		}
	}
	id, err := p.createThread(ctx, s, body, m, f.tags(m.Tags))
	if !errors.Is(err, chat.ErrRejected) {
		return id, err
	}
	// A tag may have been deleted, or become a must, since we asked.
	fresh, lookErr := p.forum(ctx, s.to.Channel)
	if lookErr != nil || len(fresh.Tags) == len(f.Tags) && fresh.Flags == f.Flags {
		return "", err
	}
	return p.createThread(ctx, s, body, m, fresh.tags(m.Tags))
}

// skew is how far Discord's clock may be behind ours.
const skew = time.Minute

// findThread looks whether the last thread of a forum is that of s, of which it is not known whether it was
// started, and reports true if it is.
func (p *Platform) findThread(ctx context.Context, s *sending, name string) (bool, error) {
	f, err := p.forum(ctx, s.to.Channel)
	if err != nil || f.Last == "" {
		return false, err
	}
	begun, err := discordgo.SnowflakeTimestamp(f.Last)
	if err != nil || begun.Before(s.doubt.Add(-skew)) {
		return false, nil
	}
	var thread struct {
		Name string `json:"name"`
	}
	if err := p.look(ctx, f.Last, &thread); err != nil || thread.Name != name {
		return false, err
	}
	s.thread, s.doubt = f.Last, time.Time{}
	return true, nil
}

// createThread makes the call. Discord takes no nonce here, so s notes if nobody knows what came of it.
func (p *Platform) createThread(ctx context.Context, s *sending, body post, m chat.Message, tags []string) (string, error) {
	body.Nonce, body.EnforceNonce, body.Reference = "", false, nil
	thread := struct {
		Name    string   `json:"name"`
		Tags    []string `json:"applied_tags"`
		Message post     `json:"message"`
	}{threadName(m), tags, body}
	begun := time.Now()
	answer, err := p.paced(ctx, route{kindThread, s.to.Channel},
		request{http.MethodPost, discordgo.EndpointChannelThreads(s.to.Channel), thread, body.file})
	var id string
	if err == nil {
		id, err = postedID(answer)
	}
	if errors.Is(err, chat.ErrUnknown) && s.doubt.IsZero() {
		s.doubt = begun
	}
	if err != nil {
		return "", fmt.Errorf("start thread: %w", err)
	}
	s.thread = id // which is also the id of its first message
	return id, nil
}

// reopen opens a thread again if it was archived, because nothing in it can be edited then, and gives it the name
// that the message which began it has now. The message matters more, so a failure is for the log.
func (p *Platform) reopen(ctx context.Context, a address, m chat.Message) {
	var body struct {
		Name     string `json:"name,omitempty"`
		Archived bool   `json:"archived"`
	}
	if slices.Contains(a.ids, a.thread) { // a thread has the id of its first message
		body.Name = threadName(m)
	}
	_, err := p.paced(ctx, route{kindRename, a.thread},
		request{method: http.MethodPatch, url: discordgo.EndpointChannel(a.thread), body: body})
	if err != nil {
		p.log.Warn("discord: a thread keeps its old name", "thread", a.thread, "err", err)
	}
}

// threadName returns what stands over a thread. Discord reads no markdown there.
func threadName(m chat.Message) string {
	line := cmp.Or(oneLine(m.Title), oneLine(m.Kicker))
	for _, p := range m.Body {
		line = cmp.Or(line, oneLine(p.PlainText()))
	}
	return cmp.Or(fitted(maxThreadName, plainly(line)), ellipsis)
}
