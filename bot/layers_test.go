package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers is the law of who may import whom: each package with the own packages that it may import.
// Imports go down the ranks only. A new package fails until it is added here, on purpose.
var layers = map[string][]string{
	// rank 0
	"feeds/lang":         {},
	"feeds/strict":       {},
	"feeds/text":         {},
	"bot/internal/chat":  {},
	"bot/internal/live":  {},
	"bot/internal/words": {},
	// rank 1
	"feeds":                      {"feeds/strict", "feeds/text"},
	"bot/internal/chat/console":  {"bot/internal/chat"},
	"bot/internal/chat/discord":  {"bot/internal/chat"},
	"bot/internal/chat/telegram": {"bot/internal/chat"},
	"bot/internal/chat/webhook":  {"bot/internal/chat"},
	"bot/internal/chat/chattest": {"bot/internal/chat"},
	// rank 2
	"feeds/document": {"feeds", "feeds/lang", "feeds/text"},
	"rules":          {"feeds", "feeds/strict"},
	// rank 3
	"feeds/fetch":        {"feeds", "feeds/document"},
	"bot/internal/alert": {"feeds", "rules", "bot/internal/chat", "bot/internal/words"},
	// What the verb and the command of its name share.
	"bot/internal/backtest": {"feeds", "rules"},
	// rank 4
	"bot/internal/store": {"feeds", "rules", "bot/internal/chat", "bot/internal/alert"},
	// rank 5
	"bot/internal/watch": {
		"feeds", "feeds/document", "feeds/fetch", "rules", "bot/internal/chat", "bot/internal/live", "bot/internal/alert",
		"bot/internal/store",
	},
	"bot/internal/outbox": {"bot/internal/words", "bot/internal/chat", "bot/internal/alert", "bot/internal/store"},
	"bot/internal/command": {
		"feeds", "feeds/strict", "rules", "bot/internal/live", "bot/internal/words", "bot/internal/chat",
		"bot/internal/alert", "bot/internal/backtest", "bot/internal/store",
	},
	// rank 6
	"bot": {
		"feeds", "feeds/document", "feeds/fetch", "feeds/lang", "feeds/strict", "rules", "bot/internal/alert", "bot/internal/backtest", "bot/internal/chat",
		"bot/internal/chat/console", "bot/internal/chat/discord", "bot/internal/chat/telegram",
		"bot/internal/chat/webhook", "bot/internal/command", "bot/internal/live", "bot/internal/outbox",
		"bot/internal/store", "bot/internal/watch", "bot/internal/words",
	},
}

// fences keep each library in the one package that tames it: import path, or its beginning with a
// slash, to the packages that may import it.
var fences = map[string][]string{
	"github.com/mmcdole/gofeed/":                       {"feeds/document"},
	"code.dny.dev/ssrf":                                {"feeds/fetch"},
	"github.com/pelletier/go-toml/":                    {"feeds/strict", "bot/internal/words"},
	"github.com/go-telegram-bot-api/telegram-bot-api/": {"bot/internal/chat/telegram"},
	"github.com/bwmarrin/discordgo":                    {"bot/internal/chat/discord"},
	"github.com/gorilla/websocket":                     {"bot/internal/chat/discord", "bot/internal/chat/chattest"},
	"database/sql":                                     {"bot/internal/store"},
	"database/sql/":                                    {"bot/internal/store"},
	"modernc.org/":                                     {"bot/internal/store"},
	"github.com/robfig/cron/":                          {"bot", "feeds"},
	"github.com/alecthomas/kong":                       {"bot"},
	"github.com/santhosh-tekuri/jsonschema/":           {"bot/internal/chat/chattest"},
	"testing":                                          {"bot/internal/chat/chattest"},
	"pressalert/bot/internal/chat/chattest":            {},
	"math/rand":                                        {},
	"log":                                              {},
	"github.com/rogpeppe/go-internal/":                 {"bot"}, // diff, for patches
	"golang.org/x/text/language/display":               {"bot/internal/words", "rules"},
	"github.com/nicksnyder/go-i18n/":                   {"bot/internal/words"},
	"github.com/RadhiFadlillah/whatlanggo":             {"feeds/lang"},
	"golang.org/x/net/html":                            {"feeds/document", "feeds/text", "bot"},
	"codeberg.org/readeck/go-readability/":             {"feeds/document"},
	"golang.org/x/time/":                               {"bot/internal/chat/"},
	"github.com/gofrs/flock":                           {"bot"},
	"github.com/google/renameio/":                      {"bot"},
	"encoding/xml":                                     {"feeds", "bot/internal/command"},
	"github.com/go-analyze/charts":                     {"bot/internal/command"},
	"net/http":                                         {"bot", "feeds/fetch", "bot/internal/chat/", "bot/internal/chat"},
	"os":                                               {"bot", "bot/internal/store", "bot/internal/live"},
}

func TestLayers(t *testing.T) {
	const module = "pressalert/"
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := layers[name]
		if !known {
			t.Errorf("package %s is not in the table of layers", name)
			continue
		}
		for _, path := range p.Imports {
			if own, isOwn := strings.CutPrefix(path, module); isOwn && !slices.Contains(allowed, own) {
				t.Errorf("%s must not import %s", name, own)
			}
			for fence, inside := range fences {
				if fenced(path, fence) && !mayImport(name, inside) {
					t.Errorf("%s must not import %s", name, path)
				}
			}
		}
	}
}

func fenced(path, fence string) bool {
	if strings.HasSuffix(fence, "/") {
		return strings.HasPrefix(path+"/", fence)
	}
	return path == fence
}

func mayImport(name string, inside []string) bool {
	return slices.ContainsFunc(inside, func(p string) bool {
		return name == p || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p)
	})
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "pressalert/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
