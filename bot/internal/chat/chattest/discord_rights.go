package chattest

import (
	"net/http"
	"strconv"
)

// discordGuild is the id of the one server, and of the role that everybody in it has.
const discordGuild = "200000000000000001"

// discordRole is the id of the one role that the bot has besides.
const discordRole = "200000000000000002"

// discordMember is what everybody may: to see channels, to post in them and in threads, embeds, files, to read
// what was posted, and to pin (topics/permissions).
const discordMember = 1<<10 | 1<<11 | 1<<14 | 1<<15 | 1<<16 | 1<<38 | 1<<51

// A DiscordOverwrite changes permissions in a channel.
type DiscordOverwrite struct {
	// Of is "everyone", "role" for the bot's role, or "bot".
	Of          string
	Allow, Deny uint64
}

// SetOverwrites says what is otherwise in a channel than in its server.
func (d *Discord) SetOverwrites(channel string, overwrites ...DiscordOverwrite) {
	d.change(func() { d.overwrites[channel] = overwrites })
}

// SetPermissions says what everybody may in the server, and what the bot's role adds to it.
func (d *Discord) SetPermissions(everyone, role uint64) {
	d.change(func() { d.everyone, d.role = everyone, role })
}

// Lock makes a thread take no more posts of people who may not manage threads.
func (d *Discord) Lock(thread string) {
	d.change(func() { d.locked[thread] = true })
}

// inGuild completes a channel with its server, its overwrites, and what it is as a thread. It is called under
// the lock.
func (d *Discord) inGuild(id string, channel map[string]any) map[string]any {
	channel["guild_id"] = discordGuild
	list := []any{}
	for _, o := range d.overwrites[id] {
		of := map[string]string{"everyone": discordGuild, "role": discordRole, "bot": discordApp}[o.Of]
		list = append(list, map[string]any{
			"id": of, "type": map[bool]int{true: 1}[o.Of == "bot"],
			"allow": strconv.FormatUint(o.Allow, 10), "deny": strconv.FormatUint(o.Deny, 10),
		})
	}
	channel["permission_overwrites"] = list
	if parent, ok := d.threads[id]; ok {
		channel["type"], channel["parent_id"] = 11, parent
		channel["thread_metadata"] = map[string]any{"archived": false, "locked": d.locked[id]}
	}
	return channel
}

func (d *Discord) getGuild(*http.Request, discordBody) discordAnswer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return discordAnswer{status: http.StatusOK, body: map[string]any{
		"id": discordGuild, "name": "A server", "owner_id": "300000000000000009", "roles": []any{
			map[string]any{"id": discordGuild, "name": "@everyone", "permissions": strconv.FormatUint(d.everyone, 10)},
			map[string]any{"id": discordRole, "name": "Press alert", "permissions": strconv.FormatUint(d.role, 10)},
		},
	}}
}

func (d *Discord) getMe(*http.Request, discordBody) discordAnswer {
	return discordAnswer{status: http.StatusOK, body: map[string]any{"id": discordApp, "username": "Press alert", "bot": true}}
}

func (d *Discord) getMember(r *http.Request, _ discordBody) discordAnswer {
	if r.PathValue("user_id") != discordApp {
		return discordError(http.StatusNotFound, 10007, "Unknown Member")
	}
	return discordAnswer{status: http.StatusOK, body: map[string]any{
		"user": map[string]any{"id": discordApp, "username": "Press alert", "bot": true}, "roles": []any{discordRole},
		"communication_disabled_until": nil,
	}}
}
