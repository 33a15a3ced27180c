package chattest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pressalert/bot/internal/chat"
)

// discordPosted is what there is to a message beside its text.
type discordPosted struct {
	buttons [][]discordButton
	replyTo string
	quiet   bool
	role    string
}

// A DiscordThread is a thread that was started in a forum.
type DiscordThread struct {
	ID    string
	Forum string
	Name  string
	// Tags are the names of the tags that were given to it.
	Tags []string
}

// AddForum makes a channel a forum with these tags. In a demanding one each thread must have a tag.
func (d *Discord) AddForum(forum string, demanding bool, tags ...string) {
	d.change(func() { d.forums[forum], d.demanding[forum] = tags, demanding })
}

// CloseThread makes a thread one that was deleted.
func (d *Discord) CloseThread(thread string) {
	d.change(func() { delete(d.threads, thread) })
}

// Threads returns the threads that were started in forums, oldest first.
func (d *Discord) Threads() []DiscordThread {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.started)
}

// Crossposts returns the ids of the messages that were passed on to followers.
func (d *Discord) Crossposts() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.crossposts)
}

// Quiet tells whether a message was posted without a sound.
func (d *Discord) Quiet(id string) bool { return d.lookup(id).quiet }

// Role returns the role that a message called, "" for none.
func (d *Discord) Role(id string) string { return d.lookup(id).role }

// ReplyTo returns the id of the message that another one answers, "" if none.
func (d *Discord) ReplyTo(id string) string { return d.lookup(id).replyTo }

// Files returns the files that stand in the channels, oldest first.
func (d *Discord) Files() []chat.File {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.files)
}

// Buttons returns the buttons of a message in rows.
func (d *Discord) Buttons(id string) [][]chat.Button {
	var rows [][]chat.Button
	for _, row := range d.lookup(id).buttons {
		var line []chat.Button
		for _, b := range row {
			line = append(line, chat.Button{Text: b.Label, Link: b.URL, Data: b.CustomID})
		}
		rows = append(rows, line)
	}
	return rows
}

// lookup returns what is known of a message, of whose ids the last counts if it is several posts.
func (d *Discord) lookup(id string) discordPosted {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.posted[id[strings.LastIndexAny(id, ",/")+1:]]; ok {
		return *p
	}
	return discordPosted{}
}

