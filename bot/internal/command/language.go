package command

import (
	"context"
	"slices"
	"strings"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

func languageMenu() chat.Command {
	return chat.Command{
		Name: "language", Description: "The language of the bot's own words here", Private: true,
		Args: []chat.Arg{{Name: "language", Description: "Its code or name: " + strings.Join(spoken.Languages(), ", "), Complete: true}},
	}
}

func (t *Table) language(ctx context.Context, r chat.Request) (chat.Message, error) {
	text := r.Args["language"]
	if text == "" {
		return t.tell(ctx, r, func(w spoken.Words, m alert.Manner) string {
			return w.Text(spoken.SettingLanguageIs, "language", languageName(w, m.Language))
		})
	}
	code, ok := findLanguage(text)
	if !ok {
		w := t.words(ctx, r)
		return usageIn(w, languageMenu(), w.Text(spoken.SettingLanguageWrong, "language", text)), nil
	}
	return t.set(ctx, r, func(m *alert.Manner) { m.Language = code }, func(w spoken.Words, m alert.Manner) string {
		return w.Text(spoken.SettingLanguageSet, "language", languageName(w, m.Language))
	})
}

// languageName names a language that the bot speaks; "" is English.
func languageName(w spoken.Words, code string) string {
	return w.LanguageName(spoken.For(code).Language())
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
