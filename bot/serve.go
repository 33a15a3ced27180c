package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/live"
	"pressalert/feeds"
	"pressalert/rules"
)

type serveCmd struct {
	Once     bool           `help:"Read the feeds once, post what is due, and stop: for a cron job of the system's own."`
	Backfill *int           `placeholder:"N" help:"Post the newest N items of a feed that is read for the first time. Default: none; they are only stored."`
	Since    *time.Duration `placeholder:"TIME" help:"Post the items of a new feed that are younger than this, such as 48h."`
}

// Help is shown by -h.
func (serveCmd) Help() string {
	return "Reads the feeds on their schedule, matches new items against the rules and posts alerts, until it is stopped.\n" +
		"Rule and feed files in a directory of your own are reloaded when they change, and on SIGHUP.\n\n" +
		"Example: pressalert serve --config config.toml"
}

// flushEvery is how often the outbox looks for what is due. A poll that brought alerts flushes at once.
const flushEvery = "@every 1s"

// Run serves until the context of env ends.
func (cmd *serveCmd) Run(env *environment, c *cli) error {
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	if cmd.Backfill != nil {
		cfg.Poll.Backfill = max(*cmd.Backfill, 0)
	}
	if cmd.Since != nil {
		cfg.Poll.Since = max(*cmd.Since, 0)
	}
	b, err := newBot(env.ctx, cfg, env.stdout, env.log)
	if err != nil {
		return err
	}
	b.greet(env)
	if cmd.Once {
		err = b.once(env.ctx)
	} else {
		err = b.serve(env)
	}
	return errors.Join(err, b.close())
}

// greet says in one line what runs, and without a config what the next step is.
func (b *bot) greet(env *environment) {
	inForce := fmt.Sprintf("feeds: %d, rules: %d (version %s)", len(b.feeds.Get().On()), len(b.rules.Get().Rules()), b.rules.Get().Version())
	if b.cfg.Path != "" {
		fmt.Fprintf(env.stderr, "pressalert: config %s; %s; schedule %s\n", b.cfg.Path, inForce, b.cfg.Poll.Schedule)
		return
	}
	fmt.Fprintf(env.stderr, "pressalert: no config file, so alerts are printed here (%s); next step: copy config.example.toml to config.toml and set your channels\n", inForce)
}

// once is a single round.
func (b *bot) once(ctx context.Context) error {
	return errors.Join(b.poll(ctx), b.outbox.Drain(ctx))
}

// serve runs everything until ctx ends: the schedule, the listeners of the chat platforms, and the
// look-out for changed files. What fails alone is logged and told to the admins; the rest goes on.
func (b *bot) serve(env *environment) error {
	ctx := env.ctx
	logger := cronLog{b.log}
	// A job that panics is logged and comes again; one that still runs is not started twice.
	chain := func(do func(context.Context)) cron.Job {
		return cron.NewChain(cron.Recover(logger), cron.SkipIfStillRunning(cron.DiscardLogger)).
			Then(cron.FuncJob(func() { do(ctx) }))
	}
	poll, flush := chain(b.pollAndFlush), chain(b.flush)
	schedule := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger))
	if _, err := schedule.AddJob(b.cfg.Poll.Schedule, poll); err != nil {
		return fmt.Errorf("schedule %q: %w", b.cfg.Poll.Schedule, err)
	}
	if _, err := schedule.AddJob(flushEvery, flush); err != nil {
		return fmt.Errorf("schedule %q: %w", flushEvery, err)
	}
	var group sync.WaitGroup
	for name, platform := range b.platforms {
		group.Go(func() { b.listen(ctx, name, platform) })
	}
	group.Go(func() { b.reloadOnChange(ctx) })
	group.Go(func() { b.reloadOnHangup(env) })
	group.Go(poll.Run) // at once, not only at the next tick
	schedule.Start()
	<-ctx.Done()
	b.log.Info("stopping; sends under way are finished")
	<-schedule.Stop().Done()
	group.Wait()
	return nil
}

