package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pressalert/feeds/strict"
	"pressalert/rules"
)

func noEnv(string) string { return "" }

// loadExample loads config.example.toml from a directory that has the secrets it names.
func loadExample(t *testing.T, change func(text string) string) (Config, error) {
	t.Helper()
	text, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"telegram-token", "discord-token", "webhook-desk"} {
		if err := os.WriteFile(filepath.Join(dir, "secrets", name), []byte("canary\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadConfig(path, noEnv)
}

func TestExampleConfigLoads(t *testing.T) {
	cfg, err := loadExample(t, func(text string) string { return text })
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Subscriptions) != 3 || cfg.Subscriptions[1].Floor != rules.High || len(cfg.Subscriptions[0].Countries) != 5 {
		t.Errorf("subscriptions = %+v", cfg.Subscriptions)
	}
	if got := cfg.Telegram.Token.Reveal(); got != "canary" {
		t.Errorf("telegram token = %q, want the file's line", got)
	}
	for what, path := range map[string]string{"rules": cfg.Rules, "feeds": cfg.Feeds, "data": cfg.Data} {
		if !filepath.IsAbs(path) || !strings.HasPrefix(path, filepath.Dir(cfg.Path)) {
			t.Errorf("%s = %q, want a path beside the config", what, path)
		}
	}
}

// TestExampleConfigShowsDefaults uncomments every line: what it shows is a default, so nothing may change.
func TestExampleConfigShowsDefaults(t *testing.T) {
	want, err := loadExample(t, func(text string) string { return text })
	if err != nil {
		t.Fatal(err)
	}
	commented := regexp.MustCompile(`(?m)^# ([a-z_]+ = )`)
	got, err := loadExample(t, func(text string) string {
		text = strings.Replace(text, `# allow_hosts`, `#allow_hosts`, 1) // an example, not a default
		// Nor are a proxy, a channel that is crossposted, what admins review, and all that a subscription can ask for.
		text = regexp.MustCompile(`(?m)^# (tor|crosspost|format|review) = `).ReplaceAllString(text, "#$1 = ")
		defaults, wishes, _ := strings.Cut(text, "# Who gets what.")
		return commented.ReplaceAllString(defaults, "$1") + "# Who gets what." + wishes
	})
	if err != nil {
		t.Fatal(err)
	}
	want.Path, got.Path = "", ""
	want.Data, want.Rules, want.Feeds = filepath.Base(want.Data), filepath.Base(want.Rules), filepath.Base(want.Feeds)
	got.Data, got.Rules, got.Feeds = filepath.Base(got.Data), filepath.Base(got.Rules), filepath.Base(got.Feeds)
	want.Telegram.Endpoint, want.Discord.Endpoint = "https://api.telegram.org", "https://discord.com"
	if !reflect.DeepEqual(got, want) {
		t.Errorf("uncommented = %+v\nwant          %+v", got, want)
	}
}

// TestExampleConfigIsComplete finds every key that the config knows in the example.
func TestExampleConfigIsComplete(t *testing.T) {
	text, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	// The example shows token_file and friends; the others are mentioned in its comments.
	for _, key := range keysOf(reflect.TypeFor[configFile]()) {
		if !regexp.MustCompile(`\b` + key + `\b`).Match(text) {
			t.Errorf("config.example.toml does not show %s", key)
		}
	}
}

func keysOf(t reflect.Type) []string {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for f := range t.Fields() {
		if key := f.Tag.Get("toml"); key != "" {
			keys = append(append(keys, key), keysOf(f.Type)...)
		}
	}
	return keys
}

func TestSecretNeverPrints(t *testing.T) {
	s := Secret{"canary"}
	type holder struct{ Token Secret }
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		fmt.Fprintf(&b, verb+"\n", s)
		fmt.Fprintf(&b, verb+"\n", &s)
		fmt.Fprintf(&b, verb+"\n", holder{s})
		fmt.Fprintf(&b, verb+"\n", []Secret{s})
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "token", s, "holder", holder{s})
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "token", s, "holder", holder{s})
	encoded, err := json.Marshal(holder{s})
	if err != nil {
		t.Fatal(err)
	}
	b.Write(encoded)
	out := b.String()
	for _, bad := range []string{"canary", fmt.Sprintf("%x", "canary"), fmt.Sprintf("%X", "canary"), fmt.Sprint([]byte("canary"))} {
		if strings.Contains(out, bad) {
			t.Errorf("output shows %q:\n%s", bad, out)
		}
	}
	if !strings.Contains(out, "<secret>") {
		t.Errorf("output shows no mask:\n%s", out)
	}
}

// FuzzConfig holds that no text makes the config reader panic, and that an error has a place.
func FuzzConfig(f *testing.F) {
	text, err := os.ReadFile("../config.example.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("[[subscription]]\nto = \"telegram:1\"\n[telegram]\ntoken = \"x\"")
	f.Add("admins = [\"discord:1\", 2]")
	f.Add("[[webhook]]\nname = \"\"\n[[webhook]]\nname = \"\"")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := loadConfig(path, noEnv)
		if err == nil {
			return
		}
		problems, ok := err.(strict.Problems)
		if !ok || len(problems) == 0 {
			t.Fatalf("error of type %T: %v", err, err)
		}
		for _, p := range problems {
			if p.Pos.File != path || p.What == "" {
				t.Errorf("problem without place or words: %+v", p)
			}
		}
	})
}
