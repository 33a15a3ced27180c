package command_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/rules"
)

// TestEveryCommandHasAnExample asks for help on each.
func TestEveryCommandHasAnExample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		for _, c := range table.Menu() {
			a := table.Answer(t.Context(), chat.Request{Command: "help", Args: map[string]string{"command": c.Name}, User: c.Name})
			if example, _ := strings.CutPrefix(a.Footer, "Example: "); len(c.Args) > 0 && !strings.HasPrefix(example, "/"+c.Name) {
				t.Errorf("/%s takes arguments and has no example", c.Name)
			}
		}
	})
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
