package discord_test

import (
	"testing"

	"go.uber.org/goleak"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
	"pressalert/bot/internal/chat/discord"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPlatform(t *testing.T) {
	chattest.Run(t, func(t *testing.T) chattest.Bench {
		service := chattest.NewDiscord(t)
		return chattest.Bench{
			Platform: discord.New(discord.Options{Token: chattest.DiscordToken, Endpoint: service.URL()}),
			Service:  service,
			To:       chat.Destination{Platform: "discord", Channel: "100000000000000001"},
			Secrets:  []string{chattest.DiscordToken},
			Dedupes:  true,
			Edits:    true,
		}
	})
}