// createMessage posts a message, or returns the one that has its nonce already.
func (d *Discord) createMessage(r *http.Request, body discordBody) (a discordAnswer) {
	channel, m := r.PathValue("channel_id"), body.message()
	d.change(func() {
		if _, ok := d.forums[channel]; ok {
			a = discordError(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
			return
		}
		if d.wasThread(channel) {
			a = discordError(http.StatusNotFound, 10003, "Unknown Channel")
			return
		}
		id, known := d.nonces[m.Nonce]
		if !known || !m.EnforceNonce || m.Nonce == "" {
			id = d.newID()
			d.store(id, channel, m, body.files)
		}
		if m.Nonce != "" {
			d.nonces[m.Nonce] = id
		}
		a = sentDiscordMessage(id, channel, m)
	})
	return a
}

// wasThread tells whether a channel is a thread that was deleted. It is called under the lock.
func (d *Discord) wasThread(channel string) bool {
	_, stands := d.threads[channel]
	return !stands && slices.ContainsFunc(d.started, func(t DiscordThread) bool { return t.ID == channel })
}

// store puts a new message into a channel or thread. It is called under the lock.
func (d *Discord) store(id, channel string, m discordMessage, files []chat.File) {
	post := Post{ID: id, Channel: channel, Text: m.visible(), Key: m.Nonce}
	if parent, ok := d.threads[channel]; ok {
		post.Channel, post.Topic = parent, channel
	}
	p := &discordPosted{buttons: m.buttons(), quiet: m.Flags&flagQuiet != 0, role: m.role()}
	if m.Reference != nil && slices.ContainsFunc(d.posts, func(p Post) bool { return p.ID == m.Reference.MessageID }) {
		p.replyTo = m.Reference.MessageID
	}
	d.posts, d.posted[id] = append(d.posts, post), p
	d.files = append(d.files, files...)
}

// editMessage replaces a message that was posted in the channel.
func (d *Discord) editMessage(r *http.Request, body discordBody) (a discordAnswer) {
	channel, id, m := r.PathValue("channel_id"), r.PathValue("message_id"), body.message()
	d.change(func() {
		at := slices.IndexFunc(d.posts, func(p Post) bool {
			return p.ID == id && (p.Topic == channel || p.Topic == "" && p.Channel == channel)
		})
		if d.wasThread(channel) {
			a = discordError(http.StatusNotFound, 10003, "Unknown Channel")
			return
		}
		if at < 0 {
			a = discordError(http.StatusNotFound, 10008, "Unknown Message")
			return
		}
		if d.archived[channel] {
			a = discordError(http.StatusBadRequest, 50083, "Thread is archived")
			return
		}
		d.update(at, m)
		a = sentDiscordMessage(id, channel, m)
	})
	return a
}

// update replaces a post by its place. It is called under the lock.
func (d *Discord) update(at int, m discordMessage) {
	d.posts[at].Text = m.visible()
	d.posted[d.posts[at].ID].buttons = m.buttons()
}

// startThread posts the first message of a new thread in a forum.
func (d *Discord) startThread(r *http.Request, body discordBody) (a discordAnswer) {
	forum := r.PathValue("channel_id")
	var thread struct {
		Name string   `json:"name"`
		Tags []string `json:"applied_tags"`
	}
	if err := json.Unmarshal(body.json, &thread); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	m := body.message()
	d.change(func() {
		names, ok := d.forums[forum]
		if !ok {
			a = discordError(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
			return
		}
		started := DiscordThread{ID: d.newID(), Forum: forum, Name: thread.Name}
		for _, id := range thread.Tags {
			n, err := strconv.Atoi(id)
			if err != nil || n < 1 || n > len(names) {
				a = discordError(http.StatusBadRequest, 50035, "Invalid Form Body: applied_tags")
				return
			}
			started.Tags = append(started.Tags, names[n-1])
		}
		if d.demanding[forum] && len(started.Tags) == 0 {
			a = discordError(http.StatusBadRequest, 40067, "A tag is required to create a forum post in this channel")
			return
		}
		d.started = append(d.started, started)
		d.threads[started.ID] = forum
		d.store(started.ID, started.ID, m, body.files)
		a = discordAnswer{status: http.StatusCreated, body: map[string]any{
			"id": started.ID, "parent_id": forum, "type": 11, "name": thread.Name, "message": map[string]any{"id": started.ID},
		}}
	})
	return a
}

// getChannel tells what a channel is.
func (d *Discord) getChannel(r *http.Request, _ discordBody) discordAnswer {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := r.PathValue("channel_id")
	channel := map[string]any{"id": id, "type": 0, "flags": 0}
	if names, ok := d.forums[id]; ok {
		tags := []any{}
		for i, name := range names {
			tags = append(tags, map[string]any{"id": strconv.Itoa(i + 1), "name": name, "moderated": false})
		}
		channel["type"], channel["available_tags"] = 15, tags
		for _, t := range d.started {
			if t.Forum == id {
				channel["last_message_id"] = t.ID
			}
		}
		if d.demanding[id] {
			channel["flags"] = 1 << 4
		}
	}
	if at := slices.IndexFunc(d.started, func(t DiscordThread) bool { return t.ID == id }); at >= 0 {
		channel["type"], channel["name"], channel["parent_id"] = 11, d.started[at].Name, d.started[at].Forum
	}
	return discordAnswer{status: http.StatusOK, body: d.inGuild(id, channel)}
}

// crosspost passes a message on.
func (d *Discord) crosspost(r *http.Request, _ discordBody) (a discordAnswer) {
	id := r.PathValue("message_id")
	d.change(func() {
		d.crossposts = append(d.crossposts, id)
		a = discordAnswer{status: http.StatusOK, body: map[string]any{"id": id, "channel_id": r.PathValue("channel_id")}}
	})
	return a
}

// sentDiscordMessage is a message as Discord returns it.
func sentDiscordMessage(id, channel string, m discordMessage) discordAnswer {
	return discordAnswer{status: http.StatusOK, body: map[string]any{
		"id": id, "channel_id": channel, "type": 0, "content": m.Content, "embeds": m.Embeds, "nonce": m.Nonce,
		"timestamp": "2026-11-02T00:00:00+00:00", "tts": false, "pinned": false,
		"author": map[string]any{"id": discordApp, "username": "pressalert", "bot": true},
	}}
}
