package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// platform is the name of the service in destinations and in the ids of people.
const platform = "discord"

// An interaction is what we read of Discord's: discordgo's own decodes all there is, and panics at some
// of it.
type interaction struct {
	ID        string                    `json:"id"`
	AppID     string                    `json:"application_id"`
	Token     string                    `json:"token"`
	Type      discordgo.InteractionType `json:"type"`
	ChannelID string                    `json:"channel_id"`
	Channel   struct {
		Type     discordgo.ChannelType `json:"type"`
		ParentID string                `json:"parent_id"`
	} `json:"channel"`
	GuildID string                            `json:"guild_id"`
	Context *discordgo.InteractionContextType `json:"context"`
	Locale  string                            `json:"locale"`
	User    person                            `json:"user"` // in direct chats
	Member  struct {
		User        person `json:"user"`
		Permissions string `json:"permissions"`
	} `json:"member"` // in servers
	Message struct {
		ID string `json:"id"`
	} `json:"message"` // whose button was pressed
	Data struct {
		Name     string  `json:"name"`
		CustomID string  `json:"custom_id"`
		Options  []given `json:"options"`
	} `json:"data"`
}

type person struct {
	ID string `json:"id"`
}

// A given is an argument as a person gave it.
type given struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   any                                    `json:"value"`
	Focused bool                                   `json:"focused"`
}

// interactionToken is the form of what can stand in an address.
var interactionToken = regexp.MustCompile(`^[A-Za-z0-9_.=-]+$`)

// parseInteraction reads an interaction, and refuses what could not be answered.
func parseInteraction(data []byte) (*interaction, error) {
	i := new(interaction)
	if err := json.Unmarshal(data, i); err != nil {
		return nil, fmt.Errorf("read interaction: %w", err)
	}
	for _, id := range []string{i.ID, i.AppID, i.ChannelID} {
		if !snowflake.MatchString(id) {
			return nil, errors.New("read interaction: an id is missing")
		}
	}
	if !interactionToken.MatchString(i.Token) {
		return nil, errors.New("read interaction: its token is missing")
	}
	return i, nil
}

// request returns what is asked. Discord has checked the arguments against the menu.
func (i *interaction) request() chat.Request {
	r := chat.Request{From: i.from(), User: i.user(), Direct: i.isDirect(), Locale: i.Locale}
	manages := i.manages()
	r.Manages = func(context.Context) (bool, error) { return manages, nil }
	if i.Type == discordgo.InteractionMessageComponent {
		r.Press, r.Message = pressedData(i.Data.CustomID), i.Message.ID
		return r
	}
	r.Command, r.Args = i.Data.Name, make(map[string]string)
	for _, o := range i.Data.Options {
		switch v := o.Value.(type) {
		case string:
			r.Args[o.Name] = v
		case float64: // all numbers of JSON
			r.Args[o.Name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if o.Focused && i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			r.Completing = o.Name
		}
	}
	return r
}

// from returns the place where it happened. Discord tells whose thread a thread is.
func (i *interaction) from() chat.Destination {
	switch i.Channel.Type {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		if snowflake.MatchString(i.Channel.ParentID) {
			return chat.Destination{Platform: platform, Channel: i.Channel.ParentID, Topic: i.ChannelID}
		}
	}
	return chat.Destination{Platform: platform, Channel: i.ChannelID}
}

// user returns who asks, "" if Discord does not tell.
func (i *interaction) user() string {
	id := i.Member.User.ID
	if i.GuildID == "" {
		id = i.User.ID
	}
	if !snowflake.MatchString(id) {
		return ""
	}
	return platform + ":" + id
}

// isDirect reports whether it happened in a chat of one person with the bot.
func (i *interaction) isDirect() bool {
	return i.GuildID == "" && i.Member.User.ID == "" && (i.Context == nil || *i.Context == discordgo.InteractionContextBotDM)
}

// manages reports whether the person may manage the channel. Discord has worked out the permissions for
// this channel, for owners and admins too.
func (i *interaction) manages() bool {
	if i.isDirect() {
		return true
	}
	granted, err := strconv.ParseUint(i.Member.Permissions, 10, 64)
	return err == nil && granted&(discordgo.PermissionManageChannels|discordgo.PermissionAdministrator) != 0
}
