package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

//go:embed demo/*.xml demo/feeds.toml
var samples embed.FS

type demoCmd struct{}

// Help is shown by -h.
func (demoCmd) Help() string {
	return "Serves sample feeds on this machine, reads them as it would read real ones, and prints the alerts that a subscriber\n" +
		"would get. The items were written for this purpose and report no real event. Nothing leaves the machine.\n\n" +
		"Example: pressalert demo"
}

// demoAddress stands in the sample feed list for the address that the samples are served at.
const demoAddress = "http://demo.invalid/"

// Run serves the samples on loopback and runs the whole path from feed to message once.
func (demoCmd) Run(env *environment) (err error) {
	start := time.Now()
	dir, err := os.MkdirTemp("", "pressalert-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve the sample feeds: %w", err)
	}
	server := &http.Server{Handler: sampleHandler(), ReadHeaderTimeout: time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() {
		server.Close()
		<-served // always ErrServerClosed here
	}()
	cfg, err := demoConfig(dir, listener.Addr().String())
	if err != nil {
		return err
	}
	return runDemo(env, cfg, start)
}

// sampleHandler serves the files of the demo directory at the root.
func sampleHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, samples, "demo"+r.URL.Path)
	})
}

// demoConfig is the default config with the sample feeds at addr, everything posted on first contact.
func demoConfig(dir, addr string) (Config, error) {
	cfg := defaultConfig()
	cfg.Data, cfg.Feeds = filepath.Join(dir, "data"), filepath.Join(dir, "feeds")
	cfg.Poll.AllowHosts = []string{addr}
	cfg.Poll.Backfill = 1000
	list, err := samples.ReadFile("demo/feeds.toml")
	if err != nil {
		return Config{}, err
	}
	if err := os.Mkdir(cfg.Feeds, 0o700); err != nil {
		return Config{}, err
	}
	text := strings.ReplaceAll(string(list), demoAddress, "http://"+addr+"/")
	return cfg, os.WriteFile(filepath.Join(cfg.Feeds, "samples.toml"), []byte(text), 0o600)
}

func runDemo(env *environment, cfg Config, start time.Time) (err error) {
	// The alerts are what a demo is for; a line of log between them would only disturb.
	b, err := newBot(env.ctx, cfg, env.stdout, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	fmt.Fprintf(env.stdout, "Sample feeds: what a subscriber would have received. No item reports a real event.\n\n")
	report, err := b.watch.Poll(env.ctx)
	if err != nil {
		return err
	}
	if report.Failed > 0 {
		return fmt.Errorf("%d of %d sample feeds could not be read", report.Failed, report.Feeds)
	}
	if err := b.outbox.Drain(env.ctx); err != nil {
		return err
	}
	totals, err := b.store.Totals(context.WithoutCancel(env.ctx))
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "\n%d items read from %d feeds, %d matched, %d posted, in %s.\n",
		totals.Items, report.Feeds, totals.Matched, totals.Sent, time.Since(start).Round(time.Millisecond))
	return nil
}
