package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/bot/internal/words"
	"pressalert/feeds"
	"pressalert/feeds/document"
	"pressalert/feeds/lang"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

type previewCmd struct {
	File     string `arg:"" optional:"" help:"A .jsonl file with title, summary and lang on each line. Without anything: the demo's samples."`
	Alert    int64  `placeholder:"ID" help:"An alert of the archive, by the number that /why and the log name."`
	Title    string `help:"Title of an item to show."`
	Summary  string `help:"Summary of the item to show."`
	Lang     string `placeholder:"CODE" help:"Language of the item to show. Default: found out from its script and letters."`
	HTML     string `name:"html" placeholder:"FILE" help:"Write a web page that looks like the chat clients, instead of printing here."`
	Language string `placeholder:"CODE" default:"en" help:"Language of the bot's own words."`
	Discreet bool   `help:"As a subscription with discreet = true gets it."`
}

// Help is shown by -h.
func (previewCmd) Help() string {
	return "Shows alerts as their readers will see them: on the terminal, in Telegram and in Discord, and how much of the\n" +
		"platforms' limits they take. Nothing is sent. The page of --html has everything in it and asks nobody for anything.\n\n" +
		"Example: pressalert preview --html preview.html --language km"
}

// Run shows the alerts asked for.
func (cmd *previewCmd) Run(env *environment, c *cli) error {
	if err := cmd.check(); err != nil {
		return err
	}
	cfg, err := c.settings(env)
	if err != nil {
		return err
	}
	alerts, err := cmd.alerts(env.ctx, cfg)
	if err != nil {
		return err
	}
	if len(alerts) == 0 {
		return errors.New("no rule matches, so nothing would be posted; pressalert match --explain shows what is missing")
	}
	var all []previewed
	for _, a := range alerts {
		all = append(all, previewed{a, cmd.message(a)})
	}
	if cmd.HTML != "" {
		return writePreview(env, cmd.HTML, all)
	}
	return printPreview(env, all)
}

// A previewed is an alert and the message that it becomes.
type previewed struct {
	alert.Alert
	message chat.Message
}

// message says an alert as the flags ask for.
func (cmd *previewCmd) message(a alert.Alert) chat.Message {
	return alert.Message(a, alert.View{
		Words: words.For(cmd.Language), Discreet: cmd.Discreet,
		// Nobody will press these buttons, so what they would send needs no signature.
		Buttons: func(action alert.Action) string { return string(action) },
	})
}

// check says what is wrong with the flags.
func (cmd *previewCmd) check() error {
	sources := 0
	for _, given := range []bool{cmd.File != "", cmd.Alert != 0, cmd.Title != "" || cmd.Summary != ""} {
		if given {
			sources++
		}
	}
	if sources > 1 {
		return errors.New("give a file, --alert or --title, not several")
	}
	if !slices.Contains(words.Languages(), cmd.Language) {
		return fmt.Errorf("the bot does not speak %q; %s", cmd.Language, knownHint(cmd.Language, words.Languages()))
	}
	return nil
}

// alerts returns what is to be shown.
func (cmd *previewCmd) alerts(ctx context.Context, cfg Config) ([]alert.Alert, error) {
	if cmd.Alert != 0 {
		return archivedAlert(ctx, cfg, cmd.Alert)
	}
	set, err := openRules(cfg)
	if err != nil {
		return nil, err
	}
	j := previewJudge{set: set.Get(), now: time.Now()}
	switch {
	case cmd.File != "":
		err = readLines(cmd.File, func(row labelledItem) error { j.own(row.item()); return nil })
	case cmd.Title != "" || cmd.Summary != "":
		j.own(feeds.Item{Title: cmd.Title, Summary: cmd.Summary, Language: cmd.Lang})
	default:
		err = j.samples(cmd.Language)
	}
	return j.alerts, err
}

// archivedAlert returns the alert with a number.
func archivedAlert(ctx context.Context, cfg Config, id int64) (alerts []alert.Alert, err error) {
	if _, err := os.Stat(cfg.dataFile()); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no archive at %s yet; pressalert serve makes it", cfg.dataFile())
	}
	s, err := store.Open(ctx, cfg.dataFile())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	found, ok, err := s.Trace(ctx, "", id)
	if err != nil {
		return nil, err
	}
	if !ok || found.Alert == nil {
		return nil, fmt.Errorf("the archive has no alert %d", id)
	}
	return []alert.Alert{*found.Alert}, nil
}

// A previewJudge makes alerts of items.
type previewJudge struct {
	set    *rules.Set
	now    time.Time
	alerts []alert.Alert
}

// own judges an item that has no feed.
func (j *previewJudge) own(item feeds.Item) {
	publisher := "Example News"
	if u, err := url.Parse(item.Link); err == nil && u.Host != "" {
		publisher = u.Host
	}
	item.Language = cmp.Or(item.Language, lang.Of(item.Title+". "+item.Summary, nil))
	j.item(item, feeds.Feed{Publisher: publisher})
}

func (j *previewJudge) item(item feeds.Item, feed feeds.Feed) {
	item.Seen = j.now
	if a, ok := alert.Judge(item, feed, j.set.Match(item), j.now); ok {
		j.alerts = append(j.alerts, a)
	}
}

// samples judges the demo's feeds, and keeps of each language the newest alert. They stand as in a chat,
// the newest at the end, but for the one in the language of the bot's own words: that is the last.
func (j *previewJudge) samples(language string) error {
	list, err := samples.ReadFile("demo/feeds.toml")
	if err != nil {
		return err
	}
	catalogue, err := feeds.ParseSources([]strict.Source{{Name: "demo/feeds.toml", Data: list}})
	if err != nil {
		return err
	}
	for _, feed := range catalogue.Feeds() {
		body, err := samples.ReadFile(path.Join("demo", path.Base(feed.URL)))
		if err != nil {
			return err
		}
		doc, err := document.Parse(document.Source{Body: body, URL: feed.URL}, feed, j.now)
		if err != nil {
			return fmt.Errorf("sample feed %s: %w", feed.ID, err)
		}
		for _, item := range doc.Items {
			j.item(item, feed)
		}
	}
	last := func(a alert.Alert) int {
		if a.Item.Language == language {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(j.alerts, func(a, b alert.Alert) int {
		return cmp.Or(cmp.Compare(last(b), last(a)), b.Item.Published.Compare(a.Item.Published))
	})
	told := make(map[string]bool)
	j.alerts = slices.DeleteFunc(j.alerts, func(a alert.Alert) bool {
		again := told[a.Item.Language]
		told[a.Item.Language] = true
		return again
	})
	slices.Reverse(j.alerts)
	return nil
}

// writePreview writes the page to a file.
func writePreview(env *environment, file string, all []previewed) error {
	page, err := previewPage(all)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, page, 0o600); err != nil { // an alert of the archive may not be for everybody
		return fmt.Errorf("write %s: %w", filepath.Clean(file), pathCause(err))
	}
	_, err = fmt.Fprintf(env.stdout, "%d alerts written to %s; open it in a browser\n", len(all), file)
	return err
}
