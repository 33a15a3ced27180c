package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf16"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/words"
)

// A span is the least and the most of something.
type span [2]int

// limits are those of the services on what commands have: testdata/ORIGIN.md.
type limits struct {
	Telegram struct {
		Commands    value[int]    `json:"bot_commands_max"`
		Name        value[string] `json:"bot_command_name"`
		Description value[span]   `json:"bot_command_description"`
		Data        value[span]   `json:"callback_data_bytes"`
		Toast       value[int]    `json:"answer_callback_text_max"`
	}
	Discord struct {
		Commands    value[int]    `json:"commands_global_chat_input"`
		Options     value[int]    `json:"command_options_max"`
		Choices     value[int]    `json:"option_choices_max"`
		Suggestions value[int]    `json:"autocomplete_choices_max"`
		Name        value[string] `json:"command_name"`
		Description value[span]   `json:"command_description"`
		Choice      value[span]   `json:"choice_name"`
		Total       value[int]    `json:"command_total_chars"`
		CustomID    value[span]   `json:"custom_id"`
	}
}

type value[T any] struct{ Value T }

func readLimits(t testing.TB) limits {
	t.Helper()
	file, err := os.ReadFile("testdata/platform-limits.json")
	if err != nil {
		t.Fatal(err)
	}
	var l limits
	if err := json.Unmarshal(file, &l); err != nil {
		t.Fatal(err)
	}
	if l.Telegram.Commands.Value == 0 || l.Discord.Total.Value == 0 || l.Telegram.Data.Value[1] == 0 || l.Discord.CustomID.Value[1] == 0 {
		t.Fatalf("limits are missing: %+v", l)
	}
	return l
}

// names returns the forms of names that the services take. Discord writes its pattern in the words of
// another regular expression language, and asks for lower case besides.
func (l limits) names(t *testing.T) []*regexp.Regexp {
	t.Helper()
	pattern, _, _ := strings.Cut(l.Discord.Name.Value, " ")
	pattern = strings.NewReplacer("sc=Deva", "Devanagari", "sc=Thai", "Thai").Replace(pattern)
	var forms []*regexp.Regexp
	for _, p := range []string{l.Telegram.Name.Value, pattern} {
		form, err := regexp.Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, form)
	}
	return forms
}

// units counts as the services may at most: in UTF-16 units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (s span) holds(n int) bool { return s[0] <= n && n <= s[1] }

// TestMenuWithinLimits holds the menu to what Telegram and Discord take, in every language.
func TestMenuWithinLimits(t *testing.T) {
	l, menu := readLimits(t), new(command.Table).Menu()
	if most := min(l.Telegram.Commands.Value, l.Discord.Commands.Value); len(menu) > most {
		t.Errorf("commands = %d, want at most %d", len(menu), most)
	}
	named := make(map[string]bool)
	for _, c := range menu {
		if named[c.Name] {
			t.Errorf("there are two commands /%s", c.Name)
		}
		named[c.Name] = true
		for _, problem := range l.broken(c, l.names(t)) {
			t.Errorf("/%s: %s", c.Name, problem)
		}
	}
}

// broken says what of a command the services would refuse.
func (l limits) broken(c chat.Command, forms []*regexp.Regexp) (problems []string) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	text := func(what, name string, described func(lang string) string) (size int) {
		for _, form := range forms {
			if !form.MatchString(name) || strings.ToLower(name) != name {
				bad("name %q of %s is not of the form %s", name, what, form)
			}
		}
		longest := 0 // of the languages the longest counts
		for _, lang := range words.Languages() {
			n := units(described(lang))
			longest = max(longest, n)
			if !l.Discord.Description.Value.holds(n) || !l.Telegram.Description.Value.holds(n) {
				bad("description of %s in %s has %d characters: %q", what, lang, n, described(lang))
			}
		}
		return units(name) + longest
	}
	size := text("the command", c.Name, c.DescribedIn)
	if len(c.Args) > l.Discord.Options.Value {
		bad("%d arguments, want at most %d", len(c.Args), l.Discord.Options.Value)
	}
	if !slices.IsSortedFunc(c.Args, func(a, b chat.Arg) int { return last(a) - last(b) }) {
		bad("a required argument stands after one that is not")
	}
	for i, a := range c.Args {
		size += text(a.Name, a.Name, a.DescribedIn)
		if slices.ContainsFunc(c.Args[:i], func(b chat.Arg) bool { return b.Name == a.Name }) {
			bad("two arguments are called %s", a.Name)
		}
		if len(a.Choices) > l.Discord.Choices.Value || a.Kind == chat.Choice && len(a.Choices) == 0 {
			bad("%s has %d choices, want 1 to %d", a.Name, len(a.Choices), l.Discord.Choices.Value)
		}
		for _, choice := range a.Choices {
			size += 2 * units(choice) // as its name and as its value
			if !l.Discord.Choice.Value.holds(units(choice)) {
				bad("choice %q of %s has %d characters", choice, a.Name, units(choice))
			}
		}
	}
	if size > l.Discord.Total.Value {
		bad("%d characters in all, want at most %d", size, l.Discord.Total.Value)
	}
	return problems
}

// last orders optional arguments behind required ones.
func last(a chat.Arg) int {
	if a.Required {
		return 0
	}
	return 1
}

