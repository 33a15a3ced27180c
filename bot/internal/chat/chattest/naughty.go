package chattest

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed testdata/blns.json
var naughtyStrings []byte

// NaughtyStrings returns the Big List of Naughty Strings, texts that are known to break programs.
func NaughtyStrings(tb testing.TB) []string {
	tb.Helper()
	var all []string
	if err := json.Unmarshal(naughtyStrings, &all); err != nil {
		tb.Fatal(err)
	}
	return all
}
