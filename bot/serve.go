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
	"pressalert/feeds"
	"pressalert/rules"
)

type serveCmd struct {
	Once     bool      `help:"Read the feeds once, post what is due, and stop: for a cron job of the system's own."`
	Backfill *int      `placeholder:"N" help:"Post the newest N items of a feed that is read for the first time. Default: none; they are only stored."`
	Since    *duration `placeholder:"TIME" help:"Post the items of a new feed that are younger than this, such as 48h or 7d."`
}

// Help is shown by -h.
func (serveCmd) Help() string {
	return "Reads the feeds on their schedule, matches new items against the rules and posts alerts, until it is stopped.\n" +
		"Rule and feed files in a directory of your own are reloaded when they change, and on SIGHUP.\n\n" +
		"Example: pressalert serve --config config.toml"
}

// pollEvery is how often the bot looks for feeds whose time to be read has come.
const pollEvery = "@every 1s"

// flushEvery is how often the outbox looks for what is due. A poll that brought alerts flushes at once.
const flushEvery = "@every 1s"

// Run serves until the context of env ends.
func (cmd *serveCmd) Run(env *environment, c *cli) error {
	tightenMemory(env.getenv)
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	if cmd.Backfill != nil {
		cfg.Poll.Backfill = max(*cmd.Backfill, 0)
	}
	if cmd.Since != nil {
		cfg.Poll.Since = time.Duration(*cmd.Since)
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
	// Polls may overlap: each leaves the hosts alone that another still reads, so that a slow feed does not
	// keep the others waiting.
	poll := cron.NewChain(cron.Recover(logger)).Then(cron.FuncJob(func() { b.pollAndFlush(ctx) }))
	schedule := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger))
	for _, entry := range []struct {
		when string
		job  cron.Job
	}{
		{pollEvery, poll},
		{flushEvery, job(logger, func() { b.flush(ctx) })},
		{b.cfg.Heartbeat.String(), job(logger, func() { b.heartbeat(ctx) })},
	} {
		if entry.when == "" {
			continue
		}
		if _, err := schedule.AddJob(entry.when, entry.job); err != nil {
			return fmt.Errorf("schedule %q: %w", entry.when, err)
		}
	}
	var group sync.WaitGroup
	for name, platform := range b.platforms {
		group.Go(func() { b.listen(ctx, name, platform) })
	}
	group.Go(func() { b.reloadOnChange(ctx) })
	group.Go(func() { b.reloadOnHangup(env) })
	group.Go(func() { b.indexArchive(ctx) })
	group.Go(poll.Run) // at once, not only at the next tick
	schedule.Start()
	<-ctx.Done()
	b.log.Info("stopping; sends under way are finished")
	<-schedule.Stop().Done()
	group.Wait()
	return nil
}

// job makes a job of do. One that panics is logged and comes again; one that still runs is not started
// twice. The order matters: the guard against two at once never lets go of a job that panics through it.
func job(log cronLog, do func()) cron.Job {
	return cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger), cron.Recover(log)).Then(cron.FuncJob(do))
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
	if news, ok := feedNews(report); ok {
		b.outbox.TellAdmins(ctx, news)
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

// indexedEvery is after how many items the log says how far the index is.
const indexedEvery = 50_000

// indexArchive makes items found by /search that an older version of the program stored.
func (b *bot) indexArchive(ctx context.Context) {
	said := int64(-1)
	err := b.store.IndexArchive(ctx, func(left int64) {
		if step := left / indexedEvery; step != said {
			said = step
			b.log.Info("making the archive searchable, the newest items first", "left", left)
		}
	})
	if err != nil && ctx.Err() == nil {
		b.log.Error("a part of the archive is not searchable; the next start goes on with it", "err", err)
	}
}

// reloadOnChange watches the directories that people edit.
func (b *bot) reloadOnChange(ctx context.Context) {
	tell := func(m chat.Message) { b.outbox.TellAdmins(ctx, m) }
	var group sync.WaitGroup
	if b.rules.edited() {
		group.Go(func() { b.rules.Watch(ctx, func(_ *rules.Set, err error) { b.rules.reloaded(err, tell) }) })
	}
	if b.feeds.edited() {
		group.Go(func() { b.feeds.Watch(ctx, func(_ *feeds.Catalogue, err error) { b.feeds.reloaded(err, tell) }) })
	}
	group.Wait()
}

// reloadOnHangup reloads on SIGHUP, for people who do not want to wait for the look-out.
func (b *bot) reloadOnHangup(env *environment) {
	for {
		select {
		case <-env.ctx.Done():
			return
		case <-env.hangup:
			b.reload(env.ctx) // what is wrong is logged and told there
		}
	}
}

// cronLog passes the scheduler's errors, panics of jobs among them, to our log.
type cronLog struct{ log *slog.Logger }

// Info drops the scheduler's chatter.
func (cronLog) Info(string, ...any) {}

// Error logs a job's failure.
func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("scheduled job", append([]any{"err", err, "what", msg}, keysAndValues...)...)
}
