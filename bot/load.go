package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"pressalert/feeds"
)

type loadCmd struct {
	Count  int    `arg:"" optional:"" default:"2000" help:"How many feeds, 1 to 20000. Default: 2000."`
	Hosts  int    `default:"500" placeholder:"N" help:"On how many hosts, 1 to 5000. Default: 500."`
	Rounds int    `default:"3" placeholder:"N" help:"How many times all feeds are read in each way, 1 to 20. Default: 3."`
	Server string `hidden:"" help:"Serve at this address only; load starts itself so, to keep the server's work apart."`
}

// Help is shown by -h.
func (loadCmd) Help() string {
	return "Measures this machine: reads many made-up feeds of 35 items from a server of its own on loopback, with the rules\n" +
		"and the database of the real bot in a directory that is removed at the end. First each feed for the first time,\n" +
		"then all unchanged (304), then all with one new item (200). Nothing is sent anywhere.\n\n" +
		"Example: pressalert load 10000"
}

// The bounds of a load, so that a slip does not fill the disk.
const (
	mostLoadFeeds  = 20_000
	mostLoadHosts  = 5_000
	mostLoadRounds = 20
)

// Run measures, and prints a line for each way of reading.
func (cmd *loadCmd) Run(env *environment, c *cli) (err error) {
	if cmd.Server != "" {
		return serveLoad(env.ctx, cmd.Server)
	}
	switch {
	case cmd.Count < 1 || cmd.Count > mostLoadFeeds:
		return fmt.Errorf("%d feeds are too few or too many; must be 1 to %d", cmd.Count, mostLoadFeeds)
	case cmd.Hosts < 1 || cmd.Hosts > mostLoadHosts:
		return fmt.Errorf("--hosts is %d, must be 1 to %d", cmd.Hosts, mostLoadHosts)
	case cmd.Rounds < 1 || cmd.Rounds > mostLoadRounds:
		return fmt.Errorf("--rounds is %d, must be 1 to %d", cmd.Rounds, mostLoadRounds)
	}
	tightenMemory(env.getenv)
	dir, err := os.MkdirTemp("", "pressalert-load-")
	if err != nil {
		return fmt.Errorf("make a directory for the load: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	server, err := startLoadServer(env.ctx, filepath.Join(dir, "socket"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	cfg, err := cmd.config(dir, server.socket, c.Rules)
	if err != nil {
		return err
	}
	b, err := newBot(env.ctx, cfg, env.stdout, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	return cmd.measure(env, b, server)
}

// config is the default config with the made-up feeds, which are due whenever they are asked for.
func (cmd *loadCmd) config(dir, socket, rules string) (Config, error) {
	cfg := defaultConfig()
	cfg.Rules = rules
	cfg.Data, cfg.Feeds = filepath.Join(dir, "data"), filepath.Join(dir, "feeds")
	cfg.Poll.Workers = mostWorkers
	cfg.Poll.Schedule = schedule("@every 1s")
	cfg.Poll.Slowest = time.Nanosecond // no feed is left alone for being quiet
	cfg.Poll.AllowHosts = []string{loadHosts}
	cfg.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	if err := os.Mkdir(cfg.Feeds, 0o700); err != nil {
		return Config{}, err
	}
	list := make([]feeds.Feed, cmd.Count)
	for i := range list {
		list[i] = feeds.Draft(loadURL(i, cmd.Hosts), fmt.Sprintf("Feed %d", i), "")
		list[i].Languages = []string{"en"}
	}
	// Several files, since each is bounded in size.
	for part := range slices.Chunk(list, feedsAFile) {
		name := filepath.Join(cfg.Feeds, part[0].ID+".toml")
		if err := os.WriteFile(name, feeds.Format(part), 0o600); err != nil {
			return Config{}, err
		}
	}
	return cfg, nil
}

// feedsAFile is how many made-up feeds stand in one list.
const feedsAFile = 1000

// loadHosts are the addresses that the made-up hosts have; all of them are led to the server's socket.
const loadHosts = "10.0.0.0/8"

func loadURL(feed, hosts int) string {
	host := feed % hosts
	return fmt.Sprintf("http://10.1.%d.%d/%d", host/250, host%250+1, feed)
}

// measure reads all feeds, in each of the ways.
func (cmd *loadCmd) measure(env *environment, b *bot, server *loadServer) error {
	fmt.Fprintf(env.stdout, "%d feeds of %d items on %d hosts, %d workers, %d rules, SQLite with synchronous=FULL, GOMAXPROCS %d\n\n",
		cmd.Count, loadItems, cmd.Hosts, b.cfg.Poll.Workers, len(b.rules.Get().Rules()), runtime.GOMAXPROCS(0))
	fmt.Fprintf(env.stdout, "%-28s %9s %13s %14s %10s\n", "", "feeds/s", "CPU s/1,000", "rows written/feed", "peak MB")
	ways := []struct {
		name   string
		mode   string
		rounds int
	}{{"read for the first time", loadUnchanged, 1}, {"all unchanged (304)", loadUnchanged, cmd.Rounds}, {"one new item each (200)", loadNew, cmd.Rounds}}
	for _, way := range ways {
		if err := cmd.way(env, b, server, way.name, way.mode, way.rounds); err != nil {
			return err
		}
	}
	return nil
}

func (cmd *loadCmd) way(env *environment, b *bot, server *loadServer, name, mode string, rounds int) error {
	before, err := b.store.Changes(env.ctx)
	if err != nil {
		return err
	}
	var took, used time.Duration
	read := 0
	for range rounds {
		if err := server.next(env.ctx, mode); err != nil {
			return err
		}
		time.Sleep(untilDue) // the feeds are due again
		start, cpu := time.Now(), cpuTime()
		report, err := b.watch.Poll(env.ctx)
		if err != nil {
			return err
		}
		if report.Failed > 0 || report.Feeds != cmd.Count {
			return fmt.Errorf("%d of %d feeds were read, %d failed", report.Feeds, cmd.Count, report.Failed)
		}
		took += time.Since(start)
		used += cpuTime() - cpu
		read += report.Feeds
	}
	after, err := b.store.Changes(env.ctx)
	if err != nil {
		return err
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	_, err = fmt.Fprintf(env.stdout, "%-28s %9.0f %13.2f %17.2f %10d\n", name, float64(read)/took.Seconds(),
		used.Seconds()*1000/float64(read), float64(after-before)/float64(read), (mem.Sys-mem.HeapReleased)>>20)
	return err
}

// untilDue is longer than the schedule of the load.
const untilDue = 1100 * time.Millisecond
