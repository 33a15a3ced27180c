package discord

import (
	"slices"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// everybody is what everybody may in a server where the bot needs nothing more.
const everybody = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionEmbedLinks |
	discordgo.PermissionAttachFiles | discordgo.PermissionReadMessageHistory | discordgo.PermissionSendMessagesInThreads | pinMessages

func TestMissing(t *testing.T) {
	const channel, thread = "100000000000000001", "100000000000000005"
	for _, c := range []struct {
		name           string
		topic          string
		everyone, role uint64
		overwrites     []chattest.DiscordOverwrite
		locked, forum  bool
		want           []chat.Right
	}{
		{name: "all that is needed", everyone: everybody},
		{name: "from its role alone", role: everybody},
		{name: "administrator", role: discordgo.PermissionAdministrator, overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: everybody}}},
		{name: "nothing", want: []chat.Right{chat.RightSee}},
		{
			name: "to see only", everyone: discordgo.PermissionViewChannel,
			want: []chat.Right{chat.RightPost, chat.RightEmbed, chat.RightFile, chat.RightReply, chat.RightPin},
		},
		{
			name: "a channel that only some see", everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: discordgo.PermissionViewChannel}}, want: []chat.Right{chat.RightSee},
		},
		{
			name: "a channel that its role sees", everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: discordgo.PermissionViewChannel}, {Of: "role", Allow: discordgo.PermissionViewChannel}},
		},
		{
			name: "its role may, and itself not", everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "bot", Deny: discordgo.PermissionEmbedLinks}, {Of: "role", Allow: discordgo.PermissionEmbedLinks}},
			want:       []chat.Right{chat.RightEmbed},
		},
		{
			name: "an announcement channel for reading", everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: discordgo.PermissionSendMessages}}, want: []chat.Right{chat.RightPost},
		},
		{
			name: "a thread of a channel for reading", topic: thread, everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: discordgo.PermissionSendMessages}},
		},
		{
			name: "a thread where nobody may post", topic: thread, everyone: everybody,
			overwrites: []chattest.DiscordOverwrite{{Of: "everyone", Deny: discordgo.PermissionSendMessagesInThreads}}, want: []chat.Right{chat.RightPost},
		},
		{name: "a forum where nobody may go on", forum: true, everyone: everybody &^ discordgo.PermissionSendMessagesInThreads, want: []chat.Right{chat.RightPost}},
		{name: "a channel where nobody may post in threads", everyone: everybody &^ discordgo.PermissionSendMessagesInThreads},
		{name: "a locked thread", topic: thread, everyone: everybody, locked: true, want: []chat.Right{chat.RightTopic}},
		{name: "a locked thread, for a manager", topic: thread, everyone: everybody, role: discordgo.PermissionManageThreads, locked: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := chattest.NewDiscord(t)
			service.AddThread(channel, thread)
			service.SetPermissions(c.everyone, c.role)
			service.SetOverwrites(channel, c.overwrites...)
			if c.forum {
				service.AddForum(channel, false)
			}
			if c.locked {
				service.Lock(thread)
			}
			to := chat.Destination{Platform: "discord", Channel: channel, Topic: c.topic}
			got, err := unpaced(service).Missing(t.Context(), to)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("missing = %v, %v, want %v", got, err, c.want)
			}
			if broken := service.Violations(); len(broken) > 0 {
				t.Errorf("violations: %v", broken)
			}
		})
	}
}

func TestAllowed(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	guild := server{ID: "1", Owner: "9"}
	guild.Roles = append(guild.Roles, struct {
		ID          string `json:"id"`
		Permissions bits   `json:"permissions"`
	}{"1", everybody})
	for _, c := range []struct {
		name string
		me   self
		want bits
	}{
		{"member", self{User: person{"7"}}, everybody},
		{"owner", self{User: person{"9"}}, ^bits(0)},
		{"silenced", self{User: person{"7"}, Silenced: now.Add(time.Hour)}, discordgo.PermissionViewChannel | discordgo.PermissionReadMessageHistory},
		{"silenced until now", self{User: person{"7"}, Silenced: now}, everybody},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := allowed(guild, c.me, nil, now); got != c.want {
				t.Errorf("allowed = %b, want %b", got, c.want)
			}
		})
	}
}
