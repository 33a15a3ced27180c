package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"pressalert/feeds"
	"pressalert/feeds/fetch"
)

// PollConfig says how feeds are read.
type PollConfig struct {
	// Schedule is when feeds without one of their own are read.
	Schedule feeds.Schedule
	// Slowest is the longest that a feed which seldom has news is left alone.
	Slowest time.Duration
	Timeout time.Duration
	// Workers is how many servers are read at the same time, and PerHost how many connections one gets.
	Workers, PerHost int
	// Backfill and Since say which items are posted when a feed is read for the first time.
	Backfill int
	Since    time.Duration
	// Burst is how many new items a feed may bring at once before what they gave rise to waits for an admin.
	Burst int
	// AllowHosts are a person's own servers, which may have private addresses.
	AllowHosts []string
}

// pollFile is the form of [poll] in the config file.
type pollFile struct {
	Schedule   string   `toml:"schedule"`
	Slowest    duration `toml:"slowest"`
	Timeout    duration `toml:"timeout"`
	Workers    int      `toml:"workers"`
	PerHost    int      `toml:"per_host"`
	Backfill   int      `toml:"backfill"`
	Since      duration `toml:"since"`
	Burst      int      `toml:"burst"`
	AllowHosts []string `toml:"allow_hosts"`
}

// defaultPoll suits a few hundred feeds on a home connection.
func defaultPoll() PollConfig {
	return PollConfig{
		Schedule: schedule("*/10 * * * *"), Slowest: 2 * time.Hour, Timeout: 30 * time.Second,
		Workers: 16, PerHost: 1, Burst: 40,
	}
}

// schedule is for the constants of this package.
func schedule(text string) feeds.Schedule {
	s, err := feeds.ParseSchedule(text)
	if err != nil {
		panic(err) // a constant that every test of the config proves valid
	}
	return s
}

// The bounds of [poll]: beyond them a home connection only gets slower, and publishers take offence.
const (
	mostWorkers = 64
	mostPerHost = 4
	mostBurst   = 2000 // as many as one document may hold
)

func (r *configReader) poll(v pollFile, poll PollConfig) PollConfig {
	if v.Schedule != "" {
		poll.Schedule = r.schedule(v.Schedule, "poll", "schedule")
	}
	if v.Timeout > 0 {
		poll.Timeout = time.Duration(v.Timeout)
	}
	if v.Slowest > 0 {
		poll.Slowest = time.Duration(v.Slowest)
	}
	poll.Workers = r.bounded(v.Workers, poll.Workers, mostWorkers, "workers")
	poll.PerHost = r.bounded(v.PerHost, poll.PerHost, mostPerHost, "per_host")
	poll.Burst = r.bounded(v.Burst, poll.Burst, mostBurst, "burst")
	if v.Backfill < 0 {
		r.bad([]any{"poll", "backfill"}, "", "backfill is %d, must not be negative", v.Backfill)
	}
	poll.Backfill = v.Backfill
	poll.Since = time.Duration(v.Since)
	for i, host := range v.AllowHosts {
		if _, err := fetch.New(fetch.Options{UserAgent: userAgent(""), AllowHosts: []string{host}}); err != nil {
			r.bad([]any{"poll", "allow_hosts", i}, "", "%v", err)
		}
	}
	poll.AllowHosts = v.AllowHosts
	return poll
}

// bounded returns a number of [poll], or byDefault for none.
func (r *configReader) bounded(n, byDefault, most int, key string) int {
	switch {
	case n == 0:
		return byDefault
	case n < 0 || n > most:
		r.bad([]any{"poll", key}, "", "%s is %d, must be 1 to %d", key, n, most)
	}
	return n
}

// schedule reads a cron expression; "" is none.
func (r *configReader) schedule(text string, at ...any) feeds.Schedule {
	if text == "" {
		return feeds.Schedule{}
	}
	s, err := feeds.ParseSchedule(text)
	if err != nil {
		r.bad(at, `write it like "*/10 * * * *" or "@every 10m"`, "schedule %v", err)
	}
	return s
}

// proxies checks the addresses of proxies without ever quoting them: they may hold a password.
func (r *configReader) proxies(list map[string]Secret) map[string]Secret {
	for name, address := range list {
		if _, ok := parseProxy(address); !ok {
			r.bad([]any{"proxies", name}, `write it like "socks5h://127.0.0.1:9050" or "http://proxy.example:3128"`, "proxy %q has no address that can be used", name)
		}
	}
	return list
}

// parseProxy reads the address of a proxy: http, https, socks5, or socks5h, which leaves names to the proxy.
func parseProxy(address Secret) (*url.URL, bool) {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Host == "" {
		return nil, false
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, true
	}
	return nil, false
}

// proxyURLs are the proxies as the fetcher takes them.
func (cfg Config) proxyURLs() map[string]*url.URL {
	urls := make(map[string]*url.URL)
	for name, address := range cfg.Proxies {
		if u, ok := parseProxy(address); ok {
			urls[name] = u
		}
	}
	return urls
}

// knowsProxies reports the feeds that are to be read through a proxy which the config does not have.
func (cfg Config) knowsProxies(c *feeds.Catalogue) error {
	var errs []error
	for _, f := range c.On() {
		for _, way := range f.Ways() {
			if _, known := cfg.Proxies[way.Proxy]; way.Proxy != "" && !known {
				errs = append(errs, fmt.Errorf("feed %s: proxy %q is not in [proxies] of the config", f.ID, way.Proxy))
			}
		}
	}
	return errors.Join(errs...)
}
