package chat_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

// find has one argument of each kind, with the free text first, and two numbers.
var find = chat.Command{Name: "find", Args: []chat.Arg{
	{Name: "what", Required: true},
	{Name: "topic", Kind: chat.Choice, Choices: []string{"shutdown", "lawsuit"}},
	{Name: "n", Kind: chat.Number, Min: 1, Max: 15},
	{Name: "page", Kind: chat.Number, Min: 0, Max: 99},
}}

func TestParseWords(t *testing.T) {
	silent := chat.Command{Name: "help"}
	wish := chat.Command{Name: "wish", Args: []chat.Arg{
		{Name: "rule", Named: true}, {Name: "where"},
		{Name: "sources", Kind: chat.Number, Min: 1, Max: 10, Named: true},
		{Name: "topic", Kind: chat.Choice, Choices: []string{"shutdown", "lawsuit"}},
	}}
	for _, c := range []struct {
		name    string
		command chat.Command
		words   string
		args    map[string]string
		rest    string
	}{
		{"nothing", find, "", map[string]string{}, ""},
		{"in order", find, "Cambodia shutdown 5", map[string]string{"what": "Cambodia", "topic": "shutdown", "n": "5"}, ""},
		{"in another order", find, "5 SHUTDOWN Cambodia", map[string]string{"what": "Cambodia", "topic": "shutdown", "n": "5"}, ""},
		{"text of several words", find, "South 3 Korea", map[string]string{"what": "South Korea", "n": "3"}, ""},
		{"number only for the second", find, "0", map[string]string{"page": "0"}, ""},
		{"two numbers", find, "7 7", map[string]string{"n": "7", "page": "7"}, ""},
		{"three numbers", find, "1 2 3", map[string]string{"n": "1", "page": "2", "what": "3"}, ""},
		{"number of nobody", find, "-1 100 99999999999999999999", map[string]string{"what": "-1 100 99999999999999999999"}, ""},
		{"choice twice", find, "shutdown lawsuit", map[string]string{"topic": "shutdown", "what": "lawsuit"}, ""},
		{"by name", find, "page=3 TOPIC=Lawsuit Cambodia n=2", map[string]string{"page": "3", "topic": "lawsuit", "n": "2", "what": "Cambodia"}, ""},
		{"the text by name, and more of it", find, "Korea what=South", map[string]string{"what": "South Korea"}, ""},
		{"a name that is none, and one without a value", find, "x=y topic=", map[string]string{"what": "x=y topic="}, ""},
		{"by name what is not accepted", find, "n=16 topic=attack", map[string]string{"what": "n=16 topic=attack"}, ""},
		{"by name twice", find, "n=1 n=2", map[string]string{"n": "1", "what": "n=2"}, ""},
		{"only by name", wish, "KH 2 a rule=seal sources=3", map[string]string{"where": "KH 2 a", "rule": "seal", "sources": "3"}, ""},
		{"command without arguments", silent, "me 1", map[string]string{}, "me 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args, rest := c.command.ParseWords(strings.Fields(c.words))
			if !maps.Equal(args, c.args) || strings.Join(rest, " ") != c.rest {
				t.Errorf("got %v, rest %q, want %v, rest %q", args, rest, c.args, c.rest)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	if got, want := find.Usage(), "/find <what> [topic] [n] [page]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	named := chat.Command{Name: "wish", Args: []chat.Arg{{Name: "where"}, {Name: "sources", Named: true}}}
	if got, want := named.Usage(), "/wish [where] [sources=]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzParseWords holds that no word is lost or made up, and that every argument is of its kind.
func FuzzParseWords(f *testing.F) {
	for _, text := range []string{"Cambodia shutdown 5", "1 2 3", "Shutdown LAWSUIT", "+7 007", "ſhutdown", "topic=lawsuit n=3 x=y what=a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Fields(text)
		args, rest := find.ParseWords(words)
		got := slices.Clone(rest)
		for _, value := range args {
			got = append(got, strings.Fields(value)...)
		}
		if len(got) != len(words) {
			t.Errorf("got %d words of %d: %v, rest %q", len(got), len(words), args, rest)
		}
		if topic, ok := args["topic"]; ok && !slices.Contains(find.Args[1].Choices, topic) {
			t.Errorf("topic = %q", topic)
		}
		if n, ok := args["n"]; ok {
			if v, err := strconv.Atoi(n); err != nil || v < 1 || v > 15 {
				t.Errorf("n = %q", n)
			}
		}
	})
}
