package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"pressalert/bot/internal/alert"
)

// TestSubscriptionOfConfig reads what only the config can ask for.
func TestSubscriptionOfConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	text := `
[discord]
token = "canary"
[[subscription]]
to = "discord:1"
pin = true
mention = [{ rule = "kh-*", role = "77" }, { rule = "shutdown", role = "78" }]
[[subscription]]
to = "discord:1"
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadConfig(path, func(string) string { return "" })
	if err != nil || len(cfg.Subscriptions) != 2 {
		t.Fatalf("subscriptions = %+v, %v, want two", cfg.Subscriptions, err)
	}
	mentions := []alert.Mention{{Rules: "kh-*", Role: "77"}, {Rules: "shutdown", Role: "78"}}
	if s := cfg.Subscriptions[0]; !s.Pin || !reflect.DeepEqual(s.Mentions, mentions) {
		t.Errorf("pin %t, mentions %+v, want true, %+v", s.Pin, s.Mentions, mentions)
	}
	if s := cfg.Subscriptions[1]; s.Pin || s.Mentions != nil {
		t.Errorf("pin %t, mentions %+v, want neither", s.Pin, s.Mentions)
	}
}
