package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
	consolechat "pressalert/bot/internal/chat/console"
	"pressalert/bot/internal/chat/discord"
	"pressalert/bot/internal/chat/telegram"
	"pressalert/bot/internal/chat/webhook"
	"pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/text"
	"pressalert/rules"
)

// naughtyWord begins each title, so that a rule can match them all: no rule is true of every text.
const naughtyWord = "naughtystring"

// TestNaughtyStrings takes the Big List of Naughty Strings, texts that are known to break programs, all the way
// that news goes: an RSS feed has each as a title and as a description, once as text and once as the markup
// that some of them are; the parser reads it, a rule matches, an alert is made of it in English and in Arabic,
// and every platform posts it to a fake of its service that refuses what the service would refuse. Nothing may
// be refused, and what a reader sees is the text that the parser made of it (package text), neither more nor
// less.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	set := naughtyRules(t)
	fronts := naughtyFronts(t)
	all := chattest.NaughtyStrings(t)
	if len(all) != 515 {
		t.Errorf("strings = %d, want all 515", len(all))
	}
	for _, form := range []struct {
		name    string
		naughty []string
		write   func(string) string
		plain   func(string) string // what a reader sees of a title
	}{
		{"as text", all, html.EscapeString, text.Clean},
		{"as markup", withMarkup(all), func(s string) string { return s }, func(s string) string { return text.Plain(s, 1000) }},
	} {
		naughty := form.naughty
		items := naughtyItems(t, naughty, form.write)
		if len(items) != len(naughty) {
			t.Fatalf("%s: items = %d, want %d", form.name, len(items), len(naughty))
		}
		for i, item := range items {
			if want := form.plain(naughtyWord + " " + validXML(naughty[i])); item.Title != want {
				t.Errorf("%s: title of %q is %q, want %q", form.name, naughty[i], item.Title, want)
			}
			a, ok := alert.Judge(item, feeds.Feed{Publisher: "Mekong Courier"}, set.Match(item), item.Seen)
			if !ok {
				t.Fatalf("%s: no rule matches %q", form.name, item.Title)
			}
			a.ID = int64(i + 1)
			for _, lang := range []string{"en", "ar"} {
				m := alert.Message(a, alert.View{Words: words.For(lang)})
				if got := unisolated(m.Title); got != item.Title {
					t.Errorf("%s: headline of %q is %q", form.name, item.Title, got)
				}
				if got := unisolated(summaryOf(m)); got != item.Summary && utf8.RuneCountInString(item.Summary) < 100 {
					t.Errorf("%s: summary of %q is %q, want %q", form.name, item.Title, got, item.Summary)
				}
				for _, f := range fronts {
					f.check(t, fmt.Sprint(form.name, i, lang), m)
				}
			}
		}
	}
	for _, f := range fronts {
		if f.service == nil {
			continue
		}
		for _, v := range f.service.Violations() {
			t.Errorf("%s: spec: %s", f.name, v)
		}
	}
}

// withMarkup are those of the texts that can be read as markup.
func withMarkup(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.ContainsAny(s, "<&") })
}

// summaryOf is the text under the headline, "" for none.
func summaryOf(m chat.Message) string {
	if len(m.Body) == 0 {
		return ""
	}
	return m.Body[0].PlainText()
}

