package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/live"
	"pressalert/rules"
)

// TestMenu holds the menu to the limits of Telegram (Bot API, BotCommand) and Discord (application commands).
func TestMenu(t *testing.T) {
	menu := new(command.Table).Menu()
	if len(menu) > 100 { // both
		t.Errorf("commands = %d, want at most 100", len(menu))
	}
	named := make(map[string]bool)
	for _, c := range menu {
		if named[c.Name] {
			t.Errorf("there are two commands /%s", c.Name)
		}
		named[c.Name] = true
		total := checkText(t, c.Name, c.Name, c.Description)
		if len(c.Args) > 25 {
			t.Errorf("/%s has %d arguments, want at most 25", c.Name, len(c.Args))
		}
		optional := false
		for _, a := range c.Args {
			total += checkText(t, c.Name+" "+a.Name, a.Name, a.Description)
			if len(a.Choices) > 25 || a.Required && optional {
				t.Errorf("argument %+v of %s: too many choices, or required after an optional one", a, c.Name)
			}
			for _, choice := range a.Choices {
				total += 2 * len(choice) // name and value
				if n := len([]rune(choice)); n < 1 || n > 100 {
					t.Errorf("choice %q of %s has %d characters, want 1 to 100", choice, c.Name, n)
				}
			}
			optional = optional || !a.Required
		}
		if total > 8000 {
			t.Errorf("/%s has %d characters in all, want at most 8000 (Discord)", c.Name, total)
		}
	}
}

var menuName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// checkText holds a name and a description to their limits, and returns how long they are together.
func checkText(t *testing.T, what, name, description string) int {
	t.Helper()
	if !menuName.MatchString(name) {
		t.Errorf("name %q is not of the form that both services take", name)
	}
	n := len([]rune(description))
	if n < 1 || n > 100 {
		t.Errorf("description of %s has %d characters, want 1 to 100", what, n)
	}
	return len(name) + n
}

// TestEveryCommandHasAnExample asks for help on each.
func TestEveryCommandHasAnExample(t *testing.T) {
	table := new(command.Table)
	for _, c := range table.Menu() {
		a := table.Answer(t.Context(), chat.Request{Command: "help", Args: map[string]string{"command": c.Name}, User: c.Name})
		if example, _ := strings.CutPrefix(a.Footer, "Example: "); len(c.Args) > 0 && !strings.HasPrefix(example, "/"+c.Name) {
			t.Errorf("/%s takes arguments and has no example", c.Name)
		}
	}
}

// TestPages turns the pages of a long list, there and back.
func TestPages(t *testing.T) {
	var file strings.Builder
	for n := range 45 {
		fmt.Fprintf(&file, "[[rule]]\nid = \"r%d\"\ntitle = \"Rule %d\"\ntopic = \"attack\"\nseverity = \"low\"\nmatch = 'word%d'\n", n, n, n)
	}
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		var err error
		if table.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(file.String())}}, rules.Parse); err != nil {
			t.Fatal(err)
		}
		got := string(talk(t, table, "admin: /rules attack\nadmin: [Page 2 of 3]\nadmin: [Page 3 of 3]\nadmin: [Page 2 of 3]\nadmin: [Page 1 of 3]"))
		for _, want := range []string{"r0 Rule 0", "r19 Rule 19", "r20 Rule 20", "r39 Rule 39", "r44 Rule 44"} {
			n := 2 // there and back
			if want == "r44 Rule 44" {
				n = 1
			}
			if strings.Count(got, want+"\n") != n {
				t.Errorf("pages =\n%s\nwant %q %d times", got, want, n)
			}
		}
	})
}
