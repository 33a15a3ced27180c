package command_test

import (
	"strings"
	"testing"

	"pressalert/bot/internal/command"
	spoken "pressalert/bot/internal/words"
)

// TestMenuInEveryLanguage holds that everybody can read what each command does, and what its arguments are, in
// the same words as /help and the menus of the services. The arguments of the admins' commands are in English.
func TestMenuInEveryLanguage(t *testing.T) {
	english := spoken.For("en")
	for _, c := range new(command.Table).Menu() {
		if text := english.Command(c.Name); text != c.Description {
			t.Errorf("/%s does %q by words/text/en.toml, want %q as the command says", c.Name, text, c.Description)
		}
		checkLanguages(t, "/"+c.Name, c.Descriptions)
		if strings.HasPrefix(c.Description, "For admins") {
			continue
		}
		for _, a := range c.Args {
			if text := english.Argument(c.Name, a.Name); text != a.Description {
				t.Errorf("/%s: %s is %q by words/text/en.toml, want %q as the command says", c.Name, a.Name, text, a.Description)
			}
			checkLanguages(t, "/"+c.Name+" "+a.Name, a.Descriptions)
		}
	}
}

func checkLanguages(t *testing.T, what string, descriptions map[string]string) {
	t.Helper()
	for _, lang := range spoken.Languages()[1:] {
		if descriptions[lang] == "" {
			t.Errorf("%s is not described in %s", what, lang)
		}
	}
}
