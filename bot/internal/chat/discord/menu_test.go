package discord

import (
	"context"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// TestMenuInTheLanguagesOfPeople publishes in the languages that Discord has; the fake refuses all others.
func TestMenuInTheLanguagesOfPeople(t *testing.T) {
	service := chattest.NewDiscord(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	menu := []chat.Command{
		{Name: "help", Description: "What this bot can do", Descriptions: map[string]string{
			"ar": "ما الذي يفعله هذا البوت", "es": "Qué hace este bot", "km": "អ្វីដែលបូតនេះអាចធ្វើបាន", "th": "บอตนี้ทำอะไรได้บ้าง",
		}, Args: []chat.Arg{{Name: "command", Description: "A command", Descriptions: map[string]string{"km": "ពាក្យបញ្ជា", "th": "คำสั่ง"}}}},
		{Name: "latest", Description: "The newest alerts"},
	}
	go func() {
		done <- New(Options{Token: chattest.DiscordToken, Endpoint: service.URL()}).Listen(ctx, menu, echo)
	}()
	if _, err := service.Ask(ctx, "55", "/help"); err != nil {
		t.Errorf("Ask: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Listen = %v", err)
	}
	for locale, want := range map[string]string{
		"en-US": "What this bot can do", "ar": "ما الذي يفعله هذا البوت", "es-ES": "Qué hace este bot", "es-419": "Qué hace este bot",
		"th": "บอตนี้ทำอะไรได้บ้าง", "fr": "What this bot can do",
	} {
		if got := service.MenuIn(locale); got["help"] != want || got["latest"] != "The newest alerts" {
			t.Errorf("menu in %s = %q, want %q", locale, got, want)
		}
	}
	for _, v := range service.Violations() {
		t.Errorf("spec: %s", v)
	}
}
