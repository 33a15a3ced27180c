package command_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
)

var update = flag.Bool("update", false, "write the answers given into testdata")

// An asker is somebody in a place.
type asker struct {
	from    chat.Destination
	user    string
	direct  bool
	locale  string
	manages func(context.Context) (bool, error) // nil: no
}

func always(yes bool) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) { return yes, nil }
}

// askers are those who ask in testdata.
var askers = map[string]asker{
	"admin":           {from: admin, user: "telegram:99", direct: true},
	"stranger":        {from: stranger, user: "telegram:55", direct: true},
	"reader in Khmer": {from: stranger, user: "telegram:55", direct: true, locale: "km"},
	"channel":         {from: channel, manages: always(true)}, // a post of the channel
	"reader":          {from: channel, user: "telegram:70"},   // who presses a button in it
	"author":          {from: channel, user: "telegram:71", manages: always(true)},
	"manager":         {from: group, user: "telegram:7", manages: always(true)},
	"member":          {from: group, user: "telegram:8", manages: always(false)},
	"desk":            {from: desk, user: "telegram:9", manages: always(true)}, // which the config names
	"server":          {from: other, user: "discord:7", manages: always(true)},
}

// TestAnswers puts the lines of "ask" of every txtar of testdata to the table and compares with its "answer".
// A line is somebody, a colon, and a command (/why 1), the text of a button of the answer before ([Country]),
// the data of a button under an alert (press more 1), what a forger sends (forge more 1), or an answer to a
// message (re m1 /why), or what is suggested for an argument that is being typed (complete mute what kind=rule sh).
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			synctest.Test(t, func(t *testing.T) { got = talk(t, newTable(t), string(archive.Files[0].Data)) })
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "answer", Data: got})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || !bytes.Equal(got, archive.Files[1].Data) {
				t.Errorf("got\n%s\nwant the answer of %s", got, file)
			}
		})
	}
}

var version = regexp.MustCompile(`version [0-9a-f]+`)

// talk puts lines to the table, and returns the answers, each under its line if there are several. The
// version of the rules, which is a hash, is left out.
func talk(t *testing.T, table *command.Table, script string) []byte {
	t.Helper()
	var b strings.Builder
	var last chat.Answer
	lines := strings.Split(strings.TrimSpace(script), "\n")
	for _, line := range lines {
		if len(lines) > 1 {
			b.WriteString("> " + line + "\n")
		}
		last = table.Answer(t.Context(), request(t, table, line, last))
		checkButtons(t, last)
		b.WriteString(written(last))
	}
	return []byte(version.ReplaceAllString(b.String(), "version V"))
}

// checkButtons holds buttons and lines shown in passing to the limits of both services. That of rows is
// Discord's (components/reference, Action Row).
func checkButtons(t *testing.T, a chat.Answer) {
	t.Helper()
	l := readLimits(t)
	if len(a.Buttons) > 5 {
		t.Errorf("rows of buttons = %d, want at most 5", len(a.Buttons))
	}
	for _, row := range a.Buttons {
		if len(row) > 5 {
			t.Errorf("buttons in a row = %d, want at most 5", len(row))
		}
		for _, b := range row {
			if n := len(b.Data); !l.Telegram.Data.Value.holds(n) || !l.Discord.CustomID.Value.holds(n) || b.Text == "" {
				t.Errorf("button %+v: %d bytes of data, or no text", b, n)
			}
		}
	}
	if n := units(a.Toast); n > l.Telegram.Toast.Value {
		t.Errorf("toast has %d characters, want at most %d", n, l.Telegram.Toast.Value)
	}
}

// written is an answer as testdata has it.
func written(a chat.Answer) string {
	var b strings.Builder
	if a.Toast != "" {
		b.WriteString("(in passing) " + a.Toast + "\n")
	}
	if a.Replace {
		b.WriteString("(in its place)\n")
	}
	if text := a.PlainText(); text != "" {
		b.WriteString(text + "\n")
	}
	for _, row := range a.Buttons {
		for i, button := range row {
			b.WriteString(map[bool]string{true: " "}[i > 0] + "[" + button.Text + "]")
		}
		b.WriteString(map[bool]string{true: "\n"}[len(row) > 0])
	}
	return b.String()
}

// request makes a request of a line. The answer before has the buttons that it may press.
func request(t *testing.T, table *command.Table, line string, last chat.Answer) chat.Request {
	t.Helper()
	name, what, _ := strings.Cut(line, ": ")
	who, known := askers[name]
	if !known {
		t.Fatalf("%q does not begin with somebody and a colon", line)
	}
	r := chat.Request{From: who.from, User: who.user, Direct: who.direct, Locale: who.locale, Manages: who.manages}
	words := strings.Fields(what)
	if words[0] == "re" {
		r.Message, words = words[1], words[2:]
	}
	switch {
	case words[0] == "complete":
		r.Command, r.Completing = words[1], words[2]
		r.Args = map[string]string{r.Completing: strings.Join(words[3:], " ")}
		if i := slices.IndexFunc(words[3:], func(w string) bool { return strings.HasPrefix(w, "kind=") }); i >= 0 {
			r.Args["kind"] = strings.TrimPrefix(words[3+i], "kind=")
			r.Args[r.Completing] = strings.Join(slices.Delete(words[3:], i, i+1), " ")
		}
	case words[0] == "press":
		r.Press = table.Signer.Sign(strings.Join(words[1:], " "))
	case words[0] == "forge":
		r.Press = "AAAAAAAAAAAAAA." + strings.Join(words[1:], " ")
	case strings.HasPrefix(what, "["):
		for _, b := range slices.Concat(last.Buttons...) {
			if b.Text == strings.Trim(what, "[]") {
				r.Press = b.Data
			}
		}
		if r.Press == "" {
			t.Fatalf("the answer before has no button %s", what)
		}
	default:
		r.Command, r.Rest = strings.TrimPrefix(words[0], "/"), words[1:]
		menu := table.Menu()
		if i := slices.IndexFunc(menu, func(c chat.Command) bool { return c.Name == r.Command }); i >= 0 {
			r.Args, r.Rest = menu[i].ParseWords(words[1:])
		}
	}
	return r
}
