package chattest

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed testdata/blns.json
var naughtyStrings []byte

//go:embed testdata/telegram-html.json
var telegramVectors []byte

// NaughtyStrings returns the Big List of Naughty Strings, texts that are known to break programs.
func NaughtyStrings(tb testing.TB) []string {
	tb.Helper()
	var all []string
	if err := json.Unmarshal(naughtyStrings, &all); err != nil {
		tb.Fatal(err)
	}
	return all
}

// TelegramStrings returns texts that Telegram's parsers of markup were tried with: what is markup to them,
// or nearly.
func TelegramStrings(tb testing.TB) []string {
	tb.Helper()
	var file struct {
		Vectors  []struct{ Input string }
		Markdown []string
	}
	if err := json.Unmarshal(telegramVectors, &file); err != nil {
		tb.Fatal(err)
	}
	all := file.Markdown
	for _, v := range file.Vectors {
		all = append(all, v.Input)
	}
	return all
}
