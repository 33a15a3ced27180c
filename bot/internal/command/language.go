package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

func languageMenu() chat.Command {
	return chat.Command{
		Name: "language", Description: "The language of the bot's own words in alerts here", Private: true,
		Args: []chat.Arg{{Name: "language", Description: "Its code or name: " + strings.Join(spoken.Languages(), ", ")}},
	}
}

func (t *Table) language(ctx context.Context, r chat.Request) (chat.Message, error) {
	now, none, ok, err := t.settings(ctx, r)
	if err != nil || !ok {
		return none, err
	}
	text := r.Args["language"]
	if text == "" {
		return chat.Message{Title: "Alerts here are in " + languageName(now.Language) + "."}, nil
	}
	code, ok := findLanguage(text)
	if !ok {
		return usage(languageMenu(), fmt.Sprintf("I do not speak “%s”.", text)), nil
	}
	done := fmt.Sprintf("Alerts here are in %s from now on. What publishers write is never translated.", languageName(code))
	return t.set(ctx, r, done, func(s *alert.Subscription) { s.Language = code })
}

// languageName is the English name of a language that the bot speaks; "" is English.
func languageName(code string) string {
	return spoken.For("en").LanguageName(spoken.For(code).Language())
}

// findLanguage finds a language that the bot speaks by its code, or by its name in any of them.
func findLanguage(text string) (string, bool) {
	languages := spoken.Languages()
	code := baseLanguage(strings.ToLower(strings.TrimSpace(text)))
	if slices.Contains(languages, code) {
		return code, true
	}
	for _, in := range languages {
		for _, code := range languages {
			if strings.EqualFold(spoken.For(in).LanguageName(code), strings.TrimSpace(text)) {
				return code, true
			}
		}
	}
	return "", false
}
