package command_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
)

// suggested is what is suggested to the bot's admin, who may use all commands.
func suggested(t testing.TB, table *command.Table, name, arg, typed string) []chat.Field {
	return table.Answer(t.Context(), chat.Request{
		Command: name, Completing: arg, Args: map[string]string{arg: typed}, From: admin, User: "telegram:99", Direct: true,
	}).Fields
}

// TestSuggestionsAreWithinLimits asks for suggestions of every argument that says that it has some: at most 25
// of at most 100 characters (Discord, Autocomplete), whatever was typed.
func TestSuggestionsAreWithinLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		table.Answer(t.Context(), chat.Request{Command: "subscribe", From: admin, User: "telegram:99", Direct: true, Args: map[string]string{"country": "@asean"}})
		table.Answer(t.Context(), chat.Request{Command: "mute", From: admin, User: "telegram:99", Direct: true, Args: map[string]string{"kind": "country", "what": "TH"}})
		for _, c := range table.Menu() {
			for _, a := range c.Args {
				for _, typed := range []string{"", "a", "កម្ពុជា", strings.Repeat("KH, ", 40), strings.Repeat("x", 6000), ",,,"} {
					list := suggested(t, table, c.Name, a.Name, typed)
					if len(list) > 25 || len(list) > 0 && !a.Complete {
						t.Errorf("/%s %s: %d suggestions of %.20q", c.Name, a.Name, len(list), typed)
					}
					for _, f := range list {
						if n := len([]rune(f.Value)); n < 1 || n > 100 || f.Name == "" {
							t.Errorf("/%s %s: suggestion %q of %d characters, shown as %q", c.Name, a.Name, f.Value, n, f.Name)
						}
					}
				}
				if a.Complete && c.Name != "mute" && c.Name != "unmute" && len(suggested(t, table, c.Name, a.Name, "")) == 0 && a.Name != "name" {
					t.Errorf("/%s says that %s is completed, and nothing is suggested", c.Name, a.Name)
				}
			}
		}
	})
}

// TestSuggestionsAreUnderstood takes what is suggested for a subscription.
func TestSuggestionsAreUnderstood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		for _, arg := range []string{"country", "law", "written", "rule"} {
			for _, f := range suggested(t, table, "subscribe", arg, "") {
				a := table.Answer(t.Context(), chat.Request{
					Command: "subscribe", From: stranger, Direct: true, Args: map[string]string{arg: f.Value}, User: "telegram:" + f.Value,
				})
				if len(a.Fields) > 0 { // the arguments are explained to whoever was not understood
					t.Errorf("%s %q is suggested, and not understood: %s", arg, f.Value, a.Title)
				}
			}
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	table := newTable(b)
	for b.Loop() {
		suggested(b, table, "subscribe", "country", "KH, camb")
	}
}