// poll reads the feeds that are due and says what came of it.
func (b *bot) poll(ctx context.Context) error {
	start := time.Now()
	report, err := b.watch.Poll(ctx)
	if report.Feeds > 0 {
		b.log.Info("feeds read", "feeds", report.Feeds, "failed", report.Failed, "new", report.Items,
			"matched", report.Matched, "alerts", report.Alerts, "owed", report.Deliveries,
			"took", time.Since(start).Round(time.Millisecond))
	}
	return err
}

// pollAndFlush polls and starts to send what came of it.
func (b *bot) pollAndFlush(ctx context.Context) {
	if err := b.poll(ctx); err != nil && ctx.Err() == nil {
		b.log.Error("poll was not recorded", "err", err)
	}
	b.flush(ctx)
}

func (b *bot) flush(ctx context.Context) {
	if _, err := b.outbox.Flush(ctx); err != nil && ctx.Err() == nil {
		b.log.Error("outbox was not read", "err", err)
	}
}

// listen answers a platform's commands. An error means that it has given up for good.
func (b *bot) listen(ctx context.Context, name string, platform chat.Platform) {
	if err := platform.Listen(ctx, b.commands.Menu(), b.commands.Answer); err != nil {
		b.log.Error("commands are not answered", "platform", name, "err", err)
		b.outbox.TellAdmins(ctx, chat.Message{
			Title: "Commands on " + name + " are not answered",
			Body:  []chat.Paragraph{chat.Text("The service says: " + err.Error() + "."), chat.Text("Alerts are still sent where that is possible. Mend the config and restart the bot.")},
		})
	}
}

// reloadOnChange watches the directories that people edit; what ships with the bot cannot change.
func (b *bot) reloadOnChange(ctx context.Context) {
	var group sync.WaitGroup
	if b.cfg.Rules != "" {
		group.Go(func() {
			b.rules.Watch(ctx, func(s *rules.Set, err error) { b.reloaded(ctx, "rules", rulesInForce(s), err) })
		})
	}
	if b.cfg.Feeds != "" {
		group.Go(func() {
			b.feeds.Watch(ctx, func(c *feeds.Catalogue, err error) { b.reloaded(ctx, "feeds", feedsInForce(c), err) })
		})
	}
	group.Wait()
}

func (b *bot) reloadOnHangup(env *environment) {
	for {
		select {
		case <-env.ctx.Done():
			return
		case <-env.hangup:
			reload(b, env.ctx, "rules", b.rules, rulesInForce)
			reload(b, env.ctx, "feeds", b.feeds, feedsInForce)
		}
	}
}

func reload[T any](b *bot, ctx context.Context, what string, dir *live.Dir[T], inForce func(*T) string) {
	err := dir.Reload()
	b.reloaded(ctx, what, inForce(dir.Get()), err)
}

func rulesInForce(s *rules.Set) string {
	return fmt.Sprintf("version %s, rules: %d", s.Version(), len(s.Rules()))
}

func feedsInForce(c *feeds.Catalogue) string { return fmt.Sprintf("feeds: %d", len(c.On())) }

// reloaded says what is in force after an edit, and what was wrong with a bad one.
func (b *bot) reloaded(ctx context.Context, what, inForce string, err error) {
	if err == nil {
		b.log.Info("files reloaded", "what", what, "in_force", inForce)
		return
	}
	b.log.Error("bad edit; the last good files stay in force", "what", what, "in_force", inForce, "err", err)
	b.outbox.TellAdmins(ctx, chat.Message{
		Title: "A bad edit of the " + what + " files was not taken",
		Body: []chat.Paragraph{
			{{Text: err.Error(), Style: chat.Code}},
			chat.Text("Still in force: " + inForce + "."),
		},
	})
}

// cronLog passes the scheduler's errors, panics of jobs among them, to our log.
type cronLog struct{ log *slog.Logger }

// Info drops the scheduler's chatter.
func (cronLog) Info(string, ...any) {}

// Error logs a job's failure.
func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("scheduled job", append([]any{"err", err, "what", msg}, keysAndValues...)...)
}
