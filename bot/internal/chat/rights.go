package chat

import "context"

// A Right is something that a service lets a bot do in a channel, or not.
type Right string

const (
	// RightSee is to be in a place and to see it.
	RightSee Right = "see"
	// RightPost is to post messages.
	RightPost Right = "post"
	// RightTopic is to post in a topic or thread as it is now: one that is closed or locked takes nothing.
	RightTopic Right = "topic"
	// RightEmbed is to post messages with embeds, in which alerts come on Discord.
	RightEmbed Right = "embed"
	// RightFile is to post pictures and files, such as charts and tables.
	RightFile Right = "file"
	// RightReply is to answer earlier messages, for which Discord wants that they may be read.
	RightReply Right = "reply"
	// RightPin is to pin messages, which only a subscription that asks for it needs.
	RightPin Right = "pin"
)

// An Inspector is a Platform that can find out what it may do in a channel.
type Inspector interface {
	// Missing returns the rights that the bot has not there, those first without which nothing works. In a
	// direct chat it has all that there are. Where it is not it lacks RightSee; other errors are those of Send.
	Missing(ctx context.Context, to Destination) ([]Right, error)
}
