package main

import (
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/webhook"
)

// webhookFile is the form of one [[webhook]] of the config file.
type webhookFile struct {
	Name       string `toml:"name"`
	URL        Secret `toml:"url"`
	URLFile    string `toml:"url_file"`
	Secret     Secret `toml:"secret"`
	SecretFile string `toml:"secret_file"`
	Format     string `toml:"format"`
}

// webhooks reads the hooks of the config by their names.
func (r *configReader) webhooks(list []webhookFile) map[string]webhook.Hook {
	hooks := make(map[string]webhook.Hook)
	for i, v := range list {
		_, twice := hooks[v.Name]
		hooks[v.Name] = r.webhook(v, i, twice)
	}
	return hooks
}

// webhook reads the hook at place i; twice is true if its name was used before.
func (r *configReader) webhook(v webhookFile, i int, twice bool) webhook.Hook {
	at := func(key string) []any { return []any{"webhook", i, key} }
	name := strings.ToUpper(strings.ReplaceAll(v.Name, "-", "_"))
	address, urlErr := secretSource{v.URL, r.path(v.URLFile, ""), "PRESSALERT_WEBHOOK_" + name + "_URL"}.resolve(r.getenv)
	if urlErr != nil {
		r.bad(at("url_file"), "", "webhook %q url: %v", v.Name, urlErr)
	}
	secret, secretErr := secretSource{v.Secret, r.path(v.SecretFile, ""), "PRESSALERT_WEBHOOK_" + name + "_SECRET"}.resolve(r.getenv)
	if secretErr != nil {
		r.bad(at("secret_file"), "", "webhook %q secret: %v", v.Name, secretErr)
	}
	format := r.format(v.Format, at("format"))
	switch _, nameErr := chat.ParseDestination("webhook:" + v.Name); {
	case nameErr != nil:
		r.bad(at("name"), `write it like "desk"`, "webhook name %q is not of letters, digits, hyphens", v.Name)
	case twice:
		r.bad(at("name"), "", "webhook name %q is used twice", v.Name)
	case urlErr == nil && !isWebAddress(address.Reveal()):
		r.bad(at("url"), "it begins with https:// or http://", "webhook %q has no web address as url", v.Name)
	case secretErr == nil && secret.IsZero() && format == webhook.Own: // the others check no signature
		r.bad(at("secret"), "make one with: openssl rand -hex 32", "webhook %q has no secret to sign with", v.Name)
	}
	return webhook.Hook{URL: address.Reveal(), Secret: secret.Reveal(), Format: format}
}

// format reads the form of JSON that a hook takes.
func (r *configReader) format(text string, at []any) webhook.Format {
	if text == "" {
		return webhook.Own
	}
	format := webhook.Format(text)
	if !slices.Contains(webhook.Formats(), format) {
		var known []string
		for _, f := range webhook.Formats() {
			known = append(known, string(f))
		}
		r.bad(at, knownHint(text, known), "unknown webhook format %q", text)
	}
	return format
}
