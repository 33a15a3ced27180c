package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"pressalert/bot/internal/chat"
	consolechat "pressalert/bot/internal/chat/console"
	"pressalert/bot/internal/chat/discord"
	"pressalert/bot/internal/chat/telegram"
	"pressalert/bot/internal/chat/webhook"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/outbox"
	"pressalert/bot/internal/store"
	"pressalert/bot/internal/watch"
	"pressalert/feeds"
	"pressalert/feeds/fetch"
	"pressalert/rules"
)

// settings puts config file and flags together; a flag wins over the file.
func (c *cli) settings(env *environment) (Config, error) {
	path := c.Config
	if path == "" {
		path = "config.toml"
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return c.override(defaultConfig()), nil
		}
	}
	cfg, err := loadConfig(path, env.getenv)
	return c.override(cfg), err
}

func (c *cli) override(cfg Config) Config {
	if c.Rules != "" {
		cfg.Rules = c.Rules
	}
	if c.Feeds != "" {
		cfg.Feeds = c.Feeds
	}
	if c.Data != "" {
		cfg.Data = c.Data
	}
	return cfg
}

// dataFile is the path of the database.
func (cfg Config) dataFile() string { return filepath.Join(cfg.Data, "pressalert.db") }

// A bot is the whole machine, wired.
type bot struct {
	cfg       Config
	log       *slog.Logger
	lock      *flock.Flock
	rules     *files[rules.Set]
	feeds     *files[feeds.Catalogue]
	store     *store.Store
	fetcher   *fetch.Fetcher
	platforms map[string]chat.Platform
	outbox    *outbox.Outbox
	watch     *watch.Watch
	commands  *command.Table
}

// newBot wires the machine. Alerts for the console go to out. The caller closes the bot.
func newBot(ctx context.Context, cfg Config, out io.Writer, log *slog.Logger) (*bot, error) {
	b := &bot{cfg: cfg, log: log}
	if err := b.open(ctx, out); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bot) open(ctx context.Context, out io.Writer) error {
	var err error
	if b.rules, err = openFiles(b.cfg.rulesFiles(), b.cfg.Data, b.log); err != nil {
		return err
	}
	if b.feeds, err = openFiles(b.cfg.feedsFiles(), b.cfg.Data, b.log); err != nil {
		return err
	}
	if b.store, err = store.Open(ctx, b.cfg.dataFile()); err != nil {
		return err
	}
	if err := b.takeLock(); err != nil {
		return err
	}
	if b.fetcher, err = newFetcher(b.cfg); err != nil {
		return err
	}
	subscriptions, err := b.cfg.subscriptions(b.rules.Get())
	if err != nil {
		return err
	}
	// Before anything is sent: a place that the config has just lost must get nothing more.
	if err := b.store.ReplaceConfig(ctx, subscriptions, b.cfg.Admins); err != nil {
		return err
	}
	b.platforms = platforms(b.cfg, out, b.log)
	b.outbox = outbox.New(b.store, b.platforms, b.cfg.Admins, b.log)
	b.watch = watch.New(watch.Options{
		Store: b.store, Fetcher: b.fetcher, Feeds: b.feeds.Dir, Rules: b.rules.Dir,
		Admins: b.cfg.Admins, Workers: b.cfg.Poll.Workers,
		PerHost: b.cfg.Poll.PerHost, Schedule: b.cfg.Poll.Schedule, Slowest: b.cfg.Poll.Slowest, Burst: b.cfg.Poll.Burst,
		HoldSensitive: b.cfg.HoldSensitive,
		First:         watch.FirstContact{Backfill: b.cfg.Poll.Backfill, Since: b.cfg.Poll.Since},
		Log:           b.log,
	})
	key, err := b.store.ButtonKey(ctx)
	if err != nil {
		return err
	}
	b.commands = &command.Table{
		Store: b.store, Feeds: b.feeds.Dir, Rules: b.rules.Dir, Admins: b.cfg.Admins, Schedule: b.cfg.Poll.Schedule,
		Signer: chat.NewSigner(key), Split: b.watch.Split, Merge: b.watch.Merge, Reload: b.reload, Test: b.test, Log: b.log,
	}
	return nil
}

