package telegram

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

const (
	// maxMenu is the length of a menu: "At most 100 commands can be specified" (setMyCommands.commands);
	// those beyond it work as well, but are not shown.
	maxMenu = 100
	// maxDescription is the length of a command's description in UTF-16 units: BotCommand.description.
	maxDescription = 256
)

// menuLanguageForm is "a two-letter ISO 639-1 language code" (setMyCommands.language_code).
var menuLanguageForm = regexp.MustCompile(`^[a-z]{2}$`)

// menuLanguages returns the languages in which a menu is to be published. The first is "", for all people
// whose language has no menu of its own; so no menu of theirs is needed in English.
func menuLanguages(menu []chat.Command) []string {
	known := make(map[string]bool)
	for _, c := range menu {
		for lang := range c.Descriptions {
			if menuLanguageForm.MatchString(lang) {
				known[lang] = true
			}
		}
	}
	return slices.Concat([]string{""}, slices.Sorted(maps.Keys(known)))
}

// publish sets the menu of the people who have their app in a language.
func (l *listener) publish(ctx context.Context, lang string) error {
	type command struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	commands := []command{}
	for _, c := range l.menu[:min(len(l.menu), maxMenu)] {
		commands = append(commands, command{c.Name, cut(oneLine(c.DescribedIn(lang)), maxDescription)})
	}
	params := tgbotapi.Params{}
	if err := params.AddInterface("commands", commands); err != nil {
		return fmt.Errorf("encode menu: %w", err)
	}
	params.AddNonEmpty("language_code", lang)
	_, err := l.call(ctx, callTimeout, "setMyCommands", params)
	return err
}