// TestLimitsAreHeld makes commands that break one limit each: what finds nothing here would find nothing in the
// menu.
func TestLimitsAreHeld(t *testing.T) {
	l := readLimits(t)
	long := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]chat.Command{
		"name of a command":       {Name: "Latest", Description: "d"},
		"long name":               {Name: long(33), Description: "d"},
		"no description":          {Name: "c"},
		"long description":        {Name: "c", Description: long(101)},
		"long in a language":      {Name: "c", Description: "d", Descriptions: map[string]string{"km": strings.Repeat("ក", 101)}},
		"long beyond the BMP":     {Name: "c", Description: strings.Repeat("🇰🇭", 26)},
		"many arguments":          {Name: "c", Description: "d", Args: numbered(26, chat.Arg{Description: "d"})},
		"required after optional": {Name: "c", Description: "d", Args: []chat.Arg{{Name: "a", Description: "d"}, {Name: "b", Description: "d", Required: true}}},
		"two of a name":           {Name: "c", Description: "d", Args: []chat.Arg{{Name: "a", Description: "d"}, {Name: "a", Description: "d"}}},
		"many choices":            {Name: "c", Description: "d", Args: []chat.Arg{{Name: "a", Description: "d", Kind: chat.Choice, Choices: make([]string, 26)}}},
		"no choices":              {Name: "c", Description: "d", Args: []chat.Arg{{Name: "a", Description: "d", Kind: chat.Choice}}},
		"long choice":             {Name: "c", Description: "d", Args: []chat.Arg{{Name: "a", Description: "d", Kind: chat.Choice, Choices: []string{long(101)}}}},
		"much in all":             {Name: "c", Description: "d", Args: numbered(25, chat.Arg{Description: long(100), Kind: chat.Choice, Choices: []string{long(99), long(98)}})},
	} {
		if len(l.broken(c, l.names(t))) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
	}
}

func numbered(n int, a chat.Arg) []chat.Arg {
	var all []chat.Arg
	for i := range n {
		a.Name = fmt.Sprint("a", i)
		all = append(all, a)
	}
	return all
}

// TestSuggestionsWithinLimits types the beginnings of many things into every argument, in every language.
func TestSuggestionsWithinLimits(t *testing.T) {
	l := readLimits(t)
	synctest.Test(t, func(t *testing.T) {
		table, suggested := newTable(t), 0
		for _, c := range table.Menu() {
			for _, a := range c.Args {
				for _, lang := range words.Languages() {
					for _, typed := range []string{"", "ca", "ក", "KH, "} {
						r := chat.Request{
							Command: c.Name, Completing: a.Name, Args: map[string]string{a.Name: typed, "kind": "country"},
							From: admin, User: "telegram:99", Direct: true, Locale: lang, Manages: always(true),
						}
						suggested += checkSuggestions(t, l, r, table.Answer(t.Context(), r))
					}
				}
			}
		}
		if suggested == 0 {
			t.Error("nothing was ever suggested")
		}
	})
}

// TestSuggestionsAreThere types nothing yet into every argument: what the menu promises to complete has
// suggestions, and nothing else.
func TestSuggestionsAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newArchive(t)
		talk(t, table, "admin: /subscribe KH\nadmin: /mute country TH")
		for _, c := range table.Menu() {
			for _, a := range c.Args {
				r := chat.Request{
					Command: c.Name, Completing: a.Name, Args: map[string]string{"kind": "country", "setting": "discreet"},
					From: admin, User: "telegram:99", Direct: true, Manages: always(true),
				}
				if got := len(table.Answer(t.Context(), r).Fields); got > 0 != a.Complete {
					t.Errorf("/%s %s has %d suggestions, promised: %t", c.Name, a.Name, got, a.Complete)
				}
			}
		}
	})
}

// checkSuggestions holds suggestions to their limits and counts them.
func checkSuggestions(t *testing.T, l limits, r chat.Request, a chat.Answer) int {
	t.Helper()
	if len(a.Fields) > l.Discord.Suggestions.Value {
		t.Errorf("/%s %s in %s, %q typed: %d suggestions, want at most %d", r.Command, r.Completing, r.Locale, r.Args[r.Completing], len(a.Fields), l.Discord.Suggestions.Value)
	}
	for _, f := range a.Fields {
		if !l.Discord.Choice.Value.holds(units(f.Name)) || !l.Discord.Choice.Value.holds(units(f.Value)) {
			t.Errorf("/%s %s in %s: suggestion %+v is too long or empty", r.Command, r.Completing, r.Locale, f)
		}
	}
	return len(a.Fields)
}

// TestButtonsWithinLimits presses through the menus of every language: what a button sends must fit into both
// services, whatever its words are.
func TestButtonsWithinLimits(t *testing.T) {
	for _, lang := range words.Languages() {
		inBubble(t, lang, func(t *testing.T) {
			table := newTable(t)
			who := asker{from: stranger, user: "telegram:55", direct: true, locale: lang, manages: always(true)}
			for n, data := range []string{
				"menu country", "menu topic", "menu digest", "pick country KH", "pick topic prosecution", "pick digest 08:00",
				"more 1", "mute 1", "miss 1", "hush 1 r0", "hush 1 c0", "hush 1 s", "loud 1 s", "keep", "page 1 latest KH",
			} {
				r := who.press(table.Signer.Sign(data))
				r.Locale, r.User = lang, fmt.Sprint("telegram:", 1000+n) // nobody asks too much
				checkButtons(t, table.Answer(t.Context(), r))
			}
		})
	}
}

// inBubble runs a subtest in a bubble of its own.
func inBubble(t *testing.T, name string, do func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, do) })
}
