package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"pressalert/bot/internal/chat/chattest"
)

// discordPermissions are those that scripts take from the bot, by their names (topics/permissions).
var discordPermissions = map[string]uint64{
	"VIEW_CHANNEL": 1 << 10, "SEND_MESSAGES": 1 << 11, "EMBED_LINKS": 1 << 14, "ATTACH_FILES": 1 << 15, "READ_MESSAGE_HISTORY": 1 << 16,
}

// rights telegram/CHANNEL STATUS [-FIELD]... says what the bot is in a chat, and which fields of its
// ChatMember are false. rights discord/CHANNEL [-PERMISSION]... takes permissions from it in a channel.
func cmdRights(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: rights telegram/channel status [-field]... | rights discord/channel [-permission]...")
	}
	name, channel, _ := strings.Cut(args[0], "/")
	switch s := worldOf(ts).services[name].(type) {
	case *chattest.Telegram:
		fields := make(map[string]bool)
		for _, field := range args[2:] {
			fields[strings.TrimPrefix(field, "-")] = false
		}
		s.SetStanding(channel, args[1], fields)
	case *chattest.Discord:
		var deny uint64
		for _, name := range args[1:] {
			deny |= discordPermissions[strings.TrimPrefix(name, "-")]
		}
		s.SetOverwrites(channel, chattest.DiscordOverwrite{Of: "bot", Deny: deny})
	default:
		ts.Fatalf("there are no rights at %s", args[0])
	}
}

// suggest discord/CHANNEL LINE ARG [[!]REGEXP]... types a command up to an argument and looks at what is
// suggested, a line for each: what is shown, and what is taken.
func cmdSuggest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: suggest discord/channel line arg [[!]regexp]...")
	}
	name, channel, _ := strings.Cut(args[0], "/")
	discord, ok := worldOf(ts).services[name].(*chattest.Discord)
	if !ok {
		ts.Fatalf("nothing is suggested at %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	list, err := discord.Complete(ctx, channel, args[1], args[2])
	ts.Check(err)
	var text strings.Builder
	for _, f := range list {
		fmt.Fprintf(&text, "%s: %s\n", f.Name, f.Value)
	}
	ts.Logf("[suggested]\n%s", text.String())
	if problem := unlike(text.String(), args[3:]); problem != "" {
		ts.Fatalf("what is suggested %s", problem)
	}
}
