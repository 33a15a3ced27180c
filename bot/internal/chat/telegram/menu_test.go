package telegram

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// spoken is a menu in three languages, of which one command has two.
var spoken = []chat.Command{
	{Name: "help", Description: "What I can do", Descriptions: map[string]string{"km": "អ្វីដែលខ្ញុំអាចធ្វើបាន", "ru": "Что умеет бот"}},
	{Name: "latest", Description: "The newest alerts", Descriptions: map[string]string{"km": "ដំណឹងថ្មីបំផុត", "zh-Hant": "最新"}},
}

func TestMenuInTheLanguagesOfPeople(t *testing.T) {
	p, fake, _ := open(t)
	asked(t, fake, p, spoken, func() { fake.Say(chattest.TelegramMessage{Channel: "4242", Text: "/help"}) })
	for lang, want := range map[string]string{
		"":   "What I can do, The newest alerts",
		"en": "What I can do, The newest alerts",
		"km": "អ្វីដែលខ្ញុំអាចធ្វើបាន, ដំណឹងថ្មីបំផុត",
		"ru": "Что умеет бот, The newest alerts", // better one line in English than a command that does not show
		"zh": "What I can do, The newest alerts",
	} {
		menu := fake.MenuIn(lang)
		if got := menu["help"] + ", " + menu["latest"]; got != want {
			t.Errorf("menu of people who read %q = %s, want %s", lang, got, want)
		}
	}
}

// TestMenuGoesOnWhereItStopped holds that a language that could not be published is tried again, and those
// before it are not.
func TestMenuGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fine := says(200, `{"ok":true,"result":true}`)
		down := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
		s := &script{t: t, start: time.Now(), fail: map[string][]roundTrip{"setMyCommands": {fine, fine, down}}}
		p := New(Options{Token: chattest.TelegramToken, Client: &http.Client{Transport: s}, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Listen(ctx, spoken, echo) }()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		s.mu.Lock()
		got := strings.Join(s.calls, ", ")
		s.mu.Unlock()
		if want := "setMyCommands 0s, setMyCommands 0s, setMyCommands 0s, setMyCommands 1s, getUpdates 1s"; got != want {
			t.Errorf("calls = %s, want %s", got, want)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Listen = %v", err)
		}
	})
}
