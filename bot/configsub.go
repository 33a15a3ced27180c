package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/words"
	"pressalert/rules"
)

// subscriptionFile is the form of one [[subscription]] of the config file.
type subscriptionFile struct {
	To           string   `toml:"to"`
	Topics       []string `toml:"topics"`
	Countries    []string `toml:"countries"`
	Laws         []string `toml:"laws"`
	Severity     string   `toml:"severity"`
	Languages    []string `toml:"languages"`
	Rules        []string `toml:"rules"`
	Directions   []string `toml:"directions"`
	Confirmation int      `toml:"confirmation"`
	Instant      string   `toml:"instant"`
	Digest       string   `toml:"digest"`
	Zone         string   `toml:"zone"`
	Quiet        string   `toml:"quiet"`
	Ceiling      int      `toml:"ceiling"`
	Language     string   `toml:"language"`
	Discreet     bool     `toml:"discreet"`
	Preview      bool     `toml:"preview"`
	Pin          bool     `toml:"pin"`

	Mention []mentionFile `toml:"mention"`
}

// mentionFile says which role is called for which rules.
type mentionFile struct {
	Rule string `toml:"rule"`
	Role string `toml:"role"`
}

// subscription reads the one at place i.
func (r *configReader) subscription(cfg Config, v subscriptionFile, i int) alert.Subscription {
	at := func(key ...any) []any { return append([]any{"subscription", i}, key...) }
	s := alert.Subscription{
		FromConfig: true, Rules: v.Rules, Languages: v.Languages, Ceiling: v.Ceiling, Discreet: v.Discreet, Preview: v.Preview, Pin: v.Pin,
		Topics:       choices(r, v.Topics, rules.Topics(), "topic", at("topics")),
		Laws:         choices(r, v.Laws, rules.Laws(), "law family", at("laws")),
		Directions:   choices(r, v.Directions, []rules.Direction{rules.Worse, rules.Better, rules.Neutral}, "direction", at("directions")),
		Countries:    r.countries(v.Countries, at("countries")),
		Floor:        r.severity(v.Severity, at("severity")),
		Instant:      r.severity(v.Instant, at("instant")),
		Confirmation: v.Confirmation,
	}
	if v.To == "" {
		r.bad(at(), `add to = "telegram:-1001234567890"`, "subscription without a destination")
	} else {
		s.To, _ = r.destination(cfg, v.To, at("to")...)
	}
	if v.Confirmation < 0 || v.Confirmation > alert.MostConfirmations {
		r.bad(at("confirmation"), "", "confirmation is %d, must be 0 to %d sources", v.Confirmation, alert.MostConfirmations)
	}
	r.hours(v, &s, at)
	if v.Pin && s.To.Platform != platformTelegram && s.To.Platform != platformDiscord {
		r.bad(at("pin"), "Telegram and Discord can", "nothing can be pinned on %s", s.To.Platform)
	}
	s.Mentions = r.mentions(v.Mention, s, at)
	if v.Language != "" && !slices.Contains(words.Languages(), v.Language) {
		r.bad(at("language"), knownHint(v.Language, words.Languages()), "the bot does not speak %q", v.Language)
	}
	s.Language = v.Language
	return s
}

// roleForm is the form of the id of a role.
var roleForm = regexp.MustCompile(`^[0-9]{1,20}$`)

// mentions reads which roles are called.
func (r *configReader) mentions(list []mentionFile, s alert.Subscription, at func(...any) []any) []alert.Mention {
	var all []alert.Mention
	for n, v := range list {
		m := alert.Mention{Rules: v.Rule, Role: v.Role}
		switch {
		case s.To.Platform != platformDiscord:
			r.bad(at("mention", n), "Discord has them", "there are no roles to mention on %s", s.To.Platform)
		case s.Discreet:
			r.bad(at("mention", n), "", "a role cannot be mentioned in a discreet message: its name would tell what it is about")
		case !m.Valid():
			r.bad(at("mention", n, "rule"), `write the id of a rule, or "kh-*"`, "%q is neither the id of a rule nor a pattern of ids", v.Rule)
		case !roleForm.MatchString(v.Role):
			r.bad(at("mention", n, "role"), "Discord, with developer mode on: right click on the role, Copy Role ID", "%q is not the id of a role", v.Role)
		}
		all = append(all, m)
	}
	return all
}

// hours reads what a subscription says of the reader's clock.
func (r *configReader) hours(v subscriptionFile, s *alert.Subscription, at func(...any) []any) {
	var err error
	if v.Digest != "" {
		if s.Digest, err = alert.ParseDigest(v.Digest); err != nil {
			r.bad(at("digest"), `write it like "daily 08:00" or "0 8 * * 1-5"`, "digest %v", err)
		}
	}
	if v.Quiet != "" {
		if s.Quiet, err = alert.ParseHours(v.Quiet); err != nil {
			r.bad(at("quiet"), `write it like "22:00-07:00"`, "quiet %v", err)
		}
	}
	// Local would be the zone of the machine, which is nobody's clock.
	if s.Zone, err = time.LoadLocation(cmp.Or(v.Zone, "UTC")); err != nil || v.Zone == "Local" {
		r.bad(at("zone"), `write it like "Asia/Phnom_Penh"`, "unknown time zone %q", v.Zone)
	}
}

// choices reads a list of words of a closed sort.
func choices[T ~string](r *configReader, list []string, known []T, what string, at []any) []T {
	var names []string
	for _, k := range known {
		names = append(names, string(k))
	}
	var all []T
	for n, word := range list {
		if !slices.Contains(names, word) {
			r.bad(append(slices.Clone(at), n), knownHint(word, names), "unknown %s %q", what, word)
		}
		all = append(all, T(word))
	}
	return all
}

// regionPrefix marks a region of the rules in a list of countries.
const regionPrefix = "@"

// countries reads codes and names of countries. Regions stay as they are until the rules are known.
func (r *configReader) countries(list []string, at []any) []string {
	var all []string
	for n, word := range list {
		code, ok := alert.Country(word)
		switch {
		case strings.HasPrefix(word, regionPrefix):
			code = word
		case !ok:
			r.bad(append(slices.Clone(at), n), `use two capitals such as "KH", or a region such as "@asean"`, "unknown country %q", word)
		}
		all = append(all, code)
	}
	return all
}

// severity reads a level; "" is the zero value.
func (r *configReader) severity(word string, at []any) rules.Severity {
	level, ok := rules.ParseSeverity(word)
	if word != "" && !ok {
		var levels []string
		for _, l := range rules.Severities() {
			levels = append(levels, l.String())
		}
		r.bad(at, knownHint(word, levels), "unknown severity %q", word)
	}
	return level
}

// subscriptions returns those of the config with regions as their countries, as the rules list them.
func (cfg Config) subscriptions(set *rules.Set) ([]alert.Subscription, error) {
	var errs []error
	all := slices.Clone(cfg.Subscriptions)
	for i, s := range all {
		all[i].Countries = nil
		for _, c := range s.Countries {
			name, isRegion := strings.CutPrefix(c, regionPrefix)
			if !isRegion {
				all[i].Countries = append(all[i].Countries, c)
				continue
			}
			countries, ok := set.Region(name)
			if !ok {
				errs = append(errs, fmt.Errorf("subscription to %s: unknown region %q; %s", s.To, c, knownHint(name, set.Regions())))
			}
			all[i].Countries = append(all[i].Countries, countries...)
		}
	}
	return all, errors.Join(errs...)
}
