package main

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/webhook"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

// A Config is all settings, checked and complete. Nothing below package main reads settings: values
// are handed down.
type Config struct {
	// Path is the file that it came from, "" for the defaults.
	Path string
	// Contact is a mail or web address in the User-Agent, so that publishers can reach us.
	Contact string
	// Data is the directory of the database; Rules and Feeds are directories of files that people
	// edit, "" for those that ship with the bot.
	Data, Rules, Feeds string
	Admins             []chat.Destination
	// HoldSensitive holds back what is grave and told by one outlet, until an admin has looked.
	HoldSensitive bool
	// Heartbeat is when admins are told how the bot is; the zero value is never.
	Heartbeat feeds.Schedule
	Poll      PollConfig
	// Proxies are the proxies that feeds may be read through, by the names that feed lists use.
	Proxies           map[string]Secret
	Telegram, Discord ServiceConfig
	Webhooks          map[string]webhook.Hook
	Subscriptions     []alert.Subscription
	// dial replaces the dialer for the allowed hosts while a load is measured; nil otherwise.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// ServiceConfig is one chat service; without a token it is off.
type ServiceConfig struct {
	Token Secret
	// Endpoint is the service's address, "" for the public one.
	Endpoint string
	// Crosspost holds the ids of the announcement channels of Discord whose posts go on to their followers.
	Crosspost map[string]bool
}

// console is where alerts go when nothing else is set up.
var console = chat.Destination{Platform: "console", Channel: "terminal"}

// reviewSensitive is what review may be set to.
const reviewSensitive = "sensitive"

// The names of the chat platforms in destinations.
const (
	platformTelegram = "telegram"
	platformDiscord  = "discord"
	platformWebhook  = "webhook"
	platformConsole  = "console"
)

// defaultConfig is what runs without a config file: what ships with the bot, printed on the terminal.
func defaultConfig() Config {
	return Config{
		Data:          "data",
		Heartbeat:     schedule("0 6 * * *"),
		Poll:          defaultPoll(),
		Subscriptions: []alert.Subscription{{To: console, FromConfig: true, Instant: rules.Low, Ceiling: -1}},
	}
}

// duration is a time such as "30s", "48h" or "30d" in a config file or on the command line.
type duration time.Duration

// UnmarshalText reads a duration; it must not be negative.
func (d *duration) UnmarshalText(text []byte) error {
	number, unit := string(text), time.Duration(1)
	if days, ok := strings.CutSuffix(number, "d"); ok {
		number, unit = days+"h", 24
	}
	v, err := time.ParseDuration(number)
	if err != nil || v < 0 || v > math.MaxInt64/unit {
		return fmt.Errorf("%q is not a time such as \"30s\", \"48h\" or \"30d\"", text)
	}
	*d = duration(v * unit)
	return nil
}

// configFile is the form of the config file.
type configFile struct {
	Contact string   `toml:"contact"`
	Data    string   `toml:"data"`
	Rules   string   `toml:"rules"`
	Feeds   string   `toml:"feeds"`
	Admins  []string `toml:"admins"`
	// Heartbeat is a pointer because "" turns it off.
	Heartbeat    *string            `toml:"heartbeat"`
	Review       string             `toml:"review"`
	Poll         pollFile           `toml:"poll"`
	Proxies      map[string]Secret  `toml:"proxies"`
	Telegram     serviceFile        `toml:"telegram"`
	Discord      serviceFile        `toml:"discord"`
	Webhook      []webhookFile      `toml:"webhook"`
	Subscription []subscriptionFile `toml:"subscription"`
}

type serviceFile struct {
	Token     Secret `toml:"token"`
	TokenFile string `toml:"token_file"`
	Endpoint  string `toml:"endpoint"`
	// Crosspost is Discord's alone.
	Crosspost []string `toml:"crosspost"`
}

// loadConfig reads the file at path. Paths in it are relative to it. The error holds everything that
// is wrong, as strict.Problems, and no secret.
func loadConfig(path string, getenv func(string) string) (Config, error) {
	dir := filepath.Dir(path)
	src, err := strict.ReadFile(os.DirFS(dir), filepath.Base(path))
	if err != nil {
		return Config{}, err
	}
	src.Name = path
	var v configFile
	f, problems := strict.Decode(src, &v)
	if f == nil {
		return Config{}, unquoted(problems)
	}
	r := &configReader{file: f, dir: dir, getenv: getenv, problems: problems, unreadable: make(map[string]bool)}
	cfg := r.read(v)
	cfg.Path = path
	if err := unquoted(r.problems).Err(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// unquoted drops the quoted lines of the config: under a misspelt key they may hold a secret.
func unquoted(problems strict.Problems) strict.Problems {
	for _, p := range problems {
		p.Line = ""
	}
	return problems
}

// A configReader checks a decoded file and collects what is wrong with it.
type configReader struct {
	file     *strict.File
	dir      string
	getenv   func(string) string
	problems strict.Problems
	// unreadable are the platforms whose secret could not be read: that they are not set up is then no
	// second error.
	unreadable map[string]bool
}

// bad notes a problem at the value with the given path.
func (r *configReader) bad(at []any, hint, format string, args ...any) {
	r.problems = append(r.problems, r.file.Problem(r.file.At(at...), hint, format, args...))
}

func (r *configReader) read(v configFile) Config {
	cfg := defaultConfig()
	cfg.Contact = v.Contact
	if _, err := fetch.New(fetch.Options{UserAgent: userAgent(v.Contact)}); err != nil {
		r.bad([]any{"contact"}, `write it like "mailto:desk@newsroom.example"`, "contact %q is not one line of text", v.Contact)
	}
	cfg.Data = r.path(v.Data, cfg.Data)
	cfg.Rules = r.path(v.Rules, "")
	cfg.Feeds = r.path(v.Feeds, "")
	if v.Heartbeat != nil {
		cfg.Heartbeat = r.schedule(*v.Heartbeat, "heartbeat")
	}
	if cfg.HoldSensitive = v.Review == reviewSensitive; v.Review != "" && !cfg.HoldSensitive {
		r.bad([]any{"review"}, strict.DidYouMean(v.Review, []string{reviewSensitive}), "review %q is not \"sensitive\"", v.Review)
	}
	cfg.Poll = r.poll(v.Poll, cfg.Poll)
	cfg.Proxies = r.proxies(v.Proxies)
	cfg.Telegram = r.service(v.Telegram, platformTelegram, "PRESSALERT_TELEGRAM_TOKEN")
	cfg.Discord = r.service(v.Discord, platformDiscord, "PRESSALERT_DISCORD_TOKEN")
	cfg.Webhooks = r.webhooks(v.Webhook)
	for i, s := range v.Admins {
		if d, ok := r.destination(cfg, s, "admins", i); ok {
			cfg.Admins = append(cfg.Admins, d)
		}
	}
	if len(v.Subscription) > 0 {
		cfg.Subscriptions = nil
	}
	for i, s := range v.Subscription {
		cfg.Subscriptions = append(cfg.Subscriptions, r.subscription(cfg, s, i))
	}
	return cfg
}

// path makes a path of the config relative to the config's own directory.
func (r *configReader) path(path, byDefault string) string {
	if path == "" {
		path = byDefault
	}
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.dir, path)
}

func (r *configReader) service(v serviceFile, table, env string) ServiceConfig {
	source := secretSource{value: v.Token, file: r.path(v.TokenFile, ""), env: env}
	token, err := source.resolve(r.getenv)
	if err != nil {
		r.bad([]any{table, "token_file"}, "", "%s token: %v", table, err)
		r.unreadable[table] = true
	}
	if v.Endpoint != "" && !isWebAddress(v.Endpoint) {
		r.bad([]any{table, "endpoint"}, "it begins with https:// or http://", "endpoint %q is not a web address", v.Endpoint)
	}
	crosspost := make(map[string]bool)
	for i, channel := range v.Crosspost {
		if d, err := chat.ParseDestination(platformDiscord + ":" + channel); err != nil || d.Topic != "" || table != platformDiscord {
			r.bad([]any{table, "crosspost", i}, "a list of ids of announcement channels, in [discord] only", "%q cannot be crossposted", channel)
		}
		crosspost[channel] = true
	}
	return ServiceConfig{Token: token, Endpoint: v.Endpoint, Crosspost: crosspost}
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// destination reads a destination and checks that its platform is set up.
func (r *configReader) destination(cfg Config, s string, at ...any) (chat.Destination, bool) {
	d, err := chat.ParseDestination(s)
	if err != nil {
		r.bad(at, "", "%v", err)
		return d, false
	}
	missing := ""
	switch d.Platform {
	case platformTelegram:
		missing = missingToken(cfg.Telegram, "telegram", "PRESSALERT_TELEGRAM_TOKEN")
	case platformDiscord:
		missing = missingToken(cfg.Discord, "discord", "PRESSALERT_DISCORD_TOKEN")
	case platformWebhook:
		if _, ok := cfg.Webhooks[d.Channel]; !ok {
			missing = fmt.Sprintf("add a [[webhook]] with name = %q", d.Channel)
		}
	case platformConsole:
	default:
		known := []string{platformTelegram, platformDiscord, platformWebhook, platformConsole}
		hint := strict.DidYouMean(d.Platform, known)
		if hint == "" {
			hint = "one of " + strings.Join(known, ", ")
		}
		r.bad(at, hint, "unknown platform %q", d.Platform)
		return d, false
	}
	if missing != "" && !r.unreadable[d.Platform] {
		r.bad(at, missing, "%s is not set up", s)
		return d, false
	}
	return d, true
}

// missingToken is the hint for a service without a token, or "".
func missingToken(s ServiceConfig, table, env string) string {
	if !s.Token.IsZero() {
		return ""
	}
	return fmt.Sprintf("add its token in [%s] as token_file or token, or in the environment as %s", table, env)
}

func knownHint(word string, known []string) string {
	if hint := strict.DidYouMean(word, known); hint != "" {
		return hint
	}
	return "one of " + strings.Join(known, ", ")
}
