package command

import (
	"slices"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// A remedy says what the bot cannot do, and how whoever manages a place lets it.
type remedy struct {
	lacks             spoken.Key
	telegram, discord string
}

// remedies are those of all rights. The names of settings are those of the services' own apps.
var remedies = map[chat.Right]remedy{
	chat.RightSee: {
		spoken.TestSee,
		"Add me as a member; in a channel as an administrator.",
		"Edit the channel → Permissions → add my role → allow View Channel.",
	},
	chat.RightPost: {
		spoken.TestPost,
		"In a channel: Administrators → me → Post Messages. In a group: Permissions → Send Messages, or make me an administrator.",
		"Edit the channel → Permissions → my role → allow Send Messages; for threads, Send Messages in Threads.",
	},
	chat.RightTopic: {
		spoken.TestTopic,
		"Reopen the topic, or let me manage topics.",
		"Unlock the thread, or let my role manage threads.",
	},
	chat.RightEmbed: {
		spoken.TestEmbed,
		"",
		"Edit the channel → Permissions → my role → allow Embed Links.",
	},
	chat.RightFile: {
		spoken.TestFile,
		"Permissions → Send Media → Photos and Files, or make me an administrator.",
		"Edit the channel → Permissions → my role → allow Attach Files.",
	},
	chat.RightReply: {
		spoken.TestReply,
		"",
		"Edit the channel → Permissions → my role → allow Read Message History.",
	},
	chat.RightPin: {
		spoken.TestPin,
		"In a channel: Administrators → me → Edit Messages. In a group: Administrators → me → Pin Messages.",
		"Edit the channel → Permissions → my role → allow Pin Messages.",
	},
}

// line says what is missing and how to mend it, on the service of a place.
func (r remedy) line(w spoken.Words, platform string) chat.Paragraph {
	how := r.telegram
	if platform == "discord" {
		how = r.discord
	}
	return chat.Paragraph{{Text: "• " + w.Text(r.lacks), Style: chat.Bold}, {Text: " " + w.Isolate(how)}}
}

// missingLines say which rights are missing at a place. Pinning matters only if something there asks for it.
func missingLines(w spoken.Words, missing []chat.Right, to chat.Destination, list []alert.Subscription) []chat.Paragraph {
	pins := slices.ContainsFunc(list, func(s alert.Subscription) bool { return s.Pin })
	var lines []chat.Paragraph
	for _, right := range missing {
		if right != chat.RightPin || pins {
			lines = append(lines, remedies[right].line(w, to.Platform))
		}
	}
	return lines
}
