package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

var _ chat.Inspector = (*Platform)(nil)

// pinMessages is PIN_MESSAGES, which discordgo does not know yet (topics/permissions).
const pinMessages = 1 << 51

// kindGuild is the kind of calls that ask for a server and who is in it.
const kindGuild = "GET guild"

// bits are permissions, as Discord writes them: a number in a string.
type bits int64

// UnmarshalJSON reads the number.
func (b *bits) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	n, err := strconv.ParseUint(s, 10, 64)
	*b = bits(n)
	return err
}

// An overwrite changes permissions in one channel, for a role or a member.
type overwrite struct {
	ID    string `json:"id"`
	Allow bits   `json:"allow"`
	Deny  bits   `json:"deny"`
}

// A hall is what matters of a channel to what the bot may do in it.
type hall struct {
	Type       discordgo.ChannelType `json:"type"`
	Guild      string                `json:"guild_id"`
	Parent     string                `json:"parent_id"`
	Overwrites []overwrite           `json:"permission_overwrites"`
	Thread     struct {
		Locked bool `json:"locked"`
	} `json:"thread_metadata"`
}

func (h hall) isThread() bool {
	return slices.Contains([]discordgo.ChannelType{
		discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread,
	}, h.Type)
}

// A server is what matters of a guild.
type server struct {
	ID    string `json:"id"`
	Owner string `json:"owner_id"`
	Roles []struct {
		ID          string `json:"id"`
		Permissions bits   `json:"permissions"`
	} `json:"roles"`
}

// A self is the bot as a member of a guild.
type self struct {
	User  person   `json:"user"`
	Roles []string `json:"roles"`
	// Silenced is until when it may only read.
	Silenced time.Time `json:"communication_disabled_until"`
}

// Missing works out what the bot may do in a channel from the roles of its server and the overwrites of the
// channel (topics/permissions).
func (p *Platform) Missing(ctx context.Context, to chat.Destination) ([]chat.Right, error) {
	var place hall
	err := p.look(ctx, channel(to), &place)
	if errors.Is(err, chat.ErrGone) {
		return []chat.Right{chat.RightSee}, nil
	}
	if err != nil || place.Guild == "" {
		return nil, err
	}
	overwrites := place.Overwrites
	if place.isThread() { // those of a thread are its channel's
		var parent hall
		if err := p.look(ctx, place.Parent, &parent); err != nil {
			return nil, err
		}
		overwrites = parent.Overwrites
	}
	guild, me, err := p.membership(ctx, place.Guild)
	if err != nil {
		return nil, err
	}
	return place.missing(allowed(guild, me, overwrites, time.Now())), nil
}

// membership asks for a guild, and for what the bot is in it.
func (p *Platform) membership(ctx context.Context, id string) (guild server, me self, err error) {
	if err := p.ask(ctx, discordgo.EndpointGuild(id), &guild); err != nil {
		return guild, me, err
	}
	if err := p.ask(ctx, discordgo.EndpointUser("@me"), &me.User); err != nil {
		return guild, me, err
	}
	return guild, me, p.ask(ctx, discordgo.EndpointGuildMember(id, me.User.ID), &me)
}

// ask makes a call that only asks, and decodes its answer.
func (p *Platform) ask(ctx context.Context, url string, v any) error {
	answer, err := p.paced(ctx, route{kindGuild, url}, request{method: http.MethodGet, url: url})
	if err == nil {
		err = json.Unmarshal(answer, v)
	}
	if err != nil {
		return fmt.Errorf("look at the rights of the bot: %w", err)
	}
	return nil
}

// allowed are the permissions of a member in a channel.
func allowed(guild server, me self, overwrites []overwrite, now time.Time) bits {
	if me.User.ID == guild.Owner {
		return ^bits(0)
	}
	var may bits
	for _, role := range guild.Roles {
		if role.ID == guild.ID || slices.Contains(me.Roles, role.ID) { // the first is that of everyone
			may |= role.Permissions
		}
	}
	if may&discordgo.PermissionAdministrator != 0 {
		return ^bits(0)
	}
	for _, whose := range [][]string{{guild.ID}, me.Roles, {me.User.ID}} { // each goes before those before it
		var allow, deny bits
		for _, o := range overwrites {
			if slices.Contains(whose, o.ID) {
				allow, deny = allow|o.Allow, deny|o.Deny
			}
		}
		may = may&^deny | allow
	}
	if me.Silenced.After(now) {
		may &= discordgo.PermissionViewChannel | discordgo.PermissionReadMessageHistory
	}
	return may
}

// missing are the rights that somebody with these permissions lacks.
func (h hall) missing(may bits) []chat.Right {
	if may&discordgo.PermissionViewChannel == 0 {
		return []chat.Right{chat.RightSee}
	}
	post := bits(discordgo.PermissionSendMessages)
	switch {
	case h.isThread():
		post = discordgo.PermissionSendMessagesInThreads
	case h.Type == discordgo.ChannelTypeGuildForum, h.Type == mediaChannel: // a post there is a thread, begun and gone on with
		post |= discordgo.PermissionSendMessagesInThreads
	}
	var list []chat.Right
	for _, need := range []struct {
		right chat.Right
		bits  bits
	}{
		{chat.RightPost, post},
		{chat.RightEmbed, discordgo.PermissionEmbedLinks},
		{chat.RightFile, discordgo.PermissionAttachFiles},
		{chat.RightReply, discordgo.PermissionReadMessageHistory},
		{chat.RightPin, pinMessages},
	} {
		if may&need.bits != need.bits {
			list = append(list, need.right)
		}
	}
	if h.Thread.Locked && may&discordgo.PermissionManageThreads == 0 {
		list = slices.Insert(list, 0, chat.RightTopic)
	}
	return list
}
