package command

import (
	"strings"
	"testing"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// TestEveryRightHasARemedy holds that whatever a service finds missing is told, with how it is mended there.
func TestEveryRightHasARemedy(t *testing.T) {
	for platform, rights := range map[string][]chat.Right{
		"telegram": {chat.RightSee, chat.RightPost, chat.RightTopic, chat.RightFile, chat.RightPin},
		"discord": {
			chat.RightSee, chat.RightPost, chat.RightTopic, chat.RightEmbed, chat.RightFile, chat.RightReply, chat.RightPin,
		},
	} {
		pinned := []alert.Subscription{{Pin: true}}
		lines := missingLines(spoken.Words{}, rights, chat.Destination{Platform: platform}, pinned)
		if len(lines) != len(rights) {
			t.Fatalf("%s: %d lines of %d rights", platform, len(lines), len(rights))
		}
		for i, line := range lines {
			if len(line) != 2 || len(line[0].Text) < 10 || len(strings.TrimSpace(line[1].Text)) < 10 {
				t.Errorf("%s: right %s is told as %q", platform, rights[i], line.PlainText())
			}
		}
	}
}

func TestPinningIsMissedOnlyWhereItIsAskedFor(t *testing.T) {
	lines := missingLines(spoken.Words{}, []chat.Right{chat.RightPin}, chat.Destination{Platform: "telegram"}, []alert.Subscription{{}})
	if len(lines) != 0 {
		t.Errorf("lines = %v, want none", lines)
	}
}