// reload reads the files that people edit again. What is wrong is the error; the last good files stay in
// force then.
func (b *bot) reload(ctx context.Context) error {
	tell := func(m chat.Message) { b.outbox.TellAdmins(ctx, m) }
	var rulesErr, feedsErr error
	if b.rules.edited() {
		rulesErr = b.rules.Reload()
		b.rules.reloaded(rulesErr, tell)
	}
	if b.feeds.edited() {
		feedsErr = b.feeds.Reload()
		b.feeds.reloaded(feedsErr, tell)
	}
	return errors.Join(rulesErr, feedsErr)
}

// test posts a sample and finds out what the bot lacks at a place, where a service tells.
func (b *bot) test(ctx context.Context, to chat.Destination, sample chat.Message) (missing []chat.Right, err error) {
	platform, ok := b.platforms[to.Platform]
	if !ok {
		return nil, fmt.Errorf("platform %s is not set up in the config", to.Platform)
	}
	_, err = platform.Send(ctx, to, fmt.Sprintf("test %d %s", time.Now().UnixNano(), to), sample)
	inspector, ok := platform.(chat.Inspector)
	if !ok || err != nil && !errors.Is(err, chat.ErrGone) {
		return nil, err
	}
	missing, unknown := inspector.Missing(ctx, to)
	switch {
	case unknown != nil: // The sample tells most.
		b.log.Warn("the rights of the bot are not known", "to", to, "err", unknown)
	case err != nil && len(missing) == 0 && to.Topic != "": // Telegram does not say that a topic is closed.
		missing = []chat.Right{chat.RightTopic}
	}
	return missing, err
}

// takeLock makes sure that no second bot sends from the same database: readers would get every alert
// twice. The lock ends with the process, however it ends.
func (b *bot) takeLock() error {
	lock := flock.New(filepath.Join(b.cfg.Data, "pressalert.lock"), flock.SetPermissions(0o600))
	free, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	if !free {
		return fmt.Errorf("another pressalert is running on the data directory %s; stop it, or give this one its own with --data DIR", b.cfg.Data)
	}
	b.lock = lock
	return nil
}

// close waits for what is being sent, then closes everything that was opened.
func (b *bot) close() error {
	var errs []error
	if b.outbox != nil {
		b.outbox.Wait()
	}
	if b.fetcher != nil {
		b.fetcher.Close()
	}
	if b.store != nil {
		errs = append(errs, b.store.Close())
	}
	if b.lock != nil {
		errs = append(errs, b.lock.Unlock())
	}
	return errors.Join(errs...)
}

// userAgent names the bot and a way to reach the people who run it.
func userAgent(contact string) string {
	if contact == "" {
		return "pressalert/" + version()
	}
	return "pressalert/" + version() + " (+" + contact + ")"
}

// clientTimeout bounds a call to a chat service whose caller set no tighter bound; a long poll for
// updates may take 50 seconds.
const clientTimeout = 90 * time.Second

// platforms makes every chat platform that the config sets up, by name.
func platforms(cfg Config, out io.Writer, log *slog.Logger) map[string]chat.Platform {
	client := &http.Client{Timeout: clientTimeout}
	width, isTerminal := terminal(out)
	all := map[string]chat.Platform{
		platformConsole: consolechat.New(out, consolechat.Options{Width: width, Colour: isTerminal}),
	}
	if !cfg.Telegram.Token.IsZero() {
		all[platformTelegram] = telegram.New(telegram.Options{
			Token: cfg.Telegram.Token.Reveal(), Endpoint: cfg.Telegram.Endpoint, Client: client,
			Log: log.With("platform", platformTelegram),
		})
	}
	if !cfg.Discord.Token.IsZero() {
		all[platformDiscord] = discord.New(discord.Options{
			Token: cfg.Discord.Token.Reveal(), Endpoint: cfg.Discord.Endpoint, Client: client,
			Crosspost: cfg.Discord.Crosspost,
			Log:       log.With("platform", platformDiscord),
		})
	}
	if len(cfg.Webhooks) > 0 {
		all[platformWebhook] = webhook.New(webhook.Options{
			Hooks: cfg.Webhooks, Client: client, Log: log.With("platform", platformWebhook),
		})
	}
	return all
}