// naughtyRules has one rule.
func naughtyRules(t *testing.T) *rules.Set {
	t.Helper()
	set, err := rules.Parse(fstest.MapFS{"all.toml": &fstest.MapFile{Data: []byte(`
[[rule]]
id = "all"
title = "Everything"
topic = "shutdown"
severity = "high"
match = "` + naughtyWord + `"
hit = [{ title = "A ` + naughtyWord + `" }]
miss = [{ title = "Weather" }]
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// naughtyItems are what the parser makes of a feed whose titles and descriptions are these texts, in the form
// that write gives them.
func naughtyItems(t *testing.T, naughty []string, write func(string) string) []feeds.Item {
	t.Helper()
	escape := func(s string) string {
		var b strings.Builder
		if err := xml.EscapeText(&b, []byte(s)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Mekong Courier</title>`)
	for i, s := range naughty {
		fmt.Fprintf(&b, "<item><guid>%d</guid><link>https://courier.example/%d</link><title>%s</title><description>%s</description></item>\n",
			i, i, escape(write(naughtyWord+" "+s)), escape(write(s)))
	}
	b.WriteString(`</channel></rss>`)
	doc, err := document.Parse(document.Source{Body: []byte(b.String()), ContentType: "application/rss+xml", URL: "https://courier.example/feed"},
		feeds.Feed{ID: "courier", URL: "https://courier.example/feed"}, time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Items
}

// validXML is what a text is once it was in XML, which knows no control characters.
func validXML(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return html.UnescapeString(b.String())
}

// A naughtyFront is a platform and what is seen of it.
type naughtyFront struct {
	name     string
	platform chat.Platform
	service  chattest.Service // nil if it prints on screen
	screen   *bytes.Buffer
}

func naughtyFronts(t *testing.T) []naughtyFront {
	t.Helper()
	tg, dc, hook := chattest.NewTelegram(t), chattest.NewDiscord(t), chattest.NewWebhook(t)
	hooks := func(h webhook.Hook) chat.Platform {
		return webhook.New(webhook.Options{Hooks: map[string]webhook.Hook{"1": h}})
	}
	screen := &bytes.Buffer{}
	return []naughtyFront{
		{"telegram", telegram.New(telegram.Options{Token: chattest.TelegramToken, Endpoint: tg.URL(), Limits: &telegram.Limits{}}), tg, nil},
		{"discord", discord.New(discord.Options{Token: chattest.DiscordToken, Endpoint: dc.URL(), Limits: &discord.Limits{}}), dc, nil},
		{"webhook", hooks(webhook.Hook{URL: hook.Hook("1"), Secret: chattest.WebhookSecret}), hook, nil},
		{"slack", hooks(webhook.Hook{URL: hook.SlackHook("1"), Format: webhook.Slack}), hook, nil},
		{"matrix", hooks(webhook.Hook{URL: hook.MatrixHook("1"), Format: webhook.Matrix}), hook, nil},
		{"terminal", consolechat.New(screen, consolechat.Options{Width: 2000}), nil, screen},
	}
}

// check posts m and holds what is seen of it against what it says.
func (f naughtyFront) check(t *testing.T, key string, m chat.Message) {
	t.Helper()
	platform := map[string]string{"slack": "webhook", "matrix": "webhook", "terminal": "console"}[f.name]
	if platform == "" {
		platform = f.name
	}
	if _, err := f.platform.Send(t.Context(), chat.Destination{Platform: platform, Channel: "1"}, key, m); err != nil {
		t.Errorf("%s refuses %q: %v", f.name, m.Title, err)
		return
	}
	var seen string
	if f.service == nil {
		seen = f.screen.String()
		f.screen.Reset()
	} else {
		posts := f.service.Posts()
		seen = posts[len(posts)-1].Text
	}
	lead := m.Lead()
	if f.name == "webhook" {
		lead = m.Kicker // the level is a field of its own, for programs
	}
	parts := []string{lead, m.Title}
	for _, p := range m.Body {
		parts = append(parts, p.PlainText())
	}
	for _, field := range m.Fields {
		parts = append(parts, field.Name, field.Value)
	}
	rest, between := strings.Replace(squeezed(seen), squeezed(m.Link), "", 1), ""
	for i, part := range append(parts, m.Footer) {
		part = squeezed(part)
		if i == 1 && f.name == "discord" && utf8.RuneCountInString(part) > discordTitle {
			part = strings.SplitAfterN(rest[strings.Index(rest, naughtyWord):], "…", 2)[0]
			if !strings.HasPrefix(squeezed(m.Title), strings.TrimSuffix(part, "…")) {
				t.Errorf("discord shows the headline %q of %q", part, m.Title)
			}
		}
		before, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("%s shows %q, which lacks %q", f.name, seen, part)
			return
		}
		rest, between = after, between+before
	}
	if between = strings.Trim(between+rest, ":*·─"); between != "" {
		t.Errorf("%s shows %q beside what the message %q says", f.name, between, m.Title)
	}
}

// discordTitle is the longest title, in characters, that Discord takes (resources/message, Embed Limits).
const discordTitle = 256

// unisolated is a text without the isolates that the bot sets around it.
func unisolated(s string) string { return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s) }

// squeezed is a text without what nobody sees: white space, and signs that only give it a direction or a form.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\u2068' || r == '\u2069' {
			return -1
		}
		return r
	}, s)
}
